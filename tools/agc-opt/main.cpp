// agc-opt: runs any pass of ours or of upstream MLIR on a file, as mlir-opt does.
#include "compiler/Passes.h"
#include "compiler/Pipeline.h"
#include "compiler/Support/ProgramText.h"
#include "dialect/AgDialect.h"
#include "dialect/AgtDialect.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/ToolOutputFile.h"

/// MlirOptMain with files, for text that its parser survives.
static llvm::LogicalResult optimize(llvm::StringRef input, llvm::StringRef output,
                                    mlir::DialectRegistry &registry,
                                    const mlir::MlirOptMainConfig &config) {
  std::string error;
  std::unique_ptr<llvm::MemoryBuffer> file = mlir::openInputFile(input, &error);
  std::unique_ptr<llvm::ToolOutputFile> result =
      file ? mlir::openOutputFile(output, &error) : nullptr;
  if (!result) {
    llvm::errs() << error << '\n';
    return llvm::failure();
  }
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(llvm::MemoryBuffer::getMemBuffer(*file), llvm::SMLoc());
  if (!agc::checkProgramText(sources) ||
      failed(mlir::MlirOptMain(result->os(), std::move(file), registry, config)))
    return llvm::failure();
  result->keep();
  return llvm::success();
}

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  registry.insert<agc::ag::AgDialect, agc::agt::AgtDialect>();
  mlir::registerAllExtensions(registry);
  mlir::registerAllToLLVMIRTranslations(registry);
  mlir::registerAllPasses();
  agc::registerAgcPasses();
  agc::registerPipelines();
  auto [input, output] =
      mlir::registerAndParseCLIOptions(argc, argv, "agc optimizer driver\n", registry);
  auto config = mlir::MlirOptMainConfig::createFromCLOptions();
  if (config.shouldShowDialects() || config.shouldListPasses())
    return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, input, output, registry));
  llvm::InitLLVM init(argc, argv);
  return mlir::asMainReturnCode(optimize(input, output, registry, config));
}
