// Verifiers and result types of the op classes that hold a record; each rule's label is the one in
// the op's description.
#include "dialect/AgDialect.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;

namespace agc::ag {

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
  case ElementRule::Complex:
    return ComplexType::get(common);
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

static StringRef nameOf(ElementKind kind) {
  switch (kind) {
  case ElementKind::Float:
    return "float";
  case ElementKind::Complex:
    return "complex";
  case ElementKind::Int:
  case ElementKind::Unsigned:
    return "int";
  case ElementKind::Bool:
    return "bool";
  case ElementKind::Any:
    return "any";
  }
  llvm_unreachable("all element kinds are covered");
}

/// "a, b or c"
template <typename Range> static std::string alternatives(const Range &words) {
  std::string text;
  for (auto [i, word] : llvm::enumerate(words))
    text += (i == 0                               ? ""
             : i + 1 == size_t(llvm::size(words)) ? " or "
                                                  : ", ") +
            StringRef(word).str();
  return text;
}

/// The record has the operands' common element type.
static LogicalResult verifyElement(Operation *op, StringRef label, const Record &record,
                                   Type element) {
  if (!element || record.supports(element))
    return success();
  return op->emitOpError() << label << ": '" << record.name << "' takes elements of "
                           << alternatives(llvm::map_range(record.dtypes, nameOf)) << ", got "
                           << element;
}

/// What a parameter of the right kind may not be: a word or a fraction that has no meaning.
static LogicalResult verifyValue(Operation *op, const Record &record, const ArgSpec &spec,
                                 Attribute value, Type element) {
  auto text = dyn_cast<StringAttr>(value);
  if (text && !spec.words.empty() && !llvm::is_contained(spec.words, text.getValue()))
    return op->emitOpError() << "C5: parameter '" << spec.name << "' of '" << record.name
                             << "' must be " << alternatives(spec.words) << ", got " << text;
  auto number = dyn_cast<FloatAttr>(value);
  if (!number || !isa_and_nonnull<IntegerType>(element) || number.getValue().isInteger())
    return success();
  return op->emitOpError() << "C5: parameter '" << spec.name << "' of '" << record.name
                           << "' must be an integer beside elements of " << element << ", got "
                           << number.getValueAsDouble();
}

/// Parameters are the schema's, each of its kind, and those without a default are there.
static LogicalResult verifyParams(Operation *op, const Record &record, DictionaryAttr params,
                                  Type element) {
  bool isHeld = record.family == (isa<MapOp>(op) ? Family::Pointwise : Family::Composite);
  for (const ArgSpec &spec : record.args)
    if (isHeld && !spec.isTensor() && !spec.hasDefault && !spec.optional && !params.get(spec.name))
      return op->emitOpError() << "C5: '" << record.name << "' needs the parameter '" << spec.name
                               << "'";
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
    if (!fits)
      return op->emitOpError() << "C5: parameter '" << spec->name << "' of '" << record.name
                               << "' has the wrong kind: " << param.getValue();
    if (failed(verifyValue(op, record, *spec, param.getValue(), element)))
      return failure();
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

/// What the ops that name a record check of it besides their own rules, where inference has nothing
/// to say of the operands. `label` is that of the rule about element types.
static LogicalResult verifyCall(Operation *op, Family family, StringRef label,
                                DictionaryAttr params = {}) {
  const Record *record =
      findRecord(std::nullopt, cast<StringAttr>(op->getAttr("fn")), family, op->getNumOperands());
  if (!record)
    return success();
  FailureOr<Type> element = commonElement(std::nullopt, *record, op->getOperands());
  if (failed(element))
    return success();
  if (failed(verifyElement(op, label, *record, *element)))
    return failure();
  return params ? verifyParams(op, *record, params, *element) : success();
}

LogicalResult MapOp::verify() { return verifyCall(*this, Family::Pointwise, "C3", getParams()); }

LogicalResult ReduceOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                         Adaptor adaptor, SmallVectorImpl<Type> &types) {
  if (!findRecord(loc, adaptor.getFn(), Family::Reduce, 1))
    return failure();
  RankedTensorType type = tensorType(adaptor.getSelf());
  Shape shape = reducedShape(type.getShape(), adaptor.getDim(), adaptor.getKeepdim());
  types.push_back(type.clone(shape));
  return success();
}

/// C3: what has no value of no elements sees some along each of the dims.
static LogicalResult verifyNotEmpty(Operation *op, RankedTensorType type, ArrayRef<int64_t> dims) {
  if (!recordOf(op)->needsElement)
    return success();
  for (int64_t dim : dims)
    if (dim < type.getRank() && type.getDimSize(dim) == 0)
      return op->emitOpError() << "C3: dim " << dim << " has no element";
  return success();
}

LogicalResult ReduceOp::verify() {
  RankedTensorType type = getSelf().getType();
  if (failed(verifyCall(*this, Family::Reduce, "C4")) ||
      failed(verifyDims(*this, "C2", getDim(), type.getRank())))
    return failure();
  return verifyNotEmpty(*this, type, getDim());
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
  if (failed(verifyCall(*this, Family::ReduceIndex, "C4")) ||
      failed(verifyDims(*this, "C2", int64_t(getDim()), std::max<int64_t>(type.getRank(), 1))))
    return failure();
  return verifyNotEmpty(*this, type, int64_t(getDim()));
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
  if (failed(verifyCall(*this, Family::Scan, "C3")))
    return failure();
  return verifyDims(*this, "C5", int64_t(getDim()), std::max<int64_t>(getType().getRank(), 1));
}

/// The dims that a composite goes along are some of its first operand's; a 0-dim one has one.
static LogicalResult checkDims(Location loc, const RuleScope &scope) {
  for (const ArgSpec &spec : scope.record.args) {
    if (spec.name != "dim" || spec.isTensor())
      continue;
    int64_t rank = tensorType(scope.operands[0]).getRank();
    for (int64_t dim : intList(scope.params.get(spec.name)))
      if (dim < 0 || dim >= (spec.kind == ArgKind::Int ? std::max<int64_t>(rank, 1) : rank))
        return emitError(loc) << scope.record.name << "(): dim " << dim
                              << " is out of range for rank " << rank;
  }
  return success();
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
  if (failed(checkDims(where, scope)))
    return failure();
  SmallVector<Value> results = buildBody(b, where, scope);
  for (Operation &op : scratch)
    if (!isa<ApplyOp>(op) && failed(mlir::verify(&op)))
      return failure();
  for (Value result : results)
    types.push_back(result.getType());
  return success(!results.empty());
}

LogicalResult ApplyOp::verify() {
  const Record *record = recordOf(*this);
  if (!record)
    return emitOpError() << "C1: no record named '" << getFn() << "'";
  if (failed(verifyCall(*this, Family::Composite, "C4", getParams())))
    return failure();
  SmallVector<Type> types;
  if (failed(inferReturnTypes(getContext(), getLoc(), getOperands(), (*this)->getAttrDictionary(),
                              (*this)->getPropertiesStorage(), {}, types)))
    return failure();
  if (types.size() != getNumResults() || !areCompatible(types, getResultTypes()))
    return emitOpError() << "C3: the body's result types are " << types;
  return success();
}

} // namespace agc::ag
