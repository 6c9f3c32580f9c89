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
  Strip strip{0, kind.sumLanes, mask};
  return adjacent ? load(memref, at, strip, element) : gather(memref, at, stride, strip, element);
}

/// body(k, carried, mask) for the k steps of a range, so many at a time as there are lanes.
SmallVector<Value> PanelEmitter::carryDepths(
    Value from, Value to, ArrayRef<Value> start,
    function_ref<SmallVector<Value>(Value k, ValueRange carried, Value mask)> body) {
  int64_t lanes = kind.sumLanes;
  Value count = ir.div(ir.sub(to, from), ir.index(lanes));
  Value whole = ir.add(from, ir.mul(count, ir.index(lanes)));
  SmallVector<Value> sums = carry(ir, from, whole, lanes, start, [&](Value k, ValueRange carried) {
    return body(k, carried, Value());
  });
  return carry(ir, whole, to, lanes, sums, [&](Value k, ValueRange carried) {
    auto type = VectorType::get({lanes}, ir.b.getI1Type());
    Value rest = ir.sub(to, k);
    return body(k, carried, vector::CreateMaskOp::create(ir.b, ir.loc, type, rest));
  });
}

/// The sums of all chains of a lane, or of all lanes: chain(from, to) has the steps of a range. Of
/// a few lines each is one.
SmallVector<Value>
PanelEmitter::sumChains(Value from, ArrayRef<Value> zeros,
                        function_ref<SmallVector<Value>(Value from, Value to)> chain) {
  if (rows > 1)
    return chain(from, args.depth);
  // What is added to minus zero stays what it is.
  auto minusZeros = llvm::map_to_vector(
      zeros, [&](Value zero) -> Value { return arith::NegFOp::create(ir.b, ir.loc, zero); });
  int64_t steps = shape.depth * kind.sumLanes;
  return carry(ir, from, args.depth, steps, minusZeros, [&](Value k, ValueRange before) {
    SmallVector<Value> sums = chain(k, ir.min(ir.add(k, ir.index(steps)), args.depth));
    for (auto [sum, all] : llvm::zip_equal(sums, before))
      sum = arith::AddFOp::create(ir.b, ir.loc, all, sum);
    return sums;
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
    auto copySteps = [&](Value k, ValueRange, Value mask) -> SmallVector<Value> {
      Value at = ir.add(from, ir.mul(k, args.aDepthStride));
      Value steps = depthLanes(args.a, at, args.aDepthStride, /*adjacent=*/false, mask);
      store(steps, copy, ir.add(to, k), {0, kind.sumLanes, mask});
      return {};
    };
    carryDepths(ir.index(0), args.depth, {}, copySteps);
  });
  aligned = copy;
}

/// How many columns there are.
Value PanelEmitter::countColumns() {
  return ir.add(ir.mul(args.fullPanels, ir.index(shape.columns)), args.tail);
}

/// One vector of one or two.
Value PanelEmitter::joined(ArrayRef<Value> vectors) {
  if (vectors.size() == 1)
    return vectors.front();
  int64_t lanes = cast<VectorType>(vectors.front().getType()).getNumElements();
  return vector::ShuffleOp::create(ir.b, ir.loc, vectors[0], vectors[1],
                                   llvm::to_vector(llvm::seq<int64_t>(0, 2 * lanes)));
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

/// The lanes of each column and row side by side, since columns are far apart: a register, or a
/// half of one beside its neighbour's.
SmallVector<Value> PanelEmitter::sumsOfDepths(const Tile &tile) {
  const Strip &strip = tile.columns.strips.front();
  int64_t lanes = kind.sumLanes, beside = std::max<int64_t>(shape.lanes / lanes, 1);
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
    SmallVector<Value> bs, next;
    Value far = ir.mul(k, args.bDepthStride);
    for (size_t i = 0; i < columns.size(); i += beside) {
      SmallVector<Value> both;
      for (int64_t number = 0; number < beside; ++number)
        both.push_back(depthLanes(args.b, ir.add(columns[i + number], far), args.bDepthStride,
                                  adjacent, mask));
      bs.push_back(joined(both));
    }
    for (int64_t row = 0; row < tile.rows; ++row) {
      Value a = joined(SmallVector<Value>(beside, rowLanes(tile, row, k, mask)));
      for (Value b : bs)
        next.push_back(vector::FMAOp::create(ir.b, ir.loc, a, b, sums[next.size()]));
    }
    return next;
  };
  int64_t across = strip.lanes / beside;
  SmallVector<Value> zeros(tile.rows * across, zero(lanes * beside));
  SmallVector<Value> rows;
  SmallVector<Value> sums = sumChains(
      ir.index(0), zeros, [&](Value from, Value to) { return carryDepths(from, to, zeros, step); });
  for (int64_t row = 0; row < tile.rows; ++row)
    rows.push_back(combineEach(ir.b, ir.loc, to_vector(ArrayRef(sums).slice(row * across, across)),
                               lanes, adder(ir)));
  return rows;
}

void PanelEmitter::dotPanels() {
  if (!kind.adjacentDepth && rows > 1)
    alignRows();
  Value count = countColumns();
  int64_t most = shape.dots(rows, kind.sumLanes);
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

void PanelEmitter::linePanels() {
  int64_t across = shape.registersOfLines(rows), width = across * shape.lanes;
  auto type = MemRefType::get({kind.sumLanes / 2 * rows * width}, element);
  held = memref::AllocaOp::create(ir.b, ir.loc, type, ir.b.getI64IntegerAttr(64));
  Value count = countColumns(), step = ir.index(width);
  Value whole = ir.mul(ir.div(count, step), step), rest = ir.sub(count, whole);
  auto columns = [&](Value column, int64_t registers, Value mask) {
    SmallVector<Strip> strips;
    for (int64_t number = 0; number < registers; ++number)
      strips.push_back({number * shape.lanes, shape.lanes, Value()});
    strips.back().mask = mask;
    rowPanels({column, ir.add(args.bOffset, column), strips});
  };
  ir.loop(ir.index(0), whole, step, [&](Value column) { columns(column, across, Value()); });
  SmallVector<int64_t> counts = llvm::to_vector(llvm::seq<int64_t>(1, across + 1));
  ir.branch(ir.greater(rest, ir.index(0)), [&] {
    ir.dispatch(ir.ceilDiv(rest, ir.index(shape.lanes)), counts, [&](int64_t registers) {
      auto type = VectorType::get({shape.lanes}, ir.b.getI1Type());
      Value last = ir.sub(rest, ir.index((registers - 1) * shape.lanes));
      columns(whole, registers, vector::CreateMaskOp::create(ir.b, ir.loc, type, last));
    });
  });
}

/// The next step of a lane for each row and register of the tile.
SmallVector<Value> PanelEmitter::stepOfLines(const Tile &tile, Value k, ValueRange sums) {
  Value at = ir.add(tile.columns.b, ir.mul(k, args.bDepthStride));
  SmallVector<Value> bs, next;
  for (const Strip &strip : tile.columns.strips)
    bs.push_back(load(args.b, ir.add(at, ir.index(strip.at)), strip, element));
  for (int64_t row = 0; row < tile.rows; ++row) {
    Value line = ir.add(tile.a, ir.mul(ir.index(row), args.aRowStride));
    Value scalar =
        memref::LoadOp::create(ir.b, ir.loc, args.a, ir.add(line, ir.mul(k, args.aDepthStride)));
    Value a = vector::BroadcastOp::create(ir.b, ir.loc, vectorType(shape.lanes), scalar);
    for (Value b : bs)
      next.push_back(vector::FMAOp::create(ir.b, ir.loc, a, b, sums[next.size()]));
  }
  return next;
}

/// Lane by lane, for each lane needs as many registers as there are in the tile: first the two that
/// are added first.
SmallVector<Value> PanelEmitter::sumsOfLines(const Tile &tile) {
  int64_t lanes = kind.sumLanes, half = lanes / 2;
  int64_t count = tile.rows * tile.columns.strips.size();
  Strip whole{0, shape.lanes, Value()};
  SmallVector<Value> zeros(count, zero(shape.lanes));
  auto place = [&](Value lane, int64_t sum) {
    Value start = ir.mul(lane, ir.index(count * shape.lanes));
    return ir.add(start, ir.index(sum * shape.lanes));
  };
  auto chain = [&](Value from, Value to) {
    // Two steps a trip, since chains are short.
    Value steps = ir.ceilDiv(ir.sub(to, from), ir.index(lanes));
    Value twice = ir.mul(ir.div(steps, ir.index(2)), ir.index(2 * lanes));
    Value end = ir.add(from, twice);
    auto step = [&](Value k, ValueRange sums) { return stepOfLines(tile, k, sums); };
    auto two = [&](Value k, ValueRange sums) {
      return step(ir.add(k, ir.index(lanes)), step(k, sums));
    };
    SmallVector<Value> even = carry(ir, from, end, 2 * lanes, zeros, two);
    return carry(ir, end, to, lanes, even, step);
  };
  auto sumOfLane = [&](Value lane) { return sumChains(lane, zeros, chain); };
  ir.loop(ir.index(0), ir.index(half), ir.index(1), [&](Value lane) {
    SmallVector<Value> sums = sumOfLane(lane);
    for (int64_t i = 0; i < count; ++i)
      store(sums[i], held, place(lane, i), whole);
    sums = sumOfLane(ir.add(lane, ir.index(half)));
    for (int64_t i = 0; i < count; ++i) {
      Value first = load(held, place(lane, i), whole, element);
      Value both = arith::AddFOp::create(ir.b, ir.loc, first, sums[i]);
      store(both, held, place(lane, i), whole);
    }
  });
  SmallVector<Value> results;
  for (int64_t i = 0; i < count; ++i) {
    SmallVector<Value> pairs;
    for (int64_t lane = 0; lane < half; ++lane)
      pairs.push_back(load(held, place(ir.index(lane), i), whole, element));
    results.push_back(combineHalves(pairs, adder(ir)));
  }
  return results;
}
