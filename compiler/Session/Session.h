// A program that runs while it is traced: what it records is compiled and run when a value is asked
// for.
#ifndef AGC_COMPILER_SESSION_SESSION_H
#define AGC_COMPILER_SESSION_SESSION_H

#include "compiler/Trace/Tensor.h"
#include <memory>

namespace agc::session {

/// Elements of a tensor, row-major and contiguous; a bool is one byte.
struct Elements {
  std::shared_ptr<char> memory;
  uint64_t bytes;
};

/// What autograd and memory know of a tensor.
struct Facts {
  std::vector<int64_t> sizes, strides;
  int64_t offset = 0;
  uint64_t storage = 0; ///< equal for tensors that share elements
};

/// What has happened so far.
struct Stats {
  uint64_t recorded = 0, segments = 0, compiles = 0, hits = 0;
  double compileSeconds = 0, runSeconds = 0;
};

/// Begins the process' one session: from now on there is a trace at any time.
void begin();

/// Memory for that many bytes, to be filled.
Elements allocate(uint64_t bytes);

/// A tensor of elements in memory, which it keeps and must not be written by others.
Tensor fromElements(DType dtype, const std::vector<int64_t> &shape, Elements elements,
                    bool requires_grad, Where where);

/// The elements that a tensor has now; runs what is pending. An Error where that fails.
Elements elementsOf(const Tensor &tensor, Where where);

/// Runs what is pending where recording should not go on without it: a loop came round (`ends`: a
/// backward or an optimizer's step begins here), or much has been recorded.
void poll(Where where, bool ends = false);

/// Runs all that live tensors need.
void synchronize(Where where);

Facts factsOf(const Tensor &tensor);
const Stats &stats();

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_SESSION_H
