// Eliminations of matrices become loops over their rows, in place in the result, one matrix after
// the other. The innermost loops run along rows.
#include "compiler/Lowering/Lowering.h"
#include "compiler/Lowering/MergeSort.h"
#include "dialect/AgDialect.h"
#include "dialect/Shape.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace agc {
namespace {

using LoopBody = function_ref<SmallVector<Value>(OpBuilder &, Location, Value, ValueRange)>;

/// What is carried through a loop.
SmallVector<Value> buildLoop(OpBuilder &b, Location loc, Value from, Value to, ValueRange carried,
                             LoopBody body) {
  Value one = arith::ConstantIndexOp::create(b, loc, 1);
  auto build = [&](OpBuilder &nested, Location at, Value i, ValueRange values) {
    scf::YieldOp::create(nested, at, body(nested, at, i, values));
  };
  return SmallVector<Value>(scf::ForOp::create(b, loc, from, to, one, carried, build).getResults());
}

/// Elements of one matrix among others, and arithmetic on them, at one place.
struct Elements {
  OpBuilder &b;
  Location loc;
  ValueRange matrix; ///< which one, by the indices of the other dims
  Type type;

  SmallVector<Value> place(ValueRange at) const {
    SmallVector<Value> all(matrix);
    llvm::append_range(all, at);
    return all;
  }
  Value read(Value tensor, ValueRange at) const {
    return tensor::ExtractOp::create(b, loc, tensor, place(at));
  }
  Value write(Value element, Value tensor, ValueRange at) const {
    return tensor::InsertOp::create(b, loc, element, tensor, place(at));
  }
  Value call(StringRef record, ValueRange operands) const {
    return callRecord(b, loc, record, type, operands);
  }
  /// x - y * z
  Value less(Value x, Value y, Value z) const {
    if (isa<FloatType>(type))
      return math::FmaOp::create(b, loc, arith::NegFOp::create(b, loc, y), z, x);
    return call("sub", {x, call("mul", {y, z})});
  }
  Value realPart(Value x) const {
    return isa<FloatType>(type) ? x : complex::ReOp::create(b, loc, x).getResult();
  }
  /// What pivots are chosen by.
  Value sizeOf(Value x) const {
    Value size = math::AbsFOp::create(b, loc, realPart(x));
    if (isa<FloatType>(type))
      return size;
    Value imaginary = math::AbsFOp::create(b, loc, complex::ImOp::create(b, loc, x));
    return arith::AddFOp::create(b, loc, size, imaginary);
  }
  /// A number of a matrix's step, counted from 1, where it is the first that `fails`.
  Value report(Value info, Value fails, Value step) const {
    Indices in{b, loc};
    Value old = read(info, {});
    Value zero = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(0));
    Value isFirst = arith::AndIOp::create(
        b, loc, fails, arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, old, zero));
    Value number = in.toI64(in.add(step, in(1)));
    return write(arith::SelectOp::create(b, loc, isFirst, number, old), info, {});
  }
  Elements at(OpBuilder &nested, Location where) const { return {nested, where, matrix, type}; }
};

/// The extents of square matrices, held to be so.
struct Square {
  Square(OpBuilder &b, Location loc, Value A) : extents(ag::extentsOf(b, loc, A)) {
    size_t last = extents.size() - 1;
    buildExtentCheck(b, loc, extents[last - 1], extents[last]);
    size = indexValue(b, loc, extents[last]);
    for (OpFoldResult extent : batch())
      ends.push_back(indexValue(b, loc, extent));
  }
  ArrayRef<OpFoldResult> batch() const { return ArrayRef(extents).drop_back(2); }

  Extents extents;
  Value size;
  SmallVector<Value> ends; ///< of the loops over matrices
};

/// Zeros, or numbers that count along the last dim, as i64.
Value counts(OpBuilder &b, Location loc, ArrayRef<OpFoldResult> extents, bool ascend) {
  Type i64 = b.getI64Type();
  if (!ascend)
    return filledTensor(b, loc, arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(0)), extents);
  auto position = [&](OpBuilder &b, Location at, ValueRange) -> Value {
    Value index = linalg::IndexOp::create(b, at, extents.size() - 1);
    return arith::IndexCastOp::create(b, at, i64, index);
  };
  return buildPointwise(b, loc, {}, extents, i64, position);
}

/// A copy that loops may write.
Value copyOf(OpBuilder &b, Location loc, Value self) {
  auto copy = [](OpBuilder &, Location, ValueRange stored) { return stored[0]; };
  return buildPointwise(b, loc, self, ag::extentsOf(b, loc, self),
                        ag::tensorType(self).getElementType(), copy);
}

/// The row of the greatest element of column k, among the rows from k on.
Value greatestRow(const Elements &e, Value LU, Value k, Value size) {
  Type part = e.realPart(e.read(LU, {k, k})).getType();
  Value none = arith::ConstantOp::create(e.b, e.loc, FloatAttr::get(part, -1));
  return buildLoop(
      e.b, e.loc, k, size, {none, k}, [&](OpBuilder &b, Location loc, Value i, ValueRange best) {
        Elements in = e.at(b, loc);
        Value own = in.sizeOf(in.read(LU, {i, k}));
        Value greater = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, own, best[0]);
        return SmallVector<Value>{arith::SelectOp::create(b, loc, greater, own, best[0]),
                                  arith::SelectOp::create(b, loc, greater, i, best[1])};
      })[1];
}

/// Exchanges what stands at two places.
Value exchanged(const Elements &e, Value tensor, ValueRange x, ValueRange y) {
  Value atX = e.read(tensor, x), atY = e.read(tensor, y);
  return e.write(atX, e.write(atY, tensor, x), y);
}

/// One row, from a column on, less a factor times another row.
Value reducedRow(const Elements &e, Value factor, Value row, Value by, Value from, Value to,
                 Value tensor) {
  return buildLoop(e.b, e.loc, from, to, tensor,
                   [&](OpBuilder &b, Location loc, Value j, ValueRange carried) {
                     Elements in = e.at(b, loc);
                     Value other = in.read(carried[0], {by, j});
                     Value less = in.less(in.read(carried[0], {row, j}), factor, other);
                     return SmallVector<Value>{in.write(less, carried[0], {row, j})};
                   })[0];
}

struct LowerLuFactor : OpConversionPattern<ag::LuFactorOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::LuFactorOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    Location loc = op.getLoc();
    Square square(b, loc, adaptor.getA());
    ArrayRef<OpFoldResult> rows = ArrayRef(square.extents).drop_back();
    SmallVector<Value> inits = {copyOf(b, loc, adaptor.getA()), counts(b, loc, rows, false),
                                counts(b, loc, rows, true), counts(b, loc, square.batch(), false)};
    Type element = op.getA().getType().getElementType();
    auto factor = [&](OpBuilder &b, Location loc, ValueRange matrix, ValueRange carried) {
      auto step = [&](OpBuilder &b, Location loc, Value k, ValueRange carried) {
        return eliminate({b, loc, matrix, element}, k, square.size, carried);
      };
      Value zero = arith::ConstantIndexOp::create(b, loc, 0);
      return buildLoop(b, loc, zero, square.size, carried, step);
    };
    b.replaceOp(op, buildLoops(b, loc, square.ends, inits, factor));
    return success();
  }

private:
  /// Step k: LU, pivots, order and info after it.
  static SmallVector<Value> eliminate(const Elements &e, Value k, Value size, ValueRange carried) {
    Indices in{e.b, e.loc};
    Value best = greatestRow(e, carried[0], k, size);
    Value pivots = e.write(in.toI64(in.add(best, in(1))), carried[1], k);
    Value order = exchanged(e, carried[2], k, best);
    Value LU =
        buildLoop(e.b, e.loc, in(0), size, carried[0],
                  [&](OpBuilder &b, Location loc, Value j, ValueRange rows) {
                    return SmallVector<Value>{exchanged(e.at(b, loc), rows[0], {k, j}, {best, j})};
                  })[0];
    Value pivot = e.read(LU, {k, k}), next = in.add(k, in(1));
    Value zero =
        arith::ConstantOp::create(e.b, e.loc, FloatAttr::get(e.sizeOf(pivot).getType(), 0));
    Value isZero =
        arith::CmpFOp::create(e.b, e.loc, arith::CmpFPredicate::OEQ, e.sizeOf(pivot), zero);
    Value info = e.report(carried[3], isZero, k);
    auto row = [&](OpBuilder &b, Location loc, Value i, ValueRange rows) {
      Elements in = e.at(b, loc);
      Value own = in.read(rows[0], {i, k});
      Value factor = arith::SelectOp::create(b, loc, isZero, own, in.call("div", {own, pivot}));
      Value kept = in.write(factor, rows[0], {i, k});
      return SmallVector<Value>{reducedRow(in, factor, i, k, next, size, kept)};
    };
    return {buildLoop(e.b, e.loc, next, size, LU, row)[0], pivots, order, info};
  }
};

struct LowerCholeskyFactor : OpConversionPattern<ag::CholeskyFactorOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::CholeskyFactorOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    Location loc = op.getLoc();
    Value A = adaptor.getA();
    Square square(b, loc, A);
    Type element = op.getA().getType().getElementType();
    Value zero = scalarConstant(b, loc, element, b.getF64FloatAttr(0));
    SmallVector<Value> inits = {filledTensor(b, loc, zero, square.extents),
                                counts(b, loc, square.batch(), false)};
    auto factor = [&](OpBuilder &b, Location loc, ValueRange matrix, ValueRange carried) {
      Value first = arith::ConstantIndexOp::create(b, loc, 0);
      auto row = [&](OpBuilder &b, Location loc, Value i, ValueRange carried) {
        Elements e{b, loc, matrix, element};
        auto column = [&](OpBuilder &b, Location loc, Value j, ValueRange rows) {
          Elements in = e.at(b, loc);
          Value rest = restOf(in, A, rows[0], i, j, first);
          Value quotient = in.call("div", {rest, in.read(rows[0], {j, j})});
          return SmallVector<Value>{in.write(quotient, rows[0], {i, j})};
        };
        Value L = buildLoop(b, loc, first, i, carried[0], column)[0];
        Value rest = e.realPart(restOf(e, A, L, i, i, first));
        return diagonal(e, rest, L, carried[1], i);
      };
      return buildLoop(b, loc, first, square.size, carried, row);
    };
    b.replaceOp(op, buildLoops(b, loc, square.ends, inits, factor));
    return success();
  }

private:
  /// What is left of an element of A after the columns before it.
  static Value restOf(const Elements &e, Value A, Value L, Value i, Value j, Value first) {
    return buildLoop(e.b, e.loc, first, j, e.read(A, {i, j}),
                     [&](OpBuilder &b, Location loc, Value k, ValueRange rest) {
                       Elements in = e.at(b, loc);
                       Value other = in.call("conj", in.read(L, {j, k}));
                       return SmallVector<Value>{in.less(rest[0], in.read(L, {i, k}), other)};
                     })[0];
  }

  static SmallVector<Value> diagonal(const Elements &e, Value rest, Value L, Value info, Value i) {
    Value zero = arith::ConstantOp::create(e.b, e.loc, FloatAttr::get(rest.getType(), 0));
    Value fails = arith::CmpFOp::create(e.b, e.loc, arith::CmpFPredicate::ULE, rest, zero);
    Value root = math::SqrtOp::create(e.b, e.loc, rest);
    if (isa<ComplexType>(e.type))
      root = complex::CreateOp::create(e.b, e.loc, e.type, root, zero);
    return {e.write(root, L, {i, i}), e.report(info, fails, i)};
  }
};

struct LowerSolveTriangular : OpConversionPattern<ag::SolveTriangularOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::SolveTriangularOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    Location loc = op.getLoc();
    Value A = adaptor.getA();
    Square square(b, loc, A);
    Extents extents = ag::extentsOf(b, loc, adaptor.getB());
    for (auto [mine, other] : llvm::zip(ArrayRef(square.extents).drop_back(), extents))
      buildExtentCheck(b, loc, mine, other);
    Value columns = indexValue(b, loc, extents.back());
    Type element = op.getA().getType().getElementType();
    bool upper = op.getUpper(), unit = op.getUnitriangular();
    auto solve = [&](OpBuilder &b, Location loc, ValueRange matrix, ValueRange carried) {
      Value first = arith::ConstantIndexOp::create(b, loc, 0);
      auto row = [&](OpBuilder &b, Location loc, Value step, ValueRange rows) {
        Elements e{b, loc, matrix, element};
        Indices in{b, loc};
        Value i = upper ? in.sub(in.sub(square.size, in(1)), step) : step;
        Value from = upper ? in.add(i, in(1)) : first, to = upper ? square.size : i;
        auto reduce = [&](OpBuilder &b, Location loc, Value k, ValueRange rows) {
          Elements in = e.at(b, loc);
          Value factor = in.read(A, {i, k});
          return SmallVector<Value>{reducedRow(in, factor, i, k, first, columns, rows[0])};
        };
        Value X = buildLoop(b, loc, from, to, rows, reduce)[0];
        return SmallVector<Value>{unit ? X : divided(e, X, i, e.read(A, {i, i}), first, columns)};
      };
      return buildLoop(b, loc, first, square.size, carried, row);
    };
    b.replaceOp(op, buildLoops(b, loc, square.ends, copyOf(b, loc, adaptor.getB()), solve));
    return success();
  }

private:
  static Value divided(const Elements &e, Value X, Value row, Value by, Value first,
                       Value columns) {
    return buildLoop(e.b, e.loc, first, columns, X,
                     [&](OpBuilder &b, Location loc, Value j, ValueRange rows) {
                       Elements in = e.at(b, loc);
                       Value quotient = in.call("div", {in.read(rows[0], {row, j}), by});
                       return SmallVector<Value>{in.write(quotient, rows[0], {row, j})};
                     })[0];
  }
};

} // namespace

void populateSolveLowering(const TypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<LowerLuFactor, LowerCholeskyFactor, LowerSolveTriangular>(types,
                                                                         patterns.getContext());
}

} // namespace agc
