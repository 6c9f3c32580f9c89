// A model's description from the attributes that the lowering left on its functions.
#include "compiler/CodeGen/CollectModel.h"
#include "compiler/CodeGen/ExtentText.h"
#include "compiler/Lowering/Export.h"
#include "dialect/AgtDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;

namespace agc {

SmallVector<func::FuncOp> exportedFunctions(ModuleOp module) {
  SmallVector<func::FuncOp> functions;
  for (auto function : module.getOps<func::FuncOp>())
    if (function->hasAttr(attr::kExport) && !function.isExternal())
      functions.push_back(function);
  return functions;
}

std::string describeLocation(Location loc) {
  if (auto file = loc->findInstanceOf<FileLineColLoc>())
    return (file.getFilename().getValue() + ":" + Twine(file.getLine())).str();
  return "";
}

namespace {

/// An extent that a caller passes lies far below what an offset of bytes can count.
constexpr int64_t kMaxExtent = std::numeric_limits<int32_t>::max();

/// What an object's code can address of data beside it.
constexpr uint64_t kMaxInitialBytes = uint64_t(1) << 30;

FailureOr<agc_dtype> dtypeAt(Operation *op, Type element) {
  FailureOr<agc_dtype> dtype = dtypeOf(element);
  if (failed(dtype))
    return op->emitError() << "elements of type " << element << " cannot cross the C interface";
  return *dtype;
}

/// The bytes of elements, little-endian.
std::vector<char> bytesOf(DenseElementsAttr dense) {
  std::vector<char> bytes;
  auto append = [&](const APInt &bits) {
    unsigned width = llvm::divideCeil(bits.getBitWidth(), 8);
    APInt wide = bits.zext(width * 8);
    for (unsigned i = 0; i < width; ++i)
      bytes.push_back(char(wide.extractBitsAsZExtValue(8, i * 8)));
  };
  Type element = dense.getElementType();
  if (isa<ComplexType>(element)) {
    for (std::complex<APFloat> value : dense.getValues<std::complex<APFloat>>()) {
      append(value.real().bitcastToAPInt());
      append(value.imag().bitcastToAPInt());
    }
  } else if (isa<FloatType>(element)) {
    for (const APFloat &value : dense.getValues<APFloat>())
      append(value.bitcastToAPInt());
  } else {
    for (const APInt &value : dense.getValues<APInt>())
      append(value);
  }
  return bytes;
}

/// The bytes of a state's initial value; nothing for zeros.
FailureOr<std::vector<char>> initialBytes(agt::StateOp state) {
  ElementsAttr init = state.getInit();
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(init)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob)
      return state.emitError("its initial value is a resource that the file does not have");
    return std::vector<char>(blob->getData().begin(), blob->getData().end());
  }
  auto dense = dyn_cast<DenseElementsAttr>(init);
  if (!dense)
    return state.emitError("its initial value has an encoding that cannot be emitted");
  // Zeros take no bytes, however many they are.
  if (llvm::all_of(dense.getRawData(), [](char c) { return c == 0; }))
    return std::vector<char>();
  if (!dense.isSplat())
    return bytesOf(dense);
  std::vector<char> one = bytesOf(dense.resizeSplat(dense.getType().clone({1})));
  uint64_t count = dense.getNumElements();
  if (count > kMaxInitialBytes / one.size())
    return state.emitError() << "its initial value takes more than the " << kMaxInitialBytes
                             << " bytes that fit into an object: let it begin with zeros and write "
                                "it when the program starts";
  std::vector<char> bytes;
  bytes.reserve(count * one.size());
  for (uint64_t i = 0; i < count; ++i)
    bytes.insert(bytes.end(), one.begin(), one.end());
  return bytes;
}

/// Collects one model.
class Collector {
public:
  Collector(ModuleOp module, StringRef name) : module(module) { model.name = name.str(); }

  FailureOr<ModelInfo> run() {
    for (auto state : module.getOps<agt::StateOp>()) {
      FailureOr<std::vector<char>> initial = initialBytes(state);
      if (failed(initial) || failed(addState(state, state.getSymName(), state.getTensorType())))
        return failure();
      model.states.back().initial = std::move(*initial);
      stateTypes[state.getSymName()] = state.getTensorType();
    }
    for (auto constant : module.getOps<memref::GlobalOp>())
      if (failed(checkSize(constant)))
        return failure();
    for (func::FuncOp function : exportedFunctions(module))
      if (failed(addFunction(function)))
        return failure();
    layoutState(model);
    return std::move(model);
  }

private:
  static LogicalResult checkSize(memref::GlobalOp constant) {
    MemRefType type = constant.getType();
    uint64_t bits = type.getElementType().isIntOrFloat() ? type.getElementTypeBitWidth() : 64;
    if (uint64_t(type.getNumElements()) <= kMaxInitialBytes / llvm::divideCeil(bits, 8))
      return success();
    return constant.emitError() << "a constant takes more than the " << kMaxInitialBytes
                                << " bytes that fit into an object";
  }

  LogicalResult addState(Operation *op, StringRef name, RankedTensorType type) {
    FailureOr<agc_dtype> dtype = dtypeAt(op, type.getElementType());
    if (failed(dtype))
      return failure();
    StateInfo state;
    state.name = name.str();
    state.dtype = *dtype;
    state.extents = llvm::to_vector(type.getShape());
    state.location = op->getLoc();
    model.states.push_back(std::move(state));
    return success();
  }

  LogicalResult addFunction(func::FuncOp function) {
    FunctionInfo info;
    info.name = function.getName().str();
    info.location = describeLocation(function.getLoc());
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      if (auto extent = function.getArgAttrOfType<StringAttr>(i, attr::kExtent))
        info.extents.push_back({extent.str(), 0, kMaxExtent});
    SmallVector<StringRef> names;
    for (const ExtentInfo &extent : info.extents)
      names.push_back(extent.name);
    if (auto derived = function->getAttrOfType<ArrayAttr>(attr::kDerived))
      for (auto [i, symbol] : llvm::enumerate(derived.getAsRange<FlatSymbolRefAttr>()))
        info.derived.push_back(
            {"extent" + std::to_string(i), symbol.getValue().str(),
             extentText(module.lookupSymbol<func::FuncOp>(symbol.getAttr()), names)});
    for (unsigned i = info.extents.size(); i < function.getNumArguments(); ++i)
      if (failed(addArgument(function, i, info)))
        return failure();
    if (auto bytes = function->getAttrOfType<IntegerAttr>(attr::kWorkspaceBytes))
      info.workspaceBytes = bytes.getInt();
    if (auto symbol = function->getAttrOfType<FlatSymbolRefAttr>(attr::kWorkspaceFunction))
      info.workspaceSymbol = symbol.getValue().str();
    if (auto structure = function->getAttrOfType<StringAttr>(attr::kStructure))
      info.structure = structure.str();
    model.functions.push_back(std::move(info));
    return success();
  }

  LogicalResult addArgument(func::FuncOp function, unsigned i, FunctionInfo &info) {
    if (function.getArgAttr(i, attr::kWorkspace))
      return success();
    auto type = function.getArgAttrOfType<TypeAttr>(i, attr::kType);
    if (!type)
      return function.emitError() << "argument " << i << " has lost its type";
    auto tensor = cast<RankedTensorType>(type.getValue());
    if (auto state = function.getArgAttrOfType<StringAttr>(i, attr::kState)) {
      info.usesState = true;
      auto [known, isNew] = stateTypes.try_emplace(state.getValue(), tensor);
      if (isNew)
        return addState(function, state, tensor);
      if (known->second != tensor)
        return function.emitError() << "argument " << i << " is state " << state << " as " << tensor
                                    << ", which is " << known->second;
      return success();
    }
    FailureOr<agc_dtype> dtype = dtypeAt(function, tensor.getElementType());
    if (failed(dtype))
      return failure();
    TensorInfo out;
    out.dtype = *dtype;
    auto name = function.getArgAttrOfType<StringAttr>(i, attr::kName);
    if (auto alignment = function.getArgAttrOfType<IntegerAttr>(i, attr::kAlignment))
      out.alignment = alignment.getInt();
    auto shape = function.getArgAttrOfType<DenseI64ArrayAttr>(i, attr::kShape);
    if (shape)
      out.extents = llvm::to_vector(shape.asArrayRef());
    if (function.getArgAttr(i, attr::kResidual) && out.extents.front() < 0) {
      DerivedExtent &bytes = info.derived[-1 - out.extents.front() - info.extents.size()];
      bytes.name = "residual_bytes";
      bytes.text.clear();
    }
    if (shape && !function.getArgAttr(i, attr::kInput)) {
      out.name = name ? name.str() : "result" + std::to_string(info.outputs.size());
      if (function.getArgAttr(i, attr::kResidual))
        info.residual = info.outputs.size();
      if (auto count = function.getArgAttrOfType<IntegerAttr>(i, attr::kCount))
        out.count = 1 + count.getInt();
      info.outputs.push_back(std::move(out));
      return success();
    }
    out.name = name ? name.str() : "arg" + std::to_string(info.inputs.size());
    if (shape) {
      info.inputs.push_back(std::move(out));
      return success();
    }
    auto names = function.getArgAttrOfType<ArrayAttr>(i, attr::kExtents);
    for (auto [dim, extent] : llvm::enumerate(tensor.getShape())) {
      if (!ShapedType::isDynamic(extent)) {
        out.extents.push_back(extent);
        continue;
      }
      StringRef wanted = cast<StringAttr>(names[dim]).getValue();
      auto it = llvm::find_if(info.extents, [&](const ExtentInfo &e) { return e.name == wanted; });
      out.extents.push_back(-1 - (it - info.extents.begin()));
    }
    info.inputs.push_back(std::move(out));
    return success();
  }

  ModuleOp module;
  ModelInfo model;
  llvm::StringMap<RankedTensorType> stateTypes;
};

} // namespace

FailureOr<ModelInfo> collectModel(ModuleOp module, StringRef name) {
  return Collector(module, name).run();
}

} // namespace agc
