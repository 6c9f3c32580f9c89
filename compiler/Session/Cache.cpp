// A file holds a mark, a sum of what it was compiled from and of what follows, and the latter's
// size: a line of the kernels that the object has, one of those that it takes from others, and the
// object.
#include "compiler/Session/Cache.h"
#include "runtime/include/agc/agc.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"
#include "llvm/TargetParser/Host.h"
#include <cstring>
#include <dlfcn.h>
#include <vector>

using namespace llvm;

namespace agc::session {
namespace {

/// Of all files together.
constexpr uint64_t kMaxBytes = 256 << 20;

/// Changes with whatever changes the machine code of a text.
constexpr StringLiteral kFormat = "agc segment 3";

struct Head {
  char mark[16] = {};
  uint64_t sum = 0, bytes = 0;

  Head(StringRef text, StringRef rest)
      : sum(xxh3_64bits(text) ^ xxh3_64bits(rest)), bytes(rest.size()) {
    std::memcpy(mark, kFormat.data(), kFormat.size());
  }
};

/// When this program was built: another build may compile otherwise.
std::string buildOf() {
  static const std::string build = [] {
    std::string self = sys::fs::getMainExecutable(nullptr, reinterpret_cast<void *>(&buildOf));
    sys::fs::file_status status;
    // The library that this function is in, not the interpreter that loaded it.
    Dl_info info;
    if (dladdr(reinterpret_cast<void *>(&buildOf), &info))
      self = info.dli_fname;
    if (sys::fs::status(self, status))
      return std::string();
    return itostr(status.getLastModificationTime().time_since_epoch().count()) + ":" +
           itostr(status.getSize());
  }();
  return build;
}

} // namespace

Cache::Cache() {
  if (sys::Process::GetEnv("AGC_NO_CACHE") || buildOf().empty())
    return;
  SmallString<128> path;
  if (std::optional<std::string> given = sys::Process::GetEnv("AGC_CACHE_DIR"))
    path = *given;
  else if (sys::path::cache_directory(path))
    sys::path::append(path, "agc");
  else
    return;
  if (!sys::fs::create_directories(path))
    folder = path.str().str();
}

std::string Cache::pathOf(StringRef text) const {
  std::string key = (kFormat + buildOf() + sys::getHostCPUName() + "\n" + text).str();
  XXH128_hash_t sum = xxh3_128bits(arrayRefFromStringRef(key));
  SmallString<128> path(folder);
  sys::path::append(path, utohexstr(sum.high64, true, 16) + utohexstr(sum.low64, true, 16) + ".o");
  return path.str().str();
}

/// Takes a line of names off the front of a text.
static std::vector<std::string> takeNames(StringRef &text) {
  auto [line, rest] = text.split('\n');
  text = rest;
  std::vector<std::string> names;
  while (!line.empty()) {
    auto [name, others] = line.split(' ');
    names.push_back(name.str());
    line = others;
  }
  return names;
}

std::optional<SegmentObject> Cache::find(StringRef text) const {
  if (folder.empty())
    return {};
  std::string path = pathOf(text);
  auto file = MemoryBuffer::getFile(path, false, false);
  if (!file || (*file)->getBufferSize() < sizeof(Head))
    return {};
  StringRef rest = (*file)->getBuffer().drop_front(sizeof(Head));
  Head head(text, rest);
  if (std::memcmp(&head, (*file)->getBufferStart(), sizeof(Head)) != 0)
    return {};
  // What is used stays.
  int descriptor;
  if (!sys::fs::openFileForWrite(path, descriptor, sys::fs::CD_OpenExisting, sys::fs::OF_Append)) {
    sys::fs::setLastAccessAndModificationTime(descriptor, std::chrono::system_clock::now());
    sys::Process::SafelyCloseFileDescriptor(descriptor);
  }
  SegmentObject object;
  object.kernels.defined = takeNames(rest);
  object.kernels.imported = takeNames(rest);
  object.bytes = rest.str();
  return object;
}

void Cache::store(StringRef text, const SegmentObject &object) const {
  if (folder.empty())
    return;
  bound();
  SmallString<128> pattern(folder);
  sys::path::append(pattern, "new-%%%%%%%%");
  Expected<sys::fs::TempFile> file = sys::fs::TempFile::create(pattern);
  if (!file) {
    consumeError(file.takeError());
    return;
  }
  std::string rest = join(object.kernels.defined, " ") + "\n" + join(object.kernels.imported, " ") +
                     "\n" + object.bytes;
  Head head(text, rest);
  raw_fd_ostream os(file->FD, /*shouldClose=*/false);
  os.write(reinterpret_cast<const char *>(&head), sizeof(head));
  os << rest;
  os.flush();
  bool failed = os.has_error();
  os.clear_error();
  consumeError(failed ? file->discard() : file->keep(pathOf(text)));
}

/// The longest unused files go, until half of the room is free.
void Cache::bound() const {
  std::vector<std::pair<sys::TimePoint<>, std::string>> files;
  uint64_t bytes = 0;
  std::error_code error;
  for (sys::fs::directory_iterator it(folder, error), end; it != end && !error;
       it.increment(error)) {
    ErrorOr<sys::fs::basic_file_status> status = it->status();
    if (!status)
      continue;
    bytes += status->getSize();
    files.emplace_back(status->getLastModificationTime(), it->path());
  }
  if (bytes < kMaxBytes)
    return;
  llvm::sort(files);
  for (const auto &[time, path] : files) {
    if (bytes < kMaxBytes / 2)
      return;
    uint64_t size = 0;
    if (!sys::fs::file_size(path, size) && !sys::fs::remove(path))
      bytes -= std::min(bytes, size);
  }
}

} // namespace agc::session
