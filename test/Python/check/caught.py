# An error that the program catches is a remark, and is raised; one that it raises again is an error.
import contextlib

import torch

w = torch.ones(2, requires_grad=True)  # expected: note the leaf is made here; note the leaf is made here; note the leaf is made here; note the leaf is made here
try:
    w += 1  # expected: remark leaf-written; fix write it inside
except RuntimeError as error:
    print(type(error).__name__)
with contextlib.suppress(RuntimeError):
    w.zero_()  # expected: remark leaf-written; fix write it inside
try:
    w.mul_(2)  # expected: error leaf-written; fix write it inside
except ValueError:
    print("never")


def clean_up():
    try:
        w.fill_(1.0)  # expected: error leaf-written; fix write it inside
    except Exception:
        raise


clean_up()
