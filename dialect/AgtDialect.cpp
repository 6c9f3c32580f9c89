// The `agt` dialect: registration, types and verifiers.
#include "dialect/AgtDialect.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/InterleavedRange.h"

using namespace mlir;

#include "dialect/AgtDialect.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "dialect/AgtTypes.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialect/AgtAttrs.cpp.inc"

/// `[0, 1]`, `[0, ?]`, or nothing.
static ParseResult parseViewArgs(OpAsmParser &parser, DenseI64ArrayAttr &args) {
  SmallVector<int64_t> list;
  auto parseArg = [&]() -> ParseResult {
    list.push_back(ShapedType::kDynamic);
    return succeeded(parser.parseOptionalQuestion()) ? success() : parser.parseInteger(list.back());
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::OptionalSquare, parseArg))
    return failure();
  args = parser.getBuilder().getDenseI64ArrayAttr(list);
  return success();
}

static void printViewArgs(OpAsmPrinter &printer, Operation *, DenseI64ArrayAttr args) {
  if (args.empty())
    return;
  printer << '[';
  llvm::interleaveComma(args.asArrayRef(), printer, [&](int64_t arg) {
    if (ShapedType::isDynamic(arg))
      printer << '?';
    else
      printer << arg;
  });
  printer << ']';
}

#define GET_OP_CLASSES
#include "dialect/AgtOps.cpp.inc"

namespace agc::agt {

void AgtDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialect/AgtTypes.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialect/AgtAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialect/AgtOps.cpp.inc"
      >();
}

LogicalResult NewOp::verify() {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(getValue().getType()).getShape();
  if (getLike() && failed(verifyCompatibleShape(tensorOf(getLike()).getShape(), shape)))
    return emitOpError() << "C1: the value has shape [" << llvm::interleaved(shape)
                         << "], what it is like ["
                         << llvm::interleaved(tensorOf(getLike()).getShape()) << "]";
  return success();
}

LogicalResult ViewOp::verify() {
  SmallVector<Shape> given;
  View view = getView();
  Type element = view.elementType(tensorOf(getSelf()).getElementType());
  if (!element)
    return emitOpError() << "C2: there is no such view of " << tensorOf(getSelf()).getElementType()
                         << " elements";
  for (Value result : getResults()) {
    given.emplace_back(tensorOf(result).getShape());
    if (tensorOf(result).getElementType() != element)
      return emitOpError() << "C2: the view has the element type " << element << ", got "
                           << tensorOf(result).getElementType();
  }
  FailureOr<SmallVector<Shape>> shapes =
      inferViewShapes(view, tensorOf(getSelf()).getShape(), given, [&] { return emitOpError(); });
  if (failed(shapes))
    return failure();
  if (shapes->size() != given.size())
    return emitOpError() << "C2: expected " << shapes->size() << " results, got " << given.size();
  for (auto [i, expected, shape] : llvm::enumerate(*shapes, given))
    if (failed(verifyCompatibleShape(expected, shape)))
      return emitOpError() << "C2: result " << i << " has shape [" << llvm::interleaved(shape)
                           << "], expected [" << llvm::interleaved(expected) << "]";
  size_t sizes = view.takesSizes() ? llvm::count(given[0], ShapedType::kDynamic) : 0;
  if (getSizes().size() != sizes)
    return emitOpError() << "C3: expected " << sizes << " sizes, got " << getSizes().size();
  if (view.takesStart() != bool(getStart()))
    return emitOpError() << "C5: expected " << (view.takesStart() ? "a" : "no") << " start";
  return success();
}

LogicalResult SetDataOp::verify() {
  RankedTensorType self = tensorOf(getSelf()), other = tensorOf(getOther());
  if (self != other)
    return emitOpError() << "C1: self is an object of " << self << ", other of " << other;
  return success();
}

LogicalResult GradModeOp::verify() {
  auto isMode = [](Operation &op) { return isa<GradModeOp>(op); };
  auto modes = llvm::make_filter_range(*(*this)->getBlock(), isMode);
  if (&*modes.begin() != *this) // the first one checks the block
    return success();
  SmallVector<GradModeOp> open;
  for (Operation &op : modes) {
    auto mode = cast<GradModeOp>(op);
    if (mode.getMode())
      open.push_back(mode);
    else if (open.empty())
      return mode.emitOpError() << "C1: no grad mode to leave was entered in this block";
    else
      open.pop_back();
  }
  if (!open.empty())
    return open.back().emitOpError() << "C1: this grad mode is not left in its block";
  return success();
}

LogicalResult GradSetOp::verify() {
  RankedTensorType self = tensorOf(getSelf()), grad = tensorOf(getGrad());
  if (self.getElementType() != grad.getElementType() ||
      failed(verifyCompatibleShape(self.getShape(), grad.getShape())))
    return emitOpError() << "C1: the gradient of an object of " << self << " cannot be " << grad;
  return success();
}

/// C1: one root number per seed, ascending, in range.
template <typename Op> static LogicalResult verifySeeds(Op op) {
  ArrayRef<int64_t> seeded = op.getSeeded();
  if (seeded.size() != op.getSeeds().size())
    return op.emitOpError() << "C1: " << op.getSeeds().size() << " seeds, but " << seeded.size()
                            << " root numbers";
  int64_t roots = op.getRoots().size(), last = -1;
  for (int64_t root : seeded) {
    if (root <= last || root >= roots)
      return op.emitOpError() << "C1: root numbers must ascend and be less than " << roots;
    last = root;
  }
  return success();
}

LogicalResult BackwardOp::verify() { return verifySeeds(*this); }

LogicalResult GradOp::verify() {
  if (failed(verifySeeds(*this)))
    return failure();
  if (!llvm::equal(getInputs().getTypes(), getResultTypes()))
    return emitOpError() << "C2: expected one result per input, of its type";
  return success();
}

LogicalResult QueryOp::verify() {
  unsigned width = getQuestion() == Question::Version ? 64 : 1;
  if (!getResult().getType().isInteger(width))
    return emitOpError() << "C1: '" << stringifyQuestion(getQuestion()) << "' gives an i" << width
                         << ", got " << getResult().getType();
  return success();
}

LogicalResult StateOp::verify() {
  if (!isa<RankedTensorType>(getInit().getType()))
    return emitOpError() << "C1: the initial value must be a ranked tensor, got "
                         << getInit().getType();
  return success();
}

LogicalResult StateRefOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto state = symbols.lookupNearestSymbolFrom<StateOp>(*this, getStateAttr());
  if (!state)
    return emitOpError() << "C1: no state named " << getStateAttr();
  if (state.getTensorType() != tensorOf(getResult()))
    return emitOpError() << "C1: state " << getStateAttr() << " has type " << state.getTensorType()
                         << ", got " << tensorOf(getResult());
  return success();
}

} // namespace agc::agt
