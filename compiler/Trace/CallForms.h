// Calls that a trace has seen: one that has the same types and parameters is copied.
//
// Internal to this library.
#ifndef AGC_COMPILER_TRACE_CALLFORMS_H
#define AGC_COMPILER_TRACE_CALLFORMS_H

#include "compiler/Trace/Trace.h"
#include <cstring>

namespace agc::trace {

/// A call without its operands' values: equal keys make equal ops.
class CallKey {
public:
  void add(const void *pointer) { addNumber(pointer); }
  void add(DType dtype) { addNumber(dtype); }
  void add(const Argument &argument);
  llvm::StringRef bytes() const {
    return {reinterpret_cast<const char *>(words.data()), words.size_in_bytes()};
  }

private:
  template <typename T> void addNumber(T number) {
    uint64_t word = 0;
    static_assert(sizeof(number) <= sizeof(word));
    std::memcpy(&word, &number, sizeof(number));
    words.push_back(word);
  }
  template <typename Range> void addRange(const Range &range);
  void addOperand(const Operand &operand);

  llvm::SmallVector<uint64_t, 16> words;
};

/// What such calls have in common.
struct CallForm {
  DType common;                               ///< what the tied operands are promoted to
  bool casts;                                 ///< whether an operand is, to another dtype
  mlir::StringAttr node;                      ///< its own, where the call has one
  mlir::OwningOpRef<mlir::Operation *> model; ///< without operands

  /// The same op with other operands, all of them there.
  mlir::Operation *repeat(mlir::OpBuilder &b, mlir::Location loc,
                          llvm::ArrayRef<mlir::Value> operands) const;
};

/// The forms of a trace. What types and parameters decide is inferred and verified once for each.
class CallForms {
public:
  const CallForm *find(const CallKey &key) const {
    auto it = forms.find(key.bytes());
    return it == forms.end() ? nullptr : &it->second;
  }
  void add(const CallKey &key, DType common, mlir::StringAttr node, mlir::Operation *op);

private:
  llvm::StringMap<CallForm> forms;
};

} // namespace agc::trace

#endif // AGC_COMPILER_TRACE_CALLFORMS_H
