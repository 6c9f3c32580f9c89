// Autograd while tracing: what a tensor answers, and that a mistake throws at its line.
#include "check.h"

using namespace agc;

static void answers() {
  traced([](Tensor x) {
    CHECK(x.is_leaf() && x.requires_grad() && x.grad_fn().empty());
    Tensor y = x * 2;
    CHECK(!y.is_leaf() && y.requires_grad() && y.grad_fn() == "MulBackward0");
    CHECK(y.version() == 0);
    y += 1;
    CHECK(y.version() == 1 && y.grad_fn() == "AddBackward0");
    CHECK(!y.detach().requires_grad() && y.detach().is_leaf());
    NoGradGuard guard;
    CHECK(!(x * 2).requires_grad());
    EnableGradGuard inner;
    CHECK((x * 2).requires_grad());
  });
}

static void gradients() {
  traced([](Tensor x) {
    CHECK(!x.grad().defined());
    Tensor y = x * 2;
    y.retain_grad();
    y.sum().backward();
    CHECK(x.grad().defined() && y.grad().defined());
    x.set_grad({});
    CHECK(!x.grad().defined());
    Tensor g = autograd::grad({x.pow(3).sum()}, {x}, {{}, true})[0];
    CHECK(g.requires_grad());
    CHECK(autograd::grad({g.sum()}, {x})[0].defined());
  });
}

/// A function that is constant around almost every point has a node, and the gradient zero.
static void floor_has_a_node() {
  traced([](Tensor x) {
    CHECK(x.floor().grad_fn() == "FloorBackward0" && x.floor().requires_grad());
    x.floor().sum().backward();
    CHECK(x.grad().defined());
    CHECK(!(x > 0).requires_grad());
  });
}

static void mistakes() {
  traced([](Tensor x) {
    CHECK_ERROR("a leaf Variable that requires grad is being used in an in-place operation.",
                x += 1);
    CHECK_ERROR("a view of a leaf Variable that requires grad is being used in an in-place "
                "operation.",
                x[0].zero_());
    CHECK_ERROR("grad can be implicitly created only for scalar outputs", (x * 2).backward());
    CHECK_ERROR("element 0 of tensors does not require grad and does not have a grad_fn",
                x.detach().sum().backward());
    Tensor loss = x.exp().sum();
    loss.backward();
    CHECK_ERROR("Trying to backward through the graph a second time (or directly access saved "
                "tensors after they have already been freed). Saved intermediate values of the "
                "graph are freed when you call .backward() or autograd.grad(). Specify "
                "retain_graph=True if you need to backward through the graph a second time or if "
                "you need to access saved tensors after calling backward.",
                loss.backward());
  });
}

static void overwrittenSaved() {
  traced([](Tensor x) {
    Tensor y = x.exp();
    int written = __LINE__ + 1;
    y += 1;
    int line = __LINE__ + 1;
    std::optional<Error> error = errorOf([&] { y.sum().backward(); });
    CHECK(error.has_value());
    if (!error)
      return;
    CHECK(error->line == line);
    CHECK(std::string(error->what())
              .find("one of the variables needed for gradient computation "
                    "has been modified by an inplace operation: "
                    "[torch.FloatTensor [2, 3]], which is output 0 of "
                    "Exp, is at version 1; expected version 0 "
                    "instead.") == 0);
    bool named = false;
    for (const std::string &note : error->notes)
      named |= note.find("autograd.cpp:" + std::to_string(written)) != std::string::npos;
    CHECK(named);
  });
}

/// After a refused event the trace is as it was.
static void refusalLeavesNothing() {
  traced([](Tensor x) {
    Tensor y = x * 2;
    int64_t before = x.version();
    CHECK(errorOf([&] { x.mul_(3); }).has_value());
    CHECK(x.version() == before && x.is_leaf());
    y.sum().backward();
    CHECK(x.grad().defined());
  });
}

int main() {
  answers();
  gradients();
  floor_has_a_node();
  mistakes();
  overwrittenSaved();
  refusalLeavesNothing();
  std::printf("%d failures\n", failures);
  return failures != 0;
}
