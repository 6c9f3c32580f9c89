// Sharing of outer loops: a softmax's passes over a row run one after another while the row is in
// L1.
#include "compiler/CodeGen/SharedLoops.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;

namespace agc {
namespace {

/// A buffer as an op meets it.
struct Access {
  Value memref;
  bool write = false;
  /// The buffer's dimension that the first loop walks, if it does so one by one and alone.
  std::optional<unsigned> walked;
};

/// The buffer that a value is a slice of. A part of a workspace counts as a buffer of its own.
Value bufferOf(Value memref) {
  while (!memref.getDefiningOp<memref::ViewOp>()) {
    auto view = memref.getDefiningOp<ViewLikeOpInterface>();
    if (!view)
      break;
    memref = view.getViewSource();
  }
  return memref;
}

/// The bytes of a workspace that a part of known place and size takes.
std::optional<std::pair<int64_t, int64_t>> bytesOf(memref::ViewOp part) {
  std::optional<int64_t> start = getConstantIntValue(part.getByteShift());
  MemRefType type = part.getType();
  if (!start || !type.hasStaticShape() || !type.getElementType().isIntOrFloat())
    return std::nullopt;
  int64_t element = llvm::divideCeil(type.getElementTypeBitWidth(), 8);
  return std::make_pair(*start, *start + type.getNumElements() * element);
}

/// Whether two parts of one workspace may have bytes in common. ag-memory-plan lets buffers share a
/// place one after the other; places that are not both constants are equal or apart.
bool partsMeet(memref::ViewOp a, memref::ViewOp b) {
  auto first = bytesOf(a), second = bytesOf(b);
  if (first && second)
    return first->first < second->second && second->first < first->second;
  std::optional<int64_t> start = getConstantIntValue(a.getByteShift());
  std::optional<int64_t> other = getConstantIntValue(b.getByteShift());
  if (!start || !other)
    return a.getByteShift() == b.getByteShift();
  // Of unknown size: what ends before it begins is apart.
  return !(first && first->second <= *other) && !(second && second->second <= *start);
}

/// Whether two different values may have bytes in common.
bool mayMeet(Value a, Value b) {
  Value first = bufferOf(a), second = bufferOf(b);
  if (first == second)
    return true;
  auto part = first.getDefiningOp<memref::ViewOp>(), other = second.getDefiningOp<memref::ViewOp>();
  if (part && other && bufferOf(part.getSource()) == bufferOf(other.getSource()))
    return partsMeet(part, other);
  return (part && bufferOf(part.getSource()) == second) ||
         (other && bufferOf(other.getSource()) == first);
}

/// Where the first loop's index stands in the map: nothing if nowhere, failure if not plainly.
FailureOr<std::optional<unsigned>> walkedDim(AffineMap map) {
  std::optional<unsigned> walked;
  for (auto [position, result] : llvm::enumerate(map.getResults())) {
    if (!result.isFunctionOfDim(0))
      continue;
    if (walked || result != getAffineDimExpr(0, map.getContext()))
      return failure();
    walked = position;
  }
  return walked;
}

/// All buffers of an op; failure if the op has a form whose first loop cannot be peeled.
FailureOr<SmallVector<Access>> accessesOf(linalg::GenericOp op) {
  if (op.getNumLoops() == 0 || op.getIteratorTypesArray()[0] != utils::IteratorType::parallel)
    return failure();
  SmallVector<Access> accesses;
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    auto walked = walkedDim(op.getMatchingIndexingMap(&operand));
    bool write = op.isDpsInit(&operand);
    if (failed(walked) || (write && !*walked))
      return failure();
    accesses.push_back({operand.get(), write, *walked});
  }
  WalkResult inside = op.getBody()->walk([&](Operation *inner) {
    if (auto load = dyn_cast<memref::LoadOp>(inner))
      accesses.push_back({load.getMemRef(), false, std::nullopt});
    else if (!isMemoryEffectFree(inner) && !inner->hasTrait<OpTrait::IsTerminator>())
      return WalkResult::interrupt();
    return WalkResult::advance();
  });
  if (inside.wasInterrupted())
    return failure();
  return accesses;
}

/// Whether two ops, each with its accesses, give the same values when their rows alternate.
bool rowsMayAlternate(ArrayRef<Access> first, ArrayRef<Access> second) {
  for (const Access &a : first)
    for (const Access &b : second) {
      if (!a.write && !b.write)
        continue;
      bool same = a.memref == b.memref;
      if (same ? !a.walked || a.walked != b.walked : mayMeet(a.memref, b.memref))
        return false;
    }
  return true;
}

/// Whether the first loops have equal extents for certain.
bool equalExtents(linalg::GenericOp first, ArrayRef<Access> a, linalg::GenericOp second,
                  ArrayRef<Access> b) {
  int64_t extent = first.getStaticLoopRanges()[0];
  if (!ShapedType::isDynamic(extent) && extent == second.getStaticLoopRanges()[0])
    return true;
  for (const Access &x : a)
    for (const Access &y : b)
      if (x.memref == y.memref && x.walked && x.walked == y.walked)
        return true;
  return false;
}

bool shareBuffer(ArrayRef<Access> first, ArrayRef<Access> second) {
  return llvm::any_of(first, [&](const Access &a) {
    return llvm::any_of(second, [&](const Access &b) { return a.memref == b.memref; });
  });
}

} // namespace

/// A norm or a softmax with what stands around it needs fewer; each looks at all before it.
static constexpr size_t kMaxSharing = 16;

size_t countSharing(ArrayRef<linalg::GenericOp> ops) {
  SmallVector<SmallVector<Access>> accesses;
  SmallVector<size_t> joined, apart; // a sum's zeros are apart until the sum itself is met
  auto joins = [&](size_t number) {
    bool connected = joined.empty(), equal = joined.empty();
    for (size_t other : joined) {
      connected |= shareBuffer(accesses[other], accesses[number]);
      equal |= equalExtents(ops[other], accesses[other], ops[number], accesses[number]);
    }
    return connected && equal;
  };
  size_t worth = 1; // up to the last op that has rows
  for (size_t number = 0; number < std::min(ops.size(), kMaxSharing); ++number) {
    linalg::GenericOp op = ops[number];
    auto own = accessesOf(op);
    if (failed(own) || !llvm::all_of(accesses, [&](ArrayRef<Access> before) {
          return rowsMayAlternate(before, *own);
        }))
      break;
    accesses.push_back(std::move(*own));
    apart.push_back(number);
    for (auto next = llvm::find_if(apart, joins); next != apart.end();
         next = llvm::find_if(apart, joins)) {
      joined.push_back(*next);
      apart.erase(next);
    }
    if (op.getNumLoops() > 1 && apart.empty())
      worth = number + 1;
  }
  bool reduces =
      llvm::any_of(ops.take_front(worth), [](auto op) { return op.getNumReductionLoops() > 0; });
  return reduces ? worth : 1;
}

MemRefType rowType(Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  return MemRefType::get(type.getShape().drop_front(), type.getElementType());
}

/// Whether an op writes each element of a buffer's rows, by its loops in order, and reads none.
static bool writesRows(linalg::GenericOp op, Value buffer) {
  if (op.getNumLoops() != op.getNumParallelLoops())
    return false;
  return llvm::any_of(op.getDpsInitsMutable(), [&](OpOperand &init) {
    return init.get() == buffer && op.getMatchingIndexingMap(&init).isIdentity() &&
           op.getMatchingBlockArgument(&init).use_empty();
  });
}

static bool meets(linalg::GenericOp op, Value buffer) {
  auto accesses = accessesOf(op);
  return failed(accesses) ||
         llvm::any_of(*accesses, [&](const Access &access) { return access.memref == buffer; });
}

/// Whether it is met as an operand only.
static bool isOperandOnly(linalg::GenericOp op, Value buffer) {
  WalkResult loads = op.getBody()->walk([&](memref::LoadOp load) {
    return load.getMemRef() == buffer ? WalkResult::interrupt() : WalkResult::advance();
  });
  return !loads.wasInterrupted();
}

SmallVector<Rewritten> findRewritten(ArrayRef<linalg::GenericOp> ops) {
  int64_t room = 16 << 10; // in all
  SmallVector<Rewritten> found;
  for (size_t last = 0; last < ops.size(); ++last) {
    linalg::GenericOp op = ops[last];
    for (Value buffer : op.getDpsInits()) {
      auto meeting = [&](linalg::GenericOp other) { return meets(other, buffer); };
      auto type = dyn_cast<MemRefType>(buffer.getType());
      size_t first = llvm::find_if(ops, meeting) - ops.begin();
      if (!type || type.getRank() < 2 || first == last || !writesRows(op, buffer) ||
          !writesRows(ops[first], buffer) || llvm::any_of(ops.drop_front(last + 1), meeting) ||
          !llvm::all_of(ops, [&](auto other) { return isOperandOnly(other, buffer); }))
        continue;
      MemRefType row = rowType(buffer);
      if (!row.hasStaticShape() || !row.getElementType().isIntOrFloat())
        continue;
      int64_t bytes = row.getNumElements() * llvm::divideCeil(row.getElementTypeBitWidth(), 8);
      if (bytes > room)
        continue;
      room -= bytes;
      found.push_back({buffer, first, last});
    }
  }
  return found;
}

bool isAloneAtResults(linalg::GenericOp op, ArrayRef<linalg::GenericOp> ops) {
  return llvm::all_of(op.getDpsInits(), [&](Value buffer) {
    return writesRows(op, buffer) && llvm::count(op->getOperands(), buffer) == 1 &&
           llvm::none_of(ops, [&](auto other) { return other != op && meets(other, buffer); });
  });
}

/// The slice of a buffer at `index` of dimension `dim`, without that dimension.
static Value sliceAt(OpBuilder &builder, Location loc, Value memref, unsigned dim, Value index) {
  auto type = cast<MemRefType>(memref.getType());
  SmallVector<OpFoldResult> offsets(type.getRank(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(type.getRank(), builder.getIndexAttr(1));
  SmallVector<OpFoldResult> sizes = memref::getMixedSizes(builder, loc, memref);
  offsets[dim] = index;
  sizes[dim] = builder.getIndexAttr(1);
  SmallVector<int64_t> shape(type.getShape());
  shape.erase(shape.begin() + dim);
  MemRefType slice =
      memref::SubViewOp::inferRankReducedResultType(shape, type, offsets, sizes, strides);
  return memref::SubViewOp::create(builder, loc, slice, memref, offsets, sizes, strides);
}

linalg::GenericOp peelFirstLoop(OpBuilder &builder, linalg::GenericOp op, Value index) {
  MLIRContext *context = op.getContext();
  unsigned loops = op.getNumLoops();
  SmallVector<AffineExpr> shifted(1, getAffineConstantExpr(0, context));
  for (unsigned dim = 1; dim < loops; ++dim)
    shifted.push_back(getAffineDimExpr(dim - 1, context));

  SmallVector<Value> operands;
  SmallVector<AffineMap> maps;
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    std::optional<unsigned> walked = *walkedDim(map);
    Value value = operand.get();
    if (walked) {
      value = sliceAt(builder, op.getLoc(), value, *walked, index);
      map = map.dropResult(*walked);
    }
    operands.push_back(value);
    maps.push_back(map.replaceDimsAndSymbols(shifted, {}, loops - 1, 0));
  }
  ArrayRef<Value> all = operands;
  auto peeled = linalg::GenericOp::create(
      builder, op.getLoc(), TypeRange(), all.take_front(op.getNumDpsInputs()),
      all.drop_front(op.getNumDpsInputs()), maps,
      ArrayRef<utils::IteratorType>(op.getIteratorTypesArray()).drop_front());
  IRMapping mapping;
  op.getRegion().cloneInto(&peeled.getRegion(), mapping);
  peeled.getRegion().walk([&](linalg::IndexOp inner) {
    if (inner.getDim() == 0)
      inner.replaceAllUsesWith(index);
    else
      inner.setDim(inner.getDim() - 1);
  });
  return peeled;
}

} // namespace agc
