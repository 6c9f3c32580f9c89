// Links what was compiled.
#ifndef AGC_TOOLS_AGC_OUTPUT_H
#define AGC_TOOLS_AGC_OUTPUT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace agc {

/// Links an object into a shared library at `path` with the system's linker.
llvm::Error linkShared(llvm::StringRef object, llvm::StringRef path);

} // namespace agc

#endif
