// Numbers of the program that a segment takes as inputs.
#ifndef AGC_COMPILER_SESSION_PROGRAMNUMBERS_H
#define AGC_COMPILER_SESSION_PROGRAMNUMBERS_H

#include "compiler/Session/LiveValues.h"
#include <vector>

namespace agc::session {

/// Which numbers of a line are one input of a segment: those that were equal whenever they came
/// together. Two that are equal only now and then, by chance, stay two: else each chance would be
/// code of its own.
class ProgramNumbers {
public:
  /// The 0-dim value of a number, whose bits come with zeros above.
  mlir::Value of(LiveValues &live, mlir::OpBuilder &b, mlir::Location loc,
                 mlir::RankedTensorType type, uint64_t bits);
  /// From now on numbers are inputs of another segment.
  void endSegment() { ++segment; }

private:
  struct Number {
    mlir::Type type;
    uint64_t bits;
    mlir::Value value;
  };
  struct Line {
    /// Of each number, in their order in a segment, the earlier one that it is; itself for none.
    std::vector<unsigned> same;
    std::vector<Number> seen; ///< in this segment
    uint64_t segment = 0;
  };

  llvm::DenseMap<const void *, Line> lines;
  uint64_t segment = 0;
};

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_PROGRAMNUMBERS_H
