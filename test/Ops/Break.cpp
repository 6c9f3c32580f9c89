// Breaks gradients and lowerings in the table of records, to see that the tests notice.
#include "dialect/AgDialect.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"
#include "test/Ops/Checks.h"
#include <deque>

using namespace mlir;
using namespace agc::ag;

namespace agc::test {

/// The expression times a number: `(text) * factor`. Lives for the program.
static Expr times(const Expr &expr, double factor) {
  static std::deque<std::vector<ExprNode>> nodes;
  static std::deque<std::array<int, 2>> args;
  int last = expr.nodes.size() - 1;
  const Record *mul = lookupRecord("mul");
  std::vector<ExprNode> &all = nodes.emplace_back(expr.nodes.begin(), expr.nodes.end());
  args.push_back({last, last + 1});
  all.push_back({ExprNode::Number, 0, factor, "", {}});
  all.push_back({ExprNode::Call, int(mul - allRecords().begin()), 0.0, "", args.back()});
  return {expr.text, all};
}

static Break tableBreak(const Record &record, size_t arg, GradKind kind, ArrayRef<WrtSpec> wrong) {
  Record &target = breakableRecord(record.name);
  GradKind before = record.gradKind;
  ArrayRef<WrtSpec> wrt = record.wrt;
  auto set = [&target](GradKind kind, ArrayRef<WrtSpec> wrt) {
    target.gradKind = kind;
    target.wrt = wrt;
  };
  return {("'" + record.args[arg].name + "'").str(), [=] { set(kind, wrong); },
          [=] { set(before, wrt); }};
}

/// Each operand in turn gets the result's cotangent, the others none of it.
static std::vector<Break> breaksOfZero(const Record &record) {
  static constexpr ExprNode cotangent[] = {{ExprNode::Grad, 0, 0.0, "", {}}};
  static std::deque<std::vector<WrtSpec>> tables;
  const Expr grad = {"grad", cotangent};
  std::vector<Break> breaks;
  for (size_t i = 0; i < record.args.size(); ++i) {
    if (!record.args[i].isTensor())
      continue;
    std::vector<WrtSpec> &broken = tables.emplace_back();
    for (size_t k = 0; k < record.args.size(); ++k)
      if (record.args[k].isTensor())
        broken.push_back({int(k), k == i ? grad : times(grad, 0)});
    breaks.push_back(tableBreak(record, i, GradKind::Rules, broken));
  }
  return breaks;
}

std::vector<Break> breaksOf(const Record &record) {
  if (record.gradKind == GradKind::Zero)
    return breaksOfZero(record);
  std::vector<Break> breaks;
  if (record.gradKind != GradKind::Rules) {
    Record &target = breakableRecord(record.name);
    GradKind before = record.gradKind;
    breaks.push_back({"every operand", [&target] { target.gradKind = GradKind::Zero; },
                      [&target, before] { target.gradKind = before; }});
    return breaks;
  }
  ArrayRef<WrtSpec> before = record.wrt;
  for (size_t i = 0; i < before.size(); ++i) {
    if (!before[i].expr || before[i].expr.text == "zeros_like(grad)") // as above
      continue;
    static std::deque<std::vector<WrtSpec>> tables;
    std::vector<WrtSpec> &broken = tables.emplace_back(before.begin(), before.end());
    broken[i].expr = times(before[i].expr, 2);
    breaks.push_back(tableBreak(record, before[i].arg, GradKind::Rules, broken));
  }
  return breaks;
}

/// The expression, but wrong: bools are inverted, by an op that any element type has; numbers get
/// one more, or less. The record for that must not be the one that is broken, nor call it.
static Expr offByOne(const Expr &expr, const Record &broken, bool isBool) {
  static std::deque<std::vector<ExprNode>> nodes;
  static std::deque<std::array<int, 2>> args;
  int last = expr.nodes.size() - 1;
  const Record *wrong = lookupRecord("add");
  if (wrong == &broken)
    wrong = lookupRecord("sub");
  std::vector<ExprNode> &all = nodes.emplace_back(expr.nodes.begin(), expr.nodes.end());
  args.push_back({last, last + 1});
  all.push_back({ExprNode::Number, 0, 1.0, "", {}});
  if (isBool)
    all.push_back({ExprNode::MLIROp, 0, 0.0, "arith.xori", args.back()});
  else
    all.push_back({ExprNode::Call, int(wrong - allRecords().begin()), 0.0, "", args.back()});
  return {expr.text, all};
}

static constexpr llvm::StringLiteral kindNames[] = {"float",    "complex", "int",
                                                    "unsigned", "bool",    "any"};

/// Puts an op behind those of a record that makes one of their results wrong, where that has
/// elements of a kind. Whether there are such.
static bool spoilResult(ModuleOp module, const Record &record, unsigned result, ElementKind kind) {
  SmallVector<Operation *> ops;
  module.walk([&](Operation *op) {
    if (recordOf(op) != &record)
      return;
    ElementKind held = kindOf(tensorType(op->getResult(result)).getElementType());
    if ((held == ElementKind::Unsigned ? ElementKind::Int : held) == kind)
      ops.push_back(op);
  });
  for (Operation *op : ops) {
    OpBuilder b(op->getContext());
    b.setInsertionPointAfter(op);
    Value right = op->getResult(result);
    Location loc = op->getLoc();
    Type elementType = tensorType(right).getElementType();
    Value wrong = kind == ElementKind::Bool
                      ? map(b, loc, "logical_not", {right})
                      : map(b, loc, "add", {right, scalar(b, loc, elementType, 1)});
    right.replaceAllUsesExcept(wrong, wrong.getDefiningOp());
  }
  return !ops.empty();
}

/// The kinds of elements that a result has.
static SmallVector<ElementKind> kindsOf(const Record &record, ElementRule rule) {
  switch (rule) {
  case ElementRule::Bool:
    return {ElementKind::Bool};
  case ElementRule::Index:
    return {ElementKind::Int};
  case ElementRule::Real:
    return {ElementKind::Float};
  case ElementRule::Complex:
    return {ElementKind::Complex};
  case ElementRule::T:
  case ElementRule::Any:
    return SmallVector<ElementKind>(record.dtypes);
  }
  llvm_unreachable("all element rules are covered");
}

/// Of what has no expression to break: each result, for each kind of element.
static std::vector<Break> resultBreaksOf(const Record &record) {
  std::vector<Break> breaks;
  for (auto [i, rule] : llvm::enumerate(record.results))
    for (ElementKind kind : kindsOf(record, rule)) {
      Break &change = breaks.emplace_back();
      change.what = ("result " + Twine(i) + " of " + kindNames[int(kind)] + " elements").str();
      change.change = [&record, i = unsigned(i), kind](ModuleOp module) {
        return spoilResult(module, record, i, kind);
      };
    }
  return breaks;
}

std::vector<Break> loweringBreaksOf(const Record &record) {
  static std::deque<std::vector<LoweringSpec>> tables;
  if (record.lower.empty())
    return resultBreaksOf(record);
  std::vector<Break> breaks;
  Record &target = breakableRecord(record.name);
  ArrayRef<LoweringSpec> before = record.lower;
  bool isBool = record.results[0] == ElementRule::Bool;
  for (size_t i = 0; i < before.size(); ++i) {
    std::vector<LoweringSpec> &broken = tables.emplace_back(before.begin(), before.end());
    broken[i].expr =
        offByOne(before[i].expr, record, isBool || before[i].kind == ElementKind::Bool);
    Break &change = breaks.emplace_back();
    change.what = ("code for " + kindNames[int(before[i].kind)]).str();
    change.apply = [&target, &broken] { target.lower = broken; };
    change.undo = [&target, before] { target.lower = before; };
    change.concerns = [&target, &broken, i](Sample &sample) {
      return target.lowering(kindOf(sample.dtype)) == &broken[i].expr;
    };
  }
  return breaks;
}

} // namespace agc::test
