// The emitter of one panel function, for the files that share it: MicroKernel.cpp has its tiles,
// TileSums.cpp what these read and write of C, FarRows.cpp what they read of rows an unknown stride
// apart, LaneSums.cpp sums in lanes.
#pragma once
#include "compiler/CodeGen/MicroKernel.h"

namespace agc {

/// Emits the body of one panel function.
class PanelEmitter {
public:
  PanelEmitter(NestBuilder &ir, const PanelArguments &args, mlir::FloatType element,
               const NestShape &shape, int64_t rows, const PanelKind &kind)
      : ir(ir), args(args), element(element), shape(shape), rows(rows), kind(kind) {}

  void emit();

private:
  /// Some adjacent columns of a tile, held in one register: all of them, or those under a mask.
  struct Strip {
    int64_t at, lanes;
    mlir::Value mask;
  };
  /// Some adjacent columns, from `column` on, found at `b` in B.
  struct Columns {
    mlir::Value column, b;
    llvm::ArrayRef<Strip> strips;
  };
  /// One tile's place: its rows, from `row` of all row panels on, found at `a` in A, and columns.
  struct Tile {
    int64_t rows;
    mlir::Value row, a;
    Columns columns;
    mlir::Value isLast; ///< no other tile of these columns follows
    mlir::Value panel;  ///< its number among the row panels
  };

  void fullPanels(mlir::Value from, mlir::Value to, int64_t panelsAcross);
  void tailPanel(int64_t behind);
  void eachRowPanel(llvm::function_ref<void(const Tile &)> body);
  void rowPanels(const Columns &columns);
  void allColumns();
  void tile(const Tile &tile);
  void dotPanels();
  llvm::SmallVector<mlir::Value> startAccumulators(const Tile &tile);
  void fetchNext(const Tile &tile, mlir::Value trip, int64_t tiles);
  mlir::Value loadA(const Tile &tile, int64_t row, mlir::Value k);
  void measureFarRows();
  llvm::SmallVector<mlir::Value> startFarRows(const Tile &tile, mlir::Value k);
  mlir::Value loadFar(llvm::ArrayRef<mlir::Value> starts, int64_t row);
  llvm::SmallVector<mlir::Value> multiplyStep(const Tile &tile, mlir::Value k,
                                              mlir::ValueRange accumulators);
  llvm::SmallVector<mlir::Value> multiply(const Tile &tile, llvm::ArrayRef<mlir::Value> start);
  llvm::SmallVector<mlir::Value> multiplyInLanes(const Tile &tile,
                                                 llvm::ArrayRef<mlir::Value> start);
  llvm::SmallVector<mlir::Value> sumsOfDepths(const Tile &tile);
  llvm::SmallVector<mlir::Value>
  sumChains(mlir::Value from, llvm::ArrayRef<mlir::Value> zeros,
            llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value, mlir::Value)> chain);
  llvm::SmallVector<mlir::Value> carryDepths(
      mlir::Value from, mlir::Value to, llvm::ArrayRef<mlir::Value> start,
      llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value, mlir::ValueRange, mlir::Value)>
          body);
  void alignRows();
  mlir::Value rowLanes(const Tile &tile, int64_t row, mlir::Value k, mlir::Value mask);
  mlir::Value joined(llvm::ArrayRef<mlir::Value> vectors);
  mlir::Value countColumns();
  void linePanels();
  llvm::SmallVector<mlir::Value> stepOfLines(const Tile &tile, mlir::Value k,
                                             mlir::ValueRange sums);
  llvm::SmallVector<mlir::Value> sumsOfLines(const Tile &tile);
  mlir::Value depthLanes(mlir::Value memref, mlir::Value at, mlir::Value stride, bool adjacent,
                         mlir::Value mask);
  llvm::SmallVector<mlir::Value> addToC(const Tile &tile, llvm::ArrayRef<mlir::Value> sums);
  void finish(const Tile &tile, llvm::ArrayRef<mlir::Value> accumulators);
  void applyEpilogue(const Tile &tile, int64_t row, const Strip &strip, mlir::Value accumulator);

  mlir::VectorType vectorType(int64_t lanes) { return mlir::VectorType::get({lanes}, element); }
  mlir::Value zero(int64_t lanes);
  mlir::Value load(mlir::Value memref, mlir::Value at, const Strip &strip, mlir::Type type);
  void store(mlir::Value value, mlir::Value memref, mlir::Value at, const Strip &strip);
  void prefetch(mlir::Value memref, mlir::Value at, const Strip &strip, bool isWrite);
  mlir::Value gather(mlir::Value memref, mlir::Value at, mlir::Value stride, const Strip &strip,
                     mlir::Type type);
  void scatter(mlir::Value value, mlir::Value memref, mlir::Value at, mlir::Value stride,
               const Strip &strip);
  mlir::Value indices(int64_t lanes, mlir::Value stride);
  mlir::Value allLanes(const Strip &strip);
  mlir::Value loadC(mlir::Value at, const Strip &strip);
  void storeTurned(const Tile &tile, llvm::ArrayRef<mlir::Value> accumulators);
  void storeC(mlir::Value value, mlir::Value at, const Strip &strip);
  mlir::Value atC(const Tile &tile, int64_t row, const Strip &strip);
  /// Row `row` of the tile, counted from the first row of all row panels.
  mlir::Value globalRow(const Tile &tile, int64_t row) { return ir.add(tile.row, ir.index(row)); }

  NestBuilder &ir;
  const PanelArguments &args;
  mlir::FloatType element;
  const NestShape &shape;
  int64_t rows;
  const PanelKind &kind;
  const Tile *rowsAtHand = nullptr; ///< where each row panel meets all columns before the next
  mlir::Value firstFar;             ///< the address of A's first element
  mlir::Value distances[3];         ///< bytes between far rows: of one, three and five
  mlir::Value held;                 ///< sums of lanes of a tile
  mlir::Value aligned; ///< rows with adjacent k steps, fewLinesDepth apart; none where A's are so
};

} // namespace agc
