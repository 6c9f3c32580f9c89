// The pass ag-form-destinations: an exported function takes buffers and writes its results to them.
// Afterwards it returns nothing; states and inputs are read through bufferization.to_tensor,
// outputs and new states are written by bufferization.materialize_in_destination at its end, states
// last. An output whose first extent is counted at run time has room for the most that there can
// be, and another output says how many there are.
#include "compiler/Lowering/Bounds.h"
#include "compiler/Lowering/Export.h"
#include "compiler/Lowering/Passes.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

namespace agc {
#define GEN_PASS_DEF_FORMDESTINATIONS
#include "compiler/Lowering/Passes.h.inc"
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

/// The place that a value is computed in, if it is one of its own.
tensor::EmptyOp placeOf(Value value) {
  while (auto op = value.getDefiningOp<DestinationStyleOpInterface>())
    value = op.getTiedOpOperand(cast<OpResult>(value))->get();
  return value.getDefiningOp<tensor::EmptyOp>();
}

/// Whether all others that read an operand's value have done so.
bool isLastReader(linalg::GenericOp op, OpOperand &input) {
  return llvm::all_of(input.get().getUses(), [&](OpOperand &use) {
    auto reader = dyn_cast<linalg::LinalgOp>(use.getOwner());
    return &use == &input || (reader && reader->getBlock() == op->getBlock() &&
                              reader.isDpsInput(&use) && reader->isBeforeInBlock(op));
  });
}

/// The place of an operand that ends with this op, which reads each element where it writes.
tensor::EmptyOp placeToTake(linalg::GenericOp op, OpOperand &init) {
  for (OpOperand *input : op.getDpsInputOperands())
    if (isLastReader(op, *input) && input->get().getType() == init.get().getType() &&
        op.getMatchingIndexingMap(input) == op.getMatchingIndexingMap(&init))
      if (tensor::EmptyOp place = placeOf(input->get()))
        return place;
  return nullptr;
}

/// Each op has a place of its own, or that of an operand that ends with it: one that others share
/// could not become a result's or a state's.
void unsharePlaces(func::FuncOp function) {
  DenseSet<Operation *> taken;
  function.walk([&](DestinationStyleOpInterface op) {
    for (OpOperand &init : op.getDpsInitsMutable()) {
      auto place = init.get().getDefiningOp<tensor::EmptyOp>();
      if (!place)
        continue;
      auto generic = dyn_cast<linalg::GenericOp>(op.getOperation());
      bool isPointwise = generic && generic.getNumLoops() == generic.getNumParallelLoops();
      if (tensor::EmptyOp other = isPointwise ? placeToTake(generic, init) : nullptr)
        init.set(other);
      else if (!taken.insert(place).second)
        init.set(OpBuilder(op).clone(*place)->getResult(0));
    }
  });
}

void write(OpBuilder &b, Value tensor, Value buffer) {
  bufferization::MaterializeInDestinationOp::create(b, tensor.getLoc(), Type(), tensor, buffer,
                                                    /*restrict=*/false, /*writable=*/true);
}

/// Makes outputs of a function's results: arguments behind the others, written before its return.
class Outputs {
public:
  /// The builder stands where outputs are written; `argAttrs` are the arguments' attributes.
  Outputs(func::FuncOp function, OpBuilder &b, SmallVectorImpl<DictionaryAttr> &argAttrs)
      : function(function), b(b), argAttrs(argAttrs), first(argAttrs.size()) {}

  /// Adds an output; `extents` are the result's `?` ones.
  LogicalResult add(Value result, DictionaryAttr attrs, ArrayRef<Value> extents) {
    SmallVector<int64_t> shape(cast<RankedTensorType>(result.getType()).getShape());
    SmallVector<OpFoldResult> sizes;
    Value counted;
    for (auto [dim, extent] : llvm::enumerate(shape)) {
      if (!ShapedType::isDynamic(extent)) {
        sizes.push_back(b.getIndexAttr(extent));
        continue;
      }
      Value value = extents.front();
      extents = extents.drop_front();
      sizes.push_back(value);
      FailureOr<int64_t> number = numberOf(value);
      if (failed(number))
        return function.emitError() << "an extent of the result depends on computed values";
      extent = *number;
      if (isExtentOfArguments(value))
        continue;
      if (dim != 0)
        return function.emitError()
               << "extent " << dim << " of a result depends on computed values: only the first may";
      counted = value;
    }
    SmallVector<int64_t> room = llvm::map_to_vector(
        shape, [](int64_t extent) { return extent < 0 ? ShapedType::kDynamic : extent; });
    MemRefType type = bufferType(result.getType());
    Value output = addArgument(MemRefType::get(room, type.getElementType()), attrs, shape);
    if (counted) {
      counts[counted].push_back(argAttrs.size() - 1);
      if (llvm::is_contained(shape, 0))
        return success(); // nothing to write, and a slice of it would start outside
      SmallVector<OpFoldResult> starts(sizes.size(), b.getIndexAttr(0)),
          ones(sizes.size(), b.getIndexAttr(1));
      output = memref::SubViewOp::create(b, result.getLoc(), output, starts, sizes, ones);
    }
    write(b, result, output);
    return success();
  }

  /// Adds the outputs that say how many elements others have.
  void addCounts() {
    for (auto &[count, outputs] : counts) {
      auto type = RankedTensorType::get({}, b.getI64Type());
      for (unsigned i : outputs) {
        NamedAttrList list(argAttrs[i]);
        list.set(attr::kCount, b.getI64IntegerAttr(argAttrs.size() - first));
        argAttrs[i] = list.getDictionary(b.getContext());
      }
      auto name = argAttrs[outputs.front()].getAs<StringAttr>(attr::kName);
      std::string base = name ? name.str() : "result" + std::to_string(outputs.front() - first);
      NamedAttrList attrs;
      attrs.set(attr::kName, b.getStringAttr(base + "_count"));
      attrs.set(attr::kType, TypeAttr::get(type));
      Value buffer = addArgument(bufferType(type), attrs.getDictionary(b.getContext()), {});
      Location loc = count.getLoc();
      Value number = arith::IndexCastOp::create(b, loc, b.getI64Type(), count);
      write(b, tensor::FromElementsOp::create(b, loc, type, number), buffer);
    }
  }

  ArrayRef<Attribute> getDerived() const { return derived; }

private:
  Value addArgument(Type type, DictionaryAttr attrs, ArrayRef<int64_t> shape) {
    NamedAttrList list(attrs);
    list.set(attr::kShape, b.getDenseI64ArrayAttr(shape));
    argAttrs.push_back(list.getDictionary(b.getContext()));
    return function.getBody().front().addArgument(type, function.getLoc());
  }

  /// An extent in a description: that of an argument, or a function of them that gives it or, where
  /// it is counted at run time, the most that it can be.
  FailureOr<int64_t> numberOf(Value extent) {
    if (auto argument = dyn_cast<BlockArgument>(extent))
      return -1 - int64_t(argument.getArgNumber());
    unsigned numIndices =
        llvm::count_if(function.getArgumentTypes(), [](Type type) { return type.isIndex(); });
    OpBuilder outer(function);
    SmallVector<Type> inputs(numIndices, b.getIndexType());
    std::string name = (function.getName() + ".extent" + Twine(derived.size())).str();
    auto outlined = func::FuncOp::create(outer, extent.getLoc(), name,
                                         b.getFunctionType(inputs, b.getIndexType()));
    outlined.setPrivate();
    Block *body = outlined.addEntryBlock();
    outer.setInsertionPointToStart(body);
    Value bound = buildBound(outer, extent, [&](BlockArgument argument) {
      return Value(body->getArgument(argument.getArgNumber()));
    });
    std::optional<int64_t> constant = bound ? getConstantIntValue(bound) : std::nullopt;
    if (!bound || constant)
      outlined.erase();
    if (!bound)
      return failure();
    if (constant)
      return *constant;
    func::ReturnOp::create(outer, extent.getLoc(), bound);
    derived.push_back(FlatSymbolRefAttr::get(b.getContext(), name));
    return -1 - int64_t(numIndices + derived.size() - 1);
  }

  func::FuncOp function;
  OpBuilder &b;
  SmallVectorImpl<DictionaryAttr> &argAttrs;
  size_t first; ///< the first output among the arguments
  SmallVector<Attribute> derived;
  llvm::MapVector<Value, SmallVector<unsigned>> counts; ///< and the arguments that they count
};

struct FormDestinations : agc::impl::FormDestinationsBase<FormDestinations> {
  void runOnOperation() override {
    getOperation().walk([](scf::ForOp loop) { carryInPlace(loop); });
    getOperation().walk([](func::FuncOp function) {
      unshareFills(function);
      unsharePlaces(function);
    });
    for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (function->hasAttr(attr::kExport) && !function.isExternal())
        if (failed(formDestinations(function)))
          return signalPassFailure();
  }

private:
  /// What ag-name-extents leaves: one block, extents before tensors in the arguments, and behind
  /// the results their `?` extents.
  LogicalResult checkForm(func::FuncOp function) {
    if (!llvm::hasSingleElement(function.getBody()))
      return function.emitError() << "an exported function must be one block";
    auto check = [&](ArrayRef<Type> types, StringRef what) -> LogicalResult {
      for (auto [i, type] : llvm::enumerate(types))
        if (!isa<RankedTensorType, IndexType>(type))
          return function.emitError()
                 << what << " " << i << " of an exported function must be a tensor, not " << type;
      return success();
    };
    ArrayRef<Type> arguments = function.getArgumentTypes(), results = function.getResultTypes();
    if (failed(check(arguments, "argument")) || failed(check(results, "result")))
      return failure();
    auto isIndex = [](Type type) { return type.isIndex(); };
    if (!std::is_partitioned(arguments.begin(), arguments.end(), isIndex))
      return function.emitError("extents must be the first arguments (ag-name-extents)");
    int64_t unknown = 0;
    for (auto [i, type] : llvm::enumerate(results))
      if (auto tensor = dyn_cast<RankedTensorType>(type))
        if (!function.getResultAttr(i, attr::kState))
          unknown += tensor.getNumDynamicDims();
    if (unknown != llvm::count_if(results, isIndex))
      return function.emitError() << "expected " << unknown << " extents among the results, got "
                                  << llvm::count_if(results, isIndex) << " (ag-name-extents)";
    return success();
  }

  LogicalResult formDestinations(func::FuncOp function) {
    if (failed(checkForm(function)))
      return failure();
    OpBuilder b(&getContext());
    Block &body = function.getBody().front();
    auto ret = cast<func::ReturnOp>(body.getTerminator());
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
    Outputs outputs(function, b, argAttrs);
    SmallVector<std::pair<Value, Value>> newStates;
    ArrayRef<Value> unknown = extents;
    for (auto [result, attrs] : llvm::zip(results, resultAttrs)) {
      if (auto state = attrs ? attrs.getAs<StringAttr>(attr::kState) : StringAttr()) {
        if (!states.count(state))
          return function.emitError() << "result of unknown state " << state;
        if (bufferType(cast<RankedTensorType>(result.getType())) != states[state].getType())
          return function.emitError() << "result of state " << state << " is " << result.getType()
                                      << ", not of the state's type";
        if (llvm::any_of(newStates, [&](auto &one) { return one.second == states[state]; }))
          return function.emitError() << "two results of state " << state;
        newStates.push_back({result, states[state]});
        continue;
      }
      size_t own = cast<RankedTensorType>(result.getType()).getNumDynamicDims();
      if (failed(outputs.add(result, attrs, unknown.take_front(own))))
        return failure();
      unknown = unknown.drop_front(own);
    }
    outputs.addCounts();
    writeStates(b, newStates);
    ret->setOperands({});
    function.setResAttrsAttr({});
    function.setFunctionType(b.getFunctionType(body.getArgumentTypes(), {}));
    function.setAllArgAttrs(argAttrs);
    if (!outputs.getDerived().empty())
      function->setAttr(attr::kDerived, b.getArrayAttr(outputs.getDerived()));
    return success();
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
};

} // namespace
