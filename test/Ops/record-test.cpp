// Tests every record for every element type it has: values and gradients against what PyTorch gave
// (recorded/), gradients against the interpreter's own derivatives and finite differences, tangents
// and second derivatives likewise. --native compiles the samples and compares what their code
// computes with PyTorch's. --misfits builds calls of other shapes. --emit-json writes the samples
// for record_torch.py; --break-gradients and --break-lowerings break one table entry at a time and
// see that a sample then fails.
#include "compiler/CodeGen/Compile.h"
#include "compiler/Passes.h"
#include "dialect/AgDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "test/Ops/Checks.h"
#include "test/Ops/SampleJson.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

using namespace mlir;
using namespace agc::test;
namespace cl = llvm::cl;

namespace {

cl::opt<bool> emitJson("emit-json", cl::desc("write the samples instead of testing"));
cl::opt<std::string> recorded("recorded", cl::desc("folder of PyTorch's recorded values"));
cl::opt<bool> breakGradients("break-gradients", cl::desc("see that a broken gradient is found"));
cl::opt<bool> native("native", cl::desc("compile and run the samples"));
cl::opt<bool> breakLowerings("break-lowerings", cl::desc("see that broken code is found"));
cl::opt<bool> misfits("misfits", cl::desc("see that ill-shaped calls are refused"));
cl::list<std::string> only("only", cl::CommaSeparated, cl::desc("these records, not all"));
cl::opt<unsigned> every("every", cl::init(1),
                        cl::desc("every n-th record; of values and gradients every n-th sample"));

/// The records to test.
std::vector<const agc::ag::Record *> chosen() {
  std::vector<const agc::ag::Record *> records;
  for (const agc::ag::Record &record : agc::ag::allRecords())
    if (only.empty() || llvm::is_contained(only, record.name))
      records.push_back(&record);
  return records;
}

void print(const std::vector<std::string> &lines) {
  for (const std::string &line : lines)
    llvm::errs() << "error: " << line << '\n';
}

int testRecords(MLIRContext &context) {
  std::vector<std::string> failures;
  size_t count = 0, compared = 0, n = 0;
  for (const agc::ag::Record *record : chosen()) {
    Recording recording = readRecording(recorded, record->name, failures);
    for (Sample &sample : samplesOf(*record, &context, failures)) {
      if (n++ % every)
        continue;
      ++count;
      compared += checkSample(sample, recording, failures);
    }
    for (const std::string &key : every == 1 ? recording.unused() : std::vector<std::string>())
      failures.push_back(key + " is recorded, but no sample: run record_torch.py");
  }
  print(failures);
  llvm::outs() << count << " samples, " << compared << " compared with PyTorch, " << failures.size()
               << " failures\n";
  return failures.empty() ? 0 : 1;
}

/// The first sample for each element type, and every fourth.
std::vector<Sample *> sampled(std::vector<Sample> &samples) {
  std::vector<Sample *> result;
  Type last;
  for (auto [i, sample] : llvm::enumerate(samples)) {
    if (sample.dtype != last || i % 4 == 0)
      result.push_back(&sample);
    last = sample.dtype;
  }
  return result;
}

int testNative(MLIRContext &context) {
  std::vector<std::string> failures;
  NativeCount count;
  size_t n = 0;
  for (const agc::ag::Record *record : chosen()) {
    if (n++ % every)
      continue;
    Recording recording = readRecording(recorded, record->name, failures);
    std::vector<Sample> samples = samplesOf(*record, &context, failures);
    checkNative(sampled(samples), recording, failures, count);
  }
  print(failures);
  llvm::outs() << count.compared << " samples run as native code, " << failures.size()
               << " failures\n";
  return failures.empty() ? 0 : 1;
}

/// Runs the values of a record's samples as native code: its own code is what may be broken.
NativeCount runValues(const agc::ag::Record &record, MLIRContext &context,
                      std::vector<std::string> &differences) {
  std::vector<std::string> ignored;
  Recording recording = readRecording(recorded, record.name, ignored);
  NativeCount count;
  std::vector<Sample> samples = samplesOf(record, &context, ignored);
  std::vector<Sample *> values;
  for (Sample &sample : samples) {
    sample.differentiable = false;
    for (StringRef name : {"grad", "jvp", "second"})
      if (Operation *function = sample.module->lookupSymbol(name))
        function->erase();
    values.push_back(&sample);
  }
  checkNative(values, recording, differences, count);
  return count;
}

/// The records whose samples hold `record` once composites are expanded, itself first.
std::vector<const agc::ag::Record *> usersOf(const agc::ag::Record &record, MLIRContext &context) {
  std::vector<const agc::ag::Record *> users = {&record};
  for (const agc::ag::Record &composite : agc::ag::allRecords()) {
    if (composite.family != agc::ag::Family::Composite)
      continue;
    std::vector<std::string> ignored;
    auto holds = [&](Sample &sample) {
      PassManager manager(&context);
      (void)parsePassPipeline("ag-expand-composites", manager);
      return succeeded(manager.run(*sample.module)) && sample.module
                                                           ->walk([&](Operation *op) {
                                                             return agc::ag::recordOf(op) == &record
                                                                        ? WalkResult::interrupt()
                                                                        : WalkResult::advance();
                                                           })
                                                           .wasInterrupted();
    };
    if (llvm::any_of(samplesOf(composite, &context, ignored), holds))
      users.push_back(&composite);
  }
  return users;
}

/// Why no test sees the record's broken code; nothing where one does. What does not compile is no
/// code that is wrong.
std::optional<std::string> whyUnseen(const agc::ag::Record &record, Break &change,
                                     MLIRContext &context) {
  std::vector<const agc::ag::Record *> users = {&record};
  for (size_t i = 0; i < users.size(); ++i) {
    std::vector<std::string> ignored, found;
    change.apply();
    NativeCount count = runValues(*users[i], context, found);
    change.undo();
    if (count.failed)
      return "does not compile";
    if (!found.empty())
      return std::nullopt;
    if (users.size() == 1) // PyTorch may have this element type of what uses the record only
      users = usersOf(record, context);
  }
  return "passes every test";
}

int testBreakingLowerings(MLIRContext &context) {
  std::vector<std::string> missed;
  size_t broken = 0, n = 0;
  for (const agc::ag::Record *record : chosen()) {
    if (record->lower.empty() || n++ % every)
      continue;
    for (Break &change : loweringBreaksOf(*record)) {
      ++broken;
      if (std::optional<std::string> why = whyUnseen(*record, change, context))
        missed.push_back(
            ("'" + record->name + "' with a broken " + change.what + " " + *why).str());
    }
  }
  print(missed);
  llvm::outs() << broken << " lowerings broken, " << missed.size() << " not seen\n";
  return missed.empty() ? 0 : 1;
}

/// Breaks each gradient in turn; a break that no check sees, or that cannot be run, is a failure.
int testBreaking(MLIRContext &context) {
  std::vector<std::string> missed;
  size_t broken = 0, n = 0;
  for (const agc::ag::Record *record : chosen()) {
    bool differentiable = record->gradKind != agc::ag::GradKind::NonDiff &&
                          record->gradKind != agc::ag::GradKind::NotImplemented;
    if (!differentiable || n++ % every)
      continue;
    std::vector<std::string> ignored;
    Recording recording = readRecording(recorded, record->name, ignored);
    for (Break &change : breaksOf(*record)) {
      std::vector<std::string> found;
      change.apply();
      for (Sample &sample : samplesOf(*record, &context, ignored))
        if (llvm::none_of(found, isDifference) && sample.differentiable)
          checkSample(sample, recording, found);
      change.undo();
      ++broken;
      if (llvm::none_of(found, isDifference))
        missed.push_back(("'" + record->name + "' with a broken gradient of " + change.what +
                          " passes every test")
                             .str());
    }
  }
  print(missed);
  llvm::outs() << broken << " gradients broken, " << missed.size() << " not seen\n";
  return missed.empty() ? 0 : 1;
}

int testMisfits(MLIRContext &context) {
  std::vector<std::string> failures;
  size_t built = 0;
  for (const agc::ag::Record *record : chosen()) {
    auto first = [&, seen = false](Type) mutable { return !std::exchange(seen, true); };
    for (Sample &sample : samplesOf(*record, &context, failures, first))
      built += buildMisfits(sample, failures);
  }
  print(failures);
  llvm::outs() << built << " calls of other shapes, " << failures.size() << " failures\n";
  return failures.empty() ? 0 : 1;
}

} // namespace

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  agc::registerDifferentiate();
  agc::registerExpandComposites();
  cl::ParseCommandLineOptions(argc, argv, "tests of the records\n");
  DialectRegistry registry;
  if (native || breakLowerings)
    agc::registerCompilerDialects(registry);
  registry
      .insert<agc::ag::AgDialect, arith::ArithDialect, func::FuncDialect, tensor::TensorDialect>();
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.loadAllAvailableDialects();
  if (emitJson)
    return writeSamples(chosen(), context);
  if (misfits)
    return testMisfits(context);
  if (native)
    return testNative(context);
  if (breakLowerings)
    return testBreakingLowerings(context);
  return breakGradients ? testBreaking(context) : testRecords(context);
}
