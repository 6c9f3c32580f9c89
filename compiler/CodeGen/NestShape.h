// The sizes of a contraction's loop nest, derived from the target's vector registers and caches.
#pragma once
#include <cstdint>

namespace agc {

/// Tile and block sizes of one nest; all counts are in elements.
struct NestShape {
  int64_t lanes;           ///< elements of a vector register
  int64_t rows;            ///< most rows of a micro-tile (mr)
  int64_t joinedRows;      ///< ... where all columns are in tiles of three registers
  int64_t columns;         ///< columns of a packed panel, two registers (nr)
  int64_t tailStep;        ///< a tile of the last columns has a multiple of so many
  int64_t depth;           ///< most k steps of a block (kc), which is a chain: on every target
  int64_t width;           ///< most columns of a block (nc)
  int64_t fewRows;         ///< so few rows read packed columns while they are near ...
  int64_t fewRowsWidth;    ///< ... if the block has no more columns
  int64_t rowPanels;       ///< most row panels that one packed column panel serves before the next
  int64_t unroll;          ///< k steps of a micro-tile in one trip of its loop
  int64_t prefetch;        ///< how many rows of a packed B are fetched ahead ...
  int64_t prefetchColumns; ///< ... and how many columns of one that is not
  int64_t packBElements;   ///< B is packed when K * N is larger ...
  int64_t packBRows;       ///< ... and M too, ...
  int64_t packBDeepRows;   ///< ... or than this, ...
  int64_t deepSteps;       ///< ... if K is larger, so that a panel's lines leave the nearest cache
  int64_t farBElements; ///< an unpacked B of more elements leaves the near caches: for few rows ...
  int64_t farBRows;     ///< ... up to this, it is read where it lies
  int64_t longBColumns; ///< where its rows are longer than this, ...
  int64_t longBRows;    ///< ... fewer rows do so
  int64_t packAColumns; ///< A is packed when N is larger ...
  int64_t packAScattered;   ///< ... or than this, where k does not run along A's memory, ...
  int64_t packAFar;         ///< ... or this, if A has more elements ...
  int64_t farAElements;     ///< ... than these, which leave the near caches, ...
  int64_t nearAElements;    ///< ... but not if it has no more than these, which the nearest holds
  int64_t turnedRows;       ///< rows of a tile where A's few rows are its columns (0: they are not)
  int64_t scatteredRows;    ///< where k is several loops of unrelated strides, a chain's sums ...
  int64_t scatteredColumns; ///< ... are kept for a tile of C of so many rows and columns
  int64_t registers;        ///< vector registers of the target
  int64_t sumLanes;         ///< lanes of a product of so few lines: of 512 bits on every target ...
  int64_t sumLanesLines;    ///< ... up to this, and of 256 where they are more
  int64_t chainSteps;       ///< so few k steps are a chain there too
  int64_t fewLines;         ///< C has so few rows or columns at most ...
  int64_t fewLinesDepth;    ///< ... and, unless it is one, no more k steps ...
  int64_t fewLinesProducts; ///< ... and multiply-adds
  int64_t laneLineRows;     ///< most rows of a tile there, where B's columns are adjacent ...
  int64_t laneRows;         ///< ... and where they are not

  /// The shape for elements of `elementBits` on a target with `registers` vector registers of
  /// `vectorBits`.
  static NestShape get(unsigned vectorBits, unsigned registers, unsigned elementBits);

  /// Registers side by side in a tile of `tileRows` rows where B is not packed: few rows take
  /// wide tiles, since each needs enough independent accumulators to hide the latency of an fma.
  int64_t registersAcross(int64_t tileRows) const;

  /// The same for a lane of products of few lines, where any number of registers will do.
  int64_t registersOfLines(int64_t tileRows) const;

  /// Sums in lanes that are at hand together for each of `tileRows` rows, a power of two.
  int64_t dots(int64_t tileRows, int64_t sumLanes) const;

  int64_t chunkProducts; ///< fewest multiply-adds worth a chunk of their own ...
  int64_t chunkRows;     ///< ... and fewest rows or ...
  int64_t chunkColumns;  ///< ... columns
  int64_t chunks;        ///< most chunks of a contraction, a power of two

  /// Row panels of all of `fewRows`, and one where that is none: groups are of so many.
  int64_t fewRowPanels() const { return fewRows ? (fewRows + rows - 1) / rows : 1; }

  /// Elements of scratch that packed row panels take for any depth, or for `k` where it is known (a
  /// negative extent is unknown).
  int64_t scratchElementsOfA(int64_t k) const;
  /// The same of a block of packed column panels. Neither bound grows with the extents.
  int64_t scratchElementsOfB(int64_t n, int64_t k) const;
};

} // namespace agc
