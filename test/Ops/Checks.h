// The checks that a sample passes, and the ways to break a record that they must notice.
#ifndef AGC_TEST_OPS_CHECKS_H
#define AGC_TEST_OPS_CHECKS_H

#include "test/Ops/SampleJson.h"

namespace agc::test {

/// Runs every check on a sample and reports what fails. Whether PyTorch's values were compared
/// with: not where it lacks the element type.
bool checkSample(Sample &sample, Recording &recording, std::vector<std::string> &failures);

/// A wrong gradient put into the table of records (which must be breakable), and taken out again.
struct GradientBreak {
  std::string what; ///< which operand's
  std::function<void()> apply, undo;
};

/// Every way to break a record's gradient: each operand's rule doubled; a gradient that is no
/// expression replaced by zero, a zero one by the identity's.
std::vector<GradientBreak> breaksOf(const ag::Record &record);

} // namespace agc::test

#endif // AGC_TEST_OPS_CHECKS_H
