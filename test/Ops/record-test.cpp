// Tests every record for every element type it has: values and gradients against what PyTorch gave
// (recorded/), gradients against the interpreter's own derivatives and finite differences, tangents
// and second derivatives likewise. --emit-json writes the samples for record_torch.py;
// --break-gradients breaks one gradient at a time and sees that a sample then fails.
#include "compiler/Passes.h"
#include "dialect/AgDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
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
cl::list<std::string> only("only", cl::CommaSeparated, cl::desc("these records, not all"));
cl::opt<unsigned> every("every", cl::init(1),
                        cl::desc("with --break-gradients: every n-th record"));

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
  size_t count = 0, compared = 0;
  for (const agc::ag::Record *record : chosen()) {
    Recording recording = readRecording(recorded, record->name, failures);
    for (Sample &sample : samplesOf(*record, &context, failures)) {
      ++count;
      compared += checkSample(sample, recording, failures);
    }
    for (const std::string &key : recording.unused())
      failures.push_back(key + " is recorded, but no sample: run record_torch.py");
  }
  print(failures);
  llvm::outs() << count << " samples, " << compared << " compared with PyTorch, " << failures.size()
               << " failures\n";
  return failures.empty() ? 0 : 1;
}

/// Breaks each gradient in turn; a break that no check sees is a failure.
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
    for (GradientBreak &change : breaksOf(*record)) {
      std::vector<std::string> found;
      change.apply();
      for (Sample &sample : samplesOf(*record, &context, ignored))
        if (found.empty() && sample.differentiable)
          checkSample(sample, recording, found);
      change.undo();
      ++broken;
      if (found.empty())
        missed.push_back(("'" + record->name + "' with a broken gradient of " + change.what +
                          " passes every test")
                             .str());
    }
  }
  print(missed);
  llvm::outs() << broken << " gradients broken, " << missed.size() << " not seen\n";
  return missed.empty() ? 0 : 1;
}

} // namespace

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  agc::registerDifferentiate();
  cl::ParseCommandLineOptions(argc, argv, "tests of the records\n");
  DialectRegistry registry;
  registry
      .insert<agc::ag::AgDialect, arith::ArithDialect, func::FuncDialect, tensor::TensorDialect>();
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.loadAllAvailableDialects();
  if (emitJson)
    return writeSamples(chosen(), context);
  return breakGradients ? testBreaking(context) : testRecords(context);
}
