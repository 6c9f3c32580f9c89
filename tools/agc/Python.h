// agc's commands on Python programs.
#ifndef AGC_TOOLS_AGC_PYTHON_H
#define AGC_TOOLS_AGC_PYTHON_H

namespace agc::tool {

/// Whether the command line begins with a command on a Python program (`agc run prog.py`).
bool isPythonCommand(int argc, char **argv);

/// Hands such a command to `python3 -m agc`; --python=EXECUTABLE before the program chooses another
/// interpreter. Returns only where that fails: an exit status.
int runPython(int argc, char **argv);

} // namespace agc::tool

#endif // AGC_TOOLS_AGC_PYTHON_H
