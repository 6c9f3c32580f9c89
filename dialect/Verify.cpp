// Verifiers and result types of the ops that are classes of their own; each rule's label
// is the one in the op's description.
#include "dialect/AgDialect.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace agc::ag {

// ---------------------------------------------------------------- contraction

namespace {
/// "mk,kn->mn" in its three parts.
struct Subscripts {
  StringRef self, other, result;
};
} // namespace

static FailureOr<Subscripts> parseSubscripts(std::optional<Location> loc, StringRef text) {
  Subscripts parts;
  StringRef left;
  std::tie(left, parts.result) = text.split("->");
  std::tie(parts.self, parts.other) = left.split(',');
  auto wellFormed = [](StringRef letters) {
    return llvm::all_of(letters, [&](char c) { return llvm::isLower(c) && letters.count(c) == 1; });
  };
  if (!text.contains("->") || left.count(',') != 1 || !wellFormed(parts.self) ||
      !wellFormed(parts.other) || !wellFormed(parts.result))
    return emitOptionalError(loc, "C1: expected subscripts such as 'mk,kn->mn', got '", text, "'");
  for (char c : parts.result)
    if (!parts.self.contains(c) && !parts.other.contains(c))
      return emitOptionalError(loc, "C4: the result's letter '", StringRef(&c, 1),
                               "' stands in no operand");
  for (auto [mine, theirs] : {std::pair(parts.self, parts.other), {parts.other, parts.self}})
    for (char c : mine)
      if (!theirs.contains(c) && !parts.result.contains(c))
        return emitOptionalError(loc, "C4: the letter '", StringRef(&c, 1),
                                 "' stands in one operand only");
  return parts;
}

LogicalResult ContractOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                           Adaptor adaptor, SmallVectorImpl<Type> &types) {
  FailureOr<Subscripts> parts = parseSubscripts(loc, adaptor.getSubscripts());
  if (failed(parts))
    return failure();
  llvm::SmallDenseMap<char, int64_t> extents;
  RankedTensorType self = tensorType(adaptor.getSelf()), other = tensorType(adaptor.getOther());
  for (auto [letters, type] : {std::pair(parts->self, self), {parts->other, other}}) {
    if (int64_t(letters.size()) != type.getRank())
      return emitOptionalError(loc, "C2: '", letters, "' does not count the dims of ", type);
    for (auto [c, extent] : llvm::zip(letters, type.getShape())) {
      auto [it, isNew] = extents.try_emplace(c, extent);
      if (isNew || it->second == extent || ShapedType::isDynamic(extent))
        continue;
      if (!ShapedType::isDynamic(it->second))
        return emitOptionalError(loc, "C3: dim '", StringRef(&c, 1), "' has extents ", it->second,
                                 " and ", extent);
      it->second = extent;
    }
  }
  if (self.getElementType() != other.getElementType())
    return emitOptionalError(loc, "the operands have element types ", self.getElementType(),
                             " and ", other.getElementType());
  Shape shape = llvm::map_to_vector(parts->result, [&](char c) { return extents[c]; });
  types.push_back(RankedTensorType::get(shape, self.getElementType()));
  return success();
}

LogicalResult ContractOp::verify() { return success(); }

// ---------------------------------------------------------------- movement

LogicalResult CastOp::verify() {
  if (failed(verifyCompatibleShape(getSelf().getType(), getType())))
    return emitOpError() << "C1: operand and result have different shapes";
  return success();
}

LogicalResult IotaOp::verify() {
  if (failed(verifyDims(*this, "C1", int64_t(getDim()), getType().getRank())))
    return failure();
  return verifySizes(*this, "C2", getType(), getSizes().size());
}

LogicalResult ReshapeOp::verify() {
  RankedTensorType from = getSelf().getType(), to = getType();
  if (failed(verifySizes(*this, "C1", to, getSizes().size())))
    return failure();
  if (from.getElementType() != to.getElementType())
    return emitOpError() << "changes the element type";
  if (from.hasStaticShape() && to.hasStaticShape() && from.getNumElements() != to.getNumElements())
    return emitOpError() << "C2: " << from.getNumElements() << " elements cannot have the shape of "
                         << to.getNumElements();
  return success();
}

LogicalResult PermuteOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                          Adaptor adaptor, SmallVectorImpl<Type> &types) {
  RankedTensorType type = tensorType(adaptor.getSelf());
  SmallVector<int64_t> sorted(adaptor.getDims());
  llvm::sort(sorted);
  if (!llvm::equal(sorted, llvm::seq<int64_t>(0, type.getRank())))
    return emitOptionalError(loc, "C1: dims are no permutation of the operand's dims");
  Shape shape =
      llvm::map_to_vector(adaptor.getDims(), [&](int64_t dim) { return type.getDimSize(dim); });
  types.push_back(type.clone(shape));
  return success();
}

LogicalResult PermuteOp::verify() { return success(); }

LogicalResult ExpandOp::verify() {
  RankedTensorType from = getSelf().getType(), to = getType();
  if (failed(verifySizes(*this, "C1", to, getSizes().size())))
    return failure();
  if (from.getElementType() != to.getElementType())
    return emitOpError() << "changes the element type";
  FailureOr<Shape> shape = broadcastShapes(from.getShape(), to.getShape());
  if (from.getRank() > to.getRank() || failed(shape) ||
      failed(verifyCompatibleShape(*shape, to.getShape())))
    return emitOpError() << "C2: " << from << " does not broadcast to " << to;
  return success();
}

/// The constraints that ag.slice and ag.pad share; `box` lies in `whole`.
template <typename Op>
static LogicalResult verifyBox(Op op, RankedTensorType box, RankedTensorType whole) {
  size_t rank = whole.getRank();
  if (op.getStaticStarts().size() != rank || op.getSteps().size() != rank ||
      box.getRank() != whole.getRank())
    return op.emitOpError() << "C1: expected one start and one step for each of " << rank
                            << " dims";
  if (llvm::any_of(op.getSteps(), [](int64_t step) { return step < 1; }))
    return op.emitOpError() << "C1: a step must be positive";
  if (failed(verifySizes(op, "C2", op.getType(), op.getSizes().size())))
    return failure();
  if (box.getElementType() != whole.getElementType())
    return op.emitOpError() << "changes the element type";
  for (size_t i = 0; i < rank; ++i) {
    int64_t start = op.getStaticStarts()[i], size = box.getDimSize(i);
    if (ShapedType::isDynamic(start) || ShapedType::isDynamic(size) || whole.isDynamicDim(i))
      continue;
    if (start < 0 || (size && start + (size - 1) * op.getSteps()[i] >= whole.getDimSize(i)))
      return op.emitOpError() << "C3: dim " << i << " of the box leaves the extent "
                              << whole.getDimSize(i);
  }
  return success();
}

LogicalResult SliceOp::verify() { return verifyBox(*this, getType(), getSelf().getType()); }

LogicalResult PadOp::verify() {
  if (getValue().getType().getRank() != 0 ||
      getValue().getType().getElementType() != getType().getElementType())
    return emitOpError() << "C4: value must be 0-dim, of the result's element type";
  return verifyBox(*this, getSelf().getType(), getType());
}

LogicalResult FlipOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor adaptor,
                                       SmallVectorImpl<Type> &types) {
  types.push_back(adaptor.getSelf().getType());
  return success();
}

LogicalResult FlipOp::verify() {
  return verifyDims(*this, "C1", getDims(), getSelf().getType().getRank());
}

LogicalResult CatOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor adaptor,
                                      SmallVectorImpl<Type> &types) {
  if (adaptor.getTensors().empty())
    return emitOptionalError(loc, "C1: expected an operand");
  RankedTensorType first = tensorType(adaptor.getTensors()[0]);
  int64_t dim = adaptor.getDim();
  if (dim < 0 || dim >= first.getRank())
    return emitOptionalError(loc, "C2: dim ", dim, " is out of range for rank ", first.getRank());
  Shape shape(first.getShape());
  for (Value tensor : adaptor.getTensors().drop_front()) {
    RankedTensorType type = tensorType(tensor);
    if (type.getRank() != first.getRank() || type.getElementType() != first.getElementType())
      return emitOptionalError(loc, "C1: operands differ in rank or element type");
    for (int64_t i = 0; i < type.getRank(); ++i) {
      int64_t extent = type.getDimSize(i);
      if (i == dim)
        shape[i] = ShapedType::isDynamic(shape[i]) || ShapedType::isDynamic(extent)
                       ? ShapedType::kDynamic
                       : shape[i] + extent;
      else if (ShapedType::isDynamic(shape[i]))
        shape[i] = extent;
      else if (!ShapedType::isDynamic(extent) && extent != shape[i])
        return emitOptionalError(loc, "C3: dim ", i, " has extents ", shape[i], " and ", extent);
    }
  }
  types.push_back(first.clone(shape));
  return success();
}

LogicalResult CatOp::verify() { return success(); }

// ---------------------------------------------------------------- indexing

/// What ag.gather and ag.scatter share: `index` reaches into `self` along `dim`.
static LogicalResult verifyIndex(Operation *op, RankedTensorType self, RankedTensorType index,
                                 int64_t dim) {
  if (self.getRank() != index.getRank())
    return op->emitOpError() << "C1: self has rank " << self.getRank() << ", index has rank "
                             << index.getRank();
  if (failed(verifyDims(op, "C2", dim, self.getRank())))
    return failure();
  if (llvm::is_contained(index.getShape(), 0))
    return success();
  for (int64_t i = 0; i < self.getRank(); ++i)
    if (i != dim && !self.isDynamicDim(i) && !index.isDynamicDim(i) &&
        index.getDimSize(i) > self.getDimSize(i))
      return op->emitOpError() << "C3: dim " << i << " of index is larger than self's";
  return success();
}

LogicalResult GatherOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor adaptor,
                                         SmallVectorImpl<Type> &types) {
  RankedTensorType self = tensorType(adaptor.getSelf());
  types.push_back(self.clone(tensorType(adaptor.getIndex()).getShape()));
  return success();
}

LogicalResult GatherOp::verify() {
  return verifyIndex(*this, getSelf().getType(), getIndex().getType(), getDim());
}

LogicalResult ScatterOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor adaptor,
                                          SmallVectorImpl<Type> &types) {
  types.push_back(adaptor.getSelf().getType());
  return success();
}

LogicalResult ScatterOp::verify() {
  RankedTensorType index = getIndex().getType(), src = getSrc().getType();
  if (src.getRank() != index.getRank() || src.getElementType() != getType().getElementType())
    return emitOpError() << "C1: src must have index's rank and self's element type";
  bool isEmpty = llvm::is_contained(index.getShape(), 0);
  for (int64_t i = 0; i < index.getRank() && !isEmpty; ++i)
    if (!index.isDynamicDim(i) && !src.isDynamicDim(i) && index.getDimSize(i) > src.getDimSize(i))
      return emitOpError() << "C3: dim " << i << " of index is larger than src's";
  return verifyIndex(*this, getSelf().getType(), index, getDim());
}

LogicalResult NonzeroOp::inferReturnTypes(MLIRContext *context, std::optional<Location>,
                                          Adaptor adaptor, SmallVectorImpl<Type> &types) {
  types.push_back(
      RankedTensorType::get({ShapedType::kDynamic, tensorType(adaptor.getSelf()).getRank()},
                            IntegerType::get(context, 64)));
  return success();
}

LogicalResult UniqueOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc,
                                         Adaptor adaptor, SmallVectorImpl<Type> &types) {
  RankedTensorType self = tensorType(adaptor.getSelf());
  Type i64 = IntegerType::get(context, 64);
  if (adaptor.getRows()) {
    if (self.getRank() != 2)
      return emitOptionalError(loc, "C1: rows are those of a matrix, got ", self);
    types.push_back(self.clone({ShapedType::kDynamic, self.getDimSize(1)}));
    types.push_back(RankedTensorType::get(self.getDimSize(0), i64));
  } else {
    types.push_back(self.clone({ShapedType::kDynamic}));
    types.push_back(self.clone(i64));
  }
  types.push_back(RankedTensorType::get({ShapedType::kDynamic}, i64));
  return success();
}

LogicalResult SortOp::inferReturnTypes(MLIRContext *context, std::optional<Location>,
                                       Adaptor adaptor, SmallVectorImpl<Type> &types) {
  RankedTensorType self = tensorType(adaptor.getSelf());
  types.assign({self, self.clone(IntegerType::get(context, 64))});
  return success();
}

LogicalResult SortOp::verify() {
  return verifyDims(*this, "C1", int64_t(getDim()), getSelf().getType().getRank());
}

// ---------------------------------------------------------------- matrices

LogicalResult LuFactorOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc,
                                           Adaptor adaptor, SmallVectorImpl<Type> &types) {
  RankedTensorType A = tensorType(adaptor.getA());
  FailureOr<Shape> shape = squareShape(loc, A);
  if (failed(shape))
    return failure();
  auto indices = RankedTensorType::get(ArrayRef(*shape).drop_back(), IntegerType::get(context, 64));
  types.assign({A.clone(*shape), indices, indices, indices.clone(ArrayRef(*shape).drop_back(2))});
  return success();
}

LogicalResult CholeskyFactorOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc,
                                                 Adaptor adaptor, SmallVectorImpl<Type> &types) {
  RankedTensorType A = tensorType(adaptor.getA());
  FailureOr<Shape> shape = squareShape(loc, A);
  if (failed(shape))
    return failure();
  types.assign({A.clone(*shape), RankedTensorType::get(ArrayRef(*shape).drop_back(2),
                                                       IntegerType::get(context, 64))});
  return success();
}

LogicalResult SolveTriangularOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                                  Adaptor adaptor, SmallVectorImpl<Type> &types) {
  RankedTensorType A = tensorType(adaptor.getA()), B = tensorType(adaptor.getB());
  FailureOr<Shape> shape = squareShape(loc, A);
  if (failed(shape))
    return failure();
  if (A.getElementType() != B.getElementType())
    return emitOptionalError(loc, "the operands have element types ", A.getElementType(), " and ",
                             B.getElementType());
  bool fits =
      A.getRank() == B.getRank() &&
      succeeded(verifyCompatibleShape(ArrayRef(*shape).drop_back(), B.getShape().drop_back()));
  if (!fits)
    return emitOptionalError(loc, "C2: ", B, " has other rows than ", A);
  shape->back() = B.getDimSize(B.getRank() - 1);
  for (auto [extent, known] : llvm::zip(*shape, B.getShape()))
    extent = ShapedType::isDynamic(extent) ? known : extent;
  types.push_back(B.clone(*shape));
  return success();
}

// ---------------------------------------------------------------- autograd and control

LogicalResult GradOp::verify() {
  if (getOutputs().getTypes() != getSeeds().getTypes())
    return emitOpError() << "C1: expected one seed per output, of its type";
  if (getWrt().getTypes() != getGradients().getTypes())
    return emitOpError() << "C2: expected one result per wrt operand, of its type";
  if (getStale().size() != getPresent().size() || getStale().size() != getPlaces().size())
    return emitOpError() << "C3: expected a present value and a place for each stale one";
  for (auto [stale, present, place] : llvm::zip(getStale(), getPresent(), getPlaces())) {
    Operation *op = stale.getDefiningOp();
    if (!op || place < 0 || place >= int64_t(op->getNumOperands() + op->getNumResults()))
      return emitOpError() << "C3: place " << place << " is none of the op's operands and results";
    Value old = valueAt(op, place);
    if (getElementTypeOrSelf(old) != getElementTypeOrSelf(present) ||
        failed(verifyCompatibleShape(old.getType(), present.getType())))
      return emitOpError() << "C3: " << present.getType() << " cannot stand for " << old.getType();
  }
  return success();
}

LogicalResult JvpOp::verify() {
  if (getWrt().getTypes() != getTangents().getTypes())
    return emitOpError() << "C1: expected one tangent per wrt operand, of its type";
  if (getOutputs().getTypes() != getResults().getTypes())
    return emitOpError() << "C2: expected one result per output, of its type";
  return success();
}

LogicalResult IfOp::verify() {
  if (getCondition().getType().getRank() != 0)
    return emitOpError() << "C1: condition must be 0-dim";
  for (Region *region : getRegions())
    if (region->front().getTerminator()->getOperandTypes() != getResultTypes())
      return emitOpError() << "C2: a region does not yield the result types";
  return success();
}

LogicalResult ForOp::verify() {
  Block &body = getBody().front();
  auto trip = RankedTensorType::get({}, IntegerType::get(getContext(), 64));
  if (body.getNumArguments() != getInits().size() + 1 || body.getArgument(0).getType() != trip ||
      ValueRange(body.getArguments().drop_front()).getTypes() != getInits().getTypes())
    return emitOpError() << "C1: the body must take a 0-dim i64 trip and the carried values";
  if (body.getTerminator()->getOperandTypes() != getInits().getTypes())
    return emitOpError() << "C2: the body does not yield the carried types";
  return success();
}

} // namespace agc::ag
