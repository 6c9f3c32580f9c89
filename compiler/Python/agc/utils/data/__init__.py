"""torch.utils.data: datasets, samplers, and batches of them, in this process."""
from agc._missing import missing
from agc.utils.data.collate import default_collate, default_convert  # noqa: F401
from agc.utils.data.dataloader import DataLoader, get_worker_info  # noqa: F401
from agc.utils.data.dataset import (  # noqa: F401
    ChainDataset, ConcatDataset, Dataset, IterableDataset, StackDataset, Subset, TensorDataset, random_split)
from agc.utils.data.sampler import (  # noqa: F401
    BatchSampler, RandomSampler, Sampler, SequentialSampler, SubsetRandomSampler, WeightedRandomSampler)


def __getattr__(name):
    raise missing("torch.utils.data", name, globals())
