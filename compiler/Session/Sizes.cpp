// How sizes that differ become symbols.
#include "compiler/Session/Sizes.h"
#include "mlir/IR/BuiltinTypeInterfaces.h"
#include <map>

using namespace mlir;

namespace agc::session {

/// Whether a symbol may stand for a size.
static bool isGeneral(const Size &size) {
  return !ShapedType::isDynamic(size.number) && size.number >= (size.isExtent ? 2 : 0);
}

std::optional<SizePattern> SizePattern::of(const Sizes &before, const Sizes &now) {
  assert(before.size() == now.size() && "segments of one form");
  SizePattern pattern;
  pattern.numbers = now;
  std::map<std::pair<int64_t, int64_t>, int> known;
  for (auto [x, y] : llvm::zip(before, now)) {
    if (x == y) {
      pattern.symbols.push_back(-1);
      continue;
    }
    if (ShapedType::isDynamic(x.number) || !isGeneral(y))
      return {};
    auto [it, isNew] = known.try_emplace({x.number, y.number}, pattern.symbolCount);
    pattern.symbolCount += isNew;
    pattern.symbols.push_back(it->second);
  }
  return pattern;
}

std::optional<SmallVector<int64_t>> SizePattern::match(const Sizes &sizes) const {
  SmallVector<int64_t> found(symbolCount, -1);
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (symbols[i] < 0) {
      if (!(sizes[i] == numbers[i]))
        return {};
      continue;
    }
    int64_t &number = found[symbols[i]];
    if (!isGeneral(sizes[i]) || (number >= 0 && number != sizes[i].number))
      return {};
    number = sizes[i].number;
  }
  return found;
}

} // namespace agc::session
