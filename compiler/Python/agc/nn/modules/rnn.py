"""RNN, LSTM and GRU: a step for each element of a sequence, composed of traced functions."""
import math
import numbers

import agc
from agc._missing import refuse
from agc._warnings import warn
from agc.nn import functional as F
from agc.nn import init
from agc.nn.modules.module import Module
from agc.nn.parameter import Parameter
from agc.nn.utils.rnn import PackedSequence


def _of_length(now, begun, size, ended):
    """The states of the packed sequences that have a step: some have ended, or, from the end, some begin."""
    had = now[0].shape[0]
    if size < had:
        ended.append([x if x is None else x[size:] for x in now])
        return [x if x is None else x[:size] for x in now]
    if size > had:
        return [x if x is None else agc.cat([x, first[had:size]]) for x, first in zip(now, begun)]
    return now


def _names(states):
    """What errors call the states that a program gives."""
    return [f"hidden[{i}]" for i in range(len(states))] if len(states) > 1 else ["hidden"]


class RNNBase(Module):
    """Layers of steps over a sequence, in one direction or both."""

    _gates = 1

    def __init__(self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0,
                 bidirectional=False, proj_size=0, device=None, dtype=None):
        super().__init__()
        refuse(type(self).__name__, proj_size=proj_size or None)
        if isinstance(dropout, bool) or not isinstance(dropout, numbers.Number) or not 0 <= dropout <= 1:
            raise ValueError("dropout should be a number in range [0, 1] representing the probability of an element being zeroed")
        for name, flag in (("bias", bias), ("batch_first", batch_first)):
            if not isinstance(flag, bool):
                raise TypeError(f"{name} should be of type bool, got: {type(flag).__name__}")
        for name, size in (("input_size", input_size), ("hidden_size", hidden_size)):
            if not isinstance(size, int):
                raise TypeError(f"{name} should be of type int, got: {type(size).__name__}")
            if size <= 0:
                raise ValueError(f"{name} must be greater than zero")
        if num_layers <= 0:
            raise ValueError("num_layers must be greater than zero")
        self.input_size, self.hidden_size, self.num_layers, self.bias = input_size, hidden_size, num_layers, bias
        self.batch_first, self.dropout, self.bidirectional = batch_first, float(dropout), bidirectional
        if dropout > 0 and num_layers == 1:
            warn("dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects num_layers "
                 f"greater than 1, but got dropout={dropout} and num_layers={num_layers}")
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

    def _along(self, inputs, place, begun, sizes):
        """The hidden states of a sequence, and what is there at its end; where sizes are given, of packed sequences."""
        weights = [getattr(self, name + place, None) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
        given = F.linear(inputs, weights[0], weights[2])
        if isinstance(inputs.size(0), agc._agc.Extent):
            raise NotImplementedError(f"{type(self).__name__} takes a step for each row of the sequence: an extent that only "
                                      "a call tells is not in agc yet")
        given = given if sizes is None else given.split(sizes)
        order, backwards = range(len(given)), place.endswith("_reverse")
        states, ended = [None] * len(given), []
        now = begun if sizes is None else [x if x is None else x[:sizes[-1 if backwards else 0]] for x in begun]
        for i in reversed(order) if backwards else order:
            now = now if sizes is None else _of_length(now, begun, sizes[i], ended)
            now = self._step(given[i], F.linear(now[0], weights[1], weights[3]), *now)
            states[i] = now[0]
        if ended:
            now = [x if x is None else agc.cat([x, *reversed(over)]) for x, over in zip(now, zip(*ended))]
        return (agc.stack(states) if sizes is None else agc.cat(states)), *now

    def _run(self, input, hidden, cell, sizes=None):
        """All layers; the states of the last one and the final states of each."""
        finals = ([], [])
        for layer in range(self.num_layers):
            outputs = []
            for way in self._ways:
                i = len(finals[0])
                begun = hidden[i], None if cell is None else cell[i]
                states, last, kept = self._along(input, f"_l{layer}{way}", begun, sizes)
                outputs.append(states)
                finals[0].append(last)
                finals[1].append(kept)
            input = outputs[0] if len(outputs) == 1 else agc.cat(outputs, -1)
            if self.dropout and layer < self.num_layers - 1:
                input = F.dropout(input, self.dropout, self.training)
        return input, agc.stack(finals[0]), None if cell is None else agc.stack(finals[1])

    def _begin(self, input, state, batch, name="hidden"):
        """A state, of zeros where none is given, with a batch dim."""
        shape = (self.num_layers * len(self._ways), batch, self.hidden_size)
        if state is None:
            return agc.zeros(*shape, dtype=input.dtype)
        state = state if state.dim() == 3 else state.unsqueeze(1)
        if tuple(state.shape) != shape:
            raise RuntimeError(f"Expected {name} size {shape}, got {list(state.shape)}")
        return state

    def _packed(self, input, states):
        """The same of packed sequences."""
        sizes = input.batch_sizes.tolist()
        begun = [self._begin(input.data, state, sizes[0], name) for name, state in zip(_names(states), states)]
        if input.sorted_indices is not None:
            begun = [given if state is None else given.index_select(1, input.sorted_indices)
                     for state, given in zip(states, begun)]
        output, *ends = self._run(input.data, begun[0], begun[1] if len(begun) > 1 else None, sizes)
        if input.unsorted_indices is not None:
            ends = [end if end is None else end.index_select(1, input.unsorted_indices) for end in ends]
        return input._replace(data=output), *ends

    def _check_dtype(self, input):
        own = self.weight_ih_l0.dtype
        if input.dtype is not own and not agc.is_autocast_enabled("cpu"):
            raise ValueError(f"RNN input dtype ({input.dtype}) does not match weight dtype ({own}). Convert input: input.to({own}), "
                             f"or convert model: model.to({input.dtype})")

    def _forward(self, input, states):
        if isinstance(input, PackedSequence):
            self._check_dtype(input.data)
            return self._packed(input, states)
        if input.dim() not in (2, 3):
            raise ValueError(f"{type(self).__name__}: Expected input to be 2D or 3D, got {input.dim()}D instead")
        self._check_dtype(input)
        if input.size(-1) != self.input_size:
            raise RuntimeError("input.size(-1) must be equal to input_size. Expected "
                               f"{self.input_size}, got {input.size(-1)}")
        batched = input.dim() == 3
        input = input.unsqueeze(1) if not batched else input.transpose(0, 1) if self.batch_first else input
        begun = [self._begin(input, state, input.size(1), name) for name, state in zip(_names(states), states)]
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
