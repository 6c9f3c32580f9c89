// Random calls of the records that the surface has, on a program's objects.
#ifndef AGC_TEST_RANDOM_CALLS_H
#define AGC_TEST_RANDOM_CALLS_H

#include "test/Ops/Samples.h"
#include "test/Random/Program.h"

namespace agc::test {

class Calls {
public:
  /// Reads the records' samples; what is wrong with them is printed.
  explicit Calls(mlir::MLIRContext *context);

  /// Appends a call of a random record, in place where that is asked for and the record has such a
  /// form. False where what was tried came to nothing.
  bool add(Program &program, bool inPlace, Coverage &coverage) const;
  /// Appends the sum of all elements of an object.
  mlir::Value sum(Program &program, mlir::Value self) const;

private:
  std::vector<std::vector<Sample>> records; ///< in f64 where a record has it, else i64 or bool
};

} // namespace agc::test

#endif // AGC_TEST_RANDOM_CALLS_H
