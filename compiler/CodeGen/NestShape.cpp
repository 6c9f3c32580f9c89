// Derives tile and block sizes from registers and caches; the numbers were measured (test/Bench).
#include "compiler/CodeGen/NestShape.h"
#include "llvm/ADT/bit.h"
#include <algorithm>

using namespace agc;

static int64_t roundUp(int64_t value, int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

NestShape NestShape::get(unsigned vectorBits, unsigned registers, unsigned elementBits) {
  // Wide registers come with larger near caches, and one instruction does twice the work.
  bool wide = vectorBits >= 512;
  NestShape s;
  s.registers = registers;
  s.lanes = vectorBits / elementBits;
  s.sumLanes = 512 / elementBits;
  s.sumLanesLines = 3;
  s.chainSteps = 4 * s.sumLanes;
  s.fewLines = 8;
  s.fewLinesDepth = 2048 * 32 / elementBits;
  s.fewLinesProducts = 1 << 20;
  s.laneLineRows = registers >= 32 ? 8 : 4;
  s.laneRows = registers >= 32 ? 6 : 2;
  s.columns = 2 * s.lanes;
  // Two accumulators a row; two registers hold a row of B, one or two broadcasts of A.
  s.rows = (int64_t(registers) - 4) / 2;
  s.joinedRows = wide ? (int64_t(registers) - 4) / 3 : s.rows;
  // Half a register is half the work only where a whole one is two.
  s.tailStep = wide ? s.lanes / 2 : s.lanes;
  s.depth = 512 * 32 / elementBits;
  s.width = wide ? 512 : 1024;
  s.fewRows = wide ? 0 : 128;
  s.fewRowsWidth = 64;
  s.rowPanels = wide ? 1 : 12;
  s.unroll = wide ? 1 : 4;
  s.prefetch = wide ? 8 : 16;
  s.prefetchColumns = 64 * 32 / elementBits;
  s.packBElements = wide ? 256 * 256 : 128 * 128;
  s.packBRows = wide ? 128 : 48;
  s.packBDeepRows = wide ? 128 : 32;
  s.deepSteps = 256 * 32 / elementBits;
  s.farBElements = (wide ? 1024 * 1024 : 128 * 1024) * 32 / elementBits;
  s.farBRows = 16;
  s.longBColumns = 768 * 32 / elementBits;
  s.longBRows = wide ? s.farBRows : 8;
  s.packAColumns = wide ? 512 : 128;
  s.packAScattered = wide ? 128 : 96;
  s.packAFar = wide ? 24 : 64;
  s.farAElements = 192 * 1024 * 32 / elementBits;
  s.nearAElements = (wide ? 8 * 1024 : 0) * 32 / elementBits;
  s.turnedRows = wide ? std::min<int64_t>(12, s.lanes) : 0; // they are transposed in registers
  s.scatteredRows = 128;
  s.scatteredColumns = 256;
  s.chunkProducts = 1 << 21;
  s.chunkRows = 48;
  s.chunkColumns = 192;
  s.chunks = 8;
  return s;
}

int64_t NestShape::registersAcross(int64_t tileRows) const {
  int64_t most = (registers - 1) / (tileRows + 1) / 2 * 2;
  return std::clamp<int64_t>(most, 2, 8);
}

int64_t NestShape::registersOfLines(int64_t tileRows) const {
  return std::clamp<int64_t>((registers - 1) / (tileRows + 1), 1, 8);
}

int64_t NestShape::dots(int64_t tileRows, int64_t sumLanes) const {
  int64_t sums = registers * 3 / 4 * lanes / sumLanes;
  return std::clamp<int64_t>(llvm::bit_floor(uint64_t(sums / tileRows)), 1, 8);
}

static int64_t deepest(const NestShape &shape, int64_t k) {
  return k < 0 ? shape.depth : std::min(shape.depth, roundUp(std::max<int64_t>(k, 1), shape.lanes));
}

// Packing by square blocks writes up to `lanes` - 1 steps behind the last panel of A, each by whole
// registers.
int64_t NestShape::scratchElementsOfA(int64_t k) const {
  int64_t panels = std::max(rowPanels, fewRowPanels());
  return roundUp((panels * deepest(*this, k) + lanes) * rows + lanes, 16);
}

int64_t NestShape::scratchElementsOfB(int64_t n, int64_t k) const {
  int64_t wide = roundUp(n < 0 ? width : std::min(width, n), columns);
  return roundUp(wide * (deepest(*this, k) + 1), 16);
}
