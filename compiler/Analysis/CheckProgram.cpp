// The pass ag-check-program: what no later pass could compile is refused at its line.
// Afterwards attributes of the program are of their kinds, its calls end in functions with bodies,
// each function is one block, and ops are agc's or arithmetic that neither traps nor reads what is
// not there.
#include "compiler/Analysis/Passes.h"
#include "compiler/Lowering/Export.h"
#include "dialect/AgDialect.h"
#include "dialect/AgtDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"

namespace agc {
#define GEN_PASS_DEF_CHECKPROGRAM
#include "compiler/Analysis/Passes.h.inc"
} // namespace agc

using namespace mlir;
using namespace agc;

namespace {

bool isStringList(Attribute value) {
  auto list = dyn_cast<ArrayAttr>(value);
  return list && llvm::all_of(list, [](Attribute one) { return isa<StringAttr>(one); });
}

/// An attribute that a program gives, and what it must be.
struct Kind {
  StringRef name, expected;
  bool (*fits)(Attribute);
};

const Kind functionKinds[] = {
    {attr::kExport, "no value", [](Attribute value) { return isa<UnitAttr>(value); }},
    {attr::kDerive, "a list of vjp, jvp and split", isStringList},
};

const Kind tensorKinds[] = {
    {attr::kName, "a name in quotes", [](Attribute value) { return isa<StringAttr>(value); }},
    {attr::kState, "a name in quotes", [](Attribute value) { return isa<StringAttr>(value); }},
    {attr::kExtents, "a list of names in quotes", isStringList},
};

/// Fails on an attribute of another kind, which would count as none.
LogicalResult checkKinds(func::FuncOp function, DictionaryAttr attrs, ArrayRef<Kind> kinds,
                         const Twine &owner) {
  for (const Kind &kind : kinds)
    if (Attribute value = attrs ? attrs.get(kind.name) : Attribute(); value && !kind.fits(value))
      return function.emitError() << "'" << kind.name << "' of " << owner << " must be "
                                  << kind.expected << ", got " << value;
  return success();
}

/// As many names of extents as there are extents.
LogicalResult checkExtents(func::FuncOp function, unsigned arg) {
  auto names = function.getArgAttrOfType<ArrayAttr>(arg, attr::kExtents);
  auto type = dyn_cast<RankedTensorType>(function.getArgumentTypes()[arg]);
  if (!names || !type || int64_t(names.size()) == type.getRank())
    return success();
  return function.emitError() << "'" << attr::kExtents << "' of argument " << arg << " has "
                              << names.size() << " names, expected one for each of the "
                              << type.getRank() << " dims of " << type;
}

LogicalResult checkAttributes(func::FuncOp function) {
  if (failed(checkKinds(function, function->getAttrDictionary(), functionKinds,
                        "'" + function.getName() + "'")))
    return failure();
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    if (failed(checkKinds(function, function.getArgAttrDict(i), tensorKinds,
                          "argument " + Twine(i))) ||
        failed(checkExtents(function, i)))
      return failure();
  for (unsigned i = 0; i < function.getNumResults(); ++i)
    if (failed(
            checkKinds(function, function.getResultAttrDict(i), tensorKinds, "result " + Twine(i))))
      return failure();
  return success();
}

/// Whether a pass after this one knows the op: agc's own, and numbers between them. Casts stand for
/// values from elsewhere.
bool isCompiled(Operation *op) {
  if (isa<ag::AgDialect, agt::AgtDialect, func::FuncDialect, BuiltinDialect>(op->getDialect()) ||
      isa<tensor::DimOp, tensor::ExtractOp, tensor::FromElementsOp, cf::AssertOp>(op) ||
      op->hasTrait<OpTrait::ConstantLike>())
    return true;
  auto isTensor = [](Type type) { return isa<ShapedType>(type); };
  return isa<arith::ArithDialect, math::MathDialect, complex::ComplexDialect>(op->getDialect()) &&
         llvm::none_of(op->getOperandTypes(), isTensor) &&
         llvm::none_of(op->getResultTypes(), isTensor);
}

/// Whether a divisor is one that no call makes zero; -1 is none of signed numbers, whose least has
/// no negative.
bool isSafeDivisor(Value divisor, bool isSigned) {
  APInt number;
  if (matchPattern(divisor, m_ConstantInt(&number)))
    return !number.isZero() && !(isSigned && number.isAllOnes());
  Operation *op = divisor.getDefiningOp();
  return isa_and_nonnull<arith::MaxUIOp, arith::MaxSIOp>(op) &&
         matchPattern(op->getOperand(1), m_ConstantInt(&number)) && number.isStrictlyPositive() &&
         (!isSigned || isa<arith::MaxSIOp>(op));
}

/// Fails on a division that traps with some values of a call.
LogicalResult checkDivision(Operation *op) {
  bool isSigned = isa<arith::DivSIOp, arith::RemSIOp, arith::CeilDivSIOp, arith::FloorDivSIOp>(op);
  if (!isSigned && !isa<arith::DivUIOp, arith::RemUIOp, arith::CeilDivUIOp>(op))
    return success();
  if (isSafeDivisor(op->getOperand(1), isSigned))
    return success();
  return op->emitError()
         << "'" << op->getName() << "' can trap: expected a divisor that is a number "
         << (isSigned ? "other than 0 and -1" : "other than 0")
         << ", or the maximum of a value and 1; ag.map floor_divide checks what a call gives";
}

/// Fails on an element that a tensor of the call may not have.
LogicalResult checkElement(tensor::ExtractOp op) {
  auto type = cast<RankedTensorType>(op.getTensor().getType());
  for (auto [dim, index] : llvm::enumerate(op.getIndices())) {
    std::optional<int64_t> at = getConstantIntValue(index);
    if (at && *at >= 0 && !type.isDynamicDim(dim) && *at < type.getDimSize(dim))
      continue;
    return op.emitError() << "'tensor.extract' can read an element that " << type
                          << " does not have: expected an index of dim " << dim
                          << " that is a number within it; ag.gather checks what a call gives";
  }
  return success();
}

LogicalResult checkDim(tensor::DimOp op) {
  if (knownDim(op))
    return success();
  return op.emitError() << "'tensor.dim' of " << op.getSource().getType()
                        << " must be of a dim that is a number within its rank";
}

LogicalResult checkOps(func::FuncOp function) {
  if (!llvm::hasSingleElement(function.getBody()))
    return function.front().getTerminator()->emitError()
           << "branches between blocks cannot be compiled, only ag.if and ag.for";
  WalkResult result = function.walk<WalkOrder::PreOrder>([](Operation *op) {
    if (!isCompiled(op)) {
      auto isTensor = [](Type type) { return isa<TensorType>(type); };
      bool onTensors = llvm::any_of(op->getOperandTypes(), isTensor) ||
                       llvm::any_of(op->getResultTypes(), isTensor);
      op->emitError() << "'" << op->getName() << (onTensors ? "' on tensors" : "'")
                      << " cannot be compiled, only ops of ag";
      return WalkResult::interrupt();
    }
    auto element = dyn_cast<tensor::ExtractOp>(op);
    auto dim = dyn_cast<tensor::DimOp>(op);
    bool failed = mlir::failed(checkDivision(op)) ||
                  (element && mlir::failed(checkElement(element))) ||
                  (dim && mlir::failed(checkDim(dim)));
    return failed ? WalkResult::interrupt() : WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

/// Follows calls to where they end.
class Calls {
public:
  explicit Calls(ModuleOp module) : symbols(module) {}

  /// Fails where a call ends in no body or comes back to a function that waits for it.
  LogicalResult check(func::FuncOp function) {
    if (done.contains(function))
      return success();
    waiting.insert(function);
    WalkResult result = function.walk([&](func::CallOp call) {
      auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
      return callee && failed(follow(call, callee)) ? WalkResult::interrupt()
                                                    : WalkResult::advance();
    });
    waiting.remove(function);
    done.insert(function);
    return failure(result.wasInterrupted());
  }

private:
  LogicalResult follow(func::CallOp call, func::FuncOp callee) {
    if (callee.isExternal()) {
      InFlightDiagnostic error = call.emitError() << "'" << callee.getName() << "' has no body";
      error.attachNote(callee.getLoc()) << "declared here";
      return error;
    }
    if (!waiting.contains(callee))
      return check(callee);
    InFlightDiagnostic error = call.emitError() << "a function cannot call itself: '"
                                                << callee.getName() << "' is called by ";
    ArrayRef<func::FuncOp> chain = waiting.getArrayRef();
    chain = chain.drop_front(llvm::find(chain, callee) - chain.begin());
    llvm::interleave(
        llvm::reverse(chain), [&](func::FuncOp caller) { error << "'" << caller.getName() << "'"; },
        [&] { error << ", which is called by "; });
    return error;
  }

  SymbolTable symbols;
  DenseSet<Operation *> done;
  llvm::SetVector<func::FuncOp> waiting;
};

struct CheckProgram : agc::impl::CheckProgramBase<CheckProgram> {
  void runOnOperation() override {
    Calls calls(getOperation());
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (failed(checkAttributes(function)) ||
          (!function.isExternal() && (failed(checkOps(function)) || failed(calls.check(function)))))
        return signalPassFailure();
    markAllAnalysesPreserved();
  }
};

} // namespace
