// Links what was compiled.
#ifndef AGC_TOOLS_AGC_OUTPUT_H
#define AGC_TOOLS_AGC_OUTPUT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <memory>

namespace llvm {
class MemoryBuffer;
}

namespace agc {

/// A library of the runtime beside the program that runs: ../lib/libagc_NAME.a. Fails where it is
/// not.
llvm::Expected<std::string> findLibrary(const char *program, llvm::StringRef name);

/// Links an object and the runtime into a shared library with the system's linker. It exports the
/// names of the object alone. Returns its bytes.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> linkShared(llvm::StringRef object,
                                                               llvm::StringRef runtime);

/// Links an object with the model of that name into an executable with a command line.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
linkProgram(llvm::StringRef object, llvm::StringRef model, const char *program);

} // namespace agc

#endif
