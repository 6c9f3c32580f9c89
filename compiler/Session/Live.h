// The live trace: objects and their histories outlive the segments in which their numbers are
// computed.
//
// Internal to this library.
#ifndef AGC_COMPILER_SESSION_LIVE_H
#define AGC_COMPILER_SESSION_LIVE_H

#include "compiler/Session/Escapes.h"
#include "compiler/Session/Process.h"
#include "compiler/Session/ProgramNumbers.h"
#include "compiler/Session/Roots.h"
#include "compiler/Session/Rounds.h"
#include "compiler/Session/SegmentCode.h"
#include "compiler/Trace/CallForms.h"
#include <set>

namespace agc::session {

/// One function that never ends: what was asked of it has run, in segments.
class Live : private LiveFunction, public Process {
public:
  Live();

  Tensor leaf(mlir::RankedTensorType type, Buffer buffer, bool requiresGrad, Where where) override;
  Tensor leaf(mlir::RankedTensorType type, SharedMemory memory, Where where) override;
  SharedMemory share(mlir::Value ref, Where where) override;
  bool isKnown(mlir::Value) override { return true; }
  Buffer elementsOf(mlir::Value ref, Where where) override;
  Buffer wholeOf(agc::Object *object, Where where) override {
    return escapes.wholeOf(object, where);
  }
  int64_t countOf(agc::Object *object, Where where) override {
    return escapes.countOf(object, where);
  }
  char *addressOf(const agc::Object *object) override { return escapes.addressOf(object); }
  Tensor handleOf(agc::Object *object) override;
  void poll(Where where, bool ends) override;
  void synchronize(Where where) override;

  mlir::Value number(mlir::Location loc, const Scalar &scalar, DType dtype) override;
  void computed(llvm::ArrayRef<mlir::Value> results, Where where) override;
  Tensor tensor(mlir::Value ref) override;
  Tensor repeat(const trace::CallForm &form, llvm::ArrayRef<const Operand *> operands,
                Where where) override;
  bool repeatInPlace(const trace::CallForm &form, llvm::ArrayRef<const Operand *> operands,
                     Where where) override;
  Tensor repeat(const std::shared_ptr<trace::Object> &self, const agt::View &view,
                mlir::RankedTensorType result, Where where) override;

protected:
  Replay &getReplay() override { return events.getReplay(); }
  mlir::Value refer(const trace::Object &object) override { return anchor(builder, object); }
  void play(mlir::Operation *op, trace::Reports &reports, Where where) override;

private:
  using Objects = llvm::SmallVector<agc::Object *>;
  Objects objectsOf(const trace::CallForm &form, llvm::ArrayRef<const Operand *> operands);
  mlir::Operation *compute(const trace::CallForm &form, llvm::ArrayRef<const Operand *> operands,
                           llvm::ArrayRef<agc::Object *> objects, Where where);
  void run(llvm::ArrayRef<mlir::Value> asked, Where where);
  llvm::SetVector<mlir::Value> findLive(bool anew);
  void sweep(const llvm::SetVector<mlir::Value> &kept, bool anew);
  void execute(llvm::ArrayRef<mlir::Value> wanted, Where where);
  void executeWhole(llvm::ArrayRef<mlir::Value> wanted, Where where);
  void call(const Segment &segment, const SegmentCode::Callable &called, Where where);
  Buffer numbersOf(mlir::Value value, Where where);
  mlir::Value anchor(mlir::OpBuilder &b, const trace::Object &object);
  bool isDirect(const trace::CallForm &form);
  void takeLongGradients(mlir::Operation *before, mlir::Operation *event, Where where);
  bool isLong(Where where);
  void moveAnchors(llvm::SmallVectorImpl<mlir::Value> &anchors);

  mlir::OpBuilder eventBuilder{&context};
  Functionalizer events{autograd, eventBuilder};
  LiveValues live{LiveFunction::function.getBody().front(), events};
  Escapes escapes{live, [this](mlir::Value value, Where where) { return numbersOf(value, where); }};
  SegmentCode code{context, stats};
  Rounds rounds;
  Roots roots; ///< of the last run
  ProgramNumbers numbers;
  llvm::DenseMap<const trace::CallForm *, bool> direct; ///< the answers of isDirect
  std::set<std::pair<const char *, int>> ended;         ///< lines of this segment
  std::pair<const char *, int> lastLine = {nullptr, 0}; ///< where the last poll came from
  std::pair<const char *, int> cutLine = {nullptr, 0};  ///< where a long segment ended last
  uint64_t pending = 0;
  uint64_t recent = 0;     ///< events since all was swept
  bool isOutdated = false; ///< what is kept may have become less, or is not known to be there
  bool isParted = false;   ///< a backward was taken one by one: what follows is another segment
  const uint64_t limit;
};

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_LIVE_H
