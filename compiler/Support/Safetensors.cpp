//===- Safetensors.cpp - named tensors in files
//---------------------------------------------------===//
//
// See Safetensors.h.
//
//===----------------------------------------------------------------------------------------------===//
#include "compiler/Support/Safetensors.h"
#include "compiler/Support/OutputFile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

extern "C" {
#include "runtime/src/safetensors.h"
}

using namespace llvm;

namespace agc {

bool NamedTensor::holds(agc_dtype wanted, ArrayRef<int64_t> wantedExtents) const {
  if (wanted != AGC_C128)
    return dtype == wanted && ArrayRef<int64_t>(extents) == wantedExtents;
  return dtype == AGC_F64 && extents.size() == wantedExtents.size() + 1 && extents.back() == 2 &&
         ArrayRef<int64_t>(extents).drop_back() == wantedExtents;
}

std::string NamedTensor::printType() const {
  std::string text = agc_dtype_name(dtype);
  raw_string_ostream os(text);
  os << '[';
  interleaveComma(extents, os);
  os << ']';
  return text;
}

static StringRef toStringRef(const st_text &text) {
  return StringRef(text.at, size_t(text.end - text.at));
}

/// Decodes a name that the reader has checked.
static Expected<std::string> decodeName(const st_text &text) {
  Expected<json::Value> value = json::parse(("\"" + toStringRef(text) + "\"").str());
  if (!value)
    return value.takeError();
  return value->getAsString()->str();
}

/// agc's dtype of that name in files.
static std::optional<agc_dtype> dtypeFromName(StringRef name) {
  for (int dtype = AGC_BOOL; dtype < AGC_C128; ++dtype)
    if (name == st_dtype_name(agc_dtype(dtype)))
      return agc_dtype(dtype);
  return std::nullopt;
}

static SmallVector<int64_t> parseShape(const st_text &text) {
  SmallVector<int64_t> extents;
  SmallVector<StringRef> parts;
  toStringRef(text).split(parts, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef part : parts) {
    int64_t extent;
    if (!part.trim().getAsInteger(10, extent))
      extents.push_back(extent);
  }
  return extents;
}

Expected<SafetensorsFile> SafetensorsFile::open(StringRef path) {
  auto fail = [&](const Twine &message) { return createStringError(Twine(path) + ": " + message); };
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  // A file of the kernel's tells no size, and only reading tells of an error.
  if (buffer && (*buffer)->getBufferSize() == 0)
    buffer = MemoryBuffer::getFileAsStream(path);
  if (!buffer)
    return createStringError("cannot read " + path + ": " + buffer.getError().message());

  SafetensorsFile file;
  file.buffer = std::move(*buffer);
  st_reader reader;
  st_tensor entry;
  st_result result = st_open(&reader, file.buffer->getBufferStart(), file.buffer->getBufferSize());
  StringSet<> names;
  while (result != ST_MALFORMED && (result = st_next(&reader, &entry)) == ST_TENSOR) {
    Expected<std::string> name = decodeName(entry.name);
    if (!name)
      return fail(toString(name.takeError()));
    if (!names.insert(*name).second)
      return fail("has '" + *name + "' more than once");
    std::optional<agc_dtype> dtype = dtypeFromName(toStringRef(entry.dtype));
    if (!dtype)
      return fail("'" + *name + "' has dtype " + toStringRef(entry.dtype) + ", which agc has not");
    ArrayRef<char> data(reinterpret_cast<const char *>(reader.data) + entry.begin,
                        size_t(entry.end - entry.begin));
    file.tensors.push_back({*name, *dtype, parseShape(entry.shape), data});
  }
  if (result == ST_MALFORMED)
    return fail("not a well-formed safetensors file: " + Twine(reader.problem) + ", at byte " +
                Twine(reader.problem_at));
  return file;
}

const NamedTensor *SafetensorsFile::find(StringRef name) const {
  for (const NamedTensor &tensor : tensors)
    if (tensor.name == name)
      return &tensor;
  return nullptr;
}

/// Wide elements first, so that each tensor is aligned in the file.
static std::vector<const NamedTensor *> fileOrder(ArrayRef<NamedTensor> tensors) {
  std::vector<const NamedTensor *> order;
  for (uint64_t width = 16; width > 0; width /= 2)
    for (const NamedTensor &tensor : tensors)
      if (agc_dtype_bytes(tensor.dtype) == width)
        order.push_back(&tensor);
  return order;
}

static std::string headerOf(ArrayRef<const NamedTensor *> order) {
  std::string text;
  raw_string_ostream os(text);
  json::OStream json(os);
  uint64_t offset = 0;
  json.object([&] {
    for (const NamedTensor *tensor : order)
      json.attributeObject(tensor->name, [&] {
        json.attribute("dtype", st_dtype_name(tensor->dtype));
        json.attributeArray("shape", [&] {
          for (int64_t extent : tensor->extents)
            json.value(extent);
          if (tensor->dtype == AGC_C128)
            json.value(2);
        });
        json.attributeArray("data_offsets", [&] {
          json.value(offset);
          json.value(offset += tensor->data.size());
        });
      });
  });
  text.append(alignTo(text.size(), 8) - text.size(), ' ');
  return text;
}

std::string printSafetensors(ArrayRef<NamedTensor> tensors) {
  std::vector<const NamedTensor *> order = fileOrder(tensors);
  std::string header = headerOf(order);
  std::string contents;
  raw_string_ostream os(contents);
  for (int i = 0; i < 8; ++i)
    os << char(uint64_t(header.size()) >> (8 * i));
  os << header;
  for (const NamedTensor *tensor : order)
    os.write(tensor->data.data(), tensor->data.size());
  return contents;
}

Error writeSafetensors(StringRef path, ArrayRef<NamedTensor> tensors) {
  return writeFiles(OutputFile{path.str(), printSafetensors(tensors)});
}

} // namespace agc
