//===- Safetensors.h - named tensors in files -----------------------------------------*- C++
//-*-===//
//
// Reads and writes safetensors for the compiler and its tools. The header is read by the runtime's
// strict reader (runtime/src/safetensors.h), so that both accept the same files.
//
//===----------------------------------------------------------------------------------------------===//
#ifndef AGC_COMPILER_SUPPORT_SAFETENSORS_H
#define AGC_COMPILER_SUPPORT_SAFETENSORS_H

#include "runtime/include/agc/agc.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>
#include <string>
#include <vector>

namespace agc {

/// A tensor of a file. The data is row-major and little-endian, and aligned to nothing.
struct NamedTensor {
  std::string name;
  agc_dtype dtype = AGC_F32;
  llvm::SmallVector<int64_t> extents;
  llvm::ArrayRef<char> data;

  /// Whether this is what a file holds for a tensor of that type. A complex128 tensor is stored as
  /// F64 with a last extent of 2, which the format lacks a name for.
  bool holds(agc_dtype dtype, llvm::ArrayRef<int64_t> extents) const;

  /// "f32[2, 3]".
  std::string printType() const;
};

/// A whole file in memory; its tensors' data points into it.
class SafetensorsFile {
public:
  /// Fails with a message that names the file when it cannot be read, is malformed, repeats a name,
  /// or has a dtype that agc has not.
  static llvm::Expected<SafetensorsFile> open(llvm::StringRef path);

  /// The tensors, in the file's order.
  llvm::ArrayRef<NamedTensor> getTensors() const { return tensors; }

  /// The tensor of that name, or null.
  const NamedTensor *find(llvm::StringRef name) const;

private:
  std::unique_ptr<llvm::MemoryBuffer> buffer;
  std::vector<NamedTensor> tensors;
};

/// The bytes of a file. Names must be UTF-8 and differ.
std::string printSafetensors(llvm::ArrayRef<NamedTensor> tensors);

/// Writes a file, whole or not at all.
llvm::Error writeSafetensors(llvm::StringRef path, llvm::ArrayRef<NamedTensor> tensors);

} // namespace agc

#endif
