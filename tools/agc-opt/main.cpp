// agc-opt: runs any pass of ours or of upstream MLIR on a file, as mlir-opt does.
#include "compiler/Passes.h"
#include "compiler/Pipeline.h"
#include "dialect/AgDialect.h"
#include "dialect/AgtDialect.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  registry.insert<agc::ag::AgDialect, agc::agt::AgtDialect>();
  mlir::registerAllExtensions(registry);
  mlir::registerAllToLLVMIRTranslations(registry);
  mlir::registerAllPasses();
  agc::registerAgcPasses();
  agc::registerPipelines();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "agc optimizer driver\n", registry));
}
