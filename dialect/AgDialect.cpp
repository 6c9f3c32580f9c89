// The `ag` dialect: registration, constants and type compatibility.
#include "dialect/AgDialect.h"
#include "mlir/Transforms/InliningUtils.h"

using namespace mlir;

#include "dialect/AgDialect.cpp.inc"

namespace agc::ag {

/// Values have no memory and no side effects: whatever is called can stand at the call.
struct AgInliner : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;
  bool isLegalToInline(Operation *, Region *, bool, IRMapping &) const final { return true; }
  bool isLegalToInline(Region *, Region *, bool, IRMapping &) const final { return true; }
};

void AgDialect::initialize() {
  addInterfaces<AgInliner>();
  addOperations<
#define GET_OP_LIST
#include "dialect/AgOps.cpp.inc"
      >();
}

Operation *AgDialect::materializeConstant(OpBuilder &b, Attribute value, Type type, Location loc) {
  if (auto elements = dyn_cast<ElementsAttr>(value); elements && elements.getType() == type)
    return ConstantOp::create(b, loc, elements);
  return arith::ConstantOp::materialize(b, value, type, loc);
}

bool areCompatible(TypeRange inferred, TypeRange given) {
  return llvm::all_of_zip(inferred, given, [](Type a, Type b) {
    auto x = dyn_cast<RankedTensorType>(a), y = dyn_cast<RankedTensorType>(b);
    return x && y && x.getElementType() == y.getElementType() &&
           succeeded(verifyCompatibleShape(x, y));
  });
}

} // namespace agc::ag
