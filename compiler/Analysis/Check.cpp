// Reports every error of autograd in a function, answers its questions, and annotates on request.
#include "compiler/Analysis/Advice.h"
#include "compiler/Analysis/Passes.h"
#include "compiler/Analysis/Replay.h"

namespace agc {
#define GEN_PASS_DEF_CHECK
#include "compiler/Analysis/Passes.h.inc"
} // namespace agc

using namespace mlir;
using namespace agc;

namespace {

/// Says where a backward reads something else than what its op saw, as PyTorch's does too.
void warnOfStale(Location loc, const BackwardResult &backward) {
  for (const auto &[node, saved] : backward.stale) {
    AutogradWarning warning = warningOfStale(loc, node);
    InFlightDiagnostic diagnostic = emitWarning(warning.loc) << warning.text;
    for (const Note &note : warning.notes)
      diagnostic.attachNote(note.loc) << note.text;
  }
}

/// The op's effect on an object as an attribute.
class Annotator {
public:
  explicit Annotator(Builder &b, AutogradState &state) : b(b), state(state) {}

  DictionaryAttr describe(Object *object) {
    NamedAttrList facts;
    facts.set("object", b.getI64IntegerAttr(numberOf(object)));
    facts.set("leaf", b.getBoolAttr(!object->gradFn));
    facts.set("requires_grad", b.getBoolAttr(state.requiresGrad(object)));
    facts.set("version", b.getI64IntegerAttr(state.version(object)));
    facts.set("strides", b.getDenseI64ArrayAttr(object->layout.strides));
    if (object->gradFn)
      facts.set("grad_fn", b.getStringAttr(object->gradFn->name));
    if (object->base)
      facts.set("base", b.getI64IntegerAttr(numberOf(object->base)));
    if (object->retainsGrad)
      facts.set("retains_grad", b.getBoolAttr(true));
    return facts.getDictionary(b.getContext());
  }

private:
  /// Objects are numbered as they are first described.
  int64_t numberOf(Object *object) {
    return numbers.try_emplace(object, numbers.size()).first->second;
  }

  Builder &b;
  AutogradState &state;
  llvm::DenseMap<Object *, int64_t> numbers;
};

struct Check : agc::impl::CheckBase<Check> {
  using CheckBase::CheckBase;

  void runOnOperation() override {
    bool refused = false;
    for (auto function : getOperation().getOps<func::FuncOp>())
      refused |= failed(check(function));
    if (refused)
      signalPassFailure();
  }

  LogicalResult check(func::FuncOp function) {
    if (function.isExternal())
      return success();
    if (failed(verifyObjectsAreLocal(function)))
      return failure();
    AutogradState state;
    bool refused = false;
    state.setSink([&](const AutogradError &error) {
      emit(error);
      refused = true;
    });
    answers.clear();
    if (failed(play(function, state)) || refused)
      return failure();
    for (auto [query, answer] : answers) {
      OpBuilder b(query);
      Value constant = arith::ConstantOp::create(
          b, query.getLoc(), b.getIntegerAttr(query.getResult().getType(), answer));
      query.replaceAllUsesWith(constant);
      query.erase();
    }
    return success();
  }

  /// Plays all ops. Fails on what leaves no object to go on with.
  LogicalResult play(func::FuncOp function, AutogradState &state) {
    Replay replay(state);
    Builder b(&getContext());
    Annotator annotator(b, state);
    for (Operation &op : function.front()) {
      if (llvm::Error error = replay.play(&op)) {
        llvm::handleAllErrors(std::move(error), [&](const AutogradError &error) { emit(error); });
        return failure();
      }
      if (auto query = dyn_cast<agt::QueryOp>(op))
        answers.emplace_back(query, replay.answer());
      if (isa<agt::BackwardOp, agt::GradOp>(op))
        warnOfStale(op.getLoc(), replay.lastBackward());
      if (annotate)
        write(&op, replay, annotator, b);
    }
    return success();
  }

  /// Describes an op's results, or what it changes, on the op.
  void write(Operation *op, Replay &replay, Annotator &annotator, Builder &b) {
    if (!isa<agt::AgtDialect>(op->getDialect()))
      return;
    ValueRange described = op->getResults();
    if (described.empty() && !isa<agt::GradModeOp>(op))
      described = op->getOperands().take_front();
    SmallVector<Attribute> facts;
    for (Value ref : described)
      if (isa<agt::RefType>(ref.getType()))
        if (Object *object = replay.objectOf(ref))
          facts.push_back(annotator.describe(object));
    if (!facts.empty())
      op->setAttr("agt.autograd", facts.size() == 1 ? facts[0] : b.getArrayAttr(facts));
  }

  SmallVector<std::pair<agt::QueryOp, int64_t>> answers;
};

} // namespace
