"""DataLoader: batches of a dataset, made in this process."""
import itertools

from agc._missing import refuse
from agc._warnings import warn
from agc.utils.data.collate import default_collate, default_convert
from agc.utils.data.dataset import IterableDataset, _Generic
from agc.utils.data.sampler import BatchSampler, RandomSampler, SequentialSampler, draw_seed


def get_worker_info():
    """None: there are no worker processes."""


class _Endless:
    """The sampler of an iterable dataset: its indices mean nothing."""

    def __iter__(self):
        return itertools.repeat(None)


class DataLoader(metaclass=_Generic):
    """Goes through a dataset in batches; each pass is a new order where it shuffles."""

    def __init__(self, dataset, batch_size=1, shuffle=None, sampler=None, batch_sampler=None, num_workers=0,
                 collate_fn=None, pin_memory=False, drop_last=False, timeout=0, worker_init_fn=None,
                 multiprocessing_context=None, generator=None, *, prefetch_factor=None, persistent_workers=False,
                 pin_memory_device="", in_order=True):
        if num_workers < 0:
            raise ValueError("num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.")
        if timeout < 0:
            raise ValueError("timeout option should be non-negative")
        if num_workers == 0 and prefetch_factor is not None:
            raise ValueError("prefetch_factor option could only be specified in multiprocessing.let num_workers > 0 to "
                             "enable multiprocessing, otherwise set prefetch_factor to None.")
        if num_workers == 0 and persistent_workers:
            raise ValueError("persistent_workers option needs num_workers > 0")
        refuse("DataLoader", num_workers=num_workers or None, multiprocessing_context=multiprocessing_context)
        if pin_memory:
            warn("'pin_memory' argument is set as true but no accelerator is found, then device pinned memory "
                 "won't be used.")
        self.dataset, self.num_workers, self.pin_memory, self.timeout = dataset, num_workers, pin_memory, timeout
        self.worker_init_fn, self.generator, self.prefetch_factor = worker_init_fn, generator, prefetch_factor
        self._is_iterable = isinstance(dataset, IterableDataset)
        self._check(shuffle, sampler, batch_sampler, batch_size, drop_last)
        if batch_sampler is not None:
            batch_size, drop_last = None, False
        if sampler is None:
            sampler = (_Endless() if self._is_iterable else
                       RandomSampler(dataset, generator=generator) if shuffle else SequentialSampler(dataset))
        if batch_size is not None and batch_sampler is None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        self.batch_size, self.drop_last = batch_size, drop_last
        self.sampler, self.batch_sampler = sampler, batch_sampler
        if collate_fn is None:
            collate_fn = default_convert if batch_sampler is None else default_collate
        self.collate_fn = collate_fn

    def _check(self, shuffle, sampler, batch_sampler, batch_size, drop_last):
        if self._is_iterable:
            for name, value in (("shuffle", shuffle or None), ("sampler", sampler), ("batch_sampler", batch_sampler)):
                if value is not None:
                    raise ValueError(f"DataLoader with IterableDataset: expected unspecified {name} option, but got "
                                     f"{name}={value}")
        elif shuffle not in (None, True, False):
            raise ValueError(f"DataLoader: expected shuffle to be bool or None, but got {shuffle}")
        if sampler is not None and shuffle:
            raise ValueError("sampler option is mutually exclusive with shuffle")
        if batch_sampler is not None and (batch_size != 1 or shuffle or sampler is not None or drop_last):
            raise ValueError("batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and "
                             "drop_last")
        if batch_sampler is None and batch_size is None and drop_last:
            raise ValueError("batch_size=None option disables auto-batching and is mutually exclusive with drop_last")

    def __iter__(self):
        # PyTorch draws a seed for worker processes in each pass, whether there are any or not.
        draw_seed(self.generator)
        return self._batches()

    def _batches(self):
        if self._is_iterable:
            yield from self._of_iterable()
        elif self.batch_sampler is None:
            for index in self.sampler:
                yield self.collate_fn(self.dataset[index])
        else:
            for indices in self.batch_sampler:
                if callable(getattr(self.dataset, "__getitems__", None)):
                    yield self.collate_fn(self.dataset.__getitems__(indices))
                else:
                    yield self.collate_fn([self.dataset[index] for index in indices])

    def _of_iterable(self):
        samples = iter(self.dataset)
        if self.batch_sampler is None:
            yield from map(self.collate_fn, samples)
            return
        while batch := list(itertools.islice(samples, self.batch_size)):
            if self.drop_last and len(batch) < self.batch_size:
                return
            yield self.collate_fn(batch)

    def __len__(self):
        if self._is_iterable:
            length = len(self.dataset)
            if self.batch_size is None:
                return length
            whole, rest = divmod(length, self.batch_size)
            return whole + (rest > 0 and not self.drop_last)
        return len(self.sampler if self.batch_sampler is None else self.batch_sampler)
