// Writes files beside their place and renames them; runs the linker.
#include "tools/agc/Output.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"
#include <vector>

using namespace llvm;

namespace agc {

static Error cannotWrite(StringRef path, const std::string &why) {
  return createStringError("cannot write '" + path.str() + "': " + why);
}

static Expected<sys::fs::TempFile> writeBeside(const OutputFile &file) {
  Expected<sys::fs::TempFile> temp =
      sys::fs::TempFile::create(file.path + ".%%%%%%", sys::fs::all_read | sys::fs::all_write);
  if (!temp)
    return cannotWrite(file.path, toString(temp.takeError()));
  raw_fd_ostream stream(temp->FD, /*shouldClose=*/false);
  stream << file.contents;
  stream.flush();
  if (stream.has_error()) {
    std::string why = stream.error().message();
    stream.clear_error();
    consumeError(temp->discard());
    return cannotWrite(file.path, why);
  }
  return temp;
}

Error writeFiles(ArrayRef<OutputFile> files) {
  std::vector<sys::fs::TempFile> written;
  std::vector<const OutputFile *> places;
  for (const OutputFile &file : files) {
    if (file.path == "-") {
      outs() << file.contents;
      continue;
    }
    Expected<sys::fs::TempFile> temp = writeBeside(file);
    if (!temp) {
      for (sys::fs::TempFile &other : written)
        consumeError(other.discard());
      return temp.takeError();
    }
    written.push_back(std::move(*temp));
    places.push_back(&file);
  }
  Error errors = Error::success();
  for (auto [temp, file] : zip(written, places)) {
    if (Error error = temp.keep(file->path)) {
      errors = joinErrors(std::move(errors), cannotWrite(file->path, toString(std::move(error))));
      consumeError(temp.discard());
    }
  }
  return errors;
}

Error linkShared(StringRef object, StringRef path) {
  ErrorOr<std::string> linker = sys::findProgramByName("ld.lld-22");
  if (!linker)
    linker = sys::findProgramByName("ld.lld");
  if (!linker)
    linker = sys::findProgramByName("ld");
  if (!linker)
    return createStringError("no linker found (ld.lld or ld) for a shared library");
  SmallString<128> input;
  if (std::error_code error = sys::fs::createTemporaryFile("agc", "o", input))
    return errorCodeToError(error);
  std::string result = (path + ".tmp").str();
  Error error = writeFiles(OutputFile{input.str().str(), object});
  if (!error) {
    std::string message;
    StringRef args[] = {*linker, "-shared", "-o", result, input, "-lm", "-lc"};
    int status =
        sys::ExecuteAndWait(*linker, ArrayRef(args).drop_back(2), std::nullopt, {}, 0, 0, &message);
    if (status != 0)
      error = createStringError("the linker failed on '" + path.str() + "' " + message);
    else if (std::error_code code = sys::fs::rename(result, path))
      error = cannotWrite(path, code.message());
  }
  sys::fs::remove(result);
  sys::fs::remove(input);
  return error;
}

} // namespace agc
