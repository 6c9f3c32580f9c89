#!/usr/bin/env python3
"""compare-losses.py losses.txt COMMAND...: the losses that COMMAND prints are PyTorch's, within 1e-5 relative."""
import subprocess
import sys

recorded = [float(line) for line in open(sys.argv[1]) if not line.startswith("#")]
printed = [float(line) for line in subprocess.run(sys.argv[2:] + [str(len(recorded))], check=True, text=True,
                                                  stdout=subprocess.PIPE).stdout.split()]
worst = max(abs(a - b) / abs(b) for a, b in zip(printed, recorded))
print(f"{len(printed)} losses, the worst {worst:.1e} off")
sys.exit(len(printed) != len(recorded) or worst > 1e-5)
