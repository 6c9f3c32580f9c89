// The two forms of a plan: strips (a vector of results at a time) and lanes (a vector of partial
// sums).
#include "compiler/CodeGen/LoopEmitter.h"
#include "compiler/CodeGen/Chunks.h"
#include "compiler/CodeGen/VectorBody.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace agc {
namespace {

using Carried = SmallVector<Value>;

class LoopEmitter {
public:
  LoopEmitter(linalg::GenericOp op, const LoopPlan &plan)
      : op(op), plan(plan), body(op, plan.vectorDim), at(op.getLoc(), op),
        yield(cast<linalg::YieldOp>(op.getBody()->getTerminator())) {}

  void emit();

private:
  Value constant(int64_t value) { return arith::ConstantIndexOp::create(at, value); }
  Value add(Value a, Value b) { return arith::AddIOp::create(at, a, b); }
  Value sub(Value a, Value b) { return arith::SubIOp::create(at, a, b); }
  /// The largest multiple of `step` that is not above n.
  Value roundDown(Value n, int64_t step);

  Carried loop(Value from, Value to, int64_t step, Carried initial,
               llvm::function_ref<Carried(Value, Carried)> make);
  Carried ifSo(Value condition, Carried otherwise, llvm::function_ref<Carried()> make);
  Carried reductionLoops(ArrayRef<unsigned> dims, Carried initial,
                         llvm::function_ref<Carried(Carried)> make);
  Strip masked(Value count);

  void hoistUniform();
  Value input(unsigned number, const Strip &strip);
  Carried bodyArguments(ValueRange outputs, const Strip &strip);

  void emitRange(ChunkRange range);
  void emitStrips(ChunkRange range);
  Value streams();
  void prefetch(Value start, bool outputs);
  void emitStep(Value start, int64_t pieces, const Strip &strip);
  void emitPiece(const Strip &strip);
  void emitReducedPieces(Value start, int64_t pieces, const Strip &strip);

  void emitLanes();
  Carried innermost(Carried sums);
  void addPiece(MutableArrayRef<Value> sums, const Strip &strip);
  Value combine(unsigned output, Value a, Value b);
  Value neutral(unsigned output, Type type);
  Value tree(unsigned output, SmallVector<Value> pieces);

  linalg::GenericOp op;
  const LoopPlan &plan;
  VectorBody body;
  ImplicitLocOpBuilder at;
  linalg::YieldOp yield;
  SmallVector<Value> sizes, indices;
  /// Inputs that do not change in the innermost loops, by operand number.
  DenseMap<unsigned, Value> hoisted;
};

Value LoopEmitter::roundDown(Value n, int64_t step) {
  return sub(n, arith::RemUIOp::create(at, n, constant(step)));
}

Carried LoopEmitter::loop(Value from, Value to, int64_t step, Carried initial,
                          llvm::function_ref<Carried(Value, Carried)> make) {
  auto loop = scf::ForOp::create(at, from, to, constant(step), initial);
  OpBuilder::InsertionGuard guard(at);
  if (initial.empty())
    at.setInsertionPoint(loop.getBody()->getTerminator());
  else
    at.setInsertionPointToStart(loop.getBody());
  Carried next = make(loop.getInductionVar(), llvm::to_vector_of<Value>(loop.getRegionIterArgs()));
  if (!initial.empty())
    scf::YieldOp::create(at, next);
  return llvm::to_vector_of<Value>(loop.getResults());
}

Carried LoopEmitter::ifSo(Value condition, Carried otherwise, llvm::function_ref<Carried()> make) {
  bool hasElse = !otherwise.empty();
  auto branch = scf::IfOp::create(at, ValueRange(otherwise).getTypes(), condition, hasElse);
  OpBuilder::InsertionGuard guard(at);
  at.setInsertionPointToStart(branch.thenBlock());
  Carried then = make();
  if (hasElse) {
    scf::YieldOp::create(at, then);
    at.setInsertionPointToStart(branch.elseBlock());
    scf::YieldOp::create(at, otherwise);
  }
  return llvm::to_vector_of<Value>(branch.getResults());
}

/// Loops over these dimensions, the first outermost, around `make`.
Carried LoopEmitter::reductionLoops(ArrayRef<unsigned> dims, Carried initial,
                                    llvm::function_ref<Carried(Carried)> make) {
  if (dims.empty())
    return make(initial);
  return loop(constant(0), sizes[dims.front()], 1, initial, [&](Value index, Carried carried) {
    indices[dims.front()] = index;
    return reductionLoops(dims.drop_front(), carried, make);
  });
}

Strip LoopEmitter::masked(Value count) {
  VectorType type = VectorType::get({plan.width}, at.getI1Type());
  return {plan.width, vector::CreateMaskOp::create(at, type, count), count};
}

void LoopEmitter::emit() {
  for (Range range : cast<linalg::LinalgOp>(op.getOperation()).createLoopRanges(at, op.getLoc()))
    sizes.push_back(getValueOrCreateConstantIndexOp(at, op.getLoc(), range.size));
  indices.resize(sizes.size());
  std::optional<unsigned> split; // the dimension that chunks divide
  if (!plan.outer.empty())
    split = plan.outer.front();
  else if (plan.vectorDim && !plan.lanes)
    split = plan.vectorDim;
  if (!split)
    return emitRange({constant(0), {}});
  int64_t step = split == plan.vectorDim ? plan.width * plan.pieces : 1;
  splitIntoChunks(at, sizes[*split], step, sizes, plan.chunkElements,
                  [&](ChunkRange range) { emitRange(range); });
}

/// The loops over a part of the dimension that chunks divide.
void LoopEmitter::emitRange(ChunkRange range) {
  OpBuilder::InsertionGuard guard(at);
  for (unsigned dim : plan.outer) {
    bool first = dim == plan.outer.front();
    auto loop = scf::ForOp::create(at, first ? range.from : constant(0),
                                   first ? range.to : sizes[dim], constant(1));
    indices[dim] = loop.getInductionVar();
    at.setInsertionPoint(loop.getBody()->getTerminator());
  }
  hoistUniform();
  if (plan.lanes)
    emitLanes();
  else if (plan.vectorDim)
    emitStrips(plan.outer.empty() ? range : ChunkRange{constant(0), sizes[*plan.vectorDim]});
  else
    emitStep(nullptr, 1, Strip());
}

/// Loads what is the same for all of the loops to come once: LLVM could not, not knowing that the
/// stores go elsewhere.
void LoopEmitter::hoistUniform() {
  for (OpOperand *operand : op.getDpsInputOperands()) {
    AffineMap map = op.getMatchingIndexingMap(operand);
    bool moves = plan.vectorDim && map.isFunctionOfDim(*plan.vectorDim);
    for (unsigned dim : plan.reductions)
      moves |= map.isFunctionOfDim(dim);
    bool used = !op.getMatchingBlockArgument(operand).use_empty();
    if (!moves && used)
      hoisted[operand->getOperandNumber()] = body.load(at, *operand, indices, Strip());
  }
}

Value LoopEmitter::input(unsigned number, const Strip &strip) {
  if (Value value = hoisted.lookup(number))
    return value;
  OpOperand &operand = op->getOpOperand(number);
  if (op.getMatchingBlockArgument(&operand).use_empty())
    return {};
  return body.load(at, operand, indices, strip);
}

Carried LoopEmitter::bodyArguments(ValueRange outputs, const Strip &strip) {
  Carried arguments;
  for (OpOperand *operand : op.getDpsInputOperands())
    arguments.push_back(input(operand->getOperandNumber(), strip));
  llvm::append_range(arguments, outputs);
  return arguments;
}

//===----------------------------------------------------------------------===//
// Strips
//===----------------------------------------------------------------------===//

void LoopEmitter::emitStrips(ChunkRange range) {
  Value size = range.to; // the start is a multiple of a full step
  int64_t step = plan.width * plan.pieces;
  auto steps = [&](Value from, Value to, int64_t pieces, bool streamed) {
    loop(from, to, plan.width * pieces, {}, [&](Value start, Carried) {
      if (plan.prefetch && pieces > 1)
        prefetch(start, /*outputs=*/!streamed);
      emitStep(start, pieces, Strip{plan.width, {}, {}, streamed});
      return Carried();
    });
  };
  Value end = roundDown(size, step);
  auto whole = [&](bool streamed) { steps(range.from, end, plan.pieces, streamed); };
  if (Value streamed = streams()) {
    auto branch = scf::IfOp::create(at, streamed, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(at);
    at.setInsertionPointToStart(branch.thenBlock());
    whole(/*streamed=*/true);
    // Whoever is told that the work is done must see it.
    LLVM::FenceOp::create(at, LLVM::AtomicOrdering::seq_cst, StringRef());
    at.setInsertionPointToStart(branch.elseBlock());
    whole(/*streamed=*/false);
  } else {
    whole(/*streamed=*/false);
  }
  if (step == 1)
    return;
  Value last = roundDown(size, plan.width);
  if (plan.pieces > 1)
    steps(end, last, 1, /*streamed=*/false);
  Value rest = arith::CmpIOp::create(at, arith::CmpIPredicate::ult, last, size);
  if (plan.width > 1)
    ifSo(rest, {}, [&] {
      emitStep(last, 1, masked(sub(size, last)));
      return Carried();
    });
}

/// Whether the results are so large that no cache holds them until they are read, and aligned: then
/// stores past the caches save reading what they overwrite. None where that is never so.
Value LoopEmitter::streams() {
  constexpr int64_t least = 16 << 20, fewestBytes = 16;
  if (plan.row || !plan.outer.empty() || !plan.reductions.empty())
    return {};
  Value extent = sizes[*plan.vectorDim], all;
  auto require = [&](arith::CmpIPredicate predicate, Value a, int64_t b) {
    Value holds = arith::CmpIOp::create(at, predicate, a, constant(b));
    all = all ? arith::AndIOp::create(at, all, holds).getResult() : holds;
  };
  for (OpOperand &operand : op.getDpsInitsMutable()) {
    auto type = cast<MemRefType>(operand.get().getType());
    int64_t bytes = type.getElementTypeBitWidth() / 8;
    bool alone = op.getMatchingBlockArgument(&operand).use_empty() &&
                 llvm::count(op->getOperands(), operand.get()) == 1;
    bool flat = type.getLayout().isIdentity() && op.getMatchingIndexingMap(&operand).isIdentity();
    std::optional<int64_t> known = getConstantIntValue(extent);
    if (!alone || !flat || bytes * plan.width < fewestBytes || (known && *known * bytes < least))
      return {};
    require(arith::CmpIPredicate::uge, extent, least / bytes);
    Value address = memref::ExtractAlignedPointerAsIndexOp::create(at, operand.get());
    Value past = arith::RemUIOp::create(at, address, constant(bytes * plan.width));
    require(arith::CmpIPredicate::eq, past, 0);
  }
  return all;
}

/// Asks for the cache lines that the step 2 KiB ahead of `start` will meet, or of a row, those of
/// the next one (if rows follow each other). Addresses may be past the end: a prefetch never
/// faults, and they are not inbounds.
void LoopEmitter::prefetch(Value start, bool outputs) {
  constexpr int64_t least = 2048, most = 32768, line = 64;
  unsigned dim = *plan.vectorDim;
  SmallPtrSet<Value, 4> seen;
  auto ask = [&](OpOperand &operand, bool write) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    if (strideAlong(operand, map, dim) != Stride::unit || !seen.insert(operand.get()).second)
      return;
    int64_t bits = cast<MemRefType>(operand.get().getType()).getElementTypeBitWidth();
    int64_t bytes = std::max<int64_t>(bits / 8, 1);
    Value ahead = constant(least / bytes);
    if (plan.row) {
      ahead = arith::MaxUIOp::create(at, sizes[dim], ahead);
      ahead = arith::MinUIOp::create(at, ahead, constant(most / bytes));
    }
    Value there = add(start, ahead);
    for (int64_t offset = 0; offset < plan.width * plan.pieces * bytes; offset += line) {
      indices[dim] = add(there, constant(offset / bytes));
      body.prefetch(at, operand, indices, write);
    }
  };
  for (OpOperand &operand : op.getDpsInitsMutable())
    if (outputs)
      ask(operand, /*write=*/true);
  for (OpOperand *operand : op.getDpsInputOperands())
    ask(*operand, /*write=*/false);
}

void LoopEmitter::emitStep(Value start, int64_t pieces, const Strip &strip) {
  if (!plan.reductions.empty())
    return emitReducedPieces(start, pieces, strip);
  for (int64_t piece = 0; piece < pieces; ++piece) {
    if (start)
      indices[*plan.vectorDim] = add(start, constant(piece * plan.width));
    emitPiece(strip);
  }
}

void LoopEmitter::emitPiece(const Strip &strip) {
  Carried outputs;
  for (OpOperand &operand : op.getDpsInitsMutable())
    outputs.push_back(op.getMatchingBlockArgument(&operand).use_empty()
                          ? Value()
                          : body.load(at, operand, indices, strip));
  IRMapping values = body.emit(at, bodyArguments(outputs, strip), indices, strip);
  for (OpOperand &operand : op.getDpsInitsMutable()) {
    Value result = yield.getOperand(operand.getOperandNumber() - op.getNumDpsInputs());
    body.store(at, operand, values.lookupOrDefault(result), indices, strip);
  }
}

/// A strip of reduced outputs: each element is reduced in order, in registers.
void LoopEmitter::emitReducedPieces(Value start, int64_t pieces, const Strip &strip) {
  auto select = [&](int64_t piece) {
    if (start)
      indices[*plan.vectorDim] = add(start, constant(piece * plan.width));
  };
  Carried initial;
  for (int64_t piece = 0; piece < pieces; ++piece) {
    select(piece);
    for (OpOperand &operand : op.getDpsInitsMutable())
      initial.push_back(VectorBody::spread(at, body.load(at, operand, indices, strip), strip));
  }
  size_t outputs = op.getNumDpsInits();
  Carried sums = reductionLoops(plan.reductions, initial, [&](Carried carried) {
    Carried next;
    for (int64_t piece = 0; piece < pieces; ++piece) {
      select(piece);
      ValueRange before = ValueRange(carried).slice(piece * outputs, outputs);
      IRMapping values = body.emit(at, bodyArguments(before, strip), indices, strip);
      for (Value result : yield.getOperands())
        next.push_back(VectorBody::spread(at, values.lookupOrDefault(result), strip));
    }
    return next;
  });
  for (int64_t piece = 0; piece < pieces; ++piece) {
    select(piece);
    for (auto [output, operand] : llvm::enumerate(op.getDpsInitsMutable()))
      body.store(at, operand, sums[piece * outputs + output], indices, strip);
  }
}

//===----------------------------------------------------------------------===//
// Lanes
//===----------------------------------------------------------------------===//

Value LoopEmitter::combine(unsigned output, Value a, Value b) {
  Operation *combiner = findCombiner(op, output);
  OperationState state(combiner->getLoc(), combiner->getName().getIdentifier(), {a, b},
                       a.getType());
  state.propertiesAttr = combiner->getPropertiesAsAttribute();
  return at.create(state)->getResult(0);
}

Value LoopEmitter::neutral(unsigned output, Type type) {
  TypedAttr element = *arith::getNeutralElement(findCombiner(op, output));
  if (auto vector = dyn_cast<VectorType>(type))
    element = DenseElementsAttr::get(vector, element);
  return arith::ConstantOp::create(at, element);
}

/// Adds one piece of the vector dimension, at the current indices, to its sums (one for each
/// output).
void LoopEmitter::addPiece(MutableArrayRef<Value> sums, const Strip &strip) {
  SmallVector<Operation *> combiners;
  for (unsigned output = 0; output < sums.size(); ++output)
    combiners.push_back(findCombiner(op, output));
  Carried none(sums.size());
  IRMapping values = body.emit(at, bodyArguments(none, strip), indices, strip, combiners);
  for (auto [output, combiner] : llvm::enumerate(combiners)) {
    Value accumulator = op.getRegionOutputArgs()[output];
    Value term = combiner->getOperand(combiner->getOperand(0) == accumulator ? 1 : 0);
    term = VectorBody::spread(at, values.lookupOrDefault(term), strip);
    if (strip.mask)
      term = arith::SelectOp::create(at, strip.mask, term, neutral(output, term.getType()));
    sums[output] = combine(output, sums[output], term);
  }
}

/// The loop over the vector dimension: full steps, then piece by piece what is left, in the same
/// lanes.
Carried LoopEmitter::innermost(Carried sums) {
  unsigned dim = *plan.vectorDim;
  size_t outputs = op.getNumDpsInits();
  auto sumsOf = [&](Carried &all, int64_t piece) {
    return MutableArrayRef<Value>(all).slice(piece * outputs, outputs);
  };
  Value end = roundDown(sizes[dim], plan.width * plan.pieces);
  sums = loop(constant(0), end, plan.width * plan.pieces, sums, [&](Value start, Carried next) {
    for (int64_t piece = 0; piece < plan.pieces; ++piece) {
      indices[dim] = add(start, constant(piece * plan.width));
      addPiece(sumsOf(next, piece), {plan.width, {}, {}});
    }
    return next;
  });
  for (int64_t piece = 0; piece < plan.pieces; ++piece) {
    Value start = add(end, constant(piece * plan.width));
    Value some = arith::CmpIOp::create(at, arith::CmpIPredicate::ult, start, sizes[dim]);
    MutableArrayRef<Value> own = sumsOf(sums, piece);
    Carried after = ifSo(some, Carried(own), [&] {
      indices[dim] = start;
      Value left = sub(sizes[dim], start);
      Value count = arith::MinUIOp::create(at, left, constant(plan.width));
      Carried next(own);
      addPiece(next, masked(count));
      return next;
    });
    llvm::copy(after, own.begin());
  }
  return sums;
}

/// Halves until one is left: lane i with lane i + half, over all pieces as one row of lanes.
Value LoopEmitter::tree(unsigned output, SmallVector<Value> pieces) {
  for (size_t half = pieces.size() / 2; half; half /= 2)
    for (size_t i = 0; i < half; ++i)
      pieces[i] = combine(output, pieces[i], pieces[i + half]);
  Value vector = pieces.front();
  for (int64_t half = plan.width / 2; half; half /= 2) {
    auto slice = [&](int64_t from) {
      return vector::ExtractStridedSliceOp::create(at, vector, ArrayRef<int64_t>{from},
                                                   ArrayRef<int64_t>{half}, ArrayRef<int64_t>{1});
    };
    Value low = slice(0), high = slice(half);
    vector = combine(output, low, high);
  }
  return vector::ExtractOp::create(at, vector, ArrayRef<int64_t>{0});
}

void LoopEmitter::emitLanes() {
  Carried initial;
  for (int64_t piece = 0; piece < plan.pieces; ++piece)
    for (auto [output, argument] : llvm::enumerate(op.getRegionOutputArgs()))
      initial.push_back(neutral(output, VectorType::get({plan.width}, argument.getType())));
  Carried sums =
      reductionLoops(plan.reductions, initial, [&](Carried carried) { return innermost(carried); });
  size_t outputs = op.getNumDpsInits();
  for (auto [output, operand] : llvm::enumerate(op.getDpsInitsMutable())) {
    SmallVector<Value> pieces;
    for (int64_t piece = 0; piece < plan.pieces; ++piece)
      pieces.push_back(sums[piece * outputs + output]);
    Value before = body.load(at, operand, indices, Strip());
    body.store(at, operand, combine(output, before, tree(output, pieces)), indices, Strip());
  }
}

} // namespace

void emitLoops(linalg::GenericOp op, const LoopPlan &plan) { LoopEmitter(op, plan).emit(); }

} // namespace agc
