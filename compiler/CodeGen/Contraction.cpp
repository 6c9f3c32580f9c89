// Recognises contractions that the nest serves and sorts their loops.
#include "compiler/CodeGen/Contraction.h"
#include "compiler/Lowering/ContractBody.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"

using namespace agc;
using namespace mlir;

int64_t Buffer::stride(unsigned loop) const {
  if (axes[loop] < 0)
    return 0;
  auto [strides, offset] = type().getStridesAndOffset();
  return strides[axes[loop]];
}

bool Buffer::collapses(unsigned outer, unsigned inner) const {
  if (axes[outer] < 0 || axes[inner] < 0)
    return axes[outer] < 0 && axes[inner] < 0;
  // Without a layout map the buffer is dense, whatever its extents.
  if (type().getLayout().isIdentity())
    return axes[outer] + 1 == axes[inner];
  int64_t extent = type().getDimSize(axes[inner]);
  return !ShapedType::isDynamic(extent) && !ShapedType::isDynamic(stride(inner)) &&
         stride(outer) == extent * stride(inner);
}

SmallVector<const Buffer *> Contraction::buffers() const {
  SmallVector<const Buffer *> all = {&a, &b, &c};
  for (const Buffer &buffer : epilogueBuffers)
    all.push_back(&buffer);
  return all;
}

/// The buffer of `operand`, or none where its map is not a permuted choice of loops or its layout
/// is not strided.
static std::optional<Buffer> getBuffer(linalg::LinalgOp op, OpOperand &operand) {
  auto type = dyn_cast<MemRefType>(operand.get().getType());
  AffineMap map = op.getMatchingIndexingMap(&operand);
  if (!type || !type.isStrided() || type.getMemorySpace() || !map.isProjectedPermutation())
    return std::nullopt;
  Buffer buffer{operand.get(), SmallVector<int>(map.getNumDims(), -1)};
  for (auto [axis, result] : llvm::enumerate(map.getResults()))
    buffer.axes[cast<AffineDimExpr>(result).getPosition()] = axis;
  return buffer;
}

std::optional<Contraction> agc::matchContraction(linalg::LinalgOp op, std::string &reason) {
  if (!op.hasPureBufferSemantics() || !isContraction(op)) {
    reason = "not a contraction of buffers";
    return std::nullopt;
  }
  Contraction result;
  result.op = op;
  std::optional<Buffer> buffers[3];
  OpOperand *operands[] = {op.getDpsInputOperand(0), op.getDpsInputOperands().back(),
                           op.getDpsInitOperand(0)};
  for (auto [buffer, operand] : llvm::zip_equal(buffers, operands)) {
    buffer = getBuffer(op, *operand);
    if (!buffer) {
      reason = "an operand is not a strided buffer in the default memory space";
      return std::nullopt;
    }
  }
  result.a = *buffers[0], result.b = *buffers[1], result.c = *buffers[2];
  auto element = dyn_cast<FloatType>(result.c.type().getElementType());
  bool same = llvm::all_of(result.buffers(),
                           [&](const Buffer *b) { return b->type().getElementType() == element; });
  if (!element || !same || (!element.isF32() && !element.isF64())) {
    reason = "the elements are not all f32 or all f64";
    return std::nullopt;
  }
  result.element = element;
  result.extents = op.getStaticLoopRanges();
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop) {
    bool inA = result.a.axes[loop] >= 0, inB = result.b.axes[loop] >= 0;
    bool inC = result.c.axes[loop] >= 0;
    if (inA + inB + inC < 2) {
      reason = "a loop moves one operand only";
      return std::nullopt;
    }
  }
  return result;
}

namespace {
/// The loops of a contraction before any of them are collapsed.
struct RawRoles {
  SmallVector<unsigned> batch, m, n, k;
};
} // namespace

static RawRoles sortLoops(const Contraction &c) {
  RawRoles roles;
  for (unsigned loop = 0; loop < c.extents.size(); ++loop) {
    if (c.extents[loop] == 1)
      continue;
    bool inA = c.a.axes[loop] >= 0, inB = c.b.axes[loop] >= 0, inC = c.c.axes[loop] >= 0;
    if (!inC)
      roles.k.push_back(loop);
    else if (inA && inB)
      roles.batch.push_back(loop);
    else
      (inA ? roles.m : roles.n).push_back(loop);
  }
  return roles;
}

/// Orders `loops` as C lies in memory, the one with adjacent elements innermost.
static void orderByC(const Contraction &c, SmallVectorImpl<unsigned> &loops) {
  llvm::sort(loops, [&](unsigned x, unsigned y) { return c.c.axes[x] < c.c.axes[y]; });
  auto unit = llvm::find_if(loops, [&](unsigned loop) { return c.c.stride(loop) == 1; });
  if (unit != loops.end())
    std::rotate(unit, unit + 1, loops.end());
}

/// Takes from the end of `loops` the longest run that collapses in every buffer.
static Contraction::Role takeInner(const Contraction &c, SmallVectorImpl<unsigned> &loops) {
  Contraction::Role role;
  if (loops.empty())
    return role;
  role.inner.push_back(loops.pop_back_val());
  while (!loops.empty() && llvm::all_of(c.buffers(), [&](const Buffer *buffer) {
    return buffer->collapses(loops.back(), role.inner.front());
  }))
    role.inner.insert(role.inner.begin(), loops.pop_back_val());
  return role;
}

/// How often loops turn in all; none where that is unknown.
static std::optional<int64_t> turns(const Contraction &c, ArrayRef<unsigned> loops) {
  int64_t count = 1;
  for (unsigned loop : loops) {
    if (ShapedType::isDynamic(c.extents[loop]))
      return std::nullopt;
    count *= c.extents[loop];
  }
  return count;
}

void agc::arrangeLoops(Contraction &c, int64_t lanes) {
  auto unitInC = [&](ArrayRef<unsigned> loops) {
    return llvm::any_of(loops, [&](unsigned loop) { return c.c.stride(loop) == 1; });
  };
  RawRoles roles = sortLoops(c);
  // Vectors run along n, so that n must be the side whose elements are adjacent in C.
  bool exchange = roles.n.empty() ? !roles.m.empty() : !unitInC(roles.n) && unitInC(roles.m);
  // So few columns would leave most of a register idle: they become rows, where the others lie side
  // by side in A.
  auto unitInA = [&](unsigned loop) { return c.a.stride(loop) == 1; };
  std::optional<int64_t> rows = turns(c, roles.m), columns = turns(c, roles.n);
  if (rows && columns && *columns < lanes && *columns < *rows && llvm::any_of(roles.m, unitInA))
    exchange = true;
  if (exchange) {
    std::swap(c.a, c.b);
    std::swap(roles.m, roles.n);
  }
  orderByC(c, roles.m);
  orderByC(c, roles.n);
  c.m = takeInner(c, roles.m);
  c.n = takeInner(c, roles.n);
  c.k = takeInner(c, roles.k);
  c.outer = roles.batch;
  c.outer.append(roles.m);
  c.outer.append(roles.n);
  c.outerK = roles.k;
}
