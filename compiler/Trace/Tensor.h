// agc::Tensor: a handle to a tensor object of the trace, with PyTorch's methods and operators.
#ifndef AGC_COMPILER_TRACE_TENSOR_H
#define AGC_COMPILER_TRACE_TENSOR_H

#include "compiler/Trace/Operand.h"

namespace agc {

/// A tensor object. Copies of a handle name the same object, as names do in Python: `x += y` and
/// methods that end in `_` write into the object, `x = x + y` lets the name stand for a new one.
///
/// Everything that happens to objects is recorded, with its line, into the function that is being
/// traced (see agc::Model::function); an autograd mistake throws agc::Error at that very line.
class Tensor {
public:
  /// No tensor: PyTorch's None.
  Tensor() = default;
  explicit Tensor(std::shared_ptr<trace::Object> object) : object(std::move(object)) {}

  /// Whether it is a tensor at all.
  bool defined() const { return object != nullptr; }
  /// Whether both name one object (Python's `is`).
  bool is(const Tensor &other) const { return object == other.object; }

  // ---- what it is

  DType dtype(Where where = {}) const;
  int64_t dim(Where where = {}) const;
  /// Its extents; what is unknown until the call is recorded as a question of the trace.
  Shape sizes(Where where = {}) const;
  Extent size(int64_t dim, Where where = {}) const;
  /// The number of elements, of a tensor whose extents are known.
  int64_t numel(Where where = {}) const;

  // ---- autograd

  bool is_leaf(Where where = {}) const;
  bool requires_grad(Where where = {}) const;
  bool retains_grad(Where where = {}) const;
  bool is_view(Where where = {}) const;
  int64_t version(Where where = {}) const;
  /// The name of the autograd node that made it, "MmBackward0"; "" for a leaf.
  std::string grad_fn(Where where = {}) const;

  /// Gradients of this tensor accumulated into the leaves that it depends on.
  void backward(const Tensor &gradient = {}, bool retain_graph = false, bool create_graph = false,
                Where where = {}) const;
  /// The accumulated gradient; an undefined tensor before the first backward.
  Tensor grad(Where where = {}) const;
  /// Sets or, with an undefined tensor, clears the gradient.
  void set_grad(const Tensor &gradient, Where where = {}) const;
  Tensor requires_grad_(bool value = true, Where where = {}) const;
  void retain_grad(Where where = {}) const;
  Tensor detach(Where where = {}) const;
  Tensor detach_(Where where = {}) const;
  Tensor data(Where where = {}) const;

  // ---- copies

  Tensor clone(Where where = {}) const;
  /// A clone whose dims lie in memory as those of another tensor's clone.
  Tensor clone_like(const Tensor &other, Where where = {}) const;
  Tensor contiguous(Where where = {}) const;
  /// The complex conjugate; a real tensor itself.
  Tensor conj(Where where = {}) const;
  /// In another dtype; itself where it has it already.
  Tensor to(DType dtype, Where where = {}) const;
  Tensor copy_(const Operand &source, Where where = {}) const;
  Tensor fill_(const Operand &value, Where where = {}) const;
  Tensor zero_(Where where = {}) const;

  // ---- views: the result shares this tensor's elements

  Tensor view(const Shape &shape, Where where = {}) const;
  /// A view where the strides allow one, else a copy.
  Tensor reshape(const Shape &shape, Where where = {}) const;
  Tensor flatten(int64_t start_dim = 0, int64_t end_dim = -1, Where where = {}) const;
  Tensor t(Where where = {}) const;
  /// All of it: x[...].
  Tensor alias(Where where = {}) const;
  /// The parts of complex elements along a new last dim, and the inverse.
  Tensor view_as_real(Where where = {}) const;
  Tensor view_as_complex(Where where = {}) const;
  Tensor transpose(int64_t dim0, int64_t dim1, Where where = {}) const;
  Tensor permute(const IntList &dims, Where where = {}) const;
  Tensor squeeze(const IntList &dims = {}, Where where = {}) const;
  Tensor unsqueeze(int64_t dim, Where where = {}) const;
  Tensor expand(const Shape &shape, Where where = {}) const;
  Tensor expand_as(const Tensor &other, Where where = {}) const;
  Tensor select(int64_t dim, const Extent &index, Where where = {}) const;
  /// x[start:end:step] along a dim; bounds as in Python.
  Tensor slice(int64_t dim, std::optional<Extent> start = {}, std::optional<Extent> end = {},
               int64_t step = 1, Where where = {}) const;
  Tensor narrow(int64_t dim, const Extent &start, const Extent &length, Where where = {}) const;
  Tensor unfold(int64_t dim, int64_t size, int64_t step, Where where = {}) const;
  Tensor diagonal(int64_t offset = 0, int64_t dim1 = 0, int64_t dim2 = 1, Where where = {}) const;
  Tensors unbind(int64_t dim = 0, Where where = {}) const;
  Tensors split(int64_t size, int64_t dim = 0, Where where = {}) const;
  /// Parts of these sizes, which sum to the extent.
  Tensors split(const Shape &sizes, int64_t dim = 0, Where where = {}) const;
  /// Of an extent that only a call tells as many parts as asked for, or the call fails.
  Tensors chunk(int64_t chunks, int64_t dim = 0, Where where = {}) const;
  /// x[index]
  Tensor operator[](const Position &index) const { return select(0, index.number, index.where); }

  // ---- composed of other ops, as in PyTorch

  Tensor matmul(const Operand &other, Where where = {}) const;
  Tensor pow(const Tensor &exponent, Where where = {}) const;
  Tensor square(Where where = {}) const;
  Tensor norm(double p = 2, const IntList &dim = {}, bool keepdim = false, Where where = {}) const;
  Tensor div(const Operand &other, const char *rounding_mode, Where where = {}) const;
  Tensor argmax(std::optional<int64_t> dim = {}, bool keepdim = false, Where where = {}) const;
  Tensor argmin(std::optional<int64_t> dim = {}, bool keepdim = false, Where where = {}) const;
  /// The extreme elements along a dim, and their positions.
  Tensors max(int64_t dim, bool keepdim = false, Where where = {}) const;
  Tensors min(int64_t dim, bool keepdim = false, Where where = {}) const;
  Tensors unique(bool sorted = true, bool return_inverse = false, bool return_counts = false,
                 std::optional<int64_t> dim = {}, Where where = {}) const;

  // ---- operators; in place they write into the object

  const Tensor &operator+=(const Operand &other) const;
  const Tensor &operator-=(const Operand &other) const;
  const Tensor &operator*=(const Operand &other) const;
  const Tensor &operator/=(const Operand &other) const;

  // ---- one method for each record

#include "compiler/Trace/ApiMethods.h.inc"

  /// What the trace knows of it; null where undefined.
  const std::shared_ptr<trace::Object> &impl() const { return object; }

private:
  std::shared_ptr<trace::Object> object;
};

inline Operand::Operand(const Tensor &tensor, Where where) : object(tensor.impl()), where(where) {}

#include "compiler/Trace/Api.h.inc"

// ---- operators

Tensor operator+(const Operand &self, const Operand &other);
Tensor operator-(const Operand &self, const Operand &other);
Tensor operator*(const Operand &self, const Operand &other);
Tensor operator/(const Operand &self, const Operand &other);
Tensor operator-(const Operand &self);
Tensor operator==(const Operand &self, const Operand &other);
Tensor operator!=(const Operand &self, const Operand &other);
Tensor operator<(const Operand &self, const Operand &other);
Tensor operator<=(const Operand &self, const Operand &other);
Tensor operator>(const Operand &self, const Operand &other);
Tensor operator>=(const Operand &self, const Operand &other);

} // namespace agc

#endif // AGC_COMPILER_TRACE_TENSOR_H
