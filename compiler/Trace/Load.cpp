// Initial values from safetensors files.
#include "compiler/Support/Safetensors.h"
#include "compiler/Trace/Model.h"

namespace agc {

static DType dtypeOf(const NamedTensor &tensor, const std::string &path, Where where) {
  switch (tensor.dtype) {
  case AGC_BOOL:
    return DType::Bool;
  case AGC_U8:
    return DType::UInt8;
  case AGC_I8:
    return DType::Int8;
  case AGC_I16:
    return DType::Int16;
  case AGC_I32:
    return DType::Int32;
  case AGC_I64:
    return DType::Int64;
  case AGC_F16:
    return DType::Float16;
  case AGC_BF16:
    return DType::BFloat16;
  case AGC_F32:
    return DType::Float32;
  case AGC_F64:
    return DType::Float64;
  case AGC_C64:
    return DType::Complex64;
  case AGC_C128:
    return DType::Complex128;
  case AGC_U16:
  case AGC_U32:
  case AGC_U64:
    break;
  }
  throw Error(where, path + ": tensor '" + tensor.name + "' has the dtype " +
                         agc_dtype_name(tensor.dtype) + ", which no op takes");
}

const Values &NamedValues::at(const std::string &name, Where where) const {
  auto found = find(name);
  if (found == end())
    throw Error(where, path + ": has no tensor named '" + name + "'");
  return found->second;
}

NamedValues load(const std::string &path, Where where) {
  llvm::Expected<SafetensorsFile> file = SafetensorsFile::open(path);
  if (!file)
    throw Error(where, llvm::toString(file.takeError()));
  NamedValues values(path);
  for (const NamedTensor &tensor : file->getTensors()) {
    std::vector<int64_t> shape(tensor.extents.begin(), tensor.extents.end());
    values.emplace(tensor.name, Values(dtypeOf(tensor, path, where), std::move(shape),
                                       tensor.data.data(), tensor.data.size()));
  }
  return values;
}

} // namespace agc
