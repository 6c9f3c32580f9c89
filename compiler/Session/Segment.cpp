// A slice of the live function: marked from its end, cloned from its start.
#include "compiler/Session/Segment.h"
#include "compiler/Passes.h"
#include "dialect/AgDialect.h"
#include "dialect/Shape.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace agc::session {

/// On a straight_through: its value is what its path has computed already.
static constexpr StringLiteral kReady = "agc.ready";

Segment::Segment(LiveValues &live, ArrayRef<Value> wanted) : live(live), wanted(wanted) {
  for (Value value : wanted)
    need(value, Number);
  while (!needed.empty()) {
    Operation *op = needed.top(); // all that reads its results was here before
    needed.pop();
    ops.push_back(op);
    needOperands(op, needsOf(op));
  }
  std::reverse(ops.begin(), ops.end());
  describe();
}

void Segment::need(Value value, Need how) {
  Value source = how == Path ? live.readOf(value) : live.numbersOf(value);
  if (how == Number && live.find(source)) {
    inputs.insert(source);
    return;
  }
  Operation *op = source.getDefiningOp();
  bool isNew = llvm::none_of(op->getResults(), [&](Value v) { return needs.contains(v); });
  needs[source] |= how;
  if (isNew)
    needed.push(op);
}

uint8_t Segment::needsOf(Operation *op) const {
  uint8_t all = 0;
  for (Value result : op->getResults())
    all |= needs.lookup(result);
  return all;
}

void Segment::needOperands(Operation *op, uint8_t all) {
  auto needAny = [&](Value value) { need(value, live.mayCarryGradient(value) ? Path : Number); };
  if (auto grad = dyn_cast<ag::GradOp>(op)) {
    for (Value root : grad.getOutputs())
      needAny(root);
    for (ValueRange read : {grad.getSeeds(), grad.getPresent()})
      for (Value value : read)
        (all & Path) ? needAny(value) : need(value, Number);
    for (ValueRange places : {grad.getWrt(), grad.getCut(), grad.getStale()})
      for (Value value : places)
        need(value, Path);
    return;
  }
  for (OpOperand &operand : op->getOpOperands())
    need(operand.get(), (all & Path) && live.isPath(operand) ? Path : Number);
  // A gradient passes through it although its numbers are known: they are taken from memory.
  if (all & Path)
    for (Value result : op->getResults())
      if (Value numbers = live.numbersOf(result); live.find(numbers))
        inputs.insert(numbers);
}

/// The number that each dim's start is; none where an op has no starts.
static std::optional<ArrayRef<int64_t>> startsOf(Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<ArrayRef<int64_t>>>(op)
      .Case<ag::SliceOp, ag::PadOp>([](auto op) { return op.getStaticStarts(); })
      .Default(std::nullopt);
}

/// What a part is read from, or written into: the tensor that all parts of it look at.
static Value wholeOf(Operation *op) {
  Value whole = op->getOperand(0);
  if (isa<ag::PadOp>(op)) { // what replaces a part is chosen by place
    auto user = op->use_empty() ? nullptr : dyn_cast<ag::MapOp>(*op->user_begin());
    if (!user || user.getFn() != "where")
      return {};
    whole = user.getOperands()[2];
  }
  while (isa_and_nonnull<ag::SliceOp, ag::ReshapeOp, ag::PermuteOp>(whole.getDefiningOp()))
    whole = whole.getDefiningOp()->getOperand(0);
  return whole;
}

SmallVector<Start> Segment::getStarts() const {
  SmallVector<Start> starts;
  for (Operation *op : ops) {
    std::optional<ArrayRef<int64_t>> numbers = startsOf(op);
    if (!numbers)
      continue;
    const void *line = op->getLoc().getAsOpaquePointer();
    const void *whole = wholeOf(op).getAsOpaquePointer();
    ArrayRef<int64_t> from = ag::tensorType(op->getOperand(0)).getShape();
    ArrayRef<int64_t> to = ag::tensorType(op->getResult(0)).getShape();
    for (int64_t dim = 0, rank = numbers->size(); dim < rank; ++dim)
      starts.push_back({line, whole, rank, dim, from[dim] != to[dim]});
  }
  return starts;
}

/// An op's attributes; those that are sizes become sizes.
static void addAttributes(Operation *op, std::vector<uintptr_t> &form, Sizes &sizes) {
  auto add = [&](Attribute attribute) {
    form.push_back(uintptr_t(attribute.getAsOpaquePointer()));
  };
  auto constant = dyn_cast<ag::ConstantOp>(op);
  auto value = constant ? dyn_cast<SplatElementsAttr>(constant.getValue()) : SplatElementsAttr();
  if (value)
    return add(value.getSplatValue<Attribute>());
  std::optional<ArrayRef<int64_t>> starts = startsOf(op);
  if (!starts)
    return add(op->getAttrDictionary());
  for (int64_t start : *starts)
    sizes.push_back({start, /*isExtent=*/false});
  for (NamedAttribute attribute : op->getAttrDictionary())
    if (attribute.getName() != "static_starts")
      add(attribute.getValue());
}

/// Ops with their attributes and types, and where their operands come from.
void Segment::describe() {
  llvm::DenseMap<Value, unsigned> ids;
  auto addValue = [&](Value value) {
    auto type = cast<RankedTensorType>(value.getType());
    ids.try_emplace(value, ids.size());
    form.push_back(uintptr_t(type.getElementType().getAsOpaquePointer()));
    form.push_back(type.getRank());
    for (int64_t extent : type.getShape())
      sizes.push_back({extent, /*isExtent=*/true});
  };
  auto idOf = [&](Value value) { // none where nothing computes it
    auto id = ids.find(value);
    return id == ids.end() ? ~uintptr_t(0) : id->second;
  };
  for (Value input : inputs)
    addValue(input);
  for (Operation *op : ops) {
    form.push_back(uintptr_t(op->getName().getAsOpaquePointer()));
    addAttributes(op, form, sizes);
    form.push_back(op->getNumOperands());
    for (Value operand : op->getOperands()) {
      form.push_back(idOf(live.numbersOf(operand)));
      form.push_back(idOf(live.readOf(operand)));
    }
    for (Value result : op->getResults()) {
      form.push_back(needs.lookup(result));
      addValue(result);
    }
  }
  for (Value value : wanted)
    form.push_back(idOf(live.numbersOf(value)));
}

size_t Segment::kindOf(Operation *op) const {
  std::vector<uintptr_t> parts = {uintptr_t(op->getName().getAsOpaquePointer())};
  Sizes skipped;
  addAttributes(op, parts, skipped);
  for (Type result : op->getResultTypes()) {
    auto type = cast<RankedTensorType>(result);
    parts.push_back(uintptr_t(type.getElementType().getAsOpaquePointer()));
    parts.push_back(type.getRank());
  }
  return llvm::hash_combine_range(parts);
}

/// Where a use is of numbers alone and their clone is a path's, no gradient goes that way.
Value Segment::useOf(OpBuilder &b, Value value, bool path) {
  if (path && live.mayCarryGradient(value))
    return through.lookup(live.readOf(value));
  Value used = numbers.lookup(live.numbersOf(value));
  if (path || !onPath.contains(used))
    return used;
  return ag::StopGradientOp::create(b, used.getLoc(), used);
}

void Segment::clone(OpBuilder &b, Operation *op) {
  bool path = isPassed(op);
  IRMapping mapping;
  Operation *copy = b.clone(*op, mapping);
  OpBuilder before(copy);
  auto grad = dyn_cast<ag::GradOp>(op);
  for (OpOperand &operand : copy->getOpOperands()) {
    unsigned i = operand.getOperandNumber();
    unsigned firstSeed = grad ? grad.getOutputs().size() : 0;
    unsigned firstWrt = grad ? firstSeed + grad.getSeeds().size() : 0;
    unsigned firstPresent = op->getNumOperands() - (grad ? grad.getPresent().size() : 0);
    Value value = op->getOperand(i);
    bool isPath = path && live.isPath(op->getOpOperand(i));
    if (grad && i >= firstWrt && i < firstPresent)
      operand.set(clones.lookup(live.readOf(value)));
    else
      operand.set(useOf(before, value, isPath || (grad && i < firstSeed)));
  }
  if (pattern)
    copy = generalise(b, copy);
  for (auto [from, to] : llvm::zip(op->getResults(), copy->getResults())) {
    clones[from] = to;
    Value known = live.numbersOf(from);
    bool isReady = live.find(known);
    numbers.try_emplace(from, to);
    through[from] = to;
    if (path)
      onPath.insert(to);
    if (!path || !isReady || isa<ag::LeafMarkOp, ag::StraightThroughOp>(op))
      continue;
    auto use = ag::StraightThroughOp::create(b, op->getLoc(), to, numbers.lookup(known));
    use->setAttr(kReady, b.getUnitAttr());
    through[from] = use;
  }
}

// ---------------------------------------------------------------- sizes that are symbols

Value Segment::symbolOf(size_t size) const {
  std::optional<unsigned> symbol = pattern->symbolOf(size);
  return symbol ? Value(symbols[*symbol]) : Value();
}

/// The type of the next input or result.
Type Segment::general(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  SmallVector<int64_t> shape(tensor.getShape());
  for (int64_t &extent : shape)
    if (pattern->symbolOf(nextSize++))
      extent = ShapedType::kDynamic;
  return tensor.clone(shape);
}

/// Sizes among an op's operands: symbols beside the ones that it had.
template <typename Known>
static SmallVector<Value> merge(ArrayRef<int64_t> numbers, ValueRange given, Known symbolOf) {
  SmallVector<Value> merged;
  for (auto [i, number] : llvm::enumerate(numbers)) {
    if (Value symbol = symbolOf(i)) {
      merged.push_back(symbol);
    } else if (ShapedType::isDynamic(number)) {
      merged.push_back(given.front());
      given = given.drop_front();
    }
  }
  return merged;
}

/// Gives a clone the sizes of the pattern.
Operation *Segment::generalise(OpBuilder &b, Operation *op) {
  llvm::TypeSwitch<Operation *>(op).Case<ag::SliceOp, ag::PadOp>([&](auto op) {
    SmallVector<int64_t> numbers(op.getStaticStarts());
    auto symbol = [&](size_t i) { return symbolOf(nextSize + i); };
    SmallVector<Value> starts = merge(numbers, op.getStarts(), symbol);
    for (auto [i, number] : llvm::enumerate(numbers))
      if (symbol(i))
        number = ShapedType::kDynamic;
    op.getStartsMutable().assign(starts);
    op.setStaticStarts(numbers);
    nextSize += numbers.size();
  });
  size_t first = nextSize;
  SmallVector<int64_t> numbers; // of the first result
  for (OpResult result : op->getResults()) {
    if (result.getResultNumber() == 0)
      llvm::append_range(numbers, cast<RankedTensorType>(result.getType()).getShape());
    result.setType(general(result.getType()));
  }
  auto symbol = [&](size_t i) { return symbolOf(first + i); };
  llvm::TypeSwitch<Operation *>(op)
      .Case<ag::IotaOp, ag::ReshapeOp, ag::ExpandOp, ag::SliceOp, ag::PadOp>(
          [&](auto op) { op.getSizesMutable().assign(merge(numbers, op.getSizes(), symbol)); });
  auto constant = dyn_cast<ag::ConstantOp>(op);
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  if (!constant || type.hasStaticShape())
    return op;
  auto value = cast<SplatElementsAttr>(constant.getValue());
  auto number = RankedTensorType::get({}, type.getElementType());
  auto one = ag::ConstantOp::create(b, op->getLoc(), value.resizeSplat(number));
  auto wide = ag::ExpandOp::create(b, op->getLoc(), type, one, merge(numbers, {}, symbol));
  op->erase();
  return wide;
}

// ---------------------------------------------------------------- the function

/// The function without ops: extents, then what it takes.
func::FuncOp Segment::declare(OpBuilder &b, Location loc) {
  SmallVector<Type> types(pattern ? pattern->getSymbolCount() : 0, b.getIndexType()), results;
  SmallVector<std::string> names;
  for (unsigned i = 0; i < types.size(); ++i)
    names.push_back("s" + std::to_string(i));
  for (Value input : inputs)
    types.push_back(pattern ? general(input.getType()) : input.getType());
  auto function = func::FuncOp::create(b, loc, "run", b.getFunctionType(types, results));
  function->setAttr("agc.export", b.getUnitAttr());
  for (auto [i, name] : llvm::enumerate(names))
    function.setArgAttr(i, "agc.extent", b.getStringAttr(name));
  size_t size = 0;
  for (auto [i, input] : llvm::enumerate(inputs)) {
    unsigned arg = names.size() + i;
    function.setArgAttr(arg, "agc.name", b.getStringAttr("a" + std::to_string(i)));
    SmallVector<StringRef> extents;
    for (int64_t dim = 0; dim < cast<RankedTensorType>(input.getType()).getRank(); ++dim) {
      std::optional<unsigned> symbol = pattern ? pattern->symbolOf(size++) : std::nullopt;
      extents.push_back(symbol ? StringRef(names[*symbol]) : StringRef());
    }
    if (!cast<RankedTensorType>(types[arg]).hasStaticShape())
      function.setArgAttr(arg, "agc.extents", b.getStrArrayAttr(extents));
  }
  return function;
}

/// Gradients become ops; what is ready is then taken from memory where a backward reads it.
LogicalResult Segment::differentiate(ModuleOp module) {
  PassManager pm(module.getContext(), ModuleOp::getOperationName());
  pm.enableVerifier(false);
  DifferentiateOptions options;
  options.keepChecks = false; // what may fail has run by now
  pm.addPass(createDifferentiate(options));
  if (failed(pm.run(module)))
    return failure();
  module.walk([](ag::StraightThroughOp op) {
    if (!op->hasAttr(kReady))
      return;
    Value path = op.getPath(), value = op.getValue();
    op.replaceAllUsesWith(value);
    op.erase();
    if (path != value) // an earlier one has taken its place
      path.replaceAllUsesWith(value);
  });
  return success();
}

FailureOr<OwningOpRef<ModuleOp>> Segment::build(const SizePattern *givenPattern) {
  pattern = givenPattern;
  nextSize = 0;
  for (auto *map : {&clones, &numbers, &through})
    map->clear();
  MLIRContext *context = live.getBlock().getParentOp()->getContext();
  OpBuilder b(context);
  Location loc = ops.empty() ? b.getUnknownLoc() : ops.front()->getLoc();
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  b.setInsertionPointToEnd(module->getBody());
  func::FuncOp function = declare(b, loc);
  Block *entry = function.addEntryBlock();
  b.setInsertionPointToEnd(entry);
  symbols = entry->getArguments().drop_back(inputs.size());
  for (auto [input, argument] : llvm::zip(inputs, entry->getArguments().take_back(inputs.size())))
    numbers[input] = argument;
  for (Operation *op : ops)
    clone(b, op);
  SmallVector<Value> returned;
  for (Value value : wanted)
    returned.push_back(numbers.lookup(live.numbersOf(value)));
  func::ReturnOp::create(b, loc, returned);
  function.setType(b.getFunctionType(entry->getArgumentTypes(), TypeRange(ValueRange(returned))));
  for (unsigned i = 0; i < wanted.size(); ++i)
    function.setResultAttr(i, "agc.name", b.getStringAttr("r" + std::to_string(i)));
  // A `?` may have met what an op's inference tells otherwise.
  if ((pattern && failed(verify(*module))) || failed(differentiate(*module)))
    return failure();
  return module;
}

} // namespace agc::session
