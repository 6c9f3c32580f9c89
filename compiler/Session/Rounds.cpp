// Repetitions in a sequence of kinds, and what crosses the borders between them.
#include "compiler/Session/Rounds.h"
#include "compiler/Session/LongGradient.h"
#include "compiler/Session/Process.h"
#include "dialect/AgDialect.h"

using namespace mlir;

namespace agc::session {

/// A loop is known by as many rounds in a row, and by as many ops.
static constexpr size_t kMinRounds = 4, kMinOps = 8;
/// Short rounds are grouped to pieces of as many ops.
static constexpr size_t kPieceOps = 24;

/// How often a round comes in a row.
static size_t countOf(ArrayRef<Kind> round, ArrayRef<Kind> kinds) {
  size_t count = 0;
  for (; kinds.take_front(round.size()) == round; ++count)
    kinds = kinds.drop_front(round.size());
  return count;
}

/// The period of the rounds that reach furthest, and how often they come; zeros where none do.
static std::pair<size_t, size_t> periodOf(ArrayRef<Kind> kinds) {
  size_t length = 0, count = 0;
  for (size_t period = 1; period * kMinRounds <= kinds.size(); ++period) {
    size_t same = period; // ops up to the first that is not the one a period before
    while (same < kinds.size() && kinds[same] == kinds[same - period])
      ++same;
    size_t times = same / period;
    if (times < kMinRounds || times * period < kMinOps || times * period <= length * count)
      continue;
    length = period;
    count = times;
  }
  return {length, count};
}

Rounds::Round *Rounds::roundOf(ArrayRef<Kind> kinds, std::pair<const char *, int> line) {
  for (std::unique_ptr<Round> &round : rounds)
    if (round->line == line && kinds == ArrayRef(round->kinds))
      return round.get();
  rounds.push_back(std::make_unique<Round>(Round{line, kinds.vec(), {}}));
  return rounds.back().get();
}

/// The run of rounds that begins at an op, of a round that is null where there is none. What is
/// known to change is a loop however short.
Rounds::Run Rounds::runAt(ArrayRef<Kind> kinds, size_t begin, std::pair<const char *, int> line) {
  ArrayRef<Kind> rest = kinds.drop_front(begin);
  Run known = {nullptr, begin, 0, 0};
  for (std::unique_ptr<Round> &round : rounds) {
    if (round->line != line || round->counts.size() < 2)
      continue;
    size_t count = countOf(round->kinds, rest), length = round->kinds.size();
    if (count * length > std::max(known.count * known.length, kMinRounds - 1))
      known = {round.get(), begin, count, length};
  }
  if (known.round)
    return known;
  if (auto [length, count] = periodOf(rest); length)
    return {roundOf(rest.take_front(length), line), begin, count, length};
  Kind first = rest.front();
  if (first.joins < kMinRounds)
    return known;
  return {roundOf(Kind{first.hash}, line), begin, first.joins, 0};
}

SmallVector<size_t> Rounds::cut(ArrayRef<Kind> kinds, Where where, bool isLikely) {
  SmallVector<Run> runs;
  for (size_t at = 0; at < kinds.size();) {
    Run run = runAt(kinds, at, {where.file, where.line});
    if (run.round) {
      run.round->counts.insert(run.count);
      runs.push_back(run);
    }
    at += std::max<size_t>(run.count * run.length, 1);
  }
  SmallVector<size_t> begins = {0};
  auto begin = [&](size_t at) {
    if (begins.back() != at && at < kinds.size())
      begins.push_back(at);
  };
  for (const Run &run : runs) {
    if (run.round->counts.size() < (isLikely ? 2 : 3))
      continue;
    size_t at = run.begin, group = run.length ? std::max<size_t>(1, kPieceOps / run.length) : 0;
    for (size_t left = run.length ? run.count : 0; left;) {
      size_t together = left >= group ? group : 1;
      begin(at);
      at += together * run.length;
      left -= together;
    }
    begin(at);
    if (!run.length)
      begin(at + 1);
  }
  if (begins.size() == 1)
    begins.clear();
  return begins;
}

Pieces::Pieces(LiveValues &live, const Segment &segment, ArrayRef<Operation *> ops,
               ArrayRef<size_t> begins)
    : live(live), ops(ops), begins(begins) {
  for (unsigned piece = 0; piece < begins.size(); ++piece) {
    size_t end = piece + 1 < begins.size() ? begins[piece + 1] : ops.size();
    for (Operation *op : ops.slice(begins[piece], end - begins[piece]))
      pieces[op] = piece;
  }
  for (Value value : segment.getWanted())
    read(value, nullptr);
  for (Operation *op : llvm::reverse(segment.getOps())) {
    llvm::SetVector<Value> saved;
    if (segment.isPassed(op) || isa<ag::GradOp>(op))
      live.addSavedBy(op, saved);
    for (Value value : saved)
      read(value, nullptr);
    if (!isa<ag::GradOp>(op) &&
        llvm::any_of(op->getResults(), [&](Value result) { return computed.contains(result); }))
      for (Value operand : op->getOperands())
        read(operand, op);
  }
}

unsigned Pieces::of(Operation *op) const {
  auto piece = pieces.find(op);
  return piece == pieces.end() ? size() : piece->second;
}

void Pieces::read(Value value, Operation *by) {
  Value numbers = live.numbersOf(value);
  if (live.isKnown(numbers))
    return;
  computed.insert(numbers);
  unsigned piece = of(numbers.getDefiningOp());
  if (piece < size() && (!by || of(by) != piece))
    outside.insert(numbers);
}

SmallVector<Value> Pieces::wantedOf(unsigned piece) const {
  size_t end = piece + 1 < begins.size() ? begins[piece + 1] : ops.size();
  SmallVector<Value> wanted;
  for (Operation *op : ops.slice(begins[piece], end - begins[piece]))
    for (Value result : op->getResults())
      if (outside.contains(result))
        wanted.push_back(result);
  return wanted;
}

bool runInPieces(LiveValues &live, const Segment &segment, Rounds &rounds, Where where,
                 bool isLikely, llvm::function_ref<void(ArrayRef<Value>)> execute) {
  ArrayRef<Operation *> ops = segment.getOps();
  if (llvm::any_of(ops, [](Operation *op) { return isa<ag::JvpOp>(op); }))
    return false;
  const auto *first = llvm::find_if(ops, [](Operation *op) { return isa<ag::GradOp>(op); });
  std::optional<LongGradient> path;
  if (first != ops.end())
    path.emplace(live, cast<ag::GradOp>(*first));
  if (path && !path->canBeParted())
    return false;
  SmallVector<Operation *> working;
  SmallVector<Kind> kinds;
  for (Operation *op : ops.take_front(first - ops.begin()))
    if (!isa<ag::LeafMarkOp>(op) && !isPlaceholder(op)) {
      working.push_back(op);
      kinds.push_back({segment.kindOf(op), isa<ag::CatOp>(op) ? op->getNumOperands() : 0});
    }
  SmallVector<size_t> begins = rounds.cut(kinds, where, isLikely);
  if (begins.empty())
    return false;
  Pieces pieces(live, segment, working, begins);
  for (unsigned piece = 0; piece < pieces.size(); ++piece) {
    SmallVector<Value> wanted = pieces.wantedOf(piece);
    llvm::erase_if(wanted, [&](Value value) { return live.join(value); });
    if (!wanted.empty())
      execute(wanted);
  }
  if (path) {
    path->partBy([&](Operation *op) { return pieces.of(op); });
    path->take(1, execute);
  }
  return true;
}

} // namespace agc::session
