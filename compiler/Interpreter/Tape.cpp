// Replays the tape: adjoints backwards, tangents forwards.
#include "compiler/Interpreter/Tape.h"
#include "llvm/ADT/STLExtras.h"

using llvm::ArrayRef;

namespace agc::interp {

Number Tape::record(std::optional<Std> function, ArrayRef<Number> args, const Number &result) {
  Entry &entry = entries.emplace_back();
  entry.tape = this;
  entry.index = entries.size() - 1;
  entry.function = function;
  entry.count = args.size();
  llvm::copy(args, entry.args.begin());
  entry.result = result;
  entry.result.origin = &entry;
  return entry.result;
}

Number Tape::mark(const Number &x) { return record(std::nullopt, {x}, x); }

std::vector<bool> Tape::reachedFrom(ArrayRef<Number> wrt) const {
  std::vector<bool> reached(entries.size());
  for (const Number &x : wrt)
    if (x.origin)
      reached[x.origin->index] = true;
  for (const Entry &entry : entries)
    if (!reached[entry.index])
      reached[entry.index] = llvm::any_of(entry.arguments(), [&](const Number &arg) {
        return arg.origin && reached[arg.origin->index];
      });
  return reached;
}

/// The entry's derivative by its i-th argument.
static Partial partialOf(const Entry &entry, unsigned i, bool createGraph) {
  if (!entry.function)
    return {Number::integral(1), {}};
  std::array<Number, 3> args = entry.args;
  Number result = entry.result;
  if (!createGraph) {
    for (Number &arg : args)
      arg = arg.detached();
    result = result.detached();
  }
  return partial(*entry.function, ArrayRef(args.data(), entry.count), result, i);
}

static void accumulate(std::optional<Number> &sum, const Number &term) {
  sum = sum ? *sum + term : term;
}

/// A cotangent as its number's kind has it: that of a real number is real.
static Number fitted(const Number &cotangent, const Number &like) {
  return like.kind == Number::Complex ? cotangent : apply(Std::real_, {cotangent});
}

std::vector<Number> Tape::vjp(ArrayRef<Number> outputs, ArrayRef<Number> seeds,
                              ArrayRef<Number> wrt, bool createGraph) {
  std::vector<bool> reached = reachedFrom(wrt);
  std::vector<std::optional<Number>> adjoint(reached.size());
  for (auto [output, seed] : llvm::zip(outputs, seeds))
    if (output.origin)
      accumulate(adjoint[output.origin->index], createGraph ? seed : seed.detached());
  for (size_t i = reached.size(); i-- > 0;) {
    if (!reached[i] || !adjoint[i])
      continue;
    const Entry &entry = entries[i];
    Number g = fitted(*adjoint[i], entry.result);
    for (unsigned k = 0; k < entry.count; ++k) {
      const Number &arg = entry.args[k];
      if (!arg.origin || !reached[arg.origin->index])
        continue;
      std::optional<Number> &sum = adjoint[arg.origin->index];
      Partial p = partialOf(entry, k, createGraph);
      if (p.holomorphic)
        accumulate(sum, fitted(apply(Std::conj_, {*p.holomorphic}) * g, arg));
      if (p.conjugate)
        accumulate(sum, fitted(*p.conjugate * apply(Std::conj_, {g}), arg));
    }
  }
  std::vector<Number> gradients;
  for (const Number &x : wrt) {
    bool found = x.origin && adjoint[x.origin->index];
    gradients.push_back(found ? fitted(*adjoint[x.origin->index], x.origin->result)
                              : Number::integral(0));
  }
  return gradients;
}

std::vector<Number> Tape::jvp(ArrayRef<Number> outputs, ArrayRef<Number> wrt,
                              ArrayRef<Number> tangents) {
  std::vector<bool> reached = reachedFrom(wrt);
  std::vector<std::optional<Number>> tangent(reached.size());
  std::vector<bool> given(reached.size());
  for (auto [x, t] : llvm::zip(wrt, tangents))
    if (x.origin) {
      accumulate(tangent[x.origin->index], t);
      given[x.origin->index] = true;
    }
  for (size_t i = 0; i < reached.size(); ++i) {
    if (!reached[i] || given[i])
      continue;
    const Entry &entry = entries[i];
    for (unsigned k = 0; k < entry.count; ++k) {
      const Number &arg = entry.args[k];
      if (!arg.origin || !tangent[arg.origin->index])
        continue;
      Number t = fitted(*tangent[arg.origin->index], arg);
      Partial p = partialOf(entry, k, /*createGraph=*/true);
      if (p.holomorphic)
        accumulate(tangent[i], *p.holomorphic * t);
      if (p.conjugate)
        accumulate(tangent[i], *p.conjugate * apply(Std::conj_, {t}));
    }
    if (tangent[i])
      tangent[i] = fitted(*tangent[i], entry.result);
  }
  std::vector<Number> results;
  for (const Number &y : outputs)
    results.push_back(y.origin && tangent[y.origin->index] ? *tangent[y.origin->index]
                                                           : Number::integral(0));
  return results;
}

} // namespace agc::interp
