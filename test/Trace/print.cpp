// Prints small traced models for the lit tests beside it: agc-trace-print CASE.
#include "compiler/Trace/Agc.h"
#include <cstdio>

using namespace agc;

/// A parameter read, written in place without grad, and its gradient taken.
static void step(Model &model) {
  Tensor w = model.parameter("layer.weight", Values(f32, {2}, std::vector<float>{1, 2}));
  model.function("step", {{"x", f32, {2}}}, [&](const Tensors &in) -> Outputs {
    w.set_grad({});
    Tensor loss = (w * in[0]).sum();
    loss.backward();
    NoGradGuard guard;
    w.add_(w.grad(), -0.5);
    return {{"loss", loss}};
  });
}

/// Casts and constants stand beside the one op that is the node.
static void promotion(Model &model) {
  model.function("f", {{"i", i32, {3}}, {"x", f64, {3}}}, [](const Tensors &in) -> Outputs {
    return {{"sum", in[0] + in[1]}, {"half", in[0] / 2}, {"next", in[0] + 1}};
  });
}

/// An extent that is known when the function is called.
static void extents(Model &model) {
  model.function("f", {{"x", f32, {"n", 4}}}, [](const Tensors &in) -> Outputs {
    Tensor rows = in[0].view({in[0].size(0) * 2, 2});
    Tensor open = in[0].view({in[0].size(0), -1});
    return {{"flat", in[0].view({-1})}, {"rows", rows}, {"open", open}};
  });
}

int main(int argc, char **argv) {
  std::string name = argc > 1 ? argv[1] : "";
  Model model(name.empty() ? "none" : name);
  if (name == "step")
    step(model);
  else if (name == "promotion")
    promotion(model);
  else if (name == "extents")
    extents(model);
  else
    return std::fprintf(stderr, "usage: agc-trace-print step|promotion|extents\n"), 1;
  std::fputs(model.print().c_str(), stdout);
  return 0;
}
