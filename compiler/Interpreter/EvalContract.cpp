// Reference evaluation of contractions, as nested sums over subscripts.
#include "compiler/Interpreter/Eval.h"
#include "dialect/AgDialect.h"

using namespace mlir;
using namespace agc::ag;

namespace agc::interp {

Results evalContract(Operation *op, const Frame &frame) {
  auto contract = cast<ContractOp>(op);
  const Tensor &self = frame[contract.getSelf()], &other = frame[contract.getOther()];
  StringRef left, a, b, out;
  std::tie(left, out) = contract.getSubscripts().split("->");
  std::tie(a, b) = left.split(',');

  // The result's letters first, the summed ones after them: one index runs over both.
  std::string letters = out.str();
  for (char c : (a + b).str())
    if (!StringRef(letters).contains(c))
      letters += c;
  SmallVector<int64_t> extents;
  for (char c : letters) {
    size_t i = a.find(c), j = b.find(c);
    int64_t extent = i == StringRef::npos ? other.shape[j] : self.shape[i];
    if (j != StringRef::npos && other.shape[j] != extent)
      return op->emitError() << "dim '" << StringRef(&c, 1) << "' has extents " << extent << " and "
                             << other.shape[j] << " at run time";
    extents.push_back(extent);
  }
  auto indexOf = [&](StringRef subscripts, ArrayRef<int64_t> index) {
    return llvm::map_to_vector(subscripts, [&](char c) { return index[letters.find(c)]; });
  };

  ArrayRef<int64_t> shape = ArrayRef(extents).take_front(out.size());
  Tensor result = Tensor::filled(shape, self.elementType, Number::integral(0));
  forEachIndex(extents, [&](ArrayRef<int64_t> index) {
    Number &sum = result.at(index.take_front(out.size()));
    sum = sum + self.at(indexOf(a, index)) * other.at(indexOf(b, index));
  });
  return one(std::move(result));
}

} // namespace agc::interp
