// Updates in the order and dtypes of PyTorch 2.13's single-tensor implementations.
#include "compiler/Trace/Optim.h"
#include "compiler/Trace/Autograd.h"

namespace agc::optim {

static std::vector<int64_t> shapeOf(const Tensor &tensor, Where where) {
  std::vector<int64_t> shape;
  for (const Extent &extent : tensor.sizes(where))
    shape.push_back(extent.value(where));
  return shape;
}

static void require(bool condition, const char *what, double value, Where where) {
  if (!condition)
    throw Error(where, std::string("Invalid ") + what + " value: " + std::to_string(value));
}

void Optimizer::zero_grad(Where where) {
  for (const NamedParameter &parameter : parameters)
    parameter.tensor.set_grad({}, where);
}

Tensor Optimizer::bufferLike(const NamedParameter &parameter, const char *kind, Where where) {
  Values zeros = Values::zeros(parameter.tensor.dtype(), shapeOf(parameter.tensor, where));
  return model.buffer("optimizer." + parameter.name + "." + kind, zeros, where);
}

Tensor Optimizer::stepCount(Where where) {
  if (parameters.empty())
    throw Error(where, "optimizer got an empty parameter list");
  return model.buffer("optimizer." + parameters.front().name + ".step", Values::zeros(f32, {}),
                      where);
}

// ---------------------------------------------------------------- SGD

SGD::SGD(Model &model, std::vector<NamedParameter> given, SGDOptions options, Where where)
    : Optimizer(model, std::move(given)), options(options) {
  require(options.lr >= 0, "learning rate", options.lr, where);
  require(options.momentum >= 0, "momentum", options.momentum, where);
  require(options.weight_decay >= 0, "weight_decay", options.weight_decay, where);
  if (options.nesterov && (options.momentum <= 0 || options.dampening != 0))
    throw Error(where, "Nesterov momentum requires a momentum and zero dampening");
  if (options.momentum == 0)
    return;
  for (const NamedParameter &parameter : parameters)
    momentumBuffers.push_back(bufferLike(parameter, "momentum_buffer", where));
  // The first step takes the gradient undamped; a buffer of zeros makes that so without dampening.
  if (options.dampening != 0)
    steps = stepCount(where);
}

void SGD::step(Where where) {
  NoGradGuard guard(where);
  for (size_t i = 0; i < parameters.size(); ++i) {
    const Tensor &parameter = parameters[i].tensor;
    Tensor grad = parameter.grad(where);
    if (!grad.defined())
      continue;
    if (options.weight_decay != 0)
      grad = grad.add(Operand(parameter, where), options.weight_decay, where);
    if (options.momentum != 0) {
      Tensor &buffer = momentumBuffers[i];
      Tensor damped = grad;
      if (steps.defined()) {
        Tensor first = steps.eq(0, where);
        damped = agc::where(Operand(first, where), Operand(grad, where),
                            Operand(grad.mul(1 - options.dampening, where), where));
      }
      buffer.mul_(options.momentum, where).add_(Operand(damped, where), 1, where);
      grad = options.nesterov ? grad.add(Operand(buffer, where), options.momentum, where) : buffer;
    }
    parameter.add_(Operand(grad, where), -options.lr, where);
  }
  if (steps.defined())
    steps.add_(1, 1, where);
}

// ---------------------------------------------------------------- Adam

Adam::Adam(Model &model, std::vector<NamedParameter> given, AdamOptions options, Where where)
    : Adam(model, std::move(given), options, false, where) {}

Adam::Adam(Model &model, std::vector<NamedParameter> given, AdamOptions options, bool decoupled,
           Where where)
    : Optimizer(model, std::move(given)), options(options), decoupled(decoupled) {
  require(options.lr >= 0, "learning rate", options.lr, where);
  require(options.eps >= 0, "epsilon", options.eps, where);
  require(options.beta1 >= 0 && options.beta1 < 1, "beta parameter at index 0:", options.beta1,
          where);
  require(options.beta2 >= 0 && options.beta2 < 1, "beta parameter at index 1:", options.beta2,
          where);
  require(options.weight_decay >= 0, "weight_decay", options.weight_decay, where);
  for (const NamedParameter &parameter : parameters) {
    firstMoments.push_back(bufferLike(parameter, "exp_avg", where));
    secondMoments.push_back(bufferLike(parameter, "exp_avg_sq", where));
  }
  steps = stepCount(where);
}

void Adam::step(Where where) {
  NoGradGuard guard(where);
  steps.add_(1, 1, where);
  // Bias corrections are Python floats in PyTorch: f64 here too, rounded where they meet a tensor.
  Tensor count = steps.to(f64, where);
  auto correction = [&](double beta) {
    Tensor power = agc::pow_tensor(Operand(tensor(beta, f64, where), where), Operand(count, where));
    return agc::sub(Operand(1.0, where), Operand(power, where));
  };
  Tensor stepSize = agc::div(Operand(options.lr, where), Operand(correction(options.beta1), where));
  Tensor root = correction(options.beta2).sqrt(where);
  for (size_t i = 0; i < parameters.size(); ++i) {
    const Tensor &parameter = parameters[i].tensor;
    Tensor grad = parameter.grad(where);
    if (!grad.defined())
      continue;
    if (options.weight_decay != 0 && decoupled)
      parameter.mul_(1 - options.lr * options.weight_decay, where);
    else if (options.weight_decay != 0)
      grad = grad.add(Operand(parameter, where), options.weight_decay, where);
    Operand g(grad, where);
    firstMoments[i].lerp_(g, 1 - options.beta1, where);
    secondMoments[i].mul_(options.beta2, where).addcmul_(g, g, 1 - options.beta2, where);
    Tensor rootHere = root.to(parameter.dtype(), where);
    Tensor denominator = secondMoments[i].sqrt(where).div(Operand(rootHere, where), where);
    denominator.add_(options.eps, 1, where);
    Tensor scaled =
        firstMoments[i].mul(Operand(stepSize.to(parameter.dtype(), where), where), where);
    parameter.addcdiv_(Operand(scaled, where), Operand(denominator, where), -1, where);
  }
}

} // namespace agc::optim
