// Loops in what was recorded: where the same ops come again and again, another number of times in
// each run.
#ifndef AGC_COMPILER_SESSION_ROUNDS_H
#define AGC_COMPILER_SESSION_ROUNDS_H

#include "compiler/Session/LiveValues.h"
#include "compiler/Session/Segment.h"
#include "compiler/Trace/Error.h"
#include <memory>
#include <set>

namespace agc::session {

/// What an op is but for its sizes and where its operands come from. Of one that joins any number
/// of tensors, that number stands apart.
struct Kind {
  size_t hash;
  unsigned joins = 0;

  bool operator==(const Kind &other) const { return hash == other.hash && joins == other.joins; }
};

/// Knows the rounds of a program's loops by the kinds of their ops, and how often they came.
class Rounds {
public:
  /// Where pieces of such ops begin, so that each loop whose number of rounds changes is made of
  /// the same pieces however often it came, and what joins as many tensors is one; empty where no
  /// number changes. `where` asks for the ops: a loop is another one where others ask. Where it is
  /// not `isLikely` that the ops come with other numbers, two of these are not enough.
  llvm::SmallVector<size_t> cut(llvm::ArrayRef<Kind> kinds, Where where, bool isLikely);

private:
  struct Round {
    std::pair<const char *, int> line;
    std::vector<Kind> kinds;
    std::set<size_t> counts; ///< how often it came in a row
  };
  struct Run {
    Round *round;
    size_t begin, count;
    size_t length; ///< ops of a round
  };

  Run runAt(llvm::ArrayRef<Kind> kinds, size_t begin, std::pair<const char *, int> line);
  Round *roundOf(llvm::ArrayRef<Kind> kinds, std::pair<const char *, int> line);

  std::vector<std::unique_ptr<Round>> rounds;
};

/// A segment in pieces: its ops up to the first gradient.
class Pieces {
public:
  Pieces(LiveValues &live, const Segment &segment, llvm::ArrayRef<mlir::Operation *> ops,
         llvm::ArrayRef<size_t> begins);

  unsigned size() const { return begins.size(); }
  /// Which piece an op is of; `size()` for another op.
  unsigned of(mlir::Operation *op) const;
  /// What a piece computes that others read, or gradients will.
  llvm::SmallVector<mlir::Value> wantedOf(unsigned piece) const;

private:
  void read(mlir::Value value, mlir::Operation *by);

  LiveValues &live;
  llvm::ArrayRef<mlir::Operation *> ops;
  llvm::SmallVector<size_t> begins;
  llvm::DenseMap<mlir::Operation *, unsigned> pieces;
  llvm::DenseSet<mlir::Value> computed; ///< numbers that the segment needs
  llvm::DenseSet<mlir::Value> outside;  ///< and what reads them is not in their piece
};

/// Computes the ops of a segment up to its first gradient piece by piece, where a loop among them
/// changes, and that gradient; false, and nothing done, elsewhere. `execute` computes values.
bool runInPieces(LiveValues &live, const Segment &segment, Rounds &rounds, Where where,
                 bool isLikely, llvm::function_ref<void(llvm::ArrayRef<mlir::Value>)> execute);

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_ROUNDS_H
