// Writes files beside their place and renames them.
#include "compiler/Support/OutputFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <vector>

using namespace llvm;

namespace agc {

static Error cannotWrite(StringRef path, const std::string &why) {
  return createStringError("cannot write '" + path.str() + "': " + why);
}

/// Writes to what is no file of its own: standard output, a device, a pipe.
static Error writeThrough(const OutputFile &file) {
  std::error_code code;
  raw_fd_ostream stream(file.path, code, sys::fs::CD_OpenExisting);
  if (code)
    return cannotWrite(file.path, code.message());
  stream << file.contents;
  stream.flush();
  code = stream.error();
  stream.clear_error();
  return code ? cannotWrite(file.path, code.message()) : Error::success();
}

static bool isThrough(const std::string &path) {
  sys::fs::file_status status;
  return path == "-" || (!sys::fs::status(path, status) && sys::fs::exists(status) &&
                         !sys::fs::is_regular_file(status) && !sys::fs::is_directory(status));
}

static Expected<sys::fs::TempFile> writeBeside(const OutputFile &file) {
  unsigned mode = sys::fs::all_read | sys::fs::all_write;
  if (file.isProgram)
    mode |= sys::fs::all_exe;
  Expected<sys::fs::TempFile> temp = sys::fs::TempFile::create(file.path + ".%%%%%%", mode);
  if (!temp)
    return cannotWrite(file.path, toString(temp.takeError()));
  raw_fd_ostream stream(temp->FD, /*shouldClose=*/false);
  stream << file.contents;
  stream.flush();
  if (stream.has_error()) {
    std::string why = stream.error().message();
    stream.clear_error();
    consumeError(temp->discard());
    return cannotWrite(file.path, why);
  }
  return temp;
}

/// Whether two paths are one place's, however they are spelled.
static bool isSamePlace(StringRef left, StringRef right) {
  auto folder = [](StringRef path) {
    StringRef parent = sys::path::parent_path(path);
    return parent.empty() ? StringRef(".") : parent;
  };
  return sys::path::filename(left) == sys::path::filename(right) &&
         (left == right || sys::fs::equivalent(folder(left), folder(right)));
}

Error checkPlaces(ArrayRef<std::string> paths) {
  for (size_t i = 0; i < paths.size(); ++i) {
    const std::string &path = paths[i];
    if (sys::fs::is_directory(path))
      return cannotWrite(path, "Is a directory");
    bool isShared = path != "-" && isThrough(path);
    if (!isShared &&
        any_of(paths.take_front(i), [&](StringRef other) { return isSamePlace(other, path); }))
      return cannotWrite(path, "it is asked for twice");
  }
  return Error::success();
}

Error writeFiles(ArrayRef<OutputFile> files) {
  if (Error error =
          checkPlaces(map_to_vector(files, [](const OutputFile &file) { return file.path; })))
    return error;
  std::vector<sys::fs::TempFile> written;
  std::vector<const OutputFile *> places;
  auto discard = [&](Error error) {
    for (sys::fs::TempFile &other : written)
      consumeError(other.discard());
    return error;
  };
  for (const OutputFile &file : files) {
    if (isThrough(file.path))
      continue;
    Expected<sys::fs::TempFile> temp = writeBeside(file);
    if (!temp)
      return discard(temp.takeError());
    written.push_back(std::move(*temp));
    places.push_back(&file);
  }
  // What cannot be taken back goes when all else has been written.
  for (const OutputFile &file : files)
    if (isThrough(file.path))
      if (Error error = writeThrough(file))
        return discard(std::move(error));
  Error errors = Error::success();
  for (auto [temp, file] : zip(written, places)) {
    if (Error error = temp.keep(file->path)) {
      errors = joinErrors(std::move(errors), cannotWrite(file->path, toString(std::move(error))));
      consumeError(temp.discard());
    }
  }
  return errors;
}

} // namespace agc
