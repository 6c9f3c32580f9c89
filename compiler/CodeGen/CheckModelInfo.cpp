//===- CheckModelInfo.cpp - what cannot be emitted is refused first
//--------------------------------===//
//
// Compares a model's description with the module that it is to be emitted into.
//
//===----------------------------------------------------------------------------------------------===//
#include "compiler/CodeGen/ModelInfo.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace agc {
namespace {

bool isIdentifier(StringRef name) {
  return !name.empty() && !llvm::isDigit(name.front()) &&
         llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

/// Far above any memory, and far below where sums of such sizes overflow.
constexpr int64_t kMaxStateBytes = int64_t(1) << 47;

class Checker {
public:
  Checker(ModuleOp module, const ModelInfo &model)
      : module(module), symbols(module), model(model), at(module.getLoc()) {}

  LogicalResult check() {
    if (!isIdentifier(model.name))
      return fail("'" + model.name + "' cannot be a name in C");
    std::string lower = StringRef(model.name).lower();
    if (lower == "agc" || StringRef(lower).starts_with("agc_"))
      return fail("names that begin with 'agc_' are the runtime's: give the model another one");
    if (failed(claim("info")) ||
        (!model.states.empty() && (failed(claim("init")) || failed(claim("init_checked")))))
      return failure();
    for (const StateInfo &state : model.states)
      if (failed(checkState(state)))
        return failure();
    for (const FunctionInfo &function : model.functions) {
      at = module.getLoc();
      if (failed(checkFunction(function)))
        return failure();
    }
    return success();
  }

private:
  LogicalResult fail(const Twine &message) {
    return emitError(at) << "model '" << model.name << "': " << message;
  }

  /// Makes sure that the model's symbol of that suffix is free.
  LogicalResult claim(StringRef suffix) {
    std::string symbol = model.name + "_" + suffix.str();
    if (symbols.lookup(symbol) || !claimed.insert(symbol).second)
      return fail("the symbol '" + symbol + "' is taken; rename what has it");
    return success();
  }

  LogicalResult checkState(const StateInfo &state) {
    if (state.location)
      at = state.location;
    if (state.name.empty() || state.name == "__metadata__" || !llvm::json::isUTF8(state.name) ||
        StringRef(state.name).contains('\0'))
      return fail("'" + state.name + "' cannot be the name of a part of the state");
    if (!stateNames.insert(state.name).second)
      return fail("two parts of the state are named '" + state.name + "'");
    if (llvm::any_of(state.extents, [](int64_t extent) { return extent < 0; }))
      return fail("'" + state.name + "' has an extent that is not known, which a state cannot");
    int64_t bytes = dtypeBytes(state.dtype);
    for (int64_t extent : state.extents)
      if (llvm::MulOverflow(bytes, extent, bytes) || bytes > kMaxStateBytes)
        return fail("'" + state.name + "' takes more bytes than can be addressed");
    if (!state.initial.empty() && state.initial.size() != bytesOf(state))
      return fail("the initial value of '" + state.name + "' has " + Twine(state.initial.size()) +
                  " bytes, expected " + Twine(bytesOf(state)));
    return success();
  }

  LogicalResult checkFunction(const FunctionInfo &function) {
    std::string symbol = model.name + "_" + function.name;
    if (Operation *found = symbols.lookup(symbol))
      at = found->getLoc();
    if (!isIdentifier(function.name))
      return fail("'" + function.name + "' cannot be a name in C");
    if (!claimed.insert(symbol).second)
      return fail("the symbol '" + symbol + "' is taken; rename the function");
    if (!macros.insert(StringRef(function.name).upper()).second)
      return fail("two functions' names differ only in case: '" + function.name + "'");
    auto body = symbols.lookup<LLVM::LLVMFuncOp>(symbol);
    if (!body || body.isExternal())
      return fail("function '" + function.name + "' has no body '" + symbol + "'");
    if (body.getFunctionType() != bodyType(function))
      return body.emitError() << "has type " << body.getFunctionType() << ", expected "
                              << bodyType(function) << " by its description";
    if (failed(claim(function.name + "_call")))
      return failure();
    llvm::StringSet<> names;
    for (const ExtentInfo &extent : function.extents)
      if (failed(checkName(function, extent.name, names)))
        return failure();
    for (const auto *tensors : {&function.inputs, &function.outputs})
      for (const TensorInfo &tensor : *tensors)
        if (failed(checkName(function, tensor.name, names)) ||
            failed(checkTensor(function, tensor)))
          return failure();
    return checkExtentFunctions(function);
  }

  /// Tools take and give what a function has by these names.
  LogicalResult checkName(const FunctionInfo &function, StringRef name, llvm::StringSet<> &names) {
    if (name.empty() || !llvm::json::isUTF8(name) || name.contains('\0'))
      return fail("'" + name + "' of '" + function.name + "' cannot be a name");
    if (!names.insert(name).second)
      return fail("two of the extents, inputs and outputs of '" + Twine(function.name) +
                  "' are named '" + name + "'");
    return success();
  }

  LogicalResult checkTensor(const FunctionInfo &function, const TensorInfo &tensor) {
    int64_t least = -int64_t(function.extents.size() + function.derived.size());
    if (llvm::any_of(tensor.extents, [&](int64_t extent) { return extent < least; }))
      return fail("'" + tensor.name + "' of '" + function.name +
                  "' has an extent that its function has not");
    if (tensor.alignment & (tensor.alignment - 1))
      return fail("'" + tensor.name + "' of '" + function.name + "' has alignment " +
                  Twine(tensor.alignment) + ", expected a power of two");
    return success();
  }

  LogicalResult checkExtentFunctions(const FunctionInfo &function) {
    SmallVector<StringRef> needed;
    for (const DerivedExtent &extent : function.derived)
      needed.push_back(extent.symbol);
    if (!function.workspaceSymbol.empty()) {
      needed.push_back(function.workspaceSymbol);
      if (function.workspaceSymbol == model.name + "_" + function.name + "_workspace_bytes")
        return fail("'" + function.workspaceSymbol + "' is the name of what is emitted around it");
      if (failed(claim(function.name + "_workspace_bytes")))
        return failure();
    }
    if (!residualSymbol(function).empty() && failed(claim(function.name + "_residual_bytes")))
      return failure();
    auto i64 = IntegerType::get(module.getContext(), 64);
    SmallVector<Type> arguments(function.extents.size(), i64);
    auto type = LLVM::LLVMFunctionType::get(i64, arguments);
    for (StringRef symbol : needed) {
      auto func = symbols.lookup<LLVM::LLVMFuncOp>(symbol);
      if (!func || func.getFunctionType() != type)
        return fail("function '" + function.name + "' needs an llvm.func '" + symbol +
                    "' from its extents to an i64");
    }
    return success();
  }

  LLVM::LLVMFunctionType bodyType(const FunctionInfo &function) {
    MLIRContext *context = module.getContext();
    auto ptr = LLVM::LLVMPointerType::get(context);
    SmallVector<Type> arguments(function.usesState ? 2 : 1, ptr);
    arguments.append(function.extents.size(), IntegerType::get(context, 64));
    arguments.append(function.inputs.size() + function.outputs.size() + 1, ptr);
    return LLVM::LLVMFunctionType::get(IntegerType::get(context, 32), arguments);
  }

  ModuleOp module;
  SymbolTable symbols;
  const ModelInfo &model;
  Location at; ///< of what is looked at
  llvm::StringSet<> claimed, stateNames, macros;
};

} // namespace

LogicalResult checkModelInfo(ModuleOp module, const ModelInfo &model) {
  return Checker(module, model).check();
}

} // namespace agc
