// Extents are the caller's: a size that wrapped, or of extents below zero, would pass for a small
// one.
#include "compiler/CodeGen/SizeOverflow.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace agc {

namespace {

/// Says of ops on 64 bits whether they overflow.
class OverflowChecks {
public:
  OverflowChecks(OpBuilder &b, Location loc) : b(b), loc(loc) {}

  /// An i1; null for an op that cannot.
  Value of(Operation *op) {
    if (!isa<arith::AddIOp, arith::SubIOp, arith::MulIOp>(op))
      return {};
    Value x = wide(op->getOperand(0)), y = wide(op->getOperand(1)), z = wide(op->getResult(0));
    if (isa<arith::MulIOp>(op)) {
      auto product = arith::MulSIExtendedOp::create(b, loc, x, y);
      Value sign = arith::ShRSIOp::create(b, loc, product.getLow(), number(63));
      return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, product.getHigh(), sign);
    }
    // The signs say it: of a sum both differ from the result's, of a difference x's from both.
    Value first = arith::XOrIOp::create(b, loc, x, z);
    Value second = arith::XOrIOp::create(b, loc, isa<arith::AddIOp>(op) ? z : x, y);
    Value both = arith::AndIOp::create(b, loc, first, second);
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, both, number(0));
  }

  Value isNegative(Value index) {
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, index,
                                 arith::ConstantIndexOp::create(b, loc, 0));
  }

private:
  Value wide(Value value) { return arith::IndexCastOp::create(b, loc, b.getI64Type(), value); }
  Value number(int64_t value) {
    return arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(value));
  }

  OpBuilder &b;
  Location loc;
};

} // namespace

void refuseOverflow(func::FuncOp function, int64_t negative) {
  Operation *ret = function.getBody().front().getTerminator();
  OpBuilder b(ret);
  Location loc = function.getLoc();
  OverflowChecks checks(b, loc);
  Value overflows;
  for (Operation &op : llvm::make_early_inc_range(function.getBody().front().without_terminator()))
    if (Value found = checks.of(&op))
      overflows = overflows ? arith::OrIOp::create(b, loc, overflows, found).getResult() : found;
  for (BlockArgument extent : function.getArguments()) {
    Value below = checks.isNegative(extent);
    overflows = overflows ? arith::OrIOp::create(b, loc, overflows, below).getResult() : below;
  }
  if (!overflows)
    return;
  Value size = ret->getOperand(0);
  auto otherwise = [&](Value condition, int64_t number) {
    Value other = arith::ConstantIndexOp::create(b, loc, number);
    size = arith::SelectOp::create(b, loc, condition, other, size);
  };
  otherwise(checks.isNegative(size), negative);
  otherwise(overflows, -1);
  ret->setOperand(0, size);
}

} // namespace agc
