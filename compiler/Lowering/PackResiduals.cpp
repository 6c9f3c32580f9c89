// The pass ag-pack-residuals: what a forward leaves for its backward is one buffer of the caller's.
// Afterwards a function has at most one argument with agc.residual, a buffer of bytes whose parts
// lie alike in both, behind words that say whose it is: the forward writes them when all else is
// written, the backward compares them before it does anything.
#include "compiler/Lowering/Bounds.h"
#include "compiler/Lowering/Export.h"
#include "compiler/Lowering/Lowering.h"
#include "compiler/Lowering/Passes.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/IR/IRMapping.h"
#include "runtime/include/agc/agc.h"
#include "llvm/Support/xxhash.h"

namespace agc {
#define GEN_PASS_DEF_PACKRESIDUALS
#include "compiler/Lowering/Passes.h.inc"
} // namespace agc

using namespace mlir;
using namespace agc;

namespace {

/// Packs one function's residuals.
class Packer {
public:
  /// `forward` is the function that leaves the residuals: this one, or the backward's other half.
  Packer(func::FuncOp function, func::FuncOp forward, StringRef model)
      : function(function), forward(forward), model(model), b(function.getContext()),
        loc(function.getLoc()) {
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      if (function.getArgAttr(i, attr::kResidual))
        residuals.push_back(i);
    numIndices =
        llvm::count_if(function.getArgumentTypes(), [](Type type) { return type.isIndex(); });
  }

  LogicalResult run() {
    if (residuals.empty())
      return success();
    if (failed(findOwners()) || failed(findExtents()))
      return function.emitError("an extent of a residual is no argument's");
    Block &body = function.getBody().front();
    b.setInsertionPointToStart(&body);
    int64_t numWords = 1 + owners.size();
    SmallVector<OpFoldResult> offsets = {
        b.getIndexAttr(llvm::alignTo(numWords * sizeof(int64_t), AGC_ALIGNMENT))};
    for (unsigned i : residuals)
      offsets.push_back(endOf(body, i, offsets.back()));
    std::optional<int64_t> bytes = getConstantIntValue(offsets.back());
    int64_t extent = bytes ? *bytes : -1 - addSizeFunction(offsets.back());

    unsigned first = residuals.front();
    auto type = MemRefType::get({bytes.value_or(ShapedType::kDynamic)}, b.getI8Type());
    (void)function.insertArgument(first, type, attributes(type.getShape().front(), extent), loc);
    Value words = memref::ViewOp::create(b, loc, MemRefType::get({numWords}, b.getI64Type()),
                                         body.getArgument(first), constant(0), ValueRange());
    uint64_t owner = ownerHash();
    for (auto [i, offset] : llvm::zip(residuals, offsets)) {
      BlockArgument old = body.getArgument(i + 1);
      Value place = memref::ViewOp::create(b, loc, old.getType(), body.getArgument(first),
                                           getValueOrCreateConstantIndexOp(b, loc, offset),
                                           dynamicExtents(i));
      old.replaceAllUsesWith(place);
    }
    BitVector gone(function.getNumArguments());
    for (unsigned i : residuals)
      gone.set(i + 1);
    (void)function.eraseArguments(gone);
    if (function == forward)
      writeOwner(words, owner);
    else
      checkOwner(words, owner);
    return success();
  }

private:
  /// The forward's extents among this function's.
  LogicalResult findOwners() {
    for (unsigned i = 0; i < forward.getNumArguments(); ++i)
      if (forward.getArgAttr(i, attr::kExtent)) {
        owners.push_back(indexNamed(extentAt(forward, i)));
        if (owners.back() == numIndices)
          return failure();
      }
    return success();
  }

  /// Of all by which one forward's residuals differ from another's, but for the extents: also of
  /// another version of the same function.
  uint64_t ownerHash() {
    std::string text;
    llvm::raw_string_ostream os(text);
    os << "agc " << AGC_VERSION << ' ' << model << ' ' << forward.getName();
    if (auto body = forward->getAttrOfType<IntegerAttr>(attr::kBody))
      os << ' ' << body.getInt();
    for (unsigned i : owners)
      os << ' ' << extentAt(function, i);
    for (unsigned i : residuals)
      os << ' ' << function.getArgument(i + 1).getType();
    return llvm::xxh3_64bits(text);
  }

  void writeOwner(Value words, uint64_t owner) {
    b.setInsertionPoint(function.getBody().front().getTerminator());
    memref::StoreOp::create(b, loc, number(owner), words, constant(0));
    for (auto [k, i] : llvm::enumerate(owners)) {
      Value extent = arith::IndexCastOp::create(b, loc, b.getI64Type(), function.getArgument(i));
      memref::StoreOp::create(b, loc, extent, words, constant(1 + k));
    }
  }

  void checkOwner(Value words, uint64_t owner) {
    Value found = memref::LoadOp::create(b, loc, words, constant(0));
    buildCheck(b, loc, equal(found, number(owner)), AGC_ERROR_RESIDUAL,
               "the residual was not left by '" + forward.getName() +
                   "' of this model: call it first, with this residual");
    for (auto [k, i] : llvm::enumerate(owners)) {
      Value made = memref::LoadOp::create(b, loc, words, constant(1 + k));
      Value extent = arith::IndexCastOp::create(b, loc, b.getI64Type(), function.getArgument(i));
      // A format: a name may have any character.
      std::string name;
      for (char c : extentAt(function, i))
        name += c == '%' ? "%%" : std::string(1, c);
      buildCheck(
          b, loc, equal(made, extent), AGC_ERROR_RESIDUAL,
          "the residual was left by a call with another extent '" + extentAt(function, i) + "'",
          "the residual was left by a call with extent '" + Twine(name) + "' = %lld, got %lld");
    }
  }

  Value equal(Value x, Value y) {
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, x, y);
  }

  static StringRef extentAt(func::FuncOp of, unsigned i) {
    return of.getArgAttrOfType<StringAttr>(i, attr::kExtent).getValue();
  }

  /// The `?` extents of each residual: of an output by their numbers, of an input by their names.
  LogicalResult findExtents() {
    for (unsigned arg : residuals) {
      auto type = cast<MemRefType>(function.getArgument(arg).getType());
      auto shape = function.getArgAttrOfType<DenseI64ArrayAttr>(arg, attr::kShape);
      for (int64_t dim = 0; dim < type.getRank(); ++dim) {
        if (!type.isDynamicDim(dim))
          continue;
        unsigned index = shape ? -1 - shape[dim] : indexNamed(extentName(function, arg, dim));
        if (index >= numIndices)
          return failure();
        extents[arg].push_back(index);
      }
    }
    return success();
  }

  /// The index argument of that name, or numIndices.
  unsigned indexNamed(StringRef name) {
    for (unsigned i = 0; i < numIndices; ++i)
      if (function.getArgAttrOfType<StringAttr>(i, attr::kExtent).getValue() == name)
        return i;
    return numIndices;
  }

  SmallVector<Value> dynamicExtents(unsigned residual) {
    return llvm::map_to_vector(extents[residual],
                               [&](unsigned i) -> Value { return function.getArgument(i); });
  }

  /// Where the next part begins.
  OpFoldResult endOf(Block &body, unsigned arg, OpFoldResult start) {
    auto type = cast<MemRefType>(body.getArgument(arg).getType());
    int64_t known = elementBytes(type.getElementType());
    for (int64_t extent : type.getShape())
      known *= ShapedType::isDynamic(extent) ? 1 : extent;
    SmallVector<Value> extents = dynamicExtents(arg);
    if (extents.empty() && isa<Attribute>(start))
      return b.getIndexAttr(*getConstantIntValue(start) +
                            int64_t(llvm::alignTo(known, AGC_ALIGNMENT)));
    Value size = constant(known);
    for (Value extent : extents)
      size = arith::MulIOp::create(b, loc, size, extent);
    size = arith::AddIOp::create(b, loc, size, constant(AGC_ALIGNMENT - 1));
    size = arith::AndIOp::create(b, loc, size, constant(-int64_t(AGC_ALIGNMENT)));
    return arith::AddIOp::create(b, loc, getValueOrCreateConstantIndexOp(b, loc, start), size)
        .getResult();
  }

  Value number(uint64_t value) {
    return arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(int64_t(value)));
  }

  Value constant(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }

  /// Makes the function that computes the size; returns the extent's number.
  int64_t addSizeFunction(OpFoldResult end) {
    OpBuilder top(function);
    std::string name = (function.getName() + ".residual").str();
    auto size = func::FuncOp::create(
        top, loc, name,
        top.getFunctionType(SmallVector<Type>(numIndices, top.getIndexType()), top.getIndexType()));
    size.setPrivate();
    Block *block = size.addEntryBlock();
    IRMapping mapping;
    for (unsigned i = 0; i < numIndices; ++i)
      mapping.map(function.getArgument(i), block->getArgument(i));
    top.setInsertionPointToStart(block);
    // What was emitted so far is arithmetic on extents.
    for (Operation &op :
         llvm::make_range(function.getBody().front().begin(), b.getInsertionPoint()))
      top.clone(op, mapping);
    func::ReturnOp::create(top, loc, mapping.lookup(cast<Value>(end)));
    SmallVector<Attribute> derived;
    if (auto known = function->getAttrOfType<ArrayAttr>(attr::kDerived))
      llvm::append_range(derived, known);
    derived.push_back(FlatSymbolRefAttr::get(top.getContext(), name));
    function->setAttr(attr::kDerived, top.getArrayAttr(derived));
    return numIndices + derived.size() - 1;
  }

  DictionaryAttr attributes(int64_t bytes, int64_t extent) {
    bool isOutput = function.getArgAttr(residuals.front(), attr::kShape) != nullptr;
    auto byte = b.getIntegerType(8, /*isSigned=*/false);
    NamedAttrList attrs;
    attrs.set(attr::kName, b.getStringAttr("residual"));
    attrs.set(attr::kType, TypeAttr::get(RankedTensorType::get({bytes}, byte)));
    attrs.set(attr::kAlignment, b.getI64IntegerAttr(AGC_ALIGNMENT));
    attrs.set(attr::kShape, b.getDenseI64ArrayAttr({extent}));
    attrs.set(attr::kResidual, b.getUnitAttr());
    if (!isOutput)
      attrs.set(attr::kInput, b.getUnitAttr());
    return attrs.getDictionary(b.getContext());
  }

  func::FuncOp function, forward;
  StringRef model;
  OpBuilder b;
  Location loc;
  SmallVector<unsigned> residuals; ///< numbers of arguments, one after the other
  SmallVector<unsigned> owners;    ///< numbers of the arguments that are the forward's extents
  unsigned numIndices = 0;
  DenseMap<unsigned, SmallVector<unsigned>> extents; ///< index arguments, by residual
};

/// The function that leaves the residuals which `function` is given, else `function`.
FailureOr<func::FuncOp> forwardOf(func::FuncOp function, ModuleOp module) {
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    if (auto name = function.getArgAttrOfType<FlatSymbolRefAttr>(i, attr::kResidual)) {
      if (auto forward = module.lookupSymbol<func::FuncOp>(name.getAttr()))
        return forward;
      return function.emitError() << "there is no " << name << ", which leaves its residuals";
    }
  return function;
}

struct PackResiduals : agc::impl::PackResidualsBase<PackResiduals> {
  using PackResidualsBase::PackResidualsBase;

  void runOnOperation() override {
    for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (function->hasAttr(attr::kExport) && !function.isExternal()) {
        FailureOr<func::FuncOp> forward = forwardOf(function, getOperation());
        if (failed(forward) || failed(Packer(function, *forward, model).run()))
          return signalPassFailure();
      }
  }
};

} // namespace
