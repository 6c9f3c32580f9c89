// Products with a vector: where C has one row or one column, long sums are in lanes.
#include "compiler/CodeGen/NestEmitter.h"

using namespace agc;
using namespace mlir;

/// Whether C has one line in a direction, whose operand is `mine`: that is so by the extents alone,
/// since bits must not depend on which loops run as one.
Value NestEmitter::isOneLine(const Buffer &mine, const Buffer &other) {
  Value lines = ir.index(1);
  for (unsigned loop = 0; loop < c.extents.size(); ++loop)
    if (c.c.axes[loop] >= 0 && mine.axes[loop] >= 0 && other.axes[loop] < 0)
      lines = ir.mul(lines, extentOf(loop));
  return ir.equal(lines, ir.index(1));
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

/// The one row of A times B, all k steps at once. `exchanged`: what is called n are C's rows.
void NestEmitter::rowInLanes(bool exchanged) {
  outerLoops(c.outer, [&] {
    PanelKind kind{c.epilogue ? &*c.epilogue : nullptr};
    kind.inLanes = laneKind();
    kind.adjacentDepth = staticStride(c.a, c.k) == 1;
    kind.stridedColumns = !c.n.inner.empty() && c.c.stride(c.n.inner.back()) != 1;
    kind.exchanged = exchanged;
    Value zero = ir.index(0), columns = ir.index(shape.columns);
    bool lines = *kind.inLanes == PackKind::AlongLines;
    first = ir.boolean(c.fill != nullptr), last = ir.boolean(true);
    PanelArguments args;
    args.a = a.memref, args.aOffset = a.offset, args.aDepthStride = stride(a, c.k);
    args.b = b.memref, args.bOffset = b.offset, args.bDepthStride = stride(b, c.k);
    args.bPanelStride = lines ? columns : stride(b, c.n);
    placeResult(args, zero);
    args.next = b.memref;
    args.depth = k;
    args.fullPanels = ir.div(n, columns), args.tail = ir.rem(n, columns);
    args.first = first, args.last = last;
    for (FlatBuffer &operand : operands)
      args.operands.push_back(
          {operand.memref, operand.offset, exchanged ? stride(operand, c.n) : zero});
    for (Value *unused : {&args.aRowStride, &args.aPanelStride, &args.aLowPanelStride, &args.bAhead,
                          &args.bAfter, &args.nextOffset, &args.nextStride, &args.lowPanels})
      *unused = zero;
    args.rowPanels = ir.index(1);
    library.callPanel(ir, c.element, shape, 1, kind, args);
  });
}

/// The same where C has one column: its rows become columns. Only unknown extents come here, for
/// known ones rows and columns have changed places already.
void NestEmitter::columnInLanes() {
  Contraction turned = c;
  std::swap(turned.a, turned.b);
  std::swap(turned.m, turned.n);
  NestEmitter nest(ir, turned, shape, library);
  nest.a = b, nest.b = a, nest.cFlat = cFlat, nest.operands = operands;
  nest.m = n, nest.n = m, nest.k = k;
  nest.outerFirst = outerFirst, nest.outerLast = outerLast;
  nest.rowInLanes(/*exchanged=*/true);
}

void NestEmitter::emitLanes(llvm::function_ref<void()> otherwise) {
  if (!sumsOneLoop())
    return otherwise();
  Value isLong = ir.greater(k, ir.index(shape.chainSteps));
  auto column = [&] {
    ir.branch(ir.both(isLong, isOneLine(c.b, c.a)), [&] { columnInLanes(); }, otherwise);
  };
  auto row = [&] {
    NestEmitter nest = *this;
    forEachChunk(chunks, [&](Value chunk) {
      nest.takeChunk(chunk);
      nest.rowInLanes(/*exchanged=*/false);
    });
  };
  ir.branch(ir.both(isLong, isOneLine(c.a, c.b)), row, column);
}
