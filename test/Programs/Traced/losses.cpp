// F.cross_entropy in each of its forms, with its gradient by the logits.
#include "compiler/Trace/Agc.h"

using namespace agc;

static Tensor constant(const std::vector<float> &values, Shape shape) {
  std::vector<int64_t> extents;
  for (const Extent &extent : shape)
    extents.push_back(extent.number);
  return tensor(Values(f32, extents, values));
}

static void build(Model &model) {
  std::vector<Input> inputs = {{"x", f32, {4, 3}}, {"y", i64, {4}}, {"p", f32, {4, 3}}};
  model.function("losses", inputs, [&](const Tensors &in) -> Outputs {
    Tensor weight = constant({0.5f, 1.5f, 2}, {3}), rows = constant({1, -2, 0.5f, 3}, {4});
    Outputs outputs;
    for (bool indices : {true, false})
      for (bool weighted : {false, true})
        for (double smoothing : {0.0, 0.1})
          for (const char *reduction : {"none", "mean", "sum"}) {
            Tensor x = in[0].detach().requires_grad_();
            Tensor loss =
                F::cross_entropy(x, indices ? in[1] : in[2], weighted ? Operand(weight) : Operand(),
                                 reduction, indices ? 2 : -100, smoothing);
            if (loss.dim() == 1)
              loss = (loss * rows).sum();
            std::string number = std::to_string(outputs.size() / 2);
            outputs.push_back({"loss" + number, loss});
            outputs.push_back({"grad" + number, autograd::grad({loss}, {x})[0]});
          }
    return outputs;
  });
}

int main(int argc, char **argv) { return generate(argc, argv, "losses", build); }
