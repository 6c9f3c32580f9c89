// How sizes that differ become symbols.
#include "compiler/Session/Sizes.h"
#include "mlir/IR/BuiltinTypeInterfaces.h"
#include "llvm/ADT/STLExtras.h"
#include <map>
#include <tuple>

using namespace mlir;

namespace agc::session {

/// Whether a symbol may stand for a size.
static bool isGeneral(const Size &size) {
  return !ShapedType::isDynamic(size.number) && size.number >= (size.isExtent ? 2 : 0);
}

std::optional<SizePattern> SizePattern::widened(const Sizes &now) const {
  assert(numbers.size() == now.size() && "segments of one form");
  SizePattern wide(now);
  std::map<std::tuple<int, int64_t, int64_t>, int> known;
  for (auto [i, before, size] : llvm::enumerate(numbers, now)) {
    if (symbols[i] < 0 && before == size)
      continue;
    if (ShapedType::isDynamic(before.number) || !isGeneral(size))
      return {};
    int64_t number = symbols[i] < 0 ? before.number : 0; // a symbol was any
    auto [it, isNew] = known.try_emplace({symbols[i], number, size.number}, wide.symbolCount);
    wide.symbolCount += isNew;
    wide.symbols[i] = it->second;
  }
  return wide;
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
