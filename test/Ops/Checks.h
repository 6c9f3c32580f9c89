// The checks that a sample passes, and the ways to break a record that they must notice.
#ifndef AGC_TEST_OPS_CHECKS_H
#define AGC_TEST_OPS_CHECKS_H

#include "test/Ops/SampleJson.h"

namespace agc::test {

/// Runs every check on a sample and reports what fails. Whether PyTorch's values were compared
/// with: not where it lacks the element type.
bool checkSample(Sample &sample, Recording &recording, std::vector<std::string> &failures);

/// Whether a failure of checkSample is of numbers that differ, not of code that cannot be run.
bool isDifference(llvm::StringRef failure);

/// Compares values and gradients that native code computed of a sample with PyTorch's; no gradients
/// where it has none.
void compareNative(Sample &sample, Recording &recording, const std::vector<interp::Tensor> &values,
                   const std::vector<interp::Tensor> *gradients,
                   std::vector<std::string> &failures);

/// How many samples were run as native code, and how many do not compile or load.
struct NativeCount {
  size_t compared = 0, failed = 0;
};

/// Compiles samples of one record, runs them, and compares them with PyTorch's recording.
void checkNative(llvm::ArrayRef<Sample *> samples, Recording &recording,
                 std::vector<std::string> &failures, NativeCount &count);

/// Builds the sample's call with one operand of each other shape: what does not fit must be refused
/// with a reason. How many there were.
size_t buildMisfits(Sample &sample, std::vector<std::string> &failures);

/// A way to break a record: a wrong entry put into the table (which must be breakable), and taken
/// out again; or a wrong op put behind the record's ops in a module.
struct Break {
  std::string what; ///< which operand's gradient, or which kind of element's code
  std::function<void()> apply = [] {}, undo = [] {};
  /// Whether the break, once applied, concerns a sample of the record.
  std::function<bool(Sample &)> concerns = [](Sample &) { return true; };
  /// Breaks a module; whether it holds what is broken. Null where the table is.
  std::function<bool(mlir::ModuleOp)> change = nullptr;
};

/// Every way to break a record's gradient: each operand's rule doubled, each zero replaced by the
/// result's cotangent; a gradient that is no expression replaced by zero.
std::vector<Break> breaksOf(const ag::Record &record);

/// Every way to break a record's code: each lowering of a kind of element, one off or inverted (a
/// reduction's monoid is its lowering). Composites, whose code is their body's, and ops that lower
/// by C++ get each result one off or inverted, for each kind of element that it has.
std::vector<Break> loweringBreaksOf(const ag::Record &record);

} // namespace agc::test

#endif // AGC_TEST_OPS_CHECKS_H
