// Calls whose operands' shapes may not fit: each is built, or refused with a reason.
#include "dialect/RuleBuilder.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"
#include "test/Ops/Checks.h"

using namespace mlir;

namespace agc::test {
namespace {

/// Shapes near `type`'s, each of which may fit or not.
std::vector<Type> shapesNear(RankedTensorType type) {
  std::vector<Type> types;
  auto add = [&](ArrayRef<int64_t> shape) { types.push_back(type.clone(shape)); };
  SmallVector<int64_t> shape(type.getShape());
  for (int64_t &extent : shape)
    for (int64_t other : {extent + 1, int64_t(0), ShapedType::kDynamic}) {
      int64_t before = std::exchange(extent, other);
      add(shape);
      extent = before;
    }
  if (!shape.empty())
    add(ArrayRef(shape).drop_front());
  shape.push_back(2);
  add(shape);
  add({});
  return types;
}

} // namespace

size_t buildMisfits(Sample &sample, std::vector<std::string> &failures) {
  Operation *call = nullptr;
  sample.module->lookupSymbol<func::FuncOp>("main").walk([&](Operation *op) {
    if (agc::ag::recordOf(op) == sample.record)
      call = op;
  });
  if (!call)
    return 0;
  size_t built = 0;
  OpBuilder b(call->getContext());
  for (unsigned i = 0; i < call->getNumOperands(); ++i)
    for (Type type : shapesNear(cast<RankedTensorType>(call->getOperand(i).getType()))) {
      Block block;
      SmallVector<Value> operands;
      for (Type given : call->getOperandTypes())
        operands.push_back(block.addArgument(operands.size() == i ? type : given, call->getLoc()));
      b.setInsertionPointToEnd(&block);
      bool said = false;
      ScopedDiagnosticHandler handler(b.getContext(), [&](Diagnostic &) {
        said = true;
        return success();
      });
      auto results = agc::ag::buildRecord(b, call->getLoc(), *sample.record, operands,
                                          agc::ag::paramsOf(call));
      bool fits = succeeded(results) && succeeded(verify(&block.back()));
      ++built;
      if (fits == said)
        failures.push_back(sample.key + " with operand " + std::to_string(i) +
                           " of another shape " +
                           (said ? "is built with an error" : "is refused without a reason"));
      block.dropAllReferences();
    }
  return built;
}

} // namespace agc::test
