// Compiled models: their functions called with tensors and others' arrays, and their state.
#include "compiler/Python/Convert.h"
#include "compiler/Session/Export.h"
#include "compiler/Session/Jit.h"
#include "compiler/Support/Call.h"
#include "compiler/Support/ModelLibrary.h"
#include "runtime/include/agc/pool.h"
#include "llvm/ADT/STLExtras.h"
#include <deque>
#include <map>
#include <mutex>
#include <nanobind/stl/map.h>
#include <nanobind/stl/unique_ptr.h>

namespace agc::python {
namespace {

/// By DType.
constexpr agc_dtype kDTypes[] = {AGC_BOOL, AGC_U8,   AGC_I8,  AGC_I16, AGC_I32, AGC_I64,
                                 AGC_F16,  AGC_BF16, AGC_F32, AGC_F64, AGC_C64, AGC_C128};

int dtypeOf(agc_dtype dtype) {
  const agc_dtype *found = llvm::find(kDTypes, dtype);
  if (found == std::end(kDTypes))
    throw std::runtime_error(std::string("a tensor has the dtype ") + agc_dtype_name(dtype) +
                             ", which is not in agc yet");
  return int(found - std::begin(kDTypes));
}

/// The dtype of a buffer's elements, by the struct module's codes; none where they are not agc's.
std::optional<agc_dtype> dtypeOf(const Py_buffer &buffer) {
  std::string format = buffer.format ? buffer.format : "B";
  if (format[0] == '=' || format[0] == '@' || format[0] == '<')
    format.erase(0, 1);
  bool isSigned = std::string("bhilq").find(format[0]) != std::string::npos;
  if (format == "?")
    return AGC_BOOL;
  if (format == "e" || format == "f" || format == "d")
    return format == "e" ? AGC_F16 : format == "f" ? AGC_F32 : AGC_F64;
  if (format == "Zf" || format == "Zd")
    return format == "Zf" ? AGC_C64 : AGC_C128;
  if (isSigned && format.size() == 1)
    return buffer.itemsize == 1   ? AGC_I8
           : buffer.itemsize == 2 ? AGC_I16
           : buffer.itemsize == 4 ? AGC_I32
                                  : AGC_I64;
  if (format == "B")
    return AGC_U8;
  return std::nullopt;
}

/// Elements that a call reads, and what keeps them.
class Given {
public:
  Given(const std::string &function, const std::string &name, nb::handle value) {
    tensor.name = name;
    if (nb::isinstance<Tensor>(value)) {
      auto given = nb::cast<Tensor>(value);
      std::vector<int64_t> sizes = session::factsOf(given).sizes;
      elements = session::elementsOf(given, here());
      tensor.dtype = kDTypes[int(given.dtype())];
      tensor.extents.assign(sizes.begin(), sizes.end());
      tensor.data = {elements.memory.get(), elements.bytes};
      return;
    }
    if (PyObject_GetBuffer(value.ptr(), &buffer, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT) != 0)
      nb::raise_python_error();
    std::optional<agc_dtype> dtype = dtypeOf(buffer);
    if (!dtype) {
      std::string format = buffer.format;
      PyBuffer_Release(&buffer);
      throw nb::type_error(("input '" + name + "' of '" + function +
                            "' has elements of the format '" + format +
                            "', which are none of agc's")
                               .c_str());
    }
    isBuffer = true;
    tensor.dtype = *dtype;
    tensor.extents.assign(buffer.shape, buffer.shape + buffer.ndim);
    tensor.data = {static_cast<const char *>(buffer.buf), size_t(buffer.len)};
  }
  ~Given() {
    if (isBuffer)
      PyBuffer_Release(&buffer);
  }
  Given(const Given &) = delete;
  Given &operator=(const Given &) = delete;

  NamedTensor tensor;

private:
  session::Elements elements;
  Py_buffer buffer = {};
  bool isBuffer = false;
};

/// A result of a call, in memory of its own.
struct Result {
  std::string name;
  agc_dtype dtype;
  std::vector<int64_t> shape;
  session::Elements elements;

  Tensor tensor() const {
    return session::fromElements(DType(dtypeOf(dtype)), shape, elements, false, here());
  }
};

/// Whether an output only says how much of another one is filled.
bool isCount(const agc_function_info &function, uint32_t output) {
  return llvm::any_of(llvm::ArrayRef(function.outputs, function.output_count),
                      [&](const agc_tensor_info *other) { return other->count == output + 1; });
}

void check(llvm::Error error) {
  if (error)
    throw std::runtime_error(llvm::toString(std::move(error)));
}

/// A model with a state of its own.
class LoadedModel {
public:
  LoadedModel(const agc_model_info *info, unsigned threads) : info(info), state(info->state_bytes) {
    agc_context_init(&context);
    if (threads != 1)
      check(agc_pool_start(&context, threads));
    if (info->state_bytes)
      check(agc_state_init(&context, info, state.data(), info->abi_hash));
  }
  ~LoadedModel() { agc_pool_stop(&context); }
  LoadedModel(const LoadedModel &) = delete;
  LoadedModel &operator=(const LoadedModel &) = delete;

  static std::unique_ptr<LoadedModel> load(const std::string &path, const std::string &name,
                                           unsigned threads) {
    llvm::Expected<const agc_model_info *> info = loadModel(path, name);
    if (!info)
      throw std::runtime_error(llvm::toString(info.takeError()));
    return std::make_unique<LoadedModel>(*info, threads);
  }

  void check(agc_status status) {
    if (status != AGC_OK)
      throw std::runtime_error(std::string(agc_error(&context)) + " [" + agc_status_name(status) +
                               "]");
  }
  static void check(llvm::Error error) { python::check(std::move(error)); }

  std::vector<Result> call(const std::string &name, const nb::dict &inputs,
                           const std::map<std::string, int64_t> &extents);
  void save(const std::string &path) {
    std::lock_guard<std::mutex> held(busy);
    check(agc_state_save(&context, info, state.data(), path.c_str()));
  }
  void load(const std::string &path) {
    std::lock_guard<std::mutex> held(busy);
    check(agc_state_load(&context, info, state.data(), path.c_str()));
  }
  void loadBytes(const nb::bytes &bytes) {
    std::lock_guard<std::mutex> held(busy);
    check(agc_state_load_memory(&context, info, state.data(), bytes.c_str(), bytes.size()));
  }
  void take(const std::string &name, const Tensor &live);
  void give(const std::string &name, const Tensor &live);
  nb::list states() const;
  nb::list functions() const;
  std::string name() const { return info->name; }

private:
  const agc_state_info &part(const std::string &name) const;

  const agc_model_info *info;
  AlignedBuffer state;
  agc_context context;
  std::map<std::string, Call> calls; ///< each keeps its workspace
  std::mutex busy;
};

std::vector<Result> LoadedModel::call(const std::string &name, const nb::dict &inputs,
                                      const std::map<std::string, int64_t> &extents) {
  const agc_function_info *function = agc_model_function(info, name.c_str());
  std::deque<Given> given;
  std::vector<NamedTensor> tensors;
  for (auto [key, value] : inputs) {
    given.emplace_back(name, nb::cast<std::string>(key), value);
    tensors.push_back(given.back().tensor);
  }
  llvm::StringMap<int64_t> numbers;
  for (const auto &[key, value] : extents)
    numbers[key] = value;
  nb::gil_scoped_release released;
  std::lock_guard<std::mutex> held(busy);
  Call &call = calls.try_emplace(name, *function).first->second;
  check(call.bind(tensors, numbers));
  check(call.run(context, state));
  std::vector<NamedTensor> outputs = call.getOutputs();
  std::vector<AlignedBuffer> memory = call.takeOutputs();
  std::vector<Result> results;
  for (auto [i, output] : llvm::enumerate(outputs)) {
    if (isCount(*function, i))
      continue;
    auto kept = std::make_shared<AlignedBuffer>(std::move(memory[i]));
    session::Elements elements = {std::shared_ptr<char>(kept, kept->data()), output.data.size()};
    results.push_back({output.name, output.dtype,
                       std::vector<int64_t>(output.extents.begin(), output.extents.end()),
                       // of no bytes there is no memory
                       kept->size() ? elements : session::allocate(0)});
  }
  return results;
}

const agc_state_info &LoadedModel::part(const std::string &name) const {
  for (const agc_state_info *part : llvm::ArrayRef(info->states, info->state_count))
    if (name == part->name)
      return *part;
  throw std::logic_error("the state has no '" + name + "'");
}

/// A part of the state becomes what a tensor is.
void LoadedModel::take(const std::string &name, const Tensor &live) {
  session::Elements elements = session::elementsOf(live, here());
  std::memcpy(state.data() + part(name).offset, elements.memory.get(), elements.bytes);
}

/// A tensor becomes what a part of the state is.
void LoadedModel::give(const std::string &name, const Tensor &live) {
  session::Elements elements = session::allocate(part(name).bytes);
  std::memcpy(elements.memory.get(), state.data() + part(name).offset, elements.bytes);
  Where where = here();
  std::vector<int64_t> shape = session::factsOf(live).sizes;
  live.copy_(Operand(session::fromElements(live.dtype(), shape, elements, false, where), where),
             where);
}

/// (name, dtype, shape, bytes) of each part.
nb::list LoadedModel::states() const {
  nb::list parts;
  for (const agc_state_info *part : llvm::ArrayRef(info->states, info->state_count)) {
    std::vector<int64_t> shape(part->extents, part->extents + part->rank);
    parts.append(nb::make_tuple(part->name, dtypeOf(part->dtype), shape,
                                nb::bytes(state.data() + part->offset, part->bytes)));
  }
  return parts;
}

/// (name, dtype, type as text); an extent that a call counts is '?'.
nb::tuple described(const agc_function_info &function, const agc_tensor_info &tensor) {
  std::string type = printType(function, tensor);
  if (tensor.count) {
    size_t first = type.find('[') + 1;
    type.replace(first, type.find_first_of(",]") - first, "?");
  }
  return nb::make_tuple(tensor.name, dtypeOf(tensor.dtype), type);
}

/// (name, location, inputs, outputs, extents, structure as JSON or None)
nb::list LoadedModel::functions() const {
  nb::list list;
  for (const agc_function_info *function : llvm::ArrayRef(info->functions, info->function_count)) {
    nb::list extents;
    for (const agc_extent_info *extent : llvm::ArrayRef(function->extents, function->extent_count))
      extents.append(extent->name);
    nb::list inputs, outputs;
    for (const agc_tensor_info *input : llvm::ArrayRef(function->inputs, function->input_count))
      inputs.append(described(*function, *input));
    for (uint32_t i = 0; i < function->output_count; ++i)
      if (!isCount(*function, i))
        outputs.append(described(*function, *function->outputs[i]));
    bool isTold = function->size > offsetof(agc_function_info, structure) && function->structure;
    list.append(nb::make_tuple(function->name, function->location, inputs, outputs, extents,
                               isTold ? nb::cast(function->structure) : nb::none()));
  }
  return list;
}

} // namespace

void bindModels(nb::module_ &module) {
  nb::class_<Result>(module, "Result")
      .def_ro("name", &Result::name)
      .def_ro("shape", &Result::shape)
      .def_prop_ro("dtype", [](const Result &self) { return dtypeOf(self.dtype); })
      .def_prop_ro("address",
                   [](const Result &self) { return uint64_t(self.elements.memory.get()); })
      .def("tensor", &Result::tensor);
  nb::class_<LoadedModel>(module, "Model")
      .def_prop_ro("name", &LoadedModel::name)
      .def("functions", &LoadedModel::functions)
      .def("call", &LoadedModel::call)
      .def("states", &LoadedModel::states)
      .def("take", &LoadedModel::take)
      .def("give", &LoadedModel::give)
      .def("save", &LoadedModel::save)
      .def("load", [](LoadedModel &self, const std::string &path) { self.load(path); })
      .def("load_bytes", &LoadedModel::loadBytes);
  module.def("compile_model", [](const session::Export &traced) {
    static session::Jit jit; // what it has loaded stays
    std::string object;
    {
      nb::gil_scoped_release released; // what was traced is in a context of its own
      object = traced.compile();
    }
    llvm::Expected<const agc_model_info *> info = jit.loadModel(object, "compiled");
    if (!info)
      throw std::runtime_error(llvm::toString(info.takeError()));
    return std::make_unique<LoadedModel>(*info, 1);
  });
  module.def("load_model", [](const std::string &path, const std::string &name, unsigned threads) {
    return LoadedModel::load(path, name, threads);
  });
}

} // namespace agc::python
