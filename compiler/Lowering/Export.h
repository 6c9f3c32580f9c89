// The attributes that say what an exported function's arguments and results are, on the way down.
#ifndef AGC_COMPILER_LOWERING_EXPORT_H
#define AGC_COMPILER_LOWERING_EXPORT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace agc::attr {

// Of a function.
inline constexpr llvm::StringLiteral kExport = "agc.export";
/// Symbols of the functions that compute the extents that follow from the others.
inline constexpr llvm::StringLiteral kDerived = "agc.derived";
/// Bytes of the workspace, where they are known.
inline constexpr llvm::StringLiteral kWorkspaceBytes = "agc.workspace_bytes";
/// Symbol of the function that computes them, where they are not.
inline constexpr llvm::StringLiteral kWorkspaceFunction = "agc.workspace_function";

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
/// The workspace.
inline constexpr llvm::StringLiteral kWorkspace = "agc.workspace";
/// The context of the C interface (see agc-outline-chunks).
inline constexpr llvm::StringLiteral kContext = "agc.context";

// Of a cf.assert.
/// The agc_status that its failure is.
inline constexpr llvm::StringLiteral kStatus = "agc.status";

} // namespace agc::attr

#endif // AGC_COMPILER_LOWERING_EXPORT_H
