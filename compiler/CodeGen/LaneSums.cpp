// Few rows times B, summed in lanes: lane i has the k steps i, i + lanes, ... in a chain of fused
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

/// body(k, carried, mask) for all k steps, so many at a time as there are lanes.
SmallVector<Value> PanelEmitter::carryDepths(
    ArrayRef<Value> start,
    function_ref<SmallVector<Value>(Value k, ValueRange carried, Value mask)> body) {
  int64_t lanes = shape.sumLanes;
  Value whole = ir.mul(ir.div(args.depth, ir.index(lanes)), ir.index(lanes));
  SmallVector<Value> sums =
      carry(ir, ir.index(0), whole, lanes, start,
            [&](Value k, ValueRange carried) { return body(k, carried, Value()); });
  return carry(ir, whole, args.depth, lanes, sums, [&](Value k, ValueRange carried) {
    auto type = VectorType::get({lanes}, ir.b.getI1Type());
    Value rest = ir.sub(args.depth, k);
    return body(k, carried, vector::CreateMaskOp::create(ir.b, ir.loc, type, rest));
  });
}

/// Copies rows whose k steps are far apart, since every column reads them.
void PanelEmitter::alignRows() {
  auto type = MemRefType::get({shape.fewLines * shape.fewLinesDepth}, element);
  Value copy = memref::AllocaOp::create(ir.b, ir.loc, type, ir.b.getI64IntegerAttr(64));
  Value low = ir.mul(args.lowPanels, ir.index(rows - 1));
  Value count = ir.add(ir.mul(args.rowPanels, ir.index(rows)), low);
  ir.loop(ir.index(0), count, ir.index(1), [&](Value row) {
    Value from = ir.add(args.aOffset, ir.mul(row, args.aRowStride));
    Value to = ir.mul(row, ir.index(shape.fewLinesDepth));
    carryDepths({}, [&](Value k, ValueRange, Value mask) -> SmallVector<Value> {
      Value at = ir.add(from, ir.mul(k, args.aDepthStride));
      Value steps = depthLanes(args.a, at, args.aDepthStride, /*adjacent=*/false, mask);
      store(steps, copy, ir.add(to, k), {0, shape.sumLanes, mask});
      return {};
    });
  });
  aligned = copy;
}

/// How many columns there are.
Value PanelEmitter::countColumns() {
  return ir.add(ir.mul(args.fullPanels, ir.index(shape.columns)), args.tail);
}

/// The k steps from `k` on of a row of the tile.
Value PanelEmitter::rowLanes(const Tile &tile, int64_t row, Value k, Value mask) {
  if (aligned) {
    Value start = ir.mul(globalRow(tile, row), ir.index(shape.fewLinesDepth));
    return depthLanes(aligned, ir.add(start, k), ir.index(1), /*adjacent=*/true, mask);
  }
  Value at =
      ir.add(tile.a, ir.add(ir.mul(ir.index(row), args.aRowStride), ir.mul(k, args.aDepthStride)));
  return depthLanes(args.a, at, args.aDepthStride, kind.adjacentDepth, mask);
}

/// A register of lanes for each column and row, side by side, since columns are far apart.
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
    SmallVector<Value> as, next(sums);
    for (int64_t row = 0; row < tile.rows; ++row)
      as.push_back(rowLanes(tile, row, k, mask));
    Value far = ir.mul(k, args.bDepthStride);
    for (auto [i, column] : llvm::enumerate(columns)) {
      Value b = depthLanes(args.b, ir.add(column, far), args.bDepthStride, adjacent, mask);
      for (auto [row, a] : llvm::enumerate(as)) {
        Value &sum = next[row * columns.size() + i];
        sum = vector::FMAOp::create(ir.b, ir.loc, a, b, sum);
      }
    }
    return next;
  };
  SmallVector<Value> sums =
      carryDepths(SmallVector<Value>(tile.rows * strip.lanes, zero(shape.sumLanes)), step);
  SmallVector<Value> rows;
  for (int64_t row = 0; row < tile.rows; ++row)
    rows.push_back(combineEach(
        ir.b, ir.loc, to_vector(ArrayRef(sums).slice(row * strip.lanes, strip.lanes)), adder(ir)));
  return rows;
}

void PanelEmitter::dotPanels() {
  if (!kind.adjacentDepth && rows > 1)
    alignRows();
  Value count = countColumns();
  int64_t most = shape.dots(rows);
  Value dots = ir.index(most);
  Value whole = ir.mul(ir.div(count, dots), dots);
  auto columns = [&](Value column, Value mask) {
    rowPanels({column, args.bOffset, {{0, most, mask}}});
  };
  ir.loop(ir.index(0), whole, dots, [&](Value column) { columns(column, Value()); });
  ir.loop(whole, count, dots, [&](Value column) {
    auto type = VectorType::get({most}, ir.b.getI1Type());
    columns(column, vector::CreateMaskOp::create(ir.b, ir.loc, type, ir.sub(count, column)));
  });
}

// ---------------------------------------------------------------- columns along memory

void PanelEmitter::holdLanes(int64_t columns) {
  auto type = MemRefType::get({shape.sumLanes / 2 * rows * columns}, element);
  held = memref::AllocaOp::create(ir.b, ir.loc, type, ir.b.getI64IntegerAttr(64));
}

/// Lane by lane, for each lane needs as many registers as there are in the tile: two lanes at a
/// time, the ones that are added first.
SmallVector<Value> PanelEmitter::sumsOfLines(const Tile &tile) {
  ArrayRef<Strip> strips = tile.columns.strips;
  int64_t half = shape.sumLanes / 2, width = strips.back().at + strips.back().lanes;
  auto step = [&](Value k, ValueRange sums) {
    Value at = ir.add(tile.columns.b, ir.mul(k, args.bDepthStride));
    SmallVector<Value> bs, next;
    for (const Strip &strip : strips)
      bs.push_back(load(args.b, ir.add(at, ir.index(strip.at)), strip, element));
    for (int64_t row = 0; row < tile.rows; ++row) {
      Value line = ir.add(tile.a, ir.mul(ir.index(row), args.aRowStride));
      Value scalar =
          memref::LoadOp::create(ir.b, ir.loc, args.a, ir.add(line, ir.mul(k, args.aDepthStride)));
      for (auto [strip, b] : llvm::zip_equal(strips, bs)) {
        Value a = vector::BroadcastOp::create(ir.b, ir.loc, vectorType(strip.lanes), scalar);
        next.push_back(vector::FMAOp::create(ir.b, ir.loc, a, b, sums[next.size()]));
      }
    }
    return next;
  };
  SmallVector<Value> zeros;
  for (int64_t row = 0; row < tile.rows; ++row)
    for (const Strip &strip : strips)
      zeros.push_back(zero(strip.lanes));
  auto place = [&](Value lane, size_t sum) {
    int64_t row = sum / strips.size(), at = strips[sum % strips.size()].at;
    return ir.add(ir.mul(lane, ir.index(tile.rows * width)), ir.index(row * width + at));
  };
  ir.loop(ir.index(0), ir.index(half), ir.index(1), [&](Value lane) {
    // While both lanes have a step, then the first alone.
    Value most = ir.sub(ir.max(args.depth, ir.add(lane, ir.index(half))), ir.index(half));
    Value trips = ir.ceilDiv(ir.sub(most, lane), ir.index(shape.sumLanes));
    Value end = ir.add(lane, ir.mul(trips, ir.index(shape.sumLanes)));
    SmallVector<Value> both(zeros);
    both.append(zeros);
    both = carry(ir, lane, end, shape.sumLanes, both, [&](Value k, ValueRange carried) {
      SmallVector<Value> next = step(k, carried.take_front(zeros.size()));
      next.append(step(ir.add(k, ir.index(half)), carried.drop_front(zeros.size())));
      return next;
    });
    SmallVector<Value> first =
        carry(ir, end, args.depth, shape.sumLanes, ArrayRef(both).take_front(zeros.size()), step);
    for (size_t i = 0; i < zeros.size(); ++i) {
      Value sum = arith::AddFOp::create(ir.b, ir.loc, first[i], both[zeros.size() + i]);
      store(sum, held, place(lane, i), {0, strips[i % strips.size()].lanes, Value()});
    }
  });
  SmallVector<Value> results;
  for (size_t i = 0; i < zeros.size(); ++i) {
    SmallVector<Value> sums;
    for (int64_t lane = 0; lane < half; ++lane)
      sums.push_back(load(held, place(ir.index(lane), i),
                          {0, strips[i % strips.size()].lanes, Value()}, element));
    results.push_back(combineHalves(sums, adder(ir)));
  }
  return results;
}
