// The pass agc-emit-entries: exported functions take the pointers of the C interface.
// Afterwards each is `i32 MODEL_NAME(context, [state,] extent…, input…, output…, workspace)`, and a
// check that fails returns the status that agc_fail recorded; no agt.state is left, nor a function
// of the program that is not exported.
#include "compiler/CodeGen/CollectModel.h"
#include "compiler/CodeGen/Passes.h"
#include "compiler/CodeGen/SizeOverflow.h"
#include "compiler/Lowering/Export.h"
#include "compiler/Lowering/Lowering.h"
#include "dialect/AgtDialect.h"
#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "llvm/Support/xxhash.h"

namespace agc {
#define GEN_PASS_DEF_EMITENTRIES
#include "compiler/CodeGen/Passes.h.inc"
} // namespace agc

using namespace mlir;
using namespace agc;

namespace {

/// Rewrites one function.
class EntryEmitter {
public:
  EntryEmitter(func::FuncOp function, const ModelInfo &model, const FunctionInfo &info, bool places)
      : function(function), model(model), info(info), places(places), b(function.getContext()),
        converter(function.getContext()), pointer(LLVM::LLVMPointerType::get(b.getContext())) {}

  void run() {
    Block &body = function.getBody().front();
    SmallVector<BlockArgument> old(body.getArguments());
    b.setInsertionPointToStart(&body);
    Location loc = function.getLoc();
    context = body.addArgument(pointer, loc);
    Value state = info.usesState ? Value(body.addArgument(pointer, loc)) : Value();
    size_t numExtents = info.extents.size();
    for (size_t i = 0; i < numExtents; ++i) {
      extents.push_back(body.addArgument(b.getI64Type(), loc));
      indices.push_back(arith::IndexCastOp::create(b, loc, b.getIndexType(), extents.back()));
      old[i].replaceAllUsesWith(indices.back());
    }
    for (const DerivedExtent &derived : info.derived) {
      Value index = func::CallOp::create(b, loc, derived.symbol, b.getIndexType(),
                                         ArrayRef(indices).take_front(numExtents))
                        .getResult(0);
      indices.push_back(index);
      extents.push_back(arith::IndexCastOp::create(b, loc, b.getI64Type(), index));
      Value fits =
          arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, extents.back(), number(-1));
      buildCheck(b, loc, fits, AGC_ERROR_EXTENT, "'" + derived.name + "' does not fit in 64 bits");
    }
    refuseNegative(loc, body);
    // A function's arguments stand in its description's order but for the state's parts among them.
    unsigned nextInput = 0, nextOutput = 0;
    for (unsigned i = numExtents; i < old.size(); ++i) {
      auto type = cast<MemRefType>(old[i].getType());
      Value buffer;
      if (auto name = function.getArgAttrOfType<StringAttr>(i, attr::kState))
        buffer = bufferAt(statePointer(state, name), type, {});
      else if (function.getArgAttr(i, attr::kWorkspace))
        buffer = workspaceBuffer(body.addArgument(pointer, loc), type);
      else if (function.getArgAttr(i, attr::kShape) && !function.getArgAttr(i, attr::kInput))
        buffer = bufferAt(body.addArgument(pointer, loc), type, info.outputs[nextOutput++].extents);
      else
        buffer = bufferAt(body.addArgument(pointer, loc), type, info.inputs[nextInput++].extents);
      old[i].replaceAllUsesWith(buffer);
    }
    body.eraseArguments(0, old.size());
    finish();
  }

private:
  /// Fails a call whose results would have negative extents: after the program's own checks, which
  /// say where.
  void refuseNegative(Location loc, Block &body) {
    OpBuilder::InsertionGuard guard(b);
    for (cf::AssertOp check : body.getOps<cf::AssertOp>())
      b.setInsertionPointAfter(check);
    for (auto [derived, extent] :
         llvm::zip(info.derived, ArrayRef(extents).drop_front(info.extents.size()))) {
      Value holds = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge, extent, number(0));
      buildCheck(b, loc, holds, AGC_ERROR_EXTENT, "'" + derived.name + "' is negative");
    }
  }

  Value statePointer(Value state, StringAttr name) {
    const StateInfo &part =
        *llvm::find_if(model.states, [&](const StateInfo &s) { return s.name == name.getValue(); });
    // As a value: a constant index of a GEP has 32 bits.
    return LLVM::GEPOp::create(b, function.getLoc(), pointer, b.getI8Type(), state,
                               ArrayRef<LLVM::GEPArg>{number(part.offset)});
  }

  Value number(int64_t value) {
    return LLVM::ConstantOp::create(b, function.getLoc(), b.getI64Type(),
                                    b.getI64IntegerAttr(value));
  }

  /// A dense buffer at a pointer; `shape` has -1 - k for extent k.
  Value bufferAt(Value data, MemRefType type, ArrayRef<int64_t> shape) {
    Location loc = function.getLoc();
    SmallVector<Value> sizes;
    for (int64_t i = 0; i < type.getRank(); ++i)
      sizes.push_back(type.isDynamicDim(i) ? extents[-1 - shape[i]] : number(type.getDimSize(i)));
    auto descriptor = MemRefDescriptor::poison(b, loc, converter.convertType(type));
    descriptor.setAllocatedPtr(b, loc, data);
    descriptor.setAlignedPtr(b, loc, data);
    descriptor.setConstantOffset(b, loc, 0);
    Value stride = number(1);
    for (int64_t i = type.getRank() - 1; i >= 0; --i) {
      descriptor.setSize(b, loc, i, sizes[i]);
      descriptor.setStride(b, loc, i, stride);
      if (i)
        stride = b.createOrFold<LLVM::MulOp>(loc, stride, sizes[i]);
    }
    return UnrealizedConversionCastOp::create(b, loc, type, Value(descriptor)).getResult(0);
  }

  /// The workspace, as large as need be: its size is checked by the entry.
  Value workspaceBuffer(Value data, MemRefType type) {
    extents.push_back(number(std::numeric_limits<int64_t>::max()));
    Value buffer = bufferAt(data, type, {-int64_t(extents.size())});
    extents.pop_back();
    return buffer;
  }

  /// Checks become returns; the function gets its new name and type.
  void finish() {
    Location loc = function.getLoc();
    auto ret = cast<func::ReturnOp>(function.getBody().front().getTerminator());
    b.setInsertionPoint(ret);
    Value ok = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(AGC_OK));
    ret->setOperands(ok);
    SmallVector<cf::AssertOp> checks(function.getBody().front().getOps<cf::AssertOp>());
    for (cf::AssertOp check : checks)
      returnUnless(check);
    function.removeArgAttrsAttr();
    function.setFunctionType(
        b.getFunctionType(function.getBody().front().getArgumentTypes(), b.getI32Type()));
    function.setArgAttr(0, attr::kContext, b.getUnitAttr());
    function.setName((model.name + "_" + info.name));
  }

  /// The comparison of two numbers that a check's format tells of; null where passes have made
  /// another condition of it.
  static arith::CmpIOp comparisonOf(cf::AssertOp check) {
    Value condition = check.getArg();
    if (auto either = condition.getDefiningOp<arith::OrIOp>()) // or there is nothing to compare
      condition = either.getRhs();
    auto comparison = condition.getDefiningOp<arith::CmpIOp>();
    using Predicate = arith::CmpIPredicate;
    bool fits =
        comparison &&
        llvm::is_contained({Predicate::eq, Predicate::sle, Predicate::sge, Predicate::ult},
                           comparison.getPredicate()) &&
        (comparison.getLhs().getType().isIndex() || comparison.getLhs().getType().isInteger(64));
    return fits && check->hasAttr(attr::kFormat) ? comparison : arith::CmpIOp();
  }

  void returnUnless(cf::AssertOp check) {
    Location loc = check.getLoc();
    std::string where = places ? describeLocation(loc) : "";
    where += where.empty() ? "" : ": ";
    arith::CmpIOp numbers = comparisonOf(check);
    Block *block = check->getBlock();
    Block *rest = block->splitBlock(std::next(Block::iterator(check)));
    Block *fail = b.createBlock(&function.getBody(), function.getBody().end());
    auto status = check->getAttrOfType<IntegerAttr>(attr::kStatus);
    b.setInsertionPointToStart(fail);
    Value code = arith::ConstantOp::create(
        b, loc, b.getI32IntegerAttr(status ? status.getInt() : int64_t(AGC_ERROR_VALUE)));
    SmallVector<Value> args = {context, code};
    if (numbers) {
      StringRef format = check->getAttrOfType<StringAttr>(attr::kFormat).getValue();
      args.append({textAddress(loc, ("%s" + format).str()), textAddress(loc, where)});
      SmallVector<Value> operands(numbers->getOperands());
      if (numbers.getPredicate() == arith::CmpIPredicate::sge) // a constant has moved to the right
        std::swap(operands[0], operands[1]);
      for (Value number : operands)
        args.push_back(number.getType().isIndex()
                           ? arith::IndexCastOp::create(b, loc, b.getI64Type(), number).getResult()
                           : number);
    } else {
      args.append({textAddress(loc, "%s"), textAddress(loc, where + check.getMsg().str())});
    }
    auto failed = LLVM::CallOp::create(b, loc, failType(), "agc_fail", args);
    func::ReturnOp::create(b, loc, failed.getResult());
    b.setInsertionPointToEnd(block);
    cf::CondBranchOp::create(b, loc, check.getArg(), rest, ValueRange(), fail, ValueRange());
    check.erase();
  }

  LLVM::LLVMFunctionType failType() {
    auto module = function->getParentOfType<ModuleOp>();
    auto type = LLVM::LLVMFunctionType::get(b.getI32Type(), {pointer, b.getI32Type(), pointer},
                                            /*isVarArg=*/true);
    if (!module.lookupSymbol("agc_fail")) {
      OpBuilder top = OpBuilder::atBlockBegin(module.getBody());
      LLVM::LLVMFuncOp::create(top, module.getLoc(), "agc_fail", type);
    }
    return type;
  }

  /// A pointer to a zero-terminated text, one global for equal ones.
  Value textAddress(Location loc, StringRef text) {
    auto module = function->getParentOfType<ModuleOp>();
    std::string name = ("agc.text." + Twine(llvm::xxh3_64bits(text))).str();
    if (!module.lookupSymbol(name)) {
      std::string bytes = text.str();
      bytes.push_back('\0');
      OpBuilder top = OpBuilder::atBlockBegin(module.getBody());
      auto type = LLVM::LLVMArrayType::get(b.getI8Type(), bytes.size());
      LLVM::GlobalOp::create(top, module.getLoc(), type, /*isConstant=*/true,
                             LLVM::Linkage::Internal, name, b.getStringAttr(bytes));
    }
    return LLVM::AddressOfOp::create(b, loc, pointer, name);
  }

  func::FuncOp function;
  const ModelInfo &model;
  const FunctionInfo &info;
  bool places;
  OpBuilder b;
  LLVMTypeConverter converter;
  Type pointer;
  Value context;
  SmallVector<Value> extents, indices; ///< as i64 and as index, derived ones included
};

/// What the program neither exports nor calls has been checked, and is no code.
void eraseUnexported(ModuleOp module) {
  for (auto function : llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
    if (function.isPublic() && !function->hasAttr(attr::kExport) &&
        SymbolTable::symbolKnownUseEmpty(function, module))
      function.erase();
}

/// Kernels take the context too, to split their work among its threads.
void passContext(ModuleOp module) {
  Type pointer = LLVM::LLVMPointerType::get(module.getContext());
  auto mark = DictionaryAttr::get(
      module.getContext(), NamedAttribute(StringAttr::get(module.getContext(), attr::kContext),
                                          UnitAttr::get(module.getContext())));
  SymbolTableCollection tables;
  SymbolUserMap calls(tables, module);
  for (auto kernel : module.getOps<func::FuncOp>()) {
    if (!kernel->hasAttr(attr::kKernel))
      continue;
    (void)kernel.insertArgument(0, pointer, mark, kernel.getLoc());
    for (Operation *call : calls.getUsers(kernel))
      call->insertOperands(0, call->getParentOfType<func::FuncOp>().getArgument(0));
  }
}

struct EmitEntries : agc::impl::EmitEntriesBase<EmitEntries> {
  using EmitEntriesBase::EmitEntriesBase;

  void runOnOperation() override {
    FailureOr<ModelInfo> info = collectModel(getOperation(), model);
    if (failed(info))
      return signalPassFailure();
    for (const FunctionInfo &function : info->functions) {
      for (const DerivedExtent &derived : function.derived)
        refuseOverflow(getOperation().lookupSymbol<func::FuncOp>(derived.symbol),
                       derived.symbol == residualSymbol(function) ? 0 : -2);
      if (!function.workspaceSymbol.empty())
        refuseOverflow(getOperation().lookupSymbol<func::FuncOp>(function.workspaceSymbol), 0);
    }
    for (auto [function, described] : llvm::zip(exportedFunctions(getOperation()), info->functions))
      EntryEmitter(function, *info, described, places).run();
    eraseUnexported(getOperation());
    passContext(getOperation());
    // States have become numbers of the description.
    for (auto state : llvm::make_early_inc_range(getOperation().getOps<agt::StateOp>()))
      state.erase();
  }
};

} // namespace
