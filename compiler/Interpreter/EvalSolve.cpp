// Reference evaluation of what elimination finds of matrices.
#include "compiler/Interpreter/Eval.h"
#include "dialect/AgDialect.h"
#include <cmath>

using namespace mlir;
using namespace agc::ag;

namespace agc::interp {
namespace {

/// The matrices of a tensor, one after the other.
struct Matrices {
  Tensor &tensor;
  int64_t rows = tensor.shape[tensor.rank() - 2], columns = tensor.shape.back();

  int64_t count() const {
    int64_t each = rows * columns;
    return each ? tensor.numElements() / each : 0;
  }
  Number &at(int64_t matrix, int64_t row, int64_t column) const {
    return tensor.data[(matrix * rows + row) * columns + column];
  }
};

/// What pivots are chosen by.
double sizeOf(const Number &x) { return std::abs(x.value.real()) + std::abs(x.value.imag()); }

Number conj(const Number &x) { return x.kind == Number::Complex ? apply(Std::conj_, {x}) : x; }
Number realPart(const Number &x) { return x.kind == Number::Complex ? apply(Std::real_, {x}) : x; }

/// A tensor of integers with the shape of `like` less some last dims.
Tensor indicesLike(const Tensor &like, unsigned dropped, MLIRContext *context) {
  return Tensor::filled(ArrayRef(like.shape).drop_back(dropped), IntegerType::get(context, 64));
}

/// One step of elimination: the row of the greatest element of column k, which takes its place.
int64_t exchange(const Matrices &lu, int64_t m, int64_t k) {
  int64_t best = k;
  for (int64_t i = k + 1; i < lu.rows; ++i)
    if (sizeOf(lu.at(m, i, k)) > sizeOf(lu.at(m, best, k)))
      best = i;
  for (int64_t j = 0; j < lu.columns; ++j)
    std::swap(lu.at(m, k, j), lu.at(m, best, j));
  return best;
}

} // namespace

Results evalLuFactor(Operation *op, const Frame &frame) {
  Tensor LU = frame[op->getOperand(0)];
  Tensor pivots = indicesLike(LU, 1, op->getContext()), order = pivots,
         info = indicesLike(LU, 2, op->getContext());
  Matrices lu{LU};
  int64_t n = lu.rows;
  for (int64_t m = 0; m < lu.count(); ++m) {
    auto orderAt = [&](int64_t i) -> Number & { return order.data[m * n + i]; };
    for (int64_t i = 0; i < n; ++i)
      orderAt(i) = Number::integral(i);
    for (int64_t k = 0; k < n; ++k) {
      int64_t best = exchange(lu, m, k);
      pivots.data[m * n + k] = Number::integral(best + 1);
      std::swap(orderAt(k), orderAt(best));
      Number pivot = lu.at(m, k, k);
      if (!pivot.toBool() && info.data[m].integer == 0)
        info.data[m] = Number::integral(k + 1);
      for (int64_t i = k + 1; i < n; ++i) {
        Number &factor = lu.at(m, i, k);
        if (pivot.toBool())
          factor = factor / pivot;
        for (int64_t j = k + 1; j < n; ++j)
          lu.at(m, i, j) = lu.at(m, i, j) - factor * lu.at(m, k, j);
      }
    }
  }
  std::vector<Tensor> results;
  for (Tensor *result : {&LU, &pivots, &order, &info})
    results.push_back(std::move(*result));
  return results;
}

Results evalCholeskyFactor(Operation *op, const Frame &frame) {
  Tensor A = frame[op->getOperand(0)], L = Tensor::filled(A.shape, A.elementType, Number::real(0)),
         info = indicesLike(A, 2, op->getContext());
  Matrices a{A}, l{L};
  for (int64_t m = 0; m < a.count(); ++m)
    for (int64_t i = 0; i < a.rows; ++i)
      for (int64_t j = 0; j <= i; ++j) {
        Number rest = a.at(m, i, j);
        for (int64_t k = 0; k < j; ++k)
          rest = rest - l.at(m, i, k) * conj(l.at(m, j, k));
        if (j < i) {
          l.at(m, i, j) = rest / l.at(m, j, j);
          continue;
        }
        rest = realPart(rest);
        if (!(rest.toReal() > 0) && info.data[m].integer == 0)
          info.data[m] = Number::integral(i + 1);
        l.at(m, i, i) = apply(Std::sqrt_, {rest});
      }
  std::vector<Tensor> results;
  results.push_back(std::move(L));
  results.push_back(std::move(info));
  return results;
}

Results evalSolveTriangular(Operation *op, const Frame &frame) {
  auto solve = cast<SolveTriangularOp>(op);
  Tensor A = frame[solve.getA()], X = frame[solve.getB()];
  Matrices a{A}, x{X};
  int64_t n = a.rows;
  if (x.rows != n || a.columns != n)
    return op->emitError() << "matrices of " << n << " by " << a.columns << " and of " << x.rows
                           << " rows at run time";
  for (int64_t m = 0; m < x.count(); ++m)
    for (int64_t step = 0; step < n; ++step) {
      int64_t i = solve.getUpper() ? n - 1 - step : step;
      int64_t from = solve.getUpper() ? i + 1 : 0, to = solve.getUpper() ? n : i;
      for (int64_t j = 0; j < x.columns; ++j) {
        Number rest = x.at(m, i, j);
        for (int64_t k = from; k < to; ++k)
          rest = rest - a.at(m, i, k) * x.at(m, k, j);
        x.at(m, i, j) = solve.getUnitriangular() ? rest : rest / a.at(m, i, i);
      }
    }
  return one(std::move(X));
}

} // namespace agc::interp
