// Checks one sample: values, gradients, tangents and second derivatives, each against an oracle.
#include "test/Ops/Checks.h"
#include "compiler/Interpreter/Compare.h"
#include "compiler/Interpreter/Interpreter.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include <cmath>

using namespace mlir;
using namespace agc::interp;

namespace agc::test {
namespace {

/// The number that a record's tolerance begins with; 0 where it has none.
double numberOf(StringRef tolerance) {
  double number = 0;
  tolerance.split(':').first.getAsDouble(number);
  return number;
}

/// How close values must be: torch.testing's relative error, or the record's own; an absolute error
/// where sums may cancel, or for the record's reason.
Tolerance toleranceFor(const Sample &sample, Type elementType, bool gradient) {
  Tolerance tolerance = defaultTolerance(elementType);
  if (auto complex = dyn_cast<ComplexType>(elementType))
    elementType = complex.getElementType();
  if (sample.record->family != ag::Family::Pointwise)
    tolerance.atol = elementType.isF64() ? 1e-7 : 1e-5;
  bool isHalf = elementType.isF16() || elementType.isBF16();
  if (isHalf || gradient)
    tolerance.atol =
        std::max(tolerance.atol, numberOf(sample.record->roundingTolerance) * tolerance.rtol);
  if (isHalf && gradient) // several ops, each rounded
    tolerance.rtol *= 3;
  tolerance.rtol = std::max(tolerance.rtol, numberOf(sample.record->tolerance));
  tolerance.zeros = sample.byParts;
  if (sample.byParts) // subnormal numbers have few digits
    tolerance.atol = std::max(tolerance.atol, 1e-40);
  return tolerance;
}

class SampleChecker {
public:
  SampleChecker(Sample &sample, Recording &recording, std::vector<std::string> &failures)
      : sample(sample), recording(recording), failures(failures) {}

  bool run() {
    std::vector<Tensor> values = evaluate(*sample.module, "main", {});
    const llvm::json::Object *entry = recording.find(sample);
    if (!entry) {
      fail("has no recording for its inputs: run record_torch.py");
      return false;
    }
    std::optional<StringRef> error = entry->getString("error");
    // An element type that PyTorch lacks; an unsigned one may lack negative parameters only.
    if (error && !error->contains("not implemented for") && !error->contains("unsigned type") &&
        !error->contains("does not support bool input"))
      fail("is refused by PyTorch: " + *error);
    if (!error)
      compareRecorded(*entry, "values", "value", values);
    if (!sample.differentiable)
      return !error;
    OwningOpRef<ModuleOp> derived = differentiate();
    if (!derived)
      return !error;
    std::vector<Tensor> gradients = evaluate(*derived, "grad", sample.seeds);
    if (!error && hasGradient(values))
      compareRecorded(*entry, "grads", "gradient", gradients);
    if (!sample.special && !gradients.empty())
      checkCalculus(*derived, values, gradients);
    if (!error && entry->getArray("second"))
      compareSecond(*derived, *entry);
    return !error;
  }

  /// What native code gave, against PyTorch's recording alone; no gradients where there is no
  /// @grad.
  void compareNative(const std::vector<Tensor> &values, const std::vector<Tensor> *gradients) {
    const llvm::json::Object *entry = recording.find(sample);
    if (!entry || entry->get("error"))
      return; // the interpreter's test says so
    compareRecorded(*entry, "values", "native value", values);
    if (gradients && hasGradient(values))
      compareRecorded(*entry, "grads", "native gradient", *gradients);
  }

private:
  /// Whether a gradient is anything but NaN; which part of a complex one is so depends on
  /// shortcuts.
  bool hasGradient(const std::vector<Tensor> &values) const {
    auto isNumber = [](const Number &x) { return !std::isnan(x.toComplex().real()); };
    return !isa<ComplexType>(sample.dtype) || llvm::all_of(values, [&](const Tensor &tensor) {
      return llvm::all_of(tensor.data, isNumber);
    });
  }

  /// At kinks and singular points, where calculus has no answer and PyTorch has one.
  void compareSecond(ModuleOp derived, const llvm::json::Object &entry) {
    std::vector<Tensor> seeds = sample.seeds;
    llvm::append_range(seeds, sample.tangents);
    compareRecorded(entry, "second", "second derivative", evaluate(derived, "second", seeds));
  }

  void fail(const Twine &text) { failures.push_back(sample.key + " " + text.str()); }

  std::vector<Tensor> evaluate(ModuleOp module, StringRef name, ArrayRef<Tensor> more) {
    std::vector<Tensor> inputs = sample.operands;
    llvm::append_range(inputs, more);
    return evaluateOn(module, name, inputs);
  }

  std::vector<Tensor> evaluateOn(ModuleOp module, StringRef name, ArrayRef<Tensor> inputs) {
    Results results = Interpreter().run(module.lookupSymbol<func::FuncOp>(name), inputs);
    if (succeeded(results))
      return *results;
    fail("cannot be evaluated: @" + name);
    return {};
  }

  /// The module with its ag.grad and ag.jvp expanded by the records' rules.
  OwningOpRef<ModuleOp> differentiate() {
    OwningOpRef<ModuleOp> derived = sample.module->clone();
    PassManager manager(derived->getContext());
    if (failed(parsePassPipeline("ag-differentiate", manager, llvm::errs())) ||
        failed(manager.run(*derived))) {
      fail("cannot be differentiated");
      return {};
    }
    return derived;
  }

  void compare(StringRef what, const std::vector<Tensor> &actual,
               const std::vector<Tensor> &expected, double slack) {
    if (actual.size() != expected.size())
      return fail(what + ": " + Twine(actual.size()) + " results, expected " +
                  Twine(expected.size()));
    for (auto [i, pair] : llvm::enumerate(llvm::zip(actual, expected))) {
      auto &[a, e] = pair;
      Tolerance tolerance = toleranceFor(sample, e.elementType, !what.contains("value"));
      tolerance.rtol *= slack;
      tolerance.atol *= slack;
      if (auto difference = firstDifference(a, e, tolerance))
        fail(what + " " + Twine(i) + ": " + *difference);
    }
  }

  void compareRecorded(const llvm::json::Object &entry, StringRef field, StringRef what,
                       const std::vector<Tensor> &actual) {
    const llvm::json::Array *lists = entry.getArray(field);
    if (!lists || lists->size() != actual.size())
      return fail(what + " is recorded otherwise: run record_torch.py");
    std::vector<Tensor> expected = actual;
    for (auto [list, tensor] : llvm::zip(*lists, expected))
      if (list.kind() != llvm::json::Value::Null && // no gradient in PyTorch: agrees with any
          (!list.getAsArray() || failed(readNumbers(*list.getAsArray(), tensor))))
        return fail(what + " is recorded in another shape: run record_torch.py");
    compare((what + " against PyTorch").str(), actual, expected, /*slack=*/1);
  }

  static bool isFinite(const Tensor &tensor) {
    return llvm::all_of(tensor.data, [](const Number &x) {
      return std::isfinite(x.toComplex().real()) && std::isfinite(x.toComplex().imag());
    });
  }

  /// Checks that hold where the function is smooth, and has values.
  void checkCalculus(ModuleOp derived, const std::vector<Tensor> &values,
                     const std::vector<Tensor> &gradients) {
    compare("gradient against its evaluation's", gradients,
            evaluate(*sample.module, "grad", sample.seeds), 1);
    for (const Tensor &value : values)
      if (value.elementType != sample.dtype && isa<FloatType, ComplexType>(value.elementType))
        return; // a narrowing cast is a staircase to what follows
    if (!llvm::all_of(values, isFinite))
      return; // as the mean of no elements
    Type part = sample.dtype;
    if (auto complex = dyn_cast<ComplexType>(part))
      part = complex.getElementType();
    if (!part.isF64())
      return; // rounding hides what the rest would show; the rules are the same
    compare("tangent against its evaluation's", evaluate(derived, "jvp", sample.tangents),
            evaluate(*sample.module, "jvp", sample.tangents), 1);
    std::vector<Tensor> seeds = sample.seeds;
    llvm::append_range(seeds, sample.tangents);
    compare("second derivative against its evaluation's", evaluate(derived, "second", seeds),
            evaluate(*sample.module, "second", seeds), 10);
    checkFiniteDifferences(gradients);
    checkDotProduct(evaluate(derived, "jvp", sample.tangents), gradients);
  }

  static double dot(const Tensor &a, const Tensor &b) {
    double sum = 0;
    for (auto [x, y] : llvm::zip(a.data, b.data))
      sum += (std::conj(x.toComplex()) * y.toComplex()).real();
    return sum;
  }

  double weighted(const std::vector<Tensor> &values) const {
    double sum = 0;
    auto seed = sample.seeds.begin();
    for (const Tensor &value : values)
      if (isa<FloatType, ComplexType>(value.elementType))
        sum += dot(*seed++, value);
    return sum;
  }

  /// Central differences of the seeded sum of the results, along the tangents of each operand.
  void checkFiniteDifferences(const std::vector<Tensor> &gradients) {
    const double step = 1e-6;
    size_t k = 0;
    for (size_t i = 0; i < sample.operands.size(); ++i) {
      if (!sample.wrt[i])
        continue;
      double sides[2];
      for (int side : {0, 1}) {
        std::vector<Tensor> moved = sample.operands;
        for (auto [x, t] : llvm::zip(moved[i].data, sample.tangents[k].data))
          x.value += (side ? step : -step) * t.value;
        sides[side] = weighted(evaluateOn(*sample.module, "main", moved));
      }
      double expected = (sides[1] - sides[0]) / (2 * step),
             actual = dot(gradients[k], sample.tangents[k]);
      if (!(std::abs(actual - expected) <= 1e-5 * (1 + std::abs(expected))))
        fail("gradient of operand " + Twine(i) + " against finite differences: " +
             Twine(std::to_string(actual)) + ", expected " + Twine(std::to_string(expected)));
      ++k;
    }
  }

  /// <seed, J tangent> = <J* seed, tangent>, with no step to choose.
  void checkDotProduct(const std::vector<Tensor> &moved, const std::vector<Tensor> &gradients) {
    double forward = 0, backward = 0;
    for (auto [seed, tangent] : llvm::zip(sample.seeds, moved))
      forward += dot(seed, tangent);
    for (auto [gradient, tangent] : llvm::zip(gradients, sample.tangents))
      backward += dot(gradient, tangent);
    if (!(std::abs(forward - backward) <= 1e-9 * (1 + std::abs(backward))))
      fail("tangent and gradient disagree: " + Twine(std::to_string(forward)) + " and " +
           Twine(std::to_string(backward)));
  }

  Sample &sample;
  Recording &recording;
  std::vector<std::string> &failures;
};

} // namespace

void compareNative(Sample &sample, Recording &recording, const std::vector<Tensor> &values,
                   const std::vector<Tensor> *gradients, std::vector<std::string> &failures) {
  SampleChecker(sample, recording, failures).compareNative(values, gradients);
}

bool isDifference(StringRef failure) { return !failure.contains(" cannot be "); }

bool checkSample(Sample &sample, Recording &recording, std::vector<std::string> &failures) {
  return SampleChecker(sample, recording, failures).run();
}

} // namespace agc::test
