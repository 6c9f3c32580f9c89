//===- Print.cpp - a model's description and tensors as text
//--------------------------------------===//
//
// See Print.h.
//
//===----------------------------------------------------------------------------------------------===//
#include "tools/agc-run/Print.h"

#include "compiler/Support/Call.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/Support/Format.h"
#include <cstring>

using namespace llvm;

namespace agc {

static void printFunction(const agc_function_info &function, raw_ostream &os) {
  os << function.name << "(";
  interleaveComma(ArrayRef(function.inputs, function.input_count), os,
                  [&](const agc_tensor_info *input) {
                    os << input->name << ": " << printType(function, *input);
                  });
  os << ") -> (";
  interleaveComma(ArrayRef(function.outputs, function.output_count), os,
                  [&](const agc_tensor_info *output) {
                    os << output->name << ": " << printType(function, *output);
                  });
  os << ")";
  for (const agc_extent_info *extent : ArrayRef(function.extents, function.extent_count))
    os << ", " << extent->name << " from " << extent->min << " to " << extent->max;
  if (function.flags & AGC_FUNCTION_USES_STATE)
    os << ", uses the state";
  if (!function.workspace)
    os << ", workspace " << function.workspace_bytes << " bytes";
  if (*function.location)
    os << "  # " << function.location;
  os << "\n";
}

void printModel(const agc_model_info &model, raw_ostream &os) {
  os << "model " << model.name << ", by " << model.producer << ", abi "
     << format_hex_no_prefix(model.abi_hash, 16) << "\n";
  for (const agc_function_info *function : ArrayRef(model.functions, model.function_count)) {
    os << "  ";
    printFunction(*function, os);
  }
  if (model.state_bytes == 0)
    return;
  os << "state, " << model.state_bytes << " bytes\n";
  for (const agc_state_info *state : ArrayRef(model.states, model.state_count)) {
    NamedTensor tensor;
    tensor.dtype = state->dtype;
    tensor.extents.assign(state->extents, state->extents + state->rank);
    os << "  ";
    os.write_escaped(state->name) << ": " << tensor.printType() << " at " << state->offset << "\n";
  }
}

template <typename T> static T read(const char *data) {
  T value;
  std::memcpy(&value, data, sizeof(T));
  return value;
}

static double readHalf(const fltSemantics &semantics, const char *data) {
  APFloat value(semantics, APInt(16, read<uint16_t>(data)));
  bool losesInfo;
  value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &losesInfo);
  return value.convertToDouble();
}

static void printElement(agc_dtype dtype, const char *data, raw_ostream &os) {
  switch (dtype) {
  case AGC_BOOL:
    os << (*data ? "true" : "false");
    return;
  case AGC_U8:
    os << unsigned(read<uint8_t>(data));
    return;
  case AGC_I8:
    os << int(read<int8_t>(data));
    return;
  case AGC_U16:
    os << read<uint16_t>(data);
    return;
  case AGC_I16:
    os << read<int16_t>(data);
    return;
  case AGC_U32:
    os << read<uint32_t>(data);
    return;
  case AGC_I32:
    os << read<int32_t>(data);
    return;
  case AGC_U64:
    os << read<uint64_t>(data);
    return;
  case AGC_I64:
    os << read<int64_t>(data);
    return;
  case AGC_F16:
    os << format("%.5g", readHalf(APFloat::IEEEhalf(), data));
    return;
  case AGC_BF16:
    os << format("%.4g", readHalf(APFloat::BFloat(), data));
    return;
  case AGC_F32:
    os << format("%.9g", double(read<float>(data)));
    return;
  case AGC_F64:
    os << format("%.17g", read<double>(data));
    return;
  case AGC_C64:
    os << format("%.9g%+.9gj", double(read<float>(data)), double(read<float>(data + 4)));
    return;
  case AGC_C128:
    os << format("%.17g%+.17gj", read<double>(data), read<double>(data + 8));
    return;
  }
}

void printTensor(const NamedTensor &tensor, raw_ostream &os) {
  constexpr size_t kShown = 8;
  os << tensor.name << ": " << tensor.printType() << " =";
  uint64_t width = agc_dtype_bytes(tensor.dtype);
  uint64_t count = tensor.data.size() / width;
  for (uint64_t i = 0; i < std::min<uint64_t>(count, kShown); ++i) {
    os << ' ';
    printElement(tensor.dtype, tensor.data.data() + i * width, os);
  }
  os << (count > kShown ? " ...\n" : "\n");
}

} // namespace agc
