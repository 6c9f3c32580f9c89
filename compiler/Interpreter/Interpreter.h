// Runs functions of the `ag` dialect on numbers: the oracle of every differential test.
#ifndef AGC_INTERPRETER_INTERPRETER_H
#define AGC_INTERPRETER_INTERPRETER_H

#include "compiler/Interpreter/ObjectMemory.h"
#include "compiler/Interpreter/Tape.h"
#include "compiler/Interpreter/Tensor.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"

namespace agc::interp {

/// What the results of one op, or of one function, are.
using Results = mlir::FailureOr<std::vector<Tensor>>;

/// The values of one activation of a function or body.
class Frame {
public:
  explicit Frame(bool exact) : exact(exact) {}

  const Tensor &operator[](mlir::Value value) const { return values.find(value)->second; }
  /// An index value.
  int64_t index(mlir::Value value) const { return (*this)[value].data[0].integer; }
  /// A result type's shape; its `?` extents are `sizes`, in order.
  llvm::SmallVector<int64_t> shapeOf(mlir::Type resultType, mlir::ValueRange sizes) const;

  llvm::DenseMap<mlir::Value, Tensor> values;
  /// Floats keep all their digits: inside a composite, whose result alone is rounded.
  const bool exact;
};

/// Evaluates functions whose ops are `ag`'s and `agt`'s, with the host ops (func.call, arith and
/// tensor.dim on extents) that go with them. Numbers are f64, rounded to the element type after
/// each op; integers are exact. `ag.grad` and `ag.jvp` are computed by the tape, from records'
/// `eval`, `combine` and `body`: no record's `grad` is read.
class Interpreter {
public:
  /// Runs a function. A failure has been reported at the op.
  Results run(mlir::func::FuncOp function, llvm::ArrayRef<Tensor> inputs);

  /// Runs one op whose operands the frame has: for programs that are made while they run.
  mlir::LogicalResult step(mlir::Operation *op, Frame &frame) { return runOp(op, frame); }
  ObjectMemory &getObjects() { return *objects; }

private:
  Results call(mlir::func::FuncOp function, llvm::ArrayRef<Tensor> inputs);
  mlir::LogicalResult runBlock(mlir::Block &block, Frame &frame);
  mlir::LogicalResult runOp(mlir::Operation *op, Frame &frame);
  /// Gives a value its tensor, rounded; a new mark on the tape where a gradient is taken by it.
  void define(mlir::Value value, Tensor tensor, Frame &frame);

  Results evaluate(mlir::Operation *op, Frame &frame);
  Results evaluateBody(mlir::Operation *op, Frame &frame);
  Results evaluateIf(mlir::Operation *op, Frame &frame);
  Results evaluateFor(mlir::Operation *op, Frame &frame);
  Results evaluateCall(mlir::Operation *op, Frame &frame);
  Results evaluateEvent(mlir::Operation *op, Frame &frame);

  Tape tape;
  std::optional<ObjectMemory> objects{std::in_place, tape};
  int depth = 0;
};

} // namespace agc::interp

#endif // AGC_INTERPRETER_INTERPRETER_H
