#include "compiler/CodeGen/ShareKernels.h"
#include "compiler/Lowering/Export.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;

namespace agc {
namespace {

class Sharing {
public:
  Sharing(ModuleOp module, const llvm::StringSet<> &loaded)
      : module(module), symbols(module), loaded(loaded) {}

  KernelNames run() {
    for (auto function : module.getOps<func::FuncOp>())
      if (function->hasAttr(attr::kKernel) && !function.isExternal())
        findName(function);
    module.walk([&](func::CallOp call) { redirect(call); });
    llvm::StringSet<> placed;
    for (auto &[function, name] : names)
      if (placed.insert(name).second)
        place(function, name);
      else
        function.erase();
    return std::move(result);
  }

private:
  /// The name of a function: what it computes in words, as before, and the sum of all of it.
  void findName(func::FuncOp function) {
    if (names.contains(function))
      return;
    std::string text; // all that it computes, and what it reads
    llvm::raw_string_ostream os(text);
    auto uses = SymbolTable::getSymbolUses(&function.getBody());
    for (SymbolTable::SymbolUse use : *uses) {
      Operation *used = symbols.lookup(use.getSymbolRef().getLeafReference());
      auto called = dyn_cast_or_null<func::FuncOp>(used);
      if (called && !called.isExternal())
        findName(called);
      else if (used)
        used->print(os, OpPrintingFlags().useLocalScope());
    }
    function.walk([&](func::CallOp call) { redirect(call); });
    std::string words = function.getName().str();
    function.setName("kernel"); // whose number tells nothing
    function.print(os, OpPrintingFlags().useLocalScope());
    function.setName(words);
    auto sum = llvm::xxh3_128bits(llvm::arrayRefFromStringRef(text));
    StringRef word = StringRef(words).rtrim("0123456789"); // the number of an equal description
    names[function] = (word.ends_with("_") ? word.drop_back() : StringRef(words)).str() + "." +
                      llvm::utohexstr(sum.high64, true, 16) + llvm::utohexstr(sum.low64, true, 16);
  }

  void redirect(func::CallOp call) {
    if (auto called = symbols.lookup<func::FuncOp>(call.getCallee()))
      if (auto it = names.find(called); it != names.end())
        call.setCallee(it->second);
  }

  void place(func::FuncOp function, StringRef name) {
    function.setName(name);
    function->removeAttr("llvm.linkage"); // of a library's function: internal
    if (!loaded.contains(name)) {
      function.setPublic();
      result.defined.push_back(name.str());
      return;
    }
    function.eraseBody();
    function.setPrivate();
    function->removeAttr(attr::kKernel);
    result.imported.push_back(name.str());
  }

  ModuleOp module;
  SymbolTable symbols;
  const llvm::StringSet<> &loaded;
  llvm::MapVector<func::FuncOp, std::string> names;
  KernelNames result;
};

} // namespace

KernelNames shareKernels(ModuleOp module, const llvm::StringSet<> &loaded) {
  return Sharing(module, loaded).run();
}

} // namespace agc
