// What PyTorch says of shapes and dtypes that an op does not take: the functions that records name
// in `refusal`, and their words in `mixed`.
#ifndef AGC_DIALECT_REFUSALS_H
#define AGC_DIALECT_REFUSALS_H

#include "dialect/Record.h"

namespace agc::ag {

/// Why a record refuses operands of these shapes with these parameters, in PyTorch's words; empty
/// where it does not, or where no one has given it words. Unknown extents fit any.
std::string refusalOf(const Record &record, llvm::ArrayRef<llvm::ArrayRef<int64_t>> shapes,
                      mlir::DictionaryAttr params);

/// What PyTorch says of two shapes that do not broadcast; empty where they do. Unknown extents fit
/// any.
std::string refusalOfBroadcast(llvm::ArrayRef<int64_t> a, llvm::ArrayRef<int64_t> b);

/// "[2, 3]", a `?` for an extent that is not known.
std::string listOf(llvm::ArrayRef<int64_t> shape);

/// What PyTorch says of operands of two dtypes (see `mixed` in AgRecordBase.td); empty where it has
/// no words of its own.
llvm::StringRef wordsOfMixed(const Record &record);

} // namespace agc::ag

#endif // AGC_DIALECT_REFUSALS_H
