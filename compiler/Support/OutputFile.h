// Files that are written whole or not at all.
#ifndef AGC_COMPILER_SUPPORT_OUTPUTFILE_H
#define AGC_COMPILER_SUPPORT_OUTPUTFILE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace agc {

/// A file to be written.
struct OutputFile {
  std::string path; ///< "-" is standard output
  llvm::StringRef contents;
  bool isProgram = false; ///< may be executed
};

/// What no rename could do: take a folder's place, or one place twice.
llvm::Error checkPlaces(llvm::ArrayRef<std::string> paths);

/// Writes all of the files or none: each beside its place first, then renamed.
llvm::Error writeFiles(llvm::ArrayRef<OutputFile> files);

} // namespace agc

#endif
