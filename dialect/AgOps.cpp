// The op classes of `ag`: how records print, and what folds.
#include "dialect/AgDialect.h"
#include "dialect/Record.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;

/// `tanh`, a record's name.
static ParseResult parseRecordName(OpAsmParser &parser, StringAttr &fn) {
  StringRef name;
  llvm::SMLoc loc = parser.getCurrentLocation();
  if (parser.parseKeyword(&name))
    return failure();
  if (!agc::ag::lookupRecord(name))
    return parser.emitError(loc) << "no record named '" << name << "'";
  fn = parser.getBuilder().getStringAttr(name);
  return success();
}

static void printRecordName(OpAsmPrinter &printer, Operation *, StringAttr fn) {
  printer << fn.getValue();
}

/// `leaky_relu<negative_slope = 0.01>`, a record's name and its parameters.
static ParseResult parseRecordCall(OpAsmParser &parser, StringAttr &fn, DictionaryAttr &params) {
  NamedAttrList list;
  auto parseParam = [&]() -> ParseResult {
    StringRef name;
    Attribute value;
    if (parser.parseKeyword(&name) || parser.parseEqual() || parser.parseAttribute(value))
      return failure();
    list.set(name, value);
    return success();
  };
  if (parseRecordName(parser, fn))
    return failure();
  if (succeeded(parser.parseOptionalLess()))
    if (parser.parseCommaSeparatedList(parseParam) || parser.parseGreater())
      return failure();
  params = list.getDictionary(parser.getContext());
  return success();
}

static void printRecordCall(OpAsmPrinter &printer, Operation *op, StringAttr fn,
                            DictionaryAttr params) {
  printRecordName(printer, op, fn);
  if (params.empty())
    return;
  printer << '<';
  llvm::interleaveComma(params, printer, [&](NamedAttribute param) {
    printer << param.getName().getValue() << " = ";
    // 64-bit numbers are what a number means here.
    if (isa<FloatAttr, IntegerAttr>(param.getValue()))
      printer.printAttributeWithoutType(param.getValue());
    else
      printer.printAttribute(param.getValue());
  });
  printer << '>';
}

/// `tensor<2xf32>`, the type of an op's one operand; in parentheses as other ops have theirs, too.
static ParseResult parseOperandType(OpAsmParser &parser, Type &type) {
  bool isWrapped = succeeded(parser.parseOptionalLParen());
  RankedTensorType tensor;
  if (parser.parseType(tensor) || (isWrapped && parser.parseRParen()))
    return failure();
  type = tensor;
  return success();
}

static void printOperandType(OpAsmPrinter &printer, Operation *, Type type) { printer << type; }

#define GET_OP_CLASSES
#include "dialect/AgOps.cpp.inc"

namespace agc::ag {

/// Whether a gradient is yet to be taken at this value: until then nothing may pass it by, or the
/// path that is asked about would no longer lead through it.
static bool awaitsGradient(Value value) {
  return llvm::any_of(value.getUsers(), [](Operation *user) { return isa<GradOp, JvpOp>(user); });
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValueAttr(); }

OpFoldResult CastOp::fold(FoldAdaptor) {
  if (awaitsGradient(getResult()))
    return {};
  return getSelf().getType() == getType() ? OpFoldResult(getSelf()) : OpFoldResult();
}

OpFoldResult ReshapeOp::fold(FoldAdaptor) {
  if (awaitsGradient(getResult()) || awaitsGradient(getSelf()))
    return {};
  if (getSelf().getType() == getType() && getType().hasStaticShape())
    return getSelf();
  if (auto producer = getSelf().getDefiningOp<ReshapeOp>()) {
    getSelfMutable().assign(producer.getSelf());
    return getResult();
  }
  return {};
}

OpFoldResult PermuteOp::fold(FoldAdaptor) {
  if (awaitsGradient(getResult()) || awaitsGradient(getSelf()))
    return {};
  if (llvm::equal(getDims(), llvm::seq<int64_t>(0, getDims().size())))
    return getSelf();
  if (auto producer = getSelf().getDefiningOp<PermuteOp>()) {
    SmallVector<int64_t> dims =
        llvm::map_to_vector(getDims(), [&](int64_t dim) { return producer.getDims()[dim]; });
    getSelfMutable().assign(producer.getSelf());
    setDims(dims);
    return getResult();
  }
  return {};
}

OpFoldResult ExpandOp::fold(FoldAdaptor) {
  if (awaitsGradient(getResult()))
    return {};
  return getSelf().getType() == getType() && getType().hasStaticShape() ? OpFoldResult(getSelf())
                                                                        : OpFoldResult();
}

} // namespace agc::ag
