// Which values are known, and what stays of a function after parts of it have run.
#include "compiler/Session/LiveValues.h"
#include "compiler/Autodiff/Vjp.h"
#include "compiler/Session/Process.h"
#include "dialect/AgDialect.h"

#include <cstring>

using namespace mlir;

namespace agc::session {

Value LiveValues::input(OpBuilder &b, Location loc, Type type, Buffer buffer) {
  Value value = placeholder(b, loc, type);
  if (buffer.memory)
    ready[value] = std::move(buffer);
  return value;
}

Value LiveValues::readOf(Value value) const {
  auto it = events.getReads().find(value);
  return it == events.getReads().end() ? value : it->second;
}

Value LiveValues::numbersOf(Value value) const {
  while (true) {
    value = readOf(value);
    Operation *op = value.getDefiningOp();
    if (auto through = dyn_cast<ag::StraightThroughOp>(op))
      value = through.getValue();
    else if (isa<ag::LeafMarkOp, ag::StopGradientOp>(op))
      value = op->getOperand(0);
    else
      return value;
  }
}

bool LiveValues::isPath(OpOperand &operand) {
  Operation *op = operand.getOwner();
  auto through = dyn_cast<ag::StraightThroughOp>(op);
  return mayCarryGradient(operand.get()) && !isa<ag::LeafMarkOp>(op) &&
         (!through || operand.get() == through.getPath());
}

/// Where the first element of a slice lies in its operand; none where its elements lie apart.
static std::optional<int64_t> startOf(ag::SliceOp slice) {
  auto from = ag::tensorType(slice.getSelf()), to = ag::tensorType(slice.getResult());
  if (!slice.getStarts().empty() || !from.hasStaticShape() || !to.hasStaticShape())
    return {};
  int64_t start = 0, stride = 1;
  bool isWhole = true; // every dim further in
  for (int dim = int(from.getRank()) - 1; dim >= 0; --dim) {
    bool isRow = slice.getSteps()[dim] == 1 && isWhole;
    if (to.getDimSize(dim) > 1 && !isRow)
      return {};
    isWhole = isRow && to.getDimSize(dim) == from.getDimSize(dim);
    start += slice.getStaticStarts()[dim] * stride;
    stride *= from.getDimSize(dim);
  }
  return start;
}

const Buffer *LiveValues::find(Value numbers) {
  auto it = ready.find(numbers);
  if (it != ready.end())
    return &it->second;
  Operation *op = numbers.getDefiningOp();
  auto slice = dyn_cast<ag::SliceOp>(op);
  std::optional<int64_t> start = slice ? startOf(slice) : std::nullopt;
  bool isReshape = isa<ag::ReshapeOp>(op) && ag::tensorType(numbers).hasStaticShape();
  if (!start && !isReshape)
    return nullptr;
  const Buffer *whole = find(numbersOf(op->getOperand(0)));
  if (!whole)
    return nullptr;
  RankedTensorType type = ag::tensorType(numbers);
  char *first = whole->memory.get() + start.value_or(0) * elementBytes(type);
  Buffer part{std::shared_ptr<char>(whole->memory, first), uint64_t(bytesOf(type))};
  return &(ready[numbers] = std::move(part));
}

bool LiveValues::join(Value value) {
  auto cat = value.getDefiningOp<ag::CatOp>();
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<const char *> parts;
  SmallVector<int64_t> rows; // bytes of a part for each index of the dims before
  for (Value tensor : cat ? cat.getTensors() : ValueRange()) {
    const Buffer *part = find(numbersOf(tensor));
    auto shape = ag::tensorType(tensor);
    if (!part || !shape.hasStaticShape())
      return false;
    parts.push_back(part->memory.get());
    rows.push_back(elementBytes(shape));
    for (int64_t extent : shape.getShape().drop_front(cat.getDim()))
      rows.back() *= extent;
  }
  if (!cat || !type.hasStaticShape())
    return false;
  Buffer joined = Buffer::allocate(bytesOf(type));
  for (char *to = joined.memory.get(), *end = to + joined.bytes; to < end;)
    for (auto [part, bytes] : llvm::zip(parts, rows)) {
      std::memcpy(to, part, bytes);
      part += bytes;
      to += bytes;
    }
  setReady(value, joined);
  return true;
}

bool LiveValues::isKnown(Value numbers) {
  return find(numbers) || isa<ag::ConstantOp>(numbers.getDefiningOp());
}

// ---------------------------------------------------------------- what gradients will need

void LiveValues::addSaved(ArrayRef<Value> paths, llvm::SetVector<Value> &values, bool anew) {
  llvm::DenseMap<Operation *, unsigned> earlier;
  if (anew)
    std::swap(earlier, onPath);
  ++part;
  SmallVector<Operation *> stack;
  auto visit = [&](Value value) {
    Operation *op = readOf(value).getDefiningOp();
    auto known = earlier.find(op);
    if (onPath.try_emplace(op, known == earlier.end() ? part : known->second).second)
      stack.push_back(op);
  };
  for (Value path : paths)
    visit(path);
  while (!stack.empty()) {
    Operation *op = stack.pop_back_val();
    for (OpOperand &operand : op->getOpOperands())
      if (isPath(operand))
        visit(operand.get());
    Node *node = events.getReplay().nodeOf(op);
    if (!node || !node->freedBy || !node->savesAnything()) // else a backward is an error
      addSavedBy(op, values);
  }
}

void LiveValues::addSavedBy(Operation *op, llvm::SetVector<Value> &values) {
  if (auto grad = dyn_cast<ag::GradOp>(op)) { // its ops are made anew, from what it is taken by
    for (ValueRange read : {grad.getSeeds(), grad.getPresent()})
      for (Value value : read)
        values.insert(numbersOf(value));
    return;
  }
  llvm::BitVector needs(op->getNumOperands());
  for (unsigned i = 0; i < op->getNumOperands(); ++i)
    if (mayCarryGradient(op->getOperand(i)) && passesGradient(op, i))
      needs.set(i);
  if (needs.none() || !whyNotDifferentiable(op, needs).empty())
    return;
  const SavedValues &saved = events.getReplay().savedBy(op, needs);
  for (unsigned i : saved.operands.set_bits())
    values.insert(numbersOf(op->getOperand(i)));
  for (unsigned i : saved.results.set_bits())
    values.insert(op->getResult(i));
}

// ---------------------------------------------------------------- what stays

Value LiveValues::standIn(Value numbers, bool withMemory) {
  Operation *op = numbers.getDefiningOp();
  if (onPath.contains(op) || isPlaceholder(op) || stays(numbers))
    return numbers;
  Value &value = standIns[numbers];
  if (!value) {
    OpBuilder b(op);
    const Buffer *known = withMemory ? find(numbers) : nullptr;
    value = isa<ag::ConstantOp>(op)
                ? b.clone(*op)->getResult(0)
                : input(b, op->getLoc(), numbers.getType(), known ? *known : Buffer());
  }
  return value;
}

Value LiveValues::replacement(Value value) const {
  auto it = standIns.find(value);
  return it == standIns.end() ? value : it->second;
}

/// An op that stays reads nothing that goes, and no gradient finds a way that it had not.
void LiveValues::keepOperands(Operation *op, const llvm::SetVector<Value> &kept) {
  OpBuilder b(op);
  for (OpOperand &operand : op->getOpOperands()) {
    bool carries = mayCarryGradient(operand.get());
    Value read = readOf(operand.get());
    if (!isPath(operand) || !onPath.contains(read.getDefiningOp())) {
      Value numbers = numbersOf(read);
      read = standIn(numbers, kept.contains(numbers));
    }
    if (!carries && mayCarryGradient(read))
      read = ag::StopGradientOp::create(b, op->getLoc(), read);
    operand.set(read);
  }
}

void LiveValues::sweep(const llvm::SetVector<Value> &kept, ArrayRef<Value> anchors, bool anew) {
  standIns.clear();
  if (anew) {
    staying.clear();
    lastSwept = nullptr;
  }
  // What is in memory and is read as it was stays as a value, also where its op goes.
  for (Value numbers : kept)
    standIn(numbers, true);
  llvm::DenseSet<Operation *> needed;
  Operation *last = block.empty() ? nullptr : &block.back();
  for (Operation *op = last; op != lastSwept; op = op->getPrevNode())
    if (onPath.contains(op)) {
      keepOperands(op, kept);
      needed.insert(op);
      for (Value operand : op->getOperands())
        needed.insert(operand.getDefiningOp());
    }
  for (auto [value, standIn] : standIns)
    needed.insert(standIn.getDefiningOp());
  for (Value numbers : kept)
    needed.insert(replacement(numbers).getDefiningOp());
  for (Value anchor : anchors)
    needed.insert(anchor.getDefiningOp());
  events.getReads().clear();
  for (Operation *op = last; op != lastSwept;) {
    Operation *swept = std::exchange(op, op->getPrevNode());
    if (needed.contains(swept))
      staying.insert(swept->result_begin(), swept->result_end());
    else
      erase(swept);
  }
  lastSwept = block.empty() ? nullptr : &block.back();
}

void LiveValues::erase(Operation *op) {
  for (Value result : op->getResults()) {
    ready.erase(result);
    events.getValues().forget(result);
  }
  events.getReplay().forget(op);
  op->erase();
}

} // namespace agc::session
