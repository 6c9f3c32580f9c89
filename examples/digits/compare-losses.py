#!/usr/bin/env python3
"""compare-losses.py losses.txt "COMMAND" …: the losses that each command prints, given their number, are PyTorch's within
1e-5 relative. A command that begins with python3 is PyTorch's own and is left out where it is not installed."""
import shlex
import subprocess
import sys

recorded = [float(line) for line in open(sys.argv[1]) if not line.startswith("#")]
failed = False
for line in sys.argv[2:]:
    command = shlex.split(line)
    if command[0] == "python3" and subprocess.run(["python3", "-c", "import torch"], stderr=subprocess.DEVNULL).returncode:
        print(f"no PyTorch here for {command[-1]}: the recorded losses stand for it")
        continue
    done = subprocess.run(command + [str(len(recorded))], check=True, text=True, stdout=subprocess.PIPE)
    printed = [float(loss) for loss in done.stdout.split()]
    worst = max(abs(a - b) / abs(b) for a, b in zip(printed, recorded))
    print(f"{len(printed)} losses, the worst {worst:.1e} off: {line}")
    failed |= len(printed) != len(recorded) or worst > 1e-5
sys.exit(failed)
