// A call of a record on its way into the trace.
//
// Internal to this library.
#ifndef AGC_COMPILER_TRACE_CALL_H
#define AGC_COMPILER_TRACE_CALL_H

#include "compiler/Trace/CallForms.h"
#include "dialect/Record.h"
#include <forward_list>

namespace agc::trace {

/// One call on its way into the trace.
class Call {
public:
  Call(const ag::Record &record, Where where, llvm::ArrayRef<Argument> arguments);
  /// The result, where the trace records it without events; else null.
  Tensor repeat();
  /// The same of the write of the first operand; whether the trace has recorded it.
  bool repeatInPlace();
  /// Refuses a write of the first operand.
  void checkWrite();
  /// The values of the results; with `write` one that the first operand is to hold.
  llvm::SmallVector<mlir::Value> compute(bool write = false);
  /// The node of a form of the function that has one of its own, else none.
  mlir::StringAttr node(bool inPlace);
  /// The first operand's dtype, and the shape of its tensor.
  mlir::RankedTensorType firstType() { return operands.front().second->object->type; }
  const Operand &firstOperand() { return *operands.front().second; }
  Trace &getTrace() { return trace; }

private:
  /// The operands that are there.
  llvm::SmallVector<const Operand *> present() const;
  void take(const ag::ArgSpec &spec, const Argument &argument);
  void readOperands();
  [[noreturn]] void failMixed(const ag::ArgSpec &a, DType aType, const ag::ArgSpec &b, DType bType);
  /// Refuses two dtypes: those of the last operand and of the first before it that differs.
  void checkSame(llvm::ArrayRef<std::pair<const ag::ArgSpec *, DType>> tensors);
  /// The dtype of the operands that the schema ties.
  DType promoted();
  void checkSupported();
  /// Whether a parameter `dim` is the last one of the first operand.
  bool isLastDim();
  /// Refuses what the first operand, which is written, cannot hold.
  void checkResult();
  /// Whether a number or one element stands last beside halves, and is not rounded to one.
  bool widens() const;
  /// Refuses numbers that PyTorch's overload for numbers does.
  void checkNumbers() const;
  static bool isBool(const Operand &operand);
  /// Says in PyTorch's words that bool has no negation, whatever it would be promoted to.
  [[noreturn]] void failNegation();
  mlir::Value value(const ag::ArgSpec &spec, const Operand &operand);
  /// A half as f32; the last operand with its own digits.
  mlir::Value widened(const Operand &operand);
  /// Says in PyTorch's words what the op's inference would refuse.
  void checkShapes(mlir::DictionaryAttr attributes);
  /// Refuses what has no value of no elements: a reduction whose record has no such sample.
  void checkNotEmpty(mlir::DictionaryAttr attributes);
  bool dimGiven() const;
  mlir::DictionaryAttr parameters();
  mlir::Attribute parameter(const ag::ArgSpec &spec, const Argument &argument);
  mlir::Attribute floating(const ag::ArgSpec &spec, double number);
  int64_t rank() { return firstType().getRank(); }
  /// Dims in range and without repeats; as `dim` ascending, and all of them where none is given.
  llvm::SmallVector<int64_t> dims(const ag::ArgSpec &spec, const IntList &list);

  const ag::Record &record;
  Where where;
  Trace &trace;
  llvm::SmallVector<std::pair<const ag::ArgSpec *, const Operand *>> operands;
  std::forward_list<Operand> listed; ///< those of lists
  llvm::SmallVector<std::pair<const ag::ArgSpec *, const Argument *>> given;
  llvm::SmallVector<mlir::Value> values;
  CallKey key;
  const CallForm *form = nullptr; ///< of a call that was made before
  DType common = DType::Float32;
  DType stored = DType::Float32; ///< what the results are, where `common` is wider
  bool isWidened = false;        ///< computed in f32, of halves
  bool isWrite = false;
};

/// Refuses to write a result of this shape and dtype to a tensor that cannot hold it.
void checkHeld(mlir::RankedTensorType self, llvm::ArrayRef<int64_t> shape, DType dtype,
               Where where);

} // namespace agc::trace

#endif // AGC_COMPILER_TRACE_CALL_H
