// What a state that goes on for long may free.
#include "compiler/Analysis/AutogradState.h"
#include "llvm/ADT/DenseSet.h"

namespace agc {
namespace {

/// All that some objects and nodes refer to, directly or not.
class Reached {
public:
  void add(Object *object) {
    if (object && seen.insert(object).second)
      objects.push_back(object);
  }
  void add(Node *node) {
    if (node && seen.insert(node).second)
      nodes.push_back(node);
  }
  void close() {
    while (!objects.empty() || !nodes.empty()) {
      if (!objects.empty())
        follow(*objects.pop_back_val());
      else
        follow(*nodes.pop_back_val());
    }
  }
  /// Frees what was not reached.
  template <typename T> void keepOnly(Owned<T> &owned) const {
    owned.keepOnly([&](const T *one) { return seen.contains(one); });
  }

private:
  void follow(const Object &object) {
    seen.insert(object.storage);
    seen.insert(object.counter);
    add(object.step.source);
    add(object.base);
    add(object.shows);
    add(object.grad);
    add(object.gradFn);
    add(object.accumulator);
    add(object.retainedAt.node);
  }
  void follow(const Node &node) {
    add(node.leaf);
    add(node.inner);
    for (Edge edge : node.next)
      add(edge.node);
    for (const Saved &saved : node.saved) {
      seen.insert(saved.storage);
      seen.insert(saved.counter);
      add(saved.object);
      add(saved.viewNode);
      for (Edge edge : saved.history)
        add(edge.node);
    }
  }

  llvm::DenseSet<const void *> seen;
  llvm::SmallVector<Object *> objects;
  llvm::SmallVector<Node *> nodes;
};

} // namespace

void AutogradState::keepOnly(llvm::ArrayRef<Object *> liveObjects,
                             llvm::ArrayRef<Node *> liveNodes) {
  Reached reached;
  for (Object *object : liveObjects)
    reached.add(object);
  for (Node *node : liveNodes)
    reached.add(node);
  for (Object *object : retaining)
    reached.add(object);
  reached.close();
  reached.keepOnly(objects);
  reached.keepOnly(nodes);
  reached.keepOnly(counters);
  reached.keepOnly(storages);
}

} // namespace agc
