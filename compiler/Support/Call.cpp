// The bytes of inputs, outputs and the workspace, by a function's description.
#include "compiler/Support/Call.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>
#include <cstring>

using namespace llvm;

namespace agc {

AlignedBuffer::AlignedBuffer(uint64_t bytes) : bytes(bytes) {
  if (bytes == 0)
    return;
  uint64_t rounded = alignTo(bytes, AGC_ALIGNMENT);
  memory.reset(static_cast<char *>(std::aligned_alloc(AGC_ALIGNMENT, rounded)));
  if (!memory)
    report_fatal_error("out of memory", /*gen_crash_diag=*/false);
}

void AlignedBuffer::Free::operator()(char *memory) const { std::free(memory); }

std::string printType(const agc_function_info &function, const agc_tensor_info &tensor) {
  std::string text = agc_dtype_name(tensor.dtype);
  raw_string_ostream os(text);
  os << '[';
  interleaveComma(ArrayRef<int64_t>(tensor.extents, tensor.rank), os, [&](int64_t extent) {
    uint64_t k = uint64_t(-1 - extent);
    if (extent >= 0)
      os << extent;
    else if (k < function.extent_count)
      os << function.extents[k]->name;
    else
      os << '?'; // derived: the description gives its value only
  });
  os << ']';
  return text;
}

/// Where a function's input or output stands in messages.
static std::string printTensor(const agc_function_info &function, const agc_tensor_info &tensor) {
  return (Twine("'") + tensor.name + "' of '" + function.name + "'").str();
}

/// Fails where an extent is given that the function has not.
static Error checkExtents(const agc_function_info &function, const StringMap<int64_t> &extents) {
  ArrayRef<const agc_extent_info *> known(function.extents, function.extent_count);
  std::string names;
  for (const agc_extent_info *extent : known)
    names += (names.empty() ? "" : ", ") + std::string(extent->name);
  for (StringRef name : extents.keys())
    if (none_of(known, [&](const agc_extent_info *extent) { return name == extent->name; }))
      return createStringError(Twine("'") + function.name + "' has no extent '" + name +
                               "'; it has " + (names.empty() ? "none" : names));
  return Error::success();
}

Error Call::bind(ArrayRef<NamedTensor> tensors, const StringMap<int64_t> &extents) {
  if (Error error = checkExtents(function, extents))
    return error;
  inputs.clear();
  copies.clear();
  extentValues.assign(function.extent_count, -1);
  extentSource.assign(function.extent_count, "");
  for (uint32_t i = 0; i < function.extent_count; ++i) {
    auto it = extents.find(function.extents[i]->name);
    if (it == extents.end())
      continue;
    extentValues[i] = it->second;
    extentSource[i] = "--extent";
  }
  for (uint32_t i = 0; i < function.input_count; ++i)
    if (Error error = bindInput(*function.inputs[i], tensors))
      return error;
  for (uint32_t i = 0; i < function.extent_count; ++i)
    if (extentSource[i].empty())
      return createStringError(Twine("no input tells the extent '") + function.extents[i]->name +
                               "' of '" + function.name + "': give " + function.extents[i]->name +
                               "=NUMBER");
  return allocateOutputs();
}

Error Call::bindInput(const agc_tensor_info &input, ArrayRef<NamedTensor> tensors) {
  const NamedTensor *tensor =
      llvm::find_if(tensors, [&](const NamedTensor &tensor) { return tensor.name == input.name; });
  std::string expected = printType(function, input);
  if (tensor == tensors.end())
    return createStringError("input " + printTensor(function, input) + " is missing, expected " +
                             expected);
  if (Error error = bindExtents(input, *tensor))
    return error;
  SmallVector<int64_t> extents;
  for (uint32_t dim = 0; dim < input.rank; ++dim)
    extents.push_back(agc_tensor_extent(&function, &input, dim, extentValues.data()));
  if (!tensor->holds(input.dtype, extents))
    return createStringError("input " + printTensor(function, input) + " has type " +
                             tensor->printType() + ", expected " + expected);
  const auto *wrong = llvm::find_if(
      tensor->data, [&](char byte) { return input.dtype == AGC_BOOL && byte != 0 && byte != 1; });
  if (wrong != tensor->data.end())
    return createStringError("input " + printTensor(function, input) + " has a bool that is " +
                             Twine(int(uint8_t(*wrong))) + ", expected 0 or 1");
  const char *data = tensor->data.data();
  if (reinterpret_cast<uintptr_t>(data) % input.alignment) {
    copies.emplace_back(tensor->data.size());
    std::memcpy(copies.back().data(), data, tensor->data.size());
    data = copies.back().data();
  }
  inputs.push_back({data, tensor->data.size()});
  return Error::success();
}

Error Call::bindExtents(const agc_tensor_info &input, const NamedTensor &tensor) {
  size_t rank = std::min<size_t>(input.rank, tensor.extents.size());
  for (size_t dim = 0; dim < rank; ++dim) {
    uint64_t k = uint64_t(-1 - input.extents[dim]);
    if (input.extents[dim] >= 0 || k >= function.extent_count)
      continue;
    if (extentSource[k].empty()) {
      extentValues[k] = tensor.extents[dim];
      extentSource[k] = (Twine("'") + input.name + "'").str();
    } else if (extentValues[k] != tensor.extents[dim]) {
      return createStringError(Twine("the extent '") + function.extents[k]->name + "' of '" +
                               function.name + "' is " + Twine(extentValues[k]) + " by " +
                               extentSource[k] + " and " + Twine(tensor.extents[dim]) + " by '" +
                               input.name + "'");
    }
  }
  return Error::success();
}

Error Call::allocateOutputs() {
  // Before the sizes are asked for: a description's functions may rely on it.
  for (uint32_t i = 0; i < function.extent_count; ++i) {
    const agc_extent_info &extent = *function.extents[i];
    if (extentValues[i] < extent.min || extentValues[i] > extent.max)
      return createStringError(Twine("the extent '") + extent.name + "' of '" + function.name +
                               "' is " + Twine(extentValues[i]) + " by " + extentSource[i] +
                               ", expected " + Twine(extent.min) + " to " + Twine(extent.max));
  }
  outputs.clear();
  for (uint32_t i = 0; i < function.output_count; ++i) {
    int64_t bytes = agc_tensor_bytes(&function, function.outputs[i], extentValues.data());
    if (bytes < 0)
      return createStringError("output " + printTensor(function, *function.outputs[i]) +
                               " does not fit in memory");
    outputs.emplace_back(uint64_t(bytes));
  }
  int64_t bytes = agc_workspace_bytes(&function, extentValues.data());
  if (bytes < 0)
    return createStringError(Twine("the workspace of '") + function.name +
                             "' does not fit in memory");
  if (uint64_t(bytes) > workspace.size())
    workspace = AlignedBuffer(uint64_t(bytes));
  return Error::success();
}

Error Call::run(agc_context &context, AlignedBuffer &state) {
  std::vector<agc_output> outputBuffers;
  for (AlignedBuffer &output : outputs)
    outputBuffers.push_back({output.data(), output.size()});
  agc_call call = {};
  call.size = sizeof(call);
  call.input_count = uint32_t(inputs.size());
  call.output_count = uint32_t(outputBuffers.size());
  call.extent_count = uint32_t(extentValues.size());
  call.inputs = inputs.data();
  call.outputs = outputBuffers.data();
  call.extents = extentValues.data();
  call.state = {state.data(), state.size()};
  call.workspace = {workspace.data(), workspace.size()};
  agc_status status = function.call(&context, &call);
  if (status != AGC_OK)
    return createStringError(Twine(agc_error(&context)) + " [" + agc_status_name(status) + "]");
  return Error::success();
}

/// Leaves the elements that a call has filled, by its count of them.
static void keepFilled(NamedTensor &tensor, const AlignedBuffer &count) {
  int64_t filled;
  std::memcpy(&filled, count.data(), sizeof(filled));
  uint64_t row = tensor.extents[0] ? tensor.data.size() / uint64_t(tensor.extents[0]) : 0;
  tensor.extents[0] = filled;
  tensor.data = tensor.data.take_front(uint64_t(filled) * row);
}

std::vector<NamedTensor> Call::getOutputs() const {
  std::vector<NamedTensor> tensors;
  for (uint32_t i = 0; i < function.output_count; ++i) {
    const agc_tensor_info &info = *function.outputs[i];
    NamedTensor tensor;
    tensor.name = info.name;
    tensor.dtype = info.dtype;
    for (uint32_t dim = 0; dim < info.rank; ++dim)
      tensor.extents.push_back(agc_tensor_extent(&function, &info, dim, extentValues.data()));
    tensor.data = ArrayRef<char>(outputs[i].data(), outputs[i].size());
    if (info.count)
      keepFilled(tensor, outputs[info.count - 1]);
    tensors.push_back(tensor);
  }
  return tensors;
}

} // namespace agc
