// -gen-records: the table of dialect/Record.h; -gen-rules: declarations of the C++ functions it
// names.
#include "Backends.h"
#include "Table.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TableGen/Error.h"
#include <cmath>

using namespace llvm;

namespace agc::tblgen {
namespace {

std::string quoted(StringRef text) {
  std::string out;
  raw_string_ostream os(out);
  os << '"';
  os.write_escaped(text);
  os << '"';
  return out;
}

std::string number(double value) {
  if (std::isnan(value))
    return "NAN";
  if (std::isinf(value))
    return value < 0 ? "-HUGE_VAL" : "HUGE_VAL";
  return formatv("{0:e17}", value).str();
}

/// Emits the arrays a record refers to, and remembers their names.
class Emitter {
public:
  explicit Emitter(raw_ostream &os) : os(os) {}

  /// An ag::Expr initialiser.
  std::string expr(const std::optional<Expression> &expression) {
    if (!expression)
      return "{}";
    std::vector<std::string> nodes;
    for (const Node &node : expression->nodes) {
      std::vector<std::string> args;
      for (int arg : node.args)
        args.push_back(std::to_string(arg));
      nodes.push_back(formatv("{{ExprNode::{0}, {1}, {2}, {3}, {4}}", node.kind, node.index,
                              number(node.number), quoted(node.name), array("int", args)));
    }
    return formatv("{{{0}, {1}}", quoted(expression->text), array("ExprNode", nodes));
  }

  /// An ArrayRef initialiser over a fresh constant array.
  std::string array(StringRef type, const std::vector<std::string> &elements) {
    if (elements.empty())
      return "{}";
    std::string name = "array" + std::to_string(count++);
    os << "constexpr " << type << " " << name << "[] = {" << llvm::join(elements, ", ") << "};\n";
    return name;
  }

private:
  raw_ostream &os;
  unsigned count = 0;
};

std::string capital(StringRef text) {
  std::string out = text.str();
  out[0] = toUpper(out[0]);
  return out;
}

std::string boolean(bool value) { return value ? "true" : "false"; }

double parseNumber(StringRef text, const Entry &entry) {
  double value;
  if (text.getAsDouble(value))
    PrintFatalError(entry.def->getLoc(), "not a number: '" + text + "'");
  return value;
}

std::string emitCase(const Record &sample, Emitter &emit) {
  std::vector<std::string> operands;
  for (StringRef operand : sample.getValueAsListOfStrings("operands"))
    operands.push_back(quoted(operand));
  return formatv("{{{0}, {1}, {2}, {3}}", emit.array("StringLiteral", operands),
                 quoted(sample.getValueAsString("params")), quoted(sample.getValueAsString("op")),
                 quoted(sample.getValueAsString("torch")));
}

std::string emitRecord(const Entry &entry, Emitter &emit) {
  const Schema &schema = entry.schema;
  std::vector<std::string> args, overloads, results, dtypes, lower, failures, wrt, saves,
      gradShapes, gradNodes, flat, domains, specials, shapes, cases, unsupported;
  for (const Arg &arg : schema.args) {
    std::vector<std::string> words;
    llvm::transform(arg.words, std::back_inserter(words), quoted);
    args.push_back(formatv("{{{0}, ArgKind::{1}, ElementRule::{2}, {3}, {4}, {5}, {6}}",
                           quoted(arg.name), arg.kind, arg.element, boolean(arg.optional),
                           boolean(arg.hasDefault), quoted(arg.defaultText),
                           emit.array("StringLiteral", words)));
  }
  for (const std::string &rule : schema.results)
    results.push_back("ElementRule::" + rule);
  for (StringRef kind : entry.def->getValueAsListOfStrings("dtypes"))
    dtypes.push_back("ElementKind::" + capital(kind));
  for (auto &[kind, expression] : entry.lower)
    lower.push_back(formatv("{{ElementKind::{0}, {1}}", capital(kind), emit.expr(expression)));
  for (auto &[arg, expression] : entry.wrt)
    wrt.push_back(formatv("{{{0}, {1}}", arg, emit.expr(expression)));
  for (StringRef name : entry.def->getValueAsListOfStrings("saves"))
    saves.push_back(quoted(name));
  for (StringRef name : entry.def->getValueAsListOfStrings("gradShapes"))
    gradShapes.push_back(quoted(name));
  for (StringRef name : entry.def->getValueAsListOfStrings("gradNodes"))
    gradNodes.push_back(quoted(name));
  for (StringRef name : entry.def->getValueAsListOfStrings("flat"))
    flat.push_back(quoted(name));
  for (const Record *overload : entry.def->getValueAsListOfDefs("overloads"))
    overloads.push_back(formatv(
        "{{OverloadSpec::{0}, {1}, {2}, {3}, {4}, {5}}", overload->getValueAsString("kind"),
        quoted(overload->getValueAsString("node")), quoted(overload->getValueAsString("operand")),
        overload->getValueAsInt("dims"), boolean(overload->getValueAsBit("keepsResult")),
        quoted(overload->getValueAsString("refusal"))));
  for (const Record *sample : entry.def->getValueAsListOfDefs("samples")) {
    if (sample->isSubClassOf("Domain"))
      domains.push_back(formatv("{{{0}, {1}, {2}, {3}}",
                                quoted(sample->getValueAsString("operand")),
                                number(parseNumber(sample->getValueAsString("low"), entry)),
                                number(parseNumber(sample->getValueAsString("high"), entry)),
                                number(parseNumber(sample->getValueAsString("diagonal"), entry))));
    else if (sample->isSubClassOf("Case"))
      cases.push_back(emitCase(*sample, emit));
    else
      for (StringRef value : sample->getValueAsListOfStrings("values"))
        specials.push_back(quoted(value));
  }
  for (const Record *shape : entry.def->getValueAsListOfDefs("shapes"))
    shapes.push_back(quoted(shape->getValueAsString("name")));
  for (const Entry::Failure &failure : entry.failures)
    failures.push_back(formatv("{{ElementKind::{0}, {1}, {2}, AGC_ERROR_{3}, {4}}",
                               capital(failure.kind), emit.expr(failure.eval),
                               emit.expr(failure.lower), failure.status, quoted(failure.message)));
  std::string identity = entry.combine ? entry.def->getValueAsString("identity").str() : "";
  std::string function = entry.def->getValueAsString("function").str();
  std::string kernel = entry.def->getValueAsString("kernel").str();
  if (kernel.empty())
    kernel =
        !function.empty() ? function : schema.name + (entry.family == "pointwise" ? "_cpu" : "");
  for (const Record *said : entry.def->getValueAsListOfDefs("unsupported"))
    unsupported.push_back(formatv("{{ElementKind::{0}, {1}}",
                                  capital(said->getValueAsString("kind")),
                                  quoted(said->getValueAsString("text"))));
  bool needsElement = entry.combine && entry.def->getValueAsBit("needsElement");

  std::vector<std::string> fields = {
      quoted(schema.name),
      "Family::" + convertToCamelFromSnakeCase(entry.family, /*capitalizeFirst=*/true),
      quoted(entry.def->getValueAsString("title")),
      quoted(entry.def->getValueAsString("notes")),
      quoted(entry.def->getValueAsString("schema")),
      quoted(entry.node),
      quoted(function.empty() ? schema.name : function),
      quoted(kernel),
      emit.array("UnsupportedSpec", unsupported),
      emit.array("OverloadSpec", overloads),
      emit.array("ArgSpec", args),
      emit.array("ElementRule", results),
      "Promotion::" + capital(entry.def->getValueAsString("promotion")),
      emit.array("ElementKind", dtypes),
      boolean(entry.def->getValueAsBit("halves")),
      boolean(entry.def->getValueAsBit("inplace")),
      boolean(entry.def->getValueAsBit("idempotent")),
      quoted(entry.def->getValueAsString("layout")),
      boolean(entry.def->getValueAsBit("numbersFit")),
      boolean(entry.def->getValueAsBit("wideNumbers")),
      boolean(entry.def->getValueAsBit("opmath")),
      formatv("{{{0}, {1}}", emit.expr(entry.eval), quoted(entry.evalFunction)).str(),
      formatv("{{{0}, {1}}", emit.expr(entry.body), quoted(entry.bodyFunction)).str(),
      emit.array("LoweringSpec", lower),
      quoted(entry.def->getValueAsString("outOfRange")),
      std::to_string(entry.def->getValueAsInt("indexed")),
      emit.array("FailureSpec", failures),
      emit.expr(entry.combine),
      quoted(identity),
      boolean(needsElement),
      "GradKind::" + entry.gradKind,
      quoted(entry.gradFunction),
      quoted(entry.gradReason),
      emit.array("WrtSpec", wrt),
      emit.array("StringLiteral", saves),
      emit.array("StringLiteral", gradShapes),
      emit.array("StringLiteral", gradNodes),
      emit.array("StringLiteral", flat),
      quoted(entry.def->getValueAsString("tolerance")),
      quoted(entry.def->getValueAsString("roundingTolerance")),
      emit.array("DomainSpec", domains),
      emit.array("StringLiteral", specials),
      emit.array("StringLiteral", shapes),
      emit.array("CaseSpec", cases),
      quoted(entry.def->getValueAsString("torch"))};
  return "  {" + llvm::join(fields, ", ") + "}";
}

} // namespace

void emitRecords(const RecordKeeper &keeper, raw_ostream &os) {
  Table table = readTable(keeper);
  Emitter emit(os);
  std::vector<std::string> records;
  for (const Entry &entry : table.entries)
    records.push_back(emitRecord(entry, emit));
  os << "constexpr Record records[] = {\n" << llvm::join(records, ",\n") << "};\n";
}

void emitStandardFunctions(const RecordKeeper &keeper, raw_ostream &os) {
  for (const Record *def : keeper.getAllDerivedDefinitions("Ag_Std"))
    os << formatv("AGC_STD({0}, {1})\n", def->getValueAsString("name"),
                  def->getValueAsInt("arity"));
}

void emitBuiltins(const RecordKeeper &keeper, raw_ostream &os) {
  for (const Record *def : keeper.getAllDerivedDefinitions("Ag_Builtin"))
    if (!def->getValueAsBit("ofElements"))
      os << formatv("AGC_BUILTIN({0}, {1})\n", def->getValueAsString("name"),
                    def->getValueAsInt("arity"));
}

/// AGC_RULE(record, function) for each record whose field names a C++ function.
static void emitRules(const RecordKeeper &keeper, raw_ostream &os, std::string Entry::*function) {
  Table table = readTable(keeper);
  for (const Entry &entry : table.entries)
    if (!(entry.*function).empty())
      os << formatv("AGC_RULE({0}, {1})\n", entry.schema.name, entry.*function);
}

void emitEvalRules(const RecordKeeper &keeper, raw_ostream &os) {
  emitRules(keeper, os, &Entry::evalFunction);
}
void emitBodyRules(const RecordKeeper &keeper, raw_ostream &os) {
  emitRules(keeper, os, &Entry::bodyFunction);
}
void emitRefusalRules(const RecordKeeper &keeper, raw_ostream &os) {
  emitRules(keeper, os, &Entry::refusal);
  for (const Entry &entry : readTable(keeper).entries)
    if (StringRef mixed = entry.def->getValueAsString("mixed"); !mixed.empty())
      os << formatv("AGC_MIXED({0}, {1})\n", entry.schema.name, quoted(mixed));
}
void emitGradRules(const RecordKeeper &keeper, raw_ostream &os) {
  emitRules(keeper, os, &Entry::gradFunction);
}

} // namespace agc::tblgen
