// Emits the packing loops: vector copies, transposes in registers, or scalar copies.
#include "compiler/CodeGen/Pack.h"
#include "compiler/CodeGen/Transpose.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace agc;
using namespace mlir;

namespace {

class PackEmitter {
public:
  PackEmitter(NestBuilder &ir, const PackArguments &args, FloatType element, int64_t lanes,
              int64_t pitch)
      : ir(ir), args(args), vector(VectorType::get({lanes}, element)), lanes(lanes), pitch(pitch) {}

  void emit(PackKind kind);

private:
  /// Adjacent lines, from `line` on, that are packed from `packed` on.
  struct Lines {
    Value line, packed;
    Value count; ///< none: a whole panel
  };
  void panels(function_ref<void(const Lines &)> pack);
  void alongLines(Value k, int64_t steps, const Lines &lines);
  void alongDepth(const Lines &lines);
  void strided(const Lines &lines);

  Value load(Value at, Value mask);
  Value halves(ArrayRef<Value> places, int64_t line);
  Value mask(Value count) {
    auto type = VectorType::get({lanes}, ir.b.getI1Type());
    return vector::CreateMaskOp::create(ir.b, ir.loc, type, count);
  }
  Value source(Value k, Value line) {
    return ir.add(ir.add(args.offset, ir.mul(k, args.depthStride)), ir.mul(line, args.lineStride));
  }
  Value atPacked(const Lines &lines, Value k, int64_t line) {
    return ir.add(ir.add(lines.packed, ir.mul(k, ir.index(pitch))), ir.index(line));
  }
  void prefetch(Value at) {
    memref::PrefetchOp::create(ir.b, ir.loc, args.source, at, /*isWrite=*/false,
                               /*localityHint=*/2, /*isDataCache=*/true);
  }

  NestBuilder &ir;
  const PackArguments &args;
  VectorType vector;
  int64_t lanes, pitch;
};

} // namespace

Value PackEmitter::load(Value at, Value mask) {
  if (!mask)
    return vector::LoadOp::create(ir.b, ir.loc, vector, args.source, at);
  Value none = arith::ConstantOp::create(ir.b, ir.loc, ir.b.getZeroAttr(vector));
  return vector::MaskedLoadOp::create(ir.b, ir.loc, vector, args.source, at, mask, none);
}

void PackEmitter::alongLines(Value k, int64_t steps, const Lines &lines) {
  SmallVector<Value> masks;
  for (int64_t at = 0; at < pitch && (lines.count || pitch % lanes); at += lanes)
    masks.push_back(mask(lines.count ? ir.sub(lines.count, ir.index(at)) : ir.index(pitch - at)));
  for (int64_t step = 0; step < steps; ++step) {
    Value from = source(ir.add(k, ir.index(step)), lines.line);
    // What lies behind these lines is packed next.
    prefetch(ir.add(from, ir.index(8 * 512 / vector.getElementTypeBitWidth())));
    for (int64_t at = 0; at < pitch; at += lanes) {
      Value value = load(ir.add(from, ir.index(at)), masks.empty() ? Value() : masks[at / lanes]);
      vector::StoreOp::create(ir.b, ir.loc, value, args.packed,
                              atPacked(lines, ir.add(k, ir.index(step)), at));
    }
  }
}

/// The first half of two lines that are half of all apart, or, for the other lines, the second.
Value PackEmitter::halves(ArrayRef<Value> places, int64_t line) {
  int64_t half = lanes / 2;
  auto type = VectorType::get({half}, vector.getElementType());
  auto one = [&](Value place) -> Value {
    Value at = ir.add(place, ir.index(line / half * half));
    return vector::LoadOp::create(ir.b, ir.loc, type, args.source, at);
  };
  SmallVector<int64_t> all = llvm::to_vector(llvm::seq<int64_t>(lanes));
  return vector::ShuffleOp::create(ir.b, ir.loc, one(places[line % half]),
                                   one(places[line % half + half]), all);
}

void PackEmitter::alongDepth(const Lines &lines) {
  Value count = lines.count ? lines.count : ir.index(pitch);
  Value last = ir.sub(count, ir.index(1));
  auto square = [&](Value k, Value mask, int64_t first) {
    SmallVector<Value> places, rows;
    for (int64_t line = first; line < first + lanes; ++line) {
      // Lines that do not exist repeat the last one: nothing outside the source is read.
      places.push_back(source(k, ir.add(lines.line, ir.min(ir.index(line), last))));
    }
    // Loads join halves where shuffles would.
    bool ofHalves = !mask && lanes >= 8;
    for (int64_t line = 0; line < lanes; ++line)
      rows.push_back(ofHalves ? halves(places, line) : load(places[line], mask));
    transpose(ir, rows, ofHalves);
    for (auto [step, row] : llvm::enumerate(rows))
      vector::StoreOp::create(ir.b, ir.loc, row, args.packed,
                              atPacked(lines, ir.add(k, ir.index(step)), first));
  };
  auto block = [&](Value k, Value mask) {
    // From the last lines on: what a register writes past the pitch is the next step's first line.
    for (int64_t first = (pitch - 1) / lanes * lanes; first >= 0; first -= lanes)
      ir.branch(ir.greater(count, ir.index(first)), [&] { square(k, mask, first); });
  };
  Value whole = ir.mul(ir.div(args.depth, ir.index(lanes)), ir.index(lanes));
  ir.loop(ir.index(0), whole, ir.index(lanes), [&](Value k) { block(k, Value()); });
  Value rest = ir.sub(args.depth, whole);
  ir.branch(ir.greater(rest, ir.index(0)), [&] { block(whole, mask(rest)); });
}

void PackEmitter::strided(const Lines &lines) {
  ir.loop(ir.index(0), args.depth, ir.index(1), [&](Value k) {
    Value count = lines.count ? lines.count : ir.index(pitch);
    ir.loop(ir.index(0), count, ir.index(1), [&](Value line) {
      Value value =
          memref::LoadOp::create(ir.b, ir.loc, args.source, source(k, ir.add(lines.line, line)));
      Value at = ir.add(ir.add(lines.packed, ir.mul(k, ir.index(pitch))), line);
      memref::StoreOp::create(ir.b, ir.loc, value, args.packed, at);
    });
  });
}

/// Runs `pack` for each panel, of which the last may have fewer lines.
void PackEmitter::panels(function_ref<void(const Lines &)> pack) {
  Value whole = ir.div(args.lines, ir.index(pitch));
  auto lines = [&](Value panel, Value count) {
    return Lines{ir.mul(panel, ir.index(pitch)),
                 ir.add(args.packedOffset, ir.mul(panel, args.panelStride)), count};
  };
  ir.loop(ir.index(0), whole, ir.index(1), [&](Value panel) { pack(lines(panel, Value())); });
  Value rest = ir.sub(args.lines, ir.mul(whole, ir.index(pitch)));
  ir.branch(ir.greater(rest, ir.index(0)), [&] { pack(lines(whole, rest)); });
}

void PackEmitter::emit(PackKind kind) {
  if (kind == PackKind::AlongDepth)
    return panels([&](const Lines &lines) { alongDepth(lines); });
  if (kind == PackKind::Strided)
    return panels([&](const Lines &lines) { strided(lines); });
  // Some steps of all panels after the other: memory is read along its rows.
  auto steps = [&](Value from, Value to, int64_t count) {
    ir.loop(from, to, ir.index(count),
            [&](Value k) { panels([&](const Lines &lines) { alongLines(k, count, lines); }); });
  };
  constexpr int64_t together = 4;
  Value most = ir.mul(ir.div(args.depth, ir.index(together)), ir.index(together));
  steps(ir.index(0), most, together);
  steps(most, args.depth, 1);
}

void agc::buildPack(func::FuncOp function, FloatType element, int64_t lanes, int64_t pitch,
                    PackKind kind) {
  OpBuilder builder = OpBuilder::atBlockBegin(function.addEntryBlock());
  NestBuilder ir(builder, function.getLoc());
  PackArguments args = PackArguments::unpack(function.getArguments());
  PackEmitter emitter(ir, args, element, lanes, pitch);
  emitter.emit(kind);
  func::ReturnOp::create(builder, function.getLoc());
}
