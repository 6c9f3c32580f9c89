# What is greatest, least or in the middle of no elements
import torch

functions = {
    "median": torch.median, "nanmedian": torch.nanmedian, "max": torch.max, "amin": torch.amin, "argmax": torch.argmax,
    "kthvalue": lambda x, *dim: torch.kthvalue(x, 1, *dim), "topk": lambda x, *dim: torch.topk(x, 1, *dim),
    "quantile": lambda x, *dim: torch.quantile(x.float(), 0.5, *dim),
    "aminmax": lambda x, *dim: torch.aminmax(x, dim=dim[0] if dim else None),
    "logsumexp": lambda x, *dim: torch.logsumexp(x.float(), *dim) if dim else 0, "sort": torch.sort,
    "prod": torch.prod, "mean": lambda x, *dim: torch.mean(x.float(), *dim),
}
for name, function in functions.items():
    for shape in ((0,), (0, 2)):
        for dtype in (torch.float32, torch.int64):
            for dim in ((), (0,), (len(shape) - 1,)):
                try:
                    found = function(torch.zeros(shape, dtype=dtype), *dim)
                    print(name, shape, dtype, dim, *(found if isinstance(found, tuple) else [found]))
                except Exception as error:
                    print(name, shape, dtype, dim)
                    print(f"{type(error).__name__}: {error}")
for call in (lambda: torch.median(torch.ones(2), (0,)), lambda: torch.topk(torch.ones(2), 1, (0,))):
    try:
        call()
    except Exception as error:
        print(type(error).__name__)
for kind in (torch.int32, torch.int16, torch.uint8, torch.bool, torch.float64):
    print(torch.median(torch.zeros(0, dtype=kind)))
