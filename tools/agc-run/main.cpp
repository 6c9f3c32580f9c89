//===- main.cpp - agc-run: drives an emitted model from its description
//---------------------------===//
//
//   agc-run digits.so                                   lists functions and state
//   agc-run digits.so predict --in=x.safetensors        calls one and prints or saves its outputs
//
//===----------------------------------------------------------------------------------------------===//
#include "compiler/Support/Call.h"
#include "compiler/Support/ModelLibrary.h"
#include "compiler/Support/OutputFile.h"
#include "runtime/include/agc/pool.h"
#include "tools/agc-run/Print.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include <chrono>

using namespace llvm;

namespace {
/// The command line. Made in main, after LLVM's own options are gone, one of which is --threads
/// too.
struct Options {
  cl::OptionCategory category{"agc-run options"};
  cl::opt<std::string> library{cl::Positional, cl::Required, cl::desc("MODEL.so"),
                               cl::cat(category)};
  cl::opt<std::string> function{cl::Positional, cl::desc("[FUNCTION]"), cl::cat(category)};
  cl::list<std::string> inputs{"in", cl::desc("take inputs by name from this file"),
                               cl::value_desc("x.safetensors"), cl::cat(category)};
  cl::opt<std::string> output{"out", cl::desc("save the outputs instead of printing them"),
                              cl::value_desc("y.safetensors"), cl::cat(category)};
  cl::opt<std::string> state{"state", cl::desc("load the state; else it is as traced"),
                             cl::value_desc("s.safetensors"), cl::cat(category)};
  cl::opt<std::string> stateOut{"state-out", cl::desc("save the state afterwards"),
                                cl::value_desc("s.safetensors"), cl::cat(category)};
  cl::list<std::string> extents{"extent", cl::desc("an extent that no input tells"),
                                cl::value_desc("n=4"), cl::cat(category)};
  cl::opt<std::string> model{"model", cl::desc("which model, when the file has several"),
                             cl::cat(category)};
  cl::opt<unsigned> threads{"threads", cl::desc("threads to use (default 1)"), cl::init(1),
                            cl::cat(category)};
  cl::opt<unsigned> repeat{"repeat", cl::desc("call so many times and print the time of one"),
                           cl::init(1), cl::cat(category)};
};
} // namespace

static Error check(agc_context &context, agc_status status) {
  if (status == AGC_OK)
    return Error::success();
  return createStringError(Twine(agc_error(&context)) + " [" + agc_status_name(status) + "]");
}

static Expected<const agc_function_info *> chooseFunction(const agc_model_info &model,
                                                          const std::string &name) {
  if (const agc_function_info *function = agc_model_function(&model, name.c_str()))
    return function;
  std::string names;
  for (const agc_function_info *function : ArrayRef(model.functions, model.function_count))
    names += (names.empty() ? "" : ", ") + std::string(function->name);
  return createStringError(Twine("the model '") + model.name + "' has no function '" + name +
                           "'; it has " + names);
}

static Expected<StringMap<int64_t>> parseExtents(const Options &options) {
  StringMap<int64_t> extents;
  for (StringRef option : options.extents) {
    auto [name, text] = option.split('=');
    int64_t value;
    if (name.empty() || text.getAsInteger(10, value) || value < 0)
      return createStringError("--extent=" + option + ": expected NAME=NUMBER");
    if (!extents.try_emplace(name, value).second)
      return createStringError("--extent=" + option + ": '" + name + "' is given twice");
  }
  return extents;
}

/// Calls `repeat` times; the time of one goes to standard error, apart from the outputs.
static Error runCalls(agc::Call &call, agc_context &context, agc::AlignedBuffer &state,
                      unsigned repeat) {
  auto start = std::chrono::steady_clock::now();
  for (unsigned i = 0; i < repeat; ++i)
    if (Error error = call.run(context, state))
      return error;
  std::chrono::duration<double, std::micro> time = std::chrono::steady_clock::now() - start;
  if (repeat > 1)
    errs() << format("%.2f us a call, %u calls\n", time.count() / repeat, repeat);
  return Error::success();
}

/// Writes the files that are asked for, all or none; else prints the outputs.
static Error writeResults(const Options &options, const agc_model_info &model, agc_context &context,
                          agc::AlignedBuffer &state, ArrayRef<agc::NamedTensor> outputs) {
  std::string results, saved;
  std::vector<agc::OutputFile> files;
  if (!options.output.empty()) {
    results = agc::printSafetensors(outputs);
    files.push_back({options.output, results});
  }
  if (!options.stateOut.empty()) {
    uint64_t size = 0;
    agc_state_save_memory(&context, &model, state.data(), nullptr, 0, &size);
    saved.resize(size);
    if (Error error = check(context, agc_state_save_memory(&context, &model, state.data(),
                                                           saved.data(), size, &size)))
      return error;
    files.push_back({options.stateOut, saved});
  }
  if (Error error = agc::writeFiles(files))
    return error;
  if (options.output.empty())
    for (const agc::NamedTensor &output : outputs)
      agc::printTensor(output, outs());
  return Error::success();
}

/// What is wrong with the options before anything is computed.
static Error checkOptions(const Options &options) {
  if (options.repeat == 0)
    return createStringError("--repeat=0: expected 1 or more");
  std::vector<std::string> places;
  for (const std::string &path : {options.output.getValue(), options.stateOut.getValue()})
    if (!path.empty())
      places.push_back(path);
  return agc::checkPlaces(places);
}

static Error callFunction(const Options &options, const agc_model_info &model,
                          agc_context &context) {
  Expected<const agc_function_info *> function = chooseFunction(model, options.function);
  if (!function)
    return function.takeError();
  Expected<StringMap<int64_t>> extents = parseExtents(options);
  if (!extents)
    return extents.takeError();
  std::vector<agc::SafetensorsFile> files;
  for (const std::string &path : options.inputs) {
    Expected<agc::SafetensorsFile> file = agc::SafetensorsFile::open(path);
    if (!file)
      return file.takeError();
    files.push_back(std::move(*file));
  }
  std::vector<agc::NamedTensor> tensors;
  for (const agc::SafetensorsFile &file : files)
    append_range(tensors, file.getTensors());
  agc::Call call(**function);
  if (Error error = call.bind(tensors, *extents))
    return error;
  agc::AlignedBuffer state(model.state_bytes);
  agc_status made = options.state.empty()
                        ? agc_state_init(&context, &model, state.data(), model.abi_hash)
                        : agc_state_load(&context, &model, state.data(), options.state.c_str());
  if (Error error = check(context, made))
    return error;
  if (Error error = runCalls(call, context, state, options.repeat))
    return error;
  return writeResults(options, model, context, state, call.getOutputs());
}

static Error run(const Options &options) {
  if (Error error = checkOptions(options))
    return error;
  Expected<const agc_model_info *> model = agc::loadModel(options.library, options.model);
  if (!model)
    return model.takeError();
  if (options.function.empty()) {
    agc::printModel(**model, outs());
    return Error::success();
  }
  agc_context context;
  if (agc_context_init(&context) != AGC_OK)
    return createStringError(agc_error(&context));
  if (options.threads != 1)
    if (Error error = check(context, agc_pool_start(&context, options.threads)))
      return error;
  Error result = callFunction(options, **model, context);
  agc_pool_stop(&context);
  return result;
}

int main(int argc, char **argv) {
  cl::ResetCommandLineParser();
  Options options;
  cl::HideUnrelatedOptions(options.category);
  cl::ParseCommandLineOptions(argc, argv, "drives a model that agc has written with --shared\n");
  Error error = run(options);
  if (!error)
    return 0;
  errs() << "agc-run: " << toString(std::move(error)) << "\n";
  return 1;
}
