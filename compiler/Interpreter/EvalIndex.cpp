// Reference evaluation of reads and writes at computed positions.
#include "compiler/Interpreter/Eval.h"
#include "dialect/AgDialect.h"
#include <cmath>
#include <numeric>

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

Results evalNonzero(Operation *op, const Frame &frame) {
  const Tensor &self = frame[op->getOperand(0)];
  Tensor result = Tensor::filled({0, self.rank()}, typeOf(op).getElementType());
  size_t n = 0;
  forEachIndex(self.shape, [&](ArrayRef<int64_t> index) {
    if (!self.data[n++].toBool())
      return;
    ++result.shape[0];
    for (int64_t i : index)
      result.data.push_back(Number::integral(i));
  });
  return one(std::move(result));
}

/// Whether a number comes before another in ascending order, NaN last.
static bool isLess(const Number &x, const Number &y) {
  if (!x.isFloating())
    return x.integer < y.integer;
  return x.toReal() < y.toReal() || (!std::isnan(x.toReal()) && std::isnan(y.toReal()));
}

Results evalSort(Operation *op, const Frame &frame) {
  auto sort = cast<SortOp>(op);
  const Tensor &self = frame[sort.getSelf()];
  Tensor values = self;
  Tensor indices = Tensor::filled(self.shape, IntegerType::get(op->getContext(), 64));
  SmallVector<int64_t> firsts(self.shape);
  int64_t dim = sort.getDim();
  if (firsts[dim] != 0)
    firsts[dim] = 1;
  forEachIndex(firsts, [&](ArrayRef<int64_t> first) {
    SmallVector<int64_t> at(first);
    auto in = [&](const Tensor &tensor, int64_t place) {
      at[dim] = place;
      return tensor.at(at);
    };
    std::vector<int64_t> order(self.shape[dim]);
    std::iota(order.begin(), order.end(), 0);
    llvm::sort(order, [&](int64_t i, int64_t j) { // equal ones as they stand
      Number x = in(self, i), y = in(self, j);
      if (sort.getDescending())
        std::swap(x, y);
      return isLess(x, y) || (!isLess(y, x) && i < j);
    });
    for (auto [place, from] : llvm::enumerate(order)) {
      Number value = in(self, from);
      at[dim] = place;
      values.at(at) = value;
      indices.at(at) = Number::integral(from);
    }
  });
  std::vector<Tensor> results;
  results.push_back(std::move(values));
  results.push_back(std::move(indices));
  return results;
}

Results evalUnique(Operation *op, const Frame &frame) {
  const Tensor &self = frame[op->getOperand(0)];
  auto equal = [](const Number &x, const Number &y) {
    return x.isFloating() ? x.toReal() == y.toReal() : x.integer == y.integer;
  };
  bool rows = cast<UniqueOp>(op).getRows();
  size_t count = rows ? self.shape[0] : self.data.size(), width = rows ? self.shape[1] : 1;
  auto row = [&](size_t i) { return ArrayRef(self.data).slice(i * width, width); };
  auto comesBefore = [&](size_t i, size_t j) {
    return std::lexicographical_compare(row(i).begin(), row(i).end(), row(j).begin(), row(j).end(),
                                        isLess);
  };
  std::vector<size_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  llvm::sort(order, [&](size_t i, size_t j) { // equal ones as they stand
    return comesBefore(i, j) || (!comesBefore(j, i) && i < j);
  });

  Type i64 = IntegerType::get(op->getContext(), 64);
  Tensor values = Tensor::filled({0}, self.elementType), counts = Tensor::filled({0}, i64);
  Tensor inverse = Tensor::filled({int64_t(count)}, i64);
  if (rows)
    values.shape.push_back(width);
  else
    inverse.shape = self.shape;
  for (size_t i : order) {
    if (counts.data.empty() ||
        !llvm::equal(ArrayRef(values.data).take_back(width), row(i), equal)) {
      for (const Number &x : row(i))
        values.data.push_back(x.detached());
      counts.data.push_back(Number::integral(0));
    }
    ++counts.data.back().integer;
    inverse.data[i] = Number::integral(int64_t(counts.data.size()) - 1);
  }
  values.shape[0] = counts.shape[0] = counts.data.size();
  std::vector<Tensor> results;
  for (Tensor *result : {&values, &inverse, &counts})
    results.push_back(std::move(*result));
  return results;
}

} // namespace agc::interp
