//===- Print.h - a model's description and tensors as text -----------------------------*- C++
//-*-===//
//
// What agc-run writes to standard output.
//
//===----------------------------------------------------------------------------------------------===//
#ifndef AGC_TOOLS_AGC_RUN_PRINT_H
#define AGC_TOOLS_AGC_RUN_PRINT_H

#include "compiler/Support/Safetensors.h"

#include "llvm/Support/raw_ostream.h"

namespace agc {

/// Lists a model's functions and the parts of its state.
void printModel(const agc_model_info &model, llvm::raw_ostream &os);

/// A line with the tensor's name, type and first values.
void printTensor(const NamedTensor &tensor, llvm::raw_ostream &os);

} // namespace agc

#endif
