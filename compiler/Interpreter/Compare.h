// Whether two tensors agree, and random inputs to compare two programs on.
#ifndef AGC_INTERPRETER_COMPARE_H
#define AGC_INTERPRETER_COMPARE_H

#include "compiler/Interpreter/Tensor.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <optional>
#include <string>

namespace agc::interp {

/// Numbers agree where `|actual - expected| <= atol + rtol * |expected|`; NaN agrees with NaN, an
/// infinity with itself.
struct Tolerance {
  double rtol = 0, atol = 0;
  bool zeros = false; ///< a zero part of a complex number is the same zero
};

/// torch.testing's default relative error for an element type; no absolute one.
Tolerance defaultTolerance(mlir::Type elementType);

/// Where two tensors first differ, in words; nothing where they agree.
std::optional<std::string> firstDifference(const Tensor &actual, const Tensor &expected,
                                           Tolerance tolerance);

/// How random inputs are drawn.
struct SampleOptions {
  uint64_t seed = 0;
  int64_t extent = 3;        ///< of a `?` that `agc.extents` does not name alike
  double low = -1, high = 1; ///< floats, uniform
};

/// Inputs for a function. An argument's attribute `agc.sample = [low, high]` sets its range (an
/// integer's excludes `high`; 0 to 4 without it); `agc.extents = ["n", ""]` gives equal names equal
/// extents. Failure, reported, where an argument cannot be drawn.
mlir::FailureOr<std::vector<Tensor>> randomInputs(mlir::func::FuncOp function,
                                                  const SampleOptions &options);

/// A random tensor, uniform in [low, high).
Tensor randomTensor(llvm::ArrayRef<int64_t> shape, mlir::Type elementType, double low, double high,
                    uint64_t seed);

} // namespace agc::interp

#endif // AGC_INTERPRETER_COMPARE_H
