// -gen-python: the functions of the Python package, one for each record that the surface has.
// -gen-python-stubs: their types, and those of the methods.
#include "Backends.h"
#include "Table.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace agc::tblgen {
namespace {

/// PyTorch calls a function's first tensor `input`.
std::string nameOf(const Arg &arg) { return arg.name == "self" ? "input" : arg.name; }

std::string parameterOf(const Arg &arg) {
  if (arg.hasDefault)
    return nameOf(arg) + "=" + arg.defaultText;
  if (arg.optional)
    return nameOf(arg) + "=None";
  // No `dim` means all of them.
  return nameOf(arg) + (arg.kind == "IntList" && arg.name == "dim" ? "=()" : "");
}

/// The shape of the result, where the family says it.
std::string shapesOf(const Entry &entry) {
  if (entry.family == "reduce" || entry.family == "reduce_index")
    return "the input's without dim, or with extent 1 there where keepdim is true";
  if (entry.family == "scan")
    return "the input's";
  if (entry.family != "pointwise")
    return "";
  unsigned tensors = count_if(entry.schema.args, [](const Arg &arg) { return arg.isTensor(); });
  return tensors == 1 ? "the input's" : "what the operands broadcast to";
}

/// An expression with the surface's names.
std::string renamed(StringRef text) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    StringRef word = text.substr(at).take_while([](char c) { return isAlnum(c) || c == '_'; });
    if (word.empty())
      result += text[at++];
    else
      result += word == "self" ? "input" : word.str();
    at += word.size();
  }
  return result;
}

/// What `help` shows: what it computes, of which shape, and the gradients by the record's own
/// rules.
std::string docOf(const Entry &entry) {
  std::string doc = entry.def->getValueAsString("title").str();
  doc[0] = toUpper(doc[0]);
  if (StringRef notes = entry.def->getValueAsString("notes"); !notes.empty())
    doc += ".\n\n    " + notes.str();
  doc = StringRef(doc).rtrim('.').str() + ".\n";
  auto line = [&](const Twine &name, StringRef text) {
    if (!text.empty())
      doc += ("\n    " + name + ": " + renamed(text)).str();
  };
  StringRef formula = entry.def->getValueAsString("formula");
  const std::optional<Expression> &value = entry.eval ? entry.eval : entry.body;
  line("value", formula.empty() && value ? StringRef(value->text) : formula);
  line("shape", shapesOf(entry));
  std::vector<StringRef> kinds = entry.def->getValueAsListOfStrings("dtypes");
  line("element types", llvm::join(kinds, ", "));
  for (const auto &[arg, rule] : entry.wrt)
    line("gradient of " + nameOf(entry.schema.args[arg]), rule ? StringRef(rule->text) : "none");
  if (!entry.node.empty())
    line("autograd node", entry.node);
  return doc;
}

void emitFunction(const Entry &entry, bool inPlace, raw_ostream &os) {
  std::vector<std::string> parameters, names;
  for (const Arg &arg : entry.schema.args) {
    parameters.push_back(parameterOf(arg));
    names.push_back(nameOf(arg));
  }
  std::string doc = inPlace ? "In place: " + entry.schema.name + "." : docOf(entry);
  os << formatv("def {0}{1}({2}):\n    r\"\"\"{3}\"\"\"\n    return {4}(\"{0}\", {5})\n\n\n",
                entry.schema.name, inPlace ? "_" : "", llvm::join(parameters, ", "), doc,
                inPlace ? "call_in_place" : "call", llvm::join(names, ", "));
}

/// The type of an argument; a number stands for a tensor where the two are promoted together.
std::string typeOf(const Arg &arg) {
  std::string type = StringSwitch<std::string>(arg.kind)
                         .Case("Tensor", arg.element == "T" ? "Tensor | complex" : "Tensor")
                         .Case("TensorList", "Sequence[Tensor]")
                         .Case("Float", "float")
                         .Case("Int", "int")
                         .Case("Bool", "bool")
                         .Case("String", "str")
                         .Case("IntList", "int | Sequence[int]")
                         .Case("FloatList", "Sequence[float]");
  return type + (arg.optional ? " | None" : "");
}

void emitStub(const Entry &entry, bool isMethod, bool inPlace, raw_ostream &os) {
  std::vector<std::string> parameters, results(entry.schema.results.size(), "Tensor");
  for (const Arg &arg : entry.schema.args) {
    bool isSelf = arg.name == "self" && (isMethod || inPlace);
    std::string parameter = parameterOf(arg);
    auto [name, given] = StringRef(parameter).split('=');
    std::string type = isMethod && isSelf ? "" : ": " + (isSelf ? "Tensor" : typeOf(arg));
    parameters.push_back((isMethod && isSelf ? "self" : name.str()) + type +
                         (given.empty() ? "" : " = " + given.str()));
  }
  std::string result = llvm::join(results, ", ");
  os << formatv("{0}def {1}{2}({3}) -> {4}: ...\n", isMethod ? "    " : "", entry.schema.name,
                inPlace ? "_" : "", llvm::join(parameters, ", "),
                results.size() == 1 ? result : "tuple[" + result + "]");
}

/// Calls `visit` with each function of the surface: its record, and whether it works in place.
void forEachFunction(const RecordKeeper &keeper, function_ref<void(const Entry &, bool)> visit) {
  for (const Entry &entry : readTable(keeper).entries)
    for (bool inPlace : {false, true})
      if (entry.def->getValueAsBit("surface") && (!inPlace || entry.def->getValueAsBit("inplace")))
        visit(entry, inPlace);
}

bool isMethod(const Entry &entry) {
  return !entry.schema.args.empty() && entry.schema.args[0].name == "self";
}

} // namespace

void emitPythonStubs(const RecordKeeper &keeper, raw_ostream &os) {
  os << "# The functions of the records, and the methods; made by agc-tblgen.\n"
        "from collections.abc import Sequence\n\n"
        "from agc._tensor import Tensor\n\n"
        "METHODS: tuple[str, ...]\nFUNCTIONS: tuple[str, ...]\n\n";
  forEachFunction(keeper, [&](const Entry &entry, bool inPlace) {
    emitStub(entry, /*isMethod=*/false, inPlace, os);
  });
  os << "\nclass Methods:\n";
  forEachFunction(keeper, [&](const Entry &entry, bool inPlace) {
    if (isMethod(entry))
      emitStub(entry, /*isMethod=*/true, inPlace, os);
  });
}

void emitPython(const RecordKeeper &keeper, raw_ostream &os) {
  os << "\"\"\"One function for each record that has a surface; made by agc-tblgen.\"\"\"\n"
        "from agc._agc import call, call_in_place\n\n\n";
  std::string methods, functions;
  forEachFunction(keeper, [&](const Entry &entry, bool inPlace) {
    emitFunction(entry, inPlace, os);
    (isMethod(entry) ? methods : functions) +=
        "\"" + entry.schema.name + (inPlace ? "_" : "") + "\", ";
  });
  os << "METHODS = (" << methods << ")\nFUNCTIONS = (" << functions << ")\n";
}

} // namespace agc::tblgen
