//===- ModelInfo.h - what an emitted object says about itself -------------------------*- C++
//-*-===//
//
// The compiler's side of the C interface: a model's description as the pipeline fills it, and its
// emission into an LLVM-dialect module as the constants and entries that runtime/include/agc/agc.h
// declares. compiler/CodeGen/Header.h writes the C header of the same description.
//
//===----------------------------------------------------------------------------------------------===//
#ifndef AGC_COMPILER_CODEGEN_MODELINFO_H
#define AGC_COMPILER_CODEGEN_MODELINFO_H

#include "runtime/include/agc/agc.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace agc {

/// Shape and type of a tensor at the boundary. An extent -1 - k is extent k of its function: first
/// the extents that are arguments, then the derived ones.
struct TensorInfo {
  std::string name;
  agc_dtype dtype = AGC_F32;
  llvm::SmallVector<int64_t> extents;
  /// Bytes; 0 stands for the element's own.
  uint32_t alignment = 0;
  /// Of an output whose first extent is only the most that it can be: 1 and the number of the
  /// output that says how many elements of the first dim a call has filled. 0 otherwise.
  uint32_t count = 0;
};

/// A named part of the state. Its extents are numbers.
struct StateInfo {
  std::string name;
  agc_dtype dtype = AGC_F32;
  llvm::SmallVector<int64_t> extents;
  /// The initial value, row-major and little-endian; empty stands for zeros.
  std::vector<char> initial;
  /// Where it lies in the state; set by layoutState.
  uint64_t offset = 0;
  /// Where the program declares it; null when unknown.
  mlir::LocationAttr location = {};
};

/// An extent that the caller passes as an int64_t.
struct ExtentInfo {
  std::string name;
  int64_t min = 0;
  int64_t max = std::numeric_limits<int64_t>::max();
};

/// An extent that follows from the arguments' extents: `symbol` is an llvm.func of the module that
/// takes all of the function's extents as i64 and returns an i64.
struct DerivedExtent {
  std::string name;
  std::string symbol;
  /// What it is in the arguments' extents, "n * m"; empty when that takes more than a line.
  std::string text;
};

/// A function of the model. The module holds its body as an llvm.func
///   i32 (ptr context, [ptr state,] i64 extent…, ptr input…, ptr output…, ptr workspace)
/// of the name MODEL_NAME; it returns an agc_status and may rely on every check of agc_check_call.
struct FunctionInfo {
  std::string name;
  /// Where the program defines it, "digits.cpp:12"; empty when unknown.
  std::string location;
  bool usesState = false;
  std::vector<ExtentInfo> extents;
  std::vector<DerivedExtent> derived;
  std::vector<TensorInfo> inputs, outputs;
  uint64_t workspaceBytes = 0;
  /// When not empty, an llvm.func like a DerivedExtent's that returns the workspace's bytes for
  /// these extents (negative when more than fits); workspaceBytes is then not looked at.
  std::string workspaceSymbol;
  /// What the program's function returns, as agc_function_info has it; empty when unknown.
  std::string structure = {};
  /// The output that is a forward's residual, or -1: the header tells its size.
  int residual = -1;
};

/// A model: what its object, header and description are made of.
struct ModelInfo {
  std::string name;
  std::vector<StateInfo> states;
  std::vector<FunctionInfo> functions;
};

/// Bytes of one element, and the alignment that a buffer of them needs: a complex number's is its
/// parts'.
uint64_t dtypeBytes(agc_dtype dtype);
uint32_t dtypeAlignment(agc_dtype dtype);

/// The boundary's dtype of a tensor's element type; fails on one that it cannot carry. A signless
/// integer is a signed one, i1 a bool.
mlir::FailureOr<agc_dtype> dtypeOf(mlir::Type elementType);

/// The symbol of the function that computes a forward's residual's bytes; empty where they are a
/// number or there is none.
std::string residualSymbol(const FunctionInfo &function);

/// A dtype and shape as people read them, "f32[n, 3]".
std::string printType(const FunctionInfo &function, const TensorInfo &tensor);
std::string printType(const StateInfo &state);

/// Bytes of a part of the state.
uint64_t bytesOf(const StateInfo &state);

/// Gives every state its offset, a multiple of AGC_ALIGNMENT behind the state's header, in order.
void layoutState(ModelInfo &model);

/// Bytes of the whole state after layoutState, a multiple of AGC_ALIGNMENT; 0 without states.
uint64_t stateBytes(const ModelInfo &model);

/// A hash of all that a caller's compiled code depends on: names, types, shapes, order, offsets.
uint64_t abiHash(const ModelInfo &model);

/// Whether the model can be emitted into `module`; emits a diagnostic when not.
mlir::LogicalResult checkModelInfo(mlir::ModuleOp module, const ModelInfo &model);

/// Adds the model to `module`. Afterwards each body is internal (MODEL_NAME.body), and there are
///   MODEL_NAME                         the typed entry, which vouches for its buffers' sizes;
///   MODEL_NAME_call                    the uniform entry: agc_check_call, then the body;
///   MODEL_NAME_workspace_bytes         where a workspaceSymbol was given;
///   MODEL_NAME_residual_bytes          of a forward whose residual's size is not a number;
///   MODEL_info(version)                the description;
///   MODEL_init_checked(ctx, state, h)  where the model has a state.
/// Needs layoutState before. Fails as checkModelInfo does, the module unchanged.
mlir::LogicalResult emitModelInfo(mlir::ModuleOp module, const ModelInfo &model);

} // namespace agc

#endif
