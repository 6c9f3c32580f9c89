// Text that MLIR's parser would not survive.
#ifndef AGC_COMPILER_SUPPORT_PROGRAMTEXT_H
#define AGC_COMPILER_SUPPORT_PROGRAMTEXT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/SourceMgr.h"
#include <optional>

namespace agc {

/// What is wrong with a text, and where in it.
struct TextProblem {
  llvm::SMLoc place;
  std::string message;
};

/// Looks for what ends the parser, or what recurses over its result, and not with an error.
std::optional<TextProblem> findTextProblem(llvm::StringRef text);

/// The same for the program that `sources` begins with. Prints the problem; true where there is
/// none.
bool checkProgramText(const llvm::SourceMgr &sources);

} // namespace agc

#endif
