// Compiled segments in this process: machine code in memory, and the entry to call it by.
#ifndef AGC_COMPILER_SESSION_JIT_H
#define AGC_COMPILER_SESSION_JIT_H

#include "compiler/CodeGen/ShareKernels.h"
#include "llvm/Support/Error.h"
#include <functional>
#include <memory>
#include <string>
#include <vector>

struct agc_function_info;
struct agc_model_info;

namespace agc::session {

/// Elements in memory, row-major; shared by all that hold them.
struct Buffer {
  std::shared_ptr<char> memory;
  uint64_t bytes = 0;

  /// Memory of that size, aligned for vectors, not initialised.
  static Buffer allocate(uint64_t bytes);
};

/// How a call failed.
struct CallFailure {
  int status;
  std::string text;
};

/// One compiled function. Its code lives as long as the loader.
class Compiled {
public:
  explicit Compiled(const agc_function_info *function) : function(function) {}

  /// Calls it, with a number for each of its extents. Outputs are allocated; `counts` tells the
  /// first extent of each, found or not, and -1 for a 0-dim one.
  std::optional<CallFailure> call(llvm::ArrayRef<Buffer> inputs, llvm::ArrayRef<int64_t> extents,
                                  std::vector<Buffer> &outputs, std::vector<int64_t> &counts) const;

private:
  const agc_function_info *function;
  mutable Buffer workspace;
};

/// An object file of a segment, and the kernels that it has or takes from others.
struct SegmentObject {
  std::string bytes;
  KernelNames kernels;
};

/// The loader. One for a session.
class Jit {
public:
  Jit();
  ~Jit();

  /// The machine code of a segment, but for the kernels that were loaded before.
  mlir::FailureOr<SegmentObject> compile(mlir::ModuleOp module,
                                         std::function<bool()> isCancelled = {}) const;
  /// Whether all kernels that an object takes from others are loaded, and none that it has.
  bool canLoad(const SegmentObject &object) const;
  /// Loads an object whose only exported function is called.
  llvm::Expected<std::unique_ptr<Compiled>> load(const SegmentObject &object);
  /// Loads an object of that model; what it describes lives as long as this loader.
  llvm::Expected<const agc_model_info *> loadModel(llvm::StringRef object, llvm::StringRef model);

private:
  struct Impl;
  std::unique_ptr<Impl> impl;
  llvm::StringSet<> kernels; ///< that are loaded
};

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_JIT_H
