// Reference evaluation of constants and data movement.
#include "compiler/Interpreter/Eval.h"
#include "dialect/AgDialect.h"

using namespace mlir;
using namespace agc::ag;

namespace agc::interp {

Results evalConstant(Operation *op, const Frame &) {
  FailureOr<Tensor> tensor = Tensor::fromAttr(cast<ConstantOp>(op).getValue());
  if (failed(tensor))
    return op->emitError("the constant's attribute cannot be read");
  return one(std::move(*tensor));
}

/// The elements stay; Interpreter::define converts them to the result's element type.
Results evalCast(Operation *op, const Frame &frame) {
  Tensor result = frame[op->getOperand(0)];
  result.elementType = typeOf(op).getElementType();
  return one(std::move(result));
}

Results evalIota(Operation *op, const Frame &frame) {
  auto iota = cast<IotaOp>(op);
  Tensor result =
      Tensor::filled(frame.shapeOf(iota.getType(), iota.getSizes()), typeOf(op).getElementType());
  forEachIndex(result.shape, [&](ArrayRef<int64_t> index) {
    result.at(index) = Number::integral(index[iota.getDim()]);
  });
  return one(std::move(result));
}

Results evalReshape(Operation *op, const Frame &frame) {
  auto reshape = cast<ReshapeOp>(op);
  Tensor result = frame[reshape.getSelf()];
  result.shape = frame.shapeOf(reshape.getType(), reshape.getSizes());
  int64_t count = 1;
  for (int64_t extent : result.shape)
    count *= extent;
  if (count != result.numElements())
    return op->emitError() << result.numElements() << " elements cannot have a shape of " << count
                           << " at run time";
  return one(std::move(result));
}

Results evalPermute(Operation *op, const Frame &frame) {
  auto permute = cast<PermuteOp>(op);
  const Tensor &self = frame[permute.getSelf()];
  ArrayRef<int64_t> dims = permute.getDims();
  SmallVector<int64_t> shape =
      llvm::map_to_vector(dims, [&](int64_t dim) { return self.shape[dim]; });
  Tensor result = Tensor::filled(shape, self.elementType);
  SmallVector<int64_t> source(dims.size());
  size_t n = 0;
  forEachIndex(shape, [&](ArrayRef<int64_t> index) {
    for (auto [dim, i] : llvm::zip(dims, index))
      source[dim] = i;
    result.data[n++] = self.at(source);
  });
  return one(std::move(result));
}

Results evalExpand(Operation *op, const Frame &frame) {
  auto expand = cast<ExpandOp>(op);
  const Tensor &self = frame[expand.getSelf()];
  SmallVector<int64_t> shape = frame.shapeOf(expand.getType(), expand.getSizes());
  for (auto [own, wanted] : llvm::zip(self.shape, ArrayRef(shape).take_back(self.rank())))
    if (own != 1 && own != wanted)
      return op->emitError() << "an extent " << own << " does not broadcast to " << wanted
                             << " at run time";
  Tensor result = Tensor::filled(shape, self.elementType);
  size_t n = 0;
  forEachIndex(shape, [&](ArrayRef<int64_t> index) { result.data[n++] = self.at(index); });
  return one(std::move(result));
}

/// Calls `visit` with each index of `box` and the index it has in `whole`, by the op's starts and
/// steps; fails where one lies outside.
template <typename Op>
static LogicalResult forEachInBox(Op op, const Frame &frame, ArrayRef<int64_t> box,
                                  ArrayRef<int64_t> whole,
                                  function_ref<void(ArrayRef<int64_t>, ArrayRef<int64_t>)> visit) {
  SmallVector<int64_t> starts(op.getStaticStarts());
  auto dynamic = op.getStarts().begin();
  for (int64_t &start : starts)
    if (ShapedType::isDynamic(start))
      start = frame.index(*dynamic++);
  for (auto [start, step, size, extent] : llvm::zip(starts, op.getSteps(), box, whole))
    if (size > 0 && (start < 0 || start + (size - 1) * step >= extent))
      return op.emitError() << "the box leaves the extent " << extent << " at run time";
  SmallVector<int64_t> outer(whole.size());
  forEachIndex(box, [&](ArrayRef<int64_t> index) {
    for (size_t i = 0; i < outer.size(); ++i)
      outer[i] = starts[i] + index[i] * op.getSteps()[i];
    visit(index, outer);
  });
  return success();
}

Results evalSlice(Operation *op, const Frame &frame) {
  auto slice = cast<SliceOp>(op);
  const Tensor &self = frame[slice.getSelf()];
  Tensor result =
      Tensor::filled(frame.shapeOf(slice.getType(), slice.getSizes()), self.elementType);
  auto copy = [&](ArrayRef<int64_t> in, ArrayRef<int64_t> out) { result.at(in) = self.at(out); };
  if (failed(forEachInBox(slice, frame, result.shape, self.shape, copy)))
    return failure();
  return one(std::move(result));
}

Results evalPad(Operation *op, const Frame &frame) {
  auto pad = cast<PadOp>(op);
  const Tensor &self = frame[pad.getSelf()];
  Tensor result = Tensor::filled(frame.shapeOf(pad.getType(), pad.getSizes()), self.elementType,
                                 frame[pad.getValue()].data[0]);
  auto copy = [&](ArrayRef<int64_t> in, ArrayRef<int64_t> out) { result.at(out) = self.at(in); };
  if (failed(forEachInBox(pad, frame, self.shape, result.shape, copy)))
    return failure();
  return one(std::move(result));
}

Results evalFlip(Operation *op, const Frame &frame) {
  auto flip = cast<FlipOp>(op);
  const Tensor &self = frame[flip.getSelf()];
  Tensor result = self;
  SmallVector<int64_t> source;
  size_t n = 0;
  forEachIndex(self.shape, [&](ArrayRef<int64_t> index) {
    source.assign(index.begin(), index.end());
    for (int64_t dim : flip.getDims())
      source[dim] = self.shape[dim] - 1 - source[dim];
    result.data[n++] = self.at(source);
  });
  return one(std::move(result));
}

Results evalCat(Operation *op, const Frame &frame) {
  auto cat = cast<CatOp>(op);
  int64_t dim = cat.getDim();
  SmallVector<int64_t> shape = frame[cat.getTensors()[0]].shape;
  shape[dim] = 0;
  for (Value tensor : cat.getTensors())
    shape[dim] += frame[tensor].shape[dim];
  Tensor result = Tensor::filled(shape, typeOf(op).getElementType());
  int64_t start = 0;
  SmallVector<int64_t> target;
  for (Value tensor : cat.getTensors()) {
    const Tensor &part = frame[tensor];
    forEachIndex(part.shape, [&](ArrayRef<int64_t> index) {
      target.assign(index.begin(), index.end());
      target[dim] += start;
      result.at(target) = part.at(index);
    });
    start += part.shape[dim];
  }
  return one(std::move(result));
}

} // namespace agc::interp
