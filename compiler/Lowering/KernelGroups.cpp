#include "compiler/Lowering/KernelGroups.h"
#include "compiler/Lowering/ContractBody.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Utils/MemRefUtils.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace agc {

namespace {

/// More loops than these take longer to compile in one kernel than they save: code that is one
/// block costs more than its ops. A long chain's parts may be one kernel that is called again.
constexpr size_t kMaxLoops = 32;

/// Whether a fill prepares the next contraction's output.
bool startsContraction(Operation *op) {
  if (isContraction(op))
    return true;
  auto fill = dyn_cast<linalg::FillOp>(op);
  return fill && llvm::any_of(fill.getDpsInits()[0].getUsers(), isContraction);
}

/// Whether an op is a loop over single elements whose only effect is what it stores in buffers.
bool isElementLoop(Operation *op) {
  if (!isa<scf::ForOp>(op) || op->getNumResults())
    return false;
  return !op->walk([](Operation *inner) {
              bool isPlain = isPure(inner) || isa<scf::SCFDialect>(inner->getDialect()) ||
                             isa<memref::LoadOp, memref::StoreOp>(inner);
              return isPlain ? WalkResult::advance() : WalkResult::interrupt();
            }).wasInterrupted();
}

/// Ops that compute no buffer and may stand before a group that they do not read from.
bool isAside(Operation *op) {
  return isa<ViewLikeOpInterface, memref::AllocOp, memref::DimOp, memref::GetGlobalOp>(op) ||
         isa<arith::ArithDialect>(op->getDialect());
}

/// The loops in a row that end where something else happens or another contraction begins; a loop
/// over single elements is alone.
SmallVector<KernelGroup> findRuns(Block &block) {
  SmallVector<KernelGroup> runs;
  bool open = false;
  Operation *prepared = nullptr; // the fill that began the open run
  for (Operation &op : block) {
    if (isa<linalg::LinalgOp, memref::CopyOp>(op)) {
      bool begins = startsContraction(&op) && !(prepared && isContraction(&op));
      if (!open || begins)
        runs.push_back({});
      prepared = begins && !isContraction(&op) ? &op : nullptr;
      open = true;
      runs.back().push_back(&op);
    } else if (isElementLoop(&op)) {
      runs.push_back({&op});
      open = false;
    } else if (!isAside(&op)) {
      open = false;
    }
  }
  return runs;
}

bool isNumber(Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  return type.hasStaticShape() && type.getNumElements() == 1;
}

/// Ops and the buffers that they meet, whole ones.
struct Group {
  KernelGroup ops;
  SmallPtrSet<Value, 8> read, written;

  Group() = default;
  explicit Group(Operation *op) : ops{op} {
    for (Value output : outputsOf(op))
      written.insert(wholeOf(output));
    SetVector<Value> used(op->operand_begin(), op->operand_end());
    for (Region &region : op->getRegions())
      getUsedValuesDefinedAbove(region, used);
    for (Value value : used)
      if (Value whole = wholeOf(value);
          isa<BaseMemRefType>(value.getType()) && !written.contains(whole))
        read.insert(whole);
  }

  /// Whether both meet a buffer that one of them writes, of those that `counts` names.
  bool meets(const Group &other, function_ref<bool(Value)> counts) const {
    auto inOther = [&](Value buffer) {
      return counts(buffer) && (other.written.contains(buffer) || other.read.contains(buffer));
    };
    return llvm::any_of(written, inOther) || llvm::any_of(other.written, [&](Value buffer) {
             return counts(buffer) && read.contains(buffer);
           });
  }
  /// Whether the order of the two matters.
  bool conflicts(const Group &other) const {
    return meets(other, [](Value) { return true; });
  }
  bool writesNumbers() const { return llvm::all_of(written, isNumber); }

  /// Whether the two are better one kernel: what one leaves the other finds in the cache. A number
  /// that all updates read does not make them one.
  bool belongsTo(const Group &other) const {
    bool numbers = writesNumbers() && other.writesNumbers();
    return meets(other, [&](Value buffer) { return numbers || !isNumber(buffer); });
  }

  void take(const Group &other) {
    llvm::append_range(ops, other.ops);
    read.insert_range(other.read);
    written.insert_range(other.written);
  }
};

/// Splits a run by what belongs together, the groups in an order that computes the same.
SmallVector<Group> split(ArrayRef<Operation *> run) {
  SmallVector<Group> groups; // those taken into others are empty
  for (Operation *op : run) {
    const Group own(op);
    // Behind the last group that must come before it.
    size_t home = groups.size();
    while (home > 0 && !own.conflicts(groups[home - 1]))
      --home;
    if (home == 0 || !own.belongsTo(groups[home - 1])) {
      home = groups.size();
      groups.push_back(own);
    } else {
      groups[--home].take(own);
    }
    // Others that it belongs to come along where nothing in between minds.
    for (size_t i = home; i-- > 0;)
      if (own.belongsTo(groups[i]) &&
          llvm::none_of(ArrayRef(groups).slice(i + 1, home - i - 1),
                        [&](const Group &between) { return between.conflicts(groups[i]); }))
        groups[home].take(std::exchange(groups[i], Group()));
  }
  return groups;
}

} // namespace

Value wholeOf(Value value) {
  auto memref = dyn_cast<MemrefValue>(value);
  return memref ? memref::skipViewLikeOps(memref) : value;
}

SmallVector<Value> outputsOf(Operation *op) {
  if (isa<memref::CopyOp>(op))
    return {op->getOperand(1)};
  if (auto loops = dyn_cast<linalg::LinalgOp>(op))
    return loops.getDpsInits();
  SetVector<Value> stored;
  op->walk([&](memref::StoreOp store) { stored.insert(store.getMemRef()); });
  return stored.takeVector();
}

SmallVector<KernelGroup> formKernelGroups(Block &block) {
  SmallVector<KernelGroup> formed;
  for (ArrayRef<Operation *> run : findRuns(block)) {
    DenseMap<Operation *, unsigned> order;
    for (Operation *op : run)
      order[op] = order.size();
    Operation *end = run.back()->getNextNode();
    for (Group &group : split(run)) {
      if (group.ops.empty())
        continue;
      llvm::sort(group.ops, [&](Operation *a, Operation *b) { return order[a] < order[b]; });
      for (Operation *op : group.ops)
        op->moveBefore(end);
      for (ArrayRef<Operation *> rest = group.ops; !rest.empty();) {
        formed.emplace_back(rest.take_front(kMaxLoops));
        rest = rest.drop_front(formed.back().size());
      }
    }
  }
  return formed;
}

} // namespace agc
