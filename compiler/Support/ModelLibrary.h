// Models in shared objects, as `agc --shared` writes them.
#ifndef AGC_COMPILER_SUPPORT_MODELLIBRARY_H
#define AGC_COMPILER_SUPPORT_MODELLIBRARY_H

#include "runtime/include/agc/agc.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace agc {

/// Loads a shared object for as long as the process lives, and finds its model: the one of that
/// name, or with an empty name the only one.
llvm::Expected<const agc_model_info *> loadModel(llvm::StringRef path, llvm::StringRef name);

} // namespace agc

#endif // AGC_COMPILER_SUPPORT_MODELLIBRARY_H
