// Every pass of the compiler; each folder declares its own.
#ifndef AGC_COMPILER_PASSES_H
#define AGC_COMPILER_PASSES_H

#include "compiler/Analysis/Passes.h"
#include "compiler/Autodiff/Passes.h"
#include "compiler/CodeGen/Passes.h"
#include "compiler/Lowering/Passes.h"
#include "compiler/Transforms/Passes.h"

namespace agc {

inline void registerAgcPasses() {
  registerAgcAnalysisPasses();
  registerAgcAutodiffPasses();
  registerAgcCodeGenPasses();
  registerAgcLoweringPasses();
  registerAgcTransformsPasses();
}

} // namespace agc

#endif // AGC_COMPILER_PASSES_H
