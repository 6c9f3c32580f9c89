// The arithmetic of a derived extent as its reader writes it.
#include "compiler/CodeGen/ExtentText.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace agc {
namespace {

/// How tightly the outermost operator of a text binds. A quotient drops its rest, so that it is no
/// second factor as it stands.
enum Binding { Sum, Quotient, Product, Whole };

struct Text {
  std::string text;
  Binding binding = Whole;

  std::string within(Binding least) const { return binding >= least ? text : "(" + text + ")"; }
};

class Writer {
public:
  Writer(func::FuncOp function, ArrayRef<StringRef> names) : function(function), names(names) {}

  /// What a value is; nothing of ops that are not plain arithmetic.
  std::optional<Text> write(Value value) {
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      if (argument.getOwner() != &function.getBody().front())
        return std::nullopt;
      return Text{names[argument.getArgNumber()].str()};
    }
    APInt number;
    if (matchPattern(value, m_ConstantInt(&number)))
      return Text{std::to_string(number.getSExtValue()), number.isNegative() ? Sum : Whole};
    Operation *op = value.getDefiningOp();
    if (op->getNumOperands() != 2)
      return std::nullopt;
    std::optional<Text> left = write(op->getOperand(0)), right = write(op->getOperand(1));
    if (!left || !right)
      return std::nullopt;
    return binary(op, *left, *right);
  }

private:
  static std::optional<Text> binary(Operation *op, const Text &left, const Text &right) {
    auto infix = [&](StringRef sign, Binding own, Binding second) {
      return Text{(left.within(own) + " " + sign + " " + right.within(second)).str(), own};
    };
    auto call = [&](StringRef name) {
      return Text{(name + "(" + left.text + ", " + right.text + ")").str()};
    };
    return llvm::TypeSwitch<Operation *, std::optional<Text>>(op)
        .Case<arith::AddIOp>([&](auto) {
          if (StringRef(right.text).starts_with("-") && right.text.size() > 1)
            return Text{left.text + " - " + right.text.substr(1), Sum};
          return infix("+", Sum, Sum);
        })
        .Case<arith::SubIOp>([&](auto) { return infix("-", Sum, Quotient); })
        .Case<arith::MulIOp>([&](auto) {
          return infix("*", left.binding == Quotient ? Quotient : Product, Product);
        })
        .Case<arith::DivSIOp, arith::DivUIOp, arith::FloorDivSIOp>(
            [&](auto) { return infix("/", Quotient, Whole); })
        .Case<arith::MinSIOp, arith::MinUIOp>([&](auto) { return call("min"); })
        .Case<arith::MaxSIOp, arith::MaxUIOp>([&](auto) { return call("max"); })
        .Default([](Operation *) { return std::nullopt; });
  }

  func::FuncOp function;
  ArrayRef<StringRef> names;
};

/// More than a reader takes in beside a parameter.
constexpr size_t kMaxText = 60;

} // namespace

std::string extentText(func::FuncOp function, ArrayRef<StringRef> names) {
  if (!function || !llvm::hasSingleElement(function.getBody()) ||
      names.size() != function.getNumArguments())
    return "";
  Value value = function.getBody().front().getTerminator()->getOperand(0);
  std::optional<Text> text = Writer(function, names).write(value);
  return text && text->text.size() <= kMaxText ? text->text : "";
}

} // namespace agc
