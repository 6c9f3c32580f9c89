// Packing functions: copy a panel of A or B so that a micro-tile reads it in one stream.
#pragma once
#include "compiler/CodeGen/NestBuilder.h"
#include "compiler/CodeGen/NestShape.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace agc {

/// Which stride of the source is known to be one. A panel has lines (rows of A, columns of B).
enum class PackKind {
  AlongLines, ///< adjacent lines are adjacent: whole vectors are copied
  AlongDepth, ///< k runs along memory: square blocks are transposed in registers
  Strided,    ///< neither: element by element
};

/// What a packing function takes; strides and extents are in elements.
struct PackArguments {
  mlir::Value source, offset, lineStride, depthStride;
  mlir::Value lines, depth; ///< how much there is to copy
  mlir::Value packed, packedOffset, panelStride;

  llvm::SmallVector<mlir::Value> pack() const {
    return {source, offset, lineStride,   depthStride, lines,
            depth,  packed, packedOffset, panelStride};
  }
  static PackArguments unpack(mlir::ValueRange v) {
    return {v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]};
  }
};

/// Fills `function`, whose arguments are a PackArguments, so that afterwards
/// packed[packedOffset + k * pitch + line] = source[offset + line * lineStride + k * depthStride]
/// for all k < depth, line < lines; what stands at other lines below `pitch` is arbitrary.
/// Up to `lanes - 1` k steps behind `depth` are overwritten, and `lanes` elements behind those.
void buildPack(mlir::func::FuncOp function, mlir::FloatType element, int64_t lanes, int64_t pitch,
               PackKind kind);

} // namespace agc
