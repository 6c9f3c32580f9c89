// The pass ag-derive-functions: plain functions get their derivatives as functions of their own.
// Afterwards F_vjp stands beside F where it can be differentiated; F_jvp and F.split, which
// ag-partition parts into F_fwd and F_bwd, where they were asked for.
#include "compiler/Autodiff/KeepChecks.h"
#include "compiler/Autodiff/Passes.h"
#include "compiler/Autodiff/Sweep.h"
#include "compiler/Autodiff/Vjp.h"
#include "compiler/Lowering/Export.h"
#include "compiler/Transforms/Passes.h"
#include "dialect/AgDialect.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Pass/PassManager.h"
#include "runtime/include/agc/agc.h"

namespace agc {
#define GEN_PASS_DEF_DERIVEFUNCTIONS
#include "compiler/Autodiff/Passes.h.inc"
} // namespace agc

using namespace mlir;
using namespace agc;

namespace {

std::string resultName(func::FuncOp function, unsigned i) {
  auto name = function.getResultAttrOfType<StringAttr>(i, attr::kName);
  return name ? name.str() : "result" + std::to_string(i);
}

/// Whether a function is maths of its arguments alone, in which no gradient is taken.
bool isPlain(func::FuncOp function) {
  if (!function->hasAttr(attr::kExport) || !llvm::hasSingleElement(function.getBody()))
    return false;
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    if (function.getArgAttr(i, attr::kState) ||
        !isa<RankedTensorType>(function.getArgument(i).getType()))
      return false;
  return !function
              .walk([](Operation *op) {
                return isa<ag::GradOp, ag::JvpOp>(op) ? WalkResult::interrupt()
                                                      : WalkResult::advance();
              })
              .wasInterrupted();
}

/// The names of the `?` extents of each result: an argument's where it is one of its, else "".
using ExtentNames = SmallVector<SmallVector<std::string>>;

/// Makes the derivatives of one function.
class Deriver {
public:
  Deriver(func::FuncOp function, ExtentNames names)
      : function(function), names(std::move(names)), last(function) {
    for (BlockArgument arg : function.getArguments())
      if (isDifferentiable(arg.getType()))
        wrt.push_back(arg.getArgNumber());
    for (unsigned i = 0; i < function.getNumResults(); ++i)
      if (isDifferentiable(function.getResultTypes()[i]))
        outputs.push_back(i);
  }

  /// Why there is nothing to derive; empty where there is.
  std::string why() const {
    return wrt.empty() ? "no argument has a float type"
                       : (outputs.empty() ? "no result has a float type" : "");
  }

  /// What was made last.
  Operation *made() { return last; }

  LogicalResult makeVjp() {
    func::FuncOp derived = copy("_vjp");
    OpBuilder b(derived.getBody().front().getTerminator());
    keepChecks(b, function.getLoc(), returned(derived));
    FailureOr<SmallVector<Value>> gradients = appendBackward(derived);
    if (failed(gradients))
      return undo(derived);
    setResults(derived, *gradients, gradientAttrs());
    return success();
  }

  LogicalResult makeJvp() {
    func::FuncOp derived = copy("_jvp");
    SmallVector<Value> results = returned(derived), tangents, values;
    for (unsigned arg : wrt) {
      SmallVector<std::string> own;
      for (int64_t dim = 0; dim < typeOf(arg).getRank(); ++dim)
        own.push_back(typeOf(arg).isDynamicDim(dim) ? extentName(function, arg, dim) : "");
      tangents.push_back(
          addArgument(derived, typeOf(arg), argumentName(function, arg) + "_tangent", own));
    }
    for (unsigned i : outputs)
      values.push_back(results[i]);
    OpBuilder b(derived.getBody().front().getTerminator());
    Location loc = function.getLoc();
    FailureOr<SmallVector<Value>> found =
        forwardSweep(b, loc, opsBehind(values), values, arguments(derived), tangents);
    if (failed(found))
      return undo(derived);
    SmallVector<DictionaryAttr> attrs;
    for (unsigned i = 0; i < function.getNumResults(); ++i)
      attrs.push_back(named(function.getResultAttrDict(i), resultName(function, i)));
    for (auto [i, tangent, value] : llvm::zip_equal(outputs, *found, values)) {
      results.push_back(fitOrZero(b, loc, tangent, value));
      attrs.push_back(named({}, resultName(function, i) + "_tangent"));
    }
    setResults(derived, results, attrs);
    return success();
  }

  LogicalResult makeSplit() {
    func::FuncOp derived = copy(".split");
    SmallVector<Value> results = returned(derived);
    FailureOr<SmallVector<Value>> gradients = appendBackward(derived);
    if (failed(gradients))
      return undo(derived);
    SmallVector<DictionaryAttr> attrs;
    for (unsigned i = 0; i < function.getNumResults(); ++i)
      attrs.push_back(named(function.getResultAttrDict(i), resultName(function, i)));
    llvm::append_range(attrs, gradientAttrs());
    llvm::append_range(results, *gradients);
    setResults(derived, results, attrs);
    derived->removeAttr(attr::kExport);
    derived.setPrivate();
    derived->setAttr(attr::kSplit,
                     DenseI64ArrayAttr::get(function.getContext(), {function.getNumArguments(),
                                                                    function.getNumResults()}));
    return success();
  }

  /// The program's own function of a name that a derivative takes.
  Operation *findTaken(ArrayRef<StringRef> suffixes) {
    for (StringRef suffix : suffixes)
      if (Operation *taken = function->getParentOfType<ModuleOp>().lookupSymbol(
              (function.getName() + suffix).str()))
        return taken;
    return nullptr;
  }

private:
  RankedTensorType typeOf(unsigned arg) {
    return cast<RankedTensorType>(function.getArgument(arg).getType());
  }

  DictionaryAttr named(DictionaryAttr attrs, const std::string &name) {
    NamedAttrList list(attrs);
    list.set(attr::kName, StringAttr::get(function.getContext(), name));
    return list.getDictionary(function.getContext());
  }

  func::FuncOp copy(StringRef suffix) {
    OpBuilder b(function.getContext());
    b.setInsertionPointAfter(last);
    auto made = cast<func::FuncOp>(b.clone(*function));
    last = made;
    made.setName((function.getName() + suffix).str());
    made->removeAttr(attr::kDerive);
    made->removeAttr(attr::kStructure); // what it returns is its own
    // The arguments are the leaves here, and not the marks that the program made of them.
    made.walk([](ag::LeafMarkOp mark) {
      if (isa<BlockArgument>(mark.getSelf()))
        mark.replaceAllUsesWith(mark.getSelf());
    });
    return made;
  }

  LogicalResult undo(func::FuncOp made) {
    last = made->getPrevNode();
    made.erase();
    return failure();
  }

  static SmallVector<Value> returned(func::FuncOp made) {
    return SmallVector<Value>(made.getBody().front().getTerminator()->getOperands());
  }

  SmallVector<Value> arguments(func::FuncOp made) {
    return llvm::map_to_vector(wrt, [&](unsigned i) -> Value { return made.getArgument(i); });
  }

  Value addArgument(func::FuncOp made, Type type, const std::string &name,
                    ArrayRef<std::string> extents) {
    Builder b(function.getContext());
    SmallVector<StringRef> refs(extents.begin(), extents.end());
    NamedAttrList attrs;
    attrs.set(attr::kName, b.getStringAttr(name));
    if (!cast<RankedTensorType>(type).hasStaticShape())
      attrs.set(attr::kExtents, b.getStrArrayAttr(refs));
    unsigned at = made.getNumArguments();
    (void)made.insertArgument(at, type, attrs.getDictionary(b.getContext()), function.getLoc());
    return made.getArgument(at);
  }

  /// Adds a cotangent argument for each float result, and the ops of the gradients.
  FailureOr<SmallVector<Value>> appendBackward(func::FuncOp made) {
    SmallVector<Value> results = returned(made), values, seeds;
    OpBuilder b(made.getBody().front().getTerminator());
    Location loc = function.getLoc();
    for (unsigned i : outputs) {
      std::string name = resultName(function, i) + "_cotangent";
      values.push_back(results[i]);
      seeds.push_back(addArgument(made, results[i].getType(), name, names[i]));
      checkExtents(b, results[i], seeds.back(), names[i]);
    }
    FailureOr<SmallVector<Value>> gradients =
        reverseSweep(b, loc, opsBehind(values), values, seeds, arguments(made));
    if (failed(gradients))
      return failure();
    for (auto [gradient, arg] : llvm::zip_equal(*gradients, arguments(made)))
      gradient = fitOrZero(b, loc, gradient, arg);
    return gradients;
  }

  /// An extent that is no argument's is compared when the function is called.
  void checkExtents(OpBuilder &b, Value result, Value cotangent, ArrayRef<std::string> known) {
    Location loc = function.getLoc();
    auto type = cast<RankedTensorType>(result.getType());
    for (int64_t dim = 0; dim < type.getRank(); ++dim) {
      if (!type.isDynamicDim(dim) || !known[dim].empty())
        continue;
      Value expected = b.createOrFold<tensor::DimOp>(loc, result, dim);
      Value given = b.createOrFold<tensor::DimOp>(loc, cotangent, dim);
      Value equal =
          arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, expected, given).getResult();
      auto check = cf::AssertOp::create(b, loc, equal, "a cotangent has not its result's extent");
      check->setAttr(attr::kStatus, b.getI32IntegerAttr(AGC_ERROR_EXTENT));
    }
  }

  SmallVector<DictionaryAttr> gradientAttrs() {
    return llvm::map_to_vector(
        wrt, [&](unsigned i) { return named({}, argumentName(function, i) + "_gradient"); });
  }

  static void setResults(func::FuncOp made, ArrayRef<Value> results,
                         ArrayRef<DictionaryAttr> attrs) {
    made.getBody().front().getTerminator()->setOperands(results);
    made.setResAttrsAttr({});
    made.setFunctionType(FunctionType::get(made.getContext(), made.getArgumentTypes(),
                                           TypeRange(ValueRange(results))));
    made.setAllResultAttrs(attrs);
  }

  func::FuncOp function;
  ExtentNames names; ///< of the results
  Operation *last;   ///< where the next one goes
  SmallVector<unsigned> wrt, outputs;
};

/// One way to derive: its word, and whether it is wanted of every function that has it.
struct Kind {
  StringRef word;
  SmallVector<StringRef, 2> suffixes;
  LogicalResult (Deriver::*make)();
  bool everywhere;
};

struct DeriveFunctions : agc::impl::DeriveFunctionsBase<DeriveFunctions> {
  using DeriveFunctionsBase::DeriveFunctionsBase;

  void runOnOperation() override {
    SmallVector<func::FuncOp> functions(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp function : functions)
      if (!function.isExternal() && failed(derive(function)))
        return signalPassFailure();
  }

private:
  LogicalResult derive(func::FuncOp function) {
    Kind kinds[] = {{"vjp", {"_vjp"}, &Deriver::makeVjp, vjp},
                    {"jvp", {"_jvp"}, &Deriver::makeJvp, jvp},
                    {"split", {"_fwd", "_bwd"}, &Deriver::makeSplit, split}};
    auto asked = function->getAttrOfType<ArrayAttr>(attr::kDerive);
    if (function->hasAttr(attr::kDerive) && !asked)
      return function.emitError("'agc.derive' must be a list of vjp, jvp and split");
    if (asked)
      for (Attribute word : asked)
        if (auto text = dyn_cast<StringAttr>(word);
            !text || llvm::none_of(kinds, [&](Kind &k) { return k.word == text.getValue(); }))
          return function.emitError() << "cannot derive " << word << ", only vjp, jvp and split";
    bool plain = isPlain(function);
    if (asked && !asked.empty() && !plain)
      return function.emitError("a function with a state or gradients of its own has no "
                                "derivatives: 'agc.derive' must go");
    if (!plain || (!asked && llvm::none_of(kinds, [](Kind &k) { return k.everywhere; })))
      return success();
    FailureOr<ExtentNames> names = nameExtents(function);
    if (failed(names))
      return failure();
    Deriver deriver(function, *names);
    for (const Kind &kind : kinds) {
      bool must =
          asked && llvm::is_contained(asked, Builder(&getContext()).getStringAttr(kind.word));
      if (must ? failed(makeOne(deriver, function, kind))
               : !asked && kind.everywhere && failed(tryOne(deriver, function, kind)))
        return failure();
    }
    return success();
  }

  LogicalResult makeOne(Deriver &deriver, func::FuncOp function, const Kind &kind) {
    if (std::string why = deriver.why(); !why.empty())
      return function.emitError() << "has no derivative: " << why;
    if (Operation *taken = deriver.findTaken(kind.suffixes))
      return refuse(function, kind, taken);
    return (deriver.*kind.make)();
  }

  /// A derivative neither replaces a function of the program nor is left out for it in silence.
  LogicalResult refuse(func::FuncOp function, const Kind &kind, Operation *taken) {
    InFlightDiagnostic error = taken->emitError()
                               << "'" << SymbolTable::getSymbolName(taken).getValue()
                               << "' is the name of what is derived from '" << function.getName()
                               << "': rename it, or derive no " << kind.word
                               << " (agc.derive = [] or --derive=none)";
    error.attachNote(function.getLoc()) << "derived from this function";
    return error;
  }

  /// Where it cannot be made, a remark says why.
  LogicalResult tryOne(Deriver &deriver, func::FuncOp function, const Kind &kind) {
    if (!deriver.why().empty())
      return success();
    std::string problem;
    Location where = function.getLoc();
    Operation *taken = deriver.findTaken(kind.suffixes);
    bool isMade;
    {
      ScopedDiagnosticHandler capture(&getContext(), [&](Diagnostic &diagnostic) {
        if (problem.empty() && diagnostic.getSeverity() == DiagnosticSeverity::Error) {
          problem = diagnostic.str();
          where = diagnostic.getLocation();
        }
        return success();
      });
      isMade = succeeded((deriver.*kind.make)());
    }
    if (isMade && taken)
      return refuse(function, kind, taken);
    if (isMade && deriver.made()->hasAttr(attr::kExport)) // F.split is asked for
      deriver.made()->setAttr(attr::kOptional, UnitAttr::get(&getContext()));
    if (isMade)
      return success();
    InFlightDiagnostic remark = function.emitRemark();
    remark << "'" << function.getName() << "' has no " << kind.word << " in the interface";
    remark.attachNote(where) << problem;
    return success();
  }

  /// Finds which results' extents are arguments': a copy that returns them is simplified.
  FailureOr<ExtentNames> nameExtents(func::FuncOp function) {
    ExtentNames names;
    for (Type type : function.getResultTypes())
      names.emplace_back(isa<RankedTensorType>(type) ? cast<RankedTensorType>(type).getRank() : 0);
    OpBuilder b(function);
    auto probe = cast<func::FuncOp>(b.clone(*function));
    probe.setName((function.getName() + ".extents").str());
    probe.setPrivate();
    Operation *ret = probe.getBody().front().getTerminator();
    b.setInsertionPoint(ret);
    SmallVector<Value> extents;
    SmallVector<std::string *> places;
    for (auto [i, result] : llvm::enumerate(ret->getOperands()))
      if (auto type = dyn_cast<RankedTensorType>(result.getType()))
        for (int64_t dim = 0; dim < type.getRank(); ++dim)
          if (type.isDynamicDim(dim)) {
            extents.push_back(tensor::DimOp::create(b, result.getLoc(), result, dim));
            places.push_back(&names[i][dim]);
          }
    LogicalResult simplified = success();
    if (!extents.empty()) {
      ret->setOperands(extents);
      probe.setResAttrsAttr({});
      probe.setFunctionType(b.getFunctionType(probe.getArgumentTypes(),
                                              SmallVector<Type>(extents.size(), b.getIndexType())));
      OpPassManager pm(func::FuncOp::getOperationName());
      pm.addPass(createExpandComposites());
      pm.addPass(createSimplify());
      simplified = runPipeline(pm, probe);
      for (auto [place, extent] : llvm::zip_equal(places, ret->getOperands()))
        if (auto dim = extent.getDefiningOp<tensor::DimOp>())
          if (auto arg = dyn_cast<BlockArgument>(dim.getSource()); arg && knownDim(dim))
            *place = extentName(function, arg.getArgNumber(), *knownDim(dim));
    }
    probe.erase();
    if (failed(simplified))
      return failure();
    return names;
  }
};

} // namespace
