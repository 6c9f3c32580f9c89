// Files that are written whole or not at all.
#ifndef AGC_TOOLS_AGC_OUTPUT_H
#define AGC_TOOLS_AGC_OUTPUT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace agc {

/// A file to be written.
struct OutputFile {
  std::string path; ///< "-" is standard output
  llvm::StringRef contents;
};

/// Writes all of the files or none: each beside its place first, then renamed.
llvm::Error writeFiles(llvm::ArrayRef<OutputFile> files);

/// Links an object into a shared library at `path` with the system's linker.
llvm::Error linkShared(llvm::StringRef object, llvm::StringRef path);

} // namespace agc

#endif
