// Emits the blocking loops of a contraction over extents that are SSA values.
#include "compiler/CodeGen/Nest.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace agc;
using namespace mlir;

namespace {

/// A buffer as a flat array: its elements are at `offset` + sum(loop * strides[loop]).
struct FlatBuffer {
  Value memref, offset;
  SmallVector<Value> strides; ///< by loop
};

/// Packed copies or the buffers themselves: where panels read A or B.
struct PanelSource {
  Value memref, offset, lineStride, depthStride, panelStride;
};

class NestEmitter {
public:
  NestEmitter(NestBuilder &ir, const Contraction &c, const NestShape &shape, PanelLibrary &library)
      : ir(ir), c(c), shape(shape), library(library) {}

  void emit();

private:
  FlatBuffer flatten(const Buffer &buffer);
  Value extentOf(unsigned loop);
  Value extentOf(const Contraction::Role &role);
  Value stride(const FlatBuffer &buffer, const Contraction::Role &role);
  int64_t staticStride(const Buffer &buffer, const Contraction::Role &role);
  PackKind packKind(const Buffer &buffer, const Contraction::Role &lines);
  void decidePacking();
  void allocateScratch();
  SmallVector<FlatBuffer *> buffers();
  void move(Value by, unsigned loop);
  void decideChunks();
  std::pair<Value, Value> rangeOf(Value number, Value count, Value extent);
  void takeChunk(Value chunk);
  void forEachChunk(Value count, NestBuilder::LoopBody body);
  void loops();

  void outerLoops(ArrayRef<unsigned> loops, llvm::function_ref<void()> body);
  void depthBlocks();
  void columnBlocks(Value from, Value depth);
  void placeResult(PanelArguments &args, Value column);
  PanelSource packColumns(Value column, Value columns);
  void balancedRows(Value from, Value extent, PanelArguments &args);
  void rowPanels(Value firstRow, Value panels, Value rows, PanelArguments &args);
  PanelSource packRows(Value firstRow, Value panels, Value rows);

  NestBuilder &ir;
  const Contraction &c;
  const NestShape &shape;
  PanelLibrary &library;

  FlatBuffer a, b, cFlat;
  SmallVector<FlatBuffer> operands;
  Value m, n, k;
  Value packsA, packsB;
  Value mostDepth;                 ///< of a k block
  Value scratch;                   ///< none where nothing is packed
  Value columnScratch, rowScratch; ///< where in it the chunk at hand packs
  int64_t scratchOfColumns = 0, scratchOfRows = 0;
  // Chunks of the whole nest (one of the first two), and of rows within a block.
  Value outerChunks, columnChunks, chunks, rowChunks;
  std::optional<Value> outerTrips; ///< of the first outer loop, in the chunk at hand
  // The k block at hand.
  Value depthFrom, depth, first, last;
  Value outerFirst, outerLast;
};

} // namespace

FlatBuffer NestEmitter::flatten(const Buffer &buffer) {
  MemRefType type = buffer.type();
  auto metadata = memref::ExtractStridedMetadataOp::create(ir.b, ir.loc, buffer.memref);
  auto [staticStrides, staticOffset] = type.getStridesAndOffset();
  auto known = [&](int64_t value, Value dynamic) {
    return ShapedType::isDynamic(value) ? dynamic : ir.index(value);
  };
  FlatBuffer flat;
  flat.offset = known(staticOffset, metadata.getOffset());
  Value end = ir.add(flat.offset, ir.index(1));
  SmallVector<Value> strides;
  for (int64_t axis = 0; axis < type.getRank(); ++axis) {
    strides.push_back(known(staticStrides[axis], metadata.getStrides()[axis]));
    Value extent = known(type.getDimSize(axis), metadata.getSizes()[axis]);
    end = ir.add(end, ir.mul(ir.sub(extent, ir.index(1)), strides.back()));
  }
  for (int axis : buffer.axes)
    flat.strides.push_back(axis < 0 ? ir.index(0) : strides[axis]);
  auto flatType = MemRefType::get({ShapedType::kDynamic}, type.getElementType());
  flat.memref = memref::ReinterpretCastOp::create(
      ir.b, ir.loc, flatType, metadata.getBaseBuffer(), OpFoldResult(ir.b.getIndexAttr(0)),
      ArrayRef<OpFoldResult>{end}, ArrayRef<OpFoldResult>{ir.b.getIndexAttr(1)});
  return flat;
}

Value NestEmitter::extentOf(unsigned loop) {
  if (!ShapedType::isDynamic(c.extents[loop]))
    return ir.index(c.extents[loop]);
  for (const Buffer *buffer : {&c.a, &c.b, &c.c})
    if (buffer->axes[loop] >= 0)
      return memref::DimOp::create(ir.b, ir.loc, buffer->memref, buffer->axes[loop]);
  llvm_unreachable("every loop moves an operand");
}

Value NestEmitter::extentOf(const Contraction::Role &role) {
  Value extent = ir.index(1);
  for (unsigned loop : role.inner)
    extent = ir.mul(extent, extentOf(loop));
  return extent;
}

Value NestEmitter::stride(const FlatBuffer &buffer, const Contraction::Role &role) {
  return role.inner.empty() ? ir.index(0) : buffer.strides[role.inner.back()];
}

int64_t NestEmitter::staticStride(const Buffer &buffer, const Contraction::Role &role) {
  // A role without loops has one line or one step: any stride will do.
  return role.inner.empty() ? 1 : buffer.stride(role.inner.back());
}

PackKind NestEmitter::packKind(const Buffer &buffer, const Contraction::Role &lines) {
  if (staticStride(buffer, lines) == 1)
    return PackKind::AlongLines;
  return staticStride(buffer, c.k) == 1 ? PackKind::AlongDepth : PackKind::Strided;
}

void NestEmitter::decidePacking() {
  Value large = ir.both(ir.greater(ir.mul(k, n), ir.index(shape.packBElements)),
                        ir.greater(m, ir.index(shape.packBRows)));
  // Micro-tiles load rows of B as vectors: other layouts are always packed.
  packsB = staticStride(c.b, c.n) == 1 ? large : ir.boolean(true);
  Value near = ir.select(ir.greater(ir.mul(k, n), ir.index(shape.farBElements)),
                         ir.greater(m, ir.index(shape.farBRows)), ir.boolean(true));
  mostDepth = ir.select(packsB, ir.index(shape.depth),
                        ir.select(near, ir.index(shape.depth), ir.index(shape.farBDepth)));
  packsA = ir.both(ir.both(ir.greater(n, ir.index(shape.packAColumns)),
                           ir.greater(ir.mul(m, k), ir.index(shape.packAElements))),
                   ir.greater(m, ir.index(shape.rows)));
}

static int64_t known(Value extent) { return NestBuilder::constant(extent).value_or(-1); }

void NestEmitter::allocateScratch() {
  if (NestBuilder::constant(packsA) == 0 && NestBuilder::constant(packsB) == 0)
    return;
  // Later, in a chunk, the extents at hand may be others: sizes and offsets are settled here.
  scratchOfRows = shape.scratchElementsOfA(known(k));
  scratchOfColumns = shape.scratchElementsOfB(known(n), known(k));
  int64_t most = NestBuilder::constant(chunks).value_or(shape.chunks);
  int64_t mostRows = NestBuilder::constant(rowChunks).value_or(shape.chunks);
  // Either chunks have all to themselves, or chunks of rows share the packed columns.
  int64_t elements = std::max(most * (scratchOfColumns + scratchOfRows),
                              scratchOfColumns + mostRows * scratchOfRows);
  Value alloc = memref::AllocOp::create(ir.b, ir.loc, MemRefType::get({elements}, c.element),
                                        ir.b.getI64IntegerAttr(64));
  scratch = memref::CastOp::create(ir.b, ir.loc, MemRefType::get({ShapedType::kDynamic}, c.element),
                                   alloc);
  columnScratch = ir.index(0);
}

SmallVector<FlatBuffer *> NestEmitter::buffers() {
  SmallVector<FlatBuffer *> all = {&a, &b, &cFlat};
  for (FlatBuffer &operand : operands)
    all.push_back(&operand);
  return all;
}

/// Moves all buffers by so many steps of `loop`.
void NestEmitter::move(Value by, unsigned loop) {
  for (FlatBuffer *buffer : buffers())
    buffer->offset = ir.add(buffer->offset, ir.mul(by, buffer->strides[loop]));
}

/// Splits the work by extents alone, so that threads only take chunks. The whole nest is split
/// along the first loop around it, if there is one, or by columns; or else each block is split by
/// rows, which share its packed columns.
void NestEmitter::decideChunks() {
  Value one = ir.index(1), zero = ir.index(0);
  auto powerOfTwo = [&](Value most) {
    Value count = one;
    for (int64_t power = 2; power <= shape.chunks; power *= 2)
      count = ir.select(ir.greater(ir.index(power), most), count, ir.index(power));
    return count;
  };
  auto worth = [&](Value products) { return ir.div(products, ir.index(shape.chunkProducts)); };
  Value products = ir.mul(ir.mul(m, n), k);
  bool nested = !c.outer.empty();
  Value outer = nested ? extentOf(c.outer.front()) : one;
  outerChunks = powerOfTwo(nested ? ir.min(outer, worth(ir.mul(products, outer))) : one);
  Value perBlock =
      ir.mul(m, ir.mul(ir.min(n, ir.index(shape.width)), ir.min(k, ir.index(shape.depth))));
  Value rows = ir.min(worth(perBlock), ir.div(m, ir.index(shape.chunkRows)));
  Value columns = ir.min(worth(products), ir.div(n, ir.index(shape.chunkColumns)));
  Value whole = ir.greater(outerChunks, one);
  rows = powerOfTwo(ir.select(whole, zero, rows));
  columns = powerOfTwo(ir.select(whole, zero, columns));
  Value byColumns = ir.greater(columns, rows);
  rowChunks = ir.select(byColumns, one, rows);
  columnChunks = ir.select(byColumns, columns, one);
  chunks = ir.mul(outerChunks, columnChunks);
}

/// Chunk `number` of `count`: the range [from, to) of `extent`, as even as it goes.
std::pair<Value, Value> NestEmitter::rangeOf(Value number, Value count, Value extent) {
  Value from = ir.div(ir.mul(number, extent), count);
  return {from, ir.div(ir.mul(ir.add(number, ir.index(1)), extent), count)};
}

/// Narrows the extents to those of `chunk`. Only one way is split, by as many as there are chunks.
void NestEmitter::takeChunk(Value chunk) {
  auto narrow = [&](Value extent, Value count, unsigned loop) {
    Value number = ir.select(ir.greater(count, ir.index(1)), chunk, ir.index(0));
    auto [from, to] = rangeOf(number, count, extent);
    move(from, loop);
    return ir.sub(to, from);
  };
  if (!c.outer.empty())
    outerTrips = narrow(extentOf(c.outer.front()), outerChunks, c.outer.front());
  if (!c.n.inner.empty())
    n = narrow(n, columnChunks, c.n.inner.back());
  if (scratch)
    columnScratch = ir.mul(chunk, ir.index(scratchOfColumns + scratchOfRows));
}

/// Runs `body` for each of `count` chunks, in any order and on any thread.
void NestEmitter::forEachChunk(Value count, NestBuilder::LoopBody body) {
  if (NestBuilder::constant(count) == 1)
    return body(ir.index(0));
  scf::ForallOp::create(ir.b, ir.loc, ArrayRef<OpFoldResult>{count}, ValueRange(), std::nullopt,
                        [&](OpBuilder &, Location, ValueRange ivs) {
                          body(ivs.front());
                          scf::InParallelOp::create(ir.b, ir.loc);
                        });
}

void NestEmitter::loops() {
  outerLoops(c.outer, [&] { outerLoops(c.outerK, [&] { depthBlocks(); }); });
}

void NestEmitter::emit() {
  a = flatten(c.a), b = flatten(c.b), cFlat = flatten(c.c);
  for (const Buffer &buffer : c.epilogueBuffers)
    operands.push_back(flatten(buffer));
  m = extentOf(c.m), n = extentOf(c.n), k = extentOf(c.k);
  outerFirst = ir.boolean(true), outerLast = ir.boolean(true);
  decidePacking();
  decideChunks();
  allocateScratch();
  forEachChunk(chunks, [&](Value chunk) {
    takeChunk(chunk);
    loops();
  });
  if (scratch)
    memref::DeallocOp::create(ir.b, ir.loc, scratch.getDefiningOp<memref::CastOp>().getSource());
}

/// Loops of their own around the nest: each moves the offsets of the buffers that it runs along.
void NestEmitter::outerLoops(ArrayRef<unsigned> loops, llvm::function_ref<void()> body) {
  if (loops.empty())
    return body();
  unsigned loop = loops.front();
  Value trips = extentOf(loop);
  if (outerTrips && loop == c.outer.front())
    trips = *outerTrips;
  bool reduces = c.c.axes[loop] < 0;
  if (reduces) {
    // A sum of nothing is zero: one trip with no depth stores it.
    k = ir.select(ir.equal(trips, ir.index(0)), ir.index(0), k);
    trips = ir.max(trips, ir.index(1));
  }
  ir.loop(ir.index(0), trips, ir.index(1), [&](Value iv) {
    SmallVector<Value> offsets =
        llvm::map_to_vector(buffers(), [](FlatBuffer *f) { return f->offset; });
    Value wasFirst = outerFirst, wasLast = outerLast;
    move(iv, loop);
    if (reduces) {
      outerFirst = ir.both(outerFirst, ir.equal(iv, ir.index(0)));
      outerLast = ir.both(outerLast, ir.equal(ir.add(iv, ir.index(1)), trips));
    }
    outerLoops(loops.drop_front(), body);
    for (auto [buffer, offset] : llvm::zip_equal(buffers(), offsets))
      buffer->offset = offset;
    outerFirst = wasFirst, outerLast = wasLast;
  });
}

void NestEmitter::depthBlocks() {
  // Blocks of equal depth; without any depth one block still stores zeros.
  Value steps = ir.max(k, ir.index(1));
  Value blocks = ir.ceilDiv(steps, mostDepth);
  Value lanes = ir.index(shape.lanes);
  Value block = ir.mul(ir.ceilDiv(ir.ceilDiv(steps, blocks), lanes), lanes);
  ir.loop(ir.index(0), steps, block, [&](Value from) {
    depthFrom = from;
    depth = ir.min(block, ir.sub(k, from));
    first = c.fill ? ir.both(outerFirst, ir.equal(from, ir.index(0))) : ir.boolean(false);
    Value next = ir.add(from, block);
    last = ir.both(outerLast, ir.equal(ir.min(next, steps), steps));
    ir.loop(ir.index(0), n, ir.index(shape.width), [&](Value column) {
      columnBlocks(column, ir.min(ir.sub(n, column), ir.index(shape.width)));
    });
  });
}

void NestEmitter::columnBlocks(Value column, Value columns) {
  PanelArguments args;
  PanelSource source = packColumns(column, columns);
  args.b = source.memref, args.bOffset = source.offset, args.bDepthStride = source.depthStride;
  args.bPanelStride = source.panelStride;
  placeResult(args, column);
  args.depth = depth;
  args.fullPanels = ir.div(columns, ir.index(shape.columns));
  args.tail = ir.rem(columns, ir.index(shape.columns));
  args.first = first, args.last = last;
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

/// Panels of nearly equal height: the first `more` of them have one row more than the others.
void NestEmitter::balancedRows(Value from, Value extent, PanelArguments &args) {
  Value panels = ir.ceilDiv(extent, ir.index(shape.rows));
  Value atLeastOne = ir.max(panels, ir.index(1));
  Value rows = ir.div(extent, atLeastOne), more = ir.rem(extent, atLeastOne);
  Value rowsOfMore = ir.add(rows, ir.index(1));
  rowPanels(from, more, rowsOfMore, args);
  rowPanels(ir.add(from, ir.mul(more, rowsOfMore)), ir.sub(panels, more), rows, args);
}

/// Tells panels where C is. With one k block and an epilogue nothing is ever stored there: then any
/// buffer serves, and C's own may go.
void NestEmitter::placeResult(PanelArguments &args, Value column) {
  bool unused = c.epilogue && !c.epilogue->keepsResult() && NestBuilder::constant(first) == 1 &&
                NestBuilder::constant(last) == 1;
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
  Value panelStride = ir.mul(wholeDepth, ir.index(shape.columns));
  auto packPanel = [&](Value panel) {
    Value at = ir.mul(panel, ir.index(shape.columns));
    Value lines = ir.min(ir.sub(columns, at), ir.index(shape.columns));
    library.callPack(ir, c.element, shape, shape.columns, packKind(c.b, c.n),
                     {b.memref, ir.add(from, ir.mul(at, columnStride)), columnStride, depthStride,
                      lines, depth, scratch, ir.add(start, ir.mul(panel, panelStride))});
  };
  ir.branch(packsB, [&] {
    forEachChunk(rowChunks, [&](Value chunk) {
      Value panels = ir.ceilDiv(columns, ir.index(shape.columns));
      auto [from, to] = rangeOf(chunk, rowChunks, panels);
      ir.loop(from, to, ir.index(1), packPanel);
    });
  });
  return {ir.select(packsB, scratch, plain.memref), ir.select(packsB, start, plain.offset),
          ir.index(1), ir.select(packsB, ir.index(shape.columns), plain.depthStride),
          ir.select(packsB, panelStride, plain.panelStride)};
}

PanelSource NestEmitter::packRows(Value firstRow, Value panels, Value rows) {
  Value rowStride = stride(a, c.m), depthStride = stride(a, c.k);
  Value from =
      ir.add(ir.add(a.offset, ir.mul(depthFrom, depthStride)), ir.mul(firstRow, rowStride));
  Value panelStep = ir.mul(rowStride, rows);
  PanelSource plain = {a.memref, from, rowStride, depthStride, panelStep};
  if (!scratch || NestBuilder::constant(packsA) == 0)
    return plain;
  Value panelStride = ir.mul(depth, ir.index(shape.packedRows));
  ir.branch(packsA, [&] {
    ir.loop(ir.index(0), panels, ir.index(1), [&](Value panel) {
      library.callPack(ir, c.element, shape, shape.packedRows, packKind(c.a, c.m),
                       {a.memref, ir.add(from, ir.mul(panel, panelStep)), rowStride, depthStride,
                        rows, depth, scratch, ir.add(rowScratch, ir.mul(panel, panelStride))});
    });
  });
  return {ir.select(packsA, scratch, plain.memref), ir.select(packsA, rowScratch, plain.offset),
          ir.select(packsA, ir.index(1), plain.lineStride),
          ir.select(packsA, ir.index(shape.packedRows), plain.depthStride),
          ir.select(packsA, panelStride, plain.panelStride)};
}

void NestEmitter::rowPanels(Value firstRow, Value panels, Value rows, PanelArguments &args) {
  PanelKind kind{c.epilogue ? &*c.epilogue : nullptr,
                 !c.n.inner.empty() && c.c.stride(c.n.inner.back()) != 1};
  SmallVector<int64_t> counts = llvm::to_vector(llvm::seq<int64_t>(1, shape.rows + 1));
  ir.loop(ir.index(0), panels, ir.index(shape.rowPanels), [&](Value panel) {
    Value some = ir.min(ir.sub(panels, panel), ir.index(shape.rowPanels));
    Value row = ir.add(firstRow, ir.mul(panel, rows));
    PanelSource source = packRows(row, some, rows);
    PanelArguments here = args;
    here.a = source.memref, here.aOffset = source.offset, here.aRowStride = source.lineStride;
    here.aDepthStride = source.depthStride, here.aPanelStride = source.panelStride;
    here.rowPanels = some;
    here.cOffset = ir.add(args.cOffset, ir.mul(row, args.cRowStride));
    for (PanelOperand &operand : here.operands)
      operand.offset = ir.add(operand.offset, ir.mul(row, operand.rowStride));
    ir.dispatch(rows, counts,
                [&](int64_t count) { library.callPanel(ir, c.element, shape, count, kind, here); });
  });
}

void agc::emitNest(NestBuilder &ir, const Contraction &contraction, const NestShape &shape,
                   PanelLibrary &library) {
  NestEmitter(ir, contraction, shape, library).emit();
}
