// Breaks gradients and lowerings in the table of records, to see that the tests notice.
#include "test/Ops/Checks.h"
#include <deque>

using namespace mlir;
using namespace agc::ag;

namespace agc::test {

/// The expression with every value doubled: `(text) * 2`. Lives for the program.
static Expr doubled(const Expr &expr) {
  static std::deque<std::vector<ExprNode>> nodes;
  static std::deque<std::array<int, 2>> args;
  int last = expr.nodes.size() - 1;
  const Record *mul = lookupRecord("mul");
  std::vector<ExprNode> &all = nodes.emplace_back(expr.nodes.begin(), expr.nodes.end());
  args.push_back({last, last + 1});
  all.push_back({ExprNode::Number, 0, 2.0, "", {}});
  all.push_back({ExprNode::Call, int(mul - allRecords().begin()), 0.0, "", args.back()});
  return {expr.text, all};
}

std::vector<Break> breaksOf(const Record &record) {
  std::vector<Break> breaks;
  Record &target = breakableRecord(record.name);
  if (record.gradKind != GradKind::Rules) {
    GradKind before = record.gradKind;
    if (before == GradKind::Zero)
      return {}; // nothing to double: a sample's zero gradient is compared with PyTorch's
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
    broken[i].expr = doubled(before[i].expr);
    breaks.push_back({("'" + record.args[before[i].arg].name + "'").str(),
                      [&target, &broken] { target.wrt = broken; },
                      [&target, before] { target.wrt = before; }});
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

std::vector<Break> loweringBreaksOf(const Record &record) {
  static std::deque<std::vector<LoweringSpec>> tables;
  static constexpr llvm::StringLiteral kinds[] = {"float",    "complex", "int",
                                                  "unsigned", "bool",    "any"};
  std::vector<Break> breaks;
  Record &target = breakableRecord(record.name);
  ArrayRef<LoweringSpec> before = record.lower;
  bool isBool = record.results[0] == ElementRule::Bool;
  for (size_t i = 0; i < before.size(); ++i) {
    std::vector<LoweringSpec> &broken = tables.emplace_back(before.begin(), before.end());
    broken[i].expr =
        offByOne(before[i].expr, record, isBool || before[i].kind == ElementKind::Bool);
    breaks.push_back({("code for " + kinds[int(before[i].kind)]).str(),
                      [&target, &broken] { target.lower = broken; },
                      [&target, before] { target.lower = before; }});
  }
  return breaks;
}

} // namespace agc::test
