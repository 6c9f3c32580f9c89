#include "dialect/Refusals.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace agc::ag {
namespace {

using Extents = ArrayRef<int64_t>;
using Operands = ArrayRef<Extents>;

bool differ(int64_t a, int64_t b) {
  return a != b && !ShapedType::isDynamic(a) && !ShapedType::isDynamic(b);
}

std::string textOf(int64_t extent) {
  return ShapedType::isDynamic(extent) ? "?" : std::to_string(extent);
}

std::string textOf(Extents shape, StringRef separator) {
  return llvm::join(llvm::map_range(shape, [](int64_t extent) { return textOf(extent); }),
                    separator);
}

/// What does not broadcast.
std::string refusalOfLoss(Operands operands, DictionaryAttr) {
  return refusalOfBroadcast(operands[0], operands[1]);
}

/// What is not of one shape, in words that have both, the second one's first.
std::string refusalOfOtherSizes(Extents self, Extents target, const char *words) {
  bool isSame = self.size() == target.size();
  for (size_t i = 0; isSame && i < self.size(); ++i)
    isSame = !differ(self[i], target[i]);
  return isSame ? std::string()
                : llvm::formatv(words, textOf(target, ", "), textOf(self, ", ")).str();
}

std::string refusalOfEntropy(Operands operands, DictionaryAttr) {
  return refusalOfOtherSizes(operands[0], operands[1],
                             "Using a target size (torch.Size([{0}])) that is different to the "
                             "input size (torch.Size([{1}])) is deprecated. Please ensure they "
                             "have the same size.");
}

std::string refusalOfEntropyOfLogits(Operands operands, DictionaryAttr) {
  return refusalOfOtherSizes(operands[0], operands[1],
                             "Target size (torch.Size([{0}])) must be the same as input size "
                             "(torch.Size([{1}]))");
}

std::string refusalOfProduct(Extents a, Extents b) {
  if (!differ(a[1], b[0]))
    return {};
  return llvm::formatv("mat1 and mat2 shapes cannot be multiplied ({0} and {1})", textOf(a, "x"),
                       textOf(b, "x"));
}

std::string refusalOfMm(Operands operands, DictionaryAttr) {
  auto [self, mat2] = std::pair(operands[0], operands[1]);
  if (self.size() != 2)
    return "self must be a matrix";
  return mat2.size() != 2 ? "mat2 must be a matrix" : refusalOfProduct(self, mat2);
}

/// `self` is added to the product and must expand to its shape.
std::string refusalOfAddmm(Operands operands, DictionaryAttr) {
  auto [self, mat1, mat2] = std::tuple(operands[0], operands[1], operands[2]);
  for (auto [name, matrix] : {std::pair("mat1", mat1), std::pair("mat2", mat2)})
    if (matrix.size() != 2)
      return llvm::formatv("{0} must be a matrix, got {1}-D tensor", name, matrix.size());
  if (std::string refusal = refusalOfProduct(mat1, mat2); !refusal.empty())
    return refusal;
  int64_t target[] = {mat1[0], mat2[1]};
  if (self.size() > 2)
    return llvm::formatv("expand([{0}], size=[{1}]): the number of sizes provided (2) must be "
                         "greater or equal to the number of dimensions in the tensor ({2})",
                         textOf(self, ", "), textOf(target, ", "), self.size());
  for (size_t dim = self.size(); dim-- > 0;)
    if (int64_t wanted = target[dim + 2 - self.size()]; self[dim] != 1 && differ(self[dim], wanted))
      return llvm::formatv("The expanded size of the tensor ({0}) must match the existing size "
                           "({1}) at non-singleton dimension {2}.  Target sizes: [{3}].  Tensor "
                           "sizes: [{4}]",
                           textOf(wanted), textOf(self[dim]), dim + 2 - self.size(),
                           textOf(target, ", "), textOf(self, ", "));
  return {};
}

std::string refusalOfBmm(Operands operands, DictionaryAttr) {
  auto [self, mat2] = std::pair(operands[0], operands[1]);
  if (self.size() != 3)
    return "batch1 must be a 3D tensor";
  if (mat2.size() != 3)
    return "batch2 must be a 3D tensor";
  if (!differ(self[0], mat2[0]) && !differ(self[2], mat2[1]))
    return {};
  return llvm::formatv("Expected size for first two dimensions of batch2 tensor to be: [{0}, {1}] "
                       "but got: [{2}, {3}].",
                       textOf(self[0]), textOf(self[2]), textOf(mat2[0]), textOf(mat2[1]));
}

std::string refusalOfMv(Operands operands, DictionaryAttr) {
  auto [self, vec] = std::pair(operands[0], operands[1]);
  if (self.size() != 2 || vec.size() != 1)
    return llvm::formatv("vector + matrix @ vector expected, got 1, {0}, {1}", self.size(),
                         vec.size());
  if (!differ(self[1], vec[0]))
    return {};
  return llvm::formatv("size mismatch, got input ({0}), mat ({1}), vec ({2})", textOf(self[0]),
                       textOf(self, "x"), textOf(vec[0]));
}

std::string refusalOfDot(Operands operands, DictionaryAttr) {
  auto [self, other] = std::pair(operands[0], operands[1]);
  if (self.size() != 1 || other.size() != 1)
    return llvm::formatv("1D tensors expected, but got {0}D and {1}D tensors", self.size(),
                         other.size());
  if (!differ(self[0], other[0]))
    return {};
  return llvm::formatv("inconsistent tensor size, expected tensor [{0}] and src [{1}] to have the "
                       "same number of elements, but got {0} and {1} elements respectively",
                       textOf(self[0]), textOf(other[0]));
}

/// Whether `index` reaches further than `other` along another dim than `except`.
bool isLarger(Extents index, Extents other, int64_t except, size_t &dim) {
  for (dim = 0; dim < index.size(); ++dim)
    if (int64_t(dim) != except && differ(index[dim], other[dim]) && index[dim] > other[dim])
      return true;
  return false;
}

/// An index of no elements is asked for nothing.
bool isEmpty(Extents index) { return llvm::is_contained(index, 0); }

std::string refusalOfGather(Operands operands, DictionaryAttr params) {
  auto [self, index] = std::pair(operands[0], operands[1]);
  int64_t dim = params.getAs<IntegerAttr>("dim").getInt();
  if (isEmpty(index))
    return {};
  if (std::max<size_t>(self.size(), 1) != std::max<size_t>(index.size(), 1))
    return "Index tensor must have the same number of dimensions as input tensor";
  size_t larger;
  if (self.size() != index.size() || !isLarger(index, self, dim, larger))
    return {};
  return llvm::formatv("Size does not match at dimension {0} expected index {1} to be no larger "
                       "than self {2} apart from dimension {3}",
                       larger, listOf(index), listOf(self), dim);
}

std::string refusalOfScatter(Operands operands, DictionaryAttr params) {
  auto [self, index, src] = std::tuple(operands[0], operands[1], operands[2]);
  int64_t dim = params.getAs<IntegerAttr>("dim").getInt();
  if (isEmpty(index))
    return {};
  for (auto [name, other] : {std::pair("self", self), std::pair("src", src)})
    if (std::max<size_t>(other.size(), 1) != std::max<size_t>(index.size(), 1))
      return llvm::formatv("Index tensor must have the same number of dimensions as {0} tensor",
                           name);
  size_t larger;
  if (self.size() != index.size() || src.size() != index.size() ||
      (!isLarger(index, self, dim, larger) && !isLarger(index, src, -1, larger)))
    return {};
  return llvm::formatv("Expected index {0} to be no larger than self {1} apart from dimension {2} "
                       "and to be no larger size than src {3}",
                       listOf(index), listOf(self), dim, listOf(src));
}

/// `dim` counts from the front.
std::string refusalOfCat(Operands operands, DictionaryAttr params) {
  Extents first = operands.front();
  int64_t dim = params.getAs<IntegerAttr>("dim").getInt();
  for (auto [number, operand] : llvm::enumerate(operands)) {
    if (operand.empty())
      return llvm::formatv("zero-dimensional tensor (at position {0}) cannot be concatenated",
                           number);
    if (operand.size() != first.size())
      return llvm::formatv("Tensors must have same number of dimensions: got {0} and {1}",
                           first.size(), operand.size());
    for (size_t i = 0; i < operand.size(); ++i)
      if (int64_t(i) != dim && differ(first[i], operand[i]))
        return llvm::formatv("Sizes of tensors must match except in dimension {0}. Expected size "
                             "{1} but got size {2} for tensor number {3} in the list.",
                             dim, first[i], operand[i], number);
  }
  return {};
}

/// Classes are along dim 1, or dim 0 of a vector; target has the other dims, weight the classes.
std::string refusalOfNllLoss(Operands operands, DictionaryAttr) {
  auto [self, target, weight] = std::tuple(operands[0], operands[1], operands[2]);
  if (self.empty())
    return "input tensor should be 1D or 2D";
  bool isBatch = self.size() > 1;
  if (int64_t rows = target.empty() ? 0 : target[0]; isBatch && differ(self[0], rows))
    return llvm::formatv("Expected input batch_size ({0}) to match target batch_size ({1}).",
                         self[0], rows);
  if (self.size() <= 2 && target.size() > 1)
    return "0D or 1D target tensor expected, multi-target not supported";
  SmallVector<int64_t> expected(self);
  int64_t classes = self[isBatch];
  expected.erase(expected.begin() + isBatch);
  bool fits = expected.size() == target.size();
  for (size_t i = 0; fits && i < expected.size(); ++i)
    fits = !differ(expected[i], target[i]);
  if (!fits && !isBatch)
    return llvm::formatv("size mismatch (got input: {0}, target: {1})", listOf(self),
                         listOf(target));
  if (!fits)
    return llvm::formatv("Expected target size {0}, got {1}", listOf(expected), listOf(target));
  if (!weight.empty() && (weight.size() > 1 || differ(weight[0], classes)))
    return llvm::formatv("weight tensor should be defined either for all {0} classes or no classes "
                         "but got weight tensor of shape: {1}",
                         textOf(classes), listOf(weight));
  return {};
}

} // namespace

std::string listOf(Extents shape) { return "[" + textOf(shape, ", ") + "]"; }

std::string refusalOfBroadcast(Extents a, Extents b) {
  for (size_t fromEnd = 1; fromEnd <= std::min(a.size(), b.size()); ++fromEnd) {
    int64_t x = a[a.size() - fromEnd], y = b[b.size() - fromEnd];
    if (x != 1 && y != 1 && differ(x, y))
      return llvm::formatv("The size of tensor a ({0}) must match the size of tensor b ({1}) at "
                           "non-singleton dimension {2}",
                           x, y, std::max(a.size(), b.size()) - fromEnd);
  }
  return {};
}

std::string refusalOf(const Record &record, Operands operands, DictionaryAttr params) {
  using Function = std::string (*)(Operands, DictionaryAttr);
  static const llvm::StringMap<Function> functions = {
#define AGC_RULE(record, function) {#record, function},
#define AGC_MIXED(record, words)
#include "dialect/RefusalRules.inc"
#undef AGC_RULE
#undef AGC_MIXED
  };
  Function function = functions.lookup(record.name);
  return function ? function(operands, params) : std::string();
}

llvm::StringRef wordsOfMixed(const Record &record) {
  static const llvm::StringMap<llvm::StringRef> words = {
#define AGC_RULE(record, function)
#define AGC_MIXED(record, words) {#record, words},
#include "dialect/RefusalRules.inc"
#undef AGC_RULE
#undef AGC_MIXED
  };
  return words.lookup(record.name);
}

} // namespace agc::ag
