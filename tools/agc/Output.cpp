// Runs the linker.
#include "tools/agc/Output.h"
#include "compiler/Support/OutputFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"
#include <vector>

using namespace llvm;

namespace agc {

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
      error = createStringError("cannot write '" + path.str() + "': " + code.message());
  }
  sys::fs::remove(result);
  sys::fs::remove(input);
  return error;
}

} // namespace agc
