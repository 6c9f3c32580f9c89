// A traced model compiled: its object file and header.
#include "compiler/CodeGen/Compile.h"
#include "compiler/Support/OutputFile.h"
#include "compiler/Trace/ModelImpl.h"
#include "compiler/Trace/Reports.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace agc {

void Model::emit(const std::string &path, const EmitOptions &emit, Where where) {
  CompileOptions options;
  options.model = impl->name;
  options.cpu = emit.cpu;
  options.triple = emit.target;
  auto wants = [&](const char *word) { return llvm::is_contained(emit.derive, word); };
  options.derivatives = {wants("vjp"), wants("jvp"), wants("split")};
  for (const std::string &word : emit.derive)
    if (word != "vjp" && word != "jvp" && word != "split")
      throw Error(where, "cannot derive '" + word + "', only vjp, jvp and split");
  // Compiling lowers in place: what was traced stays as it was.
  DialectRegistry registry;
  registerCompilerDialects(registry);
  impl->context.appendDialectRegistry(registry);
  OwningOpRef<ModuleOp> module = impl->module->clone();
  trace::Reports reports(&impl->context, where);
  FailureOr<CompileResult> result = compileToObject(*module, options);
  reports.raise(failed(result));
  llvm::SmallString<128> header(path);
  llvm::sys::path::replace_extension(header, ".h");
  OutputFile files[] = {{path, result->output}, {header.str().str(), result->header}};
  if (llvm::Error error = writeFiles(files))
    throw Error(where, llvm::toString(std::move(error)));
}

} // namespace agc
