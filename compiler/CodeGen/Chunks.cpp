// The arithmetic of chunks, folded where extents are known.
#include "compiler/CodeGen/Chunks.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace agc {

namespace {
/// Index arithmetic that folds.
struct Index {
  ImplicitLocOpBuilder &builder;

  Value constant(int64_t value) { return arith::ConstantIndexOp::create(builder, value); }
  Value mul(Value a, Value b) { return builder.createOrFold<arith::MulIOp>(a, b); }
  Value add(Value a, Value b) { return builder.createOrFold<arith::AddIOp>(a, b); }
  Value div(Value a, Value b) { return builder.createOrFold<arith::DivUIOp>(a, b); }
  Value min(Value a, Value b) { return builder.createOrFold<arith::MinUIOp>(a, b); }
  Value max(Value a, Value b) { return builder.createOrFold<arith::MaxUIOp>(a, b); }
};
} // namespace

void splitIntoChunks(ImplicitLocOpBuilder &builder, Value size, int64_t step, ValueRange extents,
                     int64_t chunkElements, llvm::function_ref<void(ChunkRange)> body) {
  Index index{builder};
  Value zero = index.constant(0), one = index.constant(1);
  if (!chunkElements)
    return body({zero, size});
  Value elements = one;
  for (Value extent : extents)
    elements = index.mul(elements, extent);
  Value whole = index.constant(step);
  Value steps = index.div(index.add(size, index.constant(step - 1)), whole);
  Value wanted = index.min(index.div(elements, index.constant(chunkElements)), index.constant(64));
  Value count = index.max(index.min(wanted, steps), one);
  if (getConstantIntValue(count) == 1)
    return body({zero, size});

  auto start = [&](Value chunk) {
    return index.mul(index.div(index.mul(chunk, steps), count), whole);
  };
  auto forall = scf::ForallOp::create(builder, builder.getLoc(), ArrayRef<OpFoldResult>{count},
                                      ValueRange(), std::nullopt);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(forall.getBody());
  Value chunk = forall.getInductionVar(0);
  Value next = start(index.add(chunk, one));
  body({start(chunk), index.min(next, size)});
}

Block &stackBlockAround(Operation *op) {
  while (!isa<func::FuncOp, scf::ForallOp>(op))
    op = op->getParentOp();
  return op->getRegion(0).front();
}

} // namespace agc
