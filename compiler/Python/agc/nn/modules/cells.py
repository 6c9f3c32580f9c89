"""RNNCell, LSTMCell and GRUCell: one step of a recurrent layer."""
import math

import agc
from agc._sizes import unlike
from agc.nn import functional as F
from agc.nn import init
from agc.nn.modules.module import Module
from agc.nn.parameter import Parameter


class RNNCellBase(Module):
    """Weights of an input and of a hidden state, for as many gates as the step has."""

    def __init__(self, input_size, hidden_size, bias, num_chunks, device=None, dtype=None):
        super().__init__()
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        rows = num_chunks * hidden_size
        shapes = {"weight_ih": (rows, input_size), "weight_hh": (rows, hidden_size), "bias_ih": (rows,),
                  "bias_hh": (rows,)}
        for name, shape in shapes.items():
            has = bias or name.startswith("weight")
            self.register_parameter(name, Parameter(agc.empty(shape, device=device, dtype=dtype)) if has else None)
        self.reset_parameters()

    def reset_parameters(self):
        bound = 1.0 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    def _check_dims(self, input, **states):
        for name, given in {"input": input, **states}.items():
            if given.dim() not in (1, 2):
                raise ValueError(f"{type(self).__name__}: Expected {name} to be 1D or 2D, got {given.dim()}D instead")

    def _check_sizes(self, input, *states):
        if input.size(1) != self.input_size:
            raise RuntimeError(f"input has inconsistent input_size: got {input.size(1)} expected {self.input_size}")
        for i, state in enumerate(states):
            if state.size(1) != self.hidden_size:
                raise RuntimeError(f"hidden{i} has inconsistent hidden_size: got {state.size(1)}, expected "
                                   f"{self.hidden_size}")
            if unlike(input.shape[:1], state.shape[:1]):
                raise RuntimeError(f"Input batch size {input.size(0)} doesn't match hidden{i} batch size "
                                   f"{state.size(0)}")

    def _begin(self, input):
        return agc.zeros(input.size(0), self.hidden_size, dtype=input.dtype)

    def _parts(self, input, hidden):
        """What the weights make of the input and of the hidden state."""
        return F.linear(input, self.weight_ih, self.bias_ih), F.linear(hidden, self.weight_hh, self.bias_hh)

    def _step(self, input, hidden):
        """The next hidden state."""
        raise NotImplementedError

    def forward(self, input, hx=None):
        self._check_dims(input, **({} if hx is None else {"hidden": hx}))
        batched = input.dim() == 2
        input = input if batched else input.unsqueeze(0)
        hidden = self._begin(input) if hx is None else hx if batched else hx.unsqueeze(0)
        next_hidden = self._step(input, hidden)
        return next_hidden if batched else next_hidden.squeeze(0)

    def extra_repr(self):
        text = f"{self.input_size}, {self.hidden_size}"
        if self.bias is not True:
            text += f", bias={self.bias}"
        if getattr(self, "nonlinearity", "tanh") != "tanh":
            text += f", nonlinearity={self.nonlinearity}"
        return text


class RNNCell(RNNCellBase):
    """tanh or relu of what input and hidden state give together."""

    def __init__(self, input_size, hidden_size, bias=True, nonlinearity="tanh", device=None, dtype=None):
        super().__init__(input_size, hidden_size, bias, 1, device, dtype)
        self.nonlinearity = nonlinearity

    def _step(self, input, hidden):
        if self.nonlinearity not in ("tanh", "relu"):
            raise RuntimeError(f"Unknown nonlinearity: {self.nonlinearity}")
        self._check_sizes(input, hidden)
        given, recurrent = self._parts(input, hidden)
        total = given + recurrent
        return total.tanh() if self.nonlinearity == "tanh" else total.relu()


class LSTMCell(RNNCellBase):
    """A cell that gates forget, write to and read; the hidden state is what was read."""

    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(self, input, hx=None):
        self._check_dims(input, **{f"hx[{i}]": state for i, state in enumerate(() if hx is None else hx)})
        batched = input.dim() == 2
        input = input if batched else input.unsqueeze(0)
        if isinstance(hx, agc.Tensor):
            raise TypeError("lstm_cell(): argument 'hx' (position 2) must be tuple of Tensors, not Tensor")
        states = (self._begin(input),) * 2 if hx is None else hx if batched else [s.unsqueeze(0) for s in hx]
        if len(states) != 2:
            raise RuntimeError("lstm_cell expects two hidden states")
        self._check_sizes(input, *states)
        given, recurrent = self._parts(input, states[0])
        write, forget, new, read = (given + recurrent).chunk(4, 1)
        cell = forget.sigmoid() * states[1] + write.sigmoid() * new.tanh()
        hidden = read.sigmoid() * cell.tanh()
        return (hidden, cell) if batched else (hidden.squeeze(0), cell.squeeze(0))


class GRUCell(RNNCellBase):
    """A hidden state that a gate mixes with a new one, made of as much of it as another gate lets through."""

    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)

    def _step(self, input, hidden):
        self._check_sizes(input, hidden)
        given, recurrent = (part.chunk(3, 1) for part in self._parts(input, hidden))
        reset, update = ((a + b).sigmoid() for a, b in zip(given[:2], recurrent[:2]))
        new = (given[2] + reset * recurrent[2]).tanh()
        return new + update * (hidden - new)
