//===- emit-line.cpp - the hand-written model of test/Runtime, emitted
//-----------------------------===//
//
// Writes line.ll and line.h into the folder it is given. Built into an object with the bodies of
// test/Runtime/line-body.c, they must pass the tests that the hand-written line.c passes.
//
//===----------------------------------------------------------------------------------------------===//
#include "compiler/CodeGen/Header.h"
#include "compiler/CodeGen/ModelInfo.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

/// Bodies in the form that the pipeline leaves them; they hand over to line-body.c.
static const char kBodies[] = R"mlir(
llvm.func @line_body_train_step(!llvm.ptr, !llvm.ptr, i64, !llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr) -> i32
llvm.func @line_body_pick(!llvm.ptr, i64, !llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr) -> i32
llvm.func @line_train_step(%ctx: !llvm.ptr, %state: !llvm.ptr, %n: i64, %x: !llvm.ptr, %y: !llvm.ptr,
                           %loss: !llvm.ptr, %workspace: !llvm.ptr) -> i32 {
  %status = llvm.call @line_body_train_step(%ctx, %state, %n, %x, %y, %loss, %workspace)
    : (!llvm.ptr, !llvm.ptr, i64, !llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr) -> i32
  llvm.return %status : i32
}
llvm.func @line_pick(%ctx: !llvm.ptr, %n: i64, %table: !llvm.ptr, %index: !llvm.ptr,
                     %picked: !llvm.ptr, %twice: !llvm.ptr, %workspace: !llvm.ptr) -> i32 {
  %status = llvm.call @line_body_pick(%ctx, %n, %table, %index, %picked, %twice, %workspace)
    : (!llvm.ptr, i64, !llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr) -> i32
  llvm.return %status : i32
}
llvm.func internal @twice(%n: i64) -> i64 {
  %two = llvm.mlir.constant(2 : i64) : i64
  %result = llvm.mul %n, %two : i64
  llvm.return %result : i64
}
llvm.func internal @four_times(%n: i64) -> i64 {
  %four = llvm.mlir.constant(4 : i64) : i64
  %result = llvm.mul %n, %four : i64
  llvm.return %result : i64
}
)mlir";

static agc::ModelInfo describeLine() {
  const float weight[] = {0.5f, -1.0f, 2.0f};
  const char *bytes = reinterpret_cast<const char *>(weight);
  agc::ModelInfo model;
  model.name = "line";
  model.states = {{"layer.weight", AGC_F32, {3}, {bytes, bytes + sizeof(weight)}},
                  {"layer.bias", AGC_F32, {}, {}},
                  {"steps", AGC_I64, {}, {}},
                  {"se\"en\\\n\xc3\xa9", AGC_BOOL, {2}, {}},
                  {"phase", AGC_C128, {2}, {}}};
  agc::ExtentInfo n = {"n", 1, 1048576};

  agc::FunctionInfo step;
  step.name = "train_step";
  step.location = "line.py:3";
  step.usesState = true;
  step.extents = {n};
  step.inputs = {{"x", AGC_F32, {-1, 3}}, {"y", AGC_F32, {-1}}};
  step.outputs = {{"loss", AGC_F32, {}}};
  step.workspaceSymbol = "four_times";

  agc::FunctionInfo pick;
  pick.name = "pick";
  pick.location = "line.py:9";
  pick.extents = {n};
  pick.derived = {{"2n", "twice", ""}};
  pick.inputs = {{"table", AGC_F32, {-1}}, {"index", AGC_I64, {2}}};
  pick.outputs = {{"picked", AGC_F32, {2}}, {"twice", AGC_F32, {-2}}};
  model.functions = {step, pick};
  agc::layoutState(model);
  return model;
}

static bool write(const std::string &path, llvm::function_ref<void(llvm::raw_ostream &)> print) {
  std::error_code error;
  llvm::raw_fd_ostream os(path, error);
  if (!error)
    print(os);
  os.close();
  if (error || os.has_error())
    llvm::errs() << "cannot write " << path << "\n";
  return !error && !os.has_error();
}

int main(int argc, char **argv) {
  if (argc != 2) {
    llvm::errs() << "usage: emit-line FOLDER\n";
    return 1;
  }
  DialectRegistry registry;
  registry.insert<LLVM::LLVMDialect>();
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  MLIRContext context(registry);
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(kBodies, &context);
  agc::ModelInfo model = describeLine();
  if (!module || failed(agc::emitModelInfo(*module, model)) || failed(verify(*module)))
    return 1;
  llvm::LLVMContext llvmContext;
  std::unique_ptr<llvm::Module> llvmModule = translateModuleToLLVMIR(*module, llvmContext);
  if (!llvmModule)
    return 1;
  std::string folder = argv[1];
  return write(folder + "/line.ll",
               [&](llvm::raw_ostream &os) { llvmModule->print(os, nullptr); }) &&
                 write(folder + "/line.h",
                       [&](llvm::raw_ostream &os) { os << agc::emitHeader(model); })
             ? 0
             : 1;
}
