// Tests every record for every element type it has: values and gradients against what PyTorch gave
// (recorded/), gradients against the interpreter's own derivatives and finite differences, tangents
// and second derivatives likewise. --native compiles the samples and compares what their code
// computes with PyTorch's. --misfits builds calls of other shapes. --emit-json writes the samples
// for record_torch.py; --break-gradients and --break-lowerings break one record at a time and see
// that a sample then fails. Of --every n one is drawn by chance, and the seed printed; what has
// only results whose extents a call finds out is broken by nothing: Native.cpp compares none of
// these.
#include "compiler/CodeGen/Compile.h"
#include "compiler/Passes.h"
#include "dialect/AgDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "test/Ops/Checks.h"
#include "test/Ops/SampleJson.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include <random>

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
cl::opt<unsigned>
    every("every", cl::init(1),
          cl::desc("one of n records, drawn; of values and gradients one of n samples"));
cl::opt<unsigned> seed("seed", cl::desc("draws what a run drew that printed this seed"));

/// Takes one of every n that are offered, by chance.
class Draw {
public:
  Draw() : random(seed) {}
  bool take() {
    if (n % every == 0)
      drawn = random() % every;
    return n++ % every == drawn;
  }

private:
  std::mt19937 random;
  unsigned n = 0, drawn = 0;
};

/// The seed, unless one is given, and how to run the same again.
void chooseSeed() {
  if (!seed.getNumOccurrences())
    seed = std::random_device()();
  if (every > 1) {
    llvm::outs() << "draws one of " << every << ": --seed=" << seed << " draws the same\n";
    llvm::outs().flush();
  }
}

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
  Draw draw;
  size_t count = 0, compared = 0;
  for (const agc::ag::Record *record : chosen()) {
    Recording recording = readRecording(recorded, record->name, failures);
    for (Sample &sample : samplesOf(*record, &context, failures)) {
      if (!draw.take())
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
  Draw draw;
  for (const agc::ag::Record *record : chosen()) {
    if (!draw.take())
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

LogicalResult expandComposites(ModuleOp module) {
  PassManager manager(module.getContext());
  (void)parsePassPipeline("ag-expand-composites", manager);
  return manager.run(module);
}

/// Runs the values of a record's samples as native code, as far as they hold what is broken: its
/// own code, or that of a record which it is made of.
NativeCount runValues(const agc::ag::Record &record, bool isUser, Break &change,
                      MLIRContext &context, std::vector<std::string> &differences) {
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
    if (!isUser && !change.concerns(sample))
      continue;
    if (change.change &&
        ((isUser && failed(expandComposites(*sample.module))) || !change.change(*sample.module)))
      continue;
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
      auto isRecord = [&](Operation *op) {
        return agc::ag::recordOf(op) == &record ? WalkResult::interrupt() : WalkResult::advance();
      };
      return succeeded(expandComposites(*sample.module)) &&
             sample.module->walk(isRecord).wasInterrupted();
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
    NativeCount count = runValues(*users[i], /*isUser=*/i > 0, change, context, found);
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

/// Whether native code is compared at all: of what has results of known extents.
bool isCompared(const agc::ag::Record &record, MLIRContext &context) {
  std::vector<std::string> ignored;
  return llvm::any_of(samplesOf(record, &context, ignored), [](Sample &sample) {
    auto main = sample.module->lookupSymbol<func::FuncOp>("main");
    return llvm::all_of(main.getResultTypes(),
                        [](Type type) { return cast<ShapedType>(type).hasStaticShape(); });
  });
}

/// How many were broken, of which records, and how many of them no test saw.
struct Sweep {
  size_t broken = 0, missed = 0;
  std::vector<std::string> records;

  /// Says so at once: a sweep of all records takes long.
  void miss(const Twine &text) {
    ++missed;
    print({text.str()});
  }

  int report(StringRef what) {
    llvm::outs() << broken << ' ' << what << " broken, " << missed << " not seen";
    if (every > 1)
      llvm::outs() << ": " << llvm::join(records, " ");
    llvm::outs() << '\n';
    return missed ? 1 : 0;
  }
};

int testBreakingLowerings(MLIRContext &context) {
  Sweep sweep;
  Draw draw;
  for (const agc::ag::Record *record : chosen()) {
    if (!draw.take() || !isCompared(*record, context))
      continue;
    sweep.records.push_back(record->name.str());
    for (Break &change : loweringBreaksOf(*record)) {
      ++sweep.broken;
      if (std::optional<std::string> why = whyUnseen(*record, change, context))
        sweep.miss("'" + record->name + "' with a broken " + change.what + " " + *why);
    }
  }
  return sweep.report("lowerings");
}

/// Breaks each gradient in turn; a break that no check sees, or that cannot be run, is a failure.
int testBreaking(MLIRContext &context) {
  Sweep sweep;
  Draw draw;
  for (const agc::ag::Record *record : chosen()) {
    bool differentiable = record->gradKind != agc::ag::GradKind::NonDiff &&
                          record->gradKind != agc::ag::GradKind::NotImplemented;
    if (!differentiable || !draw.take())
      continue;
    sweep.records.push_back(record->name.str());
    std::vector<std::string> ignored;
    Recording recording = readRecording(recorded, record->name, ignored);
    for (Break &change : breaksOf(*record)) {
      std::vector<std::string> found;
      change.apply();
      for (Sample &sample : samplesOf(*record, &context, ignored))
        if (llvm::none_of(found, isDifference) && sample.differentiable)
          checkSample(sample, recording, found);
      change.undo();
      ++sweep.broken;
      if (llvm::none_of(found, isDifference))
        sweep.miss("'" + record->name + "' with a broken gradient of " + change.what +
                   " passes every test");
    }
  }
  return sweep.report("gradients");
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
  chooseSeed();
  if (native)
    return testNative(context);
  if (breakLowerings)
    return testBreakingLowerings(context);
  return breakGradients ? testBreaking(context) : testRecords(context);
}
