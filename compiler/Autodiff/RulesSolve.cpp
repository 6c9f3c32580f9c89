// Gradient rules of eliminations, as PyTorch's: by the solution, not by its steps.
#include "compiler/Autodiff/Rules.h"
#include "dialect/AgDialect.h"
#include "dialect/Matrices.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"

using namespace mlir;

namespace agc {
namespace {

/// Matrix arithmetic at one place.
struct Matrices {
  OpBuilder &b;
  Location loc;

  explicit Matrices(const VjpCall &c) : b(c.b), loc(c.loc) {}

  Value map(StringRef fn, ValueRange operands) const { return ag::map(b, loc, fn, operands); }
  Value number(Value like, double value) const {
    return ag::scalar(b, loc, ag::tensorType(like).getElementType(), value);
  }
  Value onDiagonal(Value like, double value) const {
    return ag::onDiagonal(b, loc, like, number(like, value));
  }
  Value adjoint(Value self) const { return ag::adjoint(b, loc, self); }
  Value record(StringRef name, ValueRange operands, DictionaryAttr params = {}) const {
    return ag::buildRecord(b, loc, *ag::lookupRecord(name), operands, params)->front();
  }
  Value product(Value self, Value other) const {
    std::string batch;
    for (int64_t i = 2; i < ag::tensorType(self).getRank(); ++i)
      batch += char('a' + (i - 2));
    return ag::ContractOp::create(b, loc, self, other,
                                  batch + "xy," + batch + "yz->" + batch + "xz");
  }
  Value triangle(StringRef name, Value self, int64_t diagonal = 0) const {
    return record(name, self,
                  b.getDictionaryAttr(b.getNamedAttr("diagonal", b.getI64IntegerAttr(diagonal))));
  }
  Value solve(Value A, Value B, bool upper, bool unit = false) const {
    return ag::SolveTriangularOp::create(b, loc, A, B, upper, unit);
  }
  /// X of X A = B.
  Value solveRight(Value A, Value B, bool upper) const {
    return adjoint(solve(adjoint(A), adjoint(B), !upper));
  }
  /// The solution by A's adjoint: by its factors, and where it is differentiated again by a solve.
  Value solveAdjoint(Value A, Value B) const {
    auto lu = ag::LuFactorOp::create(b, loc, ag::StopGradientOp::create(b, loc, A));
    return solveAdjoint(A, lu, B);
  }
  Value solveAdjoint(Value A, ag::LuFactorOp lu, Value B) const {
    return ag::StraightThroughOp::create(b, loc, record("solve", {adjoint(A), B}),
                                         ag::luSolve(b, loc, lu, B, /*isAdjoint=*/true));
  }
  /// One number for each matrix, as matrices of one element.
  Value perMatrix(Value numbers) const {
    SmallVector<OpFoldResult> extents = ag::extentsOf(b, loc, numbers);
    extents.append(2, b.getIndexAttr(1));
    return ag::reshape(b, loc, numbers, extents);
  }
};

} // namespace

SmallVector<Value> vjpLuFactor(const VjpCall &c) {
  Matrices m(c);
  Value LU = c.node.results[0], order = c.node.results[2];
  Value adjoined = m.adjoint(LU);
  Value L = m.map("add", {m.triangle("tril", LU, -1), m.onDiagonal(LU, 1)});
  Value U = m.triangle("triu", LU);
  Value ofL = m.triangle("tril", m.product(m.adjoint(L), m.triangle("tril", c.grad(), -1)), -1);
  Value ofU = m.triangle("triu", m.product(m.triangle("triu", c.grad()), m.adjoint(U)));
  Value moved = m.solve(adjoined, m.map("add", {ofL, ofU}), /*upper=*/true, /*unit=*/true);
  moved = m.solveRight(adjoined, moved, /*upper=*/false);
  SmallVector<OpFoldResult> extents = ag::extentsOf(c.b, c.loc, LU), column = extents;
  column.back() = c.b.getIndexAttr(1);
  Value index = ag::expand(c.b, c.loc, ag::reshape(c.b, c.loc, order, column), extents);
  return {ag::ScatterOp::create(c.b, c.loc, ag::fullLike(c.b, c.loc, LU, 0), index, moved,
                                extents.size() - 2, /*add=*/false)};
}

SmallVector<Value> vjpCholeskyFactor(const VjpCall &c) {
  Matrices m(c);
  Value L = c.node.results[0];
  Value inner = m.triangle("tril", m.product(m.adjoint(L), c.grad()));
  // Its adjoint makes it Hermitian, the diagonal's half of it.
  inner = m.map("mul", {inner, m.map("sub", {m.number(L, 1), m.onDiagonal(L, 0.5)})});
  inner = m.map("mul", {m.map("add", {inner, m.adjoint(inner)}), m.number(L, 0.5)});
  inner = m.solve(m.adjoint(L), inner, /*upper=*/true);
  Value whole = m.solveRight(L, inner, /*upper=*/false);
  // The lower triangle stands for both.
  return {m.map("add", {m.triangle("tril", whole), m.triangle("tril", whole, -1)})};
}

SmallVector<Value> vjpSolveTriangular(const VjpCall &c) {
  Matrices m(c);
  auto op = cast<ag::SolveTriangularOp>(c.node.op);
  bool upper = op.getUpper(), unit = op.getUnitriangular();
  Value ofB = m.solve(m.adjoint(c.operand(0)), c.grad(), !upper, unit);
  SmallVector<Value> cotangents = c.none();
  if (c.needs[1])
    cotangents[1] = ofB;
  if (c.needs[0]) {
    Value ofA = m.map("neg", {m.product(ofB, m.adjoint(c.node.results[0]))});
    cotangents[0] = upper ? m.triangle("triu", ofA, unit) : m.triangle("tril", ofA, -int(unit));
  }
  return cotangents;
}

SmallVector<Value> vjpSolve(const VjpCall &c) {
  Matrices m(c);
  Value ofB = m.solveAdjoint(c.operand(0), c.grad());
  SmallVector<Value> cotangents = c.none();
  if (c.needs[0])
    cotangents[0] = m.map("neg", {m.product(ofB, m.adjoint(c.node.results[0]))});
  if (c.needs[1])
    cotangents[1] = ofB;
  return cotangents;
}

SmallVector<Value> vjpCholeskySolve(const VjpCall &c) {
  Matrices m(c);
  Value L = c.operand(1), ofB = m.record("cholesky_solve", {c.grad(), L});
  SmallVector<Value> cotangents = c.none();
  if (c.needs[0])
    cotangents[0] = ofB;
  if (c.needs[1]) {
    Value half = m.product(ofB, m.adjoint(c.node.results[0]));
    cotangents[1] = m.map("neg", {m.product(m.map("add", {half, m.adjoint(half)}), L)});
  }
  return cotangents;
}

SmallVector<Value> vjpInv(const VjpCall &c) {
  Matrices m(c);
  Value back = m.adjoint(c.node.results[0]);
  return {m.map("neg", {m.product(back, m.product(c.grad(), back))})};
}

/// The cofactors of a matrix, as its determinant times the adjoint of its inverse. The factors of a
/// singular one get a least number in place of the zeros on their diagonal. Then the cofactors are
/// found by the determinant of these, or else are zero, as it is: PyTorch has the former where the
/// gradient is differentiated again, and the latter elsewhere.
SmallVector<Value> vjpDet(const VjpCall &c) {
  Matrices m(c);
  Value A = c.operand(0);
  if (ag::tensorType(A).getShape().back() == 1) // whose cofactor is 1
    return {m.perMatrix(c.grad())};
  auto lu = ag::LuFactorOp::create(c.b, c.loc, ag::StopGradientOp::create(c.b, c.loc, A));
  Type element = ag::tensorType(A).getElementType(), part = element;
  if (auto complex = dyn_cast<ComplexType>(element))
    part = complex.getElementType();
  Value isZero = m.map("eq", {lu.getLU(), m.number(A, 0)});
  Value least = m.onDiagonal(A, part.isF64() ? 0x1p-52 : 0x1p-23);
  Value raised = m.map("where", {isZero, least, lu.getLU()});
  auto right = [&](Value det) {
    Value adjoined = isa<ComplexType>(element) ? m.map("conj", {det}) : det;
    return ag::onDiagonal(c.b, c.loc, A, m.perMatrix(m.map("mul", {c.grad(), adjoined})));
  };
  Value own = right(c.node.results[0]);
  Value by = c.node.createGraph ? right(ag::determinant(c.b, c.loc, lu, raised)) : own;
  NamedAttribute adjoint = c.b.getNamedAttr("adjoint", c.b.getBoolAttr(true));
  Value value = m.record("lu_solve", {raised, lu.getOrder(), by}, c.b.getDictionaryAttr(adjoint));
  return {ag::StraightThroughOp::create(c.b, c.loc, m.record("solve", {m.adjoint(A), own}), value)};
}

SmallVector<Value> vjpSlogdet(const VjpCall &c) {
  Matrices m(c);
  Value A = c.operand(0), sign = c.node.results[0], ofSign = c.grads[0], ofSize = c.grads[1];
  Type element = ag::tensorType(A).getElementType();
  Value moved = ofSize ? ag::castTo(c.b, c.loc, ofSize, element) : Value();
  if (isa<ComplexType>(element) && ofSign) { // it turns by the imaginary part of the logarithm
    Value along = m.map("mul", {m.map("conj", {ofSign}), sign});
    Value twice = m.map("sub", {m.map("conj", {along}), along});
    moved = accumulate(c.b, c.loc, moved, m.map("mul", {twice, m.number(A, 0.5)}));
  }
  if (!moved)
    return c.none();
  return {m.solveAdjoint(A, ag::onDiagonal(c.b, c.loc, A, m.perMatrix(moved)))};
}

} // namespace agc
