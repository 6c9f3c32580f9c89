// Broadcasting, reduction and `?` extents.
#include "dialect/Shape.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace agc::ag {

FailureOr<Shape> broadcastShapes(ArrayRef<int64_t> a, ArrayRef<int64_t> b) {
  if (a.size() < b.size())
    std::swap(a, b);
  Shape result(a);
  size_t offset = a.size() - b.size();
  for (size_t i = 0; i < b.size(); ++i) {
    int64_t &x = result[offset + i];
    int64_t y = b[i];
    if (y == 1 || x == y)
      continue;
    if (x == 1 || x == ShapedType::kDynamic)
      x = y;
    else if (y != ShapedType::kDynamic)
      return failure();
  }
  return result;
}

Shape reducedShape(ArrayRef<int64_t> shape, ArrayRef<int64_t> dims, bool keepdim) {
  Shape result;
  for (auto [i, extent] : llvm::enumerate(shape)) {
    bool reduced = llvm::is_contained(dims, int64_t(i));
    if (!reduced || keepdim)
      result.push_back(reduced ? 1 : extent);
  }
  return result;
}

LogicalResult verifyDims(Operation *op, StringRef label, ArrayRef<int64_t> dims, int64_t rank) {
  for (auto [i, dim] : llvm::enumerate(dims)) {
    if (dim < 0 || dim >= rank)
      return op->emitOpError() << label << ": dim " << dim << " is out of range for rank " << rank;
    if (i && dims[i - 1] >= dim)
      return op->emitOpError() << label << ": dims must ascend without repeats";
  }
  return success();
}

LogicalResult verifySizes(Operation *op, StringRef label, RankedTensorType result, size_t sizes) {
  size_t expected = result.getNumDynamicDims();
  if (sizes == expected)
    return success();
  return op->emitOpError() << label << ": expected " << expected
                           << " sizes for the unknown extents of the result, got " << sizes;
}

SmallVector<OpFoldResult> extentsOf(OpBuilder &b, Location loc, Value tensor) {
  SmallVector<OpFoldResult> extents;
  for (auto [i, extent] : llvm::enumerate(tensorType(tensor).getShape())) {
    if (ShapedType::isDynamic(extent))
      extents.push_back(b.createOrFold<tensor::DimOp>(loc, tensor, int64_t(i)));
    else
      extents.push_back(b.getIndexAttr(extent));
  }
  return extents;
}

std::pair<Shape, SmallVector<Value>> splitExtents(ArrayRef<OpFoldResult> extents) {
  Shape shape;
  SmallVector<Value> sizes;
  for (OpFoldResult extent : extents) {
    std::optional<int64_t> known = getConstantIntValue(extent);
    shape.push_back(known ? *known : ShapedType::kDynamic);
    if (!known)
      sizes.push_back(cast<Value>(extent));
  }
  return {shape, sizes};
}

OpFoldResult countElements(OpBuilder &b, Location loc, ArrayRef<OpFoldResult> extents) {
  int64_t known = 1;
  Value unknown;
  for (OpFoldResult extent : extents) {
    if (std::optional<int64_t> value = getConstantIntValue(extent)) {
      known *= *value;
      continue;
    }
    Value size = cast<Value>(extent);
    unknown = unknown ? Value(arith::MulIOp::create(b, loc, unknown, size)) : size;
  }
  if (!unknown)
    return b.getIndexAttr(known);
  if (known == 1)
    return unknown;
  Value factor = arith::ConstantIndexOp::create(b, loc, known);
  return arith::MulIOp::create(b, loc, unknown, factor).getResult();
}

FailureOr<Shape> squareShape(std::optional<Location> loc, RankedTensorType type) {
  Shape shape(type.getShape());
  if (shape.size() < 2)
    return emitOptionalError(loc, "C1: expected square matrices, got ", type);
  int64_t &rows = shape[shape.size() - 2], &columns = shape.back();
  if (ShapedType::isDynamic(rows))
    rows = columns;
  if (ShapedType::isDynamic(columns))
    columns = rows;
  if (rows != columns)
    return emitOptionalError(loc, "C1: expected square matrices, got ", type);
  return shape;
}

} // namespace agc::ag
