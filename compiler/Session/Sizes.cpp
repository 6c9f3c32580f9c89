// How sizes that differ become symbols.
#include "compiler/Session/Sizes.h"
#include "mlir/IR/BuiltinTypeInterfaces.h"
#include <map>
#include <set>
#include <tuple>

using namespace mlir;

namespace agc::session {

/// Whether a symbol may stand for a size.
static bool isGeneral(const Size &size) {
  return !ShapedType::isDynamic(size.number) && size.number >= (size.isExtent ? 2 : 0);
}

std::optional<SizePattern> SizePattern::widened(const Sizes &now, ArrayRef<Start> starts) const {
  assert(numbers.size() == now.size() && "segments of one form");
  // Extents are of no line and no whole.
  SmallVector<Start> places(now.size());
  for (size_t i = 0; i < now.size(); ++i)
    if (!now[i].isExtent) {
      places[i] = starts.front();
      starts = starts.drop_front();
    }
  using Dim = std::tuple<const void *, int64_t, int64_t>;
  auto dimOf = [&](size_t i) { return Dim(places[i].line, places[i].rank, places[i].dim); };
  auto changes = [&](size_t i) { return symbols[i] >= 0 || !(numbers[i] == now[i]); };
  std::set<Dim> changing; // of starts
  for (size_t i = 0; i < now.size(); ++i)
    if (!now[i].isExtent && changes(i))
      changing.insert(dimOf(i));
  SizePattern wide(now);
  std::map<std::tuple<const void *, int64_t, int64_t, int, int64_t, int64_t>, int> known;
  for (size_t i = 0; i < now.size(); ++i) {
    bool isComputed = ShapedType::isDynamic(numbers[i].number);
    if (!changes(i) && (isComputed || !places[i].isFree || !changing.count(dimOf(i))))
      continue;
    if (isComputed || !isGeneral(now[i]))
      return {};
    int64_t before = symbols[i] < 0 ? numbers[i].number : 0; // a symbol was any
    auto [it, isNew] = known.try_emplace(
        {places[i].whole, places[i].rank, places[i].dim, symbols[i], before, now[i].number},
        wide.symbolCount);
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
