//===- main.cpp - agc-run: drives an emitted model from its description ---------------------------===//
//
//   agc-run digits.so                                   lists functions and state
//   agc-run digits.so predict --in=x.safetensors        calls one and prints or saves its outputs
//
//===----------------------------------------------------------------------------------------------===//
#include "runtime/include/agc/pool.h"
#include "tools/agc-run/Call.h"
#include "tools/agc-run/Print.h"

#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include <chrono>

using namespace llvm;

static cl::OptionCategory category("agc-run options");
static cl::opt<std::string> libraryPath(cl::Positional, cl::Required, cl::desc("MODEL.so"),
                                        cl::cat(category));
static cl::opt<std::string> functionName(cl::Positional, cl::desc("[FUNCTION]"), cl::cat(category));
static cl::list<std::string> inputPaths("in", cl::desc("take inputs by name from this file"),
                                        cl::value_desc("x.safetensors"), cl::cat(category));
static cl::opt<std::string> outputPath("out", cl::desc("save the outputs instead of printing them"),
                                       cl::value_desc("y.safetensors"), cl::cat(category));
static cl::opt<std::string> statePath("state", cl::desc("load the state; else it is as traced"),
                                      cl::value_desc("s.safetensors"), cl::cat(category));
static cl::opt<std::string> stateOutPath("state-out", cl::desc("save the state afterwards"),
                                         cl::value_desc("s.safetensors"), cl::cat(category));
static cl::list<std::string> extentOptions("extent", cl::desc("an extent that no input tells"),
                                           cl::value_desc("n=4"), cl::cat(category));
static cl::opt<std::string> modelName("model", cl::desc("which model, when the file has several"),
                                      cl::cat(category));
static cl::opt<unsigned> threads("threads", cl::desc("threads to use (default 1)"), cl::init(1),
                                 cl::cat(category));
static cl::opt<unsigned> repeat("repeat", cl::desc("call so many times and print the time of one"),
                                cl::init(1), cl::cat(category));

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
static Expected<std::string> chooseModel(StringRef path) {
  Expected<std::vector<std::string>> names = modelsOf(path);
  if (!names)
    return createStringError("cannot read " + path + ": " + toString(names.takeError()));
  if (!modelName.empty()) {
    if (!is_contained(*names, modelName))
      return createStringError(path + " has no model '" + modelName + "'");
    return modelName.getValue();
  }
  if (names->size() == 1)
    return names->front();
  if (names->empty())
    return createStringError(path + " has no model: it exports no NAME_info");
  return createStringError(path + " has several models; choose one with --model: " +
                           join(*names, ", "));
}

static Expected<const agc_model_info *> loadModel(StringRef path) {
  Expected<std::string> name = chooseModel(path);
  if (!name)
    return name.takeError();
  SmallString<128> absolute(path);
  if (std::error_code code = sys::fs::make_absolute(absolute))
    return errorCodeToError(code);
  std::string message;
  auto library = sys::DynamicLibrary::getPermanentLibrary(absolute.c_str(), &message);
  if (!library.isValid())
    return createStringError("cannot load " + path + ": " + message);
  void *symbol = library.getAddressOfSymbol((*name + "_info").c_str());
  if (!symbol)
    return createStringError("cannot load " + path + ": no " + *name + "_info");
  const agc_model_info *model = reinterpret_cast<agc_info_function>(symbol)(AGC_VERSION);
  if (!model)
    return createStringError("the model '" + *name + "' was written by a newer agc than this " +
                             "agc-run, which knows version " + Twine(AGC_VERSION));
  return model;
}

static Error check(agc_context &context, agc_status status) {
  if (status == AGC_OK)
    return Error::success();
  return createStringError(Twine(agc_error(&context)) + " [" + agc_status_name(status) + "]");
}

static Expected<const agc_function_info *> chooseFunction(const agc_model_info &model) {
  if (const agc_function_info *function = agc_model_function(&model, functionName.c_str()))
    return function;
  std::string names;
  for (const agc_function_info *function : ArrayRef(model.functions, model.function_count))
    names += (names.empty() ? "" : ", ") + std::string(function->name);
  return createStringError(Twine("the model '") + model.name + "' has no function '" +
                           functionName + "'; it has " + names);
}

static Expected<StringMap<int64_t>> parseExtents() {
  StringMap<int64_t> extents;
  for (StringRef option : extentOptions) {
    auto [name, text] = option.split('=');
    int64_t value;
    if (name.empty() || text.getAsInteger(10, value) || value < 0)
      return createStringError("--extent=" + option + ": expected NAME=NUMBER");
    extents[name] = value;
  }
  return extents;
}

/// Calls, `repeat` times; the time of one goes to standard error, apart from the outputs.
static Error runCalls(agc::Call &call, agc_context &context, agc::AlignedBuffer &state) {
  auto start = std::chrono::steady_clock::now();
  for (unsigned i = 0; i < repeat; ++i)
    if (Error error = call.run(context, state))
      return error;
  std::chrono::duration<double, std::micro> time = std::chrono::steady_clock::now() - start;
  if (repeat > 1)
    errs() << format("%.2f us a call, %u calls\n", time.count() / repeat, unsigned(repeat));
  return Error::success();
}

static Error writeOutputs(agc::Call &call) {
  std::vector<agc::NamedTensor> outputs = call.getOutputs();
  if (!outputPath.empty())
    return agc::writeSafetensors(outputPath, outputs);
  for (const agc::NamedTensor &output : outputs)
    agc::printTensor(output, outs());
  return Error::success();
}

static Error callFunction(const agc_model_info &model, agc_context &context) {
  Expected<const agc_function_info *> function = chooseFunction(model);
  if (!function)
    return function.takeError();
  Expected<StringMap<int64_t>> extents = parseExtents();
  if (!extents)
    return extents.takeError();
  std::vector<agc::SafetensorsFile> files;
  for (const std::string &path : inputPaths) {
    Expected<agc::SafetensorsFile> file = agc::SafetensorsFile::open(path);
    if (!file)
      return file.takeError();
    files.push_back(std::move(*file));
  }
  agc::Call call(**function);
  if (Error error = call.bind(files, *extents))
    return error;
  agc::AlignedBuffer state(model.state_bytes);
  agc_status made = statePath.empty()
                        ? agc_state_init(&context, &model, state.data(), model.abi_hash)
                        : agc_state_load(&context, &model, state.data(), statePath.c_str());
  if (Error error = check(context, made))
    return error;
  if (Error error = runCalls(call, context, state))
    return error;
  if (Error error = writeOutputs(call))
    return error;
  if (stateOutPath.empty())
    return Error::success();
  return check(context, agc_state_save(&context, &model, state.data(), stateOutPath.c_str()));
}

static Error run() {
  Expected<const agc_model_info *> model = loadModel(libraryPath);
  if (!model)
    return model.takeError();
  if (functionName.empty()) {
    agc::printModel(**model, outs());
    return Error::success();
  }
  agc_context context;
  if (agc_context_init(&context) != AGC_OK)
    return createStringError(agc_error(&context));
  if (threads != 1)
    if (Error error = check(context, agc_pool_start(&context, threads)))
      return error;
  Error result = callFunction(**model, context);
  agc_pool_stop(&context);
  return result;
}

int main(int argc, char **argv) {
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, "drives a model that agc has written with --shared\n");
  Error error = run();
  if (!error)
    return 0;
  errs() << "agc-run: " << toString(std::move(error)) << "\n";
  return 1;
}
