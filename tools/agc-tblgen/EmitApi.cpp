// -gen-api-decls, -gen-api-methods, -gen-api-defs: the C++ functions of compiler/Trace, one for
// each record that the surface has by its name; -gen-api-names lists them.
#include "Backends.h"
#include "Table.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TableGen/Error.h"

using namespace llvm;

namespace agc::tblgen {
namespace {

/// A schema's argument as a C++ parameter.
struct Parameter {
  std::string type, name, defaultValue;
};

std::string typeOf(const Arg &arg) {
  std::string type = StringSwitch<std::string>(arg.kind)
                         .Case("Tensor", "const Operand &")
                         .Case("TensorList", "const Tensors &")
                         .Case("Float", "double ")
                         .Case("Int", "int64_t ")
                         .Case("Bool", "bool ")
                         .Case("String", "const std::string &")
                         .Case("IntList", "const IntList &")
                         .Case("FloatList", "const std::vector<double> &");
  if (!arg.optional || arg.isTensor())
    return type;
  return "std::optional<" + StringRef(type).trim().str() + "> ";
}

/// A schema's default in C++. No `dim` means all of them, as in PyTorch.
std::string defaultOf(const Arg &arg) {
  StringRef text = arg.defaultText;
  if (!arg.hasDefault)
    return arg.optional || (arg.kind == "IntList" && arg.name == "dim") ? "{}" : "";
  if (text == "None")
    return "{}";
  if (arg.kind == "Bool")
    return text.lower();
  if (arg.kind == "String")
    return "\"" + text.trim('\'').str() + "\"";
  if (arg.kind == "IntList" || arg.kind == "FloatList")
    return "{" + text.trim("[]").str() + "}";
  return text.str();
}

bool takesTensors(const Schema &schema) {
  return any_of(schema.args, [](const Arg &arg) { return arg.kind == "Tensor"; });
}

bool isMethod(const Entry &entry) {
  return !entry.schema.args.empty() && entry.schema.args[0].name == "self";
}

std::vector<Parameter> parametersOf(const Entry &entry, bool method) {
  std::vector<Parameter> parameters;
  for (const Arg &arg : entry.schema.args)
    parameters.push_back({typeOf(arg), arg.name, defaultOf(arg)});
  if (method)
    parameters.erase(parameters.begin());
  // A free function learns its line from its first operand.
  if (method || !takesTensors(entry.schema))
    parameters.push_back({"Where ", "where", "{}"});
  return parameters;
}

std::string declared(const std::vector<Parameter> &parameters, bool defaults) {
  std::vector<std::string> texts;
  for (const Parameter &p : parameters)
    texts.push_back(p.type + p.name +
                    (defaults && !p.defaultValue.empty() ? " = " + p.defaultValue : ""));
  return llvm::join(texts, ", ");
}

StringRef resultType(const Entry &entry) {
  return entry.schema.results.size() == 1 ? "Tensor" : "Tensors";
}

/// The functions of an entry: its name, and the in-place form's where there is one.
std::vector<std::string> namesOf(const Entry &entry) {
  std::vector<std::string> names = {entry.schema.name};
  if (entry.def->getValueAsBit("inplace"))
    names.push_back(entry.schema.name + "_");
  return names;
}

void emitDoc(const Entry &entry, raw_ostream &os, StringRef indent) {
  std::string title = entry.def->getValueAsString("title").str();
  title[0] = toUpper(title[0]);
  os << indent << "/// " << title << ".\n";
  if (StringRef notes = entry.def->getValueAsString("notes"); !notes.empty())
    os << indent << "/// " << notes << "\n";
}

std::vector<Entry> surfaceEntries(const RecordKeeper &keeper) {
  std::vector<Entry> entries;
  for (Entry &entry : readTable(keeper).entries)
    if (entry.def->getValueAsBit("surface"))
      entries.push_back(std::move(entry));
  return entries;
}

void emitFunction(const Entry &entry, StringRef name, raw_ostream &os) {
  std::vector<std::string> args;
  for (const Arg &arg : entry.schema.args)
    args.push_back(arg.name);
  bool inplace = name != entry.schema.name;
  StringRef where = takesTensors(entry.schema) ? "" : "where";
  std::string first;
  for (const Arg &arg : entry.schema.args)
    if (arg.kind == "Tensor" && first.empty())
      first = arg.name + ".where";
  StringRef call = inplace                           ? "callInPlace"
                   : entry.schema.results.size() > 1 ? "call"
                                                     : "callForOne";
  os << formatv("{0} {1}({2}) {{\n  static const ag::Record &record = *ag::lookupRecord(\"{3}\");\n"
                "  return trace::{4}(record, {5}, {{{6}});\n}\n",
                resultType(entry), name, declared(parametersOf(entry, false), false),
                entry.schema.name, call, where.empty() ? StringRef(first) : where,
                llvm::join(args, ", "));
}

void emitMethod(const Entry &entry, StringRef name, raw_ostream &os) {
  std::vector<std::string> args = {"Operand(*this, where)"};
  for (const Arg &arg : drop_begin(entry.schema.args))
    args.push_back(arg.name);
  os << formatv("{0} Tensor::{1}({2}) const {{\n  return agc::{1}({3});\n}\n", resultType(entry),
                name, declared(parametersOf(entry, true), false), llvm::join(args, ", "));
}

} // namespace

void emitApiDecls(const RecordKeeper &keeper, raw_ostream &os) {
  for (const Entry &entry : surfaceEntries(keeper)) {
    emitDoc(entry, os, "");
    for (const std::string &name : namesOf(entry))
      os << formatv("{0} {1}({2});\n", resultType(entry), name,
                    declared(parametersOf(entry, false), true));
  }
}

void emitApiMethods(const RecordKeeper &keeper, raw_ostream &os) {
  for (const Entry &entry : surfaceEntries(keeper)) {
    if (!isMethod(entry))
      continue;
    emitDoc(entry, os, "  ");
    for (const std::string &name : namesOf(entry))
      os << formatv("  {0} {1}({2}) const;\n", resultType(entry), name,
                    declared(parametersOf(entry, true), true));
  }
}

void emitApiDefs(const RecordKeeper &keeper, raw_ostream &os) {
  for (const Entry &entry : surfaceEntries(keeper))
    for (const std::string &name : namesOf(entry)) {
      emitFunction(entry, name, os);
      if (isMethod(entry))
        emitMethod(entry, name, os);
    }
}

void emitApiNames(const RecordKeeper &keeper, raw_ostream &os) {
  for (const Entry &entry : surfaceEntries(keeper))
    os << "AGC_SURFACE(" << entry.schema.name << ")\n";
}

} // namespace agc::tblgen
