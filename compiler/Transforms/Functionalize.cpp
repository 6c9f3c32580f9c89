// After this pass a function has values only: no `agt` op is left in it.
#include "compiler/Transforms/Functionalizer.h"
#include "compiler/Transforms/Passes.h"

namespace agc {
#define GEN_PASS_DEF_FUNCTIONALIZE
#include "compiler/Transforms/Passes.h.inc"
} // namespace agc

using namespace mlir;
using namespace agc;

namespace {

/// Rewrites one function, event by event.
class Rewrite {
public:
  explicit Rewrite(func::FuncOp function) : function(function), b(function) {}

  LogicalResult run();

private:
  LogicalResult addStates();
  void eraseObjects();

  func::FuncOp function;
  OpBuilder b;
  AutogradState state;
  Functionalizer functionalizer{state, b};
};

/// Every state that may have been written is a result.
LogicalResult Rewrite::addStates() {
  Operation *terminator = function.front().getTerminator();
  b.setInsertionPoint(terminator);
  for (const auto &[name, object] : functionalizer.getReplay().usedStates()) {
    if (!functionalizer.getValues().wasChanged(object))
      continue;
    for (const auto &[otherName, other] : functionalizer.getReplay().usedStates())
      if (other != object && other->storage == object->storage)
        return function.emitError()
               << "states '" << name.getValue() << "' and '" << otherName.getValue()
               << "' share their elements at the end of the function";
    unsigned index = function.getNumResults();
    DictionaryAttr attrs = b.getDictionaryAttr(b.getNamedAttr("agc.state", name));
    if (failed(function.insertResult(index, object->type, attrs)))
      return failure();
    terminator->insertOperands(index,
                               functionalizer.getValues().numbers(terminator->getLoc(), object));
  }
  return success();
}

/// Erases the `agt` ops, and the values that nothing came to need.
void Rewrite::eraseObjects() {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(function.front())))
    if (isa<agt::AgtDialect>(op.getDialect()) || isOpTriviallyDead(&op))
      op.erase();
}

LogicalResult Rewrite::run() {
  if (failed(verifyObjectsAreLocal(function)))
    return failure();
  for (Operation &op : llvm::make_early_inc_range(function.front()))
    if (isa<agt::AgtDialect>(op.getDialect()) && failed(functionalizer.visit(&op)))
      return failure();
  if (failed(addStates()))
    return failure();
  for (auto [read, value] : functionalizer.getReads())
    read.replaceAllUsesWith(value);
  eraseObjects();
  return success();
}

struct Functionalize : agc::impl::FunctionalizeBase<Functionalize> {
  void runOnOperation() override {
    if (getOperation().isExternal())
      return;
    if (failed(Rewrite(getOperation()).run()))
      signalPassFailure();
  }
};

} // namespace
