"""What `import torch` finds in a process that multiprocessing starts for a program under `agc run`: it has the program's
search path, and this folder is in it."""
from agc._command import as_torch

as_torch()
