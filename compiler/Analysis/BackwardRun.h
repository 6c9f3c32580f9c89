// One run of the autograd engine over the graph, in its order, without numbers.
#ifndef AGC_COMPILER_ANALYSIS_BACKWARDRUN_H
#define AGC_COMPILER_ANALYSIS_BACKWARDRUN_H

#include "compiler/Analysis/AutogradState.h"
#include "compiler/Autodiff/Vjp.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include <queue>

namespace agc {

/// Runs a backward: what each node finds of what it saved, what it frees, which slots are filled.
class BackwardRun {
public:
  /// With `accumulates` gradients go to slots (`backward`), else to new objects (`grad`).
  BackwardRun(AutogradState &state, const BackwardCall &call, bool accumulates)
      : state(state), call(call), accumulates(accumulates) {}

  /// Runs from the call's roots; `inputs`, where given, are all that is wanted.
  llvm::Expected<BackwardResult> run(llvm::ArrayRef<Object *> inputs);

private:
  /// A cotangent: whether it exists, and with create_graph the history it has, the object that it
  /// is or looks at, and those that it was computed from, which the program may write.
  struct Cotangent {
    bool defined = false;
    llvm::SmallVector<Edge, 2> history;
    Object *object = nullptr;
    llvm::SmallVector<Object *, 1> sources; ///< the object among them
    std::string name = "";                  ///< of the node of what made it, where that is known
    void add(const Cotangent &other);
    void become(Object *visible);
  };
  /// What the engine knows of a node.
  struct Task {
    unsigned dependencies = 0;
    bool wanted = false;   ///< its backward runs
    bool captured = false; ///< its cotangents are results of `grad`
    llvm::SmallVector<Cotangent, 1> incoming;
    Cotangent &at(unsigned output);
  };
  /// Leaves' nodes first, then the latest op.
  struct Later {
    bool operator()(const Node *a, const Node *b) const;
  };

  llvm::Expected<BackwardResult> walk();
  void undo();
  llvm::Error findRoots();
  llvm::Error findCuts();
  llvm::Error findInputs();
  void countDependencies();
  void markWanted();
  llvm::Error deliverSeeds();
  void deliver(Edge edge, const Cotangent &cotangent);
  llvm::Error execute(Node *node);
  /// Whether what goes along an edge is wanted.
  bool asksFor(Edge edge) const;
  llvm::Error checkShapes(const Node *node);
  llvm::Error refuse(AutogradError error);
  llvm::Error unpack(Node *node, Node *owner);
  llvm::Error unpack(const Saved &saved, Node *owner);
  llvm::Error savedOverwritten(const Saved &saved, Node *node, Node *named);
  llvm::Expected<Cotangent> propagate(Node *node, Task &task);
  llvm::Expected<Node *> derive(Node *node, const Task &task, const Cotangent &all);
  DerivedValues valuesOf(const Node *node, const Task &task);
  void saveAgain(Node *derived, const Node *node, const Task &task, const DerivedValues &values);
  Object *passedOn(const Node *node, const Task &task, unsigned edge) const;
  std::string nameAlong(const Node *node, const Task &task, unsigned edge) const;
  void capture(Node *node, Task &task);
  llvm::Error retain(Node *node, Task &task);
  llvm::Error arrive(Object *leaf, const Cotangent &cotangent);
  llvm::Error accumulate(Object *object, const Cotangent &cotangent, Edge at);
  Object *newGradient(Object *like, const Cotangent &cotangent, llvm::StringRef name);
  llvm::Error collectGradients();

  AutogradState &state;
  const BackwardCall &call;
  llvm::ArrayRef<Object *> inputs;
  bool accumulates, restricted = false;
  bool refused = false;                   ///< the call, or the node that is executed, met an error
  llvm::SmallVector<Edge> roots, targets; ///< per root and per input; of null nodes where nowhere
  llvm::SmallVector<Object *> captured;   ///< per input: what `grad` gives, once it has come
  llvm::DenseSet<std::pair<Node *, unsigned>> cut; ///< places where only seeds arrive
  llvm::SmallVector<Node *> reachable, freed;
  llvm::DenseMap<Node *, Task> tasks;
  std::priority_queue<Node *, llvm::SmallVector<Node *>, Later> ready;
  BackwardResult result;
};

} // namespace agc

#endif // AGC_COMPILER_ANALYSIS_BACKWARDRUN_H
