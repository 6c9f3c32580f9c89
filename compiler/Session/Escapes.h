// Storages whose elements lie in memory that others read and write at any time: numpy's arrays, and
// whatever speaks DLPack.
#ifndef AGC_COMPILER_SESSION_ESCAPES_H
#define AGC_COMPILER_SESSION_ESCAPES_H

#include "compiler/Session/LiveValues.h"
#include "compiler/Session/Session.h"

namespace agc::session {

/// The escaped storages of a live function. What memory holds becomes the storage's contents before
/// anything reads it, and what is written to the storage goes to memory at once.
class Escapes {
public:
  /// Computes a value's numbers.
  using Compute = std::function<Buffer(mlir::Value, Where)>;
  Escapes(LiveValues &live, Compute compute) : live(live), compute(std::move(compute)) {}

  /// The elements in memory, row-major.
  static Buffer read(mlir::RankedTensorType type, const SharedMemory &memory);
  /// From now on an object's storage has its elements in memory that others hold, too.
  void add(Object *object, SharedMemory memory);
  /// The memory of an object's storage, made where it has none that is shared.
  SharedMemory share(Object *object, Where where);
  bool empty() const { return escapes.empty(); }
  bool contains(const Storage *storage) const {
    return escapes.contains(const_cast<Storage *>(storage));
  }
  /// All elements of an object's storage, as they lie there.
  Buffer wholeOf(Object *object, Where where);
  /// How many these are.
  int64_t countOf(Object *object, Where where) const;
  /// Where an object's first element lies; null where its storage is not shared.
  char *addressOf(const Object *object) const;

  /// Takes what memory holds before an op reads it.
  void before(mlir::Operation *op);
  void refresh(Storage *storage, mlir::OpBuilder &b, mlir::Location loc);
  /// Gives memory what an op wrote.
  void after(mlir::Operation *op, Where where);

  /// Another value stands for one.
  void replace(llvm::function_ref<mlir::Value(mlir::Value)> replacement);
  /// Forgets storages that nothing refers to.
  void retain(llvm::function_ref<bool(const Storage *)> isLive);

private:
  struct Escape {
    SharedMemory memory; ///< its `data` are the storage's first element
    Layout layout;       ///< of the object that the storage was made with
    mlir::RankedTensorType type;
    mlir::Value known; ///< what memory held when it was last seen
  };

  bool refresh(Escape &escape, Storage *storage, mlir::OpBuilder &b, mlir::Location loc);
  void flush(Escape &escape, Storage *storage, Where where);
  Object *objectOf(mlir::Value ref) const;
  std::pair<Layout, mlir::RankedTensorType> madeAs(Object *object, Where where) const;

  LiveValues &live;
  Compute compute;
  llvm::MapVector<Storage *, Escape> escapes;
};

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_ESCAPES_H
