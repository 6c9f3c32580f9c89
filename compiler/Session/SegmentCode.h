// The machine code of segments: of this process, of the cache on disk, or made when it is asked
// for.
#ifndef AGC_COMPILER_SESSION_SEGMENTCODE_H
#define AGC_COMPILER_SESSION_SEGMENTCODE_H

#include "compiler/Session/Cache.h"
#include "compiler/Session/Jit.h"
#include "compiler/Session/Segment.h"
#include "compiler/Session/Session.h"
#include <map>

namespace agc::session {

/// Compiles each form of segment for the sizes that it is met with first, and for any (`?`) when it
/// is met with other ones.
class SegmentCode {
public:
  SegmentCode(mlir::MLIRContext &context, Stats &stats) : context(context), stats(stats) {}

  /// Code, and the extents that a call of it takes.
  struct Callable {
    const Compiled *code;
    llvm::SmallVector<int64_t> extents;
  };
  /// The code of a segment, where it has been compiled.
  std::optional<Callable> find(const Segment &segment);
  /// Whether one of its form has been, for other sizes.
  bool knowsForm(const Segment &segment) const;
  /// Counts the times that a segment came that has no code; whether they are so many that code of
  /// its own pays.
  bool comesOften(const Segment &segment);
  /// Compiles a segment that has no code. An Error where it cannot be compiled.
  Callable make(Segment &segment, Where where);

private:
  /// All code of one form.
  struct Form {
    std::map<Sizes, std::unique_ptr<Compiled>> exact;
    std::vector<std::pair<SizePattern, std::unique_ptr<Compiled>>> general;
    std::optional<Sizes> last; ///< those that it was compiled for last
    bool isFixed = false;      ///< a pattern was tried that cannot be compiled
    unsigned timesWithout = 0; ///< how often it came without code
  };

  std::unique_ptr<Compiled> compile(Segment &segment, const SizePattern *pattern, Where where);
  std::optional<Callable> generalise(Form &form, Segment &segment, Where where);
  std::optional<SegmentObject> objectOf(mlir::ModuleOp module);

  mlir::MLIRContext &context;
  Stats &stats;
  Jit jit;
  Cache disk;
  std::map<std::vector<uintptr_t>, Form> forms;
};

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_SEGMENTCODE_H
