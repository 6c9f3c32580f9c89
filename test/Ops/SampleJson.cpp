// Writes samples for PyTorch and reads what it made of them.
#include "test/Ops/SampleJson.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"
#include <cmath>

using namespace mlir;
namespace json = llvm::json;
using agc::interp::Number;
using agc::interp::Tensor;

namespace agc::test {

/// JSON has no NaN and no infinity: they are strings.
static json::Value realValue(double x) {
  if (std::isnan(x))
    return "nan";
  if (std::isinf(x))
    return x < 0 ? "-inf" : "inf";
  if (x == 0 && std::signbit(x))
    return "-0.0";
  return x;
}

static std::string typeName(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

json::Value tensorValue(const Tensor &tensor) {
  json::Array data;
  for (const Number &x : tensor.data) {
    if (x.kind == Number::Complex)
      data.push_back(json::Array{realValue(x.value.real()), realValue(x.value.imag())});
    else if (x.kind == Number::Real)
      data.push_back(realValue(x.toReal()));
    else
      data.push_back(x.integer);
  }
  return json::Object{{"dtype", typeName(tensor.elementType)},
                      {"shape", json::Array(tensor.shape)},
                      {"data", std::move(data)}};
}

/// A view in PyTorch's words: the method and its arguments.
static json::Value viewValue(const OperandView &view) {
  static constexpr llvm::StringLiteral names[] = {"", "permute", "slice", "expand"};
  return json::Object{{"name", names[view.kind]}, {"numbers", json::Array(view.numbers)}};
}

json::Value attrValue(Attribute attr) {
  if (auto flag = dyn_cast<BoolAttr>(attr))
    return flag.getValue();
  if (auto integer = dyn_cast<IntegerAttr>(attr))
    return integer.getInt();
  if (auto real = dyn_cast<FloatAttr>(attr))
    return realValue(real.getValueAsDouble());
  if (auto string = dyn_cast<StringAttr>(attr))
    return string.getValue().str();
  if (auto list = dyn_cast<DenseI64ArrayAttr>(attr))
    return json::Array(list.asArrayRef());
  return json::Array(cast<DenseF64ArrayAttr>(attr).asArrayRef());
}

uint64_t fingerprint(const Sample &sample) {
  std::string text = sample.torch;
  llvm::raw_string_ostream os(text);
  os << sample.params;
  for (auto *tensors : {&sample.operands, &sample.seeds})
    for (const Tensor &tensor : *tensors)
      for (const Number &x : tensor.data)
        os << x.integer << ',' << llvm::bit_cast<uint64_t>(x.value.real()) << ','
           << llvm::bit_cast<uint64_t>(x.value.imag()) << ';';
  return llvm::xxh3_64bits(text);
}

/// Whether PyTorch is asked for second derivatives: where calculus has no answer, and nothing is
/// rounded. Of one number some reductions have shortcuts that say NaN otherwise.
static bool hasSecond(const Sample &sample) {
  Type type = sample.dtype;
  if (auto complex = dyn_cast<ComplexType>(type))
    type = complex.getElementType();
  return sample.special && sample.differentiable && type.isF64() &&
         !sample.operands.front().shape.empty();
}

int writeSamples(ArrayRef<const ag::Record *> records, MLIRContext &context) {
  std::vector<std::string> errors;
  for (const ag::Record *record : records) {
    for (const Sample &sample : samplesOf(*record, &context, errors)) {
      json::Object params;
      for (NamedAttribute param : sample.params)
        params[param.getName().getValue()] = attrValue(param.getValue());
      json::Array operands, views, seeds, tangents, wrt, optional;
      for (bool isOptional : sample.optional)
        optional.push_back(isOptional);
      for (bool taken : sample.wrt)
        wrt.push_back(taken);
      for (const Tensor &tensor : sample.operands)
        operands.push_back(tensorValue(tensor));
      for (const OperandView &view : sample.views)
        views.push_back(viewValue(view));
      for (const Tensor &tensor : sample.seeds)
        seeds.push_back(tensorValue(tensor));
      if (hasSecond(sample))
        for (const Tensor &tensor : sample.tangents)
          tangents.push_back(tensorValue(tensor));
      json::Object object{{"record", record->name},
                          {"key", sample.key},
                          {"torch", sample.torch},
                          {"params", std::move(params)},
                          {"names", json::Array(sample.names)},
                          {"operands", std::move(operands)},
                          {"views", std::move(views)},
                          {"seeds", std::move(seeds)},
                          {"tangents", std::move(tangents)},
                          {"wrt", std::move(wrt)},
                          {"optional", std::move(optional)},
                          {"differentiable", sample.differentiable},
                          {"inputs", llvm::utohexstr(fingerprint(sample))}};
      llvm::outs() << json::Value(std::move(object)) << '\n';
    }
  }
  for (const std::string &error : errors)
    llvm::errs() << "error: " << error << '\n';
  return errors.empty() ? 0 : 1;
}

const json::Object *Recording::find(const Sample &sample) {
  used.insert(sample.key);
  const json::Object *entry = samples.getObject(sample.key);
  if (!entry || entry->getString("inputs") != llvm::utohexstr(fingerprint(sample)))
    return nullptr;
  return entry;
}

std::vector<std::string> Recording::unused() const {
  std::vector<std::string> keys;
  for (auto &entry : samples)
    if (!used.count(entry.first.str()))
      keys.push_back(entry.first.str());
  return keys;
}

Recording readRecording(StringRef folder, StringRef name, std::vector<std::string> &failures) {
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, name + ".json");
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer) {
    failures.push_back(("'" + name + "' has no recording: run record_torch.py").str());
    return {};
  }
  llvm::Expected<json::Value> value = json::parse((*buffer)->getBuffer());
  if (!value || !value->getAsObject()) {
    llvm::consumeError(value.takeError());
    failures.push_back((path + " is not a JSON object").str());
    return {};
  }
  return {std::move(*value->getAsObject()), {}};
}

static std::optional<double> readReal(const json::Value &value) {
  if (std::optional<StringRef> text = value.getAsString()) {
    double x;
    return text->getAsDouble(x) ? std::nullopt : std::optional(x);
  }
  return value.getAsNumber();
}

LogicalResult readNumbers(const json::Array &numbers, Tensor &tensor) {
  if (numbers.size() != tensor.data.size())
    return failure();
  for (auto [value, x] : llvm::zip(numbers, tensor.data)) {
    if (auto parts = value.getAsArray()) {
      std::optional<double> re = readReal((*parts)[0]), im = readReal((*parts)[1]);
      if (!re || !im)
        return failure();
      x = Number::complex({*re, *im});
    } else if (isa<IntegerType>(tensor.elementType)) {
      std::optional<int64_t> integer = value.getAsInteger();
      if (!integer)
        return failure();
      x = tensor.elementType.isInteger(1) ? Number::boolean(*integer) : Number::integral(*integer);
    } else {
      std::optional<double> real = readReal(value);
      if (!real)
        return failure();
      x = Number::real(*real);
    }
  }
  return success();
}

} // namespace agc::test
