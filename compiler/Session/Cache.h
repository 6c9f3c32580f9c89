// Compiled segments on disk, shared by all processes of a user.
#ifndef AGC_COMPILER_SESSION_CACHE_H
#define AGC_COMPILER_SESSION_CACHE_H

#include "compiler/Session/Jit.h"
#include <optional>
#include <string>

namespace agc::session {

/// A folder of objects, one file each, named by what they were compiled from. An object may need
/// the kernels of others that the process loaded before: a program that runs again finds all of its
/// own. Whatever goes wrong with it (no folder, no room, a damaged file) costs a compilation and is
/// no error. Files appear whole or not at all, so that processes may share it; beyond a bound the
/// longest unused go.
class Cache {
public:
  /// ~/.cache/agc, or AGC_CACHE_DIR; none where AGC_NO_CACHE is set.
  Cache();

  /// The object of a program text; nothing where it is not there.
  std::optional<SegmentObject> find(llvm::StringRef text) const;
  void store(llvm::StringRef text, const SegmentObject &object) const;

private:
  std::string pathOf(llvm::StringRef text) const;
  void bound() const;

  std::string folder; ///< empty where there is none
};

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_CACHE_H
