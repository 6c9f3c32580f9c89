/* Writes beside a file's place and renames. */
#define _XOPEN_SOURCE 700 /* stat, realpath */
#include "new_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool agc_file_is_through(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

bool agc_file_open(new_file *file, const char *path) {
  file->path = path;
  file->through = agc_file_is_through(path);
  file->stream = NULL;
  errno = strlen(path) > NEW_FILE_MAX_PATH ? ENAMETOOLONG : 0;
  if (errno)
    return false;
  if (file->through)
    return (file->stream = fopen(path, "wb")) != NULL;
  errno = EEXIST;
  for (int i = 0; !file->stream && errno == EEXIST && i < 1000; ++i) {
    snprintf(file->partial, sizeof(file->partial), "%s.partial%d", path, i);
    file->stream = fopen(file->partial, "wbx");
  }
  if (file->stream)
    errno = 0; /* of the tries before */
  return file->stream != NULL;
}

void agc_file_discard(new_file *file) {
  int error = errno;
  if (!file->through)
    remove(file->partial);
  errno = error;
}

bool agc_file_close(new_file *file, bool whole) {
  whole &= fflush(file->stream) == 0;
  whole &= fclose(file->stream) == 0;
  if (!whole)
    agc_file_discard(file);
  return whole;
}

bool agc_file_keep(new_file *file) {
  if (file->through || rename(file->partial, file->path) == 0)
    return true;
  agc_file_discard(file);
  return false;
}

/* What stands at the end of a path, after its folder. */
static const char *base_of(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

bool agc_file_is_same(const char *left, const char *right) {
  if (strcmp(base_of(left), base_of(right)) != 0)
    return false;
  char *folders[2];
  const char *paths[2] = {left, right};
  for (int i = 0; i < 2; ++i) {
    size_t length = (size_t)(base_of(paths[i]) - paths[i]);
    char *folder = length ? strndup(paths[i], length) : strdup(".");
    folders[i] = folder ? realpath(folder, NULL) : NULL;
    free(folder);
  }
  bool is_same = folders[0] && folders[1] && strcmp(folders[0], folders[1]) == 0;
  free(folders[0]);
  free(folders[1]);
  return is_same;
}
