"""torch.nn.utils.rnn: sequences of several lengths as one tensor, and back."""
from collections.abc import Iterable

import agc
from agc._missing import missing
from agc._tensor import Tensor


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
