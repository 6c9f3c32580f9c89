// The surface: dtypes, shapes, views, composed functions and what a wrong call says.
#include "check.h"
#include <algorithm>
#include <cmath>

using namespace agc;

static std::vector<int64_t> shapeOf(const Tensor &tensor) {
  std::vector<int64_t> shape;
  for (const Extent &extent : tensor.sizes())
    shape.push_back(extent.isKnown() ? extent.value() : -1);
  return shape;
}
using Dims = std::vector<int64_t>;

static void promotion() {
  traced([](Tensor x) {
    Tensor i = tensor(Values::zeros(i64, {3}));
    CHECK((i + 1).dtype() == i64);
    CHECK((i + 1.5).dtype() == f32);
    CHECK((1.5 - i).dtype() == f32);
    CHECK((i / i).dtype() == f32);
    CHECK(i.exp().dtype() == f32);
    CHECK((x + tensor(2.0, f64)).dtype() == f32);
    CHECK((x + tensor(Values::zeros(f64, {3}))).dtype() == f64);
    CHECK((x > 0).dtype() == DType::Bool);
    CHECK((x > 0).sum().dtype() == i64);
    CHECK_ERROR("result type Float can't be cast to the desired output type Long", i += 0.5);
    CHECK_ERROR("expected m1 and m2 to have the same dtype, but got: float != double",
                x.mm(tensor(Values::zeros(f64, {3, 2}))));
    CHECK_ERROR("only Tensors of floating point dtype can require gradients", i.requires_grad_());
  });
}

/// Plain floats, and integers that become floats; the same calls before and after.
static void defaults() {
  traced([](Tensor x) {
    Tensor i = tensor(Values::zeros(i64, {3}));
    for (DType dtype : {f32, f64, f32}) {
      setDefaultDType(dtype);
      CHECK(zeros({2}).dtype() == dtype && tensor(2.5).dtype() == dtype);
      CHECK((i + 1.5).dtype() == dtype && (i / i).dtype() == dtype && i.exp().dtype() == dtype);
      CHECK((i + std::complex<double>(0, 1)).dtype() == (dtype == f64 ? c128 : c64));
      CHECK((x * 2.5).dtype() == f32 && (i * 2).dtype() == i64);
    }
  });
}

/// PyTorch numbers the overloads of a function apart.
static void nodes() {
  traced([](Tensor x) {
    Tensor y = x * 1;
    CHECK(x.sum().grad_fn() == "SumBackward0" && x.sum(0).grad_fn() == "SumBackward1");
    CHECK(x.mean().grad_fn() == "MeanBackward0" && x.mean(0).grad_fn() == "MeanBackward1");
    CHECK(x.prod().grad_fn() == "ProdBackward0" && x.prod(0).grad_fn() == "ProdBackward1");
    CHECK(x.fmod(2).grad_fn() == "FmodBackward0" && x.fmod(y).grad_fn() == "FmodBackward1");
    CHECK(x.lerp(y, 0.5).grad_fn() == "LerpBackward0");
    CHECK(x.lerp(y, y).grad_fn() == "LerpBackward1");
    CHECK((x * 1).fmod_(2).grad_fn() == "FmodBackward0");
    CHECK((x * 1).elu_().grad_fn() == "EluBackward1" && x.elu().grad_fn() == "EluBackward0");
    CHECK((x * 1).leaky_relu_().grad_fn() == "LeakyReluBackward1");
    CHECK((x * 1).fill_(2).grad_fn() == "FillBackward2");
    CHECK((x * 1).fill_(x.sum()).grad_fn() == "FillBackward3");
    CHECK((x * 1).zero_().grad_fn() == "ZeroBackward0");
    CHECK((x * 1).copy_(y).grad_fn() == "CopyBackwards");
  });
}

static void shapes() {
  traced([](Tensor x) {
    CHECK(shapeOf(x.sum()) == Dims{});
    CHECK(shapeOf(x.sum(-1)) == Dims{2});
    CHECK(shapeOf(x.amax({0, 1}, true)) == Dims{1, 1});
    CHECK(shapeOf(x + tensor(Values::zeros(f32, {4, 1, 1}))) == Dims{4, 2, 3});
    CHECK(shapeOf(cat({x, x}, -1)) == Dims{2, 6});
    CHECK(shapeOf(stack({x, x}, 1)) == Dims{2, 2, 3});
    CHECK(shapeOf(arange(5)) == Dims{5});
    CHECK(shapeOf(outer(arange(5, f32), arange(2, f32))) == Dims{5, 2});
    CHECK(shapeOf(F::one_hot(arange(5), 7)) == Dims{5, 7});
    CHECK_ERROR("The size of tensor a (3) must match the size of tensor b (4) at non-singleton "
                "dimension 1",
                x + tensor(Values::zeros(f32, {4})));
    CHECK_ERROR("Dimension out of range (expected to be in range of [-2, 1], but got 2)", x.sum(2));
    CHECK_ERROR("dim 1 appears multiple times in the list of dims", x.sum({1, -1}));
    CHECK_ERROR("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)", x.mm(x));
    CHECK_ERROR("output with shape [2, 3] doesn't match the broadcast shape [4, 2, 3]",
                x.detach() += tensor(Values::zeros(f32, {4, 1, 1})));
  });
}

static void views() {
  traced([](Tensor x) {
    CHECK(shapeOf(x.t()) == Dims{3, 2});
    CHECK(shapeOf(x.view({-1})) == Dims{6});
    CHECK(shapeOf(x.view({3, -1})) == Dims{3, 2});
    CHECK(shapeOf(x.unsqueeze(-1).permute({2, 0, 1})) == Dims{1, 2, 3});
    CHECK(shapeOf(x.unsqueeze(0).squeeze()) == Dims{2, 3});
    CHECK(shapeOf(x[-1]) == Dims{3});
    CHECK(shapeOf(x.slice(1, 0, {}, 2)) == Dims{2, 2});
    CHECK(shapeOf(x.slice(1, -2)) == Dims{2, 2});
    CHECK(shapeOf(x.narrow(1, 1, 2)) == Dims{2, 2});
    CHECK(shapeOf(x.unsqueeze(0).expand({4, -1, -1})) == Dims{4, 2, 3});
    CHECK(shapeOf(x.diagonal(1)) == Dims{2});
    CHECK(shapeOf(x.diagonal(INT64_MIN)) == Dims{0} && shapeOf(x.diagonal(INT64_MAX)) == Dims{0});
    CHECK(x.unbind(1).size() == 3);
    CHECK(x.chunk(2, 1).size() == 2 && shapeOf(x.chunk(2, 1)[1]) == Dims{2, 1});
    CHECK(x.t().is_view() && !x.clone().is_view());
    CHECK(x.reshape({6}).is_view() && x.t().reshape({6}).grad_fn() == "UnsafeViewBackward0");
    CHECK(x.contiguous().is(x) && !x.t().contiguous().is(x));
    CHECK_ERROR("shape '[4, -1]' is invalid for input of size 6", x.view({4, -1}));
    CHECK_ERROR("view size is not compatible with input tensor's size and stride (at least one "
                "dimension spans across two contiguous subspaces). Use .reshape(...) instead.",
                x.t().view({6}));
    CHECK_ERROR("select(): index 2 out of range for tensor of size [2, 3] at dimension 0", x[2]);
    CHECK_ERROR("maximum size for tensor at dimension 0 is 2 but size is 3", x.unfold(0, 3, 1));
    CHECK_ERROR("step is 0 but must be > 0", x.unfold(0, 1, 0));
    CHECK_ERROR("size is -1 but must be >= 0", x.unfold(0, -1, 1));
    CHECK_ERROR("start (1) + length (9223372036854775807) exceeds dimension size (3).",
                x.narrow(1, 1, INT64_MAX));
    CHECK_ERROR("an extent does not fit in 64 bits", x.slice(1, 0, {}, INT64_MAX));
    CHECK_ERROR("an extent does not fit in 64 bits", x.chunk(INT64_MAX));
    CHECK_ERROR("t() expects a tensor with <= 2 dimensions, but self is 3D", x.unsqueeze(0).t());
  });
}

static void movement() {
  traced([](Tensor x) {
    CHECK(x.split({1, 2}, 1).size() == 2 && shapeOf(x.split({1, 2}, 1)[1]) == Dims{2, 2});
    CHECK(x.split({1, 2}, 1)[0].grad_fn() == "SplitWithSizesBackward0");
    int64_t quarter = int64_t(1) << 62;
    CHECK_ERROR("an extent does not fit in 64 bits",
                x.split({quarter, quarter, quarter, quarter, 3}, 1));
    CHECK(stack({x, x}).grad_fn() == "StackBackward0");
    CHECK(stack({x, arange(6).view({2, 3})}).dtype() == f32);
    CHECK(shapeOf(x.repeat({2, 1, 3})) == Dims{2, 2, 9} && x.repeat({1, 1}).is(x) == false);
    CHECK(x.roll(1).grad_fn() == "RollBackward0" && x.tril().grad_fn() == "TrilBackward0");
    CHECK(shapeOf(F::pad(x, {1, -2, 0, 3})) == Dims{5, 2});
    CHECK(F::pad(x, {-1, -1}).grad_fn() == "ConstantPadNdBackward0");
    CHECK(F::pad(x, {1, 1}, "reflect").grad_fn() == "ReflectionPad1DBackward0");
    CHECK(shapeOf(F::pad(x, {1, 2}, "replicate")) == Dims{2, 6});
    CHECK(F::pad(x, {1, 1}, "circular").grad_fn() == "CopySlices");
    CHECK_ERROR("split_with_sizes expects split_sizes to sum exactly to 3 (input tensor's size at "
                "dimension 1), but got split_sizes=[1, 3]",
                x.split({1, 3}, 1));
    CHECK_ERROR("split_with_sizes expects split_sizes have only non-negative entries, but got "
                "split_sizes=[-1, 4]",
                x.split({-1, 4}, 1));
    CHECK_ERROR("Sizes of tensors must match except in dimension 0. Expected size 3 but got size 2 "
                "for tensor number 1 in the list.",
                cat({x, ones({2, 2})}));
    CHECK_ERROR("Tensors must have same number of dimensions: got 2 and 1", cat({x, ones({3})}));
    CHECK_ERROR("torch.cat(): expected a non-empty list of Tensors", cat({}));
    CHECK_ERROR("zero-dimensional tensor (at position 1) cannot be concatenated",
                cat({x, x.sum()}));
    CHECK_ERROR("stack expects each tensor to be equal size, but got [2, 3] at entry 0 and [3, 2] "
                "at entry 1",
                stack({x, x.t()}));
    CHECK_ERROR("shifts and dimensions must align. shifts: 2, dims:1", x.roll({1, 2}, 0));
    CHECK_ERROR("Number of dimensions of repeat dims can not be smaller than number of dimensions "
                "of tensor",
                x.repeat(2));
    CHECK_ERROR("tril: input tensor must have at least 2 dimensions", x[0].tril());
    CHECK_ERROR("Padding length must be divisible by 2", F::pad(x, {1}));
    CHECK_ERROR("narrow(): length must be non-negative.", F::pad(x, {-2, -2}));
    CHECK_ERROR("a padding of -9223372036854775808 does not fit in memory",
                F::pad(x, {INT64_MIN, 0}));
    CHECK_ERROR("a padding of 9223372036854775807 does not fit in memory",
                F::pad(x, {INT64_MAX, INT64_MAX}, "replicate"));
    CHECK_ERROR("Argument #4: Padding size should be less than the corresponding input dimension, "
                "but got: padding (3, 1) at dimension 1 of input [2, 3]",
                F::pad(x, {3, 1}, "reflect"));
    CHECK_ERROR("Padding value causes wrapping around more than once.",
                F::pad(x, {4, 1}, "circular"));
    CHECK_ERROR("Unrecognised padding mode foo", F::pad(x, {1, 1}, "foo"));
  });
}

static void indexing() {
  traced([](Tensor x) {
    Tensor i = arange(2);
    CHECK(x.index_select(1, i).grad_fn() == "IndexSelectBackward0");
    CHECK(shapeOf(x.index_select(-1, i)) == Dims{2, 2});
    CHECK(x.index_add(0, i, x, 2).grad_fn() == "IndexAddBackward0");
    CHECK(x.scatter_add(0, x.to(i64), x).grad_fn() == "ScatterAddBackward0");
    CHECK(shapeOf(F::embedding(i, x)) == Dims{2, 3});
    CHECK(F::embedding(i, x, -1).grad_fn() == "EmbeddingBackward0");
    CHECK(shapeOf(x.nonzero()) == Dims{-1, 2} && x.nonzero().dtype() == i64);
    CHECK(x.unique().size() == 1 && shapeOf(x.unique(true, true, true)[1]) == Dims{2, 3});
    CHECK(shapeOf(x.unique(true, false, false, -1)[0]) == Dims{2, -1});
    CHECK(shapeOf(x.unique(true, true, true, 0)[1]) == Dims{2});
    CHECK_ERROR(
        "There are 0 sized dimensions, and they aren't selected, so unique cannot be applied",
        zeros({2, 0}).unique(true, false, false, 0));
    CHECK_ERROR("index_select(): Index is supposed to be a vector",
                x.index_select(0, i.unsqueeze(0)));
    CHECK_ERROR("index_add_(): Number of indices (2) should be equal to source.size(dim): (3), for "
                "dim: 1",
                x.index_add(1, i, x));
    CHECK_ERROR("Padding_idx must be within num_embeddings", F::embedding(i, x, 2));
    CHECK_ERROR("embedding(): 'weight' must be 2-D, got 'tensor<3xf32>'", F::embedding(i, x[0]));
    CHECK_ERROR("one_hot is only applicable to index tensor of type LongTensor.", F::one_hot(x, 3));
    CHECK_ERROR("one_hot(): num_classes should be positive, got 0", F::one_hot(i, 0));
  });
}

static void products() {
  auto zeros = [](Dims shape) { return tensor(Values::zeros(f32, shape)); };
  traced([&](Tensor x) {
    CHECK(x.matmul(zeros({3})).grad_fn() == "MvBackward0");
    CHECK(x.matmul(zeros({3, 4})).grad_fn() == "MmBackward0");
    CHECK(shapeOf(zeros({2}).matmul(x)) == Dims{3});
    CHECK(shapeOf(zeros({3}).matmul(zeros({3}))) == Dims{});
    CHECK(shapeOf(zeros({5, 4, 2}).matmul(x)) == Dims{5, 4, 3});
    CHECK(zeros({5, 4, 2}).matmul(x).grad_fn() == "UnsafeViewBackward0");
    CHECK(shapeOf(x.matmul(zeros({5, 1, 3, 4}))) == Dims{5, 1, 2, 4});
    CHECK(shapeOf(zeros({7, 1, 4, 2}).matmul(zeros({5, 2, 3}))) == Dims{7, 5, 4, 3});
    CHECK(shapeOf(zeros({5, 4, 2}).matmul(zeros({2}))) == Dims{5, 4});
    CHECK(F::linear(x, zeros({4, 3}), zeros({4})).grad_fn() == "AddmmBackward0");
    CHECK(shapeOf(F::linear(zeros({5, 2, 3}), zeros({4, 3}), zeros({4}))) == Dims{5, 2, 4});
    CHECK(F::cross_entropy(x, arange(2)).grad_fn() == "NllLossBackward0");
    CHECK_ERROR("both arguments to matmul need to be at least 1D, but they are 2D and 0D",
                x.matmul(x.sum()));
  });
}

static void extremes() {
  traced([](Tensor x) {
    CHECK(x.max().grad_fn() == "MaxBackward1" && x.min().grad_fn() == "MinBackward1");
    Tensors along = x.max(-1);
    CHECK(along[0].grad_fn() == "MaxBackward0" && shapeOf(along[0]) == Dims{2});
    CHECK(along[1].dtype() == i64 && !along[1].requires_grad() && shapeOf(along[1]) == Dims{2});
    CHECK(shapeOf(min(x, 0, true)[0]) == Dims{1, 3});
    CHECK(max(x, x).grad_fn() == "MaximumBackward0");
    CHECK(x.argmax().dtype() == i64 && shapeOf(x.argmax()) == Dims{});
    CHECK(shapeOf(x.argmax({}, true)) == Dims{1, 1} && shapeOf(x.argmin(1)) == Dims{2});
    CHECK(shapeOf(x.sum().argmax()) == Dims{} && shapeOf(x.sum().max(0)[1]) == Dims{});
    CHECK((x > 0).any().dtype() == DType::Bool && shapeOf(all(x, 1)) == Dims{2});
    CHECK(any(tensor(Values::zeros(u8, {3}))).dtype() == u8);
    CHECK((x > 0).max(1)[0].dtype() == DType::Bool);
    Tensor none = tensor(Values::zeros(f32, {2, 0}));
    CHECK(shapeOf(none.argmax(0)) == Dims{0} && shapeOf(none.max(0)[0]) == Dims{0});
    CHECK_ERROR("argmax(): Expected reduction dim 1 to have non-zero size.", none.argmax(-1));
    CHECK_ERROR("max(): Expected reduction dim 1 to have non-zero size.", none.max(1));
    CHECK_ERROR("argmin(): Expected reduction dim to be specified for input.numel() == 0.",
                none.argmin());
    CHECK_ERROR("max(): Expected reduction dim to be specified for input.numel() == 0. Specify the "
                "reduction dim with the 'dim' argument.",
                none.max());
    CHECK_ERROR("amax(): Expected reduction dim 1 to have non-zero size.", none.amax(1));
    CHECK(shapeOf(none.amax(0)) == Dims{0} && shapeOf(none.sum(1)) == Dims{2});
    CHECK_ERROR("argmax(): does not support bool input", (x > 0).argmax());
  });
}

static void scans() {
  traced([](Tensor x) {
    CHECK(x.cumsum(0).grad_fn() == "CumsumBackward0" && shapeOf(x.cumsum(0)) == Dims{2, 3});
    CHECK(x.cumprod(-1).grad_fn() == "CumprodBackward0");
    CHECK((x > 0).cumsum(1).dtype() == i64 && shapeOf(x.sum().cumsum(0)) == Dims{});
    CHECK_ERROR("Dimension out of range (expected to be in range of [-2, 1], but got 2)",
                x.cumsum(2));
  });
}

static void divisions() {
  traced([](Tensor x) {
    Tensor i = tensor(Values::zeros(i32, {3}));
    CHECK(div(i, 2, "floor").dtype() == i32 && i.floor_divide(2).dtype() == i32);
    CHECK(i.remainder(2).dtype() == i32 && i.fmod(2.5).dtype() == f32);
    CHECK(x.div(2, "trunc").grad_fn() == "DivBackward2");
    CHECK(x.floor_divide(2).grad_fn() == "NotImplemented");
    CHECK_ERROR("div expected rounding_mode to be one of None, 'trunc', or 'floor' but found 'up'",
                x.div(2, "up"));
    CHECK_ERROR("\"div_floor_cpu\" not implemented for 'Bool'", div(x > 0, x > 0, "floor"));
  });
}

static void losses() {
  traced([](Tensor x) {
    CHECK(F::mse_loss(x, x).grad_fn() == "MseLossBackward0");
    CHECK_ERROR("The size of tensor a (3) must match the size of tensor b (2) at non-singleton "
                "dimension 1",
                F::mse_loss(x, ones({2, 2})));
    CHECK_ERROR("Using a target size (torch.Size([2, 2])) that is different to the input size "
                "(torch.Size([2, 3])) is deprecated. Please ensure they have the same size.",
                F::binary_cross_entropy(x, ones({2, 2})));
    CHECK_ERROR("Target size (torch.Size([3])) must be the same as input size (torch.Size([2, 3]))",
                F::binary_cross_entropy_with_logits(x, ones({3})));
    Tensor p = x.detach();
    CHECK(F::cross_entropy(x, p).grad_fn() == "DivBackward0");
    CHECK(F::cross_entropy(x, p, {}, "none").grad_fn() == "NegBackward0");
    CHECK(F::cross_entropy(x, arange(2), {}, "mean", -100, 0.1).grad_fn() == "AddBackward0");
    CHECK(shapeOf(F::cross_entropy(x, arange(2), {}, "none", -100, 0.1)) == Dims{2});
    CHECK_ERROR("Expected input batch_size (2) to match target batch_size (3).",
                F::cross_entropy(x, arange(3)));
    CHECK_ERROR("Expected target size [2, 4], got [2, 3]",
                F::cross_entropy(zeros({2, 5, 4}), zeros({2, 3}, i64)));
    CHECK_ERROR("weight tensor should be defined either for all 3 classes or no classes but got "
                "weight tensor of shape: [2]",
                F::cross_entropy(x, arange(2), ones({2})));
    CHECK_ERROR("label_smoothing must be between 0.0 and 1.0. Got: 1.5",
                F::cross_entropy(x, p, {}, "mean", -100, 1.5));
    CHECK_ERROR("ignore_index is not supported for floating point target",
                F::cross_entropy(x, p, {}, "mean", 0));
    CHECK_ERROR("cross_entropy: target has another shape than input; give class indices (int64), "
                "or a probability for each class",
                F::cross_entropy(x, p.sum(1)));
    CHECK_ERROR("Expected floating point type for target with class probabilities, got Long",
                F::cross_entropy(x, p.to(i64)));
    CHECK_ERROR("avg is not a valid value for reduction", F::cross_entropy(x, p, {}, "avg"));
    CHECK_ERROR("avg is not a valid value for reduction", mse_loss(x, p, "avg"));
    CHECK_ERROR("The size of tensor a (3) must match the size of tensor b (4) at non-singleton "
                "dimension 1",
                mse_loss(x, tensor(Values::zeros(f32, {2, 4}))));
  });
}

static void factories() {
  traced([](Tensor x) {
    CHECK(shapeOf(arange(2, 11, 3)) == Dims{3} && arange(2, 11, 3).dtype() == i64);
    CHECK(shapeOf(arange(5, 0, -2)) == Dims{3} && shapeOf(arange(3, 3)) == Dims{0});
    CHECK(shapeOf(arange(0, 1, 0.25)) == Dims{4} && arange(0, 1, 0.25).dtype() == f32);
    CHECK(arange(0, 4, 1, f64).dtype() == f64 && arange(5, f32).dtype() == f32);
    CHECK(shapeOf(linspace(0, 1, 5)) == Dims{5} && linspace(0, 9, 4, i64).dtype() == i64);
    CHECK(shapeOf(linspace(0, 1, 1)) == Dims{1} && shapeOf(linspace(0, 1, 0)) == Dims{0});
    CHECK(shapeOf(eye(2)) == Dims{2, 2} && shapeOf(eye(2, 3, i64)) == Dims{2, 3});
    CHECK(x.square().grad_fn() == "PowBackward0" && square(x).grad_fn() == "PowBackward0");
    CHECK(F::relu6(x).grad_fn() == "HardtanhBackward0");
    CHECK(x.norm().grad_fn() == "LinalgVectorNormBackward0" && shapeOf(x.norm()) == Dims{});
    CHECK(shapeOf(norm(x, 1, 0, true)) == Dims{1, 3});
    CHECK_ERROR("step must be nonzero", arange(0, 5, 0));
    CHECK_ERROR("upper bound and lower bound inconsistent with step sign", arange(5, 0));
    CHECK_ERROR("unsupported range: 0 -> inf", arange(0, INFINITY));
    CHECK_ERROR("number of steps must be non-negative", linspace(0, 1, -1));
    CHECK_ERROR("m must be greater or equal to 0, got -1", eye(2, -1));
  });
}

/// Whether an error is told at a line of this file.
static bool isAt(const std::optional<Error> &error, int line) {
  return error && error->line == line && error->file.find("surface.cpp") != std::string::npos;
}

/// What has no operand that knows the line has it by its own arguments.
static void lines() {
  CHECK(isAt(errorOf([] { Values(f32, {2}, std::vector<float>{1}); }), __LINE__));
  CHECK(isAt(errorOf([] { Tensor().dim(); }), __LINE__));
  CHECK(isAt(errorOf([] { Tensor().is_leaf(); }), __LINE__));
  CHECK(isAt(errorOf([] { NamedValues("f").at("w"); }), __LINE__));
  CHECK_ERROR("f: has no tensor named 'w'", NamedValues("f").at("w"));
  traced([](Tensor x) {
    CHECK(isAt(errorOf([&] { x[9]; }), __LINE__));
    std::optional<Error> error = errorOf([&] { x[0].mul_(2); });
    CHECK(isAt(error, __LINE__ - 1));
    std::string made = "surface.cpp:" + std::to_string(__LINE__ - 2) + ": note: ";
    CHECK(error && std::any_of(error->notes.begin(), error->notes.end(), [&](auto &note) {
            return note.find(made + "the view is made here") != std::string::npos;
          }));
  });
}

static void handles() {
  CHECK_ERROR("no function is being traced: call this inside Model::function", zeros({2}));
  CHECK_ERROR("expected a Tensor, got None", Tensor().dim());
  Tensor escaped;
  traced([&](Tensor x) { escaped = x; });
  traced([&](Tensor x) {
    CHECK_ERROR("a tensor of another function or model is used here: only parameters and buffers "
                "of the model outlive a function",
                x + escaped);
  });
  std::optional<Error> error;
  int line = 0;
  traced([&](Tensor x) {
    line = __LINE__ + 1;
    error = errorOf([&] { x.mm(x); });
    CHECK(isAt(error, line));
    line = __LINE__ + 1;
    error = errorOf([&] { x + arange(4); });
    CHECK(error && error->line == line);
  });
}

int main() {
  promotion();
  defaults();
  nodes();
  shapes();
  views();
  movement();
  indexing();
  products();
  extremes();
  scans();
  divisions();
  losses();
  factories();
  lines();
  handles();
  std::printf("%d failures\n", failures);
  return failures != 0;
}
