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

/// The runtime's library beside the program that runs: ../lib/libagc_runtime.a. Fails where it is
/// not.
llvm::Expected<std::string> findRuntime(const char *program);

/// Links an object and the runtime into a shared library with the system's linker. It exports the
/// names of the object alone. Returns its bytes.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> linkShared(llvm::StringRef object,
                                                               llvm::StringRef runtime);

} // namespace agc

#endif
