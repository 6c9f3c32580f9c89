"""RNN, LSTM and GRU: a step for each element of a sequence, composed of traced functions."""
import math

import agc
from agc._missing import refuse
from agc.nn import functional as F
from agc.nn import init
from agc.nn.modules.module import Module
from agc.nn.parameter import Parameter


class RNNBase(Module):
    """Layers of steps over a sequence, in one direction or both."""

    _gates = 1

    def __init__(self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0,
                 bidirectional=False, proj_size=0, device=None, dtype=None):
        super().__init__()
        refuse(type(self).__name__, proj_size=proj_size or None)
        if hidden_size <= 0:
            raise ValueError("hidden_size must be greater than zero")
        if num_layers <= 0:
            raise ValueError("num_layers must be greater than zero")
        self.input_size, self.hidden_size, self.num_layers, self.bias = input_size, hidden_size, num_layers, bias
        self.batch_first, self.dropout, self.bidirectional = batch_first, float(dropout), bidirectional
        self._ways = ("", "_reverse") if bidirectional else ("",)
        rows = self._gates * hidden_size
        for layer in range(num_layers):
            for way in self._ways:
                columns = input_size if layer == 0 else hidden_size * len(self._ways)
                shapes = {"weight_ih": (rows, columns), "weight_hh": (rows, hidden_size)}
                if bias:
                    shapes.update(bias_ih=(rows,), bias_hh=(rows,))
                for name, shape in shapes.items():
                    made = Parameter(agc.empty(*shape, device=device, dtype=dtype))
                    self.register_parameter(f"{name}_l{layer}{way}", made)
        self.reset_parameters()

    def reset_parameters(self):
        bound = 1.0 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    def flatten_parameters(self):
        """Nothing: parameters lie where they are."""

    def _step(self, given, recurrent, hidden, cell):
        """The next hidden state and cell, from what the weights make of the input and of the last hidden state."""
        raise NotImplementedError

    def _along(self, inputs, place, hidden, cell):
        """The hidden states of a sequence, and what is there at its end."""
        weights = [getattr(self, name + place, None) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
        given = F.linear(inputs, weights[0], weights[2])
        if isinstance(inputs.size(0), agc._agc.Extent):
            raise NotImplementedError(f"{type(self).__name__} takes a step for each row of the sequence: an extent that only "
                                      "a call tells is not in agc yet")
        states = [None] * inputs.size(0)
        order = range(len(states))
        for i in reversed(order) if place.endswith("_reverse") else order:
            hidden, cell = self._step(given[i], F.linear(hidden, weights[1], weights[3]), hidden, cell)
            states[i] = hidden
        return agc.stack(states), hidden, cell

    def _run(self, input, hidden, cell):
        """All layers; the states of the last one and the final states of each."""
        finals = ([], [])
        for layer in range(self.num_layers):
            outputs = []
            for way in self._ways:
                i = len(finals[0])
                states, last, kept = self._along(input, f"_l{layer}{way}", hidden[i], None if cell is None else cell[i])
                outputs.append(states)
                finals[0].append(last)
                finals[1].append(kept)
            input = outputs[0] if len(outputs) == 1 else agc.cat(outputs, -1)
            if self.dropout and layer < self.num_layers - 1:
                input = F.dropout(input, self.dropout, self.training)
        return input, agc.stack(finals[0]), None if cell is None else agc.stack(finals[1])

    def _begin(self, input, state):
        """A state, of zeros where none is given, with a batch dim."""
        shape = (self.num_layers * len(self._ways), input.size(1), self.hidden_size)
        if state is None:
            return agc.zeros(*shape, dtype=input.dtype)
        state = state if state.dim() == 3 else state.unsqueeze(1)
        if tuple(state.shape) != shape:
            raise RuntimeError(f"Expected hidden size {shape}, got {list(state.shape)}")
        return state

    def _forward(self, input, states):
        if input.dim() not in (2, 3):
            raise ValueError(f"{type(self).__name__}: Expected input to be 2D or 3D, got {input.dim()}D instead")
        if input.size(-1) != self.input_size:
            raise RuntimeError("input.size(-1) must be equal to input_size. Expected "
                               f"{self.input_size}, got {input.size(-1)}")
        batched = input.dim() == 3
        input = input.unsqueeze(1) if not batched else input.transpose(0, 1) if self.batch_first else input
        begun = [self._begin(input, state) for state in states]
        output, hidden, cell = self._run(input, begun[0], begun[1] if len(begun) > 1 else None)
        if not batched:
            return output.squeeze(1), hidden.squeeze(1), None if cell is None else cell.squeeze(1)
        return output.transpose(0, 1) if self.batch_first else output, hidden, cell

    def forward(self, input, hx=None):
        return self._forward(input, [hx])[:2]

    def extra_repr(self):
        parts = [f"{self.input_size}, {self.hidden_size}"]
        for name, default in (("num_layers", 1), ("bias", True), ("batch_first", False), ("dropout", 0.0),
                              ("bidirectional", False)):
            if getattr(self, name) != default:
                parts.append(f"{name}={getattr(self, name)}")
        return ", ".join(parts)


class RNN(RNNBase):
    """tanh or relu of both inputs' sum"""

    def __init__(self, input_size, hidden_size, num_layers=1, nonlinearity="tanh", bias=True, *args, **kwargs):
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'.")
        super().__init__(input_size, hidden_size, num_layers, bias, *args, **kwargs)
        self.nonlinearity = nonlinearity

    def _step(self, given, recurrent, hidden, cell):
        total = given + recurrent
        return total.tanh() if self.nonlinearity == "tanh" else total.relu(), cell


class LSTM(RNNBase):
    """A cell that is forgotten from, written to and read by gates"""

    _gates = 4

    def _step(self, given, recurrent, hidden, cell):
        write, forget, new, read = (given + recurrent).chunk(4, -1)
        cell = forget.sigmoid() * cell + write.sigmoid() * new.tanh()
        return read.sigmoid() * cell.tanh(), cell

    def forward(self, input, hx=None):
        output, hidden, cell = self._forward(input, [None, None] if hx is None else list(hx))
        return output, (hidden, cell)


class GRU(RNNBase):
    """A state that gates mix with a new one"""

    _gates = 3

    def _step(self, given, recurrent, hidden, cell):
        reset, update, new = given.chunk(3, -1)
        reset_more, update_more, new_more = recurrent.chunk(3, -1)
        update = (update + update_more).sigmoid()
        new = (new + (reset + reset_more).sigmoid() * new_more).tanh()
        return new + update * (hidden - new), cell
