// A Pratt parser for the rule language of dialect/AgRecordBase.td.
#include "Expression.h"
#include "MLIROps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/TableGen/Error.h"
#include <cmath>

using namespace llvm;

namespace agc::tblgen {
namespace {

/// An infix operator: the function it calls and how tightly it binds.
struct Infix {
  const char *token, *function;
  int precedence;
};
constexpr Infix infixes[] = {{"==", "eq", 1}, {"!=", "ne", 1}, {"<=", "le", 1}, {">=", "ge", 1},
                             {"<", "lt", 1},  {">", "gt", 1},  {"+", "add", 2}, {"-", "sub", 2},
                             {"*", "mul", 3}, {"/", "div", 3}};
constexpr int unaryPrecedence = 4;

class Parser {
public:
  Parser(StringRef text, const Record &record, const Schema &schema, Field field,
         const Names &names)
      : record(record), schema(schema), field(field), names(names), rest(text) {
    result.text = text.str();
  }

  Expression run() {
    int value = statements();
    if (!rest.trim().empty())
      fail("expected the end, got '" + rest.trim() + "'");
    // The value is the last node: repeat a bare reference to an earlier one.
    if (value != int(result.nodes.size()) - 1) {
      Node copy = result.nodes[value];
      result.nodes.push_back(copy);
    }
    return std::move(result);
  }

private:
  [[noreturn]] void fail(const Twine &message) {
    PrintFatalError(record.getLoc(), "in '" + result.text + "': " + message);
  }

  bool consume(StringRef token) {
    rest = rest.ltrim();
    return rest.consume_front(token);
  }
  void expect(StringRef token) {
    if (!consume(token))
      fail("expected '" + token + "' before '" + rest + "'");
  }
  StringRef identifier() {
    rest = rest.ltrim();
    StringRef name = rest.take_while([](char c) { return isAlnum(c) || c == '_' || c == '.'; });
    rest = rest.drop_front(name.size());
    return name;
  }

  int push(Node node) {
    result.nodes.push_back(std::move(node));
    return result.nodes.size() - 1;
  }

  /// statements := statement (';' statement)*; worth its last one
  int statements() {
    int value = statement();
    while (consume(";"))
      value = statement();
    return value;
  }

  /// statement := name '=' expression | expression
  int statement() {
    StringRef before = rest;
    StringRef name = identifier();
    if (!name.empty() && !isDigit(name[0]) && consume("=") && !rest.starts_with("=")) {
      if (schema.find(name) >= 0 || locals.count(name))
        fail("'" + name + "' is already a name");
      int value = expression(0);
      return locals[name] = value;
    }
    rest = before;
    return expression(0);
  }

  int expression(int precedence) {
    int left = prefix();
    while (true) {
      rest = rest.ltrim();
      const Infix *infix =
          find_if(infixes, [&](const Infix &op) { return rest.starts_with(op.token); });
      if (infix == std::end(infixes) || infix->precedence <= precedence)
        return left;
      rest = rest.drop_front(StringRef(infix->token).size());
      left = operation(infix->function, {left, expression(infix->precedence)});
    }
  }

  int operation(StringRef function, std::vector<int> args) {
    if (field == Field::Eval || field == Field::Combine)
      return call(("std." + function).str(), std::move(args));
    return call(function, std::move(args));
  }

  int prefix() {
    rest = rest.ltrim();
    if (consume("-")) {
      int value = expression(unaryPrecedence);
      if (result.nodes[value].kind == "Number")
        return push({"Number", 0, -result.nodes[value].number, "", {}});
      return operation("neg", {value});
    }
    if (consume("(")) {
      int value = statements();
      expect(")");
      return value;
    }
    if (consume("'"))
      return string();
    if (consume("["))
      return list();
    if (!rest.empty() && isDigit(rest[0]))
      return number();
    StringRef name = identifier();
    if (name.empty())
      fail("expected a value before '" + rest + "'");
    if (consume("("))
      return call(name, arguments());
    return reference(name);
  }

  int string() {
    StringRef text = rest.take_until([](char c) { return c == '\''; });
    rest = rest.drop_front(text.size());
    expect("'");
    return push({"String", 0, 0, text.str(), {}});
  }

  int list() {
    std::vector<int> values;
    if (!consume("]")) {
      do
        values.push_back(expression(0));
      while (consume(","));
      expect("]");
    }
    return push({"IntList", 0, 0, "", values});
  }

  int number() {
    StringRef text = rest.take_while([](char c) { return isAlnum(c) || c == '.'; });
    // An exponent's sign belongs to the number.
    if (text.ends_with_insensitive("e") && text.size() < rest.size() &&
        (rest[text.size()] == '-' || rest[text.size()] == '+'))
      text = rest.take_front(text.size() + 1 +
                             rest.drop_front(text.size() + 1).take_while(isDigit).size());
    rest = rest.drop_front(text.size());
    double value;
    if (text.getAsDouble(value))
      fail("not a number: '" + text + "'");
    return push({"Number", 0, value, "", {}});
  }

  std::vector<int> arguments() {
    std::vector<int> args;
    if (consume(")"))
      return args;
    do
      args.push_back(expression(0));
    while (consume(","));
    expect(")");
    return args;
  }

  int reference(StringRef name) {
    if (auto local = locals.find(name); local != locals.end())
      return local->second;
    if (int index = schema.find(name); index >= 0)
      return push({"Arg", index, 0, "", {}});
    if (name == "inf" || name == "nan")
      return push({"Number", 0, name == "inf" ? HUGE_VAL : std::nan(""), "", {}});
    if (name == "true" || name == "false")
      return push({"Bool", 0, double(name == "true"), "", {}});
    for (auto [prefix, kind] : {std::pair("result", "Result"), std::pair("grad", "Grad")}) {
      StringRef digits = name;
      if (field != Field::Grad || !digits.consume_front(prefix))
        continue;
      unsigned index = 0;
      if ((digits.empty() || !digits.getAsInteger(10, index)) && index < schema.results.size())
        return push({kind, int(index), 0, "", {}});
    }
    if (name == "acc" && (field == Field::Combine || field == Field::Lower))
      return push({"Acc", 0, 0, "", {}});
    fail("no operand, parameter or local value named '" + name + "'");
  }

  int call(StringRef name, std::vector<int> args) {
    bool scalar = field == Field::Eval || field == Field::Combine;
    if (StringRef function = name; scalar && function.consume_front("std.")) {
      auto found = names.standard.find(function);
      if (found == names.standard.end())
        fail("no standard function named '" + function + "'");
      checkArity(name, args.size(), found->second, found->second);
      return push({"Std", 0, 0, function.str(), std::move(args)});
    }
    if (field == Field::Lower && name.contains('.')) {
      if (std::string mistake = mistakeInOp(name, args.size()); !mistake.empty())
        fail(mistake);
      return push({"MLIROp", 0, 0, name.str(), std::move(args)});
    }
    if (auto builtin = names.builtins.find(name);
        builtin != names.builtins.end() && hasMeaning(builtin->second)) {
      checkArity(name, args.size(), builtin->second.arity, builtin->second.arity);
      return push({"Builtin", 0, 0, name.str(), std::move(args)});
    }
    auto found = names.records.find(name);
    if (found == names.records.end())
      fail("no record named '" + name + "'");
    if ((scalar || field == Field::Lower) && !found->second.pointwise)
      fail("'" + name + "' is not pointwise");
    const Schema &callee = found->second.schema;
    checkArity(name, args.size(), callee.numRequired(), callee.args.size());
    return push({"Call", found->second.index, 0, name.str(), std::move(args)});
  }

  /// Whether this field may use a builtin.
  bool hasMeaning(const Names::Builtin &builtin) const {
    bool isRule = field == Field::Grad || field == Field::Body;
    bool isElement = field == Field::Eval || field == Field::Lower;
    return builtin.everywhere || (builtin.ofElements ? isElement : isRule);
  }

  void checkArity(StringRef name, size_t given, size_t least, size_t most) {
    if (given < least || given > most)
      fail("'" + name + "' takes " + Twine(least) +
           (least == most ? Twine("") : " to " + Twine(most)) + " arguments, got " + Twine(given));
  }

  const Record &record;
  const Schema &schema;
  Field field;
  const Names &names;
  StringRef rest;
  Expression result;
  StringMap<int> locals;
};

} // namespace

Expression parseExpression(StringRef text, const Record &record, const Schema &schema, Field field,
                           const Names &names) {
  return Parser(text, record, schema, field, names).run();
}

} // namespace agc::tblgen
