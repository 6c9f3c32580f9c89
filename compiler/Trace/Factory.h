// Tensors made from nothing: constants, ranges, copies of a shape.
#ifndef AGC_COMPILER_TRACE_FACTORY_H
#define AGC_COMPILER_TRACE_FACTORY_H

#include "compiler/Trace/Tensor.h"

namespace agc {

/// Elements, row-major, with their dtype and shape: a constant, or what a parameter starts with.
class Values {
public:
  /// From numbers of the dtype's C type (float for f32, int64_t for i64, …).
  template <typename T>
  Values(DType dtype, std::vector<int64_t> shape, const std::vector<T> &elements, Where where = {})
      : Values(dtype, std::move(shape), reinterpret_cast<const char *>(elements.data()),
               elements.size() * sizeof(T), where) {}
  Values(DType dtype, std::vector<int64_t> shape, const char *data, size_t bytes, Where where = {});

  /// All elements zero.
  static Values zeros(DType dtype, std::vector<int64_t> shape);

  DType dtype;
  std::vector<int64_t> shape;
  std::vector<char> bytes; ///< little-endian; a bool is one byte
};

/// A constant of the trace.
Tensor tensor(const Values &values, Where where = {});
/// A 0-dim constant.
Tensor tensor(Scalar value, std::optional<DType> dtype = {}, Where where = {});

Tensor full(const Shape &shape, Scalar value, DType dtype = defaultDType(), Where where = {});
Tensor zeros(const Shape &shape, DType dtype = defaultDType(), Where where = {});
Tensor ones(const Shape &shape, DType dtype = defaultDType(), Where where = {});
Tensor full_like(const Tensor &self, Scalar value, Where where = {});
Tensor zeros_like(const Tensor &self, Where where = {});
Tensor ones_like(const Tensor &self, Where where = {});
/// 0, 1, … end - 1.
Tensor arange(const Extent &end, DType dtype = i64, Where where = {});
/// start, start + step, … before end; by default i64 of integers, and floats where one is a float.
Tensor arange(Scalar start, Scalar end, Scalar step = 1, std::optional<DType> dtype = {},
              Where where = {});
/// Evenly spaced numbers, both ends among them.
Tensor linspace(Scalar start, Scalar end, int64_t steps, DType dtype = defaultDType(),
                Where where = {});
/// A matrix with ones on its diagonal.
Tensor eye(int64_t n, DType dtype = defaultDType(), Where where = {});
Tensor eye(int64_t n, int64_t m, DType dtype = defaultDType(), Where where = {});

} // namespace agc

#endif // AGC_COMPILER_TRACE_FACTORY_H
