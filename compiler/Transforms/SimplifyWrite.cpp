// Rewrites of what is written to a part of a tensor and what is read there.
#include "compiler/Transforms/Simplify.h"
#include "dialect/AgDialect.h"
#include "dialect/Shape.h"

using namespace mlir;

namespace agc {
namespace {

/// A part of a tensor that is replaced: where(pad(true), pad(part), whole), both at one place.
struct Written {
  Value part, whole;
  ag::PadOp place;
};

/// Whether two ops that have starts and steps have the same ones.
template <typename A, typename B> bool isSamePlace(A a, B b) {
  return a.getStaticStarts() == b.getStaticStarts() && a.getStarts() == b.getStarts() &&
         a.getSteps() == b.getSteps();
}

std::optional<Written> writtenBy(Value value) {
  auto map = value.getDefiningOp<ag::MapOp>();
  if (!map || map.getFn() != "where" || map.getOperands()[2].getType() != map.getType())
    return {};
  auto mask = map.getOperands()[0].getDefiningOp<ag::PadOp>();
  auto part = map.getOperands()[1].getDefiningOp<ag::PadOp>();
  if (!mask || !part || part.getType() != map.getType() || !isSamePlace(mask, part))
    return {};
  ArrayRef<int64_t> shape = ag::tensorType(part.getSelf()).getShape();
  if (ShapedType::isDynamicShape(shape) || shape != ag::tensorType(mask.getSelf()).getShape() ||
      splatOf(mask.getSelf()) != 1 || splatOf(mask.getValue()) != 0)
    return {};
  return Written{part.getSelf(), map.getOperands()[2], part};
}

/// What is read where it was written is what was written.
struct ReadWhatWasWritten : OpRewritePattern<ag::SliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ag::SliceOp op, PatternRewriter &rewriter) const override {
    std::optional<Written> written = writtenBy(op.getSelf());
    if (!written || written->part.getType() != op.getType() || !isSamePlace(op, written->place))
      return rewriter.notifyMatchFailure(op, "reads another part");
    rewriter.replaceOp(op, written->part);
    return success();
  }
};

/// A part that is written back as it was read changes nothing.
struct DropWriteOfWhatWasRead : OpRewritePattern<ag::MapOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ag::MapOp op, PatternRewriter &rewriter) const override {
    std::optional<Written> written = writtenBy(op.getResult());
    auto read = written ? written->part.getDefiningOp<ag::SliceOp>() : ag::SliceOp();
    if (!read || read.getSelf() != written->whole || !isSamePlace(read, written->place))
      return rewriter.notifyMatchFailure(op, "writes something else");
    rewriter.replaceOp(op, written->whole);
    return success();
  }
};

} // namespace

void populateWriteSimplifications(RewritePatternSet &patterns) {
  patterns.add<ReadWhatWasWritten, DropWriteOfWhatWasRead>(patterns.getContext());
}

} // namespace agc
