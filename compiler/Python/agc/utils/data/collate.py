"""Samples made one batch."""
from collections.abc import Mapping, Sequence

import agc
from agc._tensor import Tensor

_MESSAGE = "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {}"


def _of_numpy(value):
    return type(value).__module__ == "numpy"


def default_convert(data):
    """numpy's arrays as tensors, wherever they are."""
    if isinstance(data, Tensor) or isinstance(data, (str, bytes)):
        return data
    if _of_numpy(data):
        return data if data.dtype.kind in "SUO" else agc.as_tensor(data)
    if isinstance(data, Mapping):
        return {key: default_convert(value) for key, value in data.items()}
    if isinstance(data, tuple) and hasattr(data, "_fields"):
        return type(data)(*(default_convert(value) for value in data))
    return [default_convert(value) for value in data] if isinstance(data, Sequence) else data


def default_collate(batch):
    """Samples of one structure as one sample of it, with a first dim for the batch."""
    first = batch[0]
    if isinstance(first, Tensor):
        return agc.stack(list(batch), 0)
    if _of_numpy(first):
        if getattr(first, "dtype", None) is None or first.dtype.kind in "SUO":
            raise TypeError(_MESSAGE.format(getattr(first, "dtype", type(first))))
        if first.shape == ():
            return agc.tensor([sample.item() for sample in batch], dtype=agc.as_tensor(first).dtype)
        return agc.stack([agc.as_tensor(sample) for sample in batch], 0)
    if isinstance(first, float):
        return agc.tensor(batch, dtype=agc.float64)
    if isinstance(first, int):
        return agc.tensor(batch)
    if isinstance(first, (str, bytes)):
        return batch
    if isinstance(first, Mapping):
        return {key: default_collate([sample[key] for sample in batch]) for key in first}
    if isinstance(first, Sequence):
        if any(len(sample) != len(first) for sample in batch):
            raise RuntimeError("each element in list of batch should be of equal size")
        columns = [default_collate(column) for column in zip(*batch)]
        return type(first)(*columns) if hasattr(first, "_fields") else columns
    raise TypeError(_MESSAGE.format(type(first)))
