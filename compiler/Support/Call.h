// A call made from a model's description: named tensors are bound to a function's inputs, its
// extents are found, and its uniform entry is called.
#ifndef AGC_COMPILER_SUPPORT_CALL_H
#define AGC_COMPILER_SUPPORT_CALL_H

#include "compiler/Support/Safetensors.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <vector>

namespace agc {

/// Memory at a multiple of AGC_ALIGNMENT; null for 0 bytes.
class AlignedBuffer {
public:
  AlignedBuffer() = default;
  explicit AlignedBuffer(uint64_t bytes);
  char *data() const { return memory.get(); }
  uint64_t size() const { return bytes; }

private:
  struct Free {
    void operator()(char *memory) const;
  };
  std::unique_ptr<char, Free> memory;
  uint64_t bytes = 0;
};

/// Calls of a function, with memory for all that it writes but the state.
class Call {
public:
  explicit Call(const agc_function_info &function) : function(function) {}

  /// Takes the inputs by name from `tensors`, the first of a name, and extents that no input tells
  /// from `extents`. The tensors' data must stay. Fails when an input is missing, has another type,
  /// or two inputs disagree on an extent.
  llvm::Error bind(llvm::ArrayRef<NamedTensor> tensors, const llvm::StringMap<int64_t> &extents);

  /// Calls the uniform entry; may be called again.
  llvm::Error run(agc_context &context, AlignedBuffer &state);

  /// The outputs of the last call; their data belongs to this.
  std::vector<NamedTensor> getOutputs() const;
  /// The memory of the outputs, for the caller to keep.
  std::vector<AlignedBuffer> takeOutputs() { return std::move(outputs); }

private:
  llvm::Error bindInput(const agc_tensor_info &input, llvm::ArrayRef<NamedTensor> tensors);
  llvm::Error bindExtents(const agc_tensor_info &input, const NamedTensor &tensor);
  llvm::Error allocateOutputs();

  const agc_function_info &function;
  /// A negative extent is not known yet; extentSource tells which input gave it.
  std::vector<int64_t> extentValues;
  std::vector<std::string> extentSource;
  std::vector<agc_input> inputs;
  std::vector<AlignedBuffer> copies; ///< of inputs that are not aligned
  std::vector<AlignedBuffer> outputs;
  AlignedBuffer workspace;
};

/// "f32[n, 3]", in the function's names.
std::string printType(const agc_function_info &function, const agc_tensor_info &tensor);

} // namespace agc

#endif
