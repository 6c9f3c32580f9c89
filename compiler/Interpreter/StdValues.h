// The table behind Std.h: a value function and a derivative function for each AGC_STD.
#ifndef AGC_INTERPRETER_STDVALUES_H
#define AGC_INTERPRETER_STDVALUES_H

#include "compiler/Interpreter/Std.h"

namespace agc::interp {

using Args = llvm::ArrayRef<Number>;

/// Computes a function; the tape is none of its concern.
using ValueFunction = Number (*)(Args);

// One definition for each function of dialect/AgStd.td (StdValues.cpp); the linker says which one
// is missing.
#define AGC_STD(name, arity) Number value_##name(Args a);
#include "dialect/Std.inc"
#undef AGC_STD

/// Fatal: a record claims an element type that one of its functions has no meaning for.
[[noreturn]] void noMeaning(const char *function, const Number &x);

} // namespace agc::interp

#endif // AGC_INTERPRETER_STDVALUES_H
