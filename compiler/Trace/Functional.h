// torch.nn.functional and the like: what PyTorch composes of functions that have a record.
#ifndef AGC_COMPILER_TRACE_FUNCTIONAL_H
#define AGC_COMPILER_TRACE_FUNCTIONAL_H

#include "compiler/Trace/Tensor.h"

namespace agc {

/// The matrix product of tensors of any rank, batch dims broadcast.
Tensor matmul(const Operand &self, const Operand &other);
/// The power with a tensor as exponent.
Tensor pow(const Operand &self, const Tensor &exponent);
/// Self times itself.
Tensor square(const Operand &self);
/// The p-norm of the vectors along dims, by default of all elements.
Tensor norm(const Operand &self, double p = 2, const IntList &dim = {}, bool keepdim = false);
/// The quotient rounded: "floor" as Python's //, or "trunc" towards zero.
Tensor div(const Operand &self, const Operand &other, const char *rounding_mode);
/// The position of the greatest element along a dim, or among all in row-major order; of equals
/// the first.
Tensor argmax(const Operand &self, std::optional<int64_t> dim = {}, bool keepdim = false);
Tensor argmin(const Operand &self, std::optional<int64_t> dim = {}, bool keepdim = false);
/// The greatest elements along a dim, and their positions.
Tensors max(const Operand &self, int64_t dim, bool keepdim = false);
Tensors min(const Operand &self, int64_t dim, bool keepdim = false);
/// The greater of two elements.
Tensor max(const Operand &self, const Operand &other);
Tensor min(const Operand &self, const Operand &other);
/// Every product of an element of one vector with one of another.
Tensor outer(const Operand &self, const Operand &vec2);
/// Tensors of one shape joined along a new dim.
Tensor stack(const Tensors &tensors, int64_t dim = 0, Where where = {});
/// The different elements, or slices along a dim, in ascending order; then, where asked for, each
/// one's place among them and how often each is there.
Tensors unique(const Operand &self, bool sorted = true, bool return_inverse = false,
               bool return_counts = false, std::optional<int64_t> dim = {});

namespace functional {

using namespace agc; // what has a record: F::mse_loss and F::softmax, as PyTorch has them

/// input @ weight.T + bias
Tensor linear(const Operand &input, const Operand &weight, const Operand &bias = {});
/// Negative log likelihood of the target classes, from logits: i64 indices, or probabilities in
/// input's shape. With label smoothing, of targets mixed with equal probabilities.
Tensor cross_entropy(const Operand &input, const Operand &target, const Operand &weight = {},
                     const std::string &reduction = "mean", int64_t ignore_index = -100,
                     double label_smoothing = 0);
/// Mean absolute error.
Tensor l1_loss(const Operand &input, const Operand &target, const std::string &reduction = "mean");
/// Self between 0 and 6.
Tensor relu6(const Operand &input);
/// A 1 at each class index, along a new last dim.
Tensor one_hot(const Operand &index, int64_t num_classes);
/// Rows of a table picked by index; the row padding_idx gets no gradient.
Tensor embedding(const Operand &input, const Operand &weight,
                 std::optional<int64_t> padding_idx = {});
/// Dims grown by `pad` elements before and after them, the last dim's first; a negative number
/// takes elements away. What is added is `value` (mode constant, 0 by default), the elements
/// mirrored at the edge (reflect), the edge (replicate), or those of the other end (circular).
Tensor pad(const Operand &input, const IntList &pad, const std::string &mode = "constant",
           std::optional<double> value = {});

} // namespace functional

namespace F = functional;

} // namespace agc

#endif // AGC_COMPILER_TRACE_FUNCTIONAL_H
