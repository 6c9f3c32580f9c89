// The machine that code is generated for.
#ifndef AGC_COMPILER_CODEGEN_TARGET_H
#define AGC_COMPILER_CODEGEN_TARGET_H

#include "compiler/Pipeline.h"
#include "llvm/Target/TargetMachine.h"
#include <memory>

namespace agc {

/// A machine and what of it the passes need to know.
struct Target {
  std::unique_ptr<llvm::TargetMachine> machine;
  VectorUnit vectors;
};

/// Makes a target. `cpu` is native (the host's features), x86-64-v3, x86-64-v4, or a name that LLVM
/// knows; `triple` may be empty for the host's. Fails with a message that says what is wrong.
llvm::Expected<Target> makeTarget(llvm::StringRef triple, llvm::StringRef cpu, unsigned optLevel);

} // namespace agc

#endif
