// What PyTorch says of shapes that an op does not take: the functions that records name in
// `refusal`.
#ifndef AGC_DIALECT_REFUSALS_H
#define AGC_DIALECT_REFUSALS_H

#include "dialect/Record.h"

namespace agc::ag {

/// Why a record refuses operands of these shapes, in PyTorch's words; empty where it does not, or
/// where no one has given it words. Unknown extents fit any.
std::string refusalOf(const Record &record, llvm::ArrayRef<llvm::ArrayRef<int64_t>> shapes);

} // namespace agc::ag

#endif // AGC_DIALECT_REFUSALS_H
