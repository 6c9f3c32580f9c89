// Random programs: what happens in one, and in which proportion.
#ifndef AGC_TEST_RANDOM_GENERATOR_H
#define AGC_TEST_RANDOM_GENERATOR_H

#include "test/Random/Calls.h"

namespace agc::test {

/// Fills a program: at least 30 events, among them two aliases, a write, a detach and a backward.
/// Events that autograd refuses are part of it.
class Generator {
public:
  Generator(const Calls &calls, Program &program, Coverage &coverage)
      : calls(calls), program(program), coverage(coverage) {}

  void run();
  /// Whether all that is promised is in it: a backward that fails may end a program before.
  bool isComplete() const {
    return done.events >= 30 && done.aliases >= 2 && done.writes && done.detaches && done.backwards;
  }

private:
  void step();
  void complete();

  bool call() { return calls.add(program, /*inPlace=*/false, coverage); }
  bool callInPlace() { return calls.add(program, /*inPlace=*/true, coverage); }
  bool copy();
  bool view();
  bool alias(bool detach);
  bool setData();
  bool flag();
  bool mode(bool push);
  bool self(llvm::StringRef event);
  bool setGrad();
  bool query();
  bool backward();
  bool gradient();
  bool sumBackward();

  bool hasOneGradient(mlir::Value ref);
  mlir::Value any();
  mlir::Value like(mlir::Value ref);
  mlir::Value root(llvm::SmallVectorImpl<mlir::Value> &seeds, llvm::json::Array &seedNames);

  const Calls &calls;
  Program &program;
  Coverage &coverage;
  unsigned modes = 0;
  bool derivesTwice = false; ///< whether gradients are made that can be differentiated
  struct {
    unsigned events, aliases, writes, detaches, backwards;
  } done = {};
};

} // namespace agc::test

#endif // AGC_TEST_RANDOM_GENERATOR_H
