// Reads the records; what cannot be read is a build error at the record's line.
#include "Table.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/TableGen/Error.h"

using namespace llvm;

namespace agc::tblgen {
namespace {

Names readNames(const RecordKeeper &keeper, std::vector<Entry> &entries) {
  Names names;
  for (size_t i = 0; i < entries.size(); ++i) {
    const Entry &entry = entries[i];
    if (!names.records
             .try_emplace(entry.schema.name,
                          Names::Callee{int(i), entry.schema, entry.family == "pointwise"})
             .second)
      PrintFatalError(entry.def->getLoc(), "a second record named '" + entry.schema.name + "'");
  }
  for (const Record *def : keeper.getAllDerivedDefinitions("Ag_Std"))
    names.standard[def->getValueAsString("name")] = def->getValueAsInt("arity");
  for (const Record *def : keeper.getAllDerivedDefinitions("Ag_Builtin"))
    names.builtins[def->getValueAsString("name")] = {int(def->getValueAsInt("arity")),
                                                     def->getValueAsBit("everywhere"),
                                                     def->getValueAsBit("ofElements")};
  return names;
}

/// A field that is an expression or a C++ function.
void readRule(const Entry &entry, StringRef fieldName, Field field, const Names &names,
              std::optional<Expression> &expression, std::string &function) {
  const Record *rule = entry.def->getValueAsDef(fieldName);
  if (rule->isSubClassOf("Expr"))
    expression =
        parseExpression(rule->getValueAsString("text"), *entry.def, entry.schema, field, names);
  else if (rule->isSubClassOf("Cpp"))
    function = rule->getValueAsString("function").str();
}

void readGradient(Entry &entry, const Names &names) {
  std::vector<const Record *> rules = entry.def->getValueAsListOfDefs("grad");
  if (rules.empty())
    PrintFatalError(entry.def->getLoc(), "'" + entry.schema.name +
                                             "' has neither a gradient rule nor a reason "
                                             "(ZeroGrad, NonDiff, NotImplemented)");
  auto argumentOf = [&](const Record *rule) {
    int arg = entry.schema.find(rule->getValueAsString("operand"));
    if (arg < 0 || !entry.schema.args[arg].isTensor())
      PrintFatalError(entry.def->getLoc(),
                      "no operand named '" + rule->getValueAsString("operand") + "'");
    if (any_of(entry.wrt, [&](auto &wrt) { return wrt.first == arg; }))
      PrintFatalError(entry.def->getLoc(),
                      "two gradients for operand '" + rule->getValueAsString("operand") + "'");
    return arg;
  };
  if (!rules[0]->isSubClassOf("Ag_WrtBase")) {
    for (const Record *rule : drop_begin(rules)) {
      if (!rule->isSubClassOf("NoWrt"))
        PrintFatalError(entry.def->getLoc(), "this kind of gradient stands alone");
      entry.wrt.emplace_back(argumentOf(rule), std::nullopt);
    }
    if (rules[0]->isSubClassOf("CppGrad")) {
      entry.gradKind = "Function";
      entry.gradFunction = rules[0]->getValueAsString("function").str();
    } else if (rules[0]->isSubClassOf("NotImplemented")) {
      entry.gradKind = "NotImplemented";
      entry.gradReason = rules[0]->getValueAsString("reason").str();
    } else {
      entry.gradKind = StringSwitch<std::string>(rules[0]->getName())
                           .Case("ZeroGrad", "Zero")
                           .Case("NonDiff", "NonDiff")
                           .Case("FromBody", "FromBody")
                           .Default("");
    }
    return;
  }
  entry.gradKind = "Rules";
  for (const Record *rule : rules) {
    int arg = argumentOf(rule);
    if (rule->isSubClassOf("NoWrt"))
      entry.wrt.emplace_back(arg, std::nullopt);
    else
      entry.wrt.emplace_back(arg, parseExpression(rule->getValueAsString("text"), *entry.def,
                                                  entry.schema, Field::Grad, names));
  }
  for (size_t i = 0; i < entry.schema.args.size(); ++i) {
    const Arg &arg = entry.schema.args[i];
    bool differentiable = arg.isTensor() && (arg.element == "T" || arg.element == "Any");
    bool given = any_of(entry.wrt, [&](auto &wrt) { return wrt.first == int(i); });
    if (differentiable && !given)
      PrintFatalError(entry.def->getLoc(), "no gradient for operand '" + arg.name + "'");
  }
}

void readEntry(Entry &entry, const Names &names) {
  entry.node = entry.def->getValueAsString("node").str();
  if (entry.node.empty())
    entry.node =
        convertToCamelFromSnakeCase(entry.schema.name, /*capitalizeFirst=*/true) + "Backward0";
  entry.refusal = entry.def->getValueAsString("refusal").str();
  readRule(entry, "eval", Field::Eval, names, entry.eval, entry.evalFunction);
  readRule(entry, "body", Field::Body, names, entry.body, entry.bodyFunction);
  for (const Record *lowering : entry.def->getValueAsListOfDefs("lower"))
    entry.lower.emplace_back(lowering->getValueAsString("kind").str(),
                             parseExpression(lowering->getValueAsString("text"), *entry.def,
                                             entry.schema, Field::Lower, names));
  if (entry.def->isSubClassOf("Ag_Combining"))
    entry.combine = parseExpression(entry.def->getValueAsString("combine"), *entry.def,
                                    entry.schema, Field::Combine, names);
  for (const Record *failure : entry.def->getValueAsListOfDefs("mayFail")) {
    StringRef when = failure->getValueAsString("when");
    entry.failures.push_back(
        {failure->getValueAsString("kind").str(), failure->getValueAsString("status").str(),
         failure->getValueAsString("message").str(),
         parseExpression(when, *entry.def, entry.schema, Field::Eval, names),
         parseExpression(when, *entry.def, entry.schema, Field::Lower, names)});
  }
  readGradient(entry, names);
  checkEntry(entry);
}

} // namespace

Table readTable(const RecordKeeper &keeper) {
  Table table;
  for (const Record *def : keeper.getAllDerivedDefinitions("Ag_Record")) {
    Entry entry;
    entry.def = def;
    entry.schema = parseSchema(*def);
    entry.family = def->getValueAsString("family").str();
    table.entries.push_back(std::move(entry));
  }
  llvm::sort(table.entries,
             [](const Entry &a, const Entry &b) { return a.schema.name < b.schema.name; });
  table.names = readNames(keeper, table.entries);
  for (Entry &entry : table.entries)
    readEntry(entry, table.names);
  return table;
}

} // namespace agc::tblgen
