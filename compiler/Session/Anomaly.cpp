// A NaN is found where it is made: behind the backward of one op.
#include "compiler/Session/Anomaly.h"
#include "dialect/Record.h"
#include "dialect/Shape.h"
#include <cstring>

using namespace mlir;

namespace agc::session {

/// Whether one of a float's or complex number's elements is NaN.
static bool hasNaN(Type element, const Buffer &buffer) {
  if (auto complex = dyn_cast<ComplexType>(element))
    element = complex.getElementType();
  auto type = cast<FloatType>(element);
  uint64_t bytes = type.getWidth() / 8;
  for (uint64_t at = 0; at < buffer.bytes; at += bytes) {
    uint64_t bits = 0;
    std::memcpy(&bits, buffer.memory.get() + at, bytes);
    if (APFloat(type.getFloatSemantics(), APInt(type.getWidth(), bits)).isNaN())
      return true;
  }
  return false;
}

void takeChecked(LongGradient &path, LiveValues &live,
                 llvm::function_ref<void(ArrayRef<Value>)> execute, Where where) {
  auto check = [&](OpOperand &operand, Value gradient) {
    if (!hasNaN(ag::tensorType(gradient).getElementType(), *live.find(gradient)))
      return;
    Operation *op = operand.getOwner();
    throw Error(where, "Function '" + (ag::recordOf(op) ? ag::nodeOf(op).str() : "Backward") +
                           "' returned nan values in its " +
                           std::to_string(operand.getOperandNumber()) + "th output.");
  };
  if (!path.takeEach(execute, check))
    throw Error(where, "anomaly detection of a gradient that may be differentiated again is not in "
                       "agc yet");
}

} // namespace agc::session
