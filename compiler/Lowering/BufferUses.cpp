// Uses of buffers through views, loops and branches.
#include "compiler/Lowering/BufferUses.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;

namespace agc {

BufferUses::BufferUses(func::FuncOp function)
    : block(function.getBody().front()), aliases(function) {
  for (auto [i, op] : llvm::enumerate(block))
    positions[&op] = i;
}

unsigned BufferUses::position(Operation *op) const {
  return positions.lookup(block.findAncestorOpInBlock(*op));
}

SmallVector<BufferUse> BufferUses::of(Value buffer) const {
  SmallVector<BufferUse> uses;
  for (Value alias : aliases.resolve(buffer))
    for (OpOperand &use : alias.getUses())
      if (!isa<ViewLikeOpInterface>(use.getOwner()))
        uses.push_back({&use, position(use.getOwner())});
  llvm::sort(uses, [](const BufferUse &a, const BufferUse &b) { return a.position < b.position; });
  return uses;
}

} // namespace agc
