// Movement and indexing of a tensor x of 2 by 3 by 4, and tensors made from nothing, one function
// for each call: what it gives, and the gradient of a weighted sum of it. record_moves.py makes the
// same calls of PyTorch.
#include "compiler/Trace/Agc.h"

using namespace agc;

static Tensor index(const std::vector<int64_t> &values, const std::vector<int64_t> &shape) {
  return tensor(Values(i64, shape, values));
}

static Tensor index(const std::vector<int64_t> &values) {
  return index(values, {int64_t(values.size())});
}

template <typename Body> static void add(Model &model, const char *name, Body body) {
  model.function(name, {{"x", f32, {2, 3, 4}, true}}, [&](const Tensors &in) -> Outputs {
    Tensor y = body(in[0]).flatten();
    if (!y.requires_grad())
      return {{"y", y}};
    Tensor weights = arange(y.size(0), f32) * 0.5 - 1;
    (y * weights).sum().backward();
    return {{"y", y.detach()}, {"g", in[0].grad()}};
  });
}

static void addMovement(Model &model) {
  add(model, "roll", [](Tensor x) { return x.roll({1, -2}, {0, 2}); });
  add(model, "roll_flat", [](Tensor x) { return x.roll(5); });
  add(model, "repeat", [](Tensor x) { return x.repeat({2, 1, 1, 3}); });
  add(model, "tril", [](Tensor x) { return x.tril(-1); });
  add(model, "triu", [](Tensor x) { return x.triu(1); });
  add(model, "diagonal", [](Tensor x) { return x.diagonal(1, 1, 2); });
  add(model, "diagonal_write", [](Tensor x) {
    Tensor z = x * 2;
    z.diagonal(-1, 2, 1) *= 3;
    return z;
  });
  add(model, "split", [](Tensor x) {
    Tensors parts = x.split({1, 3}, 2);
    return cat({parts[1] * 2, parts[0]}, 2);
  });
  add(model, "unbind", [](Tensor x) { return stack(x.unbind(1), 2); });
  add(model, "chunk", [](Tensor x) { return x.chunk(2, 1)[0] * x.chunk(3, 1)[2]; });
  add(model, "flip", [](Tensor x) { return x.flip({0, 2}); });
  add(model, "narrow", [](Tensor x) { return x.narrow(2, -3, 2).transpose(0, 1); });
  add(model, "pad", [](Tensor x) { return F::pad(x, {1, -1, 2, 0}, "constant", 0.5); });
  add(model, "pad_reflect", [](Tensor x) { return F::pad(x, {2, 1, 0, 2}, "reflect"); });
  add(model, "pad_replicate", [](Tensor x) { return F::pad(x, {1, 2, 1, -1}, "replicate"); });
  add(model, "pad_circular", [](Tensor x) { return F::pad(x, {1, 2, -1, 2}, "circular"); });
}

static void addIndexing(Model &model) {
  add(model, "gather", [](Tensor x) { return x.gather(2, index({3, 0, 0, 1}, {2, 1, 2})); });
  add(model, "index_select", [](Tensor x) { return x.index_select(1, index({2, 0, 2})); });
  add(model, "index_add", [](Tensor x) { return x.index_add(1, index({1, 1, 2}), x * x, 2); });
  add(model, "scatter_add", [](Tensor x) {
    Tensor src = x.exp().narrow(1, 0, 2).narrow(2, 0, 1);
    return x.scatter_add(1, index({1, 1, 0, 2}, {2, 2, 1}), src);
  });
  add(model, "scatter_write", [](Tensor x) {
    Tensor z = x * 1;
    z.scatter_add_(0, index({1, 0, 1}, {1, 3, 1}), x.narrow(0, 0, 1).narrow(2, 1, 1));
    z.index_add_(2, index({0}), x.narrow(2, 3, 1));
    return z;
  });
  add(model, "embedding",
      [](Tensor x) { return F::embedding(index({5, 2, 5, 0}, {2, 2}), x.view({6, 4}), 2); });
  add(model, "one_hot", [](Tensor x) { return F::one_hot(index({2, 0}), 3).to(f32).matmul(x[1]); });
  add(model, "nonzero", [](Tensor x) {
    Tensor flat = x.flatten();
    return flat.index_select(0, (flat > 0.5).nonzero().squeeze(1)).exp();
  });
  add(model, "unique", [](Tensor x) {
    Tensors found = x.detach().div(2).round().unique(true, true, true);
    return cat({found[0], found[1].flatten().to(f32), found[2].to(f32)});
  });
  add(model, "unique_slices", [](Tensor x) {
    Tensor y = x.detach().div(4).round().index_select(1, index({2, 0, 2, 1, 0}));
    Tensors found = y.unique(true, true, true, 1);
    return cat({found[0].flatten(), found[1].to(f32), found[2].to(f32)});
  });
}

static void addFactories(Model &model) {
  add(model, "arange", [](Tensor) {
    return cat({arange(2, 11, 3).to(f32), arange(5, 0, -2).to(f32), arange(0.5, 2, 0.4),
                arange(-1, 3, 1, f32)});
  });
  add(model, "linspace", [](Tensor) {
    return cat({linspace(-1, 2, 7), linspace(0, 10, 4, i64).to(f32), linspace(3, 4, 1)});
  });
  add(model, "eye", [](Tensor) { return cat({eye(2, 3).flatten(), eye(3, 2).flatten()}); });
  add(model, "square_norm",
      [](Tensor x) { return x.square() + x.norm(2, 1, true) + norm(x, 1) + F::relu6(x * 4); });
}

static void build(Model &model) {
  addMovement(model);
  addIndexing(model);
  addFactories(model);
}

int main(int argc, char **argv) { return generate(argc, argv, "moves", build); }
