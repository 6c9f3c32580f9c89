// Builds the samples of a record: its calls on inputs, as modules.
#include "test/Ops/Samples.h"
#include "compiler/Interpreter/Compare.h"
#include "dialect/AgDialect.h"
#include "dialect/RuleBuilder.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "test/Ops/SampleCalls.h"
#include "llvm/Support/xxhash.h"
#include <cmath>

using namespace mlir;
using namespace agc::ag;
using agc::interp::Number;
using agc::interp::Tensor;

namespace agc::test {
namespace {

/// The view that gives an operand of `shape` the strides of a layout, and the shape that it is a
/// view of.
std::pair<OperandView, SmallVector<int64_t>> viewFor(Call::Layout layout, ArrayRef<int64_t> shape) {
  SmallVector<int64_t> base(shape);
  if (layout == Call::NonContiguous && shape.size() > 1) {
    std::reverse(base.begin(), base.end());
    auto dims = llvm::reverse(llvm::seq<int64_t>(0, shape.size()));
    return {{OperandView::Permute, SmallVector<int64_t>(dims.begin(), dims.end())}, base};
  }
  if (layout == Call::NonContiguous && shape.size() == 1) {
    base[0] *= 2;
    return {{OperandView::Slice, {2}}, base};
  }
  auto *wide = llvm::find_if(base, [](int64_t extent) { return extent > 1; });
  if (layout != Call::Expanded || wide == base.end())
    return {{}, base};
  *wide = 1;
  return {{OperandView::Expand, SmallVector<int64_t>(shape)}, base};
}

/// Puts views between the function's arguments and their uses.
void applyViews(func::FuncOp main, ArrayRef<OperandView> views, TypeRange bases) {
  OpBuilder b = OpBuilder::atBlockBegin(&main.getBody().front());
  Location loc = main.getLoc();
  for (auto [argument, view, base] : llvm::zip(main.getArguments(), views, bases)) {
    if (view.kind == OperandView::None)
      continue;
    Type type = argument.getType();
    argument.setType(base);
    SmallVector<int64_t> starts(view.numbers.size(), 0);
    Value viewed =
        view.kind == OperandView::Permute ? Value(PermuteOp::create(b, loc, argument, view.numbers))
        : view.kind == OperandView::Slice
            ? Value(SliceOp::create(b, loc, type, argument, {}, starts, view.numbers, {}))
            : Value(ExpandOp::create(b, loc, type, argument, ValueRange()));
    argument.replaceAllUsesExcept(viewed, viewed.getDefiningOp());
  }
  main.setFunctionType(FunctionType::get(main.getContext(), bases, main.getResultTypes()));
}

std::string dtypeName(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

SmallVector<Type> dtypesOf(const Record &record, MLIRContext *context) {
  Builder b(context);
  SmallVector<Type> types;
  if (record.supports(ElementKind::Float))
    types.append({b.getF32Type(), b.getF64Type()});
  // There are no complex numbers of halves.
  if (record.supports(b.getF16Type()) && !llvm::is_contained(record.results, ElementRule::Complex))
    types.append({b.getF16Type(), b.getBF16Type()});
  if (record.supports(ElementKind::Complex))
    types.append({ComplexType::get(b.getF32Type()), ComplexType::get(b.getF64Type())});
  // The surface turns integers and bool into i64 before a sum.
  bool onlyWide = record.promotion == Promotion::Sum;
  if (record.supports(ElementKind::Int)) {
    if (!onlyWide)
      types.append({b.getIntegerType(8, false), b.getI8Type(), b.getI16Type(), b.getI32Type()});
    types.push_back(b.getI64Type());
  }
  if (record.supports(ElementKind::Bool) && !onlyWide)
    types.push_back(b.getI1Type());
  return types;
}

bool isFloating(Type type) { return isa<FloatType, ComplexType>(getElementTypeOrSelf(type)); }

Type elementOf(const ArgSpec &spec, Type dtype) {
  switch (spec.element) {
  case ElementRule::Bool:
    return IntegerType::get(dtype.getContext(), 1);
  case ElementRule::Index:
    return IntegerType::get(dtype.getContext(), 64);
  case ElementRule::Real:
    if (auto complex = dyn_cast<ComplexType>(dtype))
      return complex.getElementType();
    return dtype;
  case ElementRule::Complex:
    return ComplexType::get(dtype);
  case ElementRule::T:
  case ElementRule::Any:
    return dtype;
  }
  llvm_unreachable("all element rules are covered");
}

class SampleBuilder {
public:
  SampleBuilder(const Record &record, MLIRContext *context, std::vector<std::string> &errors)
      : record(record), context(context), errors(errors) {}

  std::vector<Sample> run(function_ref<bool(Type)> wanted) {
    std::vector<Call> calls = callsOf(record, context, errors);
    if (calls.empty())
      error("has no Case to make a sample of");
    std::vector<Sample> samples;
    for (Type dtype : llvm::filter_to_vector(dtypesOf(record, context), wanted))
      for (const Call &call : calls)
        if (std::optional<Sample> sample = build(call, dtype))
          samples.push_back(std::move(*sample));
    return samples;
  }

private:
  void error(const Twine &text) { errors.push_back(("'" + record.name + "' " + text).str()); }

  /// Adds to the diagonals of matrices what the record's domain says.
  void raiseDiagonal(const ArgSpec &spec, Tensor &tensor) const {
    const auto *domain = llvm::find_if(
        record.domains, [&](const DomainSpec &domain) { return domain.operand == spec.name; });
    if (domain == record.domains.end() || domain->diagonal == 0)
      return;
    // In a base of reversed dims the matrices' are the first two.
    ArrayRef<int64_t> shape = tensor.shape;
    int64_t after = shape.back() == shape[shape.size() - 2] ? 1 : shape.back();
    int64_t columns = shape[shape.size() - (after == 1 ? 1 : 2)];
    for (auto [n, x] : llvm::enumerate(tensor.data))
      if (int64_t(n) / after / columns % columns == int64_t(n) / after % columns)
        x.value += domain->diagonal;
  }

  std::pair<double, double> domainOf(const ArgSpec &spec) const {
    for (const DomainSpec &domain : record.domains)
      if (domain.operand == spec.name)
        return {domain.low, domain.high};
    for (const DomainSpec &domain : record.domains)
      if (domain.operand == "*" && spec.element == ElementRule::T)
        return {domain.low, domain.high};
    return spec.element == ElementRule::Index ? std::pair(0.0, 2.0) : std::pair(-2.0, 2.0);
  }

  /// The record's special values, as far as an element type has them.
  std::vector<double> specialsFor(Type type) const {
    std::vector<double> values;
    for (StringRef text : record.specials.empty() ? ArrayRef<llvm::StringLiteral>(reductionSpecials)
                                                  : record.specials) {
      if (isComplexSpecial(text))
        continue;
      double value = 0;
      text.getAsDouble(value);
      bool real = isa<FloatType>(type);
      if (isa<ComplexType>(type) && (!std::isfinite(value) || std::signbit(value)))
        continue; // those have their own, where the parts hold (isComplexSpecial)
      if (!real && !isa<ComplexType>(type) &&
          (!std::isfinite(value) || value != std::trunc(value) || std::abs(value) > 100))
        continue;
      if (value == 0 && record.failure(kindOf(type)))
        continue; // what fails has no value
      values.push_back(value);
    }
    if (values.empty())
      values.push_back(0);
    return values;
  }
  static constexpr llvm::StringLiteral reductionSpecials[] = {"1", "inf",  "2",  "nan",
                                                              "4", "-inf", "-1", "3"};

  /// The record's special values for complex operands alone.
  std::vector<Number> complexSpecials() const {
    std::vector<Number> values;
    for (StringRef text : llvm::make_filter_range(record.specials, isComplexSpecial)) {
      size_t sign = text.find_last_of("+-"); // no exponent is negative in them
      double re = 0, im = 0;
      text.take_front(sign).getAsDouble(re);
      text.slice(sign + 1, text.size() - 1).getAsDouble(im);
      values.push_back(Number::complex({re, text[sign] == '-' ? -im : im}));
    }
    return values;
  }

  Tensor valuesFor(const Call &call, size_t i, ArrayRef<int64_t> shape, Type elementType,
                   StringRef key) const {
    auto [low, high] = domainOf(*call.specs[i]);
    uint64_t seed = llvm::xxh3_64bits((key + "/" + std::to_string(i)).str());
    bool isBool = elementType.isInteger(1);
    Tensor result =
        interp::randomTensor(shape, elementType, isBool ? 0 : low, isBool ? 2 : high, seed);
    if (elementType.isUnsignedInteger())
      for (Number &x : result.data)
        x.integer = x.integer > 127 ? 256 - x.integer : x.integer;
    raiseDiagonal(*call.specs[i], result);
    bool tied = call.specs[i]->element == ElementRule::T;
    if (call.values == Call::Ties && tied)
      for (Number &x : result.data)
        x = x.kind == Number::Complex
                ? Number::complex({std::round(x.value.real()), std::round(x.value.imag())})
            : x.kind == Number::Real ? Number::real(std::round(x.toReal()))
                                     : x;
    if (call.values == Call::Specials && tied && !isBool) {
      std::vector<double> specials = specialsFor(elementType);
      size_t stride = i == 0 ? 1 : std::max<size_t>(record.specials.size(), 1);
      for (auto [n, x] : llvm::enumerate(result.data))
        x = interp::convert(Number::real(specials[n / stride % specials.size()]), elementType);
    }
    if (call.values == Call::ComplexSpecials)
      for (auto [x, value] : llvm::zip(result.data, complexSpecials()))
        x = interp::convert(value, elementType);
    return result;
  }

  /// Not where the record says NoWrt.
  bool hasGradient(const ArgSpec &spec) const {
    return llvm::none_of(record.wrt, [&](const WrtSpec &wrt) {
      return &record.args[wrt.arg] == &spec && !wrt.expr;
    });
  }

  std::optional<Sample> build(const Call &call, Type dtype);
  func::FuncOp buildMain(Sample &sample, const Call &call, TypeRange types);
  void buildDerivatives(Sample &sample, func::FuncOp main);

  const Record &record;
  MLIRContext *context;
  std::vector<std::string> &errors;
};

constexpr llvm::StringLiteral SampleBuilder::reductionSpecials[];

/// `T` as an element type's name.
std::string withDtype(StringRef text, Type dtype) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    bool alone = text[i] == 'T' && i + 1 < text.size() && text[i + 1] == '>' && i > 0 &&
                 (text[i - 1] == 'x' || text[i - 1] == '<');
    result += alone ? dtypeName(dtype) : std::string(1, text[i]);
  }
  return result;
}

/// The function @main, by the record's builder or by the case's text.
func::FuncOp SampleBuilder::buildMain(Sample &sample, const Call &call, TypeRange types) {
  Location loc = UnknownLoc::get(context);
  if (!call.op.empty()) {
    std::string text = "func.func @main(";
    for (auto [i, type] : llvm::enumerate(types))
      text += (i ? ", %" : "%") + sample.names[i] + ": " + dtypeName(type);
    text += ") {\n  %0 = " + withDtype(call.op, sample.dtype) + "\n  return\n}\n";
    sample.module = parseSourceString<ModuleOp>(text, context);
    if (!sample.module)
      return {};
    auto main = sample.module->lookupSymbol<func::FuncOp>("main");
    Operation *op = &main.getBody().front().front();
    main.getBody().front().getTerminator()->setOperands(op->getResults());
    main.setFunctionType(FunctionType::get(context, types, op->getResultTypes()));
    return main;
  }
  sample.module = ModuleOp::create(loc);
  OpBuilder b = OpBuilder::atBlockEnd(sample.module->getBody());
  auto main = func::FuncOp::create(b, loc, "main", FunctionType::get(context, types, {}));
  Block *entry = main.addEntryBlock();
  b.setInsertionPointToEnd(entry);
  SmallVector<Value> operands;
  unsigned next = 0;
  for (const ArgSpec *spec : call.specs)
    operands.push_back(spec ? entry->getArgument(next++) : Value());
  FailureOr<SmallVector<Value>> results = buildRecord(b, loc, record, operands, sample.params);
  if (failed(results))
    return {};
  func::ReturnOp::create(b, loc, *results);
  main.setFunctionType(FunctionType::get(context, types, ValueRange(*results).getTypes()));
  return main;
}

/// @grad, @jvp and @second around the op of @main.
void SampleBuilder::buildDerivatives(Sample &sample, func::FuncOp main) {
  Location loc = main.getLoc();
  FunctionType type = main.getFunctionType();
  SmallVector<Type> floating;
  for (auto [input, wrt] : llvm::zip(type.getInputs(), sample.wrt))
    if (wrt)
      floating.push_back(input);
  SmallVector<Type> outputs = llvm::filter_to_vector(type.getResults(), isFloating);
  OpBuilder b(context);
  // Starts a function that computes the results from marked operands.
  auto start = [&](StringRef name, TypeRange more, ArrayRef<Type> results,
                   SmallVector<Value> &marks, SmallVector<Value> &values) {
    SmallVector<Type> inputs(type.getInputs());
    inputs.append(more.begin(), more.end());
    b.setInsertionPointToEnd(sample.module->getBody());
    auto function = func::FuncOp::create(b, loc, name, FunctionType::get(context, inputs, results));
    Block *entry = function.addEntryBlock();
    b.setInsertionPointToEnd(entry);
    IRMapping mapping;
    for (auto [from, to, wrt] : llvm::zip(main.getArguments(), entry->getArguments(), sample.wrt)) {
      Value value = to;
      if (wrt) {
        value = LeafMarkOp::create(b, loc, to);
        marks.push_back(value);
      }
      mapping.map(from, value);
    }
    for (Operation &op : main.getBody().front().without_terminator())
      b.clone(op, mapping);
    for (Value value : main.getBody().front().getTerminator()->getOperands())
      if (isFloating(value.getType()))
        values.push_back(mapping.lookup(value));
    return entry;
  };
  auto rest = [&](Block *entry, size_t skip, size_t count) {
    return SmallVector<Value>(
        entry->getArguments().drop_front(type.getNumInputs() + skip).take_front(count));
  };
  {
    SmallVector<Value> marks, values;
    Block *entry = start("grad", outputs, floating, marks, values);
    auto grad = GradOp::create(b, loc, floating, values, rest(entry, 0, outputs.size()), marks,
                               /*create_graph=*/false);
    func::ReturnOp::create(b, loc, grad.getResults());
  }
  {
    SmallVector<Value> marks, values;
    Block *entry = start("jvp", floating, outputs, marks, values);
    auto jvp = JvpOp::create(b, loc, outputs, values, marks, rest(entry, 0, floating.size()));
    func::ReturnOp::create(b, loc, jvp.getResults());
  }
  {
    SmallVector<Value> marks, values;
    SmallVector<Type> seeds(outputs);
    seeds.append(floating);
    Block *entry = start("second", seeds, floating, marks, values);
    auto grad = GradOp::create(b, loc, floating, values, rest(entry, 0, outputs.size()), marks,
                               /*create_graph=*/true);
    auto second = GradOp::create(b, loc, floating, grad.getResults(),
                                 rest(entry, outputs.size(), floating.size()), marks,
                                 /*create_graph=*/false);
    func::ReturnOp::create(b, loc, second.getResults());
  }
}

std::optional<Sample> SampleBuilder::build(const Call &call, Type dtype) {
  if (call.values == Call::ComplexSpecials && !isa<ComplexType>(dtype))
    return std::nullopt;
  Sample sample;
  sample.key = (record.name + "/" + dtypeName(dtype) + "/" + call.name).str();
  sample.record = &record;
  sample.dtype = dtype;
  sample.torch = call.torch.empty() ? record.torch.str() : call.torch;
  sample.special = call.values != Call::Random;
  sample.byParts = call.values == Call::ComplexSpecials;
  NamedAttrList params(call.params);
  for (const ArgSpec &arg : record.args)
    if (!arg.isTensor() && !params.get(arg.name)) {
      if (Attribute value = defaultOf(arg, context))
        params.set(arg.name, value);
      else if (!arg.optional && !arg.hasDefault && call.op.empty()) {
        error("needs a Case that gives '" + arg.name + "'");
        return std::nullopt;
      }
    }
  sample.params = params.getDictionary(context);
  // Beside integers a number is whole; PyTorch wraps a negative bound around before it compares.
  if (isa<IntegerType>(dtype))
    for (NamedAttribute param : sample.params)
      if (auto value = dyn_cast<FloatAttr>(param.getValue());
          value && (!value.getValue().isInteger() ||
                    (dtype.isUnsignedInteger() && value.getValueAsDouble() < 0)))
        return std::nullopt;
  SmallVector<Type> types, bases;
  for (size_t i = 0; i < call.specs.size(); ++i) {
    if (!call.specs[i])
      continue;
    Type elementType = call.types[i].empty() ? elementOf(*call.specs[i], dtype)
                                             : parseType(call.types[i], context);
    if (!elementType) {
      error("has a Case with an operand of no type");
      return std::nullopt;
    }
    auto [view, base] = viewFor(call.layout, call.shapes[i]);
    sample.operands.push_back(valuesFor(call, i, base, elementType, sample.key));
    sample.views.push_back(view);
    bool list = call.specs[i]->kind == ArgKind::TensorList;
    sample.names.push_back(call.specs[i]->name.str() + (list ? std::to_string(i) : ""));
    types.push_back(RankedTensorType::get(call.shapes[i], elementType));
    bases.push_back(RankedTensorType::get(base, elementType));
    sample.optional.push_back(call.specs[i]->optional);
    sample.wrt.push_back(isFloating(elementType) && hasGradient(*call.specs[i]));
  }
  func::FuncOp main = buildMain(sample, call, types);
  if (!main) {
    error("has a Case that makes no valid op: " + sample.key);
    return std::nullopt;
  }
  applyViews(main, sample.views, bases);
  auto random = [&](Type type, StringRef what, size_t i) {
    auto shaped = cast<RankedTensorType>(type);
    uint64_t seed = llvm::xxh3_64bits((sample.key + "/" + what + std::to_string(i)).str());
    return interp::randomTensor(shaped.getShape(), shaped.getElementType(), 0.5, 1.5, seed);
  };
  for (auto [i, type] : llvm::enumerate(main.getResultTypes()))
    if (isFloating(type) && cast<RankedTensorType>(type).hasStaticShape())
      sample.seeds.push_back(random(type, "seed", i));
  for (auto [i, type] : llvm::enumerate(bases))
    if (sample.wrt[i])
      sample.tangents.push_back(random(type, "tangent", i));
  sample.differentiable = !sample.byParts && !sample.seeds.empty() && !sample.tangents.empty() &&
                          record.gradKind != GradKind::NonDiff &&
                          record.gradKind != GradKind::NotImplemented;
  if (sample.differentiable)
    buildDerivatives(sample, main);
  return sample;
}

} // namespace

std::vector<Sample> samplesOf(const Record &record, MLIRContext *context,
                              std::vector<std::string> &errors, function_ref<bool(Type)> wanted) {
  return SampleBuilder(record, context, errors).run(wanted);
}

} // namespace agc::test
