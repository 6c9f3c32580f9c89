// Runs the linker.
#include "tools/agc/Output.h"
#include "compiler/Support/OutputFile.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include <vector>

using namespace llvm;

namespace agc {

Expected<std::string> findRuntime(const char *program) {
  static int here; // an address in this program
  std::string self = sys::fs::getMainExecutable(program, &here);
  SmallString<128> root(sys::path::parent_path(sys::path::parent_path(self)));
  for (StringRef folder : {AGC_LIBRARY_FOLDER, "lib"}) {
    SmallString<128> path(root);
    sys::path::append(path, folder, "libagc_runtime.a");
    if (sys::fs::exists(path))
      return path.str().str();
  }
  return createStringError("cannot find libagc_runtime.a beside " + self +
                           ": name it with --runtime");
}

static Expected<std::string> findLinker() {
  for (StringRef name : {"ld.lld-22", "ld.lld", "ld"})
    if (ErrorOr<std::string> found = sys::findProgramByName(name))
      return *found;
  return createStringError("no linker found for a shared library: install lld or binutils");
}

/// Runs the linker, with what it says in the error.
static Error runLinker(ArrayRef<StringRef> args, StringRef log) {
  std::optional<StringRef> redirects[] = {std::nullopt, log, log};
  std::string message;
  if (sys::ExecuteAndWait(args.front(), args, std::nullopt, redirects, 0, 0, &message) == 0)
    return Error::success();
  if (auto said = MemoryBuffer::getFile(log))
    message += (*said)->getBuffer().rtrim();
  return createStringError("the linker failed: " + message);
}

Expected<std::unique_ptr<MemoryBuffer>> linkShared(StringRef object, StringRef runtime) {
  Expected<std::string> linker = findLinker();
  if (!linker)
    return linker.takeError();
  SmallString<128> input, output, log;
  for (auto [path, suffix] : {std::pair(&input, "o"), {&output, "so"}, {&log, "log"}})
    if (std::error_code error = sys::fs::createTemporaryFile("agc", suffix, *path))
      return createStringError("cannot make a temporary file: " + error.message());
  scope_exit remove([&] {
    for (StringRef path : {input, output, log})
      sys::fs::remove(path);
  });
  if (Error error = writeFiles(OutputFile{input.str().str(), object}))
    return error;
  // libm by the name that programs run with: its other name needs a development package.
  StringRef args[] = {*linker,       "-shared", "--exclude-libs=ALL",
                      "-o",          output,    "--as-needed",
                      "-L",          "/lib64",  "-L",
                      "/usr/lib64",  "-L",      AGC_SYSTEM_LIBRARIES,
                      input,         runtime,   "-l:libm.so.6",
                      "-l:libc.so.6"};
  if (Error error = runLinker(args, log))
    return error;
  auto bytes = MemoryBuffer::getFile(output, /*IsText=*/false, /*RequiresNullTerminator=*/false,
                                     /*IsVolatile=*/true);
  if (!bytes)
    return createStringError("cannot read what was linked: " + bytes.getError().message());
  return std::move(*bytes);
}

} // namespace agc
