// Replaces this process by Python's, so that signals, standard streams and the exit status are its
// own.
#include "tools/agc/Python.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/WithColor.h"
#include <cstdlib>
#include <cstring>
#include <string>
#include <unistd.h>

using namespace llvm;

namespace agc::tool {

bool isPythonCommand(int argc, char **argv) { return argc > 1 && StringRef(argv[1]) == "run"; }

/// The folder of the package: beside the folder of agc in a build tree, and where it is installed.
static std::string packageFolder(const char *program) {
  std::string self = sys::fs::getMainExecutable(program, reinterpret_cast<void *>(&packageFolder));
  SmallString<256> folder(sys::path::parent_path(sys::path::parent_path(self)));
  SmallString<256> installed(folder);
  sys::path::append(folder, "python");
  sys::path::append(installed, AGC_PYTHON_FOLDER);
  return sys::fs::exists(folder) ? folder.str().str() : installed.str().str();
}

int runPython(int argc, char **argv) {
  SmallVector<char *> arguments = {nullptr, const_cast<char *>("-m"), const_cast<char *>("agc")};
  std::string python =
      std::getenv("AGC_PYTHON") ? std::getenv("AGC_PYTHON") : AGC_PYTHON_EXECUTABLE;
  bool options = true;
  for (int i = 1; i < argc; ++i) {
    StringRef argument = argv[i];
    options &= i == 1 || argument.starts_with("-");
    if (options && argument.consume_front("--python="))
      python = argument.str();
    else
      arguments.push_back(argv[i]);
  }
  for (StringRef candidate : {StringRef(python), StringRef("python3")})
    if (ErrorOr<std::string> found = sys::findProgramByName(candidate);
        found && sys::fs::can_execute(*found)) {
      python = *found;
      break;
    }
  arguments.front() = python.data();
  arguments.push_back(nullptr);
  std::string path = packageFolder(argv[0]);
  if (const char *more = std::getenv("PYTHONPATH"))
    path += ":" + std::string(more);
  ::setenv("PYTHONPATH", path.c_str(), 1);
  ::execv(python.c_str(), arguments.data());
  WithColor::error(errs(), "agc") << "cannot run '" << python << "': " << std::strerror(errno)
                                  << "; --python=EXECUTABLE chooses another\n";
  return 1;
}

} // namespace agc::tool
