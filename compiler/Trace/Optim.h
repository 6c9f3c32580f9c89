// torch.optim: updates composed of the surface's ops over states of the model.
#ifndef AGC_COMPILER_TRACE_OPTIM_H
#define AGC_COMPILER_TRACE_OPTIM_H

#include "compiler/Trace/Model.h"

namespace agc {

/// A parameter with the name that its optimizer state goes by.
struct NamedParameter {
  std::string name;
  Tensor tensor;
};

namespace optim {

/// What optimizers share: parameters, and buffers of the model for each.
class Optimizer {
public:
  /// Empties the gradient slots, as at the start of a traced function.
  void zero_grad(Where where = {});

protected:
  Optimizer(Model &model, std::vector<NamedParameter> parameters)
      : model(model), parameters(std::move(parameters)) {}

  /// A zero buffer of a parameter's shape, "optimizer.NAME.KIND".
  Tensor bufferLike(const NamedParameter &parameter, const char *kind, Where where);
  /// The 0-dim count of steps so far, under the first parameter's name.
  Tensor stepCount(Where where);

  Model &model;
  std::vector<NamedParameter> parameters;
};

/// torch.optim.SGD's arguments.
struct SGDOptions {
  double lr = 1e-3;
  double momentum = 0;
  double dampening = 0;
  double weight_decay = 0;
  bool nesterov = false;
};

/// Stochastic gradient descent with momentum.
class SGD : public Optimizer {
public:
  SGD(Model &model, std::vector<NamedParameter> parameters, SGDOptions options, Where where = {});
  /// Updates the parameters by their gradients; those without one stay.
  void step(Where where = {});

private:
  SGDOptions options;
  Tensors momentumBuffers;
  Tensor steps; ///< defined where the first step differs from the others
};

/// torch.optim.Adam's and AdamW's arguments.
struct AdamOptions {
  double lr = 1e-3;
  double beta1 = 0.9, beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 0;
};

/// Adam; AdamW decays the weights themselves instead of adding to the gradient.
class Adam : public Optimizer {
public:
  Adam(Model &model, std::vector<NamedParameter> parameters, AdamOptions options, Where where = {});
  /// Updates the parameters by their gradients; those without one stay.
  void step(Where where = {});

protected:
  Adam(Model &model, std::vector<NamedParameter> parameters, AdamOptions options, bool decoupled,
       Where where);

private:
  AdamOptions options;
  bool decoupled;
  Tensors firstMoments, secondMoments;
  Tensor steps;
};

/// torch.optim.AdamW; its weight decay is 0.01 unless given.
class AdamW : public Adam {
public:
  AdamW(Model &model, std::vector<NamedParameter> parameters, AdamOptions options = defaults(),
        Where where = {})
      : Adam(model, std::move(parameters), options, true, where) {}
  static AdamOptions defaults() {
    AdamOptions options;
    options.weight_decay = 1e-2;
    return options;
  }
};

} // namespace optim
} // namespace agc

#endif // AGC_COMPILER_TRACE_OPTIM_H
