// agc-tblgen: reads the records of dialect/*.td and writes the tables and code made from them.
#include "Backends.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/TableGen/Main.h"
#include "llvm/TableGen/TableGenBackend.h"

using namespace agc::tblgen;
using llvm::TableGen::Emitter::Opt;

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  Opt records("gen-records", emitRecords, "the table of records");
  Opt standard("gen-std", emitStandardFunctions, "the interpreter's scalar functions");
  Opt builtins("gen-builtins", emitBuiltins, "the helpers of the rule language");
  Opt evalRules("gen-eval-rules", emitEvalRules, "reference evaluations in C++");
  Opt bodyRules("gen-body-rules", emitBodyRules, "bodies in C++");
  Opt refusalRules("gen-refusal-rules", emitRefusalRules, "refusals of shapes in C++");
  Opt gradRules("gen-grad-rules", emitGradRules, "gradients in C++");
  Opt docs("gen-docs", emitDocs, "a page on each record");
  Opt table("gen-table", emitTable, "the table of ops in dialect/README.md");
  Opt apiDecls("gen-api-decls", emitApiDecls, "the surface's functions");
  Opt apiMethods("gen-api-methods", emitApiMethods, "the surface's methods");
  Opt apiDefs("gen-api-defs", emitApiDefs, "definitions of both");
  Opt python("gen-python", emitPython, "the functions of the Python package");
  Opt pythonStubs("gen-python-stubs", emitPythonStubs, "their types");
  Opt apiNames("gen-api-names", emitApiNames, "the records that the surface has");
  llvm::cl::ParseCommandLineOptions(argc, argv, "agc's TableGen backends\n");
  return llvm::TableGenMain(argv[0], llvm::TableGenMainFn(nullptr));
}
