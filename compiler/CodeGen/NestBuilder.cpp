// Folding construction of index arithmetic and structured control flow.
#include "compiler/CodeGen/NestBuilder.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

using namespace agc;
using namespace mlir;

Value NestBuilder::index(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }

Value NestBuilder::boolean(bool value) { return arith::ConstantIntOp::create(b, loc, value, 1); }

Value NestBuilder::add(Value lhs, Value rhs) {
  return b.createOrFold<arith::AddIOp>(loc, lhs, rhs);
}

Value NestBuilder::sub(Value lhs, Value rhs) {
  return b.createOrFold<arith::SubIOp>(loc, lhs, rhs);
}

Value NestBuilder::mul(Value lhs, Value rhs) {
  return b.createOrFold<arith::MulIOp>(loc, lhs, rhs);
}

Value NestBuilder::div(Value lhs, Value rhs) {
  return b.createOrFold<arith::DivUIOp>(loc, lhs, rhs);
}

Value NestBuilder::rem(Value lhs, Value rhs) {
  return b.createOrFold<arith::RemUIOp>(loc, lhs, rhs);
}

Value NestBuilder::ceilDiv(Value lhs, Value rhs) {
  return b.createOrFold<arith::CeilDivUIOp>(loc, lhs, rhs);
}

Value NestBuilder::min(Value lhs, Value rhs) {
  return b.createOrFold<arith::MinUIOp>(loc, lhs, rhs);
}

Value NestBuilder::max(Value lhs, Value rhs) {
  return b.createOrFold<arith::MaxUIOp>(loc, lhs, rhs);
}

Value NestBuilder::greater(Value lhs, Value rhs) {
  return b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::ugt, lhs, rhs);
}

Value NestBuilder::equal(Value lhs, Value rhs) {
  return b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, lhs, rhs);
}

Value NestBuilder::both(Value lhs, Value rhs) {
  return b.createOrFold<arith::AndIOp>(loc, lhs, rhs);
}

Value NestBuilder::select(Value condition, Value lhs, Value rhs) {
  if (std::optional<int64_t> known = constant(condition))
    return *known ? lhs : rhs;
  return b.createOrFold<arith::SelectOp>(loc, condition, lhs, rhs);
}

Value NestBuilder::opaque(Value value) {
  if (constant(value))
    return value;
  Type word = b.getI64Type();
  Value in = arith::IndexCastOp::create(b, loc, word, value);
  auto nothing = LLVM::InlineAsmOp::create(
      b, loc, word, in, /*asm_string=*/"", /*constraints=*/"=r,0", /*has_side_effects=*/false,
      /*is_align_stack=*/false, LLVM::TailCallKind::None, /*asm_dialect=*/nullptr,
      /*operand_attrs=*/nullptr);
  return arith::IndexCastOp::create(b, loc, b.getIndexType(), nothing.getResult(0));
}

std::optional<int64_t> NestBuilder::constant(Value value) {
  APInt known;
  if (!matchPattern(value, m_ConstantInt(&known)))
    return std::nullopt;
  return known.getBitWidth() == 1 ? int64_t(known.getZExtValue()) : known.getSExtValue();
}

void NestBuilder::loop(Value lower, Value upper, Value step, LoopBody body) {
  std::optional<int64_t> from = constant(lower), to = constant(upper), by = constant(step);
  if (from && to && *from >= *to)
    return;
  if (from && to && by && *from + *by >= *to)
    return body(lower);
  scf::ForOp::create(b, loc, lower, upper, step, ValueRange(),
                     [&](OpBuilder &, Location, Value iv, ValueRange) {
                       body(iv);
                       scf::YieldOp::create(b, loc);
                     });
}

void NestBuilder::branch(Value condition, Body then, Body otherwise) {
  if (std::optional<int64_t> known = constant(condition)) {
    if (*known)
      then();
    else if (otherwise)
      otherwise();
    return;
  }
  auto region = [&](Body body) {
    return [&, body](OpBuilder &, Location) {
      body();
      scf::YieldOp::create(b, loc);
    };
  };
  if (otherwise)
    scf::IfOp::create(b, loc, condition, region(then), region(otherwise));
  else
    scf::IfOp::create(b, loc, condition, region(then));
}

void NestBuilder::dispatch(Value selector, ArrayRef<int64_t> cases,
                           function_ref<void(int64_t)> body) {
  if (std::optional<int64_t> known = constant(selector))
    return body(llvm::is_contained(cases, *known) ? *known : cases.back());
  auto op = scf::IndexSwitchOp::create(b, loc, TypeRange(), selector, cases.drop_back(),
                                       cases.size() - 1);
  OpBuilder::InsertionGuard guard(b);
  for (auto [number, value] : llvm::enumerate(cases)) {
    bool last = number + 1 == cases.size();
    Region &region = last ? op.getDefaultRegion() : op.getCaseRegions()[number];
    b.createBlock(&region);
    body(value);
    scf::YieldOp::create(b, loc);
  }
}
