// Makes calls of a record's cases, its family and the shapes that it declares.
#include "test/Ops/SampleCalls.h"
#include "mlir/AsmParser/AsmParser.h"

using namespace mlir;
using namespace agc::ag;

namespace agc::test {
namespace {

class CallMaker {
public:
  CallMaker(const Record &record, MLIRContext *context, std::vector<std::string> &errors)
      : record(record), context(context), errors(errors) {}

  std::vector<Call> run() {
    std::vector<Call> calls;
    std::vector<DictionaryAttr> paramSets;
    for (auto [i, spec] : llvm::enumerate(record.cases)) {
      if (spec.operands.empty() && spec.op.empty()) {
        paramSets.push_back(parseParams(spec.params));
        continue;
      }
      calls.push_back(explicitCall(spec, i));
      if (record.family == Family::Composite) {
        Call ties = calls.back();
        ties.name += "_ties";
        ties.values = Call::Ties;
        calls.push_back(ties);
      }
      bool isPlain = spec.params.empty(); // with parameters PyTorch's order of NaN is no order
      if (record.family == Family::Primitive && !record.specials.empty() && isPlain) {
        Call special = calls.back();
        special.name += "_special";
        special.values = Call::Specials;
        calls.push_back(special);
      }
    }
    if (record.family == Family::Reduce)
      appendReductions(calls, "dim = []", "dim = [1]", "dim = [0]");
    if (record.family == Family::ReduceIndex || record.family == Family::Scan)
      appendReductions(calls, "dim = 0", "dim = 1", "dim = 0");
    if (record.family == Family::Pointwise)
      appendPointwise(calls, paramSets);
    appendLayouts(calls);
    return calls;
  }

private:
  void error(const Twine &text) { errors.push_back(("'" + record.name + "' " + text).str()); }

  DictionaryAttr parseParams(StringRef text) {
    Attribute attr = parseAttribute(("{" + text + "}").str(), context);
    auto params = dyn_cast_or_null<DictionaryAttr>(attr);
    if (!params) {
      error("has a Case whose parameters do not parse: " + text);
      return DictionaryAttr::get(context);
    }
    NamedAttrList list;
    for (NamedAttribute param : params) {
      Attribute value = param.getValue();
      auto spec = llvm::find_if(
          record.args, [&](const ArgSpec &arg) { return arg.name == param.getName().getValue(); });
      if (spec == record.args.end())
        error("has no parameter '" + param.getName().getValue() + "' that a Case gives");
      else if (auto array = dyn_cast<ArrayAttr>(value); array && spec->kind == ArgKind::IntList)
        value = DenseI64ArrayAttr::get(context, llvm::map_to_vector(array, [](Attribute a) {
                                         return cast<IntegerAttr>(a).getInt();
                                       }));
      list.set(param.getName(), value);
    }
    return list.getDictionary(context);
  }

  std::vector<const ArgSpec *> tensorArgs() const {
    std::vector<const ArgSpec *> specs;
    for (const ArgSpec &arg : record.args)
      if (arg.isTensor())
        specs.push_back(&arg);
    return specs;
  }

  /// A case as it stands in the record.
  Call explicitCall(const CaseSpec &spec, size_t i) {
    Call call;
    call.name = "case" + std::to_string(i);
    call.params = parseParams(spec.params);
    call.op = spec.op;
    call.torch = spec.torch;
    std::vector<const ArgSpec *> specs = tensorArgs();
    for (auto [k, text] : llvm::enumerate(spec.operands)) {
      if (specs.empty()) {
        error("has a Case with too many operands");
        break;
      }
      const ArgSpec *arg = specs[std::min(k, specs.size() - 1)];
      call.specs.push_back(text == "-" ? nullptr : arg);
      SmallVector<int64_t> shape;
      StringRef rest = text;
      int64_t extent;
      while (!rest.empty() && !rest.consumeInteger(10, extent)) {
        shape.push_back(extent);
        rest.consume_front("x");
      }
      call.shapes.push_back(shape);
      call.types.push_back(text == "-" ? "" : rest.str());
    }
    return call;
  }

  /// The first call once more, on operands with other strides.
  void appendLayouts(std::vector<Call> &calls) {
    for (auto [name, layout] :
         {std::pair("non_contiguous", Call::NonContiguous), {"expanded", Call::Expanded}}) {
      if (calls.empty() || !llvm::is_contained(record.shapes, name))
        continue;
      Call call = calls.front();
      call.name = name;
      call.layout = layout;
      calls.push_back(call);
    }
  }

  void appendPointwise(std::vector<Call> &calls, ArrayRef<DictionaryAttr> paramSets) {
    std::vector<DictionaryAttr> sets(paramSets);
    if (sets.empty())
      sets.push_back(DictionaryAttr::get(context));
    std::vector<const ArgSpec *> specs = tensorArgs();
    auto add = [&](const Twine &name, DictionaryAttr params, Call::Values values,
                   function_ref<SmallVector<int64_t>(size_t)> shape) {
      Call call;
      call.name = name.str();
      call.params = params;
      call.values = values;
      for (auto [i, spec] : llvm::enumerate(specs)) {
        call.specs.push_back(spec);
        call.shapes.push_back(shape(i));
        call.types.push_back("");
      }
      calls.push_back(call);
    };
    static constexpr int64_t wide[][2] = {{3, 1}, {1, 2}, {1, 1}};
    for (auto [n, params] : llvm::enumerate(sets)) {
      std::string suffix = n ? std::to_string(n) : "";
      for (StringRef name : record.shapes) {
        if (name == "matrix")
          add("matrix" + suffix, params, Call::Random,
              [](size_t) { return SmallVector<int64_t>{2, 3}; });
        else if (name == "empty" && !n)
          add(name, params, Call::Random, [](size_t) { return SmallVector<int64_t>{0, 3}; });
        else if (name == "zero_dim" && !n)
          add(name, params, Call::Random, [](size_t) { return SmallVector<int64_t>{}; });
        else if (name == "broadcast" && !n && specs.size() > 1)
          add(name, params, Call::Random,
              [](size_t i) { return llvm::to_vector(ArrayRef<int64_t>(wide[i % 3])); });
      }
      if (record.specials.empty())
        continue;
      int64_t ofComplex = llvm::count_if(record.specials, isComplexSpecial);
      int64_t count = record.specials.size() - ofComplex, total = count;
      for (size_t i = 1; i < std::min<size_t>(specs.size(), 2); ++i)
        total *= count;
      add("special" + suffix, params, Call::Specials,
          [&](size_t) { return SmallVector<int64_t>{total}; });
      if (ofComplex)
        add("special_parts" + suffix, params, Call::ComplexSpecials,
            [&](size_t) { return SmallVector<int64_t>{ofComplex}; });
    }
  }

  /// Calls along one dim or another, as the family writes a dim.
  void appendReductions(std::vector<Call> &calls, StringRef none, StringRef last, StringRef first) {
    auto add = [&](StringRef name, SmallVector<int64_t> shape, const Twine &params,
                   Call::Values values) {
      Call call;
      call.name = name;
      call.params = parseParams(params.str());
      call.values = values;
      for (const ArgSpec *spec : tensorArgs()) {
        call.specs.push_back(spec);
        call.shapes.push_back(shape);
        call.types.push_back("");
      }
      calls.push_back(call);
    };
    add("last", {2, 3}, last, Call::Random);
    bool scans = record.family == Family::Scan;
    if (scans)
      add("first_reverse", {3, 2}, first + ", reverse = true", Call::Random);
    else
      add("first_keepdim", {2, 3}, first + ", keepdim = true", Call::Random);
    if (record.family == Family::Reduce)
      add("all", {2, 3, 2}, "dim = [0, 1, 2]", Call::Random);
    add("ties", {3, 4}, last, Call::Ties);
    add("special", {4, 3}, last, Call::Specials);
    if (llvm::is_contained(record.shapes, "empty"))
      add("empty", {0, 3}, first, Call::Random);
    if (llvm::is_contained(record.shapes, "zero_dim"))
      add("zero_dim", {}, none, Call::Random);
  }

  const Record &record;
  MLIRContext *context;
  std::vector<std::string> &errors;
};

} // namespace

std::vector<Call> callsOf(const Record &record, MLIRContext *context,
                          std::vector<std::string> &errors) {
  return CallMaker(record, context, errors).run();
}

} // namespace agc::test
