// A path is cut by marks: what a part reads of the ops before it is a leaf to it.
#include "compiler/Session/LongGradient.h"
#include "compiler/Autodiff/Vjp.h"
#include "compiler/Session/Process.h"
#include "llvm/ADT/ScopeExit.h"
#include <cstring>

using namespace mlir;

namespace agc::session {

LongGradient::LongGradient(LiveValues &live, ag::GradOp grad)
    : live(live), grad(grad), partOf([&live](Operation *op) { return live.partOf(op); }),
      isNested(grad.getCreateGraph() || !grad.getCut().empty() || !grad.getStale().empty()) {
  for (auto [output, seed] : llvm::zip_equal(grad.getOutputs(), grad.getSeeds()))
    seeded.push_back({live.readOf(output), seed});
  for (Value value : grad.getWrt())
    varied.insert(live.readOf(value));
  llvm::SetVector<Operation *> behind;
  SmallVector<Value> work(llvm::make_first_range(seeded));
  while (!work.empty()) {
    Operation *op = work.pop_back_val().getDefiningOp();
    if (!behind.insert(op))
      continue;
    isNested |= isa<ag::GradOp, ag::JvpOp>(op);
    for (OpOperand &operand : op->getOpOperands())
      if (live.isPath(operand) && passesGradient(op, operand.getOperandNumber()))
        work.push_back(live.readOf(operand.get()));
  }
  SmallVector<Operation *> sorted = behind.takeVector();
  llvm::sort(sorted, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  SmallVector<Operation *> onward;
  for (Operation *op : sorted) {
    bool goesOn =
        llvm::any_of(op->getOpOperands(), [&](OpOperand &operand) { return passes(operand); });
    if (goesOn)
      varied.insert(op->result_begin(), op->result_end());
    if (llvm::any_of(op->getResults(), [&](Value result) { return varied.contains(result); }))
      (goesOn ? onward : ops).push_back(op);
  }
  ends = ops.size();
  llvm::append_range(ops, onward);
  for (auto [place, op] : llvm::enumerate(ops))
    positions[op] = place;
}

/// Whether the gradient goes on to an operand.
bool LongGradient::passes(OpOperand &operand) {
  return live.isPath(operand) && varied.contains(live.readOf(operand.get())) &&
         passesGradient(operand.getOwner(), operand.getOperandNumber());
}

bool LongGradient::spans(unsigned count) const {
  unsigned parts = 0;
  for (size_t i = ends; i < ops.size() && parts < count; ++i)
    parts += i == ends || partOf(ops[i]) != partOf(ops[i - 1]);
  return parts == count && canBeParted();
}

size_t LongGradient::startOfPart(size_t end, size_t partLength) const {
  size_t begin = end - 1;
  while (begin > ends && (end - begin < partLength || partOf(ops[begin - 1]) == partOf(ops[begin])))
    --begin;
  return begin < ends + partLength ? ends : begin; // a short rest is no part of its own
}

void LongGradient::take(size_t partLength, llvm::function_ref<void(ArrayRef<Value>)> execute) {
  computeOthers(execute);
  OpBuilder b(grad);
  for (size_t begin, end = ops.size(); end > ends; end = begin) {
    begin = startOfPart(end, partLength);
    if (begin + 1 < end || !takeJoined(b, ops[begin], execute))
      takePart(b, begin, end, execute);
  }
  if (ends && !takeSeeds())
    takePart(b, 0, ends, execute);
  fillWithZeros();
}

bool LongGradient::takeEach(llvm::function_ref<void(ArrayRef<Value>)> execute, Check check) {
  if (isNested)
    return false;
  computeOthers(execute);
  OpBuilder b(grad);
  for (size_t end = ops.size(); end; --end)
    takePart(b, end - 1, end, execute, check);
  fillWithZeros();
  return true;
}

/// Takes the gradients of tensors that an op joins, parts of its own: how many there are is none of
/// the code's. False where more comes to one of them, or where it is no such op.
bool LongGradient::takeJoined(OpBuilder &b, Operation *op,
                              llvm::function_ref<void(ArrayRef<Value>)> execute) {
  auto cat = dyn_cast<ag::CatOp>(op);
  auto isWhole = [&](Value value) { return live.readOf(value) == cat.getResult(); };
  if (!cat || !cat.getType().hasStaticShape() || llvm::any_of(grad.getWrt(), isWhole))
    return false;
  llvm::MapVector<Value, Value> seeds;
  for (Seeded one : seeded)
    seeds.insert(one);
  Value whole = seeds.lookup(cat.getResult());
  if (seeds.size() < seeded.size() || !whole || !live.find(whole))
    return false;
  seeds.erase(cat.getResult());
  SmallVector<int64_t> starts(cat.getType().getRank(), 0), steps(starts.size(), 1);
  for (OpOperand &operand : op->getOpOperands()) {
    RankedTensorType type = ag::tensorType(operand.get());
    if (!type.hasStaticShape())
      return false;
    if (passes(operand)) {
      auto part = ag::SliceOp::create(b, grad.getLoc(), type, whole, ValueRange(), starts, steps,
                                      ValueRange());
      if (!seeds.insert({live.readOf(operand.get()), part}).second)
        return false;
    }
    starts[cat.getDim()] += type.getDimSize(cat.getDim());
  }
  for (auto [value, seed] : seeds)
    if (!live.find(seed))
      execute(seed);
  seeded.assign(seeds.begin(), seeds.end());
  return true;
}

/// Computes the seeds, and the other gradients that what is saved is made of: those may lead along
/// the same ops, where the marks of a part would cut them.
void LongGradient::computeOthers(llvm::function_ref<void(ArrayRef<Value>)> execute) {
  llvm::SetVector<Value> saved, unknown;
  llvm::DenseSet<Operation *> seen;
  for (auto [value, seed] : seeded)
    if (Value numbers = live.numbersOf(seed); !live.isKnown(numbers))
      unknown.insert(numbers);
  for (Operation *op : ops)
    live.addSavedBy(op, saved);
  SmallVector<Value> work = saved.takeVector();
  while (!work.empty()) {
    Value numbers = live.numbersOf(work.pop_back_val());
    Operation *op = numbers.getDefiningOp();
    if (live.isKnown(numbers))
      continue;
    if (isa<ag::GradOp>(op))
      unknown.insert(numbers);
    else if (seen.insert(op).second)
      llvm::append_range(work, op->getOperands());
  }
  if (!unknown.empty())
    execute(unknown.getArrayRef());
}

/// Takes the seeds of where it ends for the gradients; false where they are still to be added.
bool LongGradient::takeSeeds() {
  llvm::DenseMap<Value, Value> seeds;
  for (auto [value, seed] : seeded)
    if (!seeds.try_emplace(value, seed).second || !live.find(seed))
      return false;
  for (auto [wrt, gradient] : llvm::zip_equal(grad.getWrt(), grad.getGradients()))
    if (Value seed = seeds.lookup(live.readOf(wrt)))
      live.setReady(gradient, *live.find(seed));
  return true;
}

void LongGradient::fillWithZeros() {
  for (Value result : grad.getGradients())
    if (!live.find(result)) { // no path leads there
      Buffer zeros = Buffer::allocate(bytesOf(ag::tensorType(result)));
      std::memset(zeros.memory.get(), 0, zeros.bytes);
      live.setReady(result, zeros);
    }
}

/// Lets a part read marks in place of values in front of it, which are the keys of what it returns.
llvm::MapVector<Value, Value> LongGradient::cut(size_t begin, size_t end) {
  llvm::MapVector<Value, Value> marks;
  OpBuilder b(ops[begin]);
  for (Operation *op : ArrayRef(ops).slice(begin, end - begin))
    for (OpOperand &operand : op->getOpOperands()) {
      Value value = live.readOf(operand.get());
      if (!passes(operand) || isInside(value, begin))
        continue;
      Value &mark = marks[value];
      if (!mark) {
        // Numbers that were not kept are read by no backward; those of this segment may be.
        bool isThere = live.isKnown(live.numbersOf(value)) || live.isNew(value.getDefiningOp());
        Location loc = value.getLoc();
        Value leaf = isThere ? value : live.input(b, loc, value.getType(), {});
        if (ops[begin]->isBeforeInBlock(leaf.getDefiningOp()))
          b.setInsertionPointAfter(leaf.getDefiningOp());
        mark = ag::LeafMarkOp::create(b, loc, leaf);
        b.setInsertionPoint(ops[begin]);
      }
      replaced.push_back({&operand, operand.get()});
      operand.set(mark);
    }
  return marks;
}

void LongGradient::takePart(OpBuilder &b, size_t begin, size_t end,
                            llvm::function_ref<void(ArrayRef<Value>)> execute, Check check) {
  llvm::MapVector<Value, Value> marks = cut(begin, end);
  llvm::scope_exit mend([&] {
    for (auto [operand, value] : replaced)
      operand->set(value);
    replaced.clear();
  });
  SmallVector<Value> outputs, seeds, wrt(llvm::make_second_range(marks));
  SmallVector<Seeded> before;
  for (auto [value, seed] : seeded) {
    Value mark = marks.lookup(value);
    if (!mark && !isInside(value, begin)) {
      before.push_back({value, seed});
      continue;
    }
    outputs.push_back(mark ? mark : value);
    seeds.push_back(seed);
  }
  SmallVector<unsigned> own; // which of the gradients that are asked for end here
  for (auto [i, value] : llvm::enumerate(grad.getWrt()))
    if (isInside(live.readOf(value), begin) && !live.find(grad.getResult(i))) {
      own.push_back(i);
      wrt.push_back(live.readOf(value));
    }
  Location loc = grad.getLoc();
  auto part = ag::GradOp::create(b, loc, TypeRange(ValueRange(wrt)), outputs, seeds, wrt, false);
  SmallVector<Value> gradients(part.getGradients());
  execute(gradients);
  for (auto [mark, gradient] : llvm::zip(marks, gradients))
    for (OpOperand &operand : ops[begin]->getOpOperands())
      if (check && operand.get() == mark.second)
        check(operand, gradient);
  seeded = std::move(before);
  for (auto [mark, result] : llvm::zip(marks, gradients))
    seeded.push_back({mark.first, result});
  for (auto [i, result] : llvm::zip_equal(own, ArrayRef(gradients).take_back(own.size())))
    live.setReady(grad.getResult(i), *live.find(result));
}

} // namespace agc::session
