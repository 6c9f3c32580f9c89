// Emits the blocking loops of a contraction over extents that are SSA values.
#include "compiler/CodeGen/Nest.h"
#include "compiler/CodeGen/NestEmitter.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace agc;
using namespace mlir;

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
  Value elements = ir.mul(k, n);
  Value far = ir.greater(elements, ir.index(shape.farBElements));
  Value large = ir.greater(elements, ir.index(shape.packBElements));
  Value isLong = ir.greater(n, ir.index(shape.longBColumns));
  Value fromFar = ir.select(isLong, ir.index(shape.longBRows), ir.index(shape.farBRows));
  Value isDeep = ir.greater(k, ir.index(shape.deepSteps));
  Value near = ir.select(isDeep, ir.index(shape.packBDeepRows), ir.index(shape.packBRows));
  Value most = ir.select(far, fromFar, near);
  // Micro-tiles load rows of B as vectors: other layouts are always packed.
  packsB = staticStride(c.b, c.n) == 1 ? ir.both(large, ir.greater(m, most)) : ir.boolean(true);
  fewRows = ir.both(packsB, ir.greater(ir.index(shape.fewRows + 1), m));
  mostColumns = ir.select(fewRows, ir.index(shape.fewRowsWidth), ir.index(shape.width));
  packsA = ir.greater(n, ir.index(shape.packAColumns));
  if (packKind(c.a, c.m) != PackKind::AlongDepth) {
    Value size = ir.mul(m, k), isFar = ir.greater(size, ir.index(shape.farAElements));
    Value fewest = ir.select(isFar, ir.index(shape.packAFar), ir.index(shape.packAScattered));
    packsA = ir.both(ir.greater(n, fewest), ir.greater(size, ir.index(shape.nearAElements)));
  }
}

void NestEmitter::allocateScratch() {
  bool scattered = NestBuilder::constant(sumsScattered()) != 0;
  bool packs = NestBuilder::constant(packsA) != 0 || NestBuilder::constant(packsB) != 0;
  if (!packs && !scattered)
    return;
  // Later, in a chunk, the extents at hand may be others: sizes and offsets are settled here.
  scratchOfRows = packs ? shape.scratchElementsOfA(known(k)) : 0;
  scratchOfColumns = packs ? shape.scratchElementsOfB(known(n), known(k)) : 0;
  scratchOfSums = scattered ? shape.scatteredRows * shape.scatteredColumns : 0;
  int64_t most = NestBuilder::constant(chunks).value_or(shape.chunks);
  int64_t mostRows = NestBuilder::constant(rowChunks).value_or(shape.chunks);
  // Either chunks have all to themselves, or chunks of rows share the packed columns.
  int64_t elements = std::max(most * scratchOfChunk(),
                              scratchOfSums + scratchOfColumns + mostRows * scratchOfRows);
  Value alloc = memref::AllocOp::create(ir.b, ir.loc, MemRefType::get({elements}, c.element),
                                        ir.b.getI64IntegerAttr(64));
  scratch = memref::CastOp::create(ir.b, ir.loc, MemRefType::get({ShapedType::kDynamic}, c.element),
                                   alloc);
  sumScratch = ir.index(0), columnScratch = ir.index(scratchOfSums);
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
  if (scratch) {
    sumScratch = ir.mul(chunk, ir.index(scratchOfChunk()));
    columnScratch = ir.add(sumScratch, ir.index(scratchOfSums));
  }
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
  outerLoops(c.outer, [&] { sums(); });
}

void NestEmitter::emit() {
  a = flatten(c.a), b = flatten(c.b), cFlat = flatten(c.c);
  for (const Buffer &buffer : c.epilogueBuffers)
    operands.push_back(flatten(buffer));
  m = extentOf(c.m), n = extentOf(c.n), k = extentOf(c.k);
  outerFirst = ir.boolean(true), outerLast = ir.boolean(true), outerSteps = ir.index(0);
  decidePacking();
  decideChunks();
  emitLanes([&] { matrix(); });
}

void NestEmitter::matrix() {
  allocateScratch();
  forEachChunk(chunks, [&](Value chunk) {
    takeChunk(chunk);
    loops();
  });
  if (scratch)
    memref::DeallocOp::create(ir.b, ir.loc, scratch.getDefiningOp<memref::CastOp>().getSource());
}

/// Runs `body` with the offsets of the buffers that a loop runs along moved.
void NestEmitter::moved(Value by, unsigned loop, llvm::function_ref<void()> body) {
  SmallVector<Value> offsets =
      llvm::map_to_vector(buffers(), [](FlatBuffer *f) { return f->offset; });
  move(by, loop);
  body();
  for (auto [buffer, offset] : llvm::zip_equal(buffers(), offsets))
    buffer->offset = offset;
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
    Value wasFirst = outerFirst, wasLast = outerLast, steps = outerSteps;
    if (reduces) {
      outerFirst = ir.both(outerFirst, ir.equal(iv, ir.index(0)));
      outerLast = ir.both(outerLast, ir.equal(ir.add(iv, ir.index(1)), trips));
      outerSteps = ir.add(ir.mul(outerSteps, trips), iv);
    }
    moved(iv, loop, [&] { outerLoops(loops.drop_front(), body); });
    outerFirst = wasFirst, outerLast = wasLast, outerSteps = steps;
  });
}

void NestEmitter::allColumns() {
  Value all = n, over = columnsOver();
  n = ir.sub(all, over);
  Value columns = blockOf(n, mostColumns, ir.index(shape.columns));
  ir.loop(ir.index(0), n, columns,
          [&](Value column) { columnBlocks(column, rest(n, column, columns)); });
  ir.branch(ir.greater(over, ir.index(0)), [&] { columnsTurned(over); });
  n = all;
}

void agc::emitNest(NestBuilder &ir, const Contraction &contraction, const NestShape &shape,
                   PanelLibrary &library) {
  NestEmitter(ir, contraction, shape, library).emit();
}
