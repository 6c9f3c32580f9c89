# A backward taken part by part, through functions whose own backward reads what comes from another gradient.
import torch


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return gradient * 2 * x


def run(rounds, asks):
    x = torch.tensor([0.3, -0.6, 0.9], requires_grad=True)
    y = torch.tensor([1.1, 0.7, -0.4], requires_grad=True)
    h = x
    for i in range(rounds):
        h = Square.apply(h * y) * 0.9 + Square.apply(x + h).cos()
        if asks:
            print(h.sum().item())
    h.sum().backward()
    print(x.grad, y.grad)


run(6, asks=True)
for rounds in (5, 6, 8):
    run(rounds, asks=False)
a, b = torch.tensor([2.0, 3.0], requires_grad=True), torch.tensor([1.5, 0.5], requires_grad=True)
beta, gamma = torch.distributions.Beta(a, b), torch.distributions.Gamma(a, b)
loss = beta.log_prob(torch.tensor([0.3, 0.6])) + gamma.log_prob(torch.tensor([0.5, 2.0]))
(loss + torch.distributions.Poisson(a).log_prob(torch.tensor([1.0, 2.0]))).sum().backward()
print(a.grad, b.grad)
