//===- safetensors-test.cpp - the compiler's files of named tensors
//--------------------------------===//
//
// What is written is read again, by this reader and by the runtime's; what cannot be read or
// written is an error with the file's name.
//
//===----------------------------------------------------------------------------------------------===//
#include "compiler/Support/Safetensors.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

using namespace agc;
using namespace llvm;

static int failures = 0;

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      errs() << __FILE__ << ":" << __LINE__ << ": not true: " #condition "\n";                     \
      ++failures;                                                                                  \
    }                                                                                              \
  } while (0)

static void checkMessage(Error error, StringRef part) {
  std::string message = toString(std::move(error));
  if (StringRef(message).contains(part))
    return;
  errs() << "got: " << message << "\n  expected: " << part << "\n";
  ++failures;
}

static std::string directory;

static std::string pathTo(StringRef name) { return directory + "/" + name.str(); }

/// A file of that header and four data bytes.
static std::string fileOf(StringRef header) {
  std::string path = pathTo("made.safetensors");
  std::error_code code;
  raw_fd_ostream os(path, code);
  for (int i = 0; i < 8; ++i)
    os << char(uint64_t(header.size()) >> (8 * i));
  os << header << "abcd";
  return path;
}

static void writtenIsRead() {
  const double numbers[] = {1, 2, 3, 4};
  const char *bytes = reinterpret_cast<const char *>(numbers);
  std::string path = pathTo("written.safetensors");
  Error error = writeSafetensors(path, {{"flags", AGC_BOOL, {3}, ArrayRef<char>("\1\0\1", 3)},
                                        {"a \"name\"\n\xc3\xa9", AGC_F64, {4}, {bytes, 32}},
                                        {"z", AGC_C128, {2, 1}, {bytes, 32}},
                                        {"empty", AGC_F32, {0, 5}, {}},
                                        {"scalar", AGC_F64, {}, {bytes, 8}}});
  CHECK(!error);
  Expected<SafetensorsFile> file = SafetensorsFile::open(path);
  CHECK(bool(file));
  CHECK(file->getTensors().size() == 5);
  CHECK(file->getTensors()[0].name == "z"); // the widest first
  const NamedTensor *z = file->find("z"), *named = file->find("a \"name\"\n\xc3\xa9");
  CHECK(z && z->holds(AGC_C128, {2, 1}) && !z->holds(AGC_C128, {2}) && z->data.size() == 32);
  CHECK(z && z->printType() == "f64[2, 1, 2]");
  CHECK(named && named->holds(AGC_F64, {4}) && named->data == ArrayRef<char>(bytes, 32));
  CHECK(file->find("empty") && file->find("empty")->holds(AGC_F32, {0, 5}));
  CHECK(file->find("scalar") && file->find("scalar")->holds(AGC_F64, {}));
  CHECK(file->find("flags") && file->find("flags")->data[2] == 1);
  CHECK(!file->find("none"));
}

static void unreadableFilesAreErrors() {
  checkMessage(SafetensorsFile::open(pathTo("none")).takeError(),
               "none: No such file or directory");
  checkMessage(
      SafetensorsFile::open(fileOf("{\"a\":1}")).takeError(),
      "made.safetensors: not a well-formed safetensors file: expected '{' before a tensor");
  checkMessage(SafetensorsFile::open(fileOf("{\"a\":{\"dtype\":\"F8_E5M2\",\"shape\":[4],"
                                            "\"data_offsets\":[0,4]}}"))
                   .takeError(),
               "'a' has dtype F8_E5M2, which agc has not");
  checkMessage(SafetensorsFile::open(fileOf("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],"
                                            "\"data_offsets\":[0,2]},\"\\u0061\":{\"dtype\":\"U8\","
                                            "\"shape\":[2],\"data_offsets\":[2,4]}}"))
                   .takeError(),
               "has 'a' more than once");
}

static void unwritableFilesAreErrors() {
  checkMessage(writeSafetensors(pathTo("none/x"), {}), "none/x': No such file or directory");
  CHECK(!sys::fs::exists(pathTo("none")));
  checkMessage(writeSafetensors(directory, {}), "cannot write ");
}

int main(int argc, char **argv) {
  if (argc != 2)
    return 1;
  directory = argv[1];
  writtenIsRead();
  unreadableFilesAreErrors();
  unwritableFilesAreErrors();
  return failures == 0 ? 0 : 1;
}
