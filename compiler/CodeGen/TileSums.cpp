// Where a tile's sums start and what they are added to: C's elements, read and written.
#include "compiler/CodeGen/PanelEmitter.h"
#include "compiler/CodeGen/Transpose.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace agc;
using namespace mlir;

Value PanelEmitter::loadC(Value at, const Strip &strip) {
  if (!kind.stridedColumns)
    return load(args.c, at, strip, element);
  return gather(args.c, at, args.cColumnStride, strip, element);
}

void PanelEmitter::storeC(Value value, Value at, const Strip &strip) {
  if (!kind.stridedColumns)
    return store(value, args.c, at, strip);
  scatter(value, args.c, at, args.cColumnStride, strip);
}

Value PanelEmitter::atC(const Tile &tile, int64_t row, const Strip &strip) {
  Value column = ir.add(tile.columns.column, ir.index(strip.at));
  if (kind.stridedColumns)
    column = ir.mul(column, args.cColumnStride);
  return ir.add(ir.add(args.cOffset, ir.mul(globalRow(tile, row), args.cRowStride)), column);
}

SmallVector<Value> PanelEmitter::startAccumulators(const Tile &tile) {
  SmallVector<Type> types;
  for (int64_t row = 0; row < tile.rows; ++row)
    for (const Strip &strip : tile.columns.strips)
      types.push_back(vectorType(strip.lanes));
  auto zeros = [&] {
    return llvm::map_to_vector(
        types, [&](Type type) -> Value { return zero(cast<VectorType>(type).getNumElements()); });
  };
  auto held = [&] {
    // The chains cannot start before C is here: have the next row panel's fetched meanwhile.
    for (int64_t row = tile.rows; row < 2 * tile.rows && !kind.inLanes; ++row) {
      for (const Strip &strip : tile.columns.strips)
        prefetch(args.c, atC(tile, row, strip), strip, /*isWrite=*/true);
      const Strip &end = tile.columns.strips.back();
      prefetch(args.c, atC(tile, row, {end.at + end.lanes - 1, 1, Value()}), {0, 1, Value()},
               /*isWrite=*/true);
    }
    SmallVector<Value> values;
    for (int64_t row = 0; row < tile.rows; ++row)
      for (const Strip &strip : tile.columns.strips)
        values.push_back(loadC(atC(tile, row, strip), strip));
    return values;
  };
  if (!kind.fromC)
    return zeros();
  auto start = scf::IfOp::create(ir.b, ir.loc, types, args.first, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(ir.b);
  ir.b.setInsertionPointToStart(start.thenBlock());
  scf::YieldOp::create(ir.b, ir.loc, zeros());
  ir.b.setInsertionPointToStart(start.elseBlock());
  scf::YieldOp::create(ir.b, ir.loc, held());
  return SmallVector<Value>(start.getResults());
}

/// The sums, or what C holds and the sums.
SmallVector<Value> PanelEmitter::addToC(const Tile &tile, ArrayRef<Value> sums) {
  if (!kind.addsToC)
    return SmallVector<Value>(sums);
  auto added = scf::IfOp::create(ir.b, ir.loc, ValueRange(sums).getTypes(), args.adds,
                                 /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(ir.b);
  ir.b.setInsertionPointToStart(added.thenBlock());
  SmallVector<Value> all;
  for (int64_t row = 0; row < tile.rows; ++row)
    for (const Strip &strip : tile.columns.strips) {
      Value before = loadC(atC(tile, row, strip), strip);
      all.push_back(arith::AddFOp::create(ir.b, ir.loc, before, sums[all.size()]));
    }
  scf::YieldOp::create(ir.b, ir.loc, all);
  ir.b.setInsertionPointToStart(added.elseBlock());
  scf::YieldOp::create(ir.b, ir.loc, sums);
  return SmallVector<Value>(added.getResults());
}

/// Stores a tile of one register a row, the columns of which are C's rows.
void PanelEmitter::storeTurned(const Tile &tile, ArrayRef<Value> accumulators) {
  SmallVector<Value> rows(accumulators);
  rows.resize(shape.lanes, zero(shape.lanes));
  transpose(ir, rows);
  Value count = ir.index(tile.rows);
  auto type = VectorType::get({shape.lanes}, ir.b.getI1Type());
  Strip strip{0, shape.lanes, vector::CreateMaskOp::create(ir.b, ir.loc, type, count)};
  for (int64_t column = 0; column < shape.lanes; ++column)
    ir.branch(ir.greater(args.tail, ir.index(column)), [&] {
      Value at = ir.add(globalRow(tile, 0), ir.mul(ir.index(column), args.cColumnStride));
      store(rows[column], args.c, ir.add(args.cOffset, at), strip);
    });
}
