// What the backward of an op reads of what the op saved, and what is kept of it in turn.
#include "compiler/Autodiff/Vjp.h"
#include "dialect/AgDialect.h"
#include "dialect/Shape.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;

namespace agc {

/// Marks the block arguments whose elements `values` are computed from; with `smooth` only along
/// what has a gradient.
static BitVector argumentsRead(Block &block, ArrayRef<Value> values, bool smooth) {
  BitVector read(block.getNumArguments());
  SmallPtrSet<Operation *, 16> seen;
  SmallVector<Value> work(llvm::make_filter_range(values, [](Value v) { return bool(v); }));
  while (!work.empty()) {
    Value value = work.pop_back_val();
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      read.set(argument.getArgNumber());
      continue;
    }
    Operation *op = value.getDefiningOp();
    if (isa<tensor::DimOp>(op) || !seen.insert(op).second)
      continue;
    for (OpOperand &operand : op->getOpOperands())
      if (!smooth || connectsGradient(op, operand.getOperandNumber()))
        work.push_back(operand.get());
  }
  return read;
}

/// Which operand of an op has this name; -1 for none that is there.
static int positionOf(Operation *op, const ag::Record &record, StringRef name) {
  unsigned i = 0, count = std::min(op->getNumOperands(), record.numTensors());
  while (i < count && record.tensorArg(i).name != name)
    ++i;
  return i < count ? int(i) : -1;
}

/// Marks what a record's entries name. One of the form `x if y` names x where y's gradient is
/// needed.
static void markNamed(Operation *op, const ag::Record &record, const BitVector &needs,
                      ArrayRef<StringLiteral> entries, BitVector &operands, BitVector &results) {
  for (StringRef entry : entries) {
    auto [name, asked] = entry.split(" if ");
    if (int i = positionOf(op, record, asked); !asked.empty() && (i < 0 || !needs[i]))
      continue;
    if (name.starts_with("result"))
      results.set(name == "result" ? 0 : name.back() - '0');
    else if (int i = positionOf(op, record, name); i >= 0)
      operands.set(i);
  }
}

/// Notes what cotangents read of the operands and results that a rule's block begins with.
static void noteReads(Block &block, ArrayRef<Value> found, SavedValues &saved) {
  BitVector read = argumentsRead(block, found, /*smooth=*/false);
  BitVector smooth = argumentsRead(block, found, /*smooth=*/true);
  unsigned results = saved.operands.size(), cotangents = results + saved.results.size();
  for (unsigned i = 0; i < results; ++i) {
    saved.operands[i] = read[i];
    saved.smoothOperands[i] = smooth[i];
  }
  for (unsigned i = results; i < cotangents; ++i) {
    saved.results[i - results] = read[i];
    saved.smoothResults[i - results] = smooth[i];
  }
  saved.smoothCotangents = smooth.find_first_in(cotangents, smooth.size()) >= 0;
}

/// What a record says of the node of the op that makes an operand's cotangent; empty for nothing,
/// and where what was broadcast is summed after it.
static StringRef ownNodeOf(Operation *op, const ag::Record &record, unsigned operand) {
  if (isa<ag::MapOp>(op) && ag::tensorType(op->getOperand(operand)).getShape() !=
                                ag::tensorType(op->getResult(0)).getShape())
    return "";
  for (StringRef entry : record.gradNodes) {
    auto [name, node] = entry.split(": ");
    if (node.empty())
      return name;
    if (operand < record.numTensors() && record.tensorArg(operand).name == name)
      return node;
  }
  return "";
}

SavedValues savedBy(Operation *op, const BitVector &needs) {
  BitVector noOperands(op->getNumOperands()), noResults(op->getNumResults());
  SavedValues saved{noOperands, noResults, noOperands, noResults};
  VjpNode node(op);
  if (needs.none() || !node.record)
    return saved;
  // The rule is built aside, on arguments, and what it reads is looked up.
  auto form = std::make_shared<VjpForm>();
  Block &scratch = form->block;
  OpBuilder b(op->getContext());
  b.setInsertionPointToEnd(&scratch);
  auto stand = [&](SmallVectorImpl<Value> &values) {
    for (Value &value : values)
      value = scratch.addArgument(value.getType(), op->getLoc());
  };
  SmallVector<Value> cotangents(node.results);
  stand(node.operands);
  stand(node.results);
  stand(cotangents);
  ScopedDiagnosticHandler quiet(op->getContext(), [](Diagnostic &) { return success(); });
  FailureOr<SmallVector<Value>> found = vjp(b, op->getLoc(), node, cotangents, needs);
  form->numOperands = op->getNumOperands();
  form->numResults = op->getNumResults();
  form->flat.resize(scratch.getNumArguments());
  form->unread.resize(scratch.getNumArguments());
  for (unsigned i = 0; i < op->getNumOperands(); ++i) {
    form->misshapen.push_back(needs[i] ? whyMisshapen(op, i) : "");
    form->nodes.push_back(ownNodeOf(op, *node.record, i));
  }
  if (succeeded(found)) {
    form->cotangents = *found;
    saved.isDefined = node.record->gradKind == ag::GradKind::Zero ||
                      llvm::any_of(*found, [](Value cotangent) { return bool(cotangent); });
    noteReads(scratch, *found, saved);
  }
  auto mark = [&](ArrayRef<StringLiteral> entries, BitVector &operands, BitVector &results) {
    markNamed(op, *node.record, needs, entries, operands, results);
  };
  BitVector readOperands = saved.operands, readResults = saved.results;
  mark(node.record->saves, saved.operands, saved.results);
  for (unsigned i : saved.operands.set_bits())
    form->unread[i] = !readOperands[i];
  for (unsigned i : saved.results.set_bits())
    form->unread[form->numOperands + i] = !readResults[i];
  mark(node.record->flat, saved.smoothOperands, saved.smoothResults);
  BitVector flatOperands = noOperands, flatResults = noResults;
  mark(node.record->flat, flatOperands, flatResults);
  for (unsigned i : flatOperands.set_bits())
    form->flat.set(i);
  for (unsigned i : flatResults.set_bits())
    form->flat.set(form->numOperands + i);
  if (succeeded(found))
    saved.vjp = std::move(form);
  return saved;
}

// ---------------------------------------------------------------- what a derived backward keeps

/// The ops that values are computed by.
static SmallPtrSet<Operation *, 16> opsOf(ArrayRef<Value> values) {
  SmallPtrSet<Operation *, 16> ops;
  SmallVector<Value> work(values);
  while (!work.empty())
    if (Operation *op = work.pop_back_val().getDefiningOp())
      if (!isa<tensor::DimOp>(op) && ops.insert(op).second)
        llvm::append_range(work, op->getOperands());
  return ops;
}

/// The value whose memory another one is a view of, in PyTorch.
static Value looksAt(Value value) {
  while (isa_and_nonnull<ag::ExpandOp, ag::ReshapeOp, ag::PermuteOp, ag::SliceOp>(
      value.getDefiningOp()))
    value = value.getDefiningOp()->getOperand(0);
  return value;
}

static DerivedValues deriveOnce(const VjpForm &form, const BitVector &wanted,
                                const BitVector &carries) {
  SmallVector<Value> cotangents;
  for (unsigned i : wanted.set_bits())
    if (form.cotangents[i])
      cotangents.push_back(form.cotangents[i]);
  DerivedValues derived{argumentsRead(form.block, cotangents, /*smooth=*/true), form.flat,
                        argumentsRead(form.block, cotangents, /*smooth=*/false)};
  derived.connected |= form.flat;
  derived.saved.reset();
  llvm::DenseSet<Value> carrying;
  for (unsigned i : carries.set_bits())
    carrying.insert(form.block.getArgument(i));
  // What the derivative is flat by, PyTorch's kernel keeps for the cotangent's sake.
  if (carries.find_first_in(form.placeOfCotangent(0), carries.size()) >= 0) {
    derived.saved = derived.read;
    derived.saved &= form.flat;
  }
  derived.read |= form.unread;
  SmallPtrSet<Operation *, 16> used = opsOf(cotangents);
  bool isFlat = carries.anyCommon(form.flat);
  for (Operation &op : form.block) {
    const ag::Record *record = ag::recordOf(&op);
    if (isFlat && used.contains(&op) && record && record->gradKind == ag::GradKind::NotImplemented)
      derived.notImplemented = wordsOfNoDerivative(&op);
    BitVector needs(op.getNumOperands());
    for (unsigned i = 0; i < needs.size(); ++i)
      if (connectsGradient(&op, i) && carrying.contains(op.getOperand(i)))
        needs.set(i);
    if (needs.none() || !used.contains(&op))
      continue;
    carrying.insert(op.result_begin(), op.result_end());
    if (!whyNotDifferentiable(&op, needs).empty())
      derived.notImplemented = wordsOfNoDerivative(&op);
    SavedValues saved = savedBy(&op, needs);
    derived.savesOthers |= saved.results.any();
    for (unsigned i : saved.operands.set_bits()) {
      Value value = looksAt(op.getOperand(i));
      while (auto cast = value.getDefiningOp<ag::CastOp>()) // PyTorch's kernels compute wider
        value = looksAt(cast.getSelf());
      if (auto argument = dyn_cast<BlockArgument>(value))
        derived.saved.set(argument.getArgNumber());
      else
        derived.savesOthers = true;
    }
  }
  return derived;
}

const DerivedValues &derivedOf(const VjpForm &form, const BitVector &wanted,
                               const BitVector &carries) {
  auto [it, isNew] = form.known.try_emplace(std::pair(wanted, carries));
  if (isNew)
    it->second = deriveOnce(form, wanted, carries);
  return it->second;
}

std::optional<unsigned> passedOn(const VjpForm &form, unsigned operand) {
  Value value = form.cotangents[operand];
  auto argument = value ? dyn_cast<BlockArgument>(looksAt(value)) : BlockArgument();
  unsigned first = form.placeOfCotangent(0);
  if (!argument || argument.getArgNumber() < first)
    return std::nullopt;
  return argument.getArgNumber() - first;
}

/// PyTorch's name for a product by subscripts.
static StringRef nodeOfProduct(ag::ContractOp op) {
  int64_t rank = ag::tensorType(op.getResult()).getRank();
  if (ag::tensorType(op.getSelf()).getRank() > 2)
    return "BmmBackward0";
  if (ag::tensorType(op.getSelf()).getRank() == 1 && rank == 2)
    return "MulBackward0"; // of a column and a row
  return rank == 1 ? "MvBackward0" : "MmBackward0";
}

bool isNumber(Value value) {
  while (isa_and_nonnull<ag::ExpandOp, ag::CastOp>(value.getDefiningOp()))
    value = value.getDefiningOp()->getOperand(0);
  return isa_and_nonnull<ag::ConstantOp>(value.getDefiningOp());
}

std::string nodeOfCotangent(const VjpForm &form, unsigned operand) {
  Value made = form.cotangents[operand];
  Operation *op = made ? made.getDefiningOp() : nullptr;
  if (!op)
    return "";
  if (!form.nodes[operand].empty())
    return form.nodes[operand].str();
  auto rankOf = [&](unsigned i) { return ag::tensorType(form.block.getArgument(i)).getRank(); };
  int64_t rank = rankOf(operand);
  if (rank < rankOf(form.numOperands)) // what was summed is seen without its dims, unless all were
    return rank ? "ViewBackward0" : "SumBackward0";
  if (isa<ag::ReshapeOp>(op) && isa_and_nonnull<ag::ReduceOp>(op->getOperand(0).getDefiningOp()))
    return "SumBackward1";
  if (auto product = dyn_cast<ag::ContractOp>(op))
    return nodeOfProduct(product).str();
  std::string name = ag::recordOf(op) ? ag::nodeOf(op).str() : "";
  bool isOverload = isa<ag::MapOp>(op) && op->getNumOperands() == 2 && name.back() == '0' &&
                    (isNumber(op->getOperand(0)) || isNumber(op->getOperand(1)));
  return isOverload ? name.substr(0, name.size() - 1) + "1" : name;
}

/// The same of the cotangent that a value of a rule gets when the rule is derived in turn.
static std::string nodeOfDerivative(Value value) {
  OpOperand *use = nullptr;
  for (OpOperand &other : value.getUses()) {
    if (!connectsGradient(other.getOwner(), other.getOperandNumber()))
      continue;
    if (use)
      return "AddBackward0"; // of what comes from each
    use = &other;
  }
  if (!use)
    return "";
  Operation *op = use->getOwner();
  BitVector needs(op->getNumOperands());
  needs.set(use->getOperandNumber());
  std::shared_ptr<const VjpForm> form = savedBy(op, needs).vjp;
  if (!form || !form->cotangents[use->getOperandNumber()])
    return "";
  std::string name = nodeOfCotangent(*form, use->getOperandNumber());
  return name.empty() && op->getNumResults() == 1 ? nodeOfDerivative(op->getResult(0)) : name;
}

const std::string &nodeOfDerivative(const VjpForm &form, unsigned argument) {
  auto [it, isNew] = form.nodesOfDerivatives.try_emplace(argument);
  if (isNew)
    it->second = nodeOfDerivative(form.block.getArgument(argument));
  return it->second;
}

const SavedValues &SavedByForm::of(Operation *op, const BitVector &needs) {
  std::vector<const void *> key = {op->getName().getAsOpaquePointer(),
                                   op->getAttrDictionary().getAsOpaquePointer()};
  for (auto [i, operand] : llvm::enumerate(op->getOperands())) {
    key.push_back(operand.getType().getAsOpaquePointer());
    key.push_back(needs[i] ? key.back() : nullptr);
  }
  for (Type type : op->getResultTypes())
    key.push_back(type.getAsOpaquePointer());
  auto [it, isNew] = known.try_emplace(std::move(key));
  if (isNew)
    it->second = savedBy(op, needs);
  return it->second;
}

} // namespace agc
