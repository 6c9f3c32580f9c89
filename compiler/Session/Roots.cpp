#include "compiler/Session/Roots.h"

namespace agc::session {

void Roots::clear() {
  objects.clear();
  saved.clear();
  storages.clear();
  nodes.clear();
}

void Roots::renew() {
  llvm::SmallVector<Object *> old = objects.takeVector();
  storages.clear();
  for (Object *object : old)
    add(object);
}

void Roots::add(Object *object) {
  if (!object || !objects.insert(object))
    return;
  storages.insert(object->storage);
  add(object->grad);
  add(object->base);
  add(object->step.source);
  add(object->gradFn);
  add(object->accumulator);
}

void Roots::add(Node *node) {
  if (node && nodes.insert(node).second)
    stack.push_back(node);
}

void Roots::close(llvm::function_ref<bool(const Storage *)> isShared) {
  while (!stack.empty()) {
    Node *node = stack.pop_back_val();
    add(node->leaf);
    add(node->inner);
    for (const Saved &saved : node->saved) {
      this->saved.insert(saved.object);
      if (saved.object && isShared(saved.storage))
        add(saved.object);
    }
    for (Edge edge : node->next)
      add(edge.node);
  }
}

} // namespace agc::session
