// The pass ag-pack-residuals: what a forward leaves for its backward is one buffer of the caller's.
// Afterwards a function has at most one argument with agc.residual, a buffer of bytes whose parts
// lie alike in both.
#include "compiler/Lowering/Bounds.h"
#include "compiler/Lowering/Export.h"
#include "compiler/Lowering/Passes.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/IR/IRMapping.h"
#include "runtime/include/agc/agc.h"

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
  explicit Packer(func::FuncOp function)
      : function(function), b(function.getContext()), loc(function.getLoc()) {
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      if (function.getArgAttr(i, attr::kResidual))
        residuals.push_back(i);
    numIndices =
        llvm::count_if(function.getArgumentTypes(), [](Type type) { return type.isIndex(); });
  }

  LogicalResult run() {
    if (residuals.empty())
      return success();
    if (failed(findExtents()))
      return function.emitError("an extent of a residual is no argument's");
    Block &body = function.getBody().front();
    b.setInsertionPointToStart(&body);
    SmallVector<OpFoldResult> offsets = {b.getIndexAttr(0)};
    for (unsigned i : residuals)
      offsets.push_back(endOf(body, i, offsets.back()));
    std::optional<int64_t> bytes = getConstantIntValue(offsets.back());
    int64_t extent = bytes ? *bytes : -1 - addSizeFunction(offsets.back());

    unsigned first = residuals.front();
    auto type = MemRefType::get({bytes.value_or(ShapedType::kDynamic)}, b.getI8Type());
    (void)function.insertArgument(first, type, attributes(type.getShape().front(), extent), loc);
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
    return success();
  }

private:
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

  func::FuncOp function;
  OpBuilder b;
  Location loc;
  SmallVector<unsigned> residuals; ///< numbers of arguments, one after the other
  unsigned numIndices = 0;
  DenseMap<unsigned, SmallVector<unsigned>> extents; ///< index arguments, by residual
};

struct PackResiduals : agc::impl::PackResidualsBase<PackResiduals> {
  void runOnOperation() override {
    for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (function->hasAttr(attr::kExport) && !function.isExternal())
        if (failed(Packer(function).run()))
          return signalPassFailure();
  }
};

} // namespace
