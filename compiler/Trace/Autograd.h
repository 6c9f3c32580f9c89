// Grad modes and gradients as values.
#ifndef AGC_COMPILER_TRACE_AUTOGRAD_H
#define AGC_COMPILER_TRACE_AUTOGRAD_H

#include "compiler/Trace/Tensor.h"

namespace agc {

/// While it lives nothing is recorded for backward (with torch.no_grad()).
class NoGradGuard {
public:
  explicit NoGradGuard(Where where = {});
  ~NoGradGuard();
  NoGradGuard(const NoGradGuard &) = delete;
  NoGradGuard &operator=(const NoGradGuard &) = delete;

private:
  Where where;
};

/// While it lives ops are recorded for backward, inside a NoGradGuard too.
class EnableGradGuard {
public:
  explicit EnableGradGuard(Where where = {});
  ~EnableGradGuard();
  EnableGradGuard(const EnableGradGuard &) = delete;
  EnableGradGuard &operator=(const EnableGradGuard &) = delete;

private:
  Where where;
};

namespace autograd {

/// How gradients are asked for (torch.autograd.grad's keywords).
struct GradOptions {
  std::vector<Tensor> grad_outputs = {}; ///< empty, or one per output, undefined for none
  bool create_graph = false;
  std::optional<bool> retain_graph = {}; ///< create_graph's value where absent
  bool allow_unused = false;             ///< undefined results instead of an error
  bool inner = false;                    ///< fills no slot that retains a gradient
  std::vector<Tensor> cut = {};          ///< to whose places in the graph only seeds come
};

/// Gradients of outputs with respect to inputs, as new tensors.
Tensors grad(const Tensors &outputs, const Tensors &inputs, const GradOptions &options = {},
             Where where = {});

/// A tensor that stays at the place in the graph where another one is now.
Tensor edge(const Tensor &tensor, Where where = {});

/// Gradients of several tensors accumulated into the leaves that they depend on.
void backward(const Tensors &tensors, const Tensors &gradients = {},
              std::optional<bool> retain_graph = {}, bool create_graph = false,
              const Tensors &inputs = {}, Where where = {}, const Tensors &cut = {});

} // namespace autograd
} // namespace agc

#endif // AGC_COMPILER_TRACE_AUTOGRAD_H
