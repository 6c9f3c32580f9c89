// The attributes that say what an exported function's arguments and results are, on the way down.
#ifndef AGC_COMPILER_LOWERING_EXPORT_H
#define AGC_COMPILER_LOWERING_EXPORT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include <optional>
#include <string>

namespace agc {
namespace attr {

// Of a function.
inline constexpr llvm::StringLiteral kExport = "agc.export";
/// Symbols of the functions that compute the extents that follow from the others.
inline constexpr llvm::StringLiteral kDerived = "agc.derived";
/// Bytes of the workspace, where they are known.
inline constexpr llvm::StringLiteral kWorkspaceBytes = "agc.workspace_bytes";
/// Symbol of the function that computes them, where they are not.
inline constexpr llvm::StringLiteral kWorkspaceFunction = "agc.workspace_function";

/// What the program's function returns, as agc_function_info has it.
inline constexpr llvm::StringLiteral kStructure = "agc.structure";

/// Derivatives that the program asks for (see ag-derive-functions).
inline constexpr llvm::StringLiteral kDerive = "agc.derive";
/// Forward and backward in one, to be parted (see ag-partition): how many of its arguments and of
/// its results are the forward's.
inline constexpr llvm::StringLiteral kSplit = "agc.split";

/// Of a forward: the hash of what it and its backward compute (see ag-pack-residuals).
inline constexpr llvm::StringLiteral kBody = "agc.body";

/// A function that nothing asked for by name: one that has no lowering goes, with a remark.
inline constexpr llvm::StringLiteral kOptional = "agc.optional";

/// A private function that is one group of loops (see ag-outline-kernels).
inline constexpr llvm::StringLiteral kKernel = "agc.kernel";

// Of an argument; a result's move to the argument that it is written to.
inline constexpr llvm::StringLiteral kName = "agc.name";
/// The name of the part of the state that an argument holds and a result replaces.
inline constexpr llvm::StringLiteral kState = "agc.state";
/// The names of a tensor's extents, "" where they are static.
inline constexpr llvm::StringLiteral kExtents = "agc.extents";
/// The tensor's type in `ag`, with bool and ui8 as such.
inline constexpr llvm::StringLiteral kType = "agc.type";
/// An index argument that is the extent of that name.
inline constexpr llvm::StringLiteral kExtent = "agc.extent";
/// An output: its extents, -1 - k for extent k, derived ones after the arguments.
inline constexpr llvm::StringLiteral kShape = "agc.shape";
/// An input whose extents kShape gives, as it does an output's.
inline constexpr llvm::StringLiteral kInput = "agc.input";
/// Bytes that the caller aligns a buffer to, where its element's are too few.
inline constexpr llvm::StringLiteral kAlignment = "agc.alignment";
/// What a forward leaves for its backward (see ag-pack-residuals); of an input, whose it is.
inline constexpr llvm::StringLiteral kResidual = "agc.residual";
/// An output of which a call fills only the first elements of the first dim: the number, among the
/// outputs, of the one that says how many.
inline constexpr llvm::StringLiteral kCount = "agc.count";
/// The workspace.
inline constexpr llvm::StringLiteral kWorkspace = "agc.workspace";
/// The context of the C interface (see agc-outline-chunks).
inline constexpr llvm::StringLiteral kContext = "agc.context";

// Of the op that combines in a reduction's body.
/// The innermost loop of the reduction in `ag` does not reduce, or has one trip: results are summed
/// in order. Later ops may have lost that loop.
inline constexpr llvm::StringLiteral kInOrder = "agc.in_order";

// Of a cf.assert.
/// The agc_status that its failure is.
inline constexpr llvm::StringLiteral kStatus = "agc.status";
/// The message as a format of the two numbers that are compared, where they are at hand.
inline constexpr llvm::StringLiteral kFormat = "agc.format";

} // namespace attr

/// The name of an exported function's argument: the one given, else one made of its number.
inline std::string argumentName(mlir::func::FuncOp function, unsigned arg) {
  auto name = function.getArgAttrOfType<mlir::StringAttr>(arg, attr::kName);
  return name ? name.str() : "arg" + std::to_string(arg);
}

/// Which extent of its tensor an op gives, where it is known and the tensor has it.
inline std::optional<int64_t> knownDim(mlir::tensor::DimOp op) {
  std::optional<int64_t> dim = op.getConstantIndex();
  auto type = mlir::dyn_cast<mlir::RankedTensorType>(op.getSource().getType());
  return dim && type && *dim >= 0 && *dim < type.getRank() ? dim : std::nullopt;
}

/// The name of a `?` extent of an argument: the one given, else one made of the argument's.
inline std::string extentName(mlir::func::FuncOp function, unsigned arg, unsigned dim) {
  if (auto names = function.getArgAttrOfType<mlir::ArrayAttr>(arg, attr::kExtents))
    if (dim < names.size())
      if (auto name = llvm::dyn_cast<mlir::StringAttr>(names[dim]); name && !name.empty())
        return name.str();
  return argumentName(function, arg) + "_" + std::to_string(dim);
}

} // namespace agc

#endif // AGC_COMPILER_LOWERING_EXPORT_H
