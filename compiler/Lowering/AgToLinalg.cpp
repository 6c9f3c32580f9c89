// The pass ag-to-linalg: ops of `ag` become linalg, tensor, arith, math, complex and scf on
// tensors. Afterwards no op of `ag` is left; a bool is an i8 of 0 or 1, ui8 is i8; what can fail at
// run time is a cf.assert with the status it fails with.
#include "compiler/Lowering/Export.h"
#include "compiler/Lowering/Lowering.h"
#include "compiler/Lowering/Passes.h"
#include "compiler/Support/Origin.h"
#include "dialect/AgDialect.h"
#include "dialect/Shape.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/Transforms/FuncConversions.h"

namespace agc {
#define GEN_PASS_DEF_AGTOLINALG
#include "compiler/Lowering/Passes.h.inc"
} // namespace agc

using namespace mlir;
using namespace agc;

namespace {

/// Bools as bytes, ui8 as signless, in tensors.
struct StorageConverter : TypeConverter {
  StorageConverter() {
    addConversion([](Type type) { return type; });
    addConversion([](RankedTensorType type) -> Type {
      return type.clone(storageType(type.getElementType()));
    });
    addTargetMaterialization(asKnown);
  }

  /// An extent that an op's type knows, where its lowering took it from an operand that does not.
  static Value asKnown(OpBuilder &b, RankedTensorType type, ValueRange values, Location loc) {
    auto from = dyn_cast<RankedTensorType>(values.front().getType());
    if (!from || !tensor::CastOp::areCastCompatible(from, type))
      return Value();
    Extents extents = ag::extentsOf(b, loc, values.front());
    for (auto [extent, known] : llvm::zip(extents, type.getShape()))
      if (!ShapedType::isDynamic(known))
        buildExtentCheck(b, loc, extent, b.getIndexAttr(known));
    return tensor::CastOp::create(b, loc, type, values.front());
  }
};

/// An op of another dialect takes converted operands and gives converted results.
struct ConvertTypes : ConversionPattern {
  ConvertTypes(const TypeConverter &types, MLIRContext *context)
      : ConversionPattern(types, MatchAnyOpTypeTag(), 0, context) {}

  LogicalResult matchAndRewrite(Operation *op, ArrayRef<Value> operands,
                                ConversionPatternRewriter &rewriter) const override {
    if (isa<ag::AgDialect>(op->getDialect()) || op->getNumRegions())
      return failure();
    OperationState state(op->getLoc(), op->getName(), operands, {}, op->getAttrs());
    if (failed(getTypeConverter()->convertTypes(op->getResultTypes(), state.types)))
      return failure();
    rewriter.replaceOp(op, rewriter.create(state));
    return success();
  }
};

/// What a loop carries stays in one buffer, of which a part cannot become the whole.
LogicalResult checkCarried(ag::ForOp loop) {
  Block &body = loop.getBody().front();
  for (Value value : body.getTerminator()->getOperands()) {
    auto slice = value.getDefiningOp<ag::SliceOp>();
    auto from = slice ? dyn_cast<BlockArgument>(slice.getSelf()) : BlockArgument();
    if (from && from.getOwner() == &body && !slice.getType().hasStaticShape())
      return slice.emitOpError("cannot be carried on by the loop that carries what it is cut from: "
                               "what a loop carries keeps its extents");
  }
  return success();
}

/// Reports an op that cannot lower, at its location.
LogicalResult checkLowers(Operation *op) {
  if (auto loop = dyn_cast<ag::ForOp>(op))
    return checkCarried(loop);
  if (isa<ag::GradOp, ag::JvpOp>(op))
    return op->emitOpError("must be differentiated before it is lowered (ag-differentiate)");
  if (isa<ag::ApplyOp>(op))
    return op->emitOpError("must be expanded before it is lowered (ag-expand-composites)");
  if (!isa<ag::MapOp, ag::ReduceOp, ag::ReduceIndexOp, ag::ScanOp, ag::ContractOp>(op))
    return success();
  const ag::Record &record = *ag::recordOf(op);
  Type element = recordElement(record, op->getOperandTypes());
  if (isa<ag::ContractOp>(op)) {
    if (!record.supports(ag::kindOf(element)))
      return op->emitOpError() << "record '" << record.name << "' has no lowering for " << element;
    return success();
  }
  if (auto why = whyNoLowering(record, element))
    return op->emitOpError(*why);
  return success();
}

/// Keeps the types that callers see, in which a bool is one, where the C interface is made.
void recordTypes(func::FuncOp function) {
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes()))
    function.setArgAttr(i, attr::kType, TypeAttr::get(type));
  for (auto [i, type] : llvm::enumerate(function.getResultTypes()))
    function.setResultAttr(i, attr::kType, TypeAttr::get(type));
}

LogicalResult checkLowers(func::FuncOp function) {
  WalkResult lowers = function.walk([](Operation *op) {
    return failed(checkLowers(op)) ? WalkResult::interrupt() : WalkResult::advance();
  });
  return failure(lowers.wasInterrupted());
}

/// Drops a function that need not be there and cannot lower.
void dropUnlessLowers(func::FuncOp function) {
  std::string problem;
  Location where = function.getLoc();
  {
    ScopedDiagnosticHandler capture(function.getContext(), [&](Diagnostic &diagnostic) {
      problem = diagnostic.str();
      where = diagnostic.getLocation();
      return success();
    });
    if (succeeded(checkLowers(function)))
      return;
  }
  InFlightDiagnostic remark = function.emitRemark();
  remark << "'" << function.getName() << "' is not in the interface";
  remark.attachNote(where) << problem;
  remark.report();
  function.erase();
}

/// What an op becomes is called by its record, in the names of kernels.
void nameOrigins(Operation *top) {
  top->walk([](Operation *op) {
    if (const ag::Record *record = ag::recordOf(op))
      op->setLoc(withOrigin(op->getLoc(), record->name));
  });
}

struct AgToLinalg : agc::impl::AgToLinalgBase<AgToLinalg> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (function->hasAttr(attr::kOptional))
        dropUnlessLowers(function);
      else if (failed(checkLowers(function)))
        return signalPassFailure();

    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr(attr::kExport))
        recordTypes(function);

    nameOrigins(getOperation());
    StorageConverter types;
    RewritePatternSet patterns(context);
    populatePointwiseLowering(types, patterns);
    populateReduceLowering(types, patterns);
    populateScanLowering(types, patterns);
    populateContractLowering(types, patterns);
    populateMoveLowering(types, patterns);
    populateIndexLowering(types, patterns);
    populateSearchLowering(types, patterns);
    populateSolveLowering(types, patterns);
    populateControlLowering(types, patterns);
    populateFunctionOpInterfaceTypeConversionPattern<func::FuncOp>(patterns, types);
    patterns.add<ConvertTypes>(types, context);

    ConversionTarget target(*context);
    target.addIllegalDialect<ag::AgDialect>();
    target.addDynamicallyLegalOp<func::FuncOp>([&](func::FuncOp function) {
      return types.isSignatureLegal(function.getFunctionType()) &&
             types.isLegal(&function.getBody());
    });
    target.markUnknownOpDynamicallyLegal([&](Operation *op) { return types.isLegal(op); });
    if (failed(applyFullConversion(getOperation(), target, std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
