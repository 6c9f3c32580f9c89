// -gen-python: the functions of the Python package, one for each record that the surface has.
#include "Backends.h"
#include "Table.h"
#include "llvm/ADT/StringExtras.h"
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

std::string docOf(const Entry &entry) {
  std::string doc = entry.def->getValueAsString("title").str();
  doc[0] = toUpper(doc[0]);
  if (StringRef notes = entry.def->getValueAsString("notes"); !notes.empty())
    doc += ".\n\n    " + notes.str();
  StringRef sentence = StringRef(doc).rtrim('.');
  std::string formula;
  if (entry.eval && !entry.eval->text.empty())
    formula = "\n\n    value: " + entry.eval->text;
  std::string gradient;
  for (const auto &[arg, rule] : entry.wrt)
    gradient +=
        "\n    gradient of " + nameOf(entry.schema.args[arg]) + ": " + (rule ? rule->text : "none");
  if (!gradient.empty() && formula.empty())
    gradient = "\n" + gradient;
  return sentence.str() + "." + formula + gradient;
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

} // namespace

void emitPython(const RecordKeeper &keeper, raw_ostream &os) {
  os << "\"\"\"One function for each record that has a surface; made by agc-tblgen.\"\"\"\n"
        "from agc._agc import call, call_in_place\n\n\n";
  std::string methods, functions;
  for (const Entry &entry : readTable(keeper).entries) {
    if (!entry.def->getValueAsBit("surface"))
      continue;
    bool isMethod = !entry.schema.args.empty() && entry.schema.args[0].name == "self";
    for (bool inPlace : {false, true}) {
      if (inPlace && !entry.def->getValueAsBit("inplace"))
        continue;
      emitFunction(entry, inPlace, os);
      (isMethod ? methods : functions) += "\"" + entry.schema.name + (inPlace ? "_" : "") + "\", ";
    }
  }
  os << "METHODS = (" << methods << ")\nFUNCTIONS = (" << functions << ")\n";
}

} // namespace agc::tblgen
