#!/usr/bin/env python3
"""Runs random programs as `agc run` does and compares values, gradients, answers and the text of errors.

    session_programs.py random-programs --programs=2000        # agc is in PYTHONPATH

Every few events the numbers of a tensor are asked for, so that segments end where no program of the suites ends them;
with AGC_SEGMENT_EVENTS=1 in the environment each event is a segment, and each backward is taken in parts.
"""
import random
import subprocess
import sys
import types

from agc._command import as_torch

as_torch()
import torch  # noqa: E402

torch.ops = types.SimpleNamespace(aten=torch)
torch._prelu_kernel = torch.prelu_kernel
import torch_programs  # noqa: E402


torch_programs.VIEWS |= {
    "slice": lambda t, args, shapes: t._slice(args[0], args[1], args[1] + (shapes[0][args[0]] - 1) * args[2] + 1, args[2]),
    "alias": lambda t, args, shapes: t[...],
}
torch_programs.REFUSED = ("not supported yet",)


class Asking(torch_programs.Run):
    def __init__(self):
        super().__init__()
        self.random = random.Random(0)

    def event(self, e):
        if e.get("params", {}).get("dim") == []:
            e.pop("node", None)  # a call without dims, whose node is another where the tensor has none
        made = super().event(e)
        if self.random.random() < 0.1:
            asked = self.random.choice(list(self.tensors.values()))
            asked.detach().tolist()
        return made


if __name__ == "__main__":
    with subprocess.Popen([*sys.argv[1:], "--json"], stdout=subprocess.PIPE, text=True) as programs:
        torch_programs.main(programs.stdout, Asking)
