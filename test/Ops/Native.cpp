// Samples as native code: many in one module, which is halved where it does not compile.
#include "compiler/CodeGen/Compile.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "test/CodeGen/NativeModule.h"
#include "test/Ops/Checks.h"

using namespace mlir;
using agc::interp::Tensor;

namespace agc::test {
namespace {

class NativeChecker {
public:
  NativeChecker(Recording &recording, std::vector<std::string> &failures, NativeCount &count)
      : recording(recording), failures(failures), count(count) {}

  void run(ArrayRef<Sample *> given) {
    // Results whose extents only the call knows are compared by programs of their own.
    SmallVector<Sample *> known = llvm::filter_to_vector(given, [](Sample *sample) {
      auto main = sample->module->lookupSymbol<func::FuncOp>("main");
      return llvm::all_of(main.getResultTypes(),
                          [](Type type) { return cast<ShapedType>(type).hasStaticShape(); });
    });
    ArrayRef<Sample *> samples = known;
    if (samples.empty())
      return;
    std::string error;
    if (std::unique_ptr<NativeModule> native = compile(samples, error)) {
      for (auto [i, sample] : llvm::enumerate(samples))
        compare(*native, std::to_string(i), *sample);
      return;
    }
    if (samples.size() > 1) {
      run(samples.take_front(samples.size() / 2));
      run(samples.drop_front(samples.size() / 2));
    } else { // without an error it is an object that calls what is not there
      ++count.failed;
      failures.push_back(samples[0]->key +
                         (error.empty() ? " does not load" : " does not compile: " + error));
    }
  }

private:
  std::unique_ptr<NativeModule> compile(ArrayRef<Sample *> samples, std::string &error) {
    MLIRContext *context = samples[0]->module->getContext();
    OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(context));
    for (auto [i, sample] : llvm::enumerate(samples))
      for (StringRef name : {"main", "grad"})
        if (auto function = sample->module->lookupSymbol<func::FuncOp>(name)) {
          func::FuncOp copy = function.clone();
          copy.setName((name + std::to_string(i)).str());
          copy->setAttr("agc.export", UnitAttr::get(context));
          module->push_back(copy);
        }
    ScopedDiagnosticHandler handler(context, [&](Diagnostic &diagnostic) {
      if (error.empty() && diagnostic.getSeverity() == DiagnosticSeverity::Error)
        error = diagnostic.str();
      return success();
    });
    return NativeModule::compile(*module, /*optLevel=*/1);
  }

  void compare(NativeModule &native, const std::string &number, Sample &sample) {
    ++count.compared;
    auto call = [&](const std::string &name, ArrayRef<Tensor> inputs,
                    std::vector<Tensor> &results) {
      llvm::Expected<std::vector<Tensor>> called = native.call(name + number, inputs);
      if (!called)
        failures.push_back(sample.key + " @" + name +
                           " fails: " + llvm::toString(called.takeError()));
      else
        results = std::move(*called);
      return !results.empty();
    };
    std::vector<Tensor> values, gradients, inputs = sample.operands;
    if (!call("main", inputs, values))
      return;
    llvm::append_range(inputs, sample.seeds);
    bool derived = sample.differentiable && call("grad", inputs, gradients);
    compareNative(sample, recording, values, derived ? &gradients : nullptr, failures);
  }

  Recording &recording;
  std::vector<std::string> &failures;
  NativeCount &count;
};

} // namespace

void checkNative(ArrayRef<Sample *> samples, Recording &recording,
                 std::vector<std::string> &failures, NativeCount &count) {
  NativeChecker(recording, failures, count).run(samples);
}

} // namespace agc::test
