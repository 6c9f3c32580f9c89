//===- ConstantEmitter.h - C constants as globals of the LLVM dialect -----------------*- C++
//-*-===//
//
// Builds the strings, arrays and structs of a model's description as internal constant globals.
//
//===----------------------------------------------------------------------------------------------===//
#ifndef AGC_COMPILER_CODEGEN_CONSTANTEMITTER_H
#define AGC_COMPILER_CODEGEN_CONSTANTEMITTER_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringMap.h"
#include <string>

namespace agc {

/// A field of a constant: a number, or the address of a symbol (empty: a null pointer).
struct Field {
  Field(mlir::Type type, uint64_t number) : type(type), number(number) {}
  Field(mlir::Type pointer, std::string symbol) : type(pointer), symbol(std::move(symbol)) {}

  mlir::Type type;
  uint64_t number = 0;
  std::string symbol;
};

/// Adds internal constants to the module at whose end `builder` stands. Symbols are unique per
/// emitter: names that were given twice get a number.
class ConstantEmitter {
public:
  ConstantEmitter(mlir::OpBuilder &builder, mlir::Location loc, std::string prefix)
      : builder(builder), loc(loc), prefix(std::move(prefix)),
        ptr(mlir::LLVM::LLVMPointerType::get(builder.getContext())) {}

  /// The symbol of that name of this model, whether it is emitted already or will be.
  std::string nameOf(llvm::StringRef name) const { return prefix + "." + name.str(); }

  /// A struct with C's layout; returns its symbol.
  std::string structure(const std::string &name, llvm::ArrayRef<Field> fields);

  /// An array of the addresses of those symbols; null when there is none.
  Field pointers(const std::string &name, llvm::ArrayRef<std::string> symbols);

  /// A terminated string; equal ones share a global.
  Field string(llvm::StringRef text);

  /// An array of int64_t; null when there is none.
  Field numbers(llvm::ArrayRef<int64_t> values);

  /// A blob; returns its symbol.
  std::string bytes(const std::string &name, llvm::ArrayRef<char> data);

  /// A new symbol of that name.
  std::string unique(const std::string &name);

private:
  /// A global of `type` whose initialiser holds `fields` one after the other.
  std::string aggregate(const std::string &name, mlir::Type type, llvm::ArrayRef<Field> fields);
  mlir::Value materialize(const Field &field);
  mlir::LLVM::GlobalOp global(llvm::StringRef symbol, mlir::Type type, mlir::Attribute value);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  std::string prefix;
  mlir::Type ptr;
  llvm::StringMap<std::string> strings;
  llvm::StringMap<unsigned> uses;
};

} // namespace agc

#endif
