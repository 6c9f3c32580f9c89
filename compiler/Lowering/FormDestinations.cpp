// The pass ag-form-destinations: an exported function takes buffers and writes its results to them.
// Afterwards it returns nothing; states and inputs are read through bufferization.to_tensor,
// outputs and new states are written by bufferization.materialize_in_destination at its end, states
// last.
#include "compiler/Lowering/Export.h"
#include "compiler/Passes.h"
#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Analysis/TopologicalSortUtils.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

namespace agc {
#define GEN_PASS_DEF_FORMDESTINATIONS
#include "compiler/Passes.h.inc"
} // namespace agc

using namespace mlir;
using namespace agc;

namespace {

MemRefType bufferType(Type tensor) {
  auto type = cast<RankedTensorType>(tensor);
  return MemRefType::get(type.getShape(), type.getElementType());
}

/// What a chain of views shows.
Value viewed(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<tensor::CastOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp,
             tensor::ExtractSliceOp>(op))
      break;
    value = op->getOperand(0);
  }
  return value;
}

/// Whether a value is a loop's carried one with elements replaced, so that it can stay in its
/// place.
bool isInPlace(Value value, Value carried) {
  while (value != carried) {
    Operation *op = value.getDefiningOp();
    if (auto insert = dyn_cast_or_null<tensor::InsertOp>(op))
      value = insert.getDest();
    else if (auto slice = dyn_cast_or_null<tensor::InsertSliceOp>(op))
      value = slice.getDest();
    else if (auto loop = dyn_cast_or_null<scf::ForOp>(op))
      value = loop.getTiedLoopInit(cast<OpResult>(value))->get();
    else
      return false;
  }
  return true;
}

/// A loop's carried tensors each stay in one buffer.
void carryInPlace(scf::ForOp loop) {
  auto yield = cast<scf::YieldOp>(loop.getBody()->getTerminator());
  OpBuilder b(yield);
  for (auto [i, arg] : llvm::enumerate(loop.getRegionIterArgs())) {
    Value next = yield.getOperand(i);
    if (!isa<RankedTensorType>(arg.getType()) || isInPlace(next, arg))
      continue;
    auto placed = bufferization::MaterializeInDestinationOp::create(b, loop.getLoc(), arg.getType(),
                                                                    next, arg);
    yield.setOperand(i, placed.getResult());
  }
}

/// Each op fills its own output: a fill that several share would be copied for each but one.
void unshareFills(func::FuncOp function) {
  SmallVector<linalg::FillOp> fills;
  function.walk([&](linalg::FillOp fill) { fills.push_back(fill); });
  for (linalg::FillOp fill : fills)
    for (OpOperand &use : llvm::make_early_inc_range(fill->getUses())) {
      auto user = dyn_cast<DestinationStyleOpInterface>(use.getOwner());
      if (fill->hasOneUse() || !user || !user.isDpsInit(&use))
        continue;
      OpBuilder b(user);
      use.set(b.clone(*fill)->getResult(0));
    }
}

struct FormDestinations : agc::impl::FormDestinationsBase<FormDestinations> {
  void runOnOperation() override {
    getOperation().walk([](scf::ForOp loop) { carryInPlace(loop); });
    getOperation().walk([](func::FuncOp function) { unshareFills(function); });
    for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (function->hasAttr(attr::kExport) && !function.isExternal())
        if (failed(formDestinations(function)))
          return signalPassFailure();
  }

private:
  LogicalResult formDestinations(func::FuncOp function) {
    OpBuilder b(&getContext());
    Block &body = function.getBody().front();
    auto ret = cast<func::ReturnOp>(body.getTerminator());
    unsigned numIndices =
        llvm::count_if(function.getArgumentTypes(), [](Type type) { return type.isIndex(); });
    SmallVector<Value> results, extents;
    for (Value result : ret.getOperands())
      (result.getType().isIndex() ? extents : results).push_back(result);
    SmallVector<DictionaryAttr> resultAttrs;
    for (unsigned i = 0; i < results.size(); ++i)
      resultAttrs.push_back(function.getResultAttrDict(i));

    llvm::StringMap<Value> states;
    b.setInsertionPointToStart(&body);
    for (auto [i, arg] : llvm::enumerate(function.getArguments())) {
      if (arg.getType().isIndex())
        continue;
      auto type = cast<RankedTensorType>(arg.getType());
      arg.setType(bufferType(type));
      auto tensor =
          bufferization::ToTensorOp::create(b, arg.getLoc(), type, arg, /*restrict=*/true);
      arg.replaceAllUsesExcept(tensor, tensor);
      if (auto state = function.getArgAttrOfType<StringAttr>(i, attr::kState))
        states[state.getValue()] = arg;
      for (Value &result : results)
        if (result == arg)
          result = tensor;
    }
    b.setInsertionPoint(ret);
    SmallVector<DictionaryAttr> argAttrs;
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      argAttrs.push_back(function.getArgAttrDict(i));
    SmallVector<std::pair<Value, Value>> newStates;
    SmallVector<Attribute> derived;
    for (auto [result, attrs] : llvm::zip(results, resultAttrs)) {
      if (auto state = attrs ? attrs.getAs<StringAttr>(attr::kState) : StringAttr()) {
        if (!states.count(state))
          return function.emitError() << "result of unknown state " << state;
        newStates.push_back({result, states[state]});
        continue;
      }
      FailureOr<Attribute> shape = shapeOf(function, result, extents, numIndices, derived);
      if (failed(shape))
        return failure();
      Value output = body.addArgument(bufferType(result.getType()), result.getLoc());
      NamedAttrList list(attrs);
      list.set(attr::kShape, *shape);
      argAttrs.push_back(list.getDictionary(&getContext()));
      write(b, result, output);
    }
    writeStates(b, newStates);
    ret->setOperands({});
    function.setResAttrsAttr({});
    function.setFunctionType(b.getFunctionType(body.getArgumentTypes(), {}));
    function.setAllArgAttrs(argAttrs);
    if (!derived.empty())
      function->setAttr(attr::kDerived, b.getArrayAttr(derived));
    return success();
  }

  void write(OpBuilder &b, Value tensor, Value buffer) {
    bufferization::MaterializeInDestinationOp::create(b, tensor.getLoc(), Type(), tensor, buffer,
                                                      /*restrict=*/false, /*writable=*/true);
  }

  /// Writes states after everything has been read; one that is another's old value is copied first.
  void writeStates(OpBuilder &b, MutableArrayRef<std::pair<Value, Value>> states) {
    auto sourceOf = [](Value tensor) -> Value {
      auto read = viewed(tensor).getDefiningOp<bufferization::ToTensorOp>();
      return read ? read.getBuffer() : Value();
    };
    for (auto &[value, buffer] : states) {
      Value source = sourceOf(value);
      if (source && value != viewed(value) ? true : source && source != buffer)
        value = bufferization::AllocTensorOp::create(
            b, value.getLoc(), cast<RankedTensorType>(value.getType()), ValueRange(), value);
    }
    for (auto &[value, buffer] : states)
      if (sourceOf(value) != buffer)
        write(b, value, buffer);
  }

  /// An output's extents; one that is not an argument's becomes a function of them.
  FailureOr<Attribute> shapeOf(func::FuncOp function, Value result, SmallVectorImpl<Value> &extents,
                               unsigned numIndices, SmallVectorImpl<Attribute> &derived) {
    SmallVector<int64_t> shape(cast<RankedTensorType>(result.getType()).getShape());
    for (int64_t &extent : shape) {
      if (!ShapedType::isDynamic(extent))
        continue;
      Value value = extents.front();
      extents.erase(extents.begin());
      if (auto arg = dyn_cast<BlockArgument>(value)) {
        extent = -1 - int64_t(arg.getArgNumber());
        continue;
      }
      std::string name = (function.getName() + ".extent" + Twine(derived.size())).str();
      if (failed(outline(function, value, numIndices, name)))
        return function.emitError() << "an extent of the result depends on computed values";
      extent = -1 - int64_t(numIndices + derived.size());
      derived.push_back(FlatSymbolRefAttr::get(&getContext(), name));
    }
    return Attribute(DenseI64ArrayAttr::get(&getContext(), shape));
  }

  /// Makes a function of the index arguments that computes a value.
  static LogicalResult outline(func::FuncOp function, Value value, unsigned numIndices,
                               StringRef name) {
    SetVector<Operation *> slice;
    BackwardSliceOptions options;
    options.inclusive = true;
    options.omitBlockArguments = true;
    (void)getBackwardSlice(value, &slice, options);
    OpBuilder b(function);
    SmallVector<Type> inputs(numIndices, b.getIndexType());
    for (Operation *op : slice) {
      if (!isa<arith::ArithDialect>(op->getDialect()))
        return failure();
      for (Value operand : op->getOperands())
        if (auto arg = dyn_cast<BlockArgument>(operand); arg && arg.getArgNumber() >= numIndices)
          return failure();
    }
    auto outlined =
        func::FuncOp::create(b, value.getLoc(), name, b.getFunctionType(inputs, b.getIndexType()));
    outlined.setPrivate();
    Block *body = outlined.addEntryBlock();
    b.setInsertionPointToStart(body);
    IRMapping mapping;
    for (unsigned i = 0; i < numIndices; ++i)
      mapping.map(function.getArgument(i), body->getArgument(i));
    for (Operation *op : topologicalSort(slice))
      b.clone(*op, mapping);
    func::ReturnOp::create(b, value.getLoc(), mapping.lookupOrDefault(value));
    return success();
  }
};

} // namespace
