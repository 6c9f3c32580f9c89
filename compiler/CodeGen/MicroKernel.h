// Panel functions: a few rows of C times all columns of a block, computed in vector registers.
#pragma once
#include "compiler/CodeGen/Epilogue.h"
#include "compiler/CodeGen/NestBuilder.h"
#include "compiler/CodeGen/NestShape.h"
#include "compiler/CodeGen/Pack.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace agc {

/// An epilogue's operand as a panel sees it: element (i, j) is at offset + i * rowStride (+ j), or,
/// where the panel is exchanged, at offset + j * rowStride (+ i).
struct PanelOperand {
  mlir::Value memref, offset, rowStride;
};

/// What a panel function takes. All buffers are flat; strides and extents are in elements.
struct PanelArguments {
  mlir::Value a, aOffset, aRowStride, aDepthStride, aPanelStride, aLowPanelStride;
  mlir::Value b, bOffset, bDepthStride, bPanelStride;
  mlir::Value bAhead, bAfter; ///< how far ahead B is fetched, and where no row panel follows
  mlir::Value next, nextOffset, nextStride; ///< rows to fetch meanwhile, as far apart as k steps
  mlir::Value c, cOffset, cRowStride, cColumnStride;
  mlir::Value depth;      ///< k steps
  mlir::Value rowPanels;  ///< panels of as many rows as the function's name says ...
  mlir::Value lowPanels;  ///< ... and behind them, those of a row less (see PanelKind)
  mlir::Value fullPanels; ///< column panels of full width ...
  mlir::Value tail;       ///< ... and the columns of the one behind them
  mlir::Value first;      ///< sums start from zero, not from what C holds ...
  mlir::Value adds;       ///< ... and are added to that
  mlir::Value last;       ///< no k block follows: the epilogue applies
  llvm::SmallVector<PanelOperand> operands;

  llvm::SmallVector<mlir::Value> pack() const;
  static PanelArguments unpack(mlir::ValueRange values);
};

/// What panel functions differ in, beside their row count.
struct PanelKind {
  const Epilogue *epilogue = nullptr;
  bool stridedColumns = false; ///< the columns of C are not adjacent
  bool low = false;            ///< some row panels may have a row less
  bool packed = false;         ///< A is packed: its strides are those of a packed panel
  bool farRows = false;        ///< A's rows have adjacent k steps and are an unknown stride apart
  bool apart = false;          ///< it is one of several functions for a row count yet unknown
  bool fromC = false;          ///< chains may start from what C holds ...
  bool addsToC = false;        ///< ... or be added to it
  /// Summed in lanes: how B lies, whose columns are bPanelStride apart.
  std::optional<PackKind> inLanes = std::nullopt;
  int64_t sumLanes = 0;       ///< ... and in how many
  bool adjacentDepth = false; ///< a row's k steps are adjacent
  bool oneRegister = false;   ///< one register holds all columns, and C is written by its own rows
  bool exchanged = false;     ///< the columns are the rows of what the epilogue sees
};

/// Fills `function`, whose arguments are a PanelArguments, with the loops over column panels, row
/// panels and k. Every element of C is one chain of fused multiply-adds in the order of k, or the
/// tree of such chains in lanes, whatever the tile, so that its bits depend on nothing else. A
/// chain ends after NestShape::depth steps, and the next one's sum is added to what there is.
void buildPanel(mlir::func::FuncOp function, mlir::FloatType element, const NestShape &shape,
                int64_t rows, const PanelKind &kind);

} // namespace agc
