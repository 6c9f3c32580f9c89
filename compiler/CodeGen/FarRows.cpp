// Addresses of A's rows that are an unknown stride apart: two registers for seven rows each, and
// three for the distances between them, whatever an optimizer would make of fourteen strides.
#include "compiler/CodeGen/PanelEmitter.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace agc;
using namespace mlir;

/// So many rows share a start: they are 0 to 6 strides from it, and each of these is one, three or
/// five strides, once, twice or four times, as an address counts them.
static constexpr int64_t kRowsOfStart = 7;

static Value word(NestBuilder &ir, Value index) {
  return arith::IndexCastOp::create(ir.b, ir.loc, ir.b.getI64Type(), index);
}

void PanelEmitter::measureFarRows() {
  firstFar = memref::ExtractAlignedPointerAsIndexOp::create(ir.b, ir.loc, args.a);
  Value stride = ir.mul(args.aRowStride, ir.index(element.getWidth() / 8));
  for (int64_t number = 0; number < 3; ++number)
    distances[number] = word(ir, ir.opaque(ir.mul(stride, ir.index(2 * number + 1))));
}

/// Where rows 0, 7 and so on of the tile have step `k`.
SmallVector<Value> PanelEmitter::startFarRows(const Tile &tile, Value k) {
  SmallVector<Value> starts;
  for (int64_t row = 0; row < tile.rows; row += kRowsOfStart) {
    Value start = ir.add(tile.a, ir.mul(args.aRowStride, ir.index(row)));
    Value bytes = ir.mul(ir.add(start, k), ir.index(element.getWidth() / 8));
    Value address = word(ir, ir.opaque(ir.add(firstFar, bytes)));
    auto pointer = LLVM::LLVMPointerType::get(ir.b.getContext());
    starts.push_back(LLVM::IntToPtrOp::create(ir.b, ir.loc, pointer, address));
  }
  return starts;
}

Value PanelEmitter::loadFar(ArrayRef<Value> starts, int64_t row) {
  Value at = starts[row / kRowsOfStart];
  if (int64_t strides = row % kRowsOfStart) {
    int64_t times = strides & -strides;
    at = LLVM::GEPOp::create(ir.b, ir.loc, at.getType(), ir.b.getIntegerType(8 * times), at,
                             ArrayRef<LLVM::GEPArg>{distances[strides / times / 2]});
  }
  return LLVM::LoadOp::create(ir.b, ir.loc, element, at, element.getWidth() / 8);
}
