// Where C has few rows or few columns, long sums are in lanes.
#include "compiler/CodeGen/NestEmitter.h"

using namespace agc;
using namespace mlir;

/// How many lines C has in a direction, whose operand is `mine`, all loops counted.
Value NestEmitter::countLines(const Buffer &mine, const Buffer &other) {
  Value lines = ir.index(1);
  for (unsigned loop = 0; loop < c.extents.size(); ++loop)
    if (c.c.axes[loop] >= 0 && mine.axes[loop] >= 0 && other.axes[loop] < 0)
      lines = ir.mul(lines, extentOf(loop));
  return lines;
}

bool NestEmitter::sumsOneLoop() {
  return llvm::count_if(c.c.axes, [](int axis) { return axis < 0; }) == 1;
}

/// Along what B's memory runs; a single column has no line to run along.
PackKind NestEmitter::laneKind() {
  if (!c.n.inner.empty())
    return packKind(c.b, c.n);
  return staticStride(c.b, c.k) == 1 ? PackKind::AlongDepth : PackKind::Strided;
}

/// The few rows of A times B, all k steps at once. `exchanged`: what is called n are C's rows;
/// `more`: than a few, and in half as many lanes.
void NestEmitter::rowsInLanes(bool more, bool exchanged) {
  outerLoops(c.outer, [&] {
    PanelKind kind{c.epilogue ? &*c.epilogue : nullptr};
    kind.inLanes = laneKind();
    kind.adjacentDepth = staticStride(c.a, c.k) == 1;
    kind.stridedColumns = !c.n.inner.empty() && c.c.stride(c.n.inner.back()) != 1;
    kind.exchanged = exchanged;
    kind.apart = known(m) < 0;
    kind.fromC = !c.fill;
    Value zero = ir.index(0), columns = ir.index(shape.columns);
    bool lines = *kind.inLanes == PackKind::AlongLines;
    first = ir.boolean(c.fill != nullptr), adds = ir.boolean(false), last = ir.boolean(true);
    PanelArguments args;
    args.a = a.memref, args.aOffset = a.offset;
    args.aRowStride = stride(a, c.m), args.aDepthStride = stride(a, c.k);
    args.b = b.memref, args.bOffset = b.offset, args.bDepthStride = stride(b, c.k);
    args.bPanelStride = lines ? columns : stride(b, c.n);
    placeResult(args, zero);
    args.next = b.memref;
    args.depth = k;
    args.fullPanels = ir.div(n, columns), args.tail = ir.rem(n, columns);
    args.first = first, args.adds = adds, args.last = last;
    for (FlatBuffer &operand : operands)
      args.operands.push_back(
          {operand.memref, operand.offset, stride(operand, exchanged ? c.n : c.m)});
    for (Value *unused :
         {&args.aLowPanelStride, &args.bAhead, &args.bAfter, &args.nextOffset, &args.nextStride})
      *unused = zero;
    kind.sumLanes = more ? shape.sumLanes / 2 : shape.sumLanes;
    // Without other loops the lines are the rows.
    int64_t least = more && c.outer.empty() ? shape.sumLanesLines + 1 : 1;
    int64_t most = more ? shape.fewLines : shape.sumLanesLines;
    SmallVector<int64_t> counts = llvm::to_vector(llvm::seq_inclusive<int64_t>(least, most));
    ir.dispatch(m, counts, [&](int64_t count) { callLanes(count, kind, args); });
  });
}

/// Calls the panel function of `count` rows, in panels of nearly equal height.
void NestEmitter::callLanes(int64_t count, PanelKind kind, PanelArguments args) {
  bool lines = *kind.inLanes == PackKind::AlongLines;
  int64_t most = lines ? shape.laneLineRows : shape.laneRows;
  int64_t panels = llvm::divideCeil(count, most);
  int64_t rows = llvm::divideCeil(count, panels), low = panels * rows - count;
  kind.low = low > 0;
  args.aPanelStride = ir.mul(args.aRowStride, ir.index(rows));
  args.rowPanels = ir.index(panels - low), args.lowPanels = ir.index(low);
  library.callPanel(ir, c.element, shape, rows, kind, args);
}

/// The same where C has few columns: its rows become columns.
void NestEmitter::columnsInLanes(bool more) {
  Contraction turned = c;
  std::swap(turned.a, turned.b);
  std::swap(turned.m, turned.n);
  NestEmitter nest(ir, turned, shape, library);
  nest.a = b, nest.b = a, nest.cFlat = cFlat, nest.operands = operands;
  nest.m = n, nest.n = m, nest.k = k;
  nest.outerFirst = outerFirst, nest.outerLast = outerLast, nest.outerSteps = outerSteps;
  nest.outerChunks = outerChunks, nest.columnChunks = ir.index(1);
  forEachChunk(outerChunks, [&](Value chunk) {
    NestEmitter part = nest;
    part.takeChunk(chunk);
    part.rowsInLanes(more, /*exchanged=*/true);
  });
}

/// Which sums are in lanes, and in how many, is decided by extents alone, since bits must not
/// depend on how operands lie, nor on which loops run as one: those of a single line, and of few
/// lines what stays near. Fewer lanes where both ways have more than a few lines.
void NestEmitter::emitLanes(llvm::function_ref<void()> otherwise) {
  if (!sumsOneLoop())
    return otherwise();
  Value rows = countLines(c.a, c.b), columns = countLines(c.b, c.a);
  Value one = ir.index(1), products = ir.mul(ir.mul(rows, columns), k);
  Value isLong = ir.greater(k, ir.index(shape.chainSteps));
  Value isNear = ir.both(ir.greater(ir.index(shape.fewLinesDepth + 1), k),
                         ir.greater(ir.index(shape.fewLinesProducts + 1), products));
  auto inLanes = [&](Value lines, bool more) {
    Value least = ir.index(more ? shape.sumLanesLines : 1);
    Value most = ir.index((more ? shape.fewLines : shape.sumLanesLines) + 1);
    Value isFew = ir.both(ir.greater(lines, least), ir.greater(most, lines));
    Value few = ir.both(isNear, isFew);
    Value single = more ? ir.boolean(false) : ir.equal(lines, one);
    return ir.both(isLong, ir.select(single, ir.boolean(true), few));
  };
  auto inRows = [&](bool more) {
    NestEmitter nest = *this;
    forEachChunk(chunks, [&](Value chunk) {
      nest.takeChunk(chunk);
      nest.rowsInLanes(more, /*exchanged=*/false);
    });
  };
  auto eitherWay = [&](bool more, llvm::function_ref<void()> otherwise) {
    ir.branch(
        inLanes(rows, more), [&] { inRows(more); },
        [&] { ir.branch(inLanes(columns, more), [&] { columnsInLanes(more); }, otherwise); });
  };
  eitherWay(false, [&] { eitherWay(true, otherwise); });
}
