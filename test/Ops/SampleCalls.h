// Which calls the generated tests make of a record: shapes, parameters, and what kind of values.
#ifndef AGC_TEST_OPS_SAMPLECALLS_H
#define AGC_TEST_OPS_SAMPLECALLS_H

#include "dialect/Record.h"

namespace agc::test {

/// What varies between the samples of a record and element type.
struct Call {
  std::string name;                                     ///< the last part of the key
  llvm::SmallVector<llvm::SmallVector<int64_t>> shapes; ///< of each operand
  llvm::SmallVector<std::string> types;                 ///< element type of each operand, by name
  llvm::SmallVector<const ag::ArgSpec *> specs;
  mlir::DictionaryAttr params;
  std::string op, torch;
  enum Values { Random, Ties, Specials, ComplexSpecials } values = Random;
  /// Operands with other strides than a row-major tensor's.
  enum Layout { Contiguous, NonContiguous, Expanded } layout = Contiguous;
};

/// Whether a record's special value is for complex operands alone: it ends with "i".
inline bool isComplexSpecial(llvm::StringRef value) { return value.ends_with("i"); }

/// The calls of a record, for every element type; what is wrong in its Cases goes to `errors`.
std::vector<Call> callsOf(const ag::Record &record, mlir::MLIRContext *context,
                          std::vector<std::string> &errors);

} // namespace agc::test

#endif // AGC_TEST_OPS_SAMPLECALLS_H
