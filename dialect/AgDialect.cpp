// The `ag` dialect: registration, constants and type compatibility.
#include "dialect/AgDialect.h"

using namespace mlir;

#include "dialect/AgDialect.cpp.inc"

namespace agc::ag {

void AgDialect::initialize() {
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
