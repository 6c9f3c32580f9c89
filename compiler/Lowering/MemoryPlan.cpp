// The pass ag-memory-plan: one workspace argument takes the place of every allocation.
// Afterwards nothing is allocated; buffers whose uses do not overlap share bytes. The function's
// attributes give the workspace's size, or the function that computes it where extents are unknown.
#include "compiler/Lowering/Bounds.h"
#include "compiler/Lowering/BufferUses.h"
#include "compiler/Lowering/Export.h"
#include "compiler/Lowering/Passes.h"
#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Analysis/TopologicalSortUtils.h"
#include "mlir/IR/IRMapping.h"

namespace agc {
#define GEN_PASS_DEF_MEMORYPLAN
#include "compiler/Lowering/Passes.h.inc"
} // namespace agc

using namespace mlir;
using namespace agc;

namespace {

constexpr uint64_t kAlignment = 64;

/// A buffer to be placed: its uses lie in [first, last].
struct Buffer {
  memref::AllocOp alloc;
  unsigned first = 0, last = 0;
  uint64_t bytes = 0;  ///< the known factor of its size, or the most that it can be
  uint64_t offset = 0; ///< of a buffer of known size
  int slot = -1;       ///< of one of unknown size

  bool overlaps(const Buffer &other) const { return first <= other.last && other.first <= last; }
};

/// Room for buffers of one unknown size, used one after the other.
struct Slot {
  SmallVector<Value> extents; ///< of the buffers
  SmallVector<Value> bounds;  ///< at most what they are, known at the function's start
  uint64_t bytes;
  SmallVector<const Buffer *> buffers;
};

uint64_t knownBytes(MemRefType type) {
  uint64_t bytes = elementBytes(type.getElementType());
  for (int64_t extent : type.getShape())
    if (!ShapedType::isDynamic(extent))
      bytes *= extent;
  return bytes;
}

/// Gives buffers of known size their offsets, large ones first, each at the lowest that fits.
/// Returns the bytes that all of them take.
uint64_t placeKnown(MutableArrayRef<Buffer *> buffers) {
  // Equal ones in the program's order, which is that of their addresses.
  llvm::sort(buffers, [](Buffer *a, Buffer *b) {
    return a->bytes != b->bytes ? a->bytes > b->bytes : a < b;
  });
  uint64_t total = 0;
  for (auto [i, buffer] : llvm::enumerate(buffers)) {
    SmallVector<Buffer *> alive;
    for (Buffer *placed : buffers.take_front(i))
      if (placed->overlaps(*buffer))
        alive.push_back(placed);
    llvm::sort(alive, [](Buffer *a, Buffer *b) { return a->offset < b->offset; });
    uint64_t offset = 0;
    for (Buffer *placed : alive) {
      if (offset + buffer->bytes <= placed->offset)
        break;
      offset = std::max(offset, llvm::alignTo(placed->offset + placed->bytes, kAlignment));
    }
    buffer->offset = offset;
    total = std::max(total, llvm::alignTo(offset + buffer->bytes, kAlignment));
  }
  return total;
}

/// Gives buffers of unknown size slots, shared where sizes are one and uses do not overlap.
SmallVector<Slot> placeUnknown(ArrayRef<Buffer *> buffers) {
  SmallVector<Slot> slots;
  for (Buffer *buffer : buffers) {
    SmallVector<Value> extents(buffer->alloc.getDynamicSizes());
    auto *slot = llvm::find_if(slots, [&](const Slot &candidate) {
      return candidate.extents == extents && candidate.bytes == buffer->bytes &&
             llvm::none_of(candidate.buffers,
                           [&](const Buffer *other) { return other->overlaps(*buffer); });
    });
    if (slot == slots.end()) {
      slots.push_back({extents, {}, buffer->bytes, {}});
      slot = &slots.back();
    }
    slot->buffers.push_back(buffer);
    buffer->slot = slot - slots.begin();
  }
  return slots;
}

/// Moves what a value is computed from to the front of the entry block.
LogicalResult hoistToEntry(Block &block, Operation *&last, Value value) {
  if (isa<BlockArgument>(value))
    return value.getParentBlock() == &block
               ? success()
               : emitError(value.getLoc(), "the size of a temporary changes in a loop");
  SetVector<Operation *> slice;
  BackwardSliceOptions options;
  options.inclusive = true;
  options.omitBlockArguments = true;
  options.omitUsesFromAbove = false;
  (void)getBackwardSlice(value, &slice, options);
  for (Operation *op : topologicalSort(slice)) {
    if (!isMemoryEffectFree(op)) // a division cannot trap, see ag-check-program
      return op->emitError("the size of a temporary depends on what is computed here");
    if (last && op->getBlock() == &block && !last->isBeforeInBlock(op))
      continue;
    if (last)
      op->moveAfter(last);
    else
      op->moveBefore(&block, block.begin());
    last = op;
  }
  return success();
}

/// The offsets of slots behind `start`, and the end of the last one.
SmallVector<Value> buildOffsets(OpBuilder &b, Location loc, uint64_t start, ArrayRef<Slot> slots) {
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, loc, value);
  };
  SmallVector<Value> offsets = {constant(start)};
  for (const Slot &slot : slots) {
    Value size = constant(slot.bytes);
    for (Value extent : slot.bounds)
      size = arith::MulIOp::create(b, loc, size, extent);
    Value padded = arith::AddIOp::create(b, loc, size, constant(kAlignment - 1));
    padded = arith::AndIOp::create(b, loc, padded, constant(-int64_t(kAlignment)));
    offsets.push_back(arith::AddIOp::create(b, loc, offsets.back(), padded));
  }
  return offsets;
}

/// Gives a kernel's scratch to it as arguments, allocated by its callers, where it is planned.
LogicalResult hoistScratch(func::FuncOp kernel, ArrayRef<Operation *> calls) {
  SmallVector<memref::AllocOp> allocs;
  kernel.walk([&](memref::AllocOp alloc) { allocs.push_back(alloc); });
  for (memref::AllocOp alloc : allocs) {
    if (!alloc.getDynamicSizes().empty())
      return alloc.emitError("a kernel's scratch must have a known size");
    for (Operation *user : llvm::make_early_inc_range(alloc->getUsers()))
      if (isa<memref::DeallocOp>(user))
        user->erase();
    unsigned index = kernel.getNumArguments();
    if (failed(kernel.insertArgument(index, alloc.getType(), {}, alloc.getLoc())))
      return failure();
    alloc.replaceAllUsesWith(Value(kernel.getArgument(index)));
    for (Operation *call : calls) {
      OpBuilder b(call);
      Value scratch = memref::AllocOp::create(b, call->getLoc(), alloc.getType());
      call->insertOperands(call->getNumOperands(), scratch);
    }
    alloc.erase();
  }
  return success();
}

struct MemoryPlan : agc::impl::MemoryPlanBase<MemoryPlan> {
  void runOnOperation() override {
    SymbolTableCollection tables;
    SymbolUserMap calls(tables, getOperation());
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr(attr::kKernel) &&
          failed(hoistScratch(function, calls.getUsers(function))))
        return signalPassFailure();
    for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (function->hasAttr(attr::kExport) && !function.isExternal())
        if (failed(plan(function)))
          return signalPassFailure();
  }

private:
  LogicalResult plan(func::FuncOp function) {
    Block &block = function.getBody().front();
    OpBuilder b(&getContext());
    nameDims(function);
    std::vector<Buffer> buffers = collect(function);
    SmallVector<Buffer *> known, unknown;
    b.setInsertionPointToStart(&block);
    for (Buffer &buffer : buffers)
      (multiplyKnown(b, buffer) ? known : unknown).push_back(&buffer);
    uint64_t total = placeKnown(known);
    SmallVector<Slot> slots = placeUnknown(unknown);

    if (failed(boundSlots(b, block, slots)))
      return failure();
    SmallVector<Value> offsets = buildOffsets(b, function.getLoc(), total, slots);

    NamedAttribute mark(b.getStringAttr(attr::kWorkspace), b.getUnitAttr());
    unsigned index = function.getNumArguments();
    auto type = MemRefType::get({ShapedType::kDynamic}, b.getI8Type());
    if (failed(function.insertArgument(index, type, b.getDictionaryAttr(mark), function.getLoc())))
      return failure();
    for (Buffer &buffer : buffers) {
      memref::AllocOp alloc = buffer.alloc;
      b.setInsertionPoint(alloc);
      Value offset = buffer.slot >= 0
                         ? offsets[buffer.slot]
                         : Value(arith::ConstantIndexOp::create(b, alloc.getLoc(), buffer.offset));
      auto view =
          memref::ViewOp::create(b, alloc.getLoc(), alloc.getType(), function.getArgument(index),
                                 offset, alloc.getDynamicSizes());
      alloc.replaceAllUsesWith(view.getResult());
      alloc.erase();
    }
    return recordSize(function, total, slots, offsets.back());
  }

  /// Takes an input's extents from the arguments that they are, where a copy of it, or of it in
  /// another shape, has asked for them.
  static void nameDims(func::FuncOp function) {
    llvm::StringMap<Value> extents;
    for (BlockArgument argument : function.getArguments())
      if (auto name = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), attr::kExtent))
        extents[name.getValue()] = argument;
    function.walk([&](memref::DimOp dim) {
      OpBuilder b(dim);
      std::optional<int64_t> place = dim.getConstantIndex();
      Value extent = place ? extentOf(b, function, extents, dim.getSource(), *place) : Value();
      if (!extent)
        return;
      dim.replaceAllUsesWith(extent);
      dim.erase();
    });
  }

  /// An extent of a function's argument, or of what is one in another shape; null for others.
  static Value extentOf(OpBuilder &b, func::FuncOp function, const llvm::StringMap<Value> &extents,
                        Value source, int64_t dim) {
    Location loc = source.getLoc();
    auto type = cast<MemRefType>(source.getType());
    if (!type.isDynamicDim(dim))
      return arith::ConstantIndexOp::create(b, loc, type.getDimSize(dim));
    if (auto flat = source.getDefiningOp<memref::CollapseShapeOp>()) {
      Value product = arith::ConstantIndexOp::create(b, loc, 1);
      SmallVector<ReassociationIndices> groups = flat.getReassociationIndices();
      for (int64_t each : groups[dim]) {
        Value extent = extentOf(b, function, extents, flat.getSrc(), each);
        if (!extent)
          return Value();
        product = b.createOrFold<arith::MulIOp>(loc, product, extent);
      }
      return product;
    }
    auto argument = dyn_cast<BlockArgument>(source);
    if (!argument || argument.getOwner() != &function.getBody().front())
      return Value();
    auto names = function.getArgAttrOfType<ArrayAttr>(argument.getArgNumber(), attr::kExtents);
    return names ? extents.lookup(cast<StringAttr>(names[dim]).getValue()) : Value();
  }

  /// Takes a buffer's unknown extents into its known bytes where their bounds are constants.
  static bool multiplyKnown(OpBuilder &b, Buffer &buffer) {
    uint64_t bytes = buffer.bytes;
    for (Value extent : buffer.alloc.getDynamicSizes()) {
      Value bound = isExtentOfArguments(extent)
                        ? Value()
                        : buildBound(b, extent, [](BlockArgument argument) { return argument; });
      std::optional<int64_t> constant = bound ? getConstantIntValue(bound) : std::nullopt;
      if (!constant)
        return false;
      bytes *= *constant;
    }
    buffer.bytes = bytes;
    return true;
  }

  /// Makes slots' bounds stand at the block's start, and the builder behind them.
  static LogicalResult boundSlots(OpBuilder &b, Block &block, MutableArrayRef<Slot> slots) {
    Operation *last = nullptr;
    for (Slot &slot : slots)
      for (Value extent : slot.extents)
        if (isExtentOfArguments(extent) && failed(hoistToEntry(block, last, extent)))
          return failure();
    b.setInsertionPointToStart(&block);
    if (last)
      b.setInsertionPointAfter(last);
    for (Slot &slot : slots)
      for (Value extent : slot.extents) {
        Value bound = isExtentOfArguments(extent)
                          ? extent
                          : buildBound(b, extent, [](BlockArgument argument) { return argument; });
        if (!bound)
          return slot.buffers.front()->alloc->emitError(
              "the size of a temporary depends on computed values");
        slot.bounds.push_back(bound);
      }
    return success();
  }

  static std::vector<Buffer> collect(func::FuncOp function) {
    BufferUses uses(function);
    std::vector<Buffer> buffers;
    function.walk([&](memref::AllocOp alloc) {
      Buffer buffer{alloc};
      buffer.bytes = knownBytes(alloc.getType());
      buffer.first = buffer.last = uses.position(alloc);
      for (const BufferUse &use : uses.of(alloc))
        buffer.last = std::max(buffer.last, use.position);
      if (SmallVector<BufferUse> all = uses.of(alloc); !all.empty())
        buffer.first = all.front().position;
      buffers.push_back(buffer);
    });
    return buffers;
  }

  /// Puts the workspace's size where callers find it.
  LogicalResult recordSize(func::FuncOp function, uint64_t total, ArrayRef<Slot> slots, Value end) {
    OpBuilder b(function);
    if (slots.empty()) {
      function->setAttr(attr::kWorkspaceBytes, b.getI64IntegerAttr(total));
      return success();
    }
    SetVector<Operation *> slice;
    BackwardSliceOptions options;
    options.inclusive = true;
    options.omitBlockArguments = true;
    (void)getBackwardSlice(end, &slice, options);
    unsigned numIndices =
        llvm::count_if(function.getArgumentTypes(), [](Type type) { return type.isIndex(); });
    std::string name = (function.getName() + ".workspace").str();
    SmallVector<Type> inputs(numIndices, b.getIndexType());
    auto size = func::FuncOp::create(b, function.getLoc(), name,
                                     b.getFunctionType(inputs, b.getIndexType()));
    size.setPrivate();
    Block *body = size.addEntryBlock();
    IRMapping mapping;
    for (unsigned i = 0; i < numIndices; ++i)
      mapping.map(function.getArgument(i), body->getArgument(i));
    b.setInsertionPointToStart(body);
    for (Operation *op : topologicalSort(slice)) {
      if (!isa<arith::ArithDialect>(op->getDialect()))
        return op->emitError("the size of a temporary depends on computed values");
      b.clone(*op, mapping);
    }
    func::ReturnOp::create(b, function.getLoc(), mapping.lookupOrDefault(end));
    function->setAttr(attr::kWorkspaceFunction, FlatSymbolRefAttr::get(&getContext(), name));
    return success();
  }
};

} // namespace
