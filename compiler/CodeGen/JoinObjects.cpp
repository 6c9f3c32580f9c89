// Joining: LLVM's linker makes one relocatable object of several.
#include "compiler/CodeGen/Parts.h"
#include "lld/Common/Driver.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ObjCopy/ConfigManager.h"
#include "llvm/ObjCopy/ObjCopy.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <future>
#include <mutex>
#include <string>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

LLD_HAS_DRIVER(elf)

using namespace llvm;

namespace agc {

namespace {

/// One end of a pipe or a file in memory. The linker takes paths, and no folder may be writable.
class Descriptor {
public:
  explicit Descriptor(int number = -1) : number(number) {}
  Descriptor(Descriptor &&other) : number(std::exchange(other.number, -1)) {}
  Descriptor &operator=(Descriptor &&other) {
    std::swap(number, other.number);
    return *this;
  }
  ~Descriptor() { close(); }

  void close() {
    if (number >= 0)
      ::close(std::exchange(number, -1));
  }
  bool isOpen() const { return number >= 0; }
  int get() const { return number; }
  std::string path() const { return "/proc/self/fd/" + std::to_string(number); }

private:
  int number;
};

/// What is written to its path, for which it need not be a file: that would be made beside its
/// place first.
class Output {
public:
  bool open() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
      return false;
    in = Descriptor(ends[1]);
    bytes = std::async(std::launch::async, [out = Descriptor(ends[0])] {
      std::string all;
      char some[1 << 16];
      for (ssize_t count; (count = read(out.get(), some, sizeof(some))) != 0;)
        if (count > 0)
          all.append(some, count);
        else if (errno != EINTR)
          break;
      return all;
    });
    return true;
  }
  std::string path() const { return in.path(); }
  std::string take() {
    in.close();
    return bytes.get();
  }

private:
  std::future<std::string> bytes; // which waits for the end of what comes in
  Descriptor in;
};

} // namespace

static Descriptor inMemory(StringRef bytes) {
  Descriptor file(memfd_create("agc", MFD_CLOEXEC));
  if (!file.isOpen())
    return file;
  raw_fd_ostream stream(file.get(), /*shouldClose=*/false);
  stream << bytes;
  stream.flush();
  if (stream.has_error())
    file.close();
  stream.clear_error();
  return file;
}

namespace {
/// The linker resets all options of the process to take its own: those that were given are kept
/// out of its reach.
class GivenOptions {
public:
  GivenOptions() {
    for (cl::SubCommand *command : cl::getRegisteredSubcommands()) {
      for (auto &entry : command->OptionsMap)
        add(entry.second);
      for (cl::Option *option : command->PositionalOpts)
        add(option);
    }
    for (cl::Option *option : given)
      option->removeArgument();
  }
  ~GivenOptions() {
    for (cl::Option *option : given)
      option->addArgument();
  }

private:
  void add(cl::Option *option) {
    if (option->getNumOccurrences() > 0)
      given.insert(option);
  }
  SmallSetVector<cl::Option *, 8> given;
};
} // namespace

static Error link(ArrayRef<const char *> arguments) {
  static std::mutex one; // its state is global
  std::lock_guard<std::mutex> lock(one);
  GivenOptions keep;
  std::string said;
  raw_string_ostream stream(said);
  lld::Result result = lld::lldMain(arguments, stream, stream, {{lld::Gnu, &lld::elf::link}});
  if (result.retCode != 0 || !result.canRunAgain)
    return createStringError("internal error: a model's parts cannot be linked: " + said);
  return Error::success();
}

static Expected<std::string> withHiddenLocal(MemoryBufferRef bytes) {
  auto object = object::ObjectFile::createObjectFile(bytes);
  if (!object)
    return object.takeError();
  objcopy::ConfigManager config;
  config.ELF.LocalizeHidden = true;
  SmallVector<char, 0> output;
  raw_svector_ostream stream(output);
  if (Error error = objcopy::executeObjcopyOnBinary(config, **object, stream))
    return error;
  return std::string(output.begin(), output.end());
}

Expected<std::string> joinObjects(ArrayRef<std::string> objects) {
  std::vector<Descriptor> files;
  std::vector<std::string> paths;
  Output output;
  bool ready = output.open();
  for (const std::string &object : objects) {
    files.push_back(inMemory(object));
    ready &= files.back().isOpen();
    paths.push_back(files.back().path());
  }
  if (!ready)
    return createStringError("no room to link a model's parts: " + std::string(strerror(errno)));
  std::string result = output.path();
  std::vector<const char *> arguments = {"ld.lld", "-r", "--threads=1", "-o", result.c_str()};
  for (const std::string &path : paths)
    arguments.push_back(path.c_str());
  if (Error error = link(arguments))
    return error;
  std::string joined = output.take();
  return withHiddenLocal(MemoryBufferRef(joined, "parts"));
}

} // namespace agc
