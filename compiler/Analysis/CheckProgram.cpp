// The pass ag-check-program: what no later pass could compile is refused at its line.
// Afterwards attributes of the program are of their kinds, its calls end in functions with bodies,
// each function is one block, and ops on tensors are agc's or can work on buffers.
#include "compiler/Analysis/Passes.h"
#include "compiler/Lowering/Export.h"
#include "dialect/AgDialect.h"
#include "dialect/AgtDialect.h"
#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"

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

/// Whether an op's tensors can become buffers: of ops of agc it is for the lowering to say, and
/// casts stand for values from elsewhere.
bool hasBuffers(Operation *op) {
  if (isa<ag::AgDialect, agt::AgtDialect, func::FuncDialect, BuiltinDialect>(op->getDialect()) ||
      isa<bufferization::BufferizableOpInterface>(op))
    return true;
  auto isTensor = [](Type type) { return isa<TensorType>(type); };
  return llvm::none_of(op->getOperandTypes(), isTensor) &&
         llvm::none_of(op->getResultTypes(), isTensor);
}

LogicalResult checkOps(func::FuncOp function) {
  if (!llvm::hasSingleElement(function.getBody()))
    return function.front().getTerminator()->emitError()
           << "branches between blocks cannot be compiled, only ag.if and ag.for";
  WalkResult result = function.walk([](Operation *op) {
    if (hasBuffers(op))
      return WalkResult::advance();
    op->emitError() << "'" << op->getName() << "' on tensors cannot be compiled, only ops of ag";
    return WalkResult::interrupt();
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
