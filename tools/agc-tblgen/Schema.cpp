// Parses "name(Type arg=default, ...) -> Type".
#include "Schema.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/TableGen/Error.h"

using namespace llvm;

namespace agc::tblgen {

int Schema::find(StringRef argName) const {
  for (size_t i = 0; i < args.size(); ++i)
    if (args[i].name == argName)
      return i;
  return -1;
}

unsigned Schema::numRequired() const {
  unsigned n = 0;
  for (const Arg &arg : args)
    n += !arg.hasDefault && !arg.optional;
  return n;
}

static std::string elementRule(const Record &record, StringRef text) {
  std::string rule = StringSwitch<std::string>(text)
                         .Case("", "T")
                         .Case("(bool)", "Bool")
                         .Case("(index)", "Index")
                         .Case("(real)", "Real")
                         .Case("(complex)", "Complex")
                         .Case("(any)", "Any")
                         .Default("");
  if (rule.empty())
    PrintFatalError(record.getLoc(), "in schema: no element rule '" + text + "'");
  return rule;
}

static Arg parseArg(const Record &record, StringRef text) {
  Arg arg;
  auto [head, defaultText] = text.split('=');
  arg.hasDefault = text.contains('=');
  arg.defaultText = defaultText.trim().str();
  auto [type, name] = head.trim().rsplit(' ');
  type = type.trim();
  arg.name = name.trim().str();
  if (arg.name.empty() || type.empty())
    PrintFatalError(record.getLoc(), "in schema: expected 'Type name', got '" + text + "'");
  arg.optional = type.consume_back("?");
  if (type.starts_with("Tensor")) {
    type = type.drop_front(6);
    arg.kind = type.consume_back("[]") ? "TensorList" : "Tensor";
    arg.element = elementRule(record, type);
    return arg;
  }
  if (StringRef words = type; words.consume_front("str(") && words.consume_back(")")) {
    for (StringRef word : split(words, '|'))
      arg.words.push_back(word.str());
    if (arg.hasDefault && !is_contained(arg.words, StringRef(arg.defaultText).trim('\'')))
      PrintFatalError(record.getLoc(), "in schema: the default is none of '" + type + "'");
    type = "str";
  }
  arg.kind = StringSwitch<std::string>(type)
                 .Case("float", "Float")
                 .Case("int", "Int")
                 .Case("bool", "Bool")
                 .Case("str", "String")
                 .Case("int[]", "IntList")
                 .Case("float[]", "FloatList")
                 .Default("");
  if (arg.kind.empty())
    PrintFatalError(record.getLoc(), "in schema: no argument type '" + type + "'");
  return arg;
}

Schema parseSchema(const Record &record) {
  Schema schema;
  StringRef text = record.getValueAsString("schema");
  auto [left, right] = text.split("->");
  auto [name, argText] = left.trim().split('(');
  if (right.empty() || !argText.consume_back(")"))
    PrintFatalError(record.getLoc(), "in schema: expected 'name(arguments) -> results'");
  schema.name = name.trim().str();
  SmallVector<StringRef> parts;
  int depth = 0; // commas inside [] separate list elements, not arguments
  size_t start = 0;
  for (size_t i = 0; i <= argText.size(); ++i) {
    char c = i < argText.size() ? argText[i] : ',';
    depth += c == '[' ? 1 : c == ']' ? -1 : 0;
    if (c != ',' || depth)
      continue;
    if (StringRef part = argText.slice(start, i).trim(); !part.empty())
      schema.args.push_back(parseArg(record, part));
    start = i + 1;
  }
  StringRef results = right.trim();
  if (results.consume_front("("))
    results.consume_back(")");
  results.split(parts, ',');
  for (StringRef part : parts) {
    part = part.trim();
    if (!part.consume_front("Tensor"))
      PrintFatalError(record.getLoc(), "in schema: a result is a Tensor, got '" + part + "'");
    schema.results.push_back(elementRule(record, part));
  }
  return schema;
}

} // namespace agc::tblgen
