// ag.grad and ag.jvp by the tape, and the marks that autograd goes by.
#include "compiler/Interpreter/Eval.h"
#include "dialect/AgDialect.h"

using namespace mlir;
using namespace agc::ag;

namespace agc::interp {

/// The elements of several tensors, one after the other.
static std::vector<Number> concatenate(ValueRange values, const Frame &frame) {
  std::vector<Number> numbers;
  for (Value value : values)
    llvm::append_range(numbers, frame[value].data);
  return numbers;
}

/// Numbers as tensors of the shapes that `like` have.
static std::vector<Tensor> split(ArrayRef<Number> numbers, ValueRange like, const Frame &frame) {
  std::vector<Tensor> tensors;
  for (Value value : like) {
    Tensor tensor = frame[value];
    llvm::copy(numbers.take_front(tensor.numElements()), tensor.data.begin());
    numbers = numbers.drop_front(tensor.numElements());
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

Results evalGrad(Operation *op, const Frame &frame, Tape &tape) {
  auto grad = cast<GradOp>(op);
  if (!grad.getCut().empty() || !grad.getStale().empty())
    return op->emitError("the interpreter's tape takes no detours");
  return split(tape.vjp(concatenate(grad.getOutputs(), frame), concatenate(grad.getSeeds(), frame),
                        concatenate(grad.getWrt(), frame), grad.getCreateGraph()),
               grad.getWrt(), frame);
}

Results evalJvp(Operation *op, const Frame &frame, Tape &tape) {
  auto jvp = cast<JvpOp>(op);
  return split(tape.jvp(concatenate(jvp.getOutputs(), frame), concatenate(jvp.getWrt(), frame),
                        concatenate(jvp.getTangents(), frame)),
               jvp.getOutputs(), frame);
}

} // namespace agc::interp
