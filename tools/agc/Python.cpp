// Runs Python's interpreter: in place of this process, so that signals, standard streams and the
// exit status are its own, or beside it, to trace a program that is compiled here.
#include "tools/agc/Python.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/WithColor.h"
#include <cstdlib>
#include <cstring>
#include <string>
#include <unistd.h>

using namespace llvm;

namespace agc::tool {

constexpr StringLiteral kCommands[] = {"run", "check", "explain"};

bool isPythonCommand(int argc, char **argv) {
  return argc > 1 && is_contained(kCommands, StringRef(argv[1]));
}

std::string unknownCommand(int argc, char **argv) {
  StringRef word = argc > 1 ? argv[1] : "";
  if (word.empty() || !all_of(word, isAlpha) || sys::fs::exists(word))
    return "";
  StringRef nearest = *llvm::min_element(kCommands, [&](StringRef left, StringRef right) {
    return word.edit_distance(left) < word.edit_distance(right);
  });
  return ("unknown command '" + word + "' (nearest: " + nearest + ")").str();
}

/// Where Python finds the package: beside the folder of agc in a build tree, where it is installed,
/// and in a wheel around it.
static std::string packageFolder(const char *program) {
  std::string self = sys::fs::getMainExecutable(program, reinterpret_cast<void *>(&packageFolder));
  SmallString<256> folder(sys::path::parent_path(sys::path::parent_path(self)));
  SmallString<256> installed(folder);
  if (sys::fs::exists(folder + "/__init__.py"))
    return sys::path::parent_path(folder).str();
  sys::path::append(folder, "python");
  sys::path::append(installed, AGC_PYTHON_FOLDER);
  return sys::fs::exists(folder) ? folder.str().str() : installed.str().str();
}

/// The interpreter to run: the one that is wished, else the one that the environment or the build
/// names, and python3 where only the build does and it is not there.
static std::string findPython(StringRef wished) {
  const char *given = std::getenv("AGC_PYTHON");
  if (wished.empty() && given)
    wished = given;
  SmallVector<StringRef> candidates = {wished};
  if (wished.empty())
    candidates = {AGC_PYTHON_EXECUTABLE, "python3"};
  for (StringRef candidate : candidates)
    if (ErrorOr<std::string> found = sys::findProgramByName(candidate);
        found && sys::fs::can_execute(*found))
      return *found;
  return candidates.front().str();
}

/// Lets Python find the package.
static void addPackage(const char *program) {
  std::string path = packageFolder(program);
  if (const char *more = std::getenv("PYTHONPATH"))
    path += ":" + std::string(more);
  ::setenv("PYTHONPATH", path.c_str(), 1);
}

std::unique_ptr<MemoryBuffer> tracePython(const char *program, StringRef wished, StringRef input,
                                          StringRef model) {
  std::string python = findPython(wished);
  addPackage(program);
  auto complain = [](const Twine &message) {
    WithColor::error(errs(), "agc") << message << '\n';
    return nullptr;
  };
  SmallString<128> traced;
  if (std::error_code error = sys::fs::createTemporaryFile("agc", "mlirbc", traced))
    return complain("cannot make a temporary file: " + error.message());
  FileRemover remove(traced);
  sys::RemoveFileOnSignal(traced); // Ctrl-C, which is Python's too
  std::string message;
  int status =
      sys::ExecuteAndWait(python, {python, "-P", "-m", "agc", "trace", input, model, traced},
                          std::nullopt, {}, 0, 0, &message);
  if (status < 0)
    return complain("cannot run '" + python + "': " + message);
  if (status > 0)
    return nullptr; // Python has said why
  // Aligned as the bytecode asks for; elements lie in it at up to a cache line.
  auto bytes = MemoryBuffer::getFile(traced, /*IsText=*/false, /*RequiresNullTerminator=*/true,
                                     /*IsVolatile=*/true, Align(64));
  if (!bytes)
    return complain("cannot read what was traced: " + bytes.getError().message());
  return std::move(*bytes);
}

int runPython(int argc, char **argv) {
  // Without the current folder: a file there may be called as one of Python's own modules.
  SmallVector<char *> arguments = {nullptr, const_cast<char *>("-P"), const_cast<char *>("-m"),
                                   const_cast<char *>("agc")};
  std::string python;
  bool options = true;
  for (int i = 1; i < argc; ++i) {
    StringRef argument = argv[i];
    options &= i == 1 || argument.starts_with("-");
    if (options && argument.consume_front("--python="))
      python = argument.str();
    else
      arguments.push_back(argv[i]);
  }
  python = findPython(python);
  arguments.front() = python.data();
  arguments.push_back(nullptr);
  addPackage(argv[0]);
  ::execv(python.c_str(), arguments.data());
  std::string reason = std::strerror(errno); // before what asks whether there are colours
  WithColor::error(errs(), "agc") << "cannot run '" << python << "': " << reason
                                  << "; --python=EXECUTABLE chooses another\n";
  return 1;
}

} // namespace agc::tool
