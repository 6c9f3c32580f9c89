// Verifiers and result types; each rule's label is the one in the op's description.
#include "dialect/AgDialect.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace agc::ag {

// ---------------------------------------------------------------- ops that hold a record

static LogicalResult verifyDim(Operation *op, StringRef label, int64_t dim, int64_t rank) {
  if (dim >= 0 && dim < rank)
    return success();
  return op->emitOpError() << label << ": dim " << dim << " is out of range for rank " << rank;
}

static Type realType(Type elementType) {
  auto complex = dyn_cast<ComplexType>(elementType);
  return complex ? complex.getElementType() : elementType;
}

/// The record's common element type T among operands, or null where nothing is tied to it.
static FailureOr<Type> commonElement(std::optional<Location> loc, const Record &record,
                                     ValueRange operands) {
  Type common;
  for (auto [i, operand] : llvm::enumerate(operands)) {
    const ArgSpec &spec = record.tensorArg(i);
    Type type = tensorType(operand).getElementType();
    if (spec.element == ElementRule::Bool && !type.isInteger(1))
      return emitOptionalError(loc, "C3: operand '", spec.name, "' of '", record.name,
                               "' must be bool, got ", type);
    if (spec.element == ElementRule::Index && !type.isInteger(64))
      return emitOptionalError(loc, "C3: operand '", spec.name, "' of '", record.name,
                               "' must be i64, got ", type);
    if (spec.element != ElementRule::T)
      continue;
    if (common && common != type)
      return emitOptionalError(loc, "C3: operand '", spec.name, "' of '", record.name,
                               "' has element type ", type, ", expected ", common);
    common = type;
  }
  return common;
}

static Type resultElement(const Record &record, Type common, MLIRContext *context) {
  switch (record.results[0]) {
  case ElementRule::Bool:
    return IntegerType::get(context, 1);
  case ElementRule::Index:
    return IntegerType::get(context, 64);
  case ElementRule::Real:
    return realType(common);
  case ElementRule::T:
  case ElementRule::Any:
    return common;
  }
  llvm_unreachable("all element rules are covered");
}

/// C1, C2: the record exists, is of the family, and takes that many operands.
static const Record *findRecord(std::optional<Location> loc, StringRef fn, Family family,
                                size_t operands) {
  const Record *record = lookupRecord(fn);
  if (!record || record->family != family) {
    (void)emitOptionalError(loc, "C1: '", fn, "' is not a record of this op class");
    return nullptr;
  }
  unsigned most = record->numTensors();
  unsigned least = llvm::count_if(
      record->args, [](const ArgSpec &arg) { return arg.isTensor() && !arg.optional; });
  if (operands < least || operands > most) {
    (void)emitOptionalError(loc, "C2: '", fn, "' takes ", most, " operands, got ", operands);
    return nullptr;
  }
  return record;
}

/// Parameters are the schema's, each of its kind.
static LogicalResult verifyParams(Operation *op, const Record &record, DictionaryAttr params) {
  for (NamedAttribute param : params) {
    auto *spec = llvm::find_if(record.args, [&](const ArgSpec &arg) {
      return !arg.isTensor() && arg.name == param.getName().getValue();
    });
    if (spec == record.args.end())
      return op->emitOpError() << "C5: '" << record.name << "' has no parameter '"
                               << param.getName().getValue() << "'";
    bool fits = false;
    switch (spec->kind) {
    case ArgKind::Float:
      fits = isa<FloatAttr>(param.getValue());
      break;
    case ArgKind::Int:
      fits = isa<IntegerAttr>(param.getValue());
      break;
    case ArgKind::Bool:
      fits = isa<BoolAttr>(param.getValue());
      break;
    case ArgKind::String:
      fits = isa<StringAttr>(param.getValue());
      break;
    case ArgKind::IntList:
      fits = isa<DenseI64ArrayAttr>(param.getValue());
      break;
    case ArgKind::FloatList:
      fits = isa<DenseF64ArrayAttr>(param.getValue());
      break;
    default:
      break;
    }
    auto text = dyn_cast<StringAttr>(param.getValue());
    if (text && spec->name == "reduction" &&
        !llvm::is_contained({"none", "mean", "sum"}, text.getValue()))
      return op->emitOpError() << "C5: parameter 'reduction' of '" << record.name
                               << "' must be none, mean or sum, got " << text;
    if (!fits)
      return op->emitOpError() << "C5: parameter '" << spec->name << "' of '" << record.name
                               << "' has the wrong kind: " << param.getValue();
  }
  return success();
}

LogicalResult MapOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc,
                                      Adaptor adaptor, SmallVectorImpl<Type> &types) {
  ValueRange operands = adaptor.getOperands();
  const Record *record = findRecord(loc, adaptor.getFn(), Family::Pointwise, operands.size());
  if (!record)
    return failure();
  FailureOr<Type> common = commonElement(loc, *record, operands);
  if (failed(common))
    return failure();
  Shape shape;
  for (Value operand : operands) {
    FailureOr<Shape> wider = broadcastShapes(shape, tensorType(operand).getShape());
    if (failed(wider))
      return emitOptionalError(loc, "C4: the operands' shapes do not broadcast");
    shape = std::move(*wider);
  }
  types.push_back(RankedTensorType::get(shape, resultElement(*record, *common, context)));
  return success();
}

LogicalResult MapOp::verify() { return verifyParams(*this, *recordOf(*this), getParams()); }

LogicalResult ReduceOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                         Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (!findRecord(loc, adaptor.getFn(), Family::Reduce, 1))
    return failure();
  RankedTensorType type = tensorType(adaptor.getSelf());
  Shape shape = reducedShape(type.getShape(), adaptor.getDim(), adaptor.getKeepdim());
  types.push_back(type.clone(shape));
  return success();
}

LogicalResult ReduceOp::verify() {
  return verifyDims(*this, "C2", getDim(), getSelf().getType().getRank());
}

LogicalResult ReduceIndexOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc,
                                              Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (!findRecord(loc, adaptor.getFn(), Family::ReduceIndex, 1))
    return failure();
  ArrayRef<int64_t> shape = tensorType(adaptor.getSelf()).getShape();
  Shape reduced = reducedShape(shape, int64_t(adaptor.getDim()), adaptor.getKeepdim());
  types.push_back(RankedTensorType::get(reduced, IntegerType::get(context, 64)));
  return success();
}

LogicalResult ReduceIndexOp::verify() {
  RankedTensorType type = getSelf().getType();
  if (failed(verifyDim(*this, "C2", getDim(), std::max<int64_t>(type.getRank(), 1))))
    return failure();
  if (type.getRank() && type.getDimSize(getDim()) == 0)
    return emitOpError() << "C3: dim " << getDim() << " has no element";
  return success();
}

LogicalResult ScanOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor adaptor,
                                       SmallVectorImpl<Type> &types) {
  ValueRange operands = adaptor.getOperands();
  const Record *record = findRecord(loc, adaptor.getFn(), Family::Scan, operands.size());
  if (!record || failed(commonElement(loc, *record, operands)))
    return failure();
  Shape shape(tensorType(operands[0]).getShape());
  for (Value operand : operands.drop_front()) {
    ArrayRef<int64_t> other = tensorType(operand).getShape();
    if (failed(verifyCompatibleShape(shape, other)))
      return emitOptionalError(loc, "C4: the operands' shapes differ");
    for (auto [extent, known] : llvm::zip(shape, other))
      extent = ShapedType::isDynamic(extent) ? known : extent;
  }
  types.push_back(tensorType(operands[0]).clone(shape));
  return success();
}

LogicalResult ScanOp::verify() {
  return verifyDim(*this, "C5", getDim(), std::max<int64_t>(getType().getRank(), 1));
}

/// A composite's result types are those of its body, built aside and dropped.
LogicalResult ApplyOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc,
                                        ValueRange operands, DictionaryAttr attrs,
                                        OpaqueProperties properties, RegionRange regions,
                                        SmallVectorImpl<Type> &types) {
  Adaptor adaptor(operands, attrs, properties, regions);
  const Record *record = findRecord(loc, adaptor.getFn(), Family::Composite, operands.size());
  if (!record || failed(commonElement(loc, *record, operands)))
    return failure();
  Location where = loc ? *loc : UnknownLoc::get(context);
  Block scratch;
  OpBuilder b(context);
  b.setInsertionPointToEnd(&scratch);
  RuleScope scope{*record, {}, withDefaults(*record, adaptor.getParams(), context), {}, {}, false};
  for (Value operand : operands)
    scope.operands.push_back(scratch.addArgument(operand.getType(), where));
  scope.operands.resize(record->numTensors());
  SmallVector<Value> results = buildBody(b, where, scope);
  for (Value result : results)
    types.push_back(result.getType());
  return success(!results.empty());
}

LogicalResult ApplyOp::verify() {
  const Record *record = recordOf(*this);
  if (!record)
    return emitOpError() << "C1: no record named '" << getFn() << "'";
  if (failed(verifyParams(*this, *record, getParams())))
    return failure();
  SmallVector<Type> types;
  if (failed(inferReturnTypes(getContext(), getLoc(), getOperands(), (*this)->getAttrDictionary(),
                              (*this)->getPropertiesStorage(), {}, types)))
    return failure();
  if (types.size() != getNumResults() || !areCompatible(types, getResultTypes()))
    return emitOpError() << "C3: the body's result types are " << types;
  return success();
}

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
  if (failed(verifyDim(*this, "C1", getDim(), getType().getRank())))
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
  if (failed(verifyDim(op, "C2", dim, self.getRank())))
    return failure();
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
  for (int64_t i = 0; i < index.getRank(); ++i)
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

LogicalResult UniqueOp::inferReturnTypes(MLIRContext *context, std::optional<Location>,
                                         Adaptor adaptor, SmallVectorImpl<Type> &types) {
  RankedTensorType self = tensorType(adaptor.getSelf());
  Type i64 = IntegerType::get(context, 64);
  types.push_back(self.clone({ShapedType::kDynamic}));
  types.push_back(self.clone(i64));
  types.push_back(RankedTensorType::get({ShapedType::kDynamic}, i64));
  return success();
}

// ---------------------------------------------------------------- autograd and control

LogicalResult GradOp::verify() {
  if (getOutputs().getTypes() != getSeeds().getTypes())
    return emitOpError() << "C1: expected one seed per output, of its type";
  if (getWrt().getTypes() != getGradients().getTypes())
    return emitOpError() << "C2: expected one result per wrt operand, of its type";
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
