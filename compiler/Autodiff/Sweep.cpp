// Differentiates a list of ops, one at a time, along the paths from wrt to outputs.
#include "compiler/Autodiff/Sweep.h"
#include "compiler/Autodiff/Vjp.h"
#include "dialect/AgDialect.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace agc {

EmittedOps::EmittedOps(OpBuilder &b) : b(b), before(nullptr) {
  Block::iterator point = b.getInsertionPoint();
  if (point != b.getInsertionBlock()->begin())
    before = &*std::prev(point);
}

SmallVector<Operation *> EmittedOps::take() const {
  Block *block = b.getInsertionBlock();
  Block::iterator from = before ? std::next(before->getIterator()) : block->begin();
  return llvm::map_to_vector(llvm::make_range(from, b.getInsertionPoint()),
                             [](Operation &op) { return &op; });
}

/// What an op reads: its operands, and what its regions capture.
static SmallVector<Value> valuesRead(Operation *op) {
  SmallVector<Value> values(op->getOperands());
  if (op->getNumRegions()) {
    llvm::SetVector<Value> captured;
    getUsedValuesDefinedAbove(op->getRegions(), captured);
    values.append(captured.begin(), captured.end());
  }
  return values;
}

/// Whether an op comes first. Blocks of a path to the root come before what they contain.
static bool isBefore(Operation *a, Operation *b) {
  if (a->getBlock() == b->getBlock())
    return a->isBeforeInBlock(b);
  if (Operation *around = a->getBlock()->findAncestorOpInBlock(*b))
    return a == around || a->isBeforeInBlock(around);
  Operation *around = b->getBlock()->findAncestorOpInBlock(*a);
  return around && around != b && around->isBeforeInBlock(b);
}

SmallVector<Operation *> opsBehind(ValueRange outputs) {
  llvm::SetVector<Operation *> ops;
  SmallVector<Value> work(outputs);
  while (!work.empty()) {
    Operation *op = work.pop_back_val().getDefiningOp();
    if (!op || !ops.insert(op))
      continue;
    for (auto [i, value] : llvm::enumerate(valuesRead(op)))
      if (passesGradient(op, i))
        work.push_back(value);
  }
  SmallVector<Operation *> sorted = ops.takeVector();
  llvm::sort(sorted, isBefore);
  return sorted;
}

namespace {

/// A cotangent and the op that last added to it (null: an output's seed).
struct Cotangent {
  Value value;
  Operation *from = nullptr;
};

class ReverseSweep {
public:
  ReverseSweep(OpBuilder &b, Location loc, ArrayRef<Operation *> ops, ValueRange wrt,
               const Detours &detours)
      : b(b), loc(loc), ops(ops), wrt(wrt.begin(), wrt.end()),
        cut(detours.cut.begin(), detours.cut.end()), createGraph(detours.createGraph) {
    for (auto [i, value] : llvm::enumerate(detours.stale))
      present[value.getDefiningOp()].push_back({detours.places[i], detours.present[i]});
    // Forward: what depends on wrt.
    varied.insert(wrt.begin(), wrt.end());
    for (Operation *op : ops)
      for (auto [i, value] : llvm::enumerate(valuesRead(op)))
        if (varied.contains(value) && passesGradient(op, i))
          for (Value result : op->getResults())
            if (isDifferentiable(result.getType()))
              varied.insert(result);
  }

  LogicalResult run(ValueRange outputs, ValueRange seeds) {
    for (auto [output, seed] : llvm::zip_equal(outputs, seeds))
      add(loc, output, seed, nullptr);
    for (Operation *op : llvm::reverse(ops))
      if (failed(visit(op)))
        return failure();
    return success();
  }

  /// The gradient of a wrt, of its type; null where there is no path.
  Value gradient(Value value) { return cotangents.lookup(value).value; }

private:
  void add(Location at, Value value, Value cotangent, Operation *from) {
    // The reads of one path are one place: what each of them got must not be summed apart.
    while (auto through = value.getDefiningOp<ag::StraightThroughOp>()) {
      if (llvm::is_contained(wrt, value))
        break;
      value = through.getPath();
    }
    if (!cotangent || !varied.contains(value) || (from && cut.contains(value)))
      return;
    Cotangent &entry = cotangents[value];
    entry = {accumulate(b, at, entry.value, cotangent), from};
  }

  LogicalResult visit(Operation *op) {
    SmallVector<Value> grads = llvm::map_to_vector(
        op->getResults(), [&](Value result) { return cotangents.lookup(result).value; });
    if (llvm::none_of(grads, [](Value v) { return bool(v); }))
      return success();
    SmallVector<Value> read = valuesRead(op);
    BitVector needs(read.size());
    for (auto [i, value] : llvm::enumerate(read))
      needs[i] = varied.contains(value) && passesGradient(op, i);
    if (needs.none())
      return success();
    std::string reason = whyNotDifferentiable(op, needs);
    for (unsigned i : needs.set_bits())
      if (std::string shape = whyMisshapen(op, i); !shape.empty())
        reason = "it returned an invalid gradient - " + shape;
    if (!reason.empty())
      return refuse(op, reason);
    Location at = FusedLoc::get(b.getContext(), {op->getLoc(), loc});
    FailureOr<SmallVector<Value>> found = vjp(b, at, nodeOf(op), grads, needs);
    if (failed(found))
      return failure();
    for (auto [operand, cotangent] : llvm::zip_equal(op->getOperands(), *found))
      add(at, operand, cotangent, op);
    return success();
  }

  /// An op with what it saved, as that is now.
  VjpNode nodeOf(Operation *op) {
    VjpNode node(op);
    node.createGraph = createGraph;
    for (auto [place, value] : present.lookup(op))
      (size_t(place) < node.operands.size() ? node.operands[place]
                                            : node.results[place - node.operands.size()]) = value;
    return node;
  }

  /// Says which op stands in the way, and on which path.
  LogicalResult refuse(Operation *op, StringRef reason) {
    SmallVector<std::string> path = {nameOf(op)};
    Value value = variedOperand(op);
    while (value && !llvm::is_contained(wrt, value)) {
      path.insert(path.begin(), nameOf(value.getDefiningOp()));
      value = variedOperand(value.getDefiningOp());
    }
    for (Operation *at = op; at;) {
      Value *result = nullptr, found;
      for (Value candidate : at->getResults())
        if (cotangents.lookup(candidate).value && !result) {
          found = candidate;
          result = &found;
        }
      at = result ? cotangents.lookup(*result).from : nullptr;
      if (at)
        path.push_back(nameOf(at));
    }
    InFlightDiagnostic error = op->emitError();
    error << "cannot differentiate '" << nameOf(op) << "': " << reason;
    if (value)
      error.attachNote(value.getLoc()) << "with respect to this value";
    error.attachNote(loc) << "on the path " << llvm::join(path, " -> ");
    return error;
  }

  Value variedOperand(Operation *op) {
    for (auto [i, value] : llvm::enumerate(valuesRead(op)))
      if (varied.contains(value) && passesGradient(op, i))
        return value;
    return {};
  }

  OpBuilder &b;
  Location loc;
  ArrayRef<Operation *> ops;
  SmallVector<Value> wrt;
  DenseSet<Value> cut, varied;
  bool createGraph;
  DenseMap<Operation *, SmallVector<std::pair<int64_t, Value>, 1>> present;
  DenseMap<Value, Cotangent> cotangents;
};

} // namespace

FailureOr<SmallVector<Value>> reverseSweep(OpBuilder &b, Location loc, ArrayRef<Operation *> ops,
                                           ValueRange outputs, ValueRange seeds, ValueRange wrt,
                                           const Detours &detours) {
  ReverseSweep sweep(b, loc, ops, wrt, detours);
  if (failed(sweep.run(outputs, seeds)))
    return failure();
  return llvm::map_to_vector(wrt, [&](Value value) { return sweep.gradient(value); });
}

FailureOr<SmallVector<Value>> forwardSweep(OpBuilder &b, Location loc, ArrayRef<Operation *> ops,
                                           ValueRange outputs, ValueRange wrt,
                                           ValueRange tangents) {
  DenseMap<Value, Value> found;
  for (auto [value, tangent] : llvm::zip_equal(wrt, tangents))
    found[value] = accumulate(b, loc, found.lookup(value), tangent);
  for (Operation *op : ops) {
    SmallVector<Value> read = valuesRead(op);
    SmallVector<Value> mine =
        llvm::map_to_vector(read, [&](Value value) { return found.lookup(value); });
    if (llvm::none_of(mine, [](Value v) { return bool(v); }))
      continue;
    Location at = FusedLoc::get(b.getContext(), {op->getLoc(), loc});
    FailureOr<SmallVector<Value>> results = jvp(b, at, VjpNode(op), mine);
    if (failed(results))
      return failure();
    for (auto [result, tangent] : llvm::zip_equal(op->getResults(), *results))
      if (tangent)
        found[result] = accumulate(b, at, found.lookup(result), tangent);
  }
  return llvm::map_to_vector(outputs, [&](Value value) { return found.lookup(value); });
}

} // namespace agc
