// What a record must have, and what its samples may say; else an error at its line.
#include "Table.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Regex.h"
#include "llvm/TableGen/Error.h"

using namespace llvm;

namespace agc::tblgen {
namespace {

class Checker {
public:
  explicit Checker(const Entry &entry) : entry(entry) {}

  void run() {
    checkFields();
    checkGradient();
    checkLowering();
    for (const Record *sample : entry.def->getValueAsListOfDefs("samples"))
      checkSample(*sample);
    checkShapes();
  }

private:
  [[noreturn]] void fail(const Twine &message) { PrintFatalError(entry.def->getLoc(), message); }

  void need(bool present, const Twine &what) {
    if (!present)
      fail("'" + entry.schema.name + "' has no " + what);
  }

  bool supports(StringRef kind) {
    return is_contained(entry.def->getValueAsListOfStrings("dtypes"), kind);
  }

  unsigned numTensors() {
    return count_if(entry.schema.args, [](const Arg &arg) { return arg.isTensor(); });
  }

  void checkFields() {
    need(!entry.def->getValueAsString("title").empty(), "title");
    bool combines = is_contained({"reduce", "reduce_index", "scan"}, entry.family);
    if (entry.family == "pointwise" || combines)
      need(!entry.lower.empty(), "lowering");
    if (combines)
      need(entry.combine.has_value(), "combiner");
    if (entry.family == "pointwise" || entry.family == "primitive")
      need(entry.eval || !entry.evalFunction.empty(), "reference evaluation");
    if (entry.family == "composite")
      need(entry.body || !entry.bodyFunction.empty(), "body");
    for (StringRef field : {"saves", "flat"})
      for (StringRef text : entry.def->getValueAsListOfStrings(field)) {
        auto [name, asked] = text.split(" if ");
        for (StringRef word : {name, asked})
          if (!word.empty() && entry.schema.find(word) < 0 && !word.starts_with("result") &&
              !(word == "apart" && field == "saves"))
            fail("no operand or result named '" + word + "'");
      }
    for (StringRef text : entry.def->getValueAsListOfStrings("gradShapes")) {
      auto [name, other] = text.split(" as ");
      for (StringRef word : {name, other})
        if (int i = entry.schema.find(word); i < 0 || !entry.schema.args[i].isTensor())
          fail("no operand named '" + word + "' for the shape of a cotangent");
    }
    for (StringRef text : entry.def->getValueAsListOfStrings("gradNodes"))
      if (auto [name, node] = text.split(": "); !node.empty())
        if (int i = entry.schema.find(name); i < 0 || !entry.schema.args[i].isTensor())
          fail("no operand named '" + name + "' for the node of a cotangent");
    StringRef layout = entry.def->getValueAsString("layout");
    bool isWord = layout == "operands" || layout == "columns" || layout == "contiguous";
    if (int i = entry.schema.find(layout); !isWord && (i < 0 || !entry.schema.args[i].isTensor()))
      fail("no operand named '" + layout + "' to lay a result out as");
    for (const Record *overload : entry.def->getValueAsListOfDefs("overloads"))
      if (StringRef name = overload->getValueAsString("operand");
          !name.empty() && entry.schema.find(name) < 0)
        fail("no argument named '" + name + "'");
    for (StringRef field : {"tolerance", "roundingTolerance"}) {
      auto [number, reason] = entry.def->getValueAsString(field).split(':');
      double value;
      need(number.empty() || (!number.getAsDouble(value) && !reason.trim().empty()),
           "number and reason, 'NUMBER: why', for its tolerance");
    }
  }

  /// Whether an operand or a result has floating-point elements for some of the dtypes.
  bool isFloating(StringRef element) {
    if (element == "Real" || element == "Complex")
      return true;
    return (element == "T" || element == "Any") && (supports("float") || supports("complex"));
  }

  void checkGradient() {
    if (entry.gradKind == "FromBody")
      need(entry.family == "composite", "body to take its gradient from");
    if (entry.gradKind == "NotImplemented")
      need(!StringRef(entry.gradReason).trim().empty(), "reason why it has no gradient");
    bool fromFloats = any_of(entry.schema.args, [&](const Arg &arg) {
      return arg.isTensor() && isFloating(arg.element);
    });
    if (entry.gradKind == "NonDiff" && fromFloats &&
        any_of(entry.schema.results, [&](StringRef element) { return isFloating(element); }))
      fail("NonDiff is for results that are bool or integer, which those of '" + entry.schema.name +
           "' are not");
  }

  /// Every kind of element that the record has lowers by some expression (see Record::lowering).
  void checkLowering() {
    auto lowers = [&](StringRef kind) {
      return any_of(entry.lower, [&](auto &lowering) { return lowering.first == kind; });
    };
    for (StringRef kind : entry.def->getValueAsListOfStrings("dtypes"))
      need(entry.lower.empty() || lowers(kind) || lowers("any") ||
               (kind == "bool" && lowers("int")),
           "lowering of " + kind + " elements");
  }

  /// A real number, or a complex one: "-1+0i".
  static bool isNumber(StringRef text) {
    double value;
    if (!text.ends_with("i"))
      return !text.getAsDouble(value);
    size_t sign = text.find_last_of("+-");
    return sign != StringRef::npos && !text.take_front(sign).getAsDouble(value) &&
           !text.slice(sign + 1, text.size() - 1).getAsDouble(value);
  }

  void checkSample(const Record &sample) {
    if (sample.isSubClassOf("Domain")) {
      StringRef operand = sample.getValueAsString("operand");
      int arg = entry.schema.find(operand);
      if (operand != "*" && (arg < 0 || !entry.schema.args[arg].isTensor()))
        fail("a Domain is of no operand: '" + operand + "'");
    } else if (sample.isSubClassOf("Special")) {
      for (StringRef text : sample.getValueAsListOfStrings("values"))
        if (!isNumber(text))
          fail("not a number: '" + text + "'");
    } else {
      checkCase(sample);
    }
  }

  void checkCase(const Record &sample) {
    static Regex form("^(-|([0-9]+(x[0-9]+)*)?|([0-9]+x)*(complex<f[0-9]+>|[a-z]+[0-9]+))$");
    std::vector<StringRef> operands = sample.getValueAsListOfStrings("operands");
    for (StringRef operand : operands)
      if (!form.match(operand))
        fail("a Case has an operand that is no shape: '" + operand + "'");
    bool isList = any_of(entry.schema.args, [](const Arg &a) { return a.kind == "TensorList"; });
    bool fits = isList ? operands.size() >= numTensors() : operands.size() == numTensors();
    bool left = entry.family == "pointwise" && operands.empty();
    if (!fits && !left)
      fail("a Case has " + Twine(operands.size()) + " operands, expected " + Twine(numTensors()));
    for (StringRef name : paramsOf(sample.getValueAsString("params"))) {
      int arg = entry.schema.find(name);
      if (arg < 0 || entry.schema.args[arg].isTensor())
        fail("a Case gives '" + name + "', which is no parameter");
    }
  }

  /// The names in the text of an attribute dictionary.
  static SmallVector<StringRef> paramsOf(StringRef text) {
    SmallVector<StringRef> names;
    int depth = 0; // commas inside [] separate a list's elements
    size_t start = 0;
    for (size_t i = 0; i <= text.size(); ++i) {
      char c = i < text.size() ? text[i] : ',';
      depth += c == '[' || c == '<' ? 1 : c == ']' || c == '>' ? -1 : 0;
      if (c != ',' || depth)
        continue;
      if (StringRef part = text.slice(start, i).trim(); !part.empty())
        names.push_back(part.split('=').first.trim());
      start = i + 1;
    }
    return names;
  }

  /// The extents of a Case's operand; nothing for an absent one. "4x5xi64" has 4 and 5.
  static std::optional<std::vector<unsigned>> extentsOf(StringRef operand) {
    if (operand == "-")
      return std::nullopt;
    std::vector<unsigned> extents;
    unsigned extent;
    while (!operand.consumeInteger(10, extent)) {
      extents.push_back(extent);
      operand.consume_front("x");
    }
    return extents;
  }

  /// Whether the samples have a shape. Pointwise records and those along a dim are given operands
  /// of each shape by the tests; others have what their Cases say, and the first once more with
  /// other strides.
  bool hasSample(StringRef shape) {
    if (entry.family != "composite" && entry.family != "primitive")
      return true;
    bool first = true;
    for (const Record *sample : entry.def->getValueAsListOfDefs("samples")) {
      if (!sample->isSubClassOf("Case"))
        continue;
      for (StringRef operand : sample->getValueAsListOfStrings("operands")) {
        std::optional<std::vector<unsigned>> extents = extentsOf(operand);
        if (!extents)
          continue;
        bool wide = any_of(*extents, [](unsigned extent) { return extent > 1; });
        if ((shape == "empty" && is_contained(*extents, 0u)) ||
            (shape == "zero_dim" && extents->empty()) || (shape == "matrix" && !extents->empty()) ||
            (first && (shape == "non_contiguous" || shape == "expanded") && wide))
          return true;
      }
      first = false;
    }
    return false;
  }

  /// Shapes that a record cannot but have, whatever it lets its family require: an op may refuse
  /// tensors without elements or without dims, but no strides; a pointwise one refuses nothing.
  SmallVector<StringRef> inevitableShapes() {
    if (numTensors() == 0)
      return {};
    SmallVector<StringRef> shapes = {"matrix", "non_contiguous", "expanded"};
    if (entry.family == "pointwise")
      shapes.append({"empty", "zero_dim"});
    if (entry.family == "pointwise" && numTensors() > 1)
      shapes.push_back("broadcast");
    return shapes;
  }

  void checkShapes() {
    std::vector<const Record *> shapes = entry.def->getValueAsListOfDefs("shapes");
    std::vector<const Record *> all = entry.def->getValueAsListOfDefs("requiredShapes");
    for (StringRef name : inevitableShapes())
      if (none_of(all, [&](const Record *s) { return s->getValueAsString("name") == name; }))
        fail("requiredShapes lacks '" + name + "', which '" + entry.schema.name +
             "' cannot refuse");
    for (const Record *required : all)
      if (!is_contained(shapes, required) || !hasSample(required->getValueAsString("name")))
        fail("samples lack the shape '" + required->getValueAsString("name") +
             "' that the family declares");
  }

  const Entry &entry;
};

} // namespace

void checkEntry(const Entry &entry) { Checker(entry).run(); }

} // namespace agc::tblgen
