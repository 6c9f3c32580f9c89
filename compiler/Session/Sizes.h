// What segments of one form differ in: their sizes.
#ifndef AGC_COMPILER_SESSION_SIZES_H
#define AGC_COMPILER_SESSION_SIZES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>
#include <vector>

namespace agc::session {

/// An extent of a value, or where a slice starts.
struct Size {
  int64_t number;
  bool isExtent;

  bool operator==(const Size &other) const { return number == other.number; }
  bool operator<(const Size &other) const { return number < other.number; }
};

/// The sizes of a segment, in the order of its inputs and ops.
using Sizes = std::vector<Size>;

/// Where a start stands: which dim of which whole it counts in, and the line that says so. Where a
/// part has all of a dim it is not free, and always 0.
struct Start {
  const void *line = nullptr, *whole = nullptr;
  int64_t rank = 0, dim = 0;
  bool isFree = false;
};

/// Sizes of which some may be any number: equal symbols, equal numbers.
class SizePattern {
public:
  /// What fits these sizes alone.
  explicit SizePattern(const Sizes &sizes) : numbers(sizes), symbols(sizes.size(), -1) {}
  /// What fits `now`, too, of a segment of the same form, whose starts are these: a symbol where it
  /// was another number before, and two where one symbol stood for numbers that differ now. Starts
  /// agree by chance: they are one symbol only in the same dim of the same whole, and where a line
  /// has one that changes, the others in that dim are symbols, too. None where an extent below two
  /// would be one, which decides how shapes broadcast.
  std::optional<SizePattern> widened(const Sizes &now, llvm::ArrayRef<Start> starts) const;

  /// What the symbols are in sizes that fit. No extent is below two there either.
  std::optional<llvm::SmallVector<int64_t>> match(const Sizes &sizes) const;
  /// Which symbol a size is; none where it is the same number always.
  std::optional<unsigned> symbolOf(size_t size) const {
    return symbols[size] < 0 ? std::nullopt : std::optional<unsigned>(symbols[size]);
  }
  unsigned getSymbolCount() const { return symbolCount; }

private:
  Sizes numbers;
  std::vector<int> symbols; ///< of each size; -1 for none
  unsigned symbolCount = 0;
};

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_SIZES_H
