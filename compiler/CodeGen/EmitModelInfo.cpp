//===- EmitModelInfo.cpp - a model's description and entries in the LLVM dialect
//-------------------===//
//
// Writes what test/Runtime/line.c writes by hand: the constants that describe a model, and around
// each body its typed and its uniform entry.
//
//===----------------------------------------------------------------------------------------------===//
#include "compiler/CodeGen/ConstantEmitter.h"
#include "compiler/CodeGen/ModelInfo.h"

#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace agc {
namespace {

/// Where agc_call's fields lie; see the assertions at the end of agc.h.
enum CallOffset : int32_t {
  kCallInputs = offsetof(agc_call, inputs),
  kCallOutputs = offsetof(agc_call, outputs),
  kCallExtents = offsetof(agc_call, extents),
  kCallState = offsetof(agc_call, state),
  kCallWorkspace = offsetof(agc_call, workspace),
};

/// Emits a model that checkModelInfo accepted.
class Emitter {
public:
  Emitter(ModuleOp module, const ModelInfo &model)
      : module(module), symbols(module), model(model), builder(module.getBodyRegion()),
        constants(builder, module.getLoc(), model.name) {
    builder.setInsertionPointToEnd(module.getBody());
    ptr = LLVM::LLVMPointerType::get(module.getContext());
    i32 = builder.getI32Type();
    i64 = builder.getI64Type();
  }

  void emit() {
    checkCall = declare("agc_check_call", i32, {ptr, ptr, ptr});
    SmallVector<std::string> functions;
    for (const FunctionInfo &function : model.functions)
      functions.push_back(emitFunction(function));
    SmallVector<std::string> states;
    for (const StateInfo &state : model.states)
      states.push_back(emitState(state));
    emitModel(states, functions);
    emitInfo();
    if (!model.states.empty())
      emitInit();
  }

private:
  //===--- Constants ---===//

  std::string emitState(const StateInfo &state) {
    std::string initial =
        state.initial.empty() ? "" : constants.bytes(state.name + ".initial", state.initial);
    return constants.structure("state." + state.name,
                               {constants.string(state.name), constants.numbers(state.extents),
                                Field(i32, state.dtype), Field(i32, state.extents.size()),
                                Field(i64, state.offset), Field(i64, bytesOf(state)),
                                Field(ptr, initial)});
  }

  std::string emitTensor(const TensorInfo &tensor, const std::string &prefix) {
    uint32_t alignment = tensor.alignment ? tensor.alignment : dtypeAlignment(tensor.dtype);
    return constants.structure(prefix + "." + tensor.name,
                               {constants.string(tensor.name), constants.numbers(tensor.extents),
                                Field(i32, tensor.dtype), Field(i32, tensor.extents.size()),
                                Field(i32, alignment), Field(i32, tensor.count)});
  }

  Field emitTensors(ArrayRef<TensorInfo> tensors, const std::string &prefix) {
    SmallVector<std::string> infos;
    for (const TensorInfo &tensor : tensors)
      infos.push_back(emitTensor(tensor, prefix));
    return constants.pointers(prefix, infos);
  }

  Field emitExtents(const FunctionInfo &function, const std::string &prefix) {
    SmallVector<std::string> infos;
    for (const ExtentInfo &extent : function.extents)
      infos.push_back(constants.structure(
          prefix + "." + extent.name,
          {constants.string(extent.name), Field(i64, extent.min), Field(i64, extent.max)}));
    return constants.pointers(prefix, infos);
  }

  void emitModel(ArrayRef<std::string> states, ArrayRef<std::string> functions) {
    constants.structure(
        "model",
        {Field(i32, sizeof(agc_model_info)), Field(i32, AGC_VERSION), constants.string(model.name),
         constants.string("agc " AGC_RELEASE), Field(i64, abiHash(model)),
         Field(i64, stateBytes(model)), Field(i32, states.size()), Field(i32, functions.size()),
         constants.pointers("states", states), constants.pointers("functions", functions)});
  }

  //===--- Functions ---===//

  std::string emitFunction(const FunctionInfo &function) {
    std::string symbol = model.name + "_" + function.name;
    // No name of a function has a dot, so no constant of one can have the name of another's.
    std::string prefix = "fn." + function.name;
    auto body = symbols.lookup<LLVM::LLVMFuncOp>(symbol);
    (void)symbols.rename(body, symbol + ".body");
    body.setLinkage(LLVM::Linkage::Internal);

    SmallVector<std::string> derived;
    for (const DerivedExtent &extent : function.derived)
      derived.push_back(emitAdapter(function, prefix + ".derived." + extent.name, extent.symbol));
    std::string workspace;
    if (!function.workspaceSymbol.empty()) {
      workspace = emitAdapter(function, prefix + ".workspace", function.workspaceSymbol);
      emitForward(symbol + "_workspace_bytes", function.workspaceSymbol);
    }
    if (std::string bytes = residualSymbol(function); !bytes.empty())
      emitForward(symbol + "_residual_bytes", bytes);
    std::string info = constants.nameOf(prefix + ".info");
    LLVM::LLVMFuncOp call = emitUniform(function, body, info);
    emitTyped(function, symbol, call);
    uint64_t fixed = workspace.empty() ? function.workspaceBytes : 0;
    return constants.structure(
        prefix + ".info",
        {Field(i32, sizeof(agc_function_info)),
         Field(i32, function.usesState ? AGC_FUNCTION_USES_STATE : 0),
         constants.string(function.name), constants.string(function.location),
         Field(ptr, constants.nameOf("model")), Field(i32, function.inputs.size()),
         Field(i32, function.outputs.size()), Field(i32, function.extents.size()),
         Field(i32, derived.size()), emitTensors(function.inputs, prefix + ".inputs"),
         emitTensors(function.outputs, prefix + ".outputs"),
         emitExtents(function, prefix + ".extents"),
         constants.pointers(prefix + ".derived", derived), Field(i64, fixed), Field(ptr, workspace),
         Field(ptr, call.getSymName().str()),
         function.structure.empty() ? Field(ptr, "") : constants.string(function.structure)});
  }

  /// The uniform entry: what agc_check_call accepts goes to the body.
  LLVM::LLVMFuncOp emitUniform(const FunctionInfo &function, LLVM::LLVMFuncOp body,
                               StringRef info) {
    OpBuilder::InsertionGuard guard(builder);
    LLVM::LLVMFuncOp entry = define(model.name + "_" + function.name + "_call", i32, {ptr, ptr},
                                    LLVM::Linkage::External);
    Value ctx = entry.getArgument(0), call = entry.getArgument(1);
    Value status = callFunction(checkCall, {ctx, addressOf(info), call});
    Value isOk =
        LLVM::ICmpOp::create(builder, loc(), LLVM::ICmpPredicate::eq, status, constant(i32, 0));
    Block *refused = entry.addBlock(), *accepted = entry.addBlock();
    LLVM::CondBrOp::create(builder, loc(), isOk, accepted, refused);
    builder.setInsertionPointToEnd(refused);
    LLVM::ReturnOp::create(builder, loc(), status);
    builder.setInsertionPointToEnd(accepted);

    SmallVector<Value> arguments{ctx};
    if (function.usesState)
      arguments.push_back(load(ptr, call, kCallState));
    appendLoads(arguments, i64, call, kCallExtents, function.extents.size(), sizeof(int64_t));
    appendLoads(arguments, ptr, call, kCallInputs, function.inputs.size(), sizeof(agc_input));
    appendLoads(arguments, ptr, call, kCallOutputs, function.outputs.size(), sizeof(agc_output));
    arguments.push_back(load(ptr, call, kCallWorkspace));
    LLVM::ReturnOp::create(builder, loc(), callFunction(body, arguments));
    return entry;
  }

  /// The typed entry: an agc_call on the stack for the uniform one.
  void emitTyped(const FunctionInfo &function, StringRef symbol, LLVM::LLVMFuncOp uniform) {
    OpBuilder::InsertionGuard guard(builder);
    SmallVector<Type> types(function.usesState ? 2 : 1, ptr);
    types.append(function.extents.size(), i64);
    types.append(function.inputs.size() + function.outputs.size() + 1, ptr);
    LLVM::LLVMFuncOp entry = define(symbol, i32, types, LLVM::Linkage::External);
    ArrayRef<BlockArgument> arguments = entry.getArguments();
    size_t inputCount = function.inputs.size(), outputCount = function.outputs.size();
    size_t extentCount = function.extents.size();
    auto rest = arguments.drop_front(function.usesState ? 2 : 1);
    auto extents = rest.take_front(extentCount);
    auto inputs = rest.drop_front(extentCount).take_front(inputCount);
    auto outputs = rest.drop_front(extentCount + inputCount).take_front(outputCount);

    Value call = allocate(sizeof(agc_call));
    Value inputArray = allocate(inputCount * sizeof(agc_input));
    Value outputArray = allocate(outputCount * sizeof(agc_output));
    Value extentArray = allocate(extentCount * sizeof(int64_t));
    for (auto [i, extent] : llvm::enumerate(extents))
      store(extent, extentArray, i * sizeof(int64_t));
    for (auto [i, input] : llvm::enumerate(inputs))
      storeBuffer(input, inputArray, i * sizeof(agc_input));
    for (auto [i, output] : llvm::enumerate(outputs))
      storeBuffer(output, outputArray, i * sizeof(agc_output));
    store(constant(i32, sizeof(agc_call)), call, offsetof(agc_call, size));
    store(constant(i32, inputCount), call, offsetof(agc_call, input_count));
    store(constant(i32, outputCount), call, offsetof(agc_call, output_count));
    store(constant(i32, extentCount), call, offsetof(agc_call, extent_count));
    store(inputArray, call, kCallInputs);
    store(outputArray, call, kCallOutputs);
    store(extentArray, call, kCallExtents);
    Value null = LLVM::ZeroOp::create(builder, loc(), ptr);
    storeBuffer(function.usesState ? Value(arguments[1]) : null, call, kCallState);
    storeBuffer(arguments.back(), call, kCallWorkspace);
    LLVM::ReturnOp::create(builder, loc(), callFunction(uniform, {arguments[0], call}));
  }

  /// An agc_extent_function that unpacks its array for `callee`; returns its symbol.
  std::string emitAdapter(const FunctionInfo &function, const std::string &name, StringRef callee) {
    OpBuilder::InsertionGuard guard(builder);
    std::string symbol = constants.unique(name);
    LLVM::LLVMFuncOp adapter = define(symbol, i64, {ptr}, LLVM::Linkage::Internal);
    SmallVector<Value> arguments;
    for (size_t i = 0; i < function.extents.size(); ++i)
      arguments.push_back(load(i64, adapter.getArgument(0), i * sizeof(int64_t)));
    auto func = symbols.lookup<LLVM::LLVMFuncOp>(callee);
    LLVM::ReturnOp::create(builder, loc(), callFunction(func, arguments));
    return symbol;
  }

  /// A public function that does what `callee` does.
  void emitForward(StringRef symbol, StringRef callee) {
    OpBuilder::InsertionGuard guard(builder);
    auto func = symbols.lookup<LLVM::LLVMFuncOp>(callee);
    LLVM::LLVMFuncOp forward =
        define(symbol, i64, func.getFunctionType().getParams(), LLVM::Linkage::External);
    SmallVector<Value> arguments(forward.getArguments());
    LLVM::ReturnOp::create(builder, loc(), callFunction(func, arguments));
  }

  /// MODEL_info: every version from 1 on can read what this compiler writes.
  void emitInfo() {
    OpBuilder::InsertionGuard guard(builder);
    LLVM::LLVMFuncOp info = define(model.name + "_info", ptr, {i32}, LLVM::Linkage::External);
    Value isKnown = LLVM::ICmpOp::create(builder, loc(), LLVM::ICmpPredicate::uge,
                                         info.getArgument(0), constant(i32, AGC_VERSION));
    Value address = addressOf(constants.nameOf("model"));
    Value null = LLVM::ZeroOp::create(builder, loc(), ptr);
    Value result = LLVM::SelectOp::create(builder, loc(), isKnown, address, null);
    LLVM::ReturnOp::create(builder, loc(), result);
  }

  void emitInit() {
    OpBuilder::InsertionGuard guard(builder);
    LLVM::LLVMFuncOp stateInit = declare("agc_state_init", i32, {ptr, ptr, ptr, i64});
    LLVM::LLVMFuncOp init =
        define(model.name + "_init_checked", i32, {ptr, ptr, i64}, LLVM::Linkage::External);
    Value status =
        callFunction(stateInit, {init.getArgument(0), addressOf(constants.nameOf("model")),
                                 init.getArgument(1), init.getArgument(2)});
    LLVM::ReturnOp::create(builder, loc(), status);
  }

  //===--- Instructions ---===//

  Location loc() { return module.getLoc(); }

  LLVM::LLVMFuncOp declare(StringRef symbol, Type result, ArrayRef<Type> arguments) {
    if (auto existing = symbols.lookup<LLVM::LLVMFuncOp>(symbol))
      return existing;
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(module.getBody());
    auto type = LLVM::LLVMFunctionType::get(result, arguments);
    auto func = LLVM::LLVMFuncOp::create(builder, loc(), symbol, type);
    symbols.insert(func);
    return func;
  }

  /// A function of that type; the builder is left in its entry block.
  LLVM::LLVMFuncOp define(StringRef symbol, Type result, ArrayRef<Type> arguments,
                          LLVM::Linkage linkage) {
    builder.setInsertionPointToEnd(module.getBody());
    auto type = LLVM::LLVMFunctionType::get(result, arguments);
    auto func = LLVM::LLVMFuncOp::create(builder, loc(), symbol, type, linkage);
    symbols.insert(func);
    builder.setInsertionPointToStart(func.addEntryBlock(builder));
    return func;
  }

  Value callFunction(LLVM::LLVMFuncOp callee, ArrayRef<Value> arguments) {
    return LLVM::CallOp::create(builder, loc(), callee, arguments).getResult();
  }

  Value constant(Type type, int64_t value) {
    return LLVM::ConstantOp::create(builder, loc(), type, builder.getIntegerAttr(type, value));
  }

  Value addressOf(StringRef symbol) {
    return LLVM::AddressOfOp::create(builder, loc(), ptr, symbol);
  }

  Value at(Value base, int32_t offset) {
    if (offset == 0)
      return base;
    return LLVM::GEPOp::create(builder, loc(), ptr, builder.getI8Type(), base,
                               ArrayRef<LLVM::GEPArg>{offset});
  }

  Value allocate(int64_t bytes) {
    return LLVM::AllocaOp::create(builder, loc(), ptr, builder.getI8Type(), constant(i64, bytes),
                                  /*alignment=*/8);
  }

  Value load(Type type, Value base, int32_t offset) {
    return LLVM::LoadOp::create(builder, loc(), type, at(base, offset));
  }

  void store(Value value, Value base, int32_t offset) {
    LLVM::StoreOp::create(builder, loc(), value, at(base, offset));
  }

  /// An agc_input or agc_output whose size the caller vouches for.
  void storeBuffer(Value data, Value base, int32_t offset) {
    store(data, base, offset);
    store(constant(i64, int64_t(AGC_UNSIZED)), base, offset + int32_t(offsetof(agc_input, bytes)));
  }

  /// The first word of each of `count` elements of the array whose address is at call + offset.
  void appendLoads(SmallVectorImpl<Value> &values, Type type, Value call, int32_t offset,
                   size_t count, size_t stride) {
    if (count == 0)
      return;
    Value array = load(ptr, call, offset);
    for (size_t i = 0; i < count; ++i)
      values.push_back(load(type, array, i * stride));
  }

  ModuleOp module;
  SymbolTable symbols;
  const ModelInfo &model;
  OpBuilder builder;
  ConstantEmitter constants;
  LLVM::LLVMFuncOp checkCall;
  Type ptr, i32, i64;
};

} // namespace

LogicalResult emitModelInfo(ModuleOp module, const ModelInfo &model) {
  if (failed(checkModelInfo(module, model)))
    return failure();
  Emitter(module, model).emit();
  return success();
}

} // namespace agc
