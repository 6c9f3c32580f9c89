# torch.distributions: what is drawn, log_prob, entropy, divergences and their gradients
import torch
from torch import distributions as D

torch.manual_seed(0)
loc = torch.tensor([0.0, 1.0], requires_grad=True)
scale = torch.tensor([1.0, 0.5], requires_grad=True)
logits = torch.tensor([[0.1, 0.2, -1.0], [2.0, 0.0, 1.0]], requires_grad=True)
probs = torch.tensor([0.2, 0.7], requires_grad=True)
cases = [D.Normal(loc, scale), D.Bernoulli(probs), D.Bernoulli(logits=loc), D.Categorical(logits=logits), D.Categorical(torch.tensor([1.0, 2.0, 3.0])),
         D.Uniform(loc.detach() - 1, loc.detach() + scale.detach()), D.Exponential(scale), D.Laplace(loc, scale), D.LogNormal(loc, scale),
         D.OneHotCategorical(logits=logits), D.Independent(D.Normal(loc, scale), 1)]
for d in cases:
    s = d.sample()
    t = d.sample((2,))
    print(d, d.batch_shape, d.event_shape, s, t)
    lp = d.log_prob(s)
    print("  ", lp.detach(), d.entropy().detach(), d.mean.detach(), d.variance.detach())
    if lp.requires_grad:
        (lp.sum() + d.entropy().sum()).backward()
        print("  ", [None if x.grad is None else x.grad for x in (loc, scale, logits, probs)])
        for x in (loc, scale, logits, probs):
            x.grad = None
for d in (cases[0], cases[5], cases[6], cases[7]):
    print(d.rsample((2,)).detach(), d.cdf(torch.tensor([0.3, 0.9])).detach(), d.has_rsample)
pairs = [(D.Normal(loc, scale), D.Normal(0.5, 2.0)), (D.Bernoulli(probs), D.Bernoulli(torch.tensor([0.5, 0.5]))), (D.Categorical(logits=logits), D.Categorical(torch.ones(2, 3))),
         (D.Exponential(scale), D.Exponential(torch.tensor([2.0, 1.0]))), (D.Laplace(loc, scale), D.Laplace(0.0, 1.0)), (D.Independent(D.Normal(loc, scale), 1), D.Independent(D.Normal(torch.zeros(2), torch.ones(2)), 1))]
for p, q in pairs:
    print(D.kl_divergence(p, q).detach())
print(D.Categorical(logits=logits).probs.detach(), D.Bernoulli(probs).logits.detach(), D.Categorical(logits=logits).enumerate_support(), D.Bernoulli(0.3).mode)
print(D.Normal(0.0, 1.0).expand((2, 3)).sample().shape, D.Normal(0.0, 1.0))
for bad in (lambda: D.Normal(0.0, -1.0), lambda: D.Bernoulli(), lambda: D.Normal(loc.detach(), 1.0).log_prob(torch.ones(3)), lambda: D.Categorical(torch.tensor(1.0)), lambda: D.Bernoulli(0.5).log_prob(torch.tensor(0.5))):
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, str(e).split("\n")[0])
# the score function's gradient, as in policy gradients
policy = D.Categorical(logits=logits)
action = policy.sample()
(-(policy.log_prob(action) * torch.tensor([1.0, -0.5])).sum() - 0.01 * policy.entropy().sum()).backward()
print(action, logits.grad)
