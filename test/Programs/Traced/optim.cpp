// A training step for each optimizer, over a loss with a gradient that is not linear.
#include "compiler/Trace/Agc.h"

using namespace agc;

static Tensor start(Model &model, const std::string &name) {
  std::vector<float> values;
  for (int i = 0; i < 12; ++i)
    values.push_back(0.25f * float(i) - 1.5f);
  return model.parameter(name, Values(f32, {3, 4}, values));
}

template <typename Optimizer, typename Options>
static void add(Model &model, const std::string &name, Options options) {
  Tensor w = start(model, name);
  Optimizer optimizer(model, {{name, w}}, options);
  model.function("step_" + name, {{"x", f32, {4}}}, [&](const Tensors &in) -> Outputs {
    optimizer.zero_grad();
    Tensor loss = (w * in[0]).sum() + w.pow(4).sum() / 4;
    loss.backward();
    optimizer.step();
    return {{"loss", loss}, {"w", w}};
  });
}

static void build(Model &model) {
  optim::SGDOptions sgd;
  sgd.lr = 0.05;
  add<optim::SGD>(model, "sgd", sgd);
  sgd.momentum = 0.9;
  sgd.weight_decay = 0.01;
  add<optim::SGD>(model, "momentum", sgd);
  sgd.dampening = 0.25;
  add<optim::SGD>(model, "dampened", sgd);
  sgd.dampening = 0;
  sgd.nesterov = true;
  add<optim::SGD>(model, "nesterov", sgd);
  optim::AdamOptions adam;
  adam.lr = 0.03;
  adam.weight_decay = 0.02;
  add<optim::Adam>(model, "adam", adam);
  add<optim::AdamW>(model, "adamw", adam);
}

int main(int argc, char **argv) { return generate(argc, argv, "optim", build); }
