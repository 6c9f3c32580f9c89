// Declarations of the folder's passes, generated from Passes.td: creation, options, registration.
#ifndef AGC_COMPILER_LOWERING_PASSES_H
#define AGC_COMPILER_LOWERING_PASSES_H

#include "compiler/PassDialects.h"

namespace agc {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/Lowering/Passes.h.inc"
} // namespace agc

#endif // AGC_COMPILER_LOWERING_PASSES_H
