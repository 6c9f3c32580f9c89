// The order of a sum: chains of fused multiply-adds, each of which starts from zero and is added to
// those before it, so that an error grows with the chains' length and number and not with their
// product. How long they are is decided by the count of all steps alone.
#include "compiler/CodeGen/NestEmitter.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace agc;
using namespace mlir;

/// The size of blocks of `extent` that are as equal as multiples of `unit` can be, and at most
/// `most`, one of those.
Value NestEmitter::blockOf(Value extent, Value most, Value unit) {
  Value blocks = ir.max(ir.ceilDiv(extent, most), ir.index(1));
  return ir.mul(ir.ceilDiv(ir.ceilDiv(extent, blocks), unit), unit);
}

/// What there is of a block that begins at `from`: known where all blocks are whole.
Value NestEmitter::rest(Value extent, Value from, Value block) {
  bool whole = known(block) > 0 && known(extent) > 0 && known(extent) % known(block) == 0;
  return whole ? block : ir.min(block, ir.sub(extent, from));
}

/// How many steps a chain of a sum of so many has at most, on every target.
Value NestEmitter::sumBlockOf(Value steps) {
  return blockOf(steps, ir.index(shape.depth), ir.index(shape.sumLanes));
}

/// How many products an element of C sums.
Value NestEmitter::sumSteps() {
  Value steps = k;
  for (unsigned loop : c.outerK)
    steps = ir.mul(steps, extentOf(loop));
  return steps;
}

/// Whether chains may end within a trip of a loop around k, and begin before it.
Value NestEmitter::sumsScattered() {
  if (c.outerK.empty())
    return ir.boolean(false);
  return ir.greater(sumSteps(), ir.index(shape.depth));
}

void NestEmitter::sums() {
  Value inner = k;
  auto keepDepth = [&](llvm::function_ref<void()> body) {
    body();
    k = inner; // A loop around it of no trips leaves none.
  };
  ir.branch(
      sumsScattered(), [&] { keepDepth([&] { scatteredSums(); }); },
      [&] { keepDepth([&] { outerLoops(c.outerK, [&] { depthBlocks(); }); }); });
}

void NestEmitter::block() {
  ir.branch(turnsRows(), [&] { rowsTurned(); }, [&] { allColumns(); });
}

/// Tells a panel function what may be asked of it, since each costs code.
void NestEmitter::setStart(PanelKind &kind) {
  kind.fromC = !c.fill || !c.outerK.empty();
  kind.addsToC = c.outerK.empty() && (known(k) < 0 || known(k) > shape.depth);
}

void NestEmitter::depthBlocks() {
  // Without any depth one block still stores zeros.
  Value steps = ir.max(k, ir.index(1));
  Value size = sumBlockOf(steps);
  ir.loop(ir.index(0), steps, size, [&](Value from) {
    depthFrom = from;
    depth = rest(k, from, size);
    Value isFirst = ir.equal(from, ir.index(0));
    adds = ir.select(isFirst, ir.boolean(false), ir.boolean(true));
    first = c.fill ? ir.both(outerFirst, isFirst) : ir.boolean(false);
    first = ir.select(adds, ir.boolean(true), first);
    Value next = ir.add(from, size);
    last = ir.both(outerLast, ir.equal(ir.min(next, steps), steps));
    block();
  });
}

/// Runs `body` for each tile of C whose sums scratch has room for.
void NestEmitter::eachTile(llvm::function_ref<void()> body) {
  auto along = [&](Value &extent, const Contraction::Role &role, int64_t most,
                   llvm::function_ref<void()> tile) {
    Value all = extent, size = ir.index(most);
    ir.loop(ir.index(0), all, size, [&](Value from) {
      extent = rest(all, from, size);
      if (role.inner.empty())
        return tile();
      moved(from, role.inner.back(), tile);
    });
    extent = all;
  };
  along(m, c.m, shape.scatteredRows, [&] { along(n, c.n, shape.scatteredColumns, body); });
}

/// Long sums over several loops that do not run as one: C holds the chains that have ended, and
/// scratch the one at hand.
void NestEmitter::scatteredSums() {
  FlatBuffer partial{scratch, sumScratch, SmallVector<Value>(c.extents.size(), ir.index(0))};
  if (!c.m.inner.empty())
    partial.strides[c.m.inner.back()] = ir.index(shape.scatteredColumns);
  if (!c.n.inner.empty())
    partial.strides[c.n.inner.back()] = ir.index(1);
  eachTile([&] {
    outerLoops(c.outerK, [&] { scatteredBlocks(partial); });
    if (!c.epilogue)
      return;
    // No step more, but what follows is applied to what C holds.
    depthFrom = depth = ir.index(0);
    first = adds = ir.boolean(false), last = ir.boolean(true);
    block();
  });
}

/// What of each chain is within the trip at hand of the loops around k.
void NestEmitter::scatteredBlocks(const FlatBuffer &partial) {
  Value steps = sumSteps(), size = sumBlockOf(steps);
  Value start = ir.mul(outerSteps, k), end = ir.add(start, k);
  ir.loop(ir.div(start, size), ir.ceilDiv(end, size), ir.index(1), [&](Value number) {
    Value chain = ir.mul(number, size), chainEnd = ir.min(ir.add(chain, size), steps);
    Value from = ir.max(chain, start), to = ir.min(chainEnd, end);
    Value begins = ir.equal(from, chain), isFirst = ir.equal(number, ir.index(0));
    depthFrom = ir.sub(from, start), depth = ir.sub(to, from);
    adds = last = ir.boolean(false);
    first = c.fill ? begins : ir.select(isFirst, ir.boolean(false), begins);
    FlatBuffer result = cFlat;
    // The first chain is all that there is yet.
    cFlat.memref = ir.select(isFirst, result.memref, partial.memref);
    cFlat.offset = ir.select(isFirst, result.offset, partial.offset);
    for (auto [mine, other] : llvm::zip_equal(cFlat.strides, partial.strides))
      mine = ir.select(isFirst, mine, other);
    block();
    cFlat = result;
    Value ends = ir.equal(to, chainEnd);
    ir.branch(ir.select(isFirst, ir.boolean(false), ends), [&] { addPartial(partial); });
  });
}

void NestEmitter::addPartial(const FlatBuffer &partial) {
  ir.loop(ir.index(0), m, ir.index(1), [&](Value row) {
    ir.loop(ir.index(0), n, ir.index(1), [&](Value column) {
      auto at = [&](const FlatBuffer &buffer) {
        Value offset = ir.add(buffer.offset, ir.mul(row, stride(buffer, c.m)));
        return ir.add(offset, ir.mul(column, stride(buffer, c.n)));
      };
      Value before = memref::LoadOp::create(ir.b, ir.loc, cFlat.memref, at(cFlat));
      Value chain = memref::LoadOp::create(ir.b, ir.loc, partial.memref, at(partial));
      Value sum = arith::AddFOp::create(ir.b, ir.loc, before, chain);
      memref::StoreOp::create(ir.b, ir.loc, sum, cFlat.memref, at(cFlat));
    });
  });
}
