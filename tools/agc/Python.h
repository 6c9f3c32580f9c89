// agc's commands on Python programs.
#ifndef AGC_TOOLS_AGC_PYTHON_H
#define AGC_TOOLS_AGC_PYTHON_H

#include "llvm/ADT/StringRef.h"
#include <memory>
#include <string>

namespace llvm {
class MemoryBuffer;
}

namespace agc::tool {

/// Whether the command line begins with a command on a Python program (`agc run prog.py`).
bool isPythonCommand(int argc, char **argv);

/// What is wrong where the command line begins with a word that is no command and no file; else
/// empty.
std::string unknownCommand(int argc, char **argv);

/// Hands such a command to `python3 -m agc`; --python=EXECUTABLE before the program chooses another
/// interpreter. Returns only where that fails: an exit status.
int runPython(int argc, char **argv);

/// What a Python program exports, traced by the interpreter `wished` (empty: the one that the
/// package is built for) into a module of that name, as MLIR's bytecode. Null where that fails:
/// what is wrong has been printed.
std::unique_ptr<llvm::MemoryBuffer> tracePython(const char *program, llvm::StringRef wished,
                                                llvm::StringRef input, llvm::StringRef model);

} // namespace agc::tool

#endif // AGC_TOOLS_AGC_PYTHON_H
