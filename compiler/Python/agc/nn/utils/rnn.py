"""torch.nn.utils.rnn: sequences of several lengths as one tensor, and back."""
from collections import namedtuple
from collections.abc import Iterable

import agc
from agc._missing import missing
from agc._node import named
from agc._tensor import Tensor


class PackedSequence(namedtuple("PackedSequence", ["data", "batch_sizes", "sorted_indices", "unsorted_indices"])):
    """Sequences of several lengths, longest first: the first elements of all, then the second ones of those that have any."""

    __slots__ = ()

    def __new__(cls, data, batch_sizes=None, sorted_indices=None, unsorted_indices=None):
        if unsorted_indices is None:
            unsorted_indices = invert_permutation(sorted_indices)
        return super().__new__(cls, data, batch_sizes, sorted_indices, unsorted_indices)

    def to(self, *args, **kwargs):
        return self._replace(data=self.data.to(*args, **kwargs))

    def cpu(self):
        return self

    def double(self):
        return self.to(agc.float64)

    def float(self):
        return self.to(agc.float32)

    is_cuda = False


def invert_permutation(permutation):
    """Where each element of a permutation stands."""
    return None if permutation is None else agc.argsort(permutation)


def _descending(lengths, enforce_sorted):
    """The lengths, longest first, and their order where that may be another."""
    if enforce_sorted:
        return lengths, None
    order = agc.argsort(lengths, descending=True, stable=True)
    return lengths[order], order


def pack_padded_sequence(input, lengths, batch_first=False, enforce_sorted=True):
    """The elements of padded sequences without the padding."""
    lengths, order = _descending(agc.as_tensor(lengths, dtype=agc.int64), enforce_sorted)
    rows = input.transpose(0, 1) if batch_first else input
    if order is not None:
        rows = rows.index_select(1, order)
    counts = lengths.tolist()
    if len(counts) != rows.shape[1]:
        raise RuntimeError(f"Expected `len(lengths)` to be equal to batch_size, but got {len(counts)} "
                           f"(batch_size={rows.shape[1]})")
    if any(a < b for a, b in zip(counts, counts[1:])):
        raise RuntimeError("`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass "
                           "`enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to sidestep this requirement "
                           "if you do not need ONNX exportability.")
    if counts[-1] <= 0:
        raise RuntimeError("Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0")
    sizes = [sum(n > i for n in counts) for i in range(counts[0])]
    data = agc.cat([rows[i, :size] for i, size in enumerate(sizes)])
    return PackedSequence(named(data, "PackPaddedSequenceBackward0"), agc.tensor(sizes), order)


def pack_sequence(sequences, enforce_sorted=True):
    """Sequences of several lengths, packed."""
    lengths = [sequence.size(0) for sequence in sequences]
    return pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=enforce_sorted)


def pad_packed_sequence(sequence, batch_first=False, padding_value=0.0, total_length=None):
    """The packed sequences in one tensor, padded, and their lengths."""
    sizes = sequence.batch_sizes.tolist()
    if total_length is not None and total_length < len(sizes):
        raise ValueError("Expected total_length to be at least the length of the longest sequence in input, but got "
                         f"total_length={total_length} and max sequence length being {len(sizes)}")
    rest, rows = sequence.data.shape[1:], []
    for part in sequence.data.split(sizes):
        filled = agc.full((sizes[0] - part.shape[0], *rest), padding_value, dtype=part.dtype)
        rows.append(agc.cat([part, filled]))
    rows += [agc.full((sizes[0], *rest), padding_value, dtype=sequence.data.dtype)] * ((total_length or 0) - len(sizes))
    padded = named(agc.stack(rows), "PadPackedSequenceBackward0")
    lengths = agc.tensor([sum(size > i for size in sizes) for i in range(sizes[0])])
    if batch_first:
        padded = padded.transpose(0, 1)
    if sequence.unsorted_indices is None:
        return padded, lengths
    return padded.index_select(0 if batch_first else 1, sequence.unsorted_indices), lengths[sequence.unsorted_indices]


def unpack_sequence(packed_sequences):
    """The sequences that were packed."""
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return [row[:n] for row, n in zip(padded, lengths.tolist())]


def _check_fits(shape, place):
    """Refuses a sequence whose elements have other dims than the first one's."""
    for dim in range(1, min(len(shape), len(place)) + 1):
        if shape[-dim] not in (place[-dim], 1):
            raise RuntimeError(f"The size of tensor a ({place[-dim]}) must match the size of tensor b ({shape[-dim]}) "
                               f"at non-singleton dimension {len(place) - dim}")


def pad_sequence(sequences, batch_first=False, padding_value=0.0, padding_side="right"):
    """Sequences in one tensor as long as the longest, the rest filled with padding_value: T x B x *, or B x T x *."""
    if not isinstance(sequences, Iterable):
        raise RuntimeError("pad_sequence: Expected iterable for input sequences, but got arg of type: "
                           f"{type(sequences)}")
    sequences = tuple(sequences)
    for i, sequence in enumerate(sequences):
        if not isinstance(sequence, Tensor):
            raise TypeError(f"expected Tensor as element {i} in argument 0, but got {type(sequence).__name__}")
    if not sequences:
        raise RuntimeError("received an empty list of sequences")
    if padding_side not in ("left", "right"):
        raise RuntimeError(f"Expected padding_side to be one of left or right, but got {padding_side}.")
    if sequences[0].dim() == 0:
        raise RuntimeError("ArrayRef: invalid slice, N = 1; size = 0")
    longest = max(sequence.size(0) for sequence in sequences)
    shape = [longest, len(sequences), *sequences[0].shape[1:]]
    if batch_first:
        shape[:2] = reversed(shape[:2])
    padded = agc.full(shape, padding_value, dtype=sequences[0].dtype)
    for i, sequence in enumerate(sequences):
        start = 0 if padding_side == "right" else longest - sequence.size(0)
        place = padded.select(0 if batch_first else 1, i).narrow(0, start, sequence.size(0))
        _check_fits(sequence.shape, place.shape)
        place.copy_(sequence)
    return padded


def unpad_sequence(padded_sequences, lengths, batch_first=False):
    """The sequences that pad_sequence put together, as long as they were."""
    rows = padded_sequences if batch_first else padded_sequences.transpose(0, 1)
    places = agc.arange(rows.shape[1])
    return [row[places < length] for row, length in zip(rows, lengths, strict=True)]


def __getattr__(name):
    raise missing("torch.nn.utils.rnn", name, globals())
