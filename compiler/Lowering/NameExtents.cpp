// The pass ag-name-extents: every `?` extent of an exported function becomes an index argument.
// Run again, it takes up the tensor.dim ops that have come since. Afterwards inputs' extents are
// the arguments of that name, and outputs' are returned beside them.
#include "compiler/Lowering/Export.h"
#include "compiler/Lowering/Passes.h"

namespace agc {
#define GEN_PASS_DEF_NAMEEXTENTS
#include "compiler/Lowering/Passes.h.inc"
} // namespace agc

using namespace mlir;
using namespace agc;

namespace {

struct NameExtents : agc::impl::NameExtentsBase<NameExtents> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr(attr::kExport) && !function.isExternal())
        if (failed(nameExtents(function)))
          return signalPassFailure();
  }

private:
  LogicalResult nameExtents(func::FuncOp function) {
    SmallVector<std::string> names;
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      if (auto name = function.getArgAttrOfType<StringAttr>(i, attr::kExtent))
        names.push_back(name.str());
    size_t known = names.size();
    // Names first: inserting arguments shifts their numbers.
    SmallVector<std::pair<Value, SmallVector<std::string>>> tensors;
    for (unsigned i = known; i < function.getNumArguments(); ++i) {
      FailureOr<SmallVector<std::string>> own = nameArgument(function, i, names);
      if (failed(own))
        return failure();
      tensors.push_back({function.getArgument(i), *own});
    }
    Builder b(&getContext());
    for (size_t i = known; i < names.size(); ++i) {
      NamedAttribute named(b.getStringAttr(attr::kExtent), b.getStringAttr(names[i]));
      if (failed(function.insertArgument(i, b.getIndexType(), b.getDictionaryAttr(named),
                                         function.getLoc())))
        return failure();
    }
    if (failed(checkDims(function)))
      return failure();
    for (auto &[tensor, own] : tensors)
      for (Operation *user : llvm::make_early_inc_range(tensor.getUsers()))
        if (auto dim = dyn_cast<tensor::DimOp>(user))
          if (std::optional<int64_t> i = knownDim(dim); i && !own[*i].empty()) {
            dim.replaceAllUsesWith(
                Value(function.getArgument(llvm::find(names, own[*i]) - names.begin())));
            dim.erase();
          }
    if (failed(checkResults(function)))
      return failure();
    bool returned = llvm::any_of(function.getResultTypes(), [](Type t) { return t.isIndex(); });
    return returned ? success() : returnExtents(function);
  }

  /// Refuses extents that a tensor does not have: what follows would take them for its own.
  LogicalResult checkDims(func::FuncOp function) {
    WalkResult result = function.walk([&](tensor::DimOp op) {
      std::optional<int64_t> dim = op.getConstantIndex();
      if (!dim || knownDim(op))
        return WalkResult::advance();
      op.emitError() << "dim " << *dim << " is out of range for " << op.getSource().getType();
      return WalkResult::interrupt();
    });
    return failure(result.wasInterrupted());
  }

  /// A function is one block, and gives tensors and their extents.
  LogicalResult checkResults(func::FuncOp function) {
    if (!llvm::hasSingleElement(function.getBody()))
      return function.emitError() << "an exported function must be one block";
    for (auto [i, type] : llvm::enumerate(function.getResultTypes()))
      if (!isa<RankedTensorType, IndexType>(type))
        return function.emitError()
               << "result " << i << " of an exported function must be a tensor, not " << type;
    return success();
  }

  /// The names of an argument's extents, "" for known ones; new ones join `names`.
  FailureOr<SmallVector<std::string>> nameArgument(func::FuncOp function, unsigned arg,
                                                   SmallVectorImpl<std::string> &names) {
    auto type = dyn_cast<RankedTensorType>(function.getArgument(arg).getType());
    if (!type)
      return function.emitError() << "argument " << arg
                                  << " of an exported function must be a tensor";
    SmallVector<std::string> own(type.getRank());
    for (int64_t dim = 0; dim < type.getRank(); ++dim) {
      if (!type.isDynamicDim(dim))
        continue;
      if (function.getArgAttr(arg, attr::kState))
        return function.emitError() << "a part of the state must have known extents";
      own[dim] = extentName(function, arg, dim);
      if (!llvm::is_contained(names, own[dim]))
        names.push_back(own[dim]);
    }
    SmallVector<StringRef> refs(own.begin(), own.end());
    function.setArgAttr(arg, attr::kExtents, Builder(&getContext()).getStrArrayAttr(refs));
    return own;
  }

  /// Returns the `?` extents of the results too, for the simplifications that follow to work out.
  LogicalResult returnExtents(func::FuncOp function) {
    auto ret = cast<func::ReturnOp>(function.getBody().front().getTerminator());
    OpBuilder b(ret);
    for (Value result : llvm::to_vector(ret.getOperands())) {
      auto type = cast<RankedTensorType>(result.getType());
      for (int64_t dim = 0; dim < type.getRank(); ++dim) {
        if (!type.isDynamicDim(dim))
          continue;
        ret->insertOperands(ret.getNumOperands(),
                            b.createOrFold<tensor::DimOp>(ret.getLoc(), result, dim));
        if (failed(function.insertResult(function.getNumResults(), b.getIndexType(), {})))
          return failure();
      }
    }
    return success();
  }
};

} // namespace
