// Emits micro-tiles: a loop over k that keeps rows x columns of C in vector registers.
#include "compiler/CodeGen/PanelEmitter.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace agc;
using namespace mlir;

/// All that are not of operands, in their order.
static constexpr Value PanelArguments::*kFields[] = {&PanelArguments::a,
                                                     &PanelArguments::aOffset,
                                                     &PanelArguments::aRowStride,
                                                     &PanelArguments::aDepthStride,
                                                     &PanelArguments::aPanelStride,
                                                     &PanelArguments::aLowPanelStride,
                                                     &PanelArguments::b,
                                                     &PanelArguments::bOffset,
                                                     &PanelArguments::bDepthStride,
                                                     &PanelArguments::bPanelStride,
                                                     &PanelArguments::bAhead,
                                                     &PanelArguments::bAfter,
                                                     &PanelArguments::next,
                                                     &PanelArguments::nextOffset,
                                                     &PanelArguments::nextStride,
                                                     &PanelArguments::c,
                                                     &PanelArguments::cOffset,
                                                     &PanelArguments::cRowStride,
                                                     &PanelArguments::cColumnStride,
                                                     &PanelArguments::depth,
                                                     &PanelArguments::rowPanels,
                                                     &PanelArguments::lowPanels,
                                                     &PanelArguments::fullPanels,
                                                     &PanelArguments::tail,
                                                     &PanelArguments::first,
                                                     &PanelArguments::adds,
                                                     &PanelArguments::last};

SmallVector<Value> PanelArguments::pack() const {
  SmallVector<Value> all;
  for (Value PanelArguments::*field : kFields)
    all.push_back(this->*field);
  for (const PanelOperand &operand : operands)
    all.append({operand.memref, operand.offset, operand.rowStride});
  return all;
}

PanelArguments PanelArguments::unpack(ValueRange v) {
  PanelArguments args;
  for (auto [field, value] : llvm::zip(kFields, v))
    args.*field = value;
  for (v = v.drop_front(std::size(kFields)); !v.empty(); v = v.drop_front(3))
    args.operands.push_back({v[0], v[1], v[2]});
  return args;
}

Value PanelEmitter::zero(int64_t lanes) {
  return arith::ConstantOp::create(ir.b, ir.loc, ir.b.getZeroAttr(vectorType(lanes)));
}

Value PanelEmitter::load(Value memref, Value at, const Strip &strip, Type type) {
  auto vector = VectorType::get({strip.lanes}, type);
  if (!strip.mask)
    return vector::LoadOp::create(ir.b, ir.loc, vector, memref, at);
  Value none = arith::ConstantOp::create(ir.b, ir.loc, ir.b.getZeroAttr(vector));
  return vector::MaskedLoadOp::create(ir.b, ir.loc, vector, memref, at, strip.mask, none);
}

void PanelEmitter::store(Value value, Value memref, Value at, const Strip &strip) {
  if (strip.mask)
    vector::MaskedStoreOp::create(ir.b, ir.loc, memref, at, strip.mask, value);
  else
    vector::StoreOp::create(ir.b, ir.loc, value, memref, at);
}

/// Fetches the cache line that begins with `strip`, if one does.
void PanelEmitter::prefetch(Value memref, Value at, const Strip &strip, bool isWrite) {
  if (strip.at * element.getWidth() / 8 % 64 == 0)
    memref::PrefetchOp::create(ir.b, ir.loc, memref, at, isWrite, /*localityHint=*/3,
                               /*isDataCache=*/true);
}

Value PanelEmitter::indices(int64_t lanes, Value stride) {
  Value numbers =
      vector::StepOp::create(ir.b, ir.loc, VectorType::get({lanes}, ir.b.getIndexType()));
  Value strides = vector::BroadcastOp::create(ir.b, ir.loc, numbers.getType(), stride);
  return arith::MulIOp::create(ir.b, ir.loc, numbers, strides);
}

Value PanelEmitter::allLanes(const Strip &strip) {
  if (strip.mask)
    return strip.mask;
  auto type = VectorType::get({strip.lanes}, ir.b.getI1Type());
  return arith::ConstantOp::create(ir.b, ir.loc, DenseElementsAttr::get(type, true));
}

Value PanelEmitter::gather(Value memref, Value at, Value stride, const Strip &strip, Type type) {
  auto vector = VectorType::get({strip.lanes}, type);
  Value none = arith::ConstantOp::create(ir.b, ir.loc, ir.b.getZeroAttr(vector));
  return vector::GatherOp::create(ir.b, ir.loc, vector, memref, at, indices(strip.lanes, stride),
                                  allLanes(strip), none);
}

void PanelEmitter::scatter(Value value, Value memref, Value at, Value stride, const Strip &strip) {
  vector::ScatterOp::create(ir.b, ir.loc, /*resultType=*/Type(), memref, at,
                            indices(strip.lanes, stride), allLanes(strip), value);
}

/// Fetches a row of what is packed next, while there is time: each of `tiles` row panels a share of
/// them, one in each trip.
void PanelEmitter::fetchNext(const Tile &tile, Value trip, int64_t tiles) {
  Value share = ir.mul(ir.rem(tile.panel, ir.index(tiles)), ir.div(args.depth, ir.index(tiles)));
  Value row = ir.mul(ir.add(share, trip), args.nextStride);
  Value at = ir.add(ir.add(args.nextOffset, tile.columns.column), row);
  memref::PrefetchOp::create(ir.b, ir.loc, args.next, at, /*isWrite=*/false, /*localityHint=*/2,
                             /*isDataCache=*/true);
}

Value PanelEmitter::loadA(const Tile &tile, int64_t row, Value k) {
  Value rowStride = kind.packed ? ir.index(1) : args.aRowStride;
  Value depthStride = kind.packed ? ir.index(shape.rows) : args.aDepthStride;
  Value start = ir.add(tile.a, ir.mul(k, depthStride));
  return memref::LoadOp::create(ir.b, ir.loc, args.a,
                                ir.add(start, ir.mul(rowStride, ir.index(row))));
}

SmallVector<Value> PanelEmitter::multiplyStep(const Tile &tile, Value k, ValueRange accumulators) {
  Value ahead = ir.select(tile.isLast, args.bAfter, args.bAhead);
  Value depth = ir.mul(k, args.bDepthStride);
  SmallVector<Value> bs, places;
  for (const Strip &strip : tile.columns.strips) {
    Value panel = ir.mul(args.bPanelStride, ir.index(strip.at / shape.columns));
    Value column = ir.add(panel, ir.index(strip.at % shape.columns));
    places.push_back(ir.add(ir.add(tile.columns.b, column), depth));
  }
  for (auto [at, strip] : llvm::zip_equal(places, tile.columns.strips))
    bs.push_back(load(args.b, at, strip, element));
  for (auto [at, strip] : llvm::zip_equal(places, tile.columns.strips))
    if (!kind.oneRegister) // Its columns were packed just now.
      prefetch(args.b, ir.add(at, ahead), strip, /*isWrite=*/false);
  SmallVector<Value> sums(accumulators), far;
  if (kind.farRows)
    far = startFarRows(tile, k);
  for (int64_t row = 0; row < tile.rows; ++row) {
    Value scalar = kind.farRows ? loadFar(far, row) : loadA(tile, row, k);
    auto rowSums = MutableArrayRef(sums).slice(row * bs.size(), bs.size());
    for (auto [b, sum, strip] : llvm::zip_equal(bs, rowSums, tile.columns.strips)) {
      Value splat = vector::BroadcastOp::create(ir.b, ir.loc, vectorType(strip.lanes), scalar);
      sum = vector::FMAOp::create(ir.b, ir.loc, splat, b, sum);
    }
  }
  return sums;
}

SmallVector<Value> PanelEmitter::multiply(const Tile &tile, ArrayRef<Value> start) {
  auto steps = [&](Value from, Value to, int64_t count, ValueRange accumulators) {
    auto body = [&](OpBuilder &, Location, Value k, ValueRange carried) {
      SmallVector<Value> next(carried);
      if (kind.packed && count > 1)
        fetchNext(tile, ir.div(k, ir.index(count)), count);
      for (int64_t more = 0; more < count; ++more)
        next = multiplyStep(tile, ir.add(k, ir.index(more)), next);
      scf::YieldOp::create(ir.b, ir.loc, next);
    };
    auto loop = scf::ForOp::create(ir.b, ir.loc, from, to, ir.index(count), accumulators, body);
    return SmallVector<Value>(loop.getResults());
  };
  // Several steps a trip, so that counting does not compete with the multiply-adds.
  int64_t unrolled = kind.packed && !tile.columns.strips.back().mask ? shape.unroll : 1;
  Value whole = ir.mul(ir.div(args.depth, ir.index(unrolled)), ir.index(unrolled));
  SmallVector<Value> sums = steps(ir.index(0), whole, unrolled, start);
  return unrolled > 1 ? steps(whole, args.depth, 1, sums) : sums;
}

void PanelEmitter::applyEpilogue(const Tile &tile, int64_t row, const Strip &strip,
                                 Value accumulator) {
  const Epilogue &epilogue = *kind.epilogue;
  Value column = ir.add(tile.columns.column, ir.index(strip.at));
  auto at = [&](const PanelOperand &operand, bool splat) {
    if (kind.exchanged) {
      Value line = ir.add(operand.offset, ir.mul(column, operand.rowStride));
      return splat ? line : ir.add(line, globalRow(tile, row));
    }
    Value start = ir.add(operand.offset, ir.mul(globalRow(tile, row), operand.rowStride));
    return splat ? start : ir.add(start, column);
  };
  Block *body = epilogue.op().getBody();
  SmallVector<Value> values(body->getNumArguments());
  for (BlockArgument argument : body->getArguments()) {
    unsigned number = argument.getArgNumber();
    Epilogue::Access access = epilogue.access(number);
    if (access == Epilogue::Access::Accumulator)
      values[number] = accumulator;
    if (access != Epilogue::Access::Vector && access != Epilogue::Access::Splat)
      continue;
    auto position = llvm::find(epilogue.operands(), number) - epilogue.operands().begin();
    const PanelOperand &operand = args.operands[position];
    bool splat = access == Epilogue::Access::Splat;
    if (kind.exchanged) {
      values[number] =
          gather(operand.memref, at(operand, splat), operand.rowStride, strip, argument.getType());
      continue;
    }
    if (!splat) {
      values[number] = load(operand.memref, at(operand, false), strip, argument.getType());
      continue;
    }
    Value scalar = memref::LoadOp::create(ir.b, ir.loc, operand.memref, at(operand, true));
    auto type = VectorType::get({strip.lanes}, argument.getType());
    values[number] = vector::BroadcastOp::create(ir.b, ir.loc, type, scalar);
  }
  SmallVector<Value> results = epilogue.apply(ir, values, strip.lanes);
  unsigned result = 0;
  for (auto [number, operand] : llvm::zip_equal(epilogue.operands(), args.operands)) {
    if (!epilogue.isOutput(number))
      continue;
    Value value = results[result++];
    if (kind.exchanged)
      scatter(value, operand.memref, at(operand, false), operand.rowStride, strip);
    else
      store(value, operand.memref, at(operand, false), strip);
  }
}

void PanelEmitter::finish(const Tile &tile, ArrayRef<Value> accumulators) {
  auto all = [&](function_ref<void(int64_t, const Strip &, Value)> body) {
    unsigned number = 0;
    for (int64_t row = 0; row < tile.rows; ++row)
      for (const Strip &strip : tile.columns.strips)
        body(row, strip, accumulators[number++]);
  };
  auto storeAll = [&] {
    if (kind.oneRegister)
      return storeTurned(tile, accumulators);
    all([&](int64_t row, const Strip &strip, Value value) {
      storeC(value, atC(tile, row, strip), strip);
    });
  };
  if (!kind.epilogue)
    return storeAll();
  auto applyAll = [&] {
    all([&](int64_t row, const Strip &strip, Value value) {
      if (kind.epilogue->keepsResult())
        storeC(value, atC(tile, row, strip), strip);
      applyEpilogue(tile, row, strip, value);
    });
  };
  ir.branch(args.last, applyAll, storeAll);
}

void PanelEmitter::tile(const Tile &tile) {
  SmallVector<Value> start = startAccumulators(tile);
  finish(tile, kind.inLanes ? multiplyInLanes(tile, start) : addToC(tile, multiply(tile, start)));
}

/// Runs `body` for each row panel, as a tile that has no columns yet.
void PanelEmitter::eachRowPanel(function_ref<void(const Tile &)> body) {
  auto isLast = [&](Value panel, Value panels) {
    return ir.equal(ir.add(panel, ir.index(1)), panels);
  };
  Value noneLow = kind.low ? ir.equal(args.lowPanels, ir.index(0)) : ir.boolean(true);
  ir.loop(ir.index(0), args.rowPanels, ir.index(1), [&](Value panel) {
    body({rows,
          ir.mul(panel, ir.index(rows)),
          ir.add(args.aOffset, ir.mul(panel, args.aPanelStride)),
          {},
          ir.both(noneLow, isLast(panel, args.rowPanels)),
          panel});
  });
  if (!kind.low)
    return;
  Value firstRow = ir.mul(args.rowPanels, ir.index(rows));
  Value a = ir.add(args.aOffset, ir.mul(args.rowPanels, args.aPanelStride));
  ir.loop(ir.index(0), args.lowPanels, ir.index(1), [&](Value panel) {
    body({rows - 1,
          ir.add(firstRow, ir.mul(panel, ir.index(rows - 1))),
          ir.add(a, ir.mul(panel, args.aLowPanelStride)),
          {},
          isLast(panel, args.lowPanels),
          ir.add(args.rowPanels, panel)});
  });
}

void PanelEmitter::rowPanels(const Columns &columns) {
  auto meet = [&](const Tile &rows) {
    Tile whole = rows;
    whole.columns = columns;
    tile(whole);
  };
  rowsAtHand ? meet(*rowsAtHand) : eachRowPanel(meet);
}

void PanelEmitter::fullPanels(Value from, Value to, int64_t panelsAcross) {
  SmallVector<Strip> strips;
  for (int64_t number = 0; number < 2 * panelsAcross; ++number)
    strips.push_back({number * shape.lanes, shape.lanes, Value()});
  ir.loop(from, to, ir.index(panelsAcross), [&](Value panel) {
    Value b = ir.add(args.bOffset, ir.mul(panel, args.bPanelStride));
    rowPanels({ir.mul(panel, ir.index(shape.columns)), b, strips});
  });
}

/// The columns behind the full panels; with `behind` full registers before them, in one tile.
void PanelEmitter::tailPanel(int64_t behind) {
  int64_t before = behind * shape.lanes, most = behind ? shape.lanes : shape.columns;
  Value panels = behind ? ir.sub(args.fullPanels, ir.index(1)) : args.fullPanels;
  Value column = ir.mul(panels, ir.index(shape.columns));
  Value b = ir.add(args.bOffset, ir.mul(panels, args.bPanelStride));
  // The fewest steps that hold the columns; a mask closes the last register, the others are full.
  // Half a register suffices for the fewest, since masked stores are slow by their lanes.
  int64_t half = std::max<int64_t>(shape.lanes / 2, 1);
  SmallVector<int64_t> widths = {half};
  for (int64_t width = shape.tailStep; width <= most; width += shape.tailStep)
    if (width > half)
      widths.push_back(width);
  Value step = ir.index(shape.tailStep);
  Value wide = ir.mul(ir.ceilDiv(args.tail, step), step);
  Value widthClass = ir.select(ir.greater(args.tail, ir.index(half)), wide, ir.index(half));
  ir.dispatch(widthClass, widths, [&](int64_t width) {
    SmallVector<Strip> strips;
    for (int64_t at = 0; at < before; at += shape.lanes)
      strips.push_back({at, shape.lanes, Value()});
    for (int64_t at = 0; at < width; at += shape.lanes) {
      int64_t lanes = std::min(shape.lanes, width - at);
      Value mask;
      if (at + lanes == width)
        mask =
            vector::CreateMaskOp::create(ir.b, ir.loc, VectorType::get({lanes}, ir.b.getI1Type()),
                                         ir.sub(args.tail, ir.index(at)));
      strips.push_back({before + at, lanes, mask});
    }
    rowPanels({column, b, strips});
  });
}

void PanelEmitter::allColumns() {
  if (kind.oneRegister) {
    auto type = VectorType::get({shape.lanes}, ir.b.getI1Type());
    Value mask = vector::CreateMaskOp::create(ir.b, ir.loc, type, args.tail);
    return rowPanels({ir.index(0), args.bOffset, {{0, shape.lanes, mask}}});
  }
  int64_t across = shape.registersAcross(rows) / 2;
  Value hasTail = ir.greater(args.tail, ir.index(0)), joined = ir.boolean(false);
  // Where a third register fits, the columns behind a full panel join it: A is read once for both.
  if (across == 1 && shape.registersOfLines(rows) > 2)
    joined = ir.both(ir.both(hasTail, ir.greater(ir.index(shape.lanes + 1), args.tail)),
                     ir.greater(args.fullPanels, ir.index(0)));
  Value panels = ir.sub(args.fullPanels, ir.select(joined, ir.index(1), ir.index(0)));
  Value wide = ir.mul(ir.div(panels, ir.index(across)), ir.index(across));
  fullPanels(ir.index(0), wide, across);
  if (across > 1)
    fullPanels(wide, panels, 1);
  ir.branch(joined, [&] { tailPanel(2); }, [&] { ir.branch(hasTail, [&] { tailPanel(0); }); });
}

void PanelEmitter::emit() {
  if (kind.inLanes)
    return *kind.inLanes == PackKind::AlongLines ? linePanels() : dotPanels();
  if (kind.farRows)
    measureFarRows();
  if (shape.rowPanels > 1)
    return allColumns();
  eachRowPanel([&](const Tile &rows) {
    Tile alone = rows;
    alone.isLast = ir.boolean(true);
    rowsAtHand = &alone;
    allColumns();
    rowsAtHand = nullptr;
  });
}

void agc::buildPanel(func::FuncOp function, FloatType element, const NestShape &shape, int64_t rows,
                     const PanelKind &kind) {
  OpBuilder builder = OpBuilder::atBlockBegin(function.addEntryBlock());
  NestBuilder ir(builder, function.getLoc());
  PanelArguments args = PanelArguments::unpack(function.getArguments());
  PanelEmitter(ir, args, element, shape, rows, kind).emit();
  func::ReturnOp::create(builder, function.getLoc());
}
