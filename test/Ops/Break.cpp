// Breaks gradients in the table of records, to see that the tests notice.
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

std::vector<GradientBreak> breaksOf(const Record &record) {
  std::vector<GradientBreak> breaks;
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
    if (!before[i].expr)
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

} // namespace agc::test
