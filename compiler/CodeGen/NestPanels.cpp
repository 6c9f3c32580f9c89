// What the nest does for a block of columns: packs what is read often, and calls panel functions
// for groups of rows.
#include "compiler/CodeGen/NestEmitter.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace agc;
using namespace mlir;

void NestEmitter::columnBlocks(Value column, Value columns) {
  PanelArguments args;
  firstColumns = ir.equal(column, ir.index(0));
  PanelSource source = packColumns(column, columns);
  args.b = source.memref, args.bOffset = source.offset, args.bDepthStride = source.depthStride;
  args.bPanelStride = source.panelStride;
  // Packed panels are read row by row, and by the last rows of A the next one is fetched; others
  // are fetched along their rows, which lie far apart.
  Value along = ir.mul(stride(b, c.n), ir.index(shape.prefetchColumns));
  args.bAhead = ir.select(packsB, ir.index(shape.prefetch * shape.columns), along);
  args.bAfter = ir.select(packsB, source.panelStride, along);
  fetchNext(args, source, column, columns);
  placeResult(args, column);
  args.depth = depth;
  args.fullPanels = ir.div(columns, ir.index(shape.columns));
  args.tail = ir.rem(columns, ir.index(shape.columns));
  args.first = first, args.adds = adds, args.last = last;
  for (FlatBuffer &operand : operands)
    args.operands.push_back({operand.memref,
                             ir.add(operand.offset, ir.mul(column, stride(operand, c.n))),
                             stride(operand, c.m)});
  forEachChunk(rowChunks, [&](Value chunk) {
    if (scratch)
      rowScratch = ir.add(columnScratch, ir.add(ir.index(scratchOfColumns),
                                                ir.mul(chunk, ir.index(scratchOfRows))));
    auto [from, to] = rangeOf(chunk, rowChunks, m);
    balancedRows(from, ir.sub(to, from), args);
  });
}

/// How many of `panels` row panels are a group.
Value NestEmitter::panelsTogether(Value panels, Value packs) {
  // Where a panel function takes row after row, groups are what is packed together.
  if (shape.rowPanels == 1)
    return ir.select(packs, ir.index(1), panels);
  // All of few rows are one group: no column of B passes twice.
  Value together = ir.select(fewRows, ir.index(shape.fewRowPanels()), ir.index(shape.rowPanels));
  return ir.ceilDiv(panels, ir.ceilDiv(panels, together));
}

/// How many row panels `extent` makes. Where a third register takes the columns behind a single
/// full panel along, all are in such tiles, unless A is packed or panels would be of few rows.
Value NestEmitter::countPanels(Value extent, const PanelArguments &args) {
  Value panels = ir.ceilDiv(extent, ir.index(shape.rows));
  if (shape.joinedRows == shape.rows)
    return panels;
  Value more = ir.ceilDiv(extent, ir.index(shape.joinedRows));
  Value joined =
      ir.both(ir.greater(args.tail, ir.index(0)), ir.greater(ir.index(shape.lanes + 1), args.tail));
  Value many = ir.greater(extent, ir.mul(more, ir.index(shape.rows / 2)));
  joined = ir.both(joined, ir.both(many, ir.equal(args.fullPanels, ir.index(1))));
  return ir.select(ir.select(packsA, ir.boolean(false), joined), more, panels);
}

/// Panels of nearly equal height: behind `high` of them, the others have a row less. They go in
/// groups of nearly equal size, for each of which all columns of B pass by.
void NestEmitter::balancedRows(Value from, Value extent, PanelArguments &args) {
  Value panels = countPanels(extent, args);
  Value atLeastOne = ir.max(panels, ir.index(1));
  RowPanels all;
  all.rows = ir.ceilDiv(extent, atLeastOne);
  Value high = ir.sub(panels, ir.sub(ir.mul(panels, all.rows), extent));
  // A panel of few rows is alone, and read once for all columns.
  all.packs = ir.both(packsA, ir.greater(all.rows, ir.index(shape.rows / 2)));
  Value most = panelsTogether(atLeastOne, all.packs);
  bool equal = known(high) >= 0 && known(high) == known(panels);
  all.alone = ir.equal(most, atLeastOne);
  ir.loop(ir.index(0), panels, most, [&](Value start) {
    Value some = ir.min(ir.sub(panels, start), most);
    RowPanels group = all;
    group.high = equal ? some : ir.min(some, ir.sub(ir.max(high, start), start));
    group.low = ir.sub(some, group.high);
    Value less = ir.sub(ir.max(high, start), high);
    group.row = ir.add(from, ir.sub(ir.mul(start, all.rows), equal ? ir.index(0) : less));
    rowPanels(group, args);
  });
}

/// Few rows leave B's memory no time but in between: they fetch the block to be packed next. Others
/// fetch what they have.
void NestEmitter::fetchNext(PanelArguments &args, const PanelSource &source, Value column,
                            Value columns) {
  bool rows = staticStride(c.b, c.n) == 1;
  Value fetches = rows ? fewRows : ir.boolean(false);
  Value end = ir.add(column, columns), depthStride = stride(b, c.k);
  Value isLast = ir.equal(end, n);
  Value step = ir.select(isLast, ir.add(depthFrom, depth), depthFrom);
  Value first = ir.mul(ir.select(isLast, ir.index(0), end), stride(b, c.n));
  Value offset = ir.add(ir.add(b.offset, ir.mul(step, depthStride)), first);
  args.next = ir.select(fetches, b.memref, source.memref);
  args.nextOffset = ir.select(fetches, offset, source.offset);
  args.nextStride = ir.select(fetches, depthStride, ir.index(0));
}

/// Tells panels where C is. With one k block and an epilogue nothing is ever stored there: then any
/// buffer serves, and C's own may go.
void NestEmitter::placeResult(PanelArguments &args, Value column) {
  bool unused = c.epilogue && !c.epilogue->keepsResult() && NestBuilder::constant(first) == 1 &&
                NestBuilder::constant(adds) == 0 && NestBuilder::constant(last) == 1;
  args.c = unused ? a.memref : cFlat.memref;
  args.cOffset = unused ? ir.index(0) : ir.add(cFlat.offset, ir.mul(column, stride(cFlat, c.n)));
  args.cRowStride = unused ? ir.index(0) : stride(cFlat, c.m);
  args.cColumnStride = unused ? ir.index(0) : stride(cFlat, c.n);
}

PanelSource NestEmitter::packColumns(Value column, Value columns) {
  Value columnStride = stride(b, c.n), depthStride = stride(b, c.k);
  Value from =
      ir.add(ir.add(b.offset, ir.mul(depthFrom, depthStride)), ir.mul(column, columnStride));
  PanelSource plain = {b.memref, from, columnStride, depthStride,
                       ir.mul(columnStride, ir.index(shape.columns))};
  if (!scratch || NestBuilder::constant(packsB) == 0)
    return plain;
  Value start = columnScratch;
  // Packing by square blocks writes whole ones: a panel must not reach into another chunk's.
  Value lanes = ir.index(shape.lanes);
  Value wholeDepth = ir.mul(ir.ceilDiv(depth, lanes), lanes);
  // A step more keeps panels, which are written side by side, from the same lines of the caches.
  Value panelStride = ir.mul(ir.add(wholeDepth, ir.index(1)), ir.index(shape.columns));
  ir.branch(packsB, [&] {
    forEachChunk(rowChunks, [&](Value chunk) {
      Value panels = ir.ceilDiv(columns, ir.index(shape.columns));
      auto [panel, end] = rangeOf(chunk, rowChunks, panels);
      Value at = ir.mul(panel, ir.index(shape.columns));
      Value lines = ir.sub(ir.min(columns, ir.mul(end, ir.index(shape.columns))), at);
      library.callPack(ir, c.element, shape, shape.columns, packKind(c.b, c.n),
                       {b.memref, ir.add(from, ir.mul(at, columnStride)), columnStride, depthStride,
                        lines, depth, scratch, ir.add(start, ir.mul(panel, panelStride)),
                        panelStride});
    });
  });
  return {ir.select(packsB, scratch, plain.memref), ir.select(packsB, start, plain.offset),
          ir.index(1), ir.select(packsB, ir.index(shape.columns), plain.depthStride),
          ir.select(packsB, panelStride, plain.panelStride)};
}

PanelSource NestEmitter::packRows(const RowPanels &panels, Value packs) {
  Value rowStride = stride(a, c.m), depthStride = stride(a, c.k);
  Value from =
      ir.add(ir.add(a.offset, ir.mul(depthFrom, depthStride)), ir.mul(panels.row, rowStride));
  PanelSource plain = {a.memref, from, rowStride, depthStride, ir.mul(rowStride, panels.rows)};
  if (!scratch || NestBuilder::constant(packs) == 0)
    return plain;
  Value panelStride = ir.mul(depth, ir.index(shape.rows));
  // What is alone stays packed for the columns to come.
  Value packed = ir.select(firstColumns, ir.boolean(false), panels.alone);
  ir.branch(ir.select(packed, ir.boolean(false), packs), [&] {
    ir.loop(ir.index(0), ir.add(panels.high, panels.low), ir.index(1), [&](Value panel) {
      Value lower = ir.sub(ir.max(panel, panels.high), panels.high);
      Value row = ir.sub(ir.mul(panel, panels.rows), lower);
      Value rows =
          ir.sub(panels.rows, ir.select(ir.greater(panels.high, panel), ir.index(0), ir.index(1)));
      library.callPack(ir, c.element, shape, shape.rows, packKind(c.a, c.m),
                       {a.memref, ir.add(from, ir.mul(row, rowStride)), rowStride, depthStride,
                        rows, depth, scratch, ir.add(rowScratch, ir.mul(panel, panelStride)),
                        panelStride});
    });
  });
  return {ir.select(packs, scratch, plain.memref), ir.select(packs, rowScratch, plain.offset),
          ir.select(packs, ir.index(1), plain.lineStride),
          ir.select(packs, ir.index(shape.rows), plain.depthStride),
          ir.select(packs, panelStride, plain.panelStride)};
}

void NestEmitter::rowPanels(const RowPanels &panels, const PanelArguments &args) {
  Value packs = panels.packs;
  PanelSource source = packRows(panels, packs);
  PanelArguments here = args;
  here.a = source.memref, here.aOffset = source.offset, here.aRowStride = source.lineStride;
  here.aDepthStride = source.depthStride, here.aPanelStride = source.panelStride;
  // Packed panels are equally far apart, others as far as they are high.
  here.aLowPanelStride =
      ir.sub(source.panelStride, ir.select(packs, ir.index(0), source.lineStride));
  here.rowPanels = panels.high, here.lowPanels = panels.low;
  here.cOffset = ir.add(args.cOffset, ir.mul(panels.row, args.cRowStride));
  for (PanelOperand &operand : here.operands)
    operand.offset = ir.add(operand.offset, ir.mul(panels.row, operand.rowStride));
  bool strided = !c.n.inner.empty() && c.c.stride(c.n.inner.back()) != 1;
  bool far = staticStride(c.a, c.k) == 1 && known(stride(a, c.m)) < 0;
  SmallVector<int64_t> counts = llvm::to_vector(llvm::seq<int64_t>(1, shape.rows + 1));
  ir.dispatch(panels.rows, counts, [&](int64_t count) {
    bool many = count > shape.rows / 2;
    PanelKind kind{c.epilogue ? &*c.epilogue : nullptr, strided, many && known(panels.low) != 0};
    kind.apart = known(panels.rows) < 0;
    setStart(kind);
    auto call = [&](bool packed) {
      kind.packed = packed;
      kind.farRows = far && !packed;
      library.callPanel(ir, c.element, shape, count, kind, here);
    };
    ir.branch(many ? packs : ir.boolean(false), [&] { call(true); }, [&] { call(false); });
  });
}
