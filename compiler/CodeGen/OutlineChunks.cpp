// agc-outline-chunks. After it no scf.forall is left: where a context is at hand its body is a
// function of (environment, chunk) that agc_parallel_for calls, elsewhere the chunks run one after
// the other.
#include "compiler/CodeGen/Chunks.h"
#include "compiler/CodeGen/Passes.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/Transforms/Transforms.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace agc {
#define GEN_PASS_DEF_OUTLINECHUNKS
#include "compiler/CodeGen/Passes.h.inc"

namespace {

/// Marks the argument of a function that is the caller's agc_context.
constexpr StringLiteral contextAttribute = "agc.context";

/// The context of the function around an op; null where it has none.
Value contextOf(Operation *op) {
  auto function = op->getParentOfType<func::FuncOp>();
  for (unsigned i = 0; function && i < function.getNumArguments(); ++i)
    if (function.getArgAttr(i, contextAttribute))
      return function.getArgument(i);
  return {};
}

/// Outlines one forall that no other is inside of.
class ChunkOutliner {
public:
  ChunkOutliner(scf::ForallOp forall, Value context, unsigned number)
      : forall(forall), context(context), at(forall.getLoc(), forall), number(number),
        converter(forall.getContext()), pointer(LLVM::LLVMPointerType::get(forall.getContext())) {}

  LogicalResult run() {
    if (failed(capture()))
      return failure();
    Value environment = storeEnvironment();
    func::FuncOp body = makeBody();
    call(body, environment);
    forall.erase();
    return success();
  }

private:
  LogicalResult capture();
  Value storeEnvironment();
  func::FuncOp makeBody();
  void call(func::FuncOp body, Value environment);
  Value fieldAt(ImplicitLocOpBuilder &builder, Value environment, size_t field);
  func::FuncOp declareParallelFor();

  scf::ForallOp forall;
  Value context;
  ImplicitLocOpBuilder at;
  unsigned number;
  LLVMTypeConverter converter;
  Type pointer;
  SmallVector<Value> captured;
  SmallVector<Operation *> constants; ///< made again in the body rather than captured
  LLVM::LLVMStructType environmentType;
};

LogicalResult ChunkOutliner::capture() {
  SetVector<Value> used;
  getUsedValuesDefinedAbove(forall.getRegion(), used);
  SmallVector<Type> fields;
  for (Value value : used) {
    Operation *producer = value.getDefiningOp();
    if (producer && producer->hasTrait<OpTrait::ConstantLike>()) {
      constants.push_back(producer);
      continue;
    }
    Type field = converter.convertType(value.getType());
    if (!field)
      return forall.emitError("a chunk cannot be given a value of type ") << value.getType();
    captured.push_back(value);
    fields.push_back(field);
  }
  environmentType = LLVM::LLVMStructType::getLiteral(at.getContext(), fields);
  return success();
}

Value ChunkOutliner::fieldAt(ImplicitLocOpBuilder &builder, Value environment, size_t field) {
  return LLVM::GEPOp::create(builder, pointer, environmentType, environment,
                             ArrayRef<LLVM::GEPArg>{0, int32_t(field)});
}

/// A struct of the captured values, on the stack of the function (or of the chunk) around the
/// forall, and there once, even if the forall is in a loop.
Value ChunkOutliner::storeEnvironment() {
  Value environment;
  {
    OpBuilder::InsertionGuard guard(at);
    at.setInsertionPointToStart(&stackBlockAround(forall->getParentOp()));
    Value one = LLVM::ConstantOp::create(at, at.getI64Type(), 1);
    environment = LLVM::AllocaOp::create(at, pointer, environmentType, one);
  }
  for (auto [field, value] : llvm::enumerate(captured)) {
    Type type = environmentType.getBody()[field];
    Value stored = value;
    if (type != value.getType())
      stored = UnrealizedConversionCastOp::create(at, type, value).getResult(0);
    LLVM::StoreOp::create(at, stored, fieldAt(at, environment, field));
  }
  return environment;
}

func::FuncOp ChunkOutliner::makeBody() {
  auto parent = forall->getParentOfType<func::FuncOp>();
  std::string name = (parent.getName() + ".chunk" + Twine(number)).str();
  OpBuilder top(parent);
  auto function = func::FuncOp::create(top, forall.getLoc(), name,
                                       top.getFunctionType({pointer, at.getI64Type()}, {}));
  function.setPrivate();
  // Private to MLIR is not yet internal to LLVM: two models' chunks may have the same name.
  function->setAttr("llvm.linkage",
                    LLVM::LinkageAttr::get(top.getContext(), LLVM::Linkage::Internal));
  Block *entry = function.addEntryBlock();
  auto inside = ImplicitLocOpBuilder::atBlockBegin(forall.getLoc(), entry);

  IRMapping mapping;
  for (Operation *constant : constants)
    inside.clone(*constant, mapping);
  for (auto [field, value] : llvm::enumerate(captured)) {
    Value loaded = LLVM::LoadOp::create(inside, environmentType.getBody()[field],
                                        fieldAt(inside, entry->getArgument(0), field));
    if (loaded.getType() != value.getType())
      loaded = UnrealizedConversionCastOp::create(inside, value.getType(), loaded).getResult(0);
    mapping.map(value, loaded);
  }
  Value chunk = arith::IndexCastOp::create(inside, inside.getIndexType(), entry->getArgument(1));
  mapping.map(forall.getInductionVar(0), chunk);
  for (Operation &op : forall.getBody()->without_terminator())
    inside.clone(op, mapping);
  func::ReturnOp::create(inside);
  return function;
}

func::FuncOp ChunkOutliner::declareParallelFor() {
  auto module = forall->getParentOfType<ModuleOp>();
  if (auto function = module.lookupSymbol<func::FuncOp>("agc_parallel_for"))
    return function;
  OpBuilder top = OpBuilder::atBlockBegin(module.getBody());
  auto function =
      func::FuncOp::create(top, module.getLoc(), "agc_parallel_for",
                           top.getFunctionType({pointer, pointer, pointer, at.getI64Type()}, {}));
  function.setPrivate();
  return function;
}

void ChunkOutliner::call(func::FuncOp body, Value environment) {
  func::FuncOp parallelFor = declareParallelFor();
  Value function = func::ConstantOp::create(
      at, body.getFunctionType(), FlatSymbolRefAttr::get(at.getContext(), body.getName()));
  Value address = UnrealizedConversionCastOp::create(at, pointer, function).getResult(0);
  Value count = getValueOrCreateConstantIndexOp(at, at.getLoc(), forall.getMixedUpperBound()[0]);
  Value chunks = arith::IndexCastOp::create(at, at.getI64Type(), count);
  func::CallOp::create(at, parallelFor, ValueRange{context, address, environment, chunks});
}

class OutlineChunks : public impl::OutlineChunksBase<OutlineChunks> {
  void runOnOperation() override {
    SmallVector<scf::ForallOp> foralls;
    getOperation().walk(
        [&](scf::ForallOp forall) { foralls.push_back(forall); }); // inner ones first
    for (scf::ForallOp forall : foralls)
      if (failed(lower(forall)))
        return signalPassFailure();
    for (auto function : getOperation().getOps<func::FuncOp>())
      for (unsigned i = 0; i < function.getNumArguments(); ++i)
        function.removeArgAttr(i, contextAttribute);
  }

  LogicalResult lower(scf::ForallOp forall) {
    if (forall.getRank() != 1 || forall.getNumResults() != 0 || !forall.isNormalized())
      return forall.emitError("expected chunks to be numbered from 0 in one dimension");
    IRRewriter rewriter(forall);
    Value context = contextOf(forall);
    std::optional<int64_t> count = getConstantIntValue(forall.getMixedUpperBound()[0]);
    if (!context || count == 1)
      return scf::forallToForLoop(rewriter, forall);
    return ChunkOutliner(forall, context, numFunctions++).run();
  }

  unsigned numFunctions = 0;
};

} // namespace
} // namespace agc
