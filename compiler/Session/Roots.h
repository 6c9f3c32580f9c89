// What a program's tensors refer to.
#ifndef AGC_COMPILER_SESSION_ROOTS_H
#define AGC_COMPILER_SESSION_ROOTS_H

#include "compiler/Analysis/Object.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SetVector.h"

namespace agc::session {

/// The objects, storages and nodes that a program can reach from the tensors that it holds.
class Roots {
public:
  void clear();
  /// Takes what was reached for what the program holds, and goes on from there: nodes do not
  /// change, and are not gone through again.
  void renew();

  void add(Object *object);
  /// Goes on to all that was added. With `isShared`: of what nodes saved, that whose memory others
  /// may write is theirs, too.
  void close(llvm::function_ref<bool(const Storage *)> isShared);

  llvm::ArrayRef<Object *> getObjects() const { return objects.getArrayRef(); }
  bool contains(const Object *object) const {
    return objects.contains(const_cast<Object *>(object));
  }
  bool contains(const Storage *storage) const { return storages.contains(storage); }
  /// Whether a node saved it: what it sees is read where that was written without notice.
  bool isSaved(const Object *object) const { return saved.contains(object); }

private:
  void add(Node *node);

  llvm::SetVector<Object *> objects;
  llvm::DenseSet<const Object *> saved;
  llvm::DenseSet<const Storage *> storages;
  llvm::DenseSet<const Node *> nodes;
  llvm::SmallVector<Node *> stack;
};

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_ROOTS_H
