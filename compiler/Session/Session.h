// A program that runs while it is traced: what it records is compiled and run when a value is asked
// for.
#ifndef AGC_COMPILER_SESSION_SESSION_H
#define AGC_COMPILER_SESSION_SESSION_H

#include "compiler/Trace/Tensor.h"
#include <functional>
#include <memory>

namespace agc {
struct Object;
}

namespace agc::session {

/// Elements of a tensor, row-major and contiguous; a bool is one byte.
struct Elements {
  std::shared_ptr<char> memory;
  uint64_t bytes;
};

/// What autograd and memory know of a tensor.
struct Facts {
  std::vector<int64_t> sizes, strides; ///< sizes below zero are not known: in a check only
  int64_t offset = 0;
  bool isContiguous = true, isRowMajor = true; ///< the one leaves open strides that do not count
  uint64_t storage = 0;                        ///< equal for tensors that share elements
  char *address = nullptr;                     ///< of the first element, where its memory is shared
};

/// What has happened so far.
struct Stats {
  uint64_t recorded = 0, segments = 0, compiles = 0, hits = 0;
  double compileSeconds = 0, runSeconds = 0;
};

/// Whether a function is being traced to be compiled (see Export): tensors have no numbers then,
/// and what needs some is an Error.
bool isExporting();

/// How a user interrupts a program that compiles, which may take long.
struct Interrupts {
  std::function<void()> watch, unwatch; ///< around what can be interrupted
  std::function<bool()> came;           ///< whether one came since; asked from any thread
  std::function<void()> handle;         ///< as the program does, which may throw
};

/// Begins the process' one session: from now on there is a trace at any time.
void begin(Interrupts interrupts = {});
const Interrupts &interrupts();

/// Memory for that many bytes, to be filled.
Elements allocate(uint64_t bytes);

/// A tensor of elements in memory, which it keeps and must not be written by others. In a function
/// that is exported, a constant.
Tensor fromElements(DType dtype, const std::vector<int64_t> &shape, Elements elements,
                    bool requires_grad, Where where);

/// Elements of a tensor in memory that others read and write at any time.
struct SharedMemory {
  std::shared_ptr<char> data; ///< the first element
  std::vector<int64_t> strides;
  int64_t offset = 0; ///< elements before it
  bool isWritable = true;
  std::function<bool()> isShared; ///< whether others hold it still
};

/// A tensor whose elements lie in others' memory: it sees what they write, and they what it does.
Tensor fromShared(DType dtype, const std::vector<int64_t> &shape, SharedMemory memory, Where where);

/// The memory of a tensor, for others to hold. What is pending on it runs; from now on a read takes
/// what memory holds by then, and a write goes there at once.
SharedMemory share(const Tensor &tensor, Where where);

/// The elements that a tensor has now; runs what is pending. An Error where that fails.
Elements elementsOf(const Tensor &tensor, Where where);

/// All elements of a tensor's storage as they lie there, and how many these are.
Elements storageOf(const Tensor &tensor, Where where);
int64_t storageCount(const Tensor &tensor, Where where);

/// Runs what is pending where recording should not go on without it: a loop came round (`ends`: a
/// backward begins here), or much has been recorded.
void poll(Where where, bool ends = false);

/// The tensor that another one is a view of; undefined for none.
Tensor baseOf(const Tensor &tensor, Where where);

/// The tensor of an object that autograd knows; undefined for null.
Tensor tensorOf(agc::Object *object, Where where);

/// Whether a backward is taken op by op, and one that makes a NaN is an Error.
void detectAnomaly(bool enabled);
bool detectsAnomaly();

/// Runs all that live tensors need, as after an optimizer's step; nothing in an exported function.
void synchronize(Where where);

Facts factsOf(const Tensor &tensor);
const Stats &stats();

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_SESSION_H
