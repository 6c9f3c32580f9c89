// -gen-docs: a page on each record; -gen-table: one line each, for dialect/README.md.
#include "Backends.h"
#include "Table.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace agc::tblgen {
namespace {

std::string joined(const std::vector<StringRef> &parts, StringRef separator = " ") {
  return llvm::join(parts, separator);
}

/// How an op of the record is written.
std::string opName(const Entry &entry) {
  StringRef prefix = StringSwitch<StringRef>(entry.family)
                         .Case("pointwise", "ag.map ")
                         .Case("reduce", "ag.reduce ")
                         .Case("reduce_index", "ag.reduce_index ")
                         .Case("scan", "ag.scan ")
                         .Case("composite", "ag.apply ")
                         .Default("ag.");
  return (prefix + entry.schema.name).str();
}

/// What a record computes, as an expression or in words.
std::string formula(const Entry &entry) {
  if (entry.eval)
    return "`" + entry.eval->text + "`";
  if (entry.body)
    return "`" + entry.body->text + "`";
  if (entry.combine)
    return "`" + entry.combine->text + "` over the elements";
  return entry.def->getValueAsString("title").str();
}

void emitGradient(const Entry &entry, raw_ostream &os) {
  if (entry.gradKind == "Zero")
    os << "- gradient: zero everywhere\n";
  else if (entry.gradKind == "NonDiff")
    os << "- gradient: none, the result is not differentiable\n";
  else if (entry.gradKind == "FromBody")
    os << "- gradient: that of the formula\n";
  else if (entry.gradKind == "Function")
    os << "- gradient: `" << entry.gradFunction << "` in compiler/Autodiff\n";
  else if (entry.gradKind == "NotImplemented")
    os << "- gradient: not implemented, " << entry.gradReason << "\n";
  for (auto &[arg, expression] : entry.wrt)
    os << "- cotangent of " << entry.schema.args[arg].name << ": "
       << (expression ? "`" + expression->text + "`" : "none") << "\n";
}

} // namespace

void emitDocs(const RecordKeeper &keeper, raw_ostream &os) {
  Table table = readTable(keeper);
  os << "# The records of the ag dialect\n";
  for (const Entry &entry : table.entries) {
    os << "\n## " << entry.schema.name << "\n\n"
       << entry.def->getValueAsString("title") << ". Written `" << opName(entry) << "`.\n\n"
       << "- schema: `" << entry.def->getValueAsString("schema") << "`\n"
       << "- value: " << formula(entry) << "\n"
       << "- element types: " << joined(entry.def->getValueAsListOfStrings("dtypes")) << "\n"
       << "- autograd node: " << (entry.gradKind == "NonDiff" ? "none" : entry.node) << "\n";
    emitGradient(entry, os);
    if (StringRef notes = entry.def->getValueAsString("notes"); !notes.empty())
      os << "\n" << notes << "\n";
  }
}

void emitTable(const RecordKeeper &keeper, raw_ostream &os) {
  Table table = readTable(keeper);
  os << "| op | what it computes | element types | autograd node |\n|---|---|---|---|\n";
  for (const Entry &entry : table.entries)
    os << formatv("| `{0}` | {1} | {2} | {3} |\n", opName(entry),
                  entry.def->getValueAsString("title"),
                  joined(entry.def->getValueAsListOfStrings("dtypes")),
                  entry.gradKind == "NonDiff" ? "" : entry.node);
}

} // namespace agc::tblgen
