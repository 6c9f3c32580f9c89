// Evaluates a record's expression in any algebra: tensors of ops, scalar ops, reference numbers.
#ifndef AGC_DIALECT_EXPREVALUATOR_H
#define AGC_DIALECT_EXPREVALUATOR_H

#include "dialect/Record.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>
#include <vector>

namespace agc::ag {

/// What an expression's node is worth: a value of the algebra, or a parameter or literal.
/// Neither for an absent optional operand or parameter.
template <typename V> struct ExprItem {
  std::optional<V> value;
  mlir::Attribute attr;
  bool isNone() const { return !value && !attr; }
};

/// The first value among a call's arguments that share its element type: what gives the numbers
/// beside it theirs. A condition or an index says nothing of them.
template <typename V>
std::optional<V> typeGiver(const Record &callee, llvm::ArrayRef<ExprItem<V>> args) {
  for (auto [spec, item] : llvm::zip(callee.args, args))
    if (spec.isTensor() && spec.element == ElementRule::T && item.value)
      return item.value;
  return std::nullopt;
}

/// Evaluates expressions. The algebra says what leaves and functions mean:
///
///   using Value = ...;
///   ExprItem<Value> arg(int i);           the schema's i-th argument, operand or parameter
///   Value result(int i), grad(int i), acc();
///   Value call(const Record &, ArrayRef<ExprItem<Value>>);    another record
///   Value standard(StringRef, ArrayRef<ExprItem<Value>>);     std.NAME
///   Value op(StringRef, ArrayRef<ExprItem<Value>>);           dialect.NAME
///   Value or ExprItem<Value> builtin(StringRef, ArrayRef<ExprItem<Value>>);
///
/// A node is evaluated once and only if its value is needed.
template <typename Algebra> class ExprEvaluator {
public:
  using Value = typename Algebra::Value;
  using Item = ExprItem<Value>;

  ExprEvaluator(Algebra &algebra, const Expr &expr, mlir::MLIRContext *context)
      : algebra(algebra), expr(expr), builder(context), items(expr.nodes.size()) {}

  /// The expression's value.
  Item run() { return node(expr.nodes.size() - 1); }

private:
  Item node(int i) {
    if (!items[i])
      items[i] = compute(expr.nodes[i]);
    return *items[i];
  }

  Item compute(const ExprNode &n) {
    switch (n.kind) {
    case ExprNode::Arg:
      return algebra.arg(n.index);
    case ExprNode::Result:
      return {algebra.result(n.index), {}};
    case ExprNode::Grad:
      return {algebra.grad(n.index), {}};
    case ExprNode::Acc:
      return {algebra.acc(), {}};
    case ExprNode::Number:
      return {std::nullopt, builder.getF64FloatAttr(n.number)};
    case ExprNode::Bool:
      return {std::nullopt, builder.getBoolAttr(n.number != 0)};
    case ExprNode::String:
      return {std::nullopt, builder.getStringAttr(n.name)};
    case ExprNode::IntList:
      return {std::nullopt, intList(n)};
    case ExprNode::Call:
    case ExprNode::Std:
      return function(n);
    case ExprNode::MLIROp:
      return {algebra.op(n.name, arguments(n)), {}};
    case ExprNode::Builtin:
      return builtin(n);
    }
    llvm_unreachable("all node kinds are covered");
  }

  Item function(const ExprNode &n) {
    llvm::SmallVector<Item> args = arguments(n);
    if (mlir::Attribute folded = foldNumbers(n.name, args))
      return {std::nullopt, folded};
    if (n.kind == ExprNode::Call)
      return {algebra.call(allRecords()[n.index], args), {}};
    return {algebra.standard(n.name, args), {}};
  }

  /// An operator between parameters and literals is computed at once.
  mlir::Attribute foldNumbers(llvm::StringRef name, llvm::ArrayRef<Item> args) {
    llvm::SmallVector<double> x;
    for (const Item &item : args) {
      if (auto number = llvm::dyn_cast_or_null<mlir::FloatAttr>(item.attr))
        x.push_back(number.getValueAsDouble());
      else if (auto integer = llvm::dyn_cast_or_null<mlir::IntegerAttr>(item.attr))
        x.push_back(double(integer.getInt()));
      else
        return {};
    }
    auto number = [&](double value) { return builder.getF64FloatAttr(value); };
    if (name == "neg")
      return number(-x[0]);
    if (x.size() < 2)
      return {};
    if (name == "add")
      return number(x[0] + x[1]);
    if (name == "sub")
      return number(x[0] - x[1]);
    if (name == "mul")
      return number(x[0] * x[1]);
    if (name == "div")
      return number(x[0] / x[1]);
    if (name == "ne")
      return builder.getBoolAttr(x[0] != x[1]);
    if (name == "gt")
      return builder.getBoolAttr(x[0] > x[1]);
    if (name == "lt")
      return builder.getBoolAttr(x[0] < x[1]);
    return {};
  }

  Item builtin(const ExprNode &n) {
    if (n.name == "isnone")
      return {std::nullopt, builder.getBoolAttr(node(n.args[0]).isNone())};
    if (n.name == "is")
      return {std::nullopt, builder.getBoolAttr(node(n.args[0]).attr == node(n.args[1]).attr)};
    if (n.name == "choose") {
      auto condition = llvm::cast<mlir::BoolAttr>(node(n.args[0]).attr);
      return node(n.args[condition.getValue() ? 1 : 2]);
    }
    return item(algebra.builtin(n.name, arguments(n)));
  }

  static Item item(Value value) { return {std::move(value), {}}; }
  static Item item(Item given) { return given; }

  llvm::SmallVector<Item> arguments(const ExprNode &n) {
    return llvm::map_to_vector(n.args, [&](int arg) { return node(arg); });
  }

  mlir::Attribute intList(const ExprNode &n) {
    llvm::SmallVector<int64_t> values;
    for (int arg : n.args)
      values.push_back(int64_t(llvm::cast<mlir::FloatAttr>(node(arg).attr).getValueAsDouble()));
    return builder.getDenseI64ArrayAttr(values);
  }

  Algebra &algebra;
  const Expr &expr;
  mlir::Builder builder;
  std::vector<std::optional<Item>> items;
};

} // namespace agc::ag

#endif // AGC_DIALECT_EXPREVALUATOR_H
