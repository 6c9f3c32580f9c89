// A derivative does not need every value of the forward: what would fail there must fail all the
// same.
#include "compiler/Autodiff/KeepChecks.h"
#include "dialect/AgDialect.h"
#include "dialect/Shape.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace agc {

/// Whether calls of a record, or of one in its body, may fail by elements of a kind.
static bool fails(const ag::Record &record, ag::ElementKind kind) {
  return record.failure(kind) ||
         llvm::any_of(record.body.expr.nodes, [&](const ag::ExprNode &node) {
           return node.kind == ag::ExprNode::Call && fails(ag::allRecords()[node.index], kind);
         });
}

bool failsByKind(const ag::Record &record, Operation *op) {
  return fails(record, ag::kindOf(ag::tensorType(op->getResult(0)).getElementType()));
}

bool canFail(const ag::Record &record, Operation *op) {
  return failsByKind(record, op) || llvm::any_of(record.args, [](const ag::ArgSpec &arg) {
           return arg.element == ag::ElementRule::Index;
         });
}

/// Whether an op, or one inside it, may fail: by its elements, or by extents that must agree.
static bool mayFail(Operation *op) {
  auto isUnknown = [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && !tensor.hasStaticShape();
  };
  return op
      ->walk([&](Operation *inner) {
        const ag::Record *record = ag::recordOf(inner);
        bool fails = (record && canFail(*record, inner)) ||
                     llvm::any_of(inner->getOperandTypes(), isUnknown);
        return fails ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

static bool mayFailBehind(Value value) {
  llvm::SetVector<Value> behind;
  behind.insert(value);
  for (size_t i = 0; i < behind.size(); ++i) {
    Operation *op = behind[i].getDefiningOp();
    if (!op)
      continue;
    if (mayFail(op))
      return true;
    behind.insert(op->operand_begin(), op->operand_end());
    getUsedValuesDefinedAbove(op->getRegions(), behind);
  }
  return false;
}

void keepChecks(OpBuilder &b, Location loc, ValueRange values) {
  SmallVector<Value> kept(llvm::make_filter_range(values, mayFailBehind));
  if (!kept.empty())
    ag::CheckOp::create(b, loc, kept);
}

} // namespace agc
