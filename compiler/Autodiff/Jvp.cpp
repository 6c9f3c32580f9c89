// Emits an op's Jacobian-vector product: from its partials, or by transposing its vjp.
#include "compiler/Autodiff/Sweep.h"
#include "compiler/Autodiff/Vjp.h"
#include "dialect/AgDialect.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"

using namespace mlir;

namespace agc {

/// A pointwise op's Jacobian is diagonal, so that a rule applied to a tangent is its jvp. That is
/// so of real elements; of complex ones only where the function is holomorphic.
static bool hasDiagonalRules(const VjpNode &node) {
  auto isComplex = [](Type type) { return isa<ComplexType>(getElementTypeOrSelf(type)); };
  return node.record->family == ag::Family::Pointwise &&
         node.record->gradKind == ag::GradKind::Rules &&
         llvm::none_of(node.op->getOperandTypes(), isComplex) &&
         llvm::none_of(node.op->getResultTypes(), isComplex);
}

static FailureOr<SmallVector<Value>> jvpDiagonal(OpBuilder &b, Location loc, const VjpNode &node,
                                                 ArrayRef<Value> tangents) {
  Value total;
  for (auto [i, tangent] : llvm::enumerate(tangents)) {
    if (!tangent)
      continue;
    // As if the operand were the result's shape: what the vjp sums over is not summed here.
    ag::RuleScope scope = ag::scopeOf(node.op, *node.record);
    scope.operands.assign(node.operands.begin(), node.operands.end());
    scope.results = node.results;
    scope.grads = {tangent};
    for (const ag::WrtSpec &wrt : node.record->wrt) {
      if (operandOf(*node.record, wrt.arg) != i)
        continue;
      bool partial = llvm::none_of(
          wrt.expr.nodes, [](const ag::ExprNode &n) { return n.kind == ag::ExprNode::Grad; });
      Value term = ag::buildExpr(b, loc, wrt.expr, scope);
      if (partial)
        term = ag::map(b, loc, "mul", {tangent, term});
      total = accumulate(b, loc, total, term);
    }
  }
  return SmallVector<Value>{total ? fitTo(b, loc, total, node.results[0]) : Value()};
}

/// The vjp is linear in the results' cotangents, and its transpose is the jvp: it is emitted for
/// cotangents of no particular value and differentiated with respect to them.
static FailureOr<SmallVector<Value>> jvpTransposed(OpBuilder &b, Location loc, const VjpNode &node,
                                                   ArrayRef<Value> tangents) {
  SmallVector<Value> cotangents;
  for (Value result : node.results)
    cotangents.push_back(ag::fullLike(b, loc, result, 0));
  BitVector needs(tangents.size());
  for (auto [i, tangent] : llvm::enumerate(tangents))
    needs[i] = bool(tangent);
  EmittedOps emitted(b);
  FailureOr<SmallVector<Value>> linear = vjp(b, loc, node, cotangents, needs);
  if (failed(linear))
    return failure();
  SmallVector<Operation *> ops = emitted.take();
  SmallVector<Value> outputs, seeds;
  for (auto [output, tangent] : llvm::zip_equal(*linear, tangents))
    if (output && tangent) {
      outputs.push_back(output);
      seeds.push_back(tangent);
    }
  return reverseSweep(b, loc, ops, outputs, seeds, cotangents);
}

/// Builds a composite's body and pushes the tangents through it.
static FailureOr<SmallVector<Value>> jvpFromBody(OpBuilder &b, Location loc, const VjpNode &node,
                                                 ArrayRef<Value> tangents) {
  ag::RuleScope scope = ag::scopeOf(node.op, *node.record);
  scope.operands = node.operands;
  scope.operands.resize(node.record->numTensors());
  EmittedOps emitted(b);
  SmallVector<Value> outputs = ag::buildBody(b, loc, scope), wrt, given;
  SmallVector<Operation *> ops = emitted.take();
  for (auto [operand, tangent] : llvm::zip_equal(node.operands, tangents))
    if (tangent && !llvm::is_contained(wrt, operand)) {
      wrt.push_back(operand);
      given.push_back(tangent);
    }
  return forwardSweep(b, loc, ops, outputs, wrt, given);
}

FailureOr<SmallVector<Value>> jvp(OpBuilder &b, Location loc, const VjpNode &node,
                                  ArrayRef<Value> tangents) {
  SmallVector<Value> active(tangents);
  for (unsigned i = 0; i < active.size(); ++i)
    if (!passesGradient(node.op, i))
      active[i] = Value();
  BitVector needs(active.size());
  for (unsigned i = 0; i < active.size(); ++i)
    needs[i] = bool(active[i]);
  if (needs.none())
    return SmallVector<Value>(node.results.size());
  if (isa<ag::StraightThroughOp>(node.op))
    return SmallVector<Value>{active[0]};
  std::string reason = whyNotDifferentiable(node.op, needs);
  if (!reason.empty())
    return node.op->emitError() << "cannot differentiate '" << nameOf(node.op) << "': " << reason;
  VjpNode wide = node.inOpmath(b, loc);
  for (Value &tangent : active)
    tangent = ag::toOpmath(b, loc, *node.record, tangent);
  FailureOr<SmallVector<Value>> found = hasDiagonalRules(node) ? jvpDiagonal(b, loc, wide, active)
                                        : node.record->gradKind == ag::GradKind::FromBody
                                            ? jvpFromBody(b, loc, wide, active)
                                            : jvpTransposed(b, loc, wide, active);
  if (failed(found))
    return failure();
  for (auto [tangent, result] : llvm::zip_equal(*found, node.results))
    if (tangent)
      tangent = ag::castTo(b, loc, tangent, getElementTypeOrSelf(result));
  return found;
}

} // namespace agc
