// Where C's columns become rows of tiles: few behind the last whole register, or all beside few
// rows.
#include "compiler/CodeGen/NestEmitter.h"

using namespace agc;
using namespace mlir;

/// What panels take of the k block at hand whose rows are the columns from `column` on.
PanelArguments NestEmitter::turned(Value column) {
  PanelArguments args;
  args.a = b.memref;
  args.aOffset = ir.add(startOfDepth(b), ir.mul(column, stride(b, c.n)));
  args.aRowStride = stride(b, c.n), args.aDepthStride = stride(b, c.k);
  args.next = a.memref;
  for (Value *unused :
       {&args.aPanelStride, &args.aLowPanelStride, &args.nextOffset, &args.nextStride})
    *unused = ir.index(0);
  placeResult(args, column);
  std::swap(args.cRowStride, args.cColumnStride);
  args.depth = depth, args.first = first, args.adds = adds, args.last = last;
  for (FlatBuffer &operand : operands)
    args.operands.push_back({operand.memref,
                             ir.add(operand.offset, ir.mul(column, stride(operand, c.n))),
                             stride(operand, c.m)});
  return args;
}

PanelKind NestEmitter::turnedKind() {
  PanelKind kind{c.epilogue ? &*c.epilogue : nullptr, /*stridedColumns=*/true};
  kind.exchanged = true;
  setStart(kind);
  return kind;
}

Value NestEmitter::startOfDepth(const FlatBuffer &buffer) {
  return ir.add(buffer.offset, ir.mul(depthFrom, stride(buffer, c.k)));
}

/// So few columns behind the last whole register that they would leave most of another idle, where
/// A's rows lie side by side.
Value NestEmitter::columnsOver() {
  bool few = shape.lanes < 4 || (known(m) >= 0 && known(m) < shape.lanes);
  if (c.m.inner.empty() || c.n.inner.empty() || staticStride(c.a, c.m) != 1 || few)
    return ir.index(0);
  Value over = ir.rem(n, ir.index(shape.lanes));
  Value turns = ir.both(ir.greater(n, ir.index(shape.lanes)),
                        ir.greater(ir.index(shape.lanes / 4 + 1), over));
  return ir.select(turns, over, ir.index(0));
}

/// The k block at hand of the columns behind the others: they become rows, and A's rows columns.
void NestEmitter::columnsTurned(Value over) {
  Value columns = ir.index(shape.columns);
  PanelArguments args = turned(n);
  args.b = a.memref, args.bOffset = startOfDepth(a), args.bDepthStride = stride(a, c.k);
  args.bPanelStride = columns;
  args.bAhead = args.bAfter = ir.index(shape.prefetchColumns);
  args.rowPanels = ir.index(1), args.lowPanels = ir.index(0);
  args.fullPanels = ir.div(m, columns), args.tail = ir.rem(m, columns);
  PanelKind kind = turnedKind();
  kind.apart = known(over) < 0;
  SmallVector<int64_t> counts = llvm::to_vector(llvm::seq_inclusive<int64_t>(1, shape.lanes / 4));
  ir.dispatch(over, counts,
              [&](int64_t count) { library.callPanel(ir, c.element, shape, count, kind, args); });
}

/// Whether A's rows, most of a register's lanes, become columns: where both have adjacent k steps
/// one must be packed by transposing it, and there are more of B's columns.
Value NestEmitter::turnsRows() {
  bool depths = packKind(c.a, c.m) == PackKind::AlongDepth;
  if (!shape.turnedRows || c.m.inner.empty() || c.n.inner.empty() || !depths ||
      packKind(c.b, c.n) != PackKind::AlongDepth || staticStride(c.c, c.n) != 1)
    return ir.boolean(false);
  Value some =
      ir.both(ir.greater(m, ir.index(shape.lanes / 2)), ir.greater(ir.index(shape.lanes + 1), m));
  return ir.both(some, ir.greater(n, ir.index(shape.lanes)));
}

/// The k block at hand where A's few rows are columns, of which one register holds all.
void NestEmitter::rowsTurned() {
  PanelArguments args = turned(ir.index(0));
  library.callPack(ir, c.element, shape, shape.columns, PackKind::AlongDepth,
                   {a.memref, startOfDepth(a), stride(a, c.m), stride(a, c.k), m, depth, scratch,
                    columnScratch, ir.index(0)});
  args.b = scratch, args.bOffset = columnScratch, args.bDepthStride = ir.index(shape.columns);
  args.bPanelStride = args.bAhead = args.bAfter = args.fullPanels = ir.index(0);
  args.tail = m;
  Value panels = ir.ceilDiv(n, ir.index(shape.turnedRows)), rows = ir.ceilDiv(n, panels);
  args.lowPanels = ir.sub(ir.mul(panels, rows), n);
  args.rowPanels = ir.sub(panels, args.lowPanels);
  args.aPanelStride = ir.mul(rows, args.aRowStride);
  args.aLowPanelStride = ir.sub(args.aPanelStride, args.aRowStride);
  PanelKind kind = turnedKind();
  kind.oneRegister = true;
  kind.low = known(args.lowPanels) != 0;
  kind.farRows = known(args.aRowStride) < 0;
  kind.apart = known(rows) < 0;
  // More columns than a register holds leave no panel fewer.
  SmallVector<int64_t> counts;
  for (int64_t count = shape.lanes / 2 + 1; count <= shape.turnedRows; ++count)
    counts.push_back(count);
  ir.dispatch(rows, counts,
              [&](int64_t count) { library.callPanel(ir, c.element, shape, count, kind, args); });
}
