// The pass ag-partition: a function that computes results and gradients becomes two.
// Afterwards F_fwd computes the results and leaves a list of residuals, from which, with
// cotangents, F_bwd computes the gradients; no function has agc.split.
#include "compiler/Lowering/Export.h"
#include "compiler/Transforms/Passes.h"
#include "compiler/Transforms/Simplify.h"
#include "dialect/AgDialect.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/xxhash.h"

namespace agc {
#define GEN_PASS_DEF_PARTITION
#include "compiler/Transforms/Passes.h.inc"
} // namespace agc

using namespace mlir;
using namespace agc;

namespace {

SetVector<Value> valuesRead(Operation *op) {
  SetVector<Value> values(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), values);
  return values;
}

LogicalResult refuse(func::FuncOp function) {
  return function.emitError("'agc.split' is of what ag-derive-functions makes");
}

/// Parts one function.
class Partitioner {
public:
  Partitioner(func::FuncOp function, ArrayRef<int64_t> counts)
      : function(function), numArguments(counts[0]), numResults(counts[1]),
        block(function.getBody().front()), name(function.getName().drop_back(strlen(".split"))) {}

  LogicalResult run() {
    Operation *ret = block.getTerminator();
    results = ret->getOperands().take_front(numResults);
    gradients = ret->getOperands().drop_front(numResults);
    findVaried();
    if (llvm::any_of(results, [&](Value result) { return varied.contains(result); }))
      return refuse(function);
    nameExtents();
    findBackward();
    hashBody();
    makeForward();
    makeBackward();
    function.erase();
    return success();
  }

private:
  /// What depends on a cotangent can only be computed backward.
  void findVaried() {
    for (BlockArgument arg : block.getArguments().drop_front(numArguments))
      varied.insert(arg);
    for (Operation &op : block.without_terminator())
      if (llvm::any_of(valuesRead(&op), [&](Value v) { return varied.contains(v); }))
        varied.insert(op.result_begin(), op.result_end());
  }

  /// The extents that the caller passes to both, in the order of ag-name-extents.
  void nameExtents() {
    for (BlockArgument arg : block.getArguments().take_front(numArguments)) {
      auto type = cast<RankedTensorType>(arg.getType());
      for (int64_t dim = 0; dim < type.getRank(); ++dim)
        if (std::string extent = extentName(function, arg.getArgNumber(), dim);
            type.isDynamicDim(dim) && !llvm::is_contained(extents, extent))
          extents.push_back(extent);
    }
  }

  bool isForwardArgument(Value value) {
    auto arg = dyn_cast<BlockArgument>(value);
    return arg && arg.getOwner() == &block && arg.getArgNumber() < numArguments;
  }

  /// Whether an op gives an extent of an argument, which the backward is passed.
  bool isExtent(Operation *op) {
    auto dim = dyn_cast<tensor::DimOp>(op);
    return dim && knownDim(dim) && isForwardArgument(dim.getSource());
  }

  /// The names of a value's extents, "" for known ones; failure where one is no argument's.
  FailureOr<SmallVector<std::string>> extentsOf(Value value) {
    auto type = cast<RankedTensorType>(value.getType());
    SmallVector<std::string> names(type.getRank());
    for (int64_t dim = 0; dim < type.getRank(); ++dim) {
      if (!type.isDynamicDim(dim))
        continue;
      auto [origin, at] = originOfExtent(value, dim);
      if (!isForwardArgument(origin))
        return failure();
      names[dim] = extentName(function, cast<BlockArgument>(origin).getArgNumber(), at);
    }
    return names;
  }

  /// Whether the backward computes a forward value again rather than being given it: what costs no
  /// memory to make, and what it could not be given.
  bool isMadeAgain(Operation *op) {
    if (op->hasTrait<OpTrait::ConstantLike>() || isa<ag::ExpandOp, ag::IotaOp>(op) ||
        llvm::none_of(op->getResultTypes(), llvm::IsaPred<RankedTensorType>))
      return true;
    return llvm::any_of(op->getResults(), [&](Value v) { return failed(extentsOf(v)); });
  }

  void findBackward() {
    SetVector<Operation *> ops;
    SmallVector<Value> work(gradients);
    // A check of a cotangent is the backward's.
    for (Operation &op : block.without_terminator())
      if (isVariedCheck(&op)) {
        ops.insert(&op);
        llvm::append_range(work, op.getOperands());
      }
    DenseSet<Value> seen;
    while (!work.empty()) {
      Value value = work.pop_back_val();
      Operation *op = value.getDefiningOp();
      if (!seen.insert(value).second || (!op && !isForwardArgument(value)) || (op && isExtent(op)))
        continue;
      if (!op || (!varied.contains(value) && !isMadeAgain(op))) {
        residuals.insert(value);
        continue;
      }
      if (ops.insert(op))
        llvm::append_range(work, valuesRead(op));
    }
    for (Operation &op : block.without_terminator())
      if (ops.contains(&op))
        backward.push_back(&op);
    // In the program's order, which is that of neither search nor sets.
    SmallVector<Value> sorted;
    for (BlockArgument arg : block.getArguments())
      if (residuals.contains(arg))
        sorted.push_back(arg);
    for (Operation &op : block)
      for (Value result : op.getResults())
        if (residuals.contains(result))
          sorted.push_back(result);
    residuals = SetVector<Value>(sorted.begin(), sorted.end());
  }

  bool isVariedCheck(Operation *op) {
    return isa<cf::AssertOp>(op) && varied.contains(op->getOperand(0));
  }

  /// Of all that both halves compute, in words without lines: what parts one version of a program
  /// from the next, whose residuals look alike.
  void hashBody() {
    std::string text;
    llvm::raw_string_ostream os(text);
    function.print(os, OpPrintingFlags().useLocalScope().enableDebugInfo(false));
    body = llvm::xxh3_64bits(text);
  }

  NamedAttrList residualAttrs(unsigned i, Attribute mark) {
    Builder b(function.getContext());
    NamedAttrList attrs;
    attrs.set(attr::kName, b.getStringAttr("residual" + std::to_string(i)));
    attrs.set(attr::kResidual, mark);
    return attrs;
  }

  func::FuncOp makeFunction(StringRef suffix, TypeRange inputs, TypeRange outputs) {
    OpBuilder b(function);
    auto made = func::FuncOp::create(b, function.getLoc(), (name + suffix).str(),
                                     b.getFunctionType(inputs, outputs));
    made->setAttr(attr::kExport, b.getUnitAttr());
    made.addEntryBlock();
    return made;
  }

  void makeForward() {
    MLIRContext *context = function.getContext();
    SmallVector<Value> outputs(results);
    llvm::append_range(outputs, residuals);
    func::FuncOp made = makeFunction("_fwd", function.getArgumentTypes().take_front(numArguments),
                                     TypeRange(ValueRange(outputs)));
    Builder attrs(context);
    made->setAttr(attr::kBody, attrs.getI64IntegerAttr(int64_t(body)));
    for (unsigned i = 0; i < numArguments; ++i)
      made.setArgAttrs(i, function.getArgAttrDict(i));
    for (unsigned i = 0; i < numResults; ++i)
      made.setResultAttrs(i, function.getResultAttrDict(i));
    for (unsigned i = 0; i < residuals.size(); ++i)
      made.setResultAttrs(numResults + i,
                          residualAttrs(i, UnitAttr::get(context)).getDictionary(context));
    IRMapping mapping;
    for (unsigned i = 0; i < numArguments; ++i)
      mapping.map(block.getArgument(i), made.getArgument(i));
    OpBuilder b = OpBuilder::atBlockBegin(&made.getBody().front());
    for (Operation &op : block.without_terminator())
      if (!isVariedCheck(&op) &&
          llvm::none_of(op.getResults(), [&](Value v) { return varied.contains(v); }))
        b.clone(op, mapping);
    finish(b, outputs, mapping);
  }

  void makeBackward() {
    MLIRContext *context = function.getContext();
    Builder attrs(context);
    SmallVector<Type> inputs(extents.size(), attrs.getIndexType());
    llvm::append_range(inputs, TypeRange(ValueRange(residuals.getArrayRef())));
    auto cotangents = block.getArguments().drop_front(numArguments);
    llvm::append_range(inputs, TypeRange(ValueRange(cotangents)));
    func::FuncOp made = makeFunction("_bwd", inputs, TypeRange(ValueRange(gradients)));
    IRMapping mapping;
    unsigned next = 0;
    for (const std::string &extent : extents)
      made.setArgAttr(next++, attr::kExtent, attrs.getStringAttr(extent));
    Attribute forward = FlatSymbolRefAttr::get(context, (name + "_fwd").str());
    for (auto [i, value] : llvm::enumerate(residuals)) {
      NamedAttrList list = residualAttrs(i, forward);
      SmallVector<std::string> names = *extentsOf(value);
      if (!cast<RankedTensorType>(value.getType()).hasStaticShape())
        list.set(attr::kExtents,
                 attrs.getStrArrayAttr(SmallVector<StringRef>(names.begin(), names.end())));
      made.setArgAttrs(next, list.getDictionary(context));
      mapping.map(value, made.getArgument(next++));
    }
    for (BlockArgument cotangent : cotangents) {
      made.setArgAttrs(next, function.getArgAttrDict(cotangent.getArgNumber()));
      mapping.map(cotangent, made.getArgument(next++));
    }
    for (unsigned i = 0; i < gradients.size(); ++i)
      made.setResultAttrs(i, function.getResultAttrDict(numResults + i));
    OpBuilder b = OpBuilder::atBlockBegin(&made.getBody().front());
    mapExtents(made, mapping);
    for (Operation *op : backward)
      b.clone(*op, mapping);
    finish(b, SmallVector<Value>(gradients), mapping);
  }

  /// An extent of a forward's argument is an argument of the backward.
  void mapExtents(func::FuncOp made, IRMapping &mapping) {
    for (Operation &op : block.without_terminator())
      if (isExtent(&op)) {
        auto dim = cast<tensor::DimOp>(op);
        std::string wanted = extentName(
            function, cast<BlockArgument>(dim.getSource()).getArgNumber(), *knownDim(dim));
        mapping.map(dim.getResult(),
                    made.getArgument(llvm::find(extents, wanted) - extents.begin()));
      }
  }

  void finish(OpBuilder &b, ArrayRef<Value> values, IRMapping &mapping) {
    SmallVector<Value> mapped =
        llvm::map_to_vector(values, [&](Value v) { return mapping.lookup(v); });
    func::ReturnOp::create(b, block.getTerminator()->getLoc(), mapped);
  }

  func::FuncOp function;
  uint64_t body = 0; ///< the hash of all that it computes
  unsigned numArguments, numResults;
  Block &block;
  StringRef name;
  SmallVector<Value> results, gradients;
  DenseSet<Value> varied;
  SmallVector<std::string> extents;
  SetVector<Value> residuals;
  SmallVector<Operation *> backward;
};

/// Whether a function is a forward and a backward in one.
bool canPart(func::FuncOp function, ArrayRef<int64_t> counts) {
  return counts.size() == 2 && function.getName().ends_with(".split") &&
         llvm::hasSingleElement(function.getBody()) && counts[0] >= 0 && counts[1] >= 0 &&
         counts[0] <= function.getNumArguments() && counts[1] <= function.getNumResults() &&
         llvm::all_of(function.getArgumentTypes(), llvm::IsaPred<RankedTensorType>);
}

struct Partition : agc::impl::PartitionBase<Partition> {
  void runOnOperation() override {
    for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (auto counts = function->getAttrOfType<DenseI64ArrayAttr>(attr::kSplit)) {
        if (failed(canPart(function, counts) ? Partitioner(function, counts).run()
                                             : refuse(function)))
          return signalPassFailure();
      }
  }
};

} // namespace
