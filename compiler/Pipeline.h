// The order of the passes, from a program's tensor objects to LLVM's dialect; it stands nowhere
// else.
#ifndef AGC_COMPILER_PIPELINE_H
#define AGC_COMPILER_PIPELINE_H

#include "mlir/Pass/PassManager.h"
#include <string>
#include <vector>

namespace agc {

/// What the machine offers to generated code.
struct VectorUnit {
  unsigned bits = 256;     ///< width of a register
  unsigned registers = 16; ///< how many
  bool half = true;        ///< whether f16 is converted by instructions
};

/// The derivatives that plain functions get as functions of their own, where they can be made (see
/// ag-derive-functions).
struct Derivatives {
  bool vjp = true, jvp = false, split = false;
};

/// Tensor objects, or `ag` with gradients still to be taken, to simplified `ag`.
void buildAutogradPipeline(mlir::OpPassManager &pm, Derivatives wanted);

/// Simplified `ag` to kernels: functions of linalg on buffers, and the calls that a program makes
/// of them.
void buildLoweringPipeline(mlir::OpPassManager &pm, const std::string &model);

/// Kernels to LLVM's dialect: loops, one workspace and no allocation; exported functions take the
/// pointers of the C interface. In three parts: between the first two a model can be described
/// (collectModel), between the last two kernels can be had from elsewhere (shareKernels).
void buildKernelPipeline(mlir::OpPassManager &pm, VectorUnit vectors);
void buildEntryPipeline(mlir::OpPassManager &pm, const std::string &model, bool places = true);
void buildLoopPipeline(mlir::OpPassManager &pm, VectorUnit vectors);
/// The last two.
void buildCodeGenPipeline(mlir::OpPassManager &pm, const std::string &model, VectorUnit vectors);

/// The names of all passes that these run.
std::vector<std::string> pipelinePasses();

/// Registers them as ag-autograd-pipeline, ag-lowering-pipeline, agc-kernel-pipeline and
/// agc-codegen-pipeline.
void registerPipelines();

} // namespace agc

#endif // AGC_COMPILER_PIPELINE_H
