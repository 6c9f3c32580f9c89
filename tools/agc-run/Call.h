//===- Call.h - a call made from a model's description ---------------------------------*- C++
//-*-===//
//
// Binds named tensors to a function's inputs, finds its extents, and calls its uniform entry.
//
//===----------------------------------------------------------------------------------------------===//
#ifndef AGC_TOOLS_AGC_RUN_CALL_H
#define AGC_TOOLS_AGC_RUN_CALL_H

#include "compiler/Support/Safetensors.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <vector>

namespace agc {

/// Zeroed memory at a multiple of AGC_ALIGNMENT; null for 0 bytes.
class AlignedBuffer {
public:
  AlignedBuffer() = default;
  explicit AlignedBuffer(uint64_t bytes);
  char *data() { return memory.get(); }
  uint64_t size() const { return bytes; }

private:
  struct Free {
    void operator()(char *memory) const;
  };
  std::unique_ptr<char, Free> memory;
  uint64_t bytes = 0;
};

/// One call of a function, with memory for all that it reads and writes but the state.
class Call {
public:
  explicit Call(const agc_function_info &function) : function(function) {}

  /// Takes the inputs from `files`, and extents that no input tells from `extents`. Fails when an
  /// input is missing, has another type, or two inputs disagree on an extent.
  llvm::Error bind(llvm::ArrayRef<SafetensorsFile> files, const llvm::StringMap<int64_t> &extents);

  /// Calls the uniform entry; may be called again.
  llvm::Error run(agc_context &context, AlignedBuffer &state);

  /// The outputs; their data belongs to this call.
  std::vector<NamedTensor> getOutputs();

private:
  llvm::Error bindInput(const agc_tensor_info &input, llvm::ArrayRef<SafetensorsFile> files);
  llvm::Error bindExtents(const agc_tensor_info &input, const NamedTensor &tensor);
  llvm::Error allocateOutputs();

  const agc_function_info &function;
  /// A negative extent is not known yet; extentSource tells which input gave it.
  std::vector<int64_t> extentValues;
  std::vector<std::string> extentSource;
  std::vector<AlignedBuffer> inputs, outputs;
  AlignedBuffer workspace;
};

/// "f32[n, 3]", in the function's names.
std::string printType(const agc_function_info &function, const agc_tensor_info &tensor);

} // namespace agc

#endif
