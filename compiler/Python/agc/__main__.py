"""`python -m agc run prog.py`: an unmodified program, with torch's names standing for agc's."""
from agc._command import main

if __name__ == "__main__":
    main()
