// Dims and shapes that a call is given, and what PyTorch says of those that do not fit.
#include "compiler/Analysis/Message.h"
#include "compiler/Trace/Trace.h"
#include "dialect/Refusals.h"
#include "dialect/Shape.h"

using namespace mlir;

namespace agc::trace {

int64_t wrapDim(int64_t dim, int64_t rank, Where where) {
  int64_t limit = std::max<int64_t>(rank, 1);
  if (dim < -limit || dim >= limit)
    throw Error(where, "Dimension out of range (expected to be in range of [" +
                           std::to_string(-limit) + ", " + std::to_string(limit - 1) +
                           "], but got " + std::to_string(dim) + ")");
  return dim < 0 ? dim + limit : dim;
}

void checkFits(ArrayRef<int64_t> shape, ArrayRef<int64_t> written, Where where) {
  FailureOr<ag::Shape> joint = ag::broadcastShapes(shape, written);
  if (failed(joint))
    throw Error(where, ag::refusalOfBroadcast(shape, written));
  if (*joint != ag::Shape(shape))
    throw Error(where, "output with shape " + shapeText(shape) +
                           " doesn't match the broadcast shape " + shapeText(*joint));
}

ag::Shape checkBroadcast(ArrayRef<ArrayRef<int64_t>> shapes, Where where) {
  ag::Shape joint;
  for (ArrayRef<int64_t> shape : shapes) {
    FailureOr<ag::Shape> both = ag::broadcastShapes(joint, shape);
    if (failed(both))
      throw Error(where, ag::refusalOfBroadcast(joint, shape));
    joint = *both;
  }
  return joint;
}

void checkBroadcast(ValueRange values, Where where) {
  SmallVector<ArrayRef<int64_t>> shapes;
  for (Value value : values)
    if (value)
      shapes.push_back(ag::tensorType(value).getShape());
  checkBroadcast(shapes, where);
}

} // namespace agc::trace
