// The model: a 64-64-10 network on handwritten digits, its training step and its prediction.
//
// This program runs when the example is built. It traces the two functions once, and agc turns what
// it saw, the gradient included, into digits.o and digits.h, which main.c uses.
#include "compiler/Trace/Agc.h"

using namespace agc;

static void build(Model &model) {
  // PyTorch's parameters for seed 0 (record.py), under their PyTorch names.
  std::vector<NamedParameter> parameters;
  NamedValues initial = load("init.safetensors");
  auto parameter = [&](const char *name) {
    parameters.push_back({name, model.parameter(name, initial.at(name))});
    return parameters.back().tensor;
  };
  Tensor weight1 = parameter("fc1.weight"), bias1 = parameter("fc1.bias");
  Tensor weight2 = parameter("fc2.weight"), bias2 = parameter("fc2.bias");

  auto network = [&](const Tensor &x) {
    return F::linear(relu(F::linear(x, weight1, bias1)), weight2, bias2);
  };

  optim::SGDOptions options;
  options.lr = 0.1;
  options.momentum = 0.9;
  optim::SGD optimizer(model, parameters, options);

  model.function("train_step", {{"x", f32, {64, 64}}, {"y", i64, {64}}},
                 [&](const Tensors &in) -> Outputs {
                   optimizer.zero_grad();
                   Tensor loss = F::cross_entropy(network(in[0]), in[1]);
                   loss.backward();
                   optimizer.step();
                   return {{"loss", loss}};
                 });

  // Any number of rows: n is an argument of the emitted function.
  model.function("predict", {{"x", f32, {"n", 64}}}, [&](const Tensors &in) -> Outputs {
    NoGradGuard guard;
    return {{"logits", network(in[0])}};
  });
}

int main(int argc, char **argv) { return generate(argc, argv, "digits", build); }
