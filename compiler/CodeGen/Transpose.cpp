// Emits the rounds of a transposition in registers.
#include "compiler/CodeGen/Transpose.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace agc;
using namespace mlir;

/// Replaces each pair of rows `distance` apart by two shuffles of the pair.
static void exchange(NestBuilder &ir, SmallVectorImpl<Value> &rows, int64_t distance,
                     ArrayRef<int64_t> low, ArrayRef<int64_t> high) {
  for (size_t row = 0; row < rows.size(); ++row) {
    if (row & distance)
      continue;
    Value x = rows[row], y = rows[row + distance];
    rows[row] = vector::ShuffleOp::create(ir.b, ir.loc, x, y, low);
    rows[row + distance] = vector::ShuffleOp::create(ir.b, ir.loc, x, y, high);
  }
}

/// In log2(lanes) rounds, each of which swaps the off-diagonal blocks of every pair of rows. The
/// 32-bit rounds are those of one 4x4 block in 128 bits, which unpack instructions do, and leave
/// rows 1 and 2 of each block exchanged.
void agc::transpose(NestBuilder &ir, SmallVectorImpl<Value> &rows, bool ofHalves) {
  auto vector = cast<VectorType>(rows.front().getType());
  int64_t lanes = vector.getNumElements();
  auto round = [&](int64_t distance) {
    SmallVector<int64_t> low, high;
    for (int64_t lane = 0; lane < lanes; ++lane) {
      bool upper = lane & distance;
      low.push_back(upper ? lanes + lane - distance : lane);
      high.push_back(upper ? lanes + lane : lane + distance);
    }
    exchange(ir, rows, distance, low, high);
  };
  int64_t distance = 1;
  if (vector.getElementTypeBitWidth() == 32 && lanes >= 4) {
    SmallVector<int64_t> low, high, lowHalf, highHalf;
    for (int64_t lane = 0; lane < lanes; ++lane) {
      int64_t group = lane / 4 * 4, place = lane % 4, other = place % 2 ? lanes : 0;
      low.push_back(other + group + place / 2);
      high.push_back(other + group + place / 2 + 2);
      int64_t otherHalf = place / 2 ? lanes : 0;
      lowHalf.push_back(otherHalf + group + place % 2);
      highHalf.push_back(otherHalf + group + place % 2 + 2);
    }
    exchange(ir, rows, 1, low, high);
    exchange(ir, rows, 2, lowHalf, highHalf);
    for (int64_t group = 0; group < lanes; group += 4)
      std::swap(rows[group + 1], rows[group + 2]);
    distance = 4;
  }
  for (; distance < (ofHalves ? lanes / 2 : lanes); distance *= 2)
    round(distance);
}
