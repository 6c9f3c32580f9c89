// A merge sort as loops: passes over runs of 1, 2, 4 .. entries.
#include "compiler/Lowering/MergeSort.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace agc {

Value holds(OpBuilder &b, Location at, Type element, StringRef name, Value x, Value y) {
  return callRecord(b, at, name, element,
                    {loadElement(b, at, x, element), loadElement(b, at, y, element)});
}

Value comesBefore(OpBuilder &b, Location at, Type element, Value x, Value y, bool descending) {
  Value before = holds(b, at, element, descending ? "gt" : "lt", x, y);
  if (!isa<FloatType>(element))
    return before;
  Value number = descending ? y : x, none = descending ? x : y;
  Value isNumber = holds(b, at, element, "eq", number, number);
  Value isNone = holds(b, at, element, "ne", none, none);
  return arith::OrIOp::create(b, at, before, arith::AndIOp::create(b, at, isNumber, isNone));
}

/// How often runs of 1, 2, 4 .. entries are merged until one is left.
Value MergeSort::passCount(OpBuilder &b, Location loc) {
  Indices at{b, loc};
  Type i64 = b.getI64Type();
  Value last = at.toI64(at.sub(arith::MaxUIOp::create(b, loc, size, at(1)), at(1)));
  Value zeros = math::CountLeadingZerosOp::create(b, loc, i64, last);
  return at.sub(at(64), at.toIndex(zeros));
}

Value MergeSort::resultRow(OpBuilder &b, Location loc) {
  return arith::AndIOp::create(b, loc, passCount(b, loc), Indices{b, loc}(1));
}

SmallVector<Value> MergeSort::sort(OpBuilder &b, Location loc, ValueRange tables) {
  Indices at{b, loc};
  auto pass = [&](OpBuilder &b, Location loc, Value number, ValueRange carried) {
    Indices in{b, loc};
    Value from = arith::AndIOp::create(b, loc, number, in(1)), to = in.sub(in(1), from);
    Value width = arith::ShLIOp::create(b, loc, in(1), number);
    auto pairs = scf::ForOp::create(
        b, loc, in(0), size, in.add(width, width), carried,
        [&](OpBuilder &b, Location loc, Value start, ValueRange carried) {
          Indices in{b, loc};
          Value middle = in.min(in.add(start, width), size);
          Value end = in.min(in.add(middle, width), size);
          scf::YieldOp::create(b, loc, merge(b, loc, carried, from, to, start, middle, end));
        });
    scf::YieldOp::create(b, loc, pairs.getResults());
  };
  auto passes = scf::ForOp::create(b, loc, at(0), passCount(b, loc), at(1), tables, pass);
  return llvm::to_vector(ValueRange(passes.getResults()));
}

/// Merges two runs of the tables' rows `from` into their rows `to`.
ValueRange MergeSort::merge(OpBuilder &b, Location loc, ValueRange tables, Value from, Value to,
                            Value start, Value middle, Value end) {
  Indices at{b, loc};
  Value last = at.sub(size, at(1));
  SmallVector<Value> inits(tables);
  inits.append({start, middle});
  auto loop = scf::ForOp::create(
      b, loc, start, end, at(1), inits,
      [&](OpBuilder &b, Location loc, Value place, ValueRange carried) {
        Indices in{b, loc};
        ValueRange tables = carried.drop_back(2);
        Value left = carried[tables.size()], right = carried[tables.size() + 1];
        auto entry = [&](Value table, Value i) -> Value {
          return tensor::ExtractOp::create(b, loc, table, ValueRange{from, in.min(i, last)});
        };
        Value keys[] = {entry(tables[0], left), entry(tables[0], right)};
        Value noneLeft = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, left, middle);
        Value smaller = isLess(b, loc, keys[1], keys[0]);
        Value takesRight = arith::AndIOp::create(b, loc, in.below(right, end),
                                                 arith::OrIOp::create(b, loc, noneLeft, smaller));
        SmallVector<Value> next;
        for (auto [i, table] : llvm::enumerate(tables)) {
          Value first = i ? entry(table, left) : keys[0];
          Value second = i ? entry(table, right) : keys[1];
          Value taken = arith::SelectOp::create(b, loc, takesRight, second, first);
          next.push_back(tensor::InsertOp::create(b, loc, taken, table, ValueRange{to, place}));
        }
        Value step = in.one(takesRight);
        next.append({in.add(left, in.sub(in(1), step)), in.add(right, step)});
        scf::YieldOp::create(b, loc, next);
      });
  return loop.getResults().drop_back(2);
}

} // namespace agc
