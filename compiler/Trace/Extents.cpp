// Extents that a call tells: arithmetic with them, and what a call is refused for.
#include "compiler/Lowering/Export.h"
#include "compiler/Trace/Trace.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "runtime/include/agc/agc.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace agc {

using trace::Trace;

static Value valueOf(Trace &trace, const Extent &extent, Where where = {}) {
  Location loc = trace.builder.getUnknownLoc();
  return getValueOrCreateConstantIndexOp(trace.builder, loc, trace.foldResult(extent, where));
}

/// Appends index arithmetic, or computes where both are known.
template <typename OpT, typename Known>
static Extent combine(const Extent &a, const Extent &b, Known known) {
  if (a.isKnown() && b.isKnown())
    return known(a.number, b.number);
  Trace &trace = Trace::current({});
  Value left = valueOf(trace, a), right = valueOf(trace, b);
  Location loc = trace.builder.getUnknownLoc();
  return trace.extentOf(OpT::create(trace.builder, loc, left, right));
}

/// An Error of an operator, which is not told a line of the program.
[[noreturn]] static void refuse(const char *text) { throw Error(Where("", 0), text); }

/// The same of what may not fit.
template <typename OpT>
static Extent combineFitting(const Extent &a, const Extent &b,
                             int64_t (*overflows)(int64_t, int64_t, int64_t &)) {
  return combine<OpT>(a, b, [&](int64_t x, int64_t y) {
    int64_t result;
    if (overflows(x, y, result))
      refuse("an extent does not fit in 64 bits");
    return result;
  });
}

Extent operator+(const Extent &a, const Extent &b) {
  return combineFitting<arith::AddIOp>(a, b, llvm::AddOverflow<int64_t>);
}
Extent operator-(const Extent &a, const Extent &b) {
  return combineFitting<arith::SubIOp>(a, b, llvm::SubOverflow<int64_t>);
}
Extent operator*(const Extent &a, const Extent &b) {
  if (a.isKnown() && a.number == 1)
    return b;
  if (b.isKnown() && b.number == 1)
    return a;
  return combineFitting<arith::MulIOp>(a, b, llvm::MulOverflow<int64_t>);
}
Extent operator/(const Extent &a, const Extent &b) {
  if (b.isKnown() && b.number == 1)
    return a;
  if (b.isKnown() && b.number == 0)
    refuse("integer division or modulo by zero");
  if (b.isKnown() && b.number < 0)
    return (Extent(0) - a) / (Extent(0) - b);
  // By zero a call would trap; elements without a place are refused by what takes the quotient.
  Extent divisor = b.isKnown() ? b : greater(b, Extent(1));
  return combine<arith::FloorDivSIOp>(
      a, divisor, [](int64_t x, int64_t y) { return llvm::divideFloorSigned(x, y); });
}

Extent lesser(const Extent &a, const Extent &b) {
  return combine<arith::MinSIOp>(a, b, [](int64_t x, int64_t y) { return std::min(x, y); });
}
Extent greater(const Extent &a, const Extent &b) {
  return combine<arith::MaxSIOp>(a, b, [](int64_t x, int64_t y) { return std::max(x, y); });
}

int64_t Extent::value(Where where) const {
  if (!isKnown())
    throw Error(where, "the extent is known only when the function is called; a number is needed "
                       "here");
  return number;
}

namespace trace {

Extent fromEnd(const Extent &place, const Extent &extent) {
  if (place.isKnown())
    return place.number < 0 ? extent + place : place;
  Trace &trace = Trace::current({});
  OpBuilder &b = trace.builder;
  Location loc = b.getUnknownLoc();
  Value number = valueOf(trace, place), wrapped = valueOf(trace, place + extent);
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value isNegative = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, number, zero);
  return trace.extentOf(arith::SelectOp::create(b, loc, isNegative, wrapped, number));
}

void failUnless(OpBuilder &b, Location loc, Value condition, int status, const std::string &text,
                const std::string &format) {
  auto check = cf::AssertOp::create(b, loc, condition, text);
  check->setAttr(attr::kStatus, b.getI32IntegerAttr(status));
  if (!format.empty())
    check->setAttr(attr::kFormat, b.getStringAttr(format));
}

void require(const Extent &a, Relation relation, const Extent &b, const std::string &text,
             Where where) {
  arith::CmpIPredicate predicate = relation == Relation::Equal    ? arith::CmpIPredicate::eq
                                   : relation == Relation::Unlike ? arith::CmpIPredicate::ne
                                                                  : arith::CmpIPredicate::sle;
  if (a.isKnown() && b.isKnown()) {
    if (!arith::applyCmpPredicate(predicate, llvm::APInt(64, a.number), llvm::APInt(64, b.number)))
      throw Error(where, text);
    return;
  }
  Trace &trace = Trace::current(where);
  Location loc = trace.location(where);
  Value left = valueOf(trace, a, where), right = valueOf(trace, b, where);
  Value holds = arith::CmpIOp::create(trace.builder, loc, predicate, left, right);
  failUnless(trace.builder, loc, holds, AGC_ERROR_EXTENT, text);
}

/// What an extent is the extent of, and of which dim; an argument and the extent's name where it
/// has one.
static std::pair<Value, std::string> sourceOf(Value extent) {
  auto dim = extent.getDefiningOp<tensor::DimOp>();
  std::optional<int64_t> known = dim ? knownDim(dim) : std::nullopt;
  if (!known)
    return {extent, ""};
  Value source = dim.getSource();
  if (auto read = source.getDefiningOp<agt::ReadOp>())
    source = read.getSelf();
  auto leaf = source.getDefiningOp<agt::LeafOp>();
  auto argument = leaf ? dyn_cast<BlockArgument>(leaf.getValue()) : BlockArgument();
  if (!argument)
    return {source, std::to_string(*known)};
  auto function = cast<func::FuncOp>(argument.getOwner()->getParentOp());
  return {function.getArgument(0), extentName(function, argument.getArgNumber(), *known)};
}

bool areSame(const Extent &a, const Extent &b) {
  if (a.isKnown() || b.isKnown())
    return a.isKnown() && b.isKnown() && a.number == b.number;
  return a.index->trace == b.index->trace && sourceOf(a.index->value) == sourceOf(b.index->value);
}

Value numberOf(OpBuilder &b, Location loc, OpFoldResult extent) {
  if (std::optional<int64_t> known = getConstantIntValue(extent))
    return constantOf(b, loc, Scalar(*known), DType::Int64);
  Value wide = arith::IndexCastOp::create(b, loc, b.getI64Type(), cast<Value>(extent));
  return tensor::FromElementsOp::create(b, loc, RankedTensorType::get({}, b.getI64Type()), wide);
}

Tensor tensorOf(const Extent &extent, Where where) {
  Trace &trace = Trace::current(where);
  Value number = numberOf(trace.builder, trace.location(where), trace.foldResult(extent, where));
  return trace.tensor(trace.append<agt::LeafOp>(where, number, false, StringAttr()));
}

std::string textOf(const Extent &extent) {
  return extent.isKnown() ? std::to_string(extent.number) : "?";
}

std::string textOf(const Shape &shape) {
  std::string text = "[";
  for (const Extent &extent : shape)
    text += (text.size() > 1 ? ", " : "") + textOf(extent);
  return text + "]";
}

} // namespace trace
} // namespace agc
