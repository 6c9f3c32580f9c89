// Random programs of tensor objects: each is run by the interpreter while it is made, and by the
// native code that agc makes of it; values and gradients must agree, and what the analysis refuses
// the pass must refuse in the same words. --json writes the programs for torch_programs.py.
#include "compiler/CodeGen/Compile.h"
#include "compiler/Interpreter/Compare.h"
#include "test/CodeGen/NativeModule.h"
#include "test/Random/Generator.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include <cmath>

using namespace mlir;
using namespace agc::test;
using agc::interp::Number;
using agc::interp::Tensor;
namespace cl = llvm::cl;

namespace {

cl::opt<unsigned> programs("programs", cl::init(100), cl::desc("how many"));
cl::opt<uint64_t> firstSeed("seed", cl::init(0), cl::desc("of the first program"));
cl::opt<bool> writeJson("json", cl::desc("write the programs, and do not compile them"));
cl::opt<bool> printIr("print", cl::desc("print each program"));
cl::opt<unsigned> optLevel("O", cl::Prefix, cl::init(1), cl::desc("LLVM's effort"));
cl::opt<bool> quiet("quiet", cl::desc("no coverage"));

/// Rounding accumulates over a program: what it does to the largest element it may do to all. The
/// slope of PyTorch's hardsigmoid is a sixth of f32, 3e-8 off that of its definition.
agc::interp::Tolerance toleranceFor(const Tensor &expected) {
  if (!isa<FloatType, ComplexType>(expected.elementType))
    return {};
  double largest = 1;
  for (const Number &x : expected.data)
    if (double size = std::abs(x.toComplex()); std::isfinite(size))
      largest = std::max(largest, size);
  return {1e-7, 1e-8 * largest};
}

class Runner {
public:
  Runner(MLIRContext &context, const Calls &calls) : context(context), calls(calls) {}

  void run(uint64_t seed);
  void print() const;
  unsigned failures = 0, compared = 0, stale = 0, refused = 0;

private:
  std::unique_ptr<Program> make(uint64_t seed);
  void fail(uint64_t seed, const Twine &text) {
    llvm::errs() << "error: program " << seed << ": " << text << '\n';
    ++failures;
  }
  void compareNative(uint64_t seed, Program &program);

  MLIRContext &context;
  const Calls &calls;
  Coverage coverage;
  std::map<std::string, unsigned> refusals;
};

/// The program of a seed: the first of its tries that has all that a program must have.
std::unique_ptr<Program> Runner::make(uint64_t seed) {
  // What is tried and refused while a program is made is nobody's error.
  ScopedDiagnosticHandler handler(&context, [](Diagnostic &) { return success(); });
  for (uint64_t attempt = 0;; ++attempt) {
    auto program = std::make_unique<Program>(&context, seed + (attempt << 40), coverage);
    Generator generator(calls, *program, coverage);
    generator.run();
    if (generator.isComplete())
      return program;
  }
}

void Runner::run(uint64_t seed) {
  std::unique_ptr<Program> made = make(seed);
  Program &program = *made;
  for (const std::string &failure : program.failures)
    fail(seed, failure);
  if (printIr)
    llvm::outs() << *program.module << '\n';
  if (!writeJson)
    return compareNative(seed, program);
  llvm::json::Object json = program.takeJson();
  json["seed"] = int64_t(seed);
  llvm::outs() << llvm::json::Value(std::move(json)) << '\n';
}

void Runner::compareNative(uint64_t seed, Program &program) {
  std::string text;
  std::unique_ptr<NativeModule> native;
  {
    ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
      if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
        text += (text.empty() ? "" : "; ") + diagnostic.str();
      return success();
    });
    native = NativeModule::compile(*program.module, optLevel);
  }
  if (!native && StringRef(text).contains("not supported yet")) {
    ++refused;
    ++refusals[text];
    return;
  }
  if (!native)
    return fail(seed, "does not compile: " + text);
  llvm::Expected<std::vector<Tensor>> results = native->call("main", program.inputs);
  if (!results)
    return fail(seed, "fails: " + llvm::toString(results.takeError()));
  if (program.isStale()) {
    ++stale;
    return;
  }
  for (auto [i, pair] : llvm::enumerate(llvm::zip(*results, program.results))) {
    auto &[actual, expected] = pair;
    if (auto difference = agc::interp::firstDifference(actual, expected, toleranceFor(expected)))
      return fail(seed, "result " + Twine(i) + ": native " + *difference);
  }
  ++compared;
}

void Runner::print() const {
  for (const auto &[kind, names] : coverage) {
    llvm::outs() << kind << " (" << names.size() << "):";
    for (const auto &[name, count] : names)
      llvm::outs() << ' ' << name << ' ' << count;
    llvm::outs() << '\n';
  }
  for (const auto &[text, count] : refusals)
    llvm::outs() << "refused: " << count << " with: " << text << '\n';
}

} // namespace

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ParseCommandLineOptions(argc, argv, "random programs\n");
  DialectRegistry registry;
  agc::registerCompilerDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.loadAllAvailableDialects();
  Calls calls(&context);
  Runner runner(context, calls);
  for (unsigned i = 0; i < programs; ++i)
    runner.run(firstSeed + i);
  if (writeJson)
    return runner.failures != 0;
  if (!quiet)
    runner.print();
  llvm::outs() << programs << " programs, " << runner.compared << " compared, " << runner.stale
               << " read what was written through .data, " << runner.refused
               << " not supported yet, " << runner.failures << " failures\n";
  return runner.failures != 0;
}
