// Bodies of composites that are made of eliminations.
#include "dialect/AgDialect.h"
#include "dialect/Builtins.h"
#include "dialect/Matrices.h"
#include "dialect/Shape.h"

using namespace mlir;

namespace agc::ag {

using Extents = SmallVector<OpFoldResult>;

Value adjoint(OpBuilder &b, Location loc, Value self) {
  SmallVector<int64_t> order = llvm::to_vector(llvm::seq<int64_t>(0, tensorType(self).getRank()));
  std::swap(order[order.size() - 1], order[order.size() - 2]);
  Value moved = PermuteOp::create(b, loc, self, order);
  bool isComplex = isa<ComplexType>(tensorType(self).getElementType());
  return isComplex ? map(b, loc, "conj", {moved}) : moved;
}

/// The positions along a dim, as an index tensor of extents.
static Value positions(OpBuilder &b, Location loc, int64_t dim, ArrayRef<OpFoldResult> extents) {
  auto [shape, sizes] = splitExtents(extents);
  return IotaOp::create(b, loc, RankedTensorType::get(shape, b.getI64Type()), dim, sizes);
}

Value onDiagonal(OpBuilder &b, Location loc, Value like, Value number) {
  Extents rows(2, b.getIndexAttr(1)), columns = rows, all = extentsOf(b, loc, like);
  rows[0] = columns[1] = all.back();
  Value isDiagonal = map(b, loc, "eq", {positions(b, loc, 0, rows), positions(b, loc, 1, columns)});
  Value zero = scalar(b, loc, tensorType(like).getElementType(), 0);
  return expand(b, loc, map(b, loc, "where", {isDiagonal, number, zero}), all);
}

/// The diagonals of matrices.
static Value diagonalOf(OpBuilder &b, Location loc, Value matrices) {
  Extents extents = extentsOf(b, loc, matrices), column = extents;
  int64_t last = extents.size() - 1;
  column[last] = b.getIndexAttr(1);
  Value picked = GatherOp::create(b, loc, matrices, positions(b, loc, last - 1, column),
                                  b.getI64IntegerAttr(last));
  column.pop_back();
  return reshape(b, loc, picked, column);
}

Value luSolve(OpBuilder &b, Location loc, LuFactorOp lu, Value B, bool isAdjoint) {
  NamedAttribute flag = b.getNamedAttr("adjoint", b.getBoolAttr(isAdjoint));
  FailureOr<SmallVector<Value>> found = buildRecord(
      b, loc, *lookupRecord("lu_solve"), {lu.getLU(), lu.getOrder(), B}, b.getDictionaryAttr(flag));
  return succeeded(found) ? found->front() : Value();
}

/// The factor that exchanges of rows give a determinant.
static Value signOfOrder(OpBuilder &b, Location loc, LuFactorOp lu) {
  Value pivots = lu.getPivots();
  int64_t last = tensorType(pivots).getRank() - 1;
  Type element = lu.getA().getType().getElementType();
  Value own =
      map(b, loc, "add",
          {positions(b, loc, last, extentsOf(b, loc, pivots)), scalar(b, loc, b.getI64Type(), 1)});
  Value signs = map(
      b, loc, "where",
      {map(b, loc, "eq", {pivots, own}), scalar(b, loc, element, 1), scalar(b, loc, element, -1)});
  return reduce(b, loc, "prod", signs, last, /*keepdim=*/false);
}

Value determinant(OpBuilder &b, Location loc, LuFactorOp lu, Value factors) {
  Value diagonal = diagonalOf(b, loc, factors);
  Value product = reduce(b, loc, "prod", diagonal, tensorType(diagonal).getRank() - 1, false);
  return map(b, loc, "mul", {signOfOrder(b, loc, lu), product});
}

SmallVector<Value> bodyLuSolve(OpBuilder &b, Location loc, const RuleScope &scope) {
  Value LU = scope.operands[0], order = scope.operands[1], B = scope.operands[2];
  if (failed(squareShape(loc, tensorType(LU))))
    return {};
  RankedTensorType type = tensorType(LU);
  if (tensorType(B).getRank() != type.getRank() ||
      failed(verifyCompatibleShape(tensorType(order).getShape(), type.getShape().drop_back())) ||
      failed(verifyCompatibleShape(tensorType(B).getShape().drop_back(),
                                   type.getShape().drop_back()))) {
    emitError(loc) << "lu_solve(): expected an order and matrices of the rows of " << type
                   << ", got " << order.getType() << " and " << B.getType();
    return {};
  }
  bool isAdjoint = cast<BoolAttr>(scope.params.get("adjoint")).getValue();
  Extents extents = extentsOf(b, loc, B), column = extents;
  int64_t rows = extents.size() - 2;
  column.back() = b.getIndexAttr(1);
  Value index = expand(b, loc, reshape(b, loc, order, column), extents);
  auto solve = [&](Value A, Value B, bool upper, bool unit) -> Value {
    return SolveTriangularOp::create(b, loc, A, B, upper, unit);
  };
  if (!isAdjoint) {
    Value exchanged = GatherOp::create(b, loc, B, index, b.getI64IntegerAttr(rows));
    return {solve(LU, solve(LU, exchanged, false, true), true, false)};
  }
  Value adjoined = adjoint(b, loc, LU);
  Value found = solve(adjoined, solve(adjoined, B, false, false), true, true);
  return {ScatterOp::create(b, loc, fullLike(b, loc, found, 0), index, found, rows,
                            /*add=*/false)};
}

SmallVector<Value> bodySolve(OpBuilder &b, Location loc, const RuleScope &scope) {
  if (failed(squareShape(loc, tensorType(scope.operands[0]))))
    return {};
  auto lu = LuFactorOp::create(b, loc, scope.operands[0]);
  Value X = luSolve(b, loc, lu, scope.operands[1]);
  return X ? SmallVector<Value>{X, lu.getInfo()} : SmallVector<Value>();
}

SmallVector<Value> bodyInv(OpBuilder &b, Location loc, const RuleScope &scope) {
  if (failed(squareShape(loc, tensorType(scope.operands[0]))))
    return {};
  auto lu = LuFactorOp::create(b, loc, scope.operands[0]);
  Value one = scalar(b, loc, lu.getA().getType().getElementType(), 1);
  return {luSolve(b, loc, lu, onDiagonal(b, loc, lu.getLU(), one)), lu.getInfo()};
}

SmallVector<Value> bodyDet(OpBuilder &b, Location loc, const RuleScope &scope) {
  if (failed(squareShape(loc, tensorType(scope.operands[0]))))
    return {};
  auto lu = LuFactorOp::create(b, loc, scope.operands[0]);
  return {determinant(b, loc, lu, lu.getLU())};
}

SmallVector<Value> bodySlogdet(OpBuilder &b, Location loc, const RuleScope &scope) {
  if (failed(squareShape(loc, tensorType(scope.operands[0]))))
    return {};
  auto lu = LuFactorOp::create(b, loc, scope.operands[0]);
  Value diagonal = diagonalOf(b, loc, lu.getLU());
  int64_t last = tensorType(diagonal).getRank() - 1;
  Value signs = reduce(b, loc, "prod", map(b, loc, "sgn", {diagonal}), last, false);
  Value sizes = map(b, loc, "log", {map(b, loc, "abs", {diagonal})});
  return {map(b, loc, "mul", {signOfOrder(b, loc, lu), signs}),
          reduce(b, loc, "sum", sizes, last, false)};
}

SmallVector<Value> bodyCholesky(OpBuilder &b, Location loc, const RuleScope &scope) {
  Value A = scope.operands[0];
  if (failed(squareShape(loc, tensorType(A))))
    return {};
  Value both = map(b, loc, "add", {A, adjoint(b, loc, A)});
  Value half = scalar(b, loc, tensorType(A).getElementType(), 0.5);
  Value path = StraightThroughOp::create(b, loc, map(b, loc, "mul", {both, half}), A);
  auto factor = CholeskyFactorOp::create(b, loc, path);
  return {factor.getL(), factor.getInfo()};
}

SmallVector<Value> bodyCholeskySolve(OpBuilder &b, Location loc, const RuleScope &scope) {
  Value B = scope.operands[0], L = scope.operands[1];
  FailureOr<Shape> shape = squareShape(loc, tensorType(L));
  if (failed(shape))
    return {};
  if (tensorType(B).getRank() != int64_t(shape->size()) ||
      failed(verifyCompatibleShape(tensorType(B).getShape().drop_back(),
                                   ArrayRef(*shape).drop_back()))) {
    emitError(loc) << "cholesky_solve(): expected matrices of the rows of " << L.getType()
                   << ", got " << B.getType();
    return {};
  }
  Value lower = SolveTriangularOp::create(b, loc, L, B, false, false);
  return {SolveTriangularOp::create(b, loc, adjoint(b, loc, L), lower, true, false)};
}

} // namespace agc::ag
