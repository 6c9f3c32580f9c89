// The pass agc-contract-nest. Afterwards no contraction of f32 or f64 buffers is left: each is a
// nest of loops that packs panels and calls panel functions, at the place of its last op.
#include "compiler/CodeGen/Nest.h"
#include "compiler/CodeGen/Passes.h"
#include "compiler/Lowering/ContractBody.h"

namespace agc {
#define GEN_PASS_DEF_CONTRACTNEST
#include "compiler/CodeGen/Passes.h.inc"
} // namespace agc

using namespace agc;
using namespace mlir;

namespace {
struct ContractNest : agc::impl::ContractNestBase<ContractNest> {
  using ContractNestBase::ContractNestBase;

  void runOnOperation() override {
    PanelLibrary library(getOperation());
    SmallVector<linalg::LinalgOp> ops;
    getOperation().walk([&](linalg::LinalgOp op) {
      if (isContraction(op))
        ops.push_back(op);
    });
    for (linalg::LinalgOp op : ops)
      replace(op, library);
  }

  NestShape shapeFor(Contraction &c) {
    NestShape shape = NestShape::get(vectorBits, registers, c.element.getWidth());
    // Scratch for an unknown extent has room for a whole block in each chunk.
    bool unknown = llvm::any_of(
        c.n.inner, [&](unsigned loop) { return ShapedType::isDynamic(c.extents[loop]); });
    if (unknown)
      shape.width = std::min<int64_t>(shape.width, 512);
    if (depth)
      shape.depth = depth;
    if (width)
      shape.width = shape.fewRowsWidth = width;
    if (rowPanels)
      shape.rowPanels = rowPanels;
    if (prefetch)
      shape.prefetch = prefetch;
    return shape;
  }

  void replace(linalg::LinalgOp op, PanelLibrary &library) {
    std::string reason;
    std::optional<Contraction> contraction = matchContraction(op, reason);
    if (!contraction) {
      op->emitRemark("no nest for this contraction: ") << reason;
      return;
    }
    // What was absorbed before is gone from the IR, and with it what was known about aliases.
    AliasAnalysis aliases(op->getParentOfType<ModuleOp>());
    absorbNeighbours(*contraction, aliases, vectorBits / contraction->element.getWidth());
    Operation *end = contraction->epilogue ? contraction->epilogue->op() : op.getOperation();
    OpBuilder builder(end);
    NestBuilder ir(builder, op.getLoc());
    emitNest(ir, *contraction, shapeFor(*contraction), library);
    if (contraction->epilogue)
      end->erase();
    if (contraction->fill)
      contraction->fill->erase();
    op->erase();
  }
};
} // namespace
