// A module of the program in, an object and its C header out, in process.
#ifndef AGC_COMPILER_CODEGEN_COMPILE_H
#define AGC_COMPILER_CODEGEN_COMPILE_H

#include "compiler/CodeGen/ShareKernels.h"
#include "compiler/Pipeline.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include <functional>
#include <string>

namespace agc {

/// What the compiler is asked for: text of the program at some level, or machine code.
enum class EmitStage { Agt, Ag, Linalg, LLVM, Assembly, Object };

struct CompileOptions {
  std::string model = "model"; ///< prefix of every name in object and header
  std::string cpu = "native";  ///< see makeTarget
  std::string triple;          ///< empty for the host's
  unsigned optLevel = 3;
  EmitStage stage = EmitStage::Object;
  Derivatives derivatives;
  /// Kernels that are there already, of objects compiled with this set too; null for an object that
  /// stands alone.
  const llvm::StringSet<> *loaded = nullptr;
  /// Lets a tool add timing or printing to a pass manager before it runs.
  std::function<void(mlir::PassManager &)> configure;
  /// Whether nobody wants the result any more, asked from any thread; then compiling fails soon.
  std::function<bool()> isCancelled;
};

struct CompileResult {
  std::string output;  ///< text, or the bytes of the object
  std::string header;  ///< the C header; empty before code is generated
  KernelNames kernels; ///< of an object that shares them
};

/// Registers every dialect, interface and translation that compiling needs.
void registerCompilerDialects(mlir::DialectRegistry &registry);

/// Compiles a module of agt or ag, which is lowered in place. The same module and options give the
/// same bytes. Fails with diagnostics.
mlir::FailureOr<CompileResult> compileToObject(mlir::ModuleOp module,
                                               const CompileOptions &options);

} // namespace agc

#endif
