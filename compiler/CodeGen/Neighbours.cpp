// Finds the zero fill and the pointwise op around a contraction that its nest can take over.
#include "compiler/CodeGen/Contraction.h"
#include "compiler/Lowering/KernelGroups.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace agc;
using namespace mlir;

/// Whether `root` is an argument that its function promises not to overlap any other.
static bool isNoAliasArgument(Value root) {
  auto argument = dyn_cast<BlockArgument>(root);
  if (!argument)
    return false;
  auto function = dyn_cast<FunctionOpInterface>(argument.getOwner()->getParentOp());
  return function && argument.getOwner()->isEntryBlock() &&
         function.getArgAttr(argument.getArgNumber(), "llvm.noalias");
}

/// Whether `x` and `y` have no byte in common, as far as one can tell.
static bool areDistinct(Value x, Value y, AliasAnalysis &aliases) {
  Value rootX = wholeOf(x), rootY = wholeOf(y);
  if (rootX == rootY)
    return false;
  if (isa<BlockArgument>(rootX) && isa<BlockArgument>(rootY) &&
      (isNoAliasArgument(rootX) || isNoAliasArgument(rootY)))
    return true;
  return aliases.alias(rootX, rootY).isNo();
}

/// Whether `op` may read or write `memref`.
static bool touches(Operation *op, Value memref, AliasAnalysis &aliases) {
  return !isMemoryEffectFree(op) && !aliases.getModRef(op, memref).isNoModRef();
}

static bool writes(Operation *op, Value memref, AliasAnalysis &aliases) {
  return !isMemoryEffectFree(op) && aliases.getModRef(op, memref).isMod();
}

static Operation *findZeroFill(const Contraction &c, AliasAnalysis &aliases) {
  for (Operation *op = c.op->getPrevNode(); op; op = op->getPrevNode()) {
    auto fill = dyn_cast<linalg::FillOp>(op);
    if (fill && fill.getOutputs()[0] == c.c.memref)
      return matchPattern(fill.getInputs()[0], m_PosZeroFloat()) ? op : nullptr;
    if (touches(op, c.c.memref, aliases))
      return nullptr;
  }
  return nullptr;
}

/// The first op behind the contraction that reads its result, if the contraction can move there.
static linalg::GenericOp findReader(const Contraction &c, AliasAnalysis &aliases) {
  for (Operation *op = c.op->getNextNode(); op; op = op->getNextNode()) {
    if (llvm::is_contained(op->getOperands(), c.c.memref))
      return dyn_cast<linalg::GenericOp>(op);
    if (touches(op, c.c.memref, aliases) || writes(op, c.a.memref, aliases) ||
        writes(op, c.b.memref, aliases))
      return nullptr;
  }
  return nullptr;
}

/// Whether nothing but the ops that the nest replaces uses the contraction's result.
static bool isResultDead(const Contraction &c, Operation *reader) {
  Operation *alloc = c.c.memref.getDefiningOp();
  if (!isa_and_nonnull<memref::AllocOp, memref::AllocaOp>(alloc))
    return false;
  return llvm::all_of(alloc->getUsers(), [&](Operation *user) {
    return user == c.op || user == c.fill || user == reader || isa<memref::DeallocOp>(user);
  });
}

/// The operand's buffer in terms of the contraction's loops: through C's map of `reader`.
static std::optional<Buffer> bufferOf(const Contraction &c, linalg::GenericOp reader,
                                      OpOperand &operand, AffineMap mapOfC) {
  auto type = dyn_cast<MemRefType>(operand.get().getType());
  AffineMap map = reader.getMatchingIndexingMap(&operand);
  if (!type || !type.isStrided() || type.getMemorySpace() || !map.isProjectedPermutation())
    return std::nullopt;
  Buffer buffer{operand.get(), SmallVector<int>(c.c.axes.size(), -1)};
  for (unsigned loop = 0; loop < c.c.axes.size(); ++loop) {
    if (c.c.axes[loop] < 0)
      continue;
    auto axis = map.getResultPosition(mapOfC.getResult(c.c.axes[loop]));
    buffer.axes[loop] = axis ? int(*axis) : -1;
  }
  return buffer;
}

/// How a tile reaches `buffer`, if it can: along the innermost column loop, or not at all.
static std::optional<Epilogue::Access> accessOf(const Contraction &c, const Buffer &buffer) {
  if (c.n.inner.empty() || buffer.stride(c.n.inner.back()) == 1)
    return Epilogue::Access::Vector;
  bool still = llvm::all_of(c.n.inner, [&](unsigned loop) { return buffer.axes[loop] < 0; });
  return still ? std::optional(Epilogue::Access::Splat) : std::nullopt;
}

/// Whether the outputs may be written while A, B and the other operands are still being read.
static bool outputsAreSafe(const Contraction &c, linalg::GenericOp reader, AliasAnalysis &aliases) {
  auto sameElements = [&](OpOperand &x, OpOperand &y) {
    return x.get() == y.get() &&
           reader.getMatchingIndexingMap(&x) == reader.getMatchingIndexingMap(&y);
  };
  for (OpOperand &output : reader.getDpsInitsMutable()) {
    if (!areDistinct(output.get(), c.a.memref, aliases) ||
        !areDistinct(output.get(), c.b.memref, aliases))
      return false;
    for (OpOperand &other : reader->getOpOperands())
      if (&other != &output && !areDistinct(output.get(), other.get(), aliases) &&
          (!sameElements(other, output) || !reader.isDpsInput(&other)))
        return false;
  }
  return true;
}

/// Makes `reader` the contraction's epilogue where a tile can apply it.
static void absorbReader(Contraction &c, linalg::GenericOp reader, AliasAnalysis &aliases) {
  if (!reader.hasPureBufferSemantics() || reader.getNumReductionLoops() != 0 ||
      int64_t(reader.getNumLoops()) != c.c.type().getRank() ||
      failed(Epilogue::checkBody(reader)) || !outputsAreSafe(c, reader, aliases))
    return;
  // Rows and columns trade places unless C's columns are adjacent; then nothing is fused.
  if (!c.n.inner.empty() && c.c.stride(c.n.inner.back()) != 1)
    return;
  AffineMap mapOfC;
  for (OpOperand &operand : reader->getOpOperands())
    if (operand.get() == c.c.memref)
      mapOfC = reader.getMatchingIndexingMap(&operand);
  if (!mapOfC.isPermutation())
    return;
  SmallVector<Epilogue::Access> accesses;
  SmallVector<Buffer> buffers;
  bool inPlace = false;
  for (OpOperand &operand : reader->getOpOperands()) {
    std::optional<Buffer> buffer = bufferOf(c, reader, operand, mapOfC);
    std::optional<Epilogue::Access> access = buffer ? accessOf(c, *buffer) : std::nullopt;
    bool output = !reader.isDpsInput(&operand);
    if (!access || (output && *access != Epilogue::Access::Vector))
      return;
    bool isC = operand.get() == c.c.memref;
    if (isC && reader.getMatchingIndexingMap(&operand) != mapOfC)
      return;
    // Vectors of C and of the operands have equally many lanes, but bool is a byte in memory.
    if (!isa<FloatType>(buffer->type().getElementType()))
      return;
    if (!reader.getMatchingBlockArgument(&operand).use_empty())
      accesses.push_back(isC ? Epilogue::Access::Accumulator : *access);
    else
      accesses.push_back(Epilogue::Access::Unused);
    inPlace |= isC && output;
    buffers.push_back(*buffer);
  }
  c.epilogue.emplace(reader, accesses, /*keepsResult=*/!inPlace && !isResultDead(c, reader));
  for (unsigned operand : c.epilogue->operands())
    c.epilogueBuffers.push_back(buffers[operand]);
}

void agc::absorbNeighbours(Contraction &c, AliasAnalysis &aliases, int64_t lanes) {
  c.fill = findZeroFill(c, aliases);
  arrangeLoops(c, lanes);
  if (linalg::GenericOp reader = findReader(c, aliases)) {
    absorbReader(c, reader, aliases);
    if (c.epilogue)
      arrangeLoops(c, lanes);
  }
}
