// Reports every error of autograd in a function, and answers its questions.
#include "compiler/Analysis/Advice.h"
#include "compiler/Analysis/Passes.h"
#include "compiler/Analysis/Replay.h"

namespace agc {
#define GEN_PASS_DEF_CHECK
#include "compiler/Analysis/Passes.h.inc"
} // namespace agc

using namespace mlir;
using namespace agc;

namespace {

/// Says where a backward reads something else than what its op saw, as PyTorch's does too.
void warnOfStale(Location loc, const BackwardResult &backward) {
  for (const auto &[node, saved] : backward.stale) {
    AutogradWarning warning = warningOfStale(loc, node);
    InFlightDiagnostic diagnostic = emitWarning(warning.loc) << warning.text;
    for (const Note &note : warning.notes)
      diagnostic.attachNote(note.loc) << note.text;
  }
}

struct Check : agc::impl::CheckBase<Check> {
  using CheckBase::CheckBase;

  void runOnOperation() override {
    bool refused = false;
    for (auto function : getOperation().getOps<func::FuncOp>())
      refused |= failed(check(function));
    if (refused)
      signalPassFailure();
  }

  LogicalResult check(func::FuncOp function) {
    if (function.isExternal())
      return success();
    if (failed(verifyObjectsAreLocal(function)))
      return failure();
    AutogradState state;
    bool refused = false;
    state.setSink([&](const AutogradError &error) {
      emit(error);
      refused = true;
    });
    answers.clear();
    if (failed(play(function, state)) || refused)
      return failure();
    for (auto [query, answer] : answers) {
      OpBuilder b(query);
      Value constant = arith::ConstantOp::create(
          b, query.getLoc(), b.getIntegerAttr(query.getResult().getType(), answer));
      query.replaceAllUsesWith(constant);
      query.erase();
    }
    return success();
  }

  /// Plays all ops. Fails on what leaves no object to go on with.
  LogicalResult play(func::FuncOp function, AutogradState &state) {
    Replay replay(state);
    for (Operation &op : function.front()) {
      if (llvm::Error error = replay.play(&op)) {
        emit(std::move(error));
        return failure();
      }
      if (auto query = dyn_cast<agt::QueryOp>(op))
        answers.emplace_back(query, replay.answer());
      if (isa<agt::BackwardOp, agt::GradOp>(op))
        warnOfStale(op.getLoc(), replay.lastBackward());
    }
    return success();
  }

  SmallVector<std::pair<agt::QueryOp, int64_t>> answers;
};

} // namespace
