// Reference evaluation of reads and writes at computed positions.
#include "compiler/Interpreter/Eval.h"
#include "dialect/AgDialect.h"

using namespace mlir;
using namespace agc::ag;

namespace agc::interp {

/// Calls `visit` with each index of `indices` and the index it names in a tensor of `shape` along
/// `dim`; fails where one is out of range.
static LogicalResult forEachNamed(Operation *op, const Tensor &indices, int64_t dim,
                                  ArrayRef<int64_t> shape,
                                  function_ref<void(ArrayRef<int64_t>, ArrayRef<int64_t>)> visit) {
  for (const Number &i : indices.data)
    if (i.integer < 0 || i.integer >= shape[dim])
      return op->emitError() << "index " << i.integer << " is out of range for extent "
                             << shape[dim];
  SmallVector<int64_t> named;
  size_t n = 0;
  forEachIndex(indices.shape, [&](ArrayRef<int64_t> index) {
    named.assign(index.begin(), index.end());
    named[dim] = indices.data[n++].integer;
    visit(index, named);
  });
  return success();
}

Results evalGather(Operation *op, const Frame &frame) {
  auto gather = cast<GatherOp>(op);
  const Tensor &self = frame[gather.getSelf()], &index = frame[gather.getIndex()];
  Tensor result = Tensor::filled(index.shape, self.elementType);
  auto pick = [&](ArrayRef<int64_t> at, ArrayRef<int64_t> from) { result.at(at) = self.at(from); };
  if (failed(forEachNamed(op, index, gather.getDim(), self.shape, pick)))
    return failure();
  return one(std::move(result));
}

Results evalScatter(Operation *op, const Frame &frame) {
  auto scatter = cast<ScatterOp>(op);
  const Tensor &src = frame[scatter.getSrc()];
  Tensor result = frame[scatter.getSelf()];
  auto put = [&](ArrayRef<int64_t> from, ArrayRef<int64_t> at) {
    Number &x = result.at(at);
    x = scatter.getAdd() ? x + src.at(from) : src.at(from);
  };
  if (failed(forEachNamed(op, frame[scatter.getIndex()], scatter.getDim(), result.shape, put)))
    return failure();
  return one(std::move(result));
}

} // namespace agc::interp
