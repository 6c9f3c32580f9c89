// Declares the C++ gradient rules that records name.
#ifndef AGC_COMPILER_AUTODIFF_RULES_H
#define AGC_COMPILER_AUTODIFF_RULES_H

#include "compiler/Autodiff/Vjp.h"

namespace agc {
#define AGC_RULE(record, function) VjpRule function;
#include "dialect/GradRules.inc"
#undef AGC_RULE
} // namespace agc

#endif // AGC_COMPILER_AUTODIFF_RULES_H
