// Finds NAME_info among a shared object's symbols.
#include "compiler/Support/ModelLibrary.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include <dlfcn.h>

using namespace llvm;

namespace agc {

/// The names of the models that a shared object has: its symbols NAME_info.
static Expected<std::vector<std::string>> modelsOf(StringRef path) {
  auto binary = object::ObjectFile::createObjectFile(path);
  if (!binary)
    return binary.takeError();
  auto *elf = dyn_cast<object::ELFObjectFileBase>(binary->getBinary());
  if (!elf || elf->getEType() != ELF::ET_DYN)
    return createStringError("not a shared object: write one with agc --shared");
  std::vector<std::string> names;
  for (object::ELFSymbolRef symbol : elf->getDynamicSymbolIterators()) {
    Expected<StringRef> name = symbol.getName();
    if (!name)
      return name.takeError();
    if (name->ends_with("_info") && symbol.getBinding() == ELF::STB_GLOBAL &&
        !(cantFail(symbol.getFlags()) & object::SymbolRef::SF_Undefined))
      names.push_back(name->drop_back(5).str());
  }
  return names;
}

/// The name of the model to load: the one asked for, or the only one.
static Expected<std::string> chooseModel(StringRef path, StringRef model) {
  Expected<std::vector<std::string>> names = modelsOf(path);
  if (!names)
    return createStringError("cannot read " + path + ": " + toString(names.takeError()));
  if (!model.empty()) {
    if (!is_contained(*names, model))
      return createStringError(path + " has no model '" + model + "'");
    return model.str();
  }
  if (names->size() == 1)
    return names->front();
  if (names->empty())
    return createStringError(path + " has no model: it exports no NAME_info");
  return createStringError(path +
                           " has several models; choose one with --model: " + join(*names, ", "));
}

Expected<const agc_model_info *> loadModel(StringRef path, StringRef wished) {
  Expected<std::string> name = chooseModel(path, wished);
  if (!name)
    return name.takeError();
  SmallString<128> absolute(path);
  if (std::error_code code = sys::fs::make_absolute(absolute))
    return errorCodeToError(code);
  // A symbol that is missing is an error now, and not the process' end at the first call of it.
  void *library = dlopen(absolute.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return createStringError("cannot load " + path + ": " + dlerror());
  void *symbol = dlsym(library, (*name + "_info").c_str());
  if (!symbol)
    return createStringError("cannot load " + path + ": no " + *name + "_info");
  const agc_model_info *model = reinterpret_cast<agc_info_function>(symbol)(AGC_VERSION);
  if (!model)
    return createStringError("the model '" + *name + "' was written by a newer agc than this, " +
                             "which knows version " + Twine(AGC_VERSION));
  return model;
}

} // namespace agc
