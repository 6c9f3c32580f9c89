# A number that an integer dtype cannot hold is refused, never cut
import torch

for name in "uint8 int8 int16 int32 int64 float16 float32 bool".split():
    for value in (-255, -256, 256, 200, -129, 2**15, -2**15, 2**31, 2**63, -2**63, 1e30, 300.7, float("nan"), -1.5,
                  10**400, "a"):
        try:
            print(name, torch.tensor([value], dtype=getattr(torch, name)))
        except Exception as error:
            print(name, type(error).__name__, error)
