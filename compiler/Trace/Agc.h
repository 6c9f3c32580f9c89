// All of agc's C++ front end: what a generator includes.
//
// A generator is a small program that traces a model's functions and emits an object file and a C
// header; the CMake function agc_add_model builds and runs it (see agc::Model and examples/digits).
#ifndef AGC_COMPILER_TRACE_AGC_H
#define AGC_COMPILER_TRACE_AGC_H

#include "compiler/Trace/Autograd.h"
#include "compiler/Trace/Factory.h"
#include "compiler/Trace/Functional.h"
#include "compiler/Trace/Model.h"
#include "compiler/Trace/Optim.h"
#include "compiler/Trace/Tensor.h"

#endif // AGC_COMPILER_TRACE_AGC_H
