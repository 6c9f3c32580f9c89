// Compiles a program all the way, as agc does, and calls it in this process.
#ifndef AGC_TEST_CODEGEN_NATIVEMODULE_H
#define AGC_TEST_CODEGEN_NATIVEMODULE_H

#include "compiler/Interpreter/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"
#include <memory>

namespace agc::test {

/// An object of the program's exported functions, loaded.
class NativeModule {
public:
  /// Compiles for this machine; the module is lowered in place. Null, with diagnostics, where that
  /// fails.
  static std::unique_ptr<NativeModule> compile(mlir::ModuleOp module, unsigned optLevel = 1);
  ~NativeModule();

  /// The results of a function whose extents are all known.
  llvm::Expected<std::vector<interp::Tensor>> call(llvm::StringRef function,
                                                   llvm::ArrayRef<interp::Tensor> inputs);

private:
  struct Impl;
  explicit NativeModule(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl;
};

} // namespace agc::test

#endif // AGC_TEST_CODEGEN_NATIVEMODULE_H
