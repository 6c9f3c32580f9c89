//===- ConstantEmitter.cpp - C constants as globals of the LLVM dialect
//---------------------------===//
//
// See ConstantEmitter.h.
//
//===----------------------------------------------------------------------------------------------===//
#include "compiler/CodeGen/ConstantEmitter.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;

namespace agc {

std::string ConstantEmitter::unique(const std::string &name) {
  unsigned use = uses[name]++;
  return use == 0 ? nameOf(name) : nameOf(name + "." + std::to_string(use));
}

LLVM::GlobalOp ConstantEmitter::global(StringRef symbol, Type type, Attribute value) {
  return LLVM::GlobalOp::create(builder, loc, type, /*isConstant=*/true, LLVM::Linkage::Internal,
                                symbol, value);
}

Value ConstantEmitter::materialize(const Field &field) {
  if (field.type != ptr)
    return LLVM::ConstantOp::create(builder, loc, field.type,
                                    builder.getIntegerAttr(field.type, field.number));
  if (field.symbol.empty())
    return LLVM::ZeroOp::create(builder, loc, ptr);
  return LLVM::AddressOfOp::create(builder, loc, ptr, field.symbol);
}

std::string ConstantEmitter::aggregate(const std::string &name, Type type, ArrayRef<Field> fields) {
  std::string symbol = unique(name);
  OpBuilder::InsertionGuard guard(builder);
  LLVM::GlobalOp op = global(symbol, type, Attribute());
  builder.createBlock(&op.getInitializerRegion());
  Value value = LLVM::UndefOp::create(builder, loc, type);
  for (auto [i, field] : llvm::enumerate(fields))
    value = LLVM::InsertValueOp::create(builder, loc, value, materialize(field), int64_t(i));
  LLVM::ReturnOp::create(builder, loc, value);
  return symbol;
}

std::string ConstantEmitter::structure(const std::string &name, ArrayRef<Field> fields) {
  SmallVector<Type> types;
  for (const Field &field : fields)
    types.push_back(field.type);
  return aggregate(name, LLVM::LLVMStructType::getLiteral(builder.getContext(), types), fields);
}

Field ConstantEmitter::pointers(const std::string &name, ArrayRef<std::string> symbols) {
  if (symbols.empty())
    return Field(ptr, "");
  SmallVector<Field> fields;
  for (const std::string &symbol : symbols)
    fields.emplace_back(ptr, symbol);
  return Field(ptr, aggregate(name, LLVM::LLVMArrayType::get(ptr, symbols.size()), fields));
}

Field ConstantEmitter::string(StringRef text) {
  std::string &symbol = strings[text];
  if (symbol.empty()) {
    symbol = unique("str." + std::to_string(strings.size() - 1));
    std::string terminated = text.str() + '\0';
    auto type = LLVM::LLVMArrayType::get(builder.getI8Type(), terminated.size());
    global(symbol, type, builder.getStringAttr(terminated));
  }
  return Field(ptr, symbol);
}

Field ConstantEmitter::numbers(ArrayRef<int64_t> values) {
  if (values.empty())
    return Field(ptr, "");
  std::string symbol = unique("shape");
  global(symbol, LLVM::LLVMArrayType::get(builder.getI64Type(), values.size()),
         builder.getI64TensorAttr(values));
  return Field(ptr, symbol);
}

std::string ConstantEmitter::bytes(const std::string &name, ArrayRef<char> data) {
  std::string symbol = unique(name);
  // A resource, so that printing the module writes megabytes behind it and not into it.
  auto type = RankedTensorType::get(int64_t(data.size()), builder.getI8Type());
  auto blob = HeapAsmResourceBlob::allocateAndCopyWithAlign(data, /*align=*/64);
  auto value = DenseResourceElementsAttr::get(type, symbol, std::move(blob));
  LLVM::GlobalOp op =
      global(symbol, LLVM::LLVMArrayType::get(builder.getI8Type(), data.size()), value);
  op.setAlignment(64);
  return symbol;
}

} // namespace agc
