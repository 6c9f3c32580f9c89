// The emitter of one contraction's nest, for the files that share it: Nest.cpp has its loops,
// NestDepths.cpp its blocks of k, NestPanels.cpp what a block of columns does, NestTurned.cpp
// columns that become rows, NestLanes.cpp products of few lines.
#pragma once
#include "compiler/CodeGen/Contraction.h"
#include "compiler/CodeGen/NestBuilder.h"
#include "compiler/CodeGen/NestShape.h"
#include "compiler/CodeGen/PanelLibrary.h"

namespace agc {

/// A buffer as a flat array: its elements are at `offset` + sum(loop * strides[loop]).
struct FlatBuffer {
  mlir::Value memref, offset;
  llvm::SmallVector<mlir::Value> strides; ///< by loop
};

/// Packed copies or the buffers themselves: where panels read A or B.
struct PanelSource {
  mlir::Value memref, offset, lineStride, depthStride, panelStride;
};

/// Row panels from `row` on: `high` of so many rows, then `low` of a row less.
struct RowPanels {
  mlir::Value row, rows, high, low;
  mlir::Value packs; ///< they are packed
  mlir::Value alone; ///< there are no others
};

class NestEmitter {
public:
  NestEmitter(NestBuilder &ir, const Contraction &c, const NestShape &shape, PanelLibrary &library)
      : ir(ir), c(c), shape(shape), library(library) {}

  void emit();

private:
  FlatBuffer flatten(const Buffer &buffer);
  mlir::Value extentOf(unsigned loop);
  mlir::Value extentOf(const Contraction::Role &role);
  mlir::Value stride(const FlatBuffer &buffer, const Contraction::Role &role);
  int64_t staticStride(const Buffer &buffer, const Contraction::Role &role);
  PackKind packKind(const Buffer &buffer, const Contraction::Role &lines);
  void decidePacking();
  void allocateScratch();
  llvm::SmallVector<FlatBuffer *> buffers();
  void move(mlir::Value by, unsigned loop);
  void moved(mlir::Value by, unsigned loop, llvm::function_ref<void()> body);
  void decideChunks();
  std::pair<mlir::Value, mlir::Value> rangeOf(mlir::Value number, mlir::Value count,
                                              mlir::Value extent);
  void takeChunk(mlir::Value chunk);
  void forEachChunk(mlir::Value count, NestBuilder::LoopBody body);
  void loops();
  void matrix();

  void emitLanes(llvm::function_ref<void()> otherwise);
  mlir::Value countLines(const Buffer &mine, const Buffer &other);
  bool sumsOneLoop();
  PackKind laneKind();
  void rowsInLanes(bool more, bool exchanged);
  void callLanes(int64_t count, PanelKind kind, PanelArguments args);
  void columnsInLanes(bool more);

  void outerLoops(llvm::ArrayRef<unsigned> loops, llvm::function_ref<void()> body);
  mlir::Value blockOf(mlir::Value extent, mlir::Value most, mlir::Value unit);
  mlir::Value rest(mlir::Value extent, mlir::Value from, mlir::Value block);
  void allColumns();
  void sums();
  mlir::Value sumSteps();
  mlir::Value sumsScattered();
  mlir::Value sumBlockOf(mlir::Value steps);
  void depthBlocks();
  void block();
  void setStart(PanelKind &kind);
  void scatteredSums();
  void eachTile(llvm::function_ref<void()> body);
  void scatteredBlocks(const FlatBuffer &partial);
  void addPartial(const FlatBuffer &partial);
  void columnBlocks(mlir::Value from, mlir::Value depth);
  void fetchNext(PanelArguments &args, const PanelSource &source, mlir::Value column,
                 mlir::Value columns);
  void placeResult(PanelArguments &args, mlir::Value column);
  mlir::Value columnsOver();
  void columnsTurned(mlir::Value over);
  PanelArguments turned(mlir::Value column);
  PanelKind turnedKind();
  mlir::Value startOfDepth(const FlatBuffer &buffer);
  mlir::Value turnsRows();
  void rowsTurned();
  PanelSource packColumns(mlir::Value column, mlir::Value columns);
  mlir::Value panelsTogether(mlir::Value panels, mlir::Value packs);
  mlir::Value countPanels(mlir::Value extent, const PanelArguments &args);
  void balancedRows(mlir::Value from, mlir::Value extent, PanelArguments &args);
  void rowPanels(const RowPanels &panels, const PanelArguments &args);
  PanelSource packRows(const RowPanels &panels, mlir::Value packs);

  NestBuilder &ir;
  const Contraction &c;
  const NestShape &shape;
  PanelLibrary &library;

  FlatBuffer a, b, cFlat;
  llvm::SmallVector<FlatBuffer> operands;
  mlir::Value m, n, k;
  mlir::Value packsA, packsB;
  mlir::Value fewRows;                   ///< B is packed, and in blocks that stay near
  mlir::Value mostColumns;               ///< of a block
  mlir::Value scratch;                   ///< none where nothing is packed
  mlir::Value columnScratch, rowScratch; ///< where in it the chunk at hand packs
  mlir::Value sumScratch;                ///< ... and where it keeps a block's sums
  int64_t scratchOfColumns = 0, scratchOfRows = 0, scratchOfSums = 0;
  int64_t scratchOfChunk() const { return scratchOfSums + scratchOfColumns + scratchOfRows; }
  // Chunks of the whole nest (one of the first two), and of rows within a block.
  mlir::Value outerChunks, columnChunks, chunks, rowChunks;
  std::optional<mlir::Value> outerTrips; ///< of the first outer loop, in the chunk at hand
  // The k block at hand.
  mlir::Value depthFrom, depth, first, adds, last;
  mlir::Value firstColumns; ///< the column block at hand is the first of the k block
  mlir::Value outerFirst, outerLast;
  mlir::Value outerSteps; ///< trips of the reduction loops around k before the one at hand
};

/// The value of an extent, or -1 where it is unknown.
inline int64_t known(mlir::Value extent) { return NestBuilder::constant(extent).value_or(-1); }

} // namespace agc
