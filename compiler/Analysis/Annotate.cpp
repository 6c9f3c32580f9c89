// The pass agt-annotate: what autograd knows of an object stands on the op that makes or changes
// it.
#include "compiler/Analysis/Passes.h"
#include "compiler/Analysis/Replay.h"

namespace agc {
#define GEN_PASS_DEF_ANNOTATE
#include "compiler/Analysis/Passes.h.inc"
} // namespace agc

using namespace mlir;
using namespace agc;

namespace {

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

struct Annotate : agc::impl::AnnotateBase<Annotate> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal() && failed(annotate(function)))
        return signalPassFailure();
  }

private:
  LogicalResult annotate(func::FuncOp function) {
    if (failed(verifyObjectsAreLocal(function)))
      return failure();
    AutogradState state;
    Replay replay(state);
    Builder b(&getContext());
    Annotator annotator(b, state);
    for (Operation &op : function.front()) {
      if (llvm::Error error = replay.play(&op)) {
        emit(std::move(error));
        return failure();
      }
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
};

} // namespace
