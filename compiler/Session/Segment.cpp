// A slice of the live function: marked from its end, cloned from its start.
#include "compiler/Session/Segment.h"
#include "compiler/Passes.h"
#include "dialect/AgDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;

namespace agc::session {

/// On a straight_through: its value is what its path has computed already.
static constexpr StringLiteral kReady = "agc.ready";

Segment::Segment(LiveValues &live, ArrayRef<Value> wanted) : live(live), wanted(wanted) {
  for (Value value : wanted)
    need(value, Number);
  for (Operation &op : llvm::reverse(live.getBlock())) {
    uint8_t all = 0;
    for (Value result : op.getResults())
      all |= needs.lookup(result);
    if (!all)
      continue;
    ops.push_back(&op);
    needOperands(&op, all);
  }
  std::reverse(ops.begin(), ops.end());
  makeKey();
}

void Segment::need(Value value, Need how) {
  if (how == Path) {
    needs[live.readOf(value)] |= Path;
    return;
  }
  Value numbers = live.numbersOf(value);
  if (live.find(numbers))
    inputs.insert(numbers);
  else
    needs[numbers] |= Number;
}

void Segment::needOperands(Operation *op, uint8_t all) {
  auto needAny = [&](Value value) { need(value, live.mayCarryGradient(value) ? Path : Number); };
  if (auto grad = dyn_cast<ag::GradOp>(op)) {
    for (Value root : grad.getOutputs())
      needAny(root);
    for (Value seed : grad.getSeeds())
      (all & Path) ? needAny(seed) : need(seed, Number);
    for (Value wrt : grad.getWrt())
      need(wrt, Path);
    return;
  }
  for (OpOperand &operand : op->getOpOperands())
    (all & Path) && live.isPath(operand) ? need(operand.get(), Path) : need(operand.get(), Number);
  // A gradient passes through it although its numbers are known: they are taken from memory.
  if (all & Path)
    for (Value result : op->getResults())
      if (Value numbers = live.numbersOf(result); live.find(numbers))
        inputs.insert(numbers);
}

/// Ops with their attributes and types, and where their operands come from.
void Segment::makeKey() {
  llvm::DenseMap<Value, unsigned> ids;
  auto addType = [&](Value value) {
    key.push_back(uintptr_t(value.getType().getAsOpaquePointer()));
  };
  for (Value input : inputs) {
    ids.try_emplace(input, ids.size());
    addType(input);
  }
  for (Operation *op : ops) {
    key.push_back(uintptr_t(op->getName().getAsOpaquePointer()));
    key.push_back(uintptr_t(op->getAttrDictionary().getAsOpaquePointer()));
    for (Value operand : op->getOperands()) {
      key.push_back(ids.lookup(live.numbersOf(operand)));
      key.push_back(ids.lookup(live.readOf(operand)));
    }
    for (Value result : op->getResults()) {
      ids.try_emplace(result, ids.size());
      key.push_back(needs.lookup(result));
      addType(result);
    }
  }
  for (Value value : wanted)
    key.push_back(ids.lookup(live.numbersOf(value)));
}

Value Segment::useOf(Value value, bool path) {
  if (path && live.mayCarryGradient(value))
    return through.lookup(live.readOf(value));
  return numbers.lookup(live.numbersOf(value));
}

void Segment::clone(OpBuilder &b, Operation *op) {
  bool path = llvm::any_of(op->getResults(), [&](Value v) { return needs.lookup(v) & Path; });
  IRMapping mapping;
  Operation *copy = b.clone(*op, mapping);
  auto grad = dyn_cast<ag::GradOp>(op);
  for (OpOperand &operand : copy->getOpOperands()) {
    unsigned i = operand.getOperandNumber();
    unsigned firstSeed = grad ? grad.getOutputs().size() : 0;
    unsigned firstWrt = grad ? firstSeed + grad.getSeeds().size() : 0;
    Value value = op->getOperand(i);
    bool isPath = path && live.isPath(op->getOpOperand(i));
    if (grad && i >= firstWrt)
      operand.set(clones.lookup(live.readOf(value)));
    else
      operand.set(useOf(value, isPath || (grad && i < firstSeed)));
  }
  for (auto [from, to] : llvm::zip(op->getResults(), copy->getResults())) {
    clones[from] = to;
    Value known = live.numbersOf(from);
    bool isReady = live.find(known);
    numbers.try_emplace(from, to);
    through[from] = to;
    if (!path || !isReady || isa<ag::LeafMarkOp, ag::StraightThroughOp>(op))
      continue;
    auto use = ag::StraightThroughOp::create(b, op->getLoc(), to, numbers.lookup(known));
    use->setAttr(kReady, b.getUnitAttr());
    through[from] = use;
  }
}

/// Gradients become ops; what is ready is then taken from memory where a backward reads it.
LogicalResult Segment::differentiate(ModuleOp module) {
  PassManager pm(module.getContext(), ModuleOp::getOperationName());
  pm.enableVerifier(false);
  pm.addPass(createDifferentiate());
  if (failed(pm.run(module)))
    return failure();
  module.walk([](ag::StraightThroughOp op) {
    if (!op->hasAttr(kReady))
      return;
    Value path = op.getPath(), value = op.getValue();
    op.replaceAllUsesWith(value);
    op.erase();
    path.replaceAllUsesWith(value);
  });
  return success();
}

FailureOr<OwningOpRef<ModuleOp>> Segment::build() {
  MLIRContext *context = live.getBlock().getParentOp()->getContext();
  OpBuilder b(context);
  Location loc = ops.empty() ? b.getUnknownLoc() : ops.front()->getLoc();
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  b.setInsertionPointToEnd(module->getBody());
  SmallVector<Type> types, results;
  for (Value input : inputs)
    types.push_back(input.getType());
  for (Value value : wanted)
    results.push_back(value.getType());
  auto function = func::FuncOp::create(b, loc, "run", b.getFunctionType(types, results));
  function->setAttr("agc.export", b.getUnitAttr());
  Block *entry = function.addEntryBlock();
  b.setInsertionPointToEnd(entry);
  for (auto [i, input] : llvm::enumerate(inputs)) {
    function.setArgAttr(i, "agc.name", b.getStringAttr("a" + std::to_string(i)));
    numbers[input] = entry->getArgument(i);
  }
  for (Operation *op : ops)
    clone(b, op);
  SmallVector<Value> returned;
  for (auto [i, value] : llvm::enumerate(wanted)) {
    function.setResultAttr(i, "agc.name", b.getStringAttr("r" + std::to_string(i)));
    returned.push_back(numbers.lookup(live.numbersOf(value)));
  }
  func::ReturnOp::create(b, loc, returned);
  if (failed(differentiate(*module)))
    return failure();
  return module;
}

} // namespace agc::session
