// The functions that nests call, built when first needed and shared by all nests of a module.
#pragma once
#include "compiler/CodeGen/MicroKernel.h"
#include "compiler/CodeGen/Pack.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringMap.h"

namespace agc {

/// Builds and finds panel and packing functions. They are internal to the object file, so that
/// those which end up inlined or unused take no space.
class PanelLibrary {
public:
  PanelLibrary(mlir::ModuleOp module) : symbols(module) {}

  /// Calls the panel function for `rows` rows.
  void callPanel(NestBuilder &ir, mlir::FloatType element, const NestShape &shape, int64_t rows,
                 const PanelKind &kind, const PanelArguments &args);
  /// Calls the function that packs a panel of `pitch` lines.
  void callPack(NestBuilder &ir, mlir::FloatType element, const NestShape &shape, int64_t pitch,
                PackKind kind, const PackArguments &args);

private:
  mlir::func::FuncOp declare(NestBuilder &ir, llvm::StringRef key, const llvm::Twine &name,
                             mlir::ValueRange arguments);

  mlir::SymbolTable symbols;
  llvm::StringMap<mlir::func::FuncOp> functions;
};

} // namespace agc
