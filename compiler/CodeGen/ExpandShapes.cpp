// The pass agc-expand-shapes: upstream's lowering of memref.expand_shape knows one unknown extent
// in a group.
#include "compiler/CodeGen/Passes.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"

using namespace mlir;

namespace agc {
#define GEN_PASS_DEF_EXPANDSHAPES
#include "compiler/CodeGen/Passes.h.inc"

namespace {

bool hasUnknownsInOneGroup(memref::ExpandShapeOp op) {
  return llvm::any_of(op.getReassociationIndices(), [&](const ReassociationIndices &group) {
    return llvm::count_if(group,
                          [&](int64_t dim) { return op.getResultType().isDynamicDim(dim); }) > 1;
  });
}

/// The view by sizes and strides: within a group, each dim's stride is the product of the extents
/// behind it.
void replace(memref::ExpandShapeOp op) {
  Location loc = op.getLoc();
  OpBuilder b(op);
  auto source = memref::ExtractStridedMetadataOp::create(b, loc, op.getSrc());
  SmallVector<OpFoldResult> sizes = op.getMixedOutputShape(), strides(sizes.size());
  auto [knownStrides, knownOffset] = op.getResultType().getStridesAndOffset();
  for (auto [number, group] : llvm::enumerate(op.getReassociationIndices())) {
    Value stride = source.getStrides()[number];
    for (int64_t dim : llvm::reverse(group)) {
      strides[dim] = ShapedType::isDynamic(knownStrides[dim])
                         ? OpFoldResult(stride)
                         : OpFoldResult(b.getIndexAttr(knownStrides[dim]));
      Value size = getValueOrCreateConstantIndexOp(b, loc, sizes[dim]);
      stride = arith::MulIOp::create(b, loc, stride, size);
    }
  }
  OpFoldResult offset = ShapedType::isDynamic(knownOffset)
                            ? OpFoldResult(source.getOffset())
                            : OpFoldResult(b.getIndexAttr(knownOffset));
  Value view = memref::ReinterpretCastOp::create(b, loc, op.getResultType(), source.getBaseBuffer(),
                                                 offset, sizes, strides);
  op.replaceAllUsesWith(view);
  op.erase();
}

struct ExpandShapes : impl::ExpandShapesBase<ExpandShapes> {
  void runOnOperation() override {
    SmallVector<memref::ExpandShapeOp> found;
    getOperation()->walk([&](memref::ExpandShapeOp op) {
      if (hasUnknownsInOneGroup(op))
        found.push_back(op);
    });
    llvm::for_each(found, replace);
  }
};

} // namespace
} // namespace agc
