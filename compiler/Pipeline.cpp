// The order of the passes, and why each stands where it does.
#include "compiler/Pipeline.h"
#include "compiler/Passes.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace agc {

/// A chunk's work: what a thread computes in some 10 us, against 1 us or 2 of taking it.
constexpr int64_t kChunkElements = 32768;

static void simplify(OpPassManager &pm) {
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void buildAutogradPipeline(OpPassManager &pm, Derivatives wanted) {
  pm.addPass(createCheckProgram()); // first: later passes rely on it
  pm.addPass(createCheck());
  pm.addNestedPass<func::FuncOp>(createFunctionalize());
  // Calls between the program's own functions vanish: every later pass sees whole functions.
  // Nothing is simplified with them: an equal value is another one as long as a gradient is asked
  // at it.
  pm.addPass(createInlinerPass({}, [](OpPassManager &) {}));
  pm.addPass(createSymbolDCEPass());
  // Whole functions have derivatives; those of the program's own gradients are its own affair.
  DeriveFunctionsOptions derive;
  derive.vjp = wanted.vjp;
  derive.jvp = wanted.jvp;
  derive.split = wanted.split;
  pm.addPass(createDeriveFunctions(derive));
  // Before composites are expanded: they have gradients of their own.
  pm.addPass(createDifferentiate());
  pm.addPass(createExpandComposites());
  pm.addPass(createSimplify());
  simplify(pm);
  // When all that both halves share is one value.
  pm.addPass(createPartition());
  simplify(pm);
}

void buildLoweringPipeline(OpPassManager &pm, const std::string &model) {
  pm.addPass(createAgToLinalg());
  // Extents get their names before anything computes with them, so that equal ones are one value.
  pm.addPass(createNameExtents());
  pm.addPass(createResolveExtents());
  simplify(pm);
  // Without extents of 1 there is no broadcast but a missing dim, which fuses.
  pm.addPass(createLinalgFoldUnitExtentDimsPass());
  pm.addPass(createResolveExtents());
  pm.addPass(createNameExtents());     // extents of intermediate values are inputs' by now
  pm.addPass(createLowerAffinePass()); // and arithmetic, which bounds are made of
  simplify(pm);
  pm.addNestedPass<func::FuncOp>(createFusePointwise());
  simplify(pm);
  // After fusion, which would not look through a check's order; before results become writes.
  pm.addNestedPass<func::FuncOp>(createHoistChecks());
  simplify(pm);
  pm.addPass(createFormDestinations());

  bufferization::OneShotBufferizePassOptions options;
  options.allowReturnAllocsFromLoops = true;
  options.unknownTypeConversion = bufferization::LayoutMapOption::IdentityLayoutMap;
  pm.addPass(bufferization::createOneShotBufferizePass(options));
  simplify(pm);
  // Only what is still copied to an argument takes workspace.
  pm.addNestedPass<func::FuncOp>(createForwardResults());
  // Groups are compared as linalg, and a kernel's loops may share and split work.
  pm.addPass(createOutlineKernels());
  // Results are computed in their place by now, and a part of a buffer is a place like any other.
  PackResidualsOptions residuals;
  residuals.model = model;
  pm.addPass(createPackResiduals(residuals));
}

/// What is left of linalg, vector, math and complex becomes scalar loops and LLVM's ops. What can
/// be is done function by function: MLIR's threads share the kernels.
static void buildLLVMPipeline(OpPassManager &pm) {
  OpPassManager &expand = pm.nestAny();
  arith::ArithExpandOpsPassOptions arith;
  arith.includeBf16 = true;
  expand.addPass(arith::createArithExpandOpsPass(arith));
  expand.addPass(createExpandShapes());
  expand.addPass(memref::createExpandStridedMetadataPass());
  expand.addPass(createLowerAffinePass());
  expand.addPass(createSCFToControlFlowPass());
  expand.addPass(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass()); // declares functions
  OpPassManager &convert = pm.nestAny();
  convert.addPass(createConvertVectorToLLVMPass());
  convert.addPass(createConvertComplexToLLVMPass());
  pm.addPass(createConvertToLLVMPass());
  OpPassManager &finish = pm.nestAny();
  finish.addPass(createReconcileUnrealizedCastsPass());
  simplify(finish);
  // Without a scope a location is not emitted: an object's lines are the program's.
  LLVM::DIScopeForLLVMFuncOpPassOptions debug;
  debug.emissionKind = LLVM::DIEmissionKind::LineTablesOnly;
  pm.addPass(LLVM::createDIScopeForLLVMFuncOpPass(debug));
}

void buildKernelPipeline(OpPassManager &pm, VectorUnit vectors) {
  ContractNestOptions nest;
  nest.vectorBits = vectors.bits;
  nest.registers = vectors.registers;
  pm.addPass(createContractNest(nest));
  // After the nest, whose scratch is planned with the program's buffers.
  pm.addPass(createMemoryPlan());
  simplify(pm);
}

void buildEntryPipeline(OpPassManager &pm, const std::string &model, bool places) {
  EmitEntriesOptions entries;
  entries.model = model;
  entries.places = places;
  pm.addPass(createEmitEntries(entries));
}

void buildLoopPipeline(OpPassManager &pm, VectorUnit vectors) {
  LinalgToLoopsOptions loops;
  loops.vectorBits = vectors.bits;
  loops.chunkElements = kChunkElements;
  pm.addPass(createLinalgToLoops(loops));
  pm.addPass(createOutlineChunks());
  pm.addPass(createDeclareLibm());
  OpPassManager &functions = pm.nestAny();
  functions.addPass(createConvertComplexToStandardPass());
  functions.addPass(createExpandMath());
  if (!vectors.half)
    functions.addPass(createExpandHalf()); // what is left of f16 is its conversions
  simplify(functions);
  buildLLVMPipeline(pm);
}

void buildCodeGenPipeline(OpPassManager &pm, const std::string &model, VectorUnit vectors) {
  buildEntryPipeline(pm, model);
  buildLoopPipeline(pm, vectors);
}

std::vector<std::string> pipelinePasses() {
  OpPassManager pm(ModuleOp::getOperationName());
  buildAutogradPipeline(pm, {});
  buildLoweringPipeline(pm, "model");
  buildKernelPipeline(pm, {});
  VectorUnit vectors;
  vectors.half = false; // where there are most passes
  buildCodeGenPipeline(pm, "model", vectors);
  std::string text;
  llvm::raw_string_ostream stream(text);
  pm.printAsTextualPipeline(stream);
  // Names stand before `,`, `)` and the `{` of their options; before `(` they are an op's.
  std::vector<std::string> names;
  std::string name;
  int depth = 0;
  for (char c : text) {
    depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    if (depth > 0 || c == '}')
      continue;
    if (c != ',' && c != ')' && c != '(') {
      name += c;
      continue;
    }
    if (c != '(' && !name.empty())
      names.push_back(name);
    name.clear();
  }
  return names;
}

void registerPipelines() {
  PassPipelineRegistration<>("ag-autograd-pipeline", "tensor objects to simplified ag",
                             [](OpPassManager &pm) { buildAutogradPipeline(pm, {}); });
  PassPipelineRegistration<>("ag-lowering-pipeline", "simplified ag to linalg on buffers",
                             [](OpPassManager &pm) { buildLoweringPipeline(pm, "model"); });
  PassPipelineRegistration<>("agc-kernel-pipeline", "contractions to nests, one workspace",
                             [](OpPassManager &pm) { buildKernelPipeline(pm, {}); });
  PassPipelineRegistration<>("agc-codegen-pipeline", "linalg on buffers to LLVM's dialect",
                             [](OpPassManager &pm) { buildCodeGenPipeline(pm, "model", {}); });
}

} // namespace agc
