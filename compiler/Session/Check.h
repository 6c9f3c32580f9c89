// A program that is followed without being run: what a check asks, and what it finds.
#ifndef AGC_COMPILER_SESSION_CHECK_H
#define AGC_COMPILER_SESSION_CHECK_H

#include "compiler/Session/Session.h"

namespace agc::session {

/// A line of the program; no file where it is not known.
struct Place {
  std::string file;
  int line = 0, column = 0;
};

/// What a check found.
struct Finding {
  enum Severity { Error, Warning, Remark };
  Severity severity;
  std::string rule; ///< leaf-written
  Place place;
  std::string text;
  struct Note {
    Place place;
    std::string text;
  };
  std::vector<Note> notes;
  std::optional<Note> fix;
  bool isOutOfPlace = false; ///< the fix makes a new tensor of what is written there
};

/// How a program is checked.
struct CheckOptions {
  /// Whether the program itself catches an error of that text here: then it is raised.
  std::function<bool(const std::string &text)> isCaught;
  /// Takes what was found, each finding once.
  std::function<void(const Finding &)> report;
};

/// Numbers that a check does not know are asked for: the program cannot be followed further.
struct NeedsNumbers : agc::Error {
  using Error::Error;
};

/// What the program does here depends on a number that is not known, and autograd is to follow it.
struct BranchEnds : NeedsNumbers {
  using NeedsNumbers::NeedsNumbers;
};

/// Begins a session that records and follows autograd, and never runs: numbers that the program did
/// not give itself are not known. Errors are reported, and count as done.
void beginCheck(CheckOptions options);
/// The program, which was checked, is at its end; parameters by name, in groups that belong
/// together, and whether an optimizer is to train them.
using Parameters = std::pair<std::vector<std::pair<std::string, Tensor>>, bool>;
void endCheck(const std::vector<Parameters> &groups);
/// The program reads a tensor's gradient slot.
void readsGrad(const Tensor &tensor, Where where);
/// The program takes a tensor's numbers: a number for where; none where they have no history.
std::optional<size_t> takeNumbers(const Tensor &tensor, Where where);
/// A new tensor is made of numbers that were taken.
void makeOfNumbers(const Tensor &tensor, size_t taking, Where where);
/// The program goes a way that a number decides which is not known, or has gone it.
void enterBranch(bool enters);
/// An error of autograd that the front end found, in PyTorch's words.
struct Refusal {
  std::string rule, text;
  /// Without any, where the subject was made; of a freed graph, what freed it comes first.
  std::vector<Finding::Note> notes = {};
  std::optional<int64_t> savedVersion = {}; ///< of a saved subject that was written since
};
/// Raises it; a check reports it by its rule and goes on, but where the program catches it.
void refuse(const Refusal &refusal, const Tensor &subject, Where where);

/// An extent of which nothing is known.
Extent unknownExtent(Where where);

/// What a check knows of a tensor object that an op made.
struct TensorStory {
  uint64_t id; ///< of the object
  Place place;
  std::string op; ///< what made it; empty for a leaf
  std::vector<uint64_t> inputs;
  std::vector<int64_t> shape; ///< below zero where not known
  std::string dtype;
  bool isLeaf, requiresGrad, retainsGrad;
  uint64_t node; ///< its grad_fn; for a leaf what accumulates its gradient; 0 for none
  int64_t version;
  std::vector<Place> writes;
  uint64_t bytes;
  uint64_t grad; ///< the object in its gradient slot, or 0
  std::vector<Finding::Note> whyNoGrad;
};

/// What a check knows of a node of the graph.
struct NodeStory {
  uint64_t id;
  std::string name;
  Place place;
  std::vector<uint64_t> next;
  struct Saved {
    uint64_t object;
    bool isResult; ///< the node's own, not its input
  };
  std::vector<Saved> saved;
  bool isExecuted; ///< a backward passed it
  std::optional<Place> freedBy;
};

struct Story {
  std::vector<TensorStory> tensors; ///< in the order in which they were made
  std::vector<NodeStory> nodes;
};
/// What happened in a check, up to now.
Story tell();

/// A check takes a tensor's numbers, which only stand for others, for unknown.
void forgetNumbers(const Tensor &tensor);

/// Whether a tensor's numbers can be asked for: always, but in a check.
bool isKnown(const Tensor &tensor);

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_CHECK_H
