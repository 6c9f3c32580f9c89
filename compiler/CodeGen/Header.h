//===- Header.h - the C header of an emitted model -------------------------------------*- C++
//-*-===//
//
// Writes what C and C++ programs include to call a model, from the description that goes into its
// object.
//
//===----------------------------------------------------------------------------------------------===//
#ifndef AGC_COMPILER_CODEGEN_HEADER_H
#define AGC_COMPILER_CODEGEN_HEADER_H

#include "compiler/CodeGen/ModelInfo.h"

#include <string>

namespace agc {

/// The header's text: C11 and C++17, with <agc/agc.h> as its only include. Needs layoutState
/// before, and a model that checkModelInfo accepts. Names of tensors that cannot be a parameter's
/// in C are changed so that they can.
std::string emitHeader(const ModelInfo &model);

} // namespace agc

#endif
