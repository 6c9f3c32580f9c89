// One row times B, summed in lanes: lane i has the k steps i, i + lanes, ... in a chain of fused
// multiply-adds, and halves are added until one lane is left.
#include "compiler/CodeGen/LaneTree.h"
#include "compiler/CodeGen/PanelEmitter.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace agc;
using namespace mlir;

static auto adder(NestBuilder &ir) {
  return [&ir](Value a, Value b) -> Value { return arith::AddFOp::create(ir.b, ir.loc, a, b); };
}

/// A loop that carries values: for (k = from; k < to; k += step) carried = body(k, carried).
static SmallVector<Value> carry(NestBuilder &ir, Value from, Value to, int64_t step,
                                ArrayRef<Value> start,
                                function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  auto loop = scf::ForOp::create(ir.b, ir.loc, from, to, ir.index(step), start,
                                 [&](OpBuilder &, Location, Value k, ValueRange carried) {
                                   scf::YieldOp::create(ir.b, ir.loc, body(k, carried));
                                 });
  return SmallVector<Value>(loop.getResults());
}

SmallVector<Value> PanelEmitter::multiplyInLanes(const Tile &tile, ArrayRef<Value> start) {
  bool lines = *kind.inLanes == PackKind::AlongLines;
  SmallVector<Value> sums = lines ? sumsOfLines(tile) : sumsOfDepths(tile);
  for (auto [sum, before] : llvm::zip_equal(sums, start))
    sum = arith::AddFOp::create(ir.b, ir.loc, before, sum);
  return sums;
}

// ---------------------------------------------------------------- k along memory

/// The k steps from `at` on, one in each lane: all of them, or those under a mask.
Value PanelEmitter::depthLanes(Value memref, Value at, Value stride, bool adjacent, Value mask) {
  Strip strip{0, shape.sumLanes, mask};
  return adjacent ? load(memref, at, strip, element) : gather(memref, at, stride, strip, element);
}

/// How many columns there are.
Value PanelEmitter::countColumns() {
  return ir.add(ir.mul(args.fullPanels, ir.index(shape.columns)), args.tail);
}

/// A register of lanes for each column, side by side, since each column is far from the next.
SmallVector<Value> PanelEmitter::sumsOfDepths(const Tile &tile) {
  const Strip &strip = tile.columns.strips.front();
  // Columns behind the last are the last again.
  Value count = countColumns();
  SmallVector<Value> columns;
  for (int64_t i = 0; i < strip.lanes; ++i) {
    Value column = ir.add(tile.columns.column, ir.index(i));
    if (strip.mask)
      column = ir.min(column, ir.sub(count, ir.index(1)));
    columns.push_back(ir.add(args.bOffset, ir.mul(column, args.bPanelStride)));
  }
  bool adjacent = *kind.inLanes == PackKind::AlongDepth;
  auto step = [&](Value k, ValueRange sums, Value mask) {
    Value a = depthLanes(args.a, ir.add(tile.a, ir.mul(k, args.aDepthStride)), args.aDepthStride,
                         kind.adjacentDepth, mask);
    Value far = ir.mul(k, args.bDepthStride);
    SmallVector<Value> next;
    for (auto [sum, column] : llvm::zip_equal(sums, columns)) {
      Value b = depthLanes(args.b, ir.add(column, far), args.bDepthStride, adjacent, mask);
      next.push_back(vector::FMAOp::create(ir.b, ir.loc, a, b, sum));
    }
    return next;
  };
  int64_t lanes = shape.sumLanes;
  SmallVector<Value> sums(strip.lanes, zero(lanes));
  Value whole = ir.mul(ir.div(args.depth, ir.index(lanes)), ir.index(lanes));
  sums = carry(ir, ir.index(0), whole, lanes, sums,
               [&](Value k, ValueRange carried) { return step(k, carried, Value()); });
  sums = carry(ir, whole, args.depth, lanes, sums, [&](Value k, ValueRange carried) {
    auto type = VectorType::get({lanes}, ir.b.getI1Type());
    Value rest = ir.sub(args.depth, k);
    return step(k, carried, vector::CreateMaskOp::create(ir.b, ir.loc, type, rest));
  });
  SmallVector<Value> scalars = llvm::map_to_vector(
      sums, [&](Value sum) { return combineLanes(ir.b, ir.loc, sum, adder(ir)); });
  return {vector::FromElementsOp::create(ir.b, ir.loc, vectorType(strip.lanes), scalars)};
}

void PanelEmitter::dotPanels() {
  Value count = countColumns();
  Value dots = ir.index(shape.dots);
  Value whole = ir.mul(ir.div(count, dots), dots);
  auto columns = [&](Value column, Value mask) {
    rowPanels({column, args.bOffset, {{0, shape.dots, mask}}});
  };
  ir.loop(ir.index(0), whole, dots, [&](Value column) { columns(column, Value()); });
  ir.loop(whole, count, dots, [&](Value column) {
    auto type = VectorType::get({shape.dots}, ir.b.getI1Type());
    columns(column, vector::CreateMaskOp::create(ir.b, ir.loc, type, ir.sub(count, column)));
  });
}

// ---------------------------------------------------------------- columns along memory

void PanelEmitter::holdLanes(int64_t columns) {
  auto type = MemRefType::get({shape.sumLanes / 2 * columns}, element);
  held = memref::AllocaOp::create(ir.b, ir.loc, type, ir.b.getI64IntegerAttr(64));
}

/// Lane by lane, for each lane needs as many registers as there are columns: two lanes at a time,
/// the ones that are added first.
SmallVector<Value> PanelEmitter::sumsOfLines(const Tile &tile) {
  ArrayRef<Strip> strips = tile.columns.strips;
  int64_t half = shape.sumLanes / 2, width = strips.back().at + strips.back().lanes;
  auto step = [&](Value k, ValueRange sums) {
    Value scalar =
        memref::LoadOp::create(ir.b, ir.loc, args.a, ir.add(tile.a, ir.mul(k, args.aDepthStride)));
    Value at = ir.add(tile.columns.b, ir.mul(k, args.bDepthStride));
    SmallVector<Value> next;
    for (auto [sum, strip] : llvm::zip_equal(sums, strips)) {
      Value a = vector::BroadcastOp::create(ir.b, ir.loc, vectorType(strip.lanes), scalar);
      Value b = load(args.b, ir.add(at, ir.index(strip.at)), strip, element);
      next.push_back(vector::FMAOp::create(ir.b, ir.loc, a, b, sum));
    }
    return next;
  };
  SmallVector<Value> zeros =
      llvm::map_to_vector(strips, [&](const Strip &strip) { return zero(strip.lanes); });
  ir.loop(ir.index(0), ir.index(half), ir.index(1), [&](Value lane) {
    // While both lanes have a step, then the first alone.
    Value most = ir.sub(ir.max(args.depth, ir.add(lane, ir.index(half))), ir.index(half));
    Value trips = ir.ceilDiv(ir.sub(most, lane), ir.index(shape.sumLanes));
    Value end = ir.add(lane, ir.mul(trips, ir.index(shape.sumLanes)));
    SmallVector<Value> both(zeros);
    both.append(zeros);
    both = carry(ir, lane, end, shape.sumLanes, both, [&](Value k, ValueRange carried) {
      SmallVector<Value> next = step(k, carried.take_front(strips.size()));
      next.append(step(ir.add(k, ir.index(half)), carried.drop_front(strips.size())));
      return next;
    });
    SmallVector<Value> first =
        carry(ir, end, args.depth, shape.sumLanes, ArrayRef(both).take_front(strips.size()), step);
    Value row = ir.mul(lane, ir.index(width));
    for (auto [i, strip] : llvm::enumerate(strips)) {
      Value sum = arith::AddFOp::create(ir.b, ir.loc, first[i], both[strips.size() + i]);
      store(sum, held, ir.add(row, ir.index(strip.at)), {0, strip.lanes, Value()});
    }
  });
  return llvm::map_to_vector(strips, [&](const Strip &strip) {
    SmallVector<Value> sums;
    for (int64_t lane = 0; lane < half; ++lane)
      sums.push_back(
          load(held, ir.index(lane * width + strip.at), {0, strip.lanes, Value()}, element));
    return combineHalves(sums, adder(ir));
  });
}
