// Random programs: which view of an object is taken.
#ifndef AGC_TEST_RANDOM_RANDOMVIEW_H
#define AGC_TEST_RANDOM_RANDOMVIEW_H

#include "test/Random/Program.h"

namespace agc::test {

/// A view of an object, by chance: its kind, arguments and result shapes.
class RandomView {
public:
  RandomView(Program &program, llvm::ArrayRef<int64_t> self) : program(program), self(self) {}

  /// False where the kind does not fit the object.
  bool choose(agt::ViewKind kind);

  agt::View view;
  llvm::SmallVector<agt::Shape> shapes;

private:
  int64_t dim() { return program.below(self.size()); }
  agt::Shape regrouped();

  Program &program;
  llvm::ArrayRef<int64_t> self;
};

} // namespace agc::test

#endif // AGC_TEST_RANDOM_RANDOMVIEW_H
