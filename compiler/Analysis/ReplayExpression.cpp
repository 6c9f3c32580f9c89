// How an expression of `ag` ops between objects becomes one autograd node.
#include "compiler/Analysis/Replay.h"
#include "compiler/Autodiff/Vjp.h"
#include "dialect/AgDialect.h"

using namespace mlir;

namespace agc {

static bool isPartOfExpression(Operation *op) {
  return op && isa<ag::AgDialect>(op->getDialect()) && !isa<ag::ConstantOp>(op);
}

/// Whether an op can only be part of another op's node.
static bool isTransparent(Operation *op) { return isa<ag::CastOp>(op); }

void Replay::collect(Value value, Expression &expression) {
  Operation *op = value.getDefiningOp();
  if (!isPartOfExpression(op) || llvm::is_contained(expression.ops, op))
    return;
  for (OpOperand &operand : op->getOpOperands()) {
    if (auto read = operand.get().getDefiningOp<agt::ReadOp>())
      expression.reads.emplace_back(read, &operand);
    else if (isPartOfExpression(operand.get().getDefiningOp()))
      collect(operand.get(), expression);
    else if (isa<ag::MapOp>(op) && isDifferentiable(operand.get().getType()))
      expression.numbers.push_back(expression.reads.size());
  }
  expression.ops.push_back(op);
}

Replay::Expression Replay::expressionOf(Value value) {
  Expression expression;
  expression.value = value;
  if (auto read = value.getDefiningOp<agt::ReadOp>())
    expression.reads.emplace_back(read, nullptr);
  collect(value, expression);
  if (expression.ops.empty())
    return expression;
  expression.root = expression.ops.back();
  while (isTransparent(expression.root) &&
         isPartOfExpression(expression.root->getOperand(0).getDefiningOp()))
    expression.root = expression.root->getOperand(0).getDefiningOp();
  expression.rootIsValue = expression.root == value.getDefiningOp();
  return expression;
}

bool Replay::carriesGradient(Value value, Expression &expression) {
  if (auto read = value.getDefiningOp<agt::ReadOp>())
    return isDifferentiable(value.getType()) && state.requiresGrad(objectOf(read.getSelf()));
  Operation *op = value.getDefiningOp();
  if (!isPartOfExpression(op) || !isDifferentiable(value.getType()))
    return false;
  if (auto it = expression.carries.find(value); it != expression.carries.end())
    return it->second;
  bool carries = llvm::any_of(llvm::seq<unsigned>(0, op->getNumOperands()), [&](unsigned i) {
    return connectsGradient(op, i) && carriesGradient(op->getOperand(i), expression);
  });
  return expression.carries[value] = carries;
}

/// What PyTorch says of an argument that has no derivative and requires grad; empty where none
/// does.
std::string Replay::refusalOf(Operation *op, Expression &expression) {
  const ag::Record *record = ag::recordOf(op);
  if (!record)
    return "";
  for (const ag::WrtSpec &wrt : record->wrt) {
    unsigned operand = operandOf(*record, wrt.arg);
    if (!wrt.expr && operand < op->getNumOperands() &&
        carriesGradient(op->getOperand(operand), expression))
      return ("The function '" + record->function +
              "' is not differentiable with respect to argument '" + record->args[wrt.arg].name +
              "'. This input cannot have requires_grad True.")
          .str();
  }
  return "";
}

SmallVector<unsigned> Replay::inOrderOfNames(Operation *op) {
  auto order = llvm::to_vector(llvm::seq<unsigned>(0, op->getNumOperands()));
  const ag::Record *record = ag::recordOf(op);
  if (record && op->getNumOperands() <= record->numTensors())
    llvm::sort(order, [&](unsigned a, unsigned b) {
      return record->tensorArg(a).name < record->tensorArg(b).name;
    });
  return order;
}

/// Visits the reads that a value is computed from, in its expression.
static void forEachRead(Value value, llvm::function_ref<void(agt::ReadOp)> visit) {
  Operation *op = value.getDefiningOp();
  if (auto read = dyn_cast_if_present<agt::ReadOp>(op))
    visit(read);
  else if (isPartOfExpression(op))
    for (Value operand : op->getOperands())
      forEachRead(operand, visit);
}

/// Positions that the expression computes from others (a negative one from the end): PyTorch keeps
/// what was given.
void Replay::keepSource(Value value, Recording &recording) {
  forEachRead(value, [&](agt::ReadOp read) {
    Object *object = objectOf(read.getSelf());
    auto isIt = [&](const Recording::Kept &kept) { return kept.object == object; };
    if (!isDifferentiable(read.getType()) && llvm::none_of(recording.savedInputs, isIt))
      recording.savedInputs.push_back({object, /*isSmooth=*/false});
  });
}

/// An overload for a number keeps it as one, which is no saved tensor.
static void dropNumbers(Operation *op, SavedValues &saved) {
  for (auto [i, operand] : llvm::enumerate(op->getOperands()))
    if (!operand.getDefiningOp<agt::ReadOp>() && !isPartOfExpression(operand.getDefiningOp()))
      saved.operands.reset(i);
}

/// The in-place form of an op's function, where it is the one that a node is named by.
static const ag::OverloadSpec *inPlaceForm(Operation *op, StringRef node) {
  const ag::Record *record = ag::recordOf(op);
  if (!record)
    return nullptr;
  const auto *found = llvm::find_if(record->overloads, [&](const ag::OverloadSpec &overload) {
    return overload.kind == ag::OverloadSpec::InPlace && overload.node == node;
  });
  return found == record->overloads.end() ? nullptr : found;
}

/// Whether the form's backward refuses the number that the op has.
static bool refusesNumber(Operation *op, const ag::OverloadSpec &form) {
  auto number = ag::paramsOf(op).getAs<FloatAttr>(form.operand);
  return !form.refusal.empty() && number && number.getValue().isNegative() &&
         !number.getValue().isZero();
}

void Replay::addSaved(Operation *op, Expression &expression, Recording &recording,
                      const Object *written) {
  llvm::BitVector needs(op->getNumOperands());
  for (OpOperand &operand : op->getOpOperands())
    if (connectsGradient(op, operand.getOperandNumber()) &&
        carriesGradient(operand.get(), expression))
      needs.set(operand.getOperandNumber());
  if (needs.none())
    return;
  if (!whyNotDifferentiable(op, needs).empty()) {
    recording.notImplemented = wordsOfNoDerivative(op, written);
    return;
  }
  SavedValues saved = savedByForm.of(op, needs);
  const ag::OverloadSpec *form =
      written && op == expression.root ? inPlaceForm(op, recording.node) : nullptr;
  if (form && refusesNumber(op, *form))
    recording.notImplemented = form->refusal.str();
  if (form && form->keepsResult) {
    saved.results.set(0);
    if (!saved.smoothOperands[0]) // else its history comes through the copy of self
      saved.operands.reset(0);
  }
  if (op == expression.root && takesNumber(op, recording.node))
    dropNumbers(op, saved);
  auto savedObject = [&](unsigned i) -> Object * {
    // What a cast read is kept in place of its result, as PyTorch keeps the operand itself.
    Value operand = op->getOperand(i);
    if (auto cast = operand.getDefiningOp<ag::CastOp>())
      operand = cast.getSelf();
    auto read = operand.getDefiningOp<agt::ReadOp>();
    Object *object = read ? objectOf(read.getSelf()) : nullptr;
    // An in-place op copies the self that it is about to overwrite.
    bool isSelf = object && object == written && !expression.reads.empty() &&
                  llvm::find_if(expression.reads, [&](auto &use) {
                    return objectOf(use.first.getSelf()) == written;
                  })->second == &op->getOpOperand(i);
    return isSelf ? nullptr : object;
  };
  for (unsigned i : saved.operands.set_bits())
    if (!isDifferentiable(op->getOperand(i).getType()) && !savedObject(i))
      keepSource(op->getOperand(i), recording);
  keep(op, saved, inOrderOfNames(op), savedObject, op == expression.root && expression.rootIsValue,
       recording);
  if (op == expression.root) {
    recording.isSmooth = saved.smoothCotangents;
    recording.isDefined = saved.isDefined;
    recording.backward.vjp = saved.vjp;
    recording.op = op;
    recording.backward.carries = needs;
    recording.backward.readsResult = form && form->keepsResult;
  }
}

void Replay::keep(Operation *op, const SavedValues &saved, ArrayRef<unsigned> order,
                  llvm::function_ref<Object *(unsigned)> objectOf, bool isResult,
                  Recording &recording) {
  for (unsigned i : order) {
    if (!saved.operands[i])
      continue;
    recording.savedInputs.push_back({objectOf(i), saved.smoothOperands[i], op, i});
    if (!recording.savedInputs.back().object && saved.smoothOperands[i])
      addSources(op->getOperand(i), recording.savedInputs.back().sources);
  }
  if (saved.results.none())
    return;
  for (unsigned i : saved.results.set_bits()) {
    recording.savedResults |= unsigned(isResult) << i;
    recording.smoothResults |= unsigned(isResult && saved.smoothResults[i]) << i;
  }
  if (isResult && saved.results.size() == 1)
    return;
  recording.savedInputs.push_back({}); // an object may never hold it
  if (!isResult && saved.smoothResults.any())
    for (Value operand : op->getOperands())
      addSources(operand, recording.savedInputs.back().sources);
}

/// Adds the objects that a value is computed from, in this expression.
void Replay::addSources(Value value, SmallVectorImpl<Object *> &sources) {
  forEachRead(value, [&](agt::ReadOp read) {
    Object *object = objectOf(read.getSelf());
    if (isDifferentiable(read.getType()) && object && !llvm::is_contained(sources, object))
      sources.push_back(object);
  });
}

void Replay::noteSavers(const Expression &expression, const Node *node) {
  for (Operation *op : expression.ops)
    savers[op] = node;
}

bool Replay::takesNumber(Operation *op, StringRef node) {
  const ag::Record *record = op ? ag::recordOf(op) : nullptr;
  return record && node != record->node && node == record->nodeOf(ag::OverloadSpec::WithNumber);
}

/// Whether PyTorch has a derivative with respect to the tensor, which a node has an edge for.
static bool hasDerivative(const ag::Record &record, unsigned tensor) {
  return llvm::none_of(record.wrt, [&](const ag::WrtSpec &wrt) {
    return !wrt.expr && operandOf(record, wrt.arg) == tensor;
  });
}

unsigned Replay::countAbsent(Operation *op) {
  const ag::Record *record = op ? ag::recordOf(op) : nullptr;
  unsigned absent = 0;
  for (unsigned i = op ? op->getNumOperands() : 0; record && i < record->numTensors(); ++i)
    absent += record->tensorArg(i).optional && hasDerivative(*record, i);
  return absent;
}

/// The operand of an op that a value is, or is another shape of.
static int placeIn(Operation *root, OpOperand &use) {
  OpOperand *operand = &use;
  while (operand->getOwner() != root) {
    Operation *owner = operand->getOwner();
    if (!isa<ag::ReshapeOp>(owner) || !owner->hasOneUse())
      return Backward::kUnknown;
    operand = &*owner->use_begin();
  }
  return operand->getOperandNumber();
}

/// Whether PyTorch computes without autograd, as of what was made in inference mode alone. A number
/// in a tensor's place is a tensor beside it; and a copy is a new tensor that is written.
bool Replay::isOfInference(const Expression &expression, StringRef node, bool numbersCount) const {
  bool isCopy = node == "CloneBackward0" || node == "ToCopyBackward0";
  bool isBesideNumber = numbersCount && !expression.numbers.empty();
  return !isCopy && !isBesideNumber && !expression.reads.empty() &&
         llvm::all_of(expression.reads, [&](auto use) {
           return objectOf(agt::ReadOp(use.first).getSelf())->isInference;
         });
}

Recording Replay::recordingOf(Location loc, Expression &expression, StringRef node,
                              Object *written) {
  Recording recording{loc, node.str(), {}, {}};
  bool selfSeen = false, numbersCount = !takesNumber(expression.root, node);
  recording.isOfInference = isOfInference(expression, node, numbersCount);
  auto add = [&](size_t count, Object *object, int place) {
    recording.inputs.append(count, object);
    recording.backward.places.append(count, place);
  };
  auto addNumbers = [&](size_t before) {
    if (numbersCount)
      add(llvm::count(expression.numbers, before), nullptr, Backward::kUnknown);
  };
  for (auto [i, use] : llvm::enumerate(expression.reads)) {
    auto [read, operand] = use;
    addNumbers(i);
    Object *object = objectOf(read.getSelf());
    int place = operand ? placeIn(expression.root, *operand) : Backward::kItself;
    if (object == written && !std::exchange(selfSeen, true)) {
      recording.placeOfSelf = place;
      continue;
    }
    if (operand && !(connectsGradient(operand->getOwner(), operand->getOperandNumber()) &&
                     isDifferentiable(operand->get().getType())))
      continue;
    const ag::Record *record = operand ? ag::recordOf(operand->getOwner()) : nullptr;
    if (!record || hasDerivative(*record, operand->getOperandNumber()))
      add(1, object, place);
  }
  addNumbers(expression.reads.size());
  add(countAbsent(expression.root), nullptr, Backward::kUnknown);
  for (Operation *op : expression.ops) {
    addSaved(op, expression, recording, written);
    if (recording.refused.empty())
      recording.refused = refusalOf(op, expression);
  }
  // A write that reads nothing with a gradient gives self zeros, whatever comes to it.
  auto isTracked = [&](Object *input) { return input && state.requiresGrad(input); };
  if (written && !selfSeen && llvm::none_of(recording.inputs, isTracked))
    recording.isSmooth = false;
  return recording;
}

} // namespace agc
