// The interpreter's own autograd: a tape of scalar functions, replayed forwards or backwards.
#ifndef AGC_INTERPRETER_TAPE_H
#define AGC_INTERPRETER_TAPE_H

#include "compiler/Interpreter/Std.h"
#include <array>
#include <deque>
#include <vector>

namespace agc::interp {

class Tape;

/// One application of a scalar function to numbers of which one at least has a past.
struct Entry {
  Tape *tape;
  size_t index;                ///< the position on the tape; arguments come earlier
  std::optional<Std> function; ///< none for a mark: the identity
  std::array<Number, 3> args;
  uint8_t count;
  Number result;

  llvm::ArrayRef<Number> arguments() const { return {args.data(), count}; }
};

/// Records scalar functions and differentiates through them, to any order: derivatives are
/// computed with recorded functions again.
class Tape {
public:
  /// A number that derivatives can be taken by: the identity on `x`.
  Number mark(const Number &x);

  /// Gives a function's result its entry; `args` have floating kinds where they have a past.
  Number record(std::optional<Std> function, llvm::ArrayRef<Number> args, const Number &result);

  /// The derivative of `sum(real(conj(seeds) * outputs))` by each of `wrt`, in PyTorch's sense:
  /// d/d re + i d/d im. Recorded where `createGraph`, else without a past.
  std::vector<Number> vjp(llvm::ArrayRef<Number> outputs, llvm::ArrayRef<Number> seeds,
                          llvm::ArrayRef<Number> wrt, bool createGraph);

  /// The outputs' movement when `wrt` move by `tangents`; recorded.
  std::vector<Number> jvp(llvm::ArrayRef<Number> outputs, llvm::ArrayRef<Number> wrt,
                          llvm::ArrayRef<Number> tangents);

  void clear() { entries.clear(); }

private:
  /// Which entries lie on a way from `wrt`; as long as the tape is now.
  std::vector<bool> reachedFrom(llvm::ArrayRef<Number> wrt) const;

  std::deque<Entry> entries; // references stay good while it grows
};

} // namespace agc::interp

#endif // AGC_INTERPRETER_TAPE_H
