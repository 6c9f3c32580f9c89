// Runs the linker.
#include "tools/agc/Output.h"
#include "compiler/Support/OutputFile.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Signals.h"
#include <vector>

using namespace llvm;

namespace agc {

Expected<std::string> findLibrary(const char *program, StringRef name) {
  static int here; // an address in this program
  std::string self = sys::fs::getMainExecutable(program, &here);
  std::string file = ("libagc_" + name + ".a").str();
  SmallString<128> root(sys::path::parent_path(sys::path::parent_path(self)));
  for (StringRef folder : {AGC_LIBRARY_FOLDER, "lib"}) {
    SmallString<128> path(root);
    sys::path::append(path, folder, file);
    if (sys::fs::exists(path))
      return path.str().str();
  }
  return createStringError("cannot find " + file + " beside " + self +
                           (name == "runtime" ? ": name it with --runtime" : ""));
}

static Expected<std::string> findLinker() {
  for (StringRef name : {"ld.lld-22", "ld.lld", "ld"})
    if (ErrorOr<std::string> found = sys::findProgramByName(name))
      return *found;
  return createStringError("no linker found: install lld or binutils");
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

/// Links an object and libraries, found by the name that programs run with: other names need
/// development packages. Returns the bytes.
static Expected<std::unique_ptr<MemoryBuffer>> link(StringRef object, ArrayRef<StringRef> options,
                                                    ArrayRef<std::string> libraries) {
  Expected<std::string> linker = findLinker();
  if (!linker)
    return linker.takeError();
  SmallString<128> input, output, log;
  for (auto [path, suffix] : {std::pair(&input, "o"), {&output, "so"}, {&log, "log"}}) {
    if (std::error_code error = sys::fs::createTemporaryFile("agc", suffix, *path))
      return createStringError("cannot make a temporary file: " + error.message());
    sys::RemoveFileOnSignal(*path);
  }
  scope_exit remove([&] {
    for (StringRef path : {input, output, log})
      sys::fs::remove(path);
  });
  if (Error error = writeFiles(OutputFile{input.str().str(), object}))
    return error;
  SmallVector<StringRef> args = {*linker};
  append_range(args, options);
  append_range(args, ArrayRef<StringRef>{"-o", output, "--as-needed", "-L", "/lib64", "-L",
                                         "/usr/lib64", "-L", AGC_SYSTEM_LIBRARIES, input});
  append_range(args, libraries);
  append_range(args, ArrayRef<StringRef>{"-l:libm.so.6", "-l:libc.so.6"});
  if (Error error = runLinker(args, log))
    return error;
  auto bytes = MemoryBuffer::getFile(output, /*IsText=*/false, /*RequiresNullTerminator=*/false,
                                     /*IsVolatile=*/true);
  if (!bytes)
    return createStringError("cannot read what was linked: " + bytes.getError().message());
  return std::move(*bytes);
}

Expected<std::unique_ptr<MemoryBuffer>> linkShared(StringRef object, StringRef runtime) {
  // Another library of the same model name may be loaded: each calls its own functions.
  return link(object, {"-shared", "-Bsymbolic", "--exclude-libs=ALL"}, {runtime.str()});
}

#if defined(__aarch64__)
static constexpr const char *kLoader = "/lib/ld-linux-aarch64.so.1";
#else
static constexpr const char *kLoader = "/lib64/ld-linux-x86-64.so.2";
#endif

Expected<std::unique_ptr<MemoryBuffer>> linkProgram(StringRef object, StringRef model,
                                                    const char *program) {
  std::vector<std::string> libraries;
  for (StringRef name : {"program", "pool", "runtime"}) {
    Expected<std::string> found = findLibrary(program, name);
    if (!found)
      return found.takeError();
    libraries.push_back(*found);
  }
  std::string info = ("--defsym=agc_program_info=" + model + "_info").str();
  return link(object, {"-pie", "--gc-sections", "-dynamic-linker", kLoader, info}, libraries);
}

} // namespace agc
