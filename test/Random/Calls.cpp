// How a call finds its operands: objects of the program, views of them, or new leaves.
#include "test/Random/Calls.h"
#include "compiler/Interpreter/Compare.h"
#include "dialect/AgDialect.h"
#include "dialect/RuleBuilder.h"
#include "test/Ops/SampleJson.h"
#include "llvm/ADT/StringSet.h"
#include <cmath>

using namespace mlir;
namespace json = llvm::json;
using agc::ag::Family;
using agc::ag::Record;
using agc::interp::Frame;
using agc::interp::Number;
using agc::interp::Tensor;

namespace agc::test {

static const llvm::StringSet<> &surface() {
  static const llvm::StringSet<> names = {
#define AGC_SURFACE(name) #name,
#include "test/Random/Surface.inc"
#undef AGC_SURFACE
  };
  return names;
}

Calls::Calls(MLIRContext *context) {
  std::vector<std::string> errors;
  for (const Record &record : ag::allRecords()) {
    if (!surface().contains(record.name))
      continue;
    bool floats = record.supports(ag::ElementKind::Float);
    std::vector<Sample> samples = samplesOf(record, context, errors, [&](Type type) {
      return floats ? type.isF64() : type.isInteger(64) || type.isInteger(1);
    });
    // What looks at its operands through views has ops besides the record's; here objects do that.
    llvm::erase_if(samples, [](const Sample &sample) {
      auto main = sample.module.get().lookupSymbol<func::FuncOp>("main");
      // What is found has extents that only a call knows.
      bool isFound = llvm::any_of(main.getResultTypes(), [](Type type) {
        return !cast<ShapedType>(type).hasStaticShape();
      });
      return sample.special || isFound ||
             !llvm::hasSingleElement(main.front().without_terminator());
    });
    if (!samples.empty())
      records.push_back(std::move(samples));
  }
  for (const std::string &error : errors)
    llvm::errs() << "error: " << error << '\n';
}

namespace {

constexpr int64_t kMostElements = 64;

/// One call on its way into the program.
class Call {
public:
  Call(Program &program, const Sample &sample)
      : program(program), sample(sample), record(*sample.record), params(sample.params) {}

  /// False where there are none that fit.
  bool chooseOperands();
  /// Builds the op; false where it is refused.
  bool build();
  /// Appends the object of each result, or the write into the first operand.
  bool finish(bool inPlace);
  bool canBeInPlace() const;

private:
  /// Takes operands of any shape.
  bool isElementwise() const {
    return record.family == Family::Pointwise || record.family == Family::Reduce;
  }
  RankedTensorType typeOf(Value ref) const { return agt::tensorOf(ref); }
  Type elementOf(size_t i) const { return sample.operands[i].elementType; }
  bool isInDomain(size_t i, Value ref);
  Value fresh(size_t i, ArrayRef<int64_t> shape);
  Value fitted(size_t i);
  void chooseReduction();
  bool isSmooth();
  bool readsWhatItWrites() const;
  bool evaluate(const llvm::DenseMap<Value, Tensor> &operands, std::vector<Tensor> &results);
  json::Object event() const;

  Program &program;
  const Sample &sample;
  const Record &record;
  DictionaryAttr params;
  SmallVector<Value> operands; ///< objects; null for a number
  SmallVector<Tensor> numbers; ///< of the operands that are none
  SmallVector<Value> values;
  Operation *op = nullptr;
};

/// Whether an object may be that operand: PyTorch checks some domains.
bool Call::isInDomain(size_t i, Value ref) {
  for (const ag::DomainSpec &domain : record.domains)
    if (domain.operand == sample.names[i] || (domain.operand == "*" && !isElementwise()))
      return llvm::all_of(program.valueOf(ref).data, [&](const Number &x) {
        return x.toReal() >= domain.low && x.toReal() <= domain.high;
      });
  return true;
}

/// A leaf drawn from the record's domain.
Value Call::fresh(size_t i, ArrayRef<int64_t> shape) {
  const Tensor &like = sample.operands[i];
  Tensor value = like;
  if (shape != ArrayRef<int64_t>(like.shape)) {
    double low = 0, high = 2;
    if (isa<FloatType>(like.elementType)) {
      low = -2, high = 2;
      for (const ag::DomainSpec &domain : record.domains)
        if (domain.operand == "*" || domain.operand == sample.names[i])
          low = domain.low, high = domain.high;
    }
    value = interp::randomTensor(shape, like.elementType, low, high, program.draw());
  }
  return program.leaf(value, isa<FloatType>(like.elementType) && program.chance(0.5));
}

/// An object of just the sample's shape: one that is there, a view of one, or a leaf.
Value Call::fitted(size_t i) {
  const Tensor &like = sample.operands[i];
  auto wanted = RankedTensorType::get(like.shape, like.elementType);
  // Only samples know which integers are valid positions.
  if (!isa<FloatType>(like.elementType) || program.chance(0.2))
    return fresh(i, like.shape);
  if (Value found =
          program.pick([&](Value ref) { return typeOf(ref) == wanted && isInDomain(i, ref); }))
    return found;
  int64_t count = wanted.getNumElements();
  Value large = program.pick([&](Value ref) {
    RankedTensorType type = typeOf(ref);
    return type.getElementType() == wanted.getElementType() && type.getNumElements() >= count &&
           program.objectOf(ref)->layout.isContiguous() && isInDomain(i, ref);
  });
  if (!large || count == 0)
    return fresh(i, like.shape);
  auto view = [&](ArrayRef<int64_t> shape, agt::ViewKind kind, ArrayRef<int64_t> args) {
    if (!large)
      return;
    Type type = agt::RefType::get(wanted.clone(shape));
    auto made = agt::ViewOp::create(program.builder(), program.loc(), TypeRange(type), large, kind,
                                    args, Value(), ValueRange());
    bool done = program.play(made.getOperation(),
                             json::Object{{"op", "view"},
                                          {"kind", agt::stringifyViewKind(kind)},
                                          {"self", program.nameOf(large)},
                                          {"args", json::Array(args)},
                                          {"shapes", json::Array{json::Array(shape)}}});
    large = done ? made.getResult(0) : Value();
  };
  int64_t all = typeOf(large).getNumElements();
  view({all}, agt::ViewKind::View, {});
  if (all > count)
    view({count}, agt::ViewKind::Slice, {0, int64_t(program.below(all - count + 1)), 1});
  view(like.shape, agt::ViewKind::View, {});
  return large;
}

/// Pointwise operands broadcast to one another; what is no pointwise record takes the sample's
/// shapes.
bool Call::chooseOperands() {
  bool any = isElementwise();
  ag::Shape common;
  for (size_t i = 0; i < sample.operands.size(); ++i) {
    if (!any) {
      operands.push_back(fitted(i));
    } else if (i > 0 && isa<FloatType>(elementOf(i)) && program.chance(0.1)) {
      operands.push_back({});
      numbers.push_back(interp::randomTensor({}, elementOf(i), 0.5, 1.5, program.draw()));
      continue;
    } else {
      Value found;
      if (program.chance(0.85))
        found = program.pick([&](Value ref) {
          RankedTensorType type = typeOf(ref);
          FailureOr<ag::Shape> shape = ag::broadcastShapes(common, type.getShape());
          return type.getElementType() == elementOf(i) && succeeded(shape) &&
                 (i == 0 || ShapedType::getNumElements(*shape) <= kMostElements) &&
                 isInDomain(i, ref);
        });
      operands.push_back(found ? found : fresh(i, i == 0 ? sample.operands[i].shape : common));
    }
    numbers.emplace_back();
    if (!operands.back() || program.isOver())
      return false;
    if (any) {
      FailureOr<ag::Shape> shape = ag::broadcastShapes(common, typeOf(operands.back()).getShape());
      if (failed(shape))
        return false;
      common = *shape;
    }
  }
  return true;
}

/// Some dims of the operand, kept or not.
void Call::chooseReduction() {
  int64_t rank = typeOf(operands.front()).getRank();
  SmallVector<int64_t> dims;
  for (int64_t dim = 0; dim < rank; ++dim)
    if (program.chance(0.6))
      dims.push_back(dim);
  if (dims.empty())
    dims.push_back(rank - 1);
  NamedAttrList list(params);
  OpBuilder &b = program.builder();
  list.set("dim", b.getDenseI64ArrayAttr(dims));
  list.set("keepdim", b.getBoolAttr(program.chance(0.3)));
  params = list.getDictionary(b.getContext());
}

bool Call::build() {
  OpBuilder &b = program.builder();
  if (record.family == Family::Reduce) {
    if (typeOf(operands.front()).getRank() == 0)
      return false;
    chooseReduction();
  }
  for (auto [ref, number] : llvm::zip(operands, numbers)) {
    if (ref) {
      values.push_back(program.read(ref));
      continue;
    }
    auto constant = ag::ConstantOp::create(b, program.loc(), number.toAttr());
    program.getFrame().values[constant] = number;
    values.push_back(constant);
  }
  if (isElementwise()) {
    FailureOr<SmallVector<Value>> results =
        ag::buildRecord(b, program.loc(), record, values, params);
    if (failed(results))
      return false;
    op = results->front().getDefiningOp();
  } else {
    auto sampleMain = sample.module.get().lookupSymbol<func::FuncOp>("main");
    IRMapping mapping;
    mapping.map(sampleMain.getArguments(), values);
    for (Operation &inner : sampleMain.front().without_terminator())
      op = b.clone(inner, mapping);
  }
  return op && succeeded(program.getInterpreter().step(op, program.getFrame())) && isSmooth();
}

bool Call::evaluate(const llvm::DenseMap<Value, Tensor> &given, std::vector<Tensor> &results) {
  Frame frame(/*exact=*/false);
  frame.values = given;
  if (failed(program.getInterpreter().step(op, frame)))
    return false;
  for (Value result : op->getResults())
    results.push_back(frame[result]);
  return true;
}

/// Whether the function is smooth and well conditioned here: only then is a derivative calculus'
/// and not a choice, and only then does rounding stay small.
bool Call::isSmooth() {
  const double step = 1e-6;
  llvm::DenseMap<Value, Tensor> at, above, below;
  for (Value value : op->getOperands()) {
    if (at.contains(value))
      continue;
    Tensor tensor = program.getFrame()[value];
    for (Number &x : tensor.data)
      x = x.detached();
    at[value] = above[value] = below[value] = tensor;
    if (isa<FloatType>(tensor.elementType))
      for (size_t i = 0; i < tensor.data.size(); ++i) {
        double move = (program.chance(0.5) ? step : -step) * (0.5 + program.below(100) * 0.01);
        above[value].data[i].value += move;
        below[value].data[i].value -= move;
      }
  }
  std::vector<Tensor> here, right, left;
  if (!evaluate(at, here) || !evaluate(above, right) || !evaluate(below, left))
    return false;
  for (size_t k = 0; k < here.size(); ++k) {
    if (here[k].data.size() > size_t(kMostElements) || right[k].shape != here[k].shape ||
        left[k].shape != here[k].shape)
      return false;
    for (auto [x, r, l] : llvm::zip(here[k].data, right[k].data, left[k].data)) {
      double f = x.toReal(), up = r.toReal() - f, down = f - l.toReal();
      bool calm =
          std::abs(f) <= 100 && std::abs(up) <= 100 * step && std::abs(up - down) <= 1e-3 * step;
      if (!calm) // NaN too
        return false;
    }
  }
  return true;
}

json::Object Call::event() const {
  json::Object named;
  for (NamedAttribute param : params)
    named[param.getName().getValue()] = attrValue(param.getValue());
  json::Array given, optional;
  for (auto [ref, number] : llvm::zip(operands, numbers))
    given.push_back(ref ? program.nameOf(ref) : tensorValue(number));
  for (bool isOptional : sample.optional)
    optional.push_back(isOptional);
  return json::Object{{"op", "call"},
                      {"record", record.name},
                      {"torch", sample.torch},
                      {"names", json::Array(sample.names)},
                      {"optional", std::move(optional)},
                      {"params", std::move(named)},
                      {"operands", std::move(given)}};
}

/// Where a kernel reads what it has written, PyTorch refuses it or gives whatever comes.
bool Call::readsWhatItWrites() const {
  for (Value other : ArrayRef(operands).drop_front()) {
    if (!other || !program.areEntangled(operands.front(), other))
      continue;
    const Layout &self = program.objectOf(operands.front())->layout;
    if (!isa<ag::MapOp>(op) || !self.overlapsPartially(program.objectOf(other)->layout))
      return true;
  }
  return false;
}

bool Call::canBeInPlace() const {
  if (record.inplace && operands.front() && readsWhatItWrites())
    return false;
  // Only TensorIterator looks whether what it writes overlaps itself.
  if (!isElementwise() && operands.front() &&
      program.objectOf(operands.front())->layout.overlapsItself())
    return false;
  return record.inplace && sample.torch.empty() && operands.front() && op->getNumResults() == 1 &&
         op->getResult(0).getType() == typeOf(operands.front());
}

bool Call::finish(bool inPlace) {
  OpBuilder &b = program.builder();
  if (inPlace) {
    json::Object description = event();
    description["op"] = "call_";
    auto write = agt::WriteOp::create(b, program.loc(), (record.name + "_").str(), operands.front(),
                                      op->getResult(0), nullptr);
    return program.play(write.getOperation(), std::move(description));
  }
  SmallVector<Operation *> made; // one call makes all results
  for (Value result : op->getResults())
    made.push_back(agt::NewOp::create(b, program.loc(), result, nullptr, false));
  return program.play(made, event());
}

} // namespace

bool Calls::add(Program &program, bool inPlace, Coverage &coverage) const {
  const std::vector<Sample> &samples = records[program.below(records.size())];
  const Sample &sample = samples[program.below(samples.size())];
  Call call(program, sample);
  if (!call.chooseOperands() || program.isOver())
    return false;
  Operation *before = program.lastOp();
  bool done = call.build() && (!inPlace || call.canBeInPlace()) && call.finish(inPlace);
  if (done)
    ++coverage[inPlace ? "record in place" : "record"][sample.record->name.str()];
  else
    program.eraseAfter(before);
  return done;
}

Value Calls::sum(Program &program, Value self) const {
  int64_t rank = agt::tensorOf(self).getRank();
  if (rank == 0)
    return self;
  OpBuilder &b = program.builder();
  Operation *before = program.lastOp();
  SmallVector<int64_t> dims = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  Value value = program.read(self);
  Value total = ag::reduce(b, program.loc(), "sum", value, dims, /*keepdim=*/false);
  if (failed(program.getInterpreter().step(total.getDefiningOp(), program.getFrame())))
    return {};
  auto made = agt::NewOp::create(b, program.loc(), total, nullptr, false);
  json::Object params{{"dim", json::Array(dims)}, {"keepdim", false}};
  if (program.play(made.getOperation(),
                   json::Object{{"op", "call"},
                                {"record", "sum"},
                                {"torch", ""},
                                {"names", json::Array{"self"}},
                                {"optional", json::Array{false}},
                                {"params", std::move(params)},
                                {"operands", json::Array{program.nameOf(self)}}}))
    return made.getResult();
  program.eraseAfter(before);
  return {};
}

} // namespace agc::test
