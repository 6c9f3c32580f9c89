import torch
import torch.distributions as D

torch.manual_seed(0)


def show(name, d, value):
    print(name, d, tuple(d.batch_shape), tuple(d.event_shape))
    print("  sample", d.sample((2,)), d.sample().shape)
    print("  log_prob", d.log_prob(value))
    for what in ("mean", "mode", "variance", "stddev"):
        try:
            print(f"  {what}", getattr(d, what))
        except NotImplementedError:
            print(f"  {what} is not there")
    try:
        print("  entropy", d.entropy())
    except NotImplementedError:
        print("  entropy is not there")


pair = torch.tensor([0.7, 2.5])
show("gamma", D.Gamma(pair, torch.tensor([1.0, 3.0])), pair)
show("gamma f64", D.Gamma(pair.double(), 2.0), pair.double())
show("chi2", D.Chi2(torch.tensor([0.5, 4.0])), pair)
show("student", D.StudentT(torch.tensor([0.5, 1.5, 5.0]), 1.0, 2.0), torch.tensor([0.1, 2.0, -3.0]))
show("dirichlet", D.Dirichlet(torch.tensor([[0.4, 2.0, 3.0], [1.5, 1.5, 5.0]])), torch.tensor([0.2, 0.3, 0.5]))
show("beta", D.Beta(torch.tensor([0.5, 2.0]), torch.tensor([0.5, 5.0])), torch.tensor([0.3, 0.6]))
show("beta of numbers", D.Beta(0.4, 0.4), torch.tensor(0.3))
show("poisson", D.Poisson(torch.tensor([0.5, 4.0, 25.0])), torch.tensor([0.0, 3.0, 30.0]))
geometric = D.Geometric(torch.tensor([0.25, 0.9]))
show("geometric", geometric, torch.tensor([2.0, 0.0]))
show("multinomial", D.Multinomial(6, torch.tensor([0.2, 0.3, 0.5])), torch.tensor([1.0, 2.0, 3.0]))
show("cauchy", D.Cauchy(torch.zeros(2), pair), pair)
show("half normal", D.HalfNormal(pair), pair)
show("gumbel", D.Gumbel(torch.zeros(2), pair), pair)
binomial = D.Binomial(10, torch.tensor([0.3, 0.9]))
print(binomial.entropy(), D.Binomial(4, torch.tensor(0.3)).enumerate_support(), D.Binomial(4, torch.tensor(0.3)).entropy())
print(binomial, binomial.mean, binomial.mode, binomial.variance, binomial.log_prob(torch.tensor([4.0, 10.0])))
print(D.Binomial(3, logits=torch.tensor([-1.0, 2.0])).log_prob(torch.tensor([0.0, 1.0])))
cov = torch.tensor([[2.0, 0.5], [0.5, 1.0]])
normal = D.MultivariateNormal(torch.tensor([1.0, -1.0]), cov)
show("multivariate", normal, pair)
print(normal.scale_tril, normal.precision_matrix, normal.expand((3,)).sample().shape)
print(D.MultivariateNormal(torch.zeros(3, 2), precision_matrix=cov).log_prob(torch.ones(4, 3, 2)))
print(D.MultivariateNormal(torch.zeros(2), scale_tril=torch.eye(2).repeat(3, 1, 1)).rsample().shape)
mixture = D.MixtureSameFamily(D.Categorical(torch.tensor([0.3, 0.7])), D.Normal(torch.tensor([-1.0, 2.0]), torch.tensor([0.5, 1.0])))
print(mixture, mixture.sample((3,)), mixture.log_prob(torch.tensor([0.0, 1.0])), mixture.mean, mixture.variance)
print(mixture.cdf(torch.tensor(0.5)))
vectors = D.MixtureSameFamily(D.Categorical(torch.ones(3)), D.Independent(D.Normal(torch.randn(3, 2), torch.ones(3, 2)), 1))
print(vectors.sample((4,)), vectors.log_prob(torch.zeros(5, 2)), vectors.mean, vectors.variance)

# functions of what is drawn
tanh = D.TransformedDistribution(D.Normal(torch.zeros(3), torch.ones(3)), [D.AffineTransform(1.0, 2.0), D.TanhTransform(cache_size=1)])
action = tanh.rsample()
print(tanh, action, tanh.log_prob(action), tanh.cdf(torch.tensor([0.1, 0.2, -0.5])))
print(tanh.icdf(torch.tensor([0.1, 0.2, 0.5])))
logistic = D.TransformedDistribution(D.Uniform(0.0, 1.0), [D.SigmoidTransform().inv, D.AffineTransform(loc=2.0, scale=-0.5)])
print(logistic.log_prob(torch.tensor(1.7)), logistic.cdf(torch.tensor(1.7)), logistic.sample((2,)), logistic.transforms)
whole = D.TransformedDistribution(D.Independent(D.Normal(torch.zeros(2, 3), 1.0), 1), [D.ExpTransform(), D.AffineTransform(0.0, torch.ones(3))])
print(whole.batch_shape, whole.event_shape, whole.log_prob(torch.full((2, 3), 0.5)), whole.expand((4, 2)).sample().shape)
both = D.ComposeTransform([D.SoftplusTransform(), D.AffineTransform(1.0, torch.tensor([2.0, 3.0]), event_dim=1)])
x = torch.tensor([[0.5, -0.5]])
print(both, both(x), both.inv(both(x)), both.log_abs_det_jacobian(x, both(x)), both.inv.inv is both)

# gradients through what is drawn, and through log_prob
loc, factor = torch.zeros(2, requires_grad=True), torch.eye(2, requires_grad=True)
(D.MultivariateNormal(loc, scale_tril=factor).rsample((5,)).pow(2).sum() + D.StudentT(3.0, loc).log_prob(pair).sum()).backward()
print(loc.grad, factor.grad)
a, b = torch.tensor([2.0, 3.0], requires_grad=True), torch.tensor([1.5, 0.5], requires_grad=True)
(D.Beta(a, b).log_prob(torch.tensor([0.3, 0.6])) + D.Gamma(a, b).log_prob(pair) + D.Poisson(a).log_prob(torch.tensor([1.0, 2.0]))).sum().backward()
print(a.grad, b.grad, D.Gamma(a, b).sample().requires_grad)
for p, q in ((D.Gamma(2.0, 1.0), D.Gamma(3.0, 2.0)), (D.Beta(2.0, 2.0), D.Beta(3.0, 1.0)), (normal, D.MultivariateNormal(torch.zeros(2), torch.eye(2))),
             (D.Dirichlet(torch.ones(3)), D.Dirichlet(torch.tensor([1.0, 2.0, 3.0]))), (D.Poisson(2.0), D.Poisson(3.0))):
    print("kl", D.kl_divergence(p, q))
for wrong in (lambda: D.Gamma(-1.0, 1.0), lambda: D.Chi2(torch.tensor(-1.0)), lambda: D.HalfNormal(-1.0), lambda: D.MultivariateNormal(torch.zeros(2), -torch.eye(2)),
              lambda: D.MultivariateNormal(torch.zeros(2)), lambda: D.TransformedDistribution(D.Normal(0.0, 1.0), [1]),
              lambda: D.MixtureSameFamily(D.Categorical(torch.ones(2)), D.Normal(torch.zeros(3), 1.0)), lambda: D.Dirichlet(torch.tensor(1.0)),
              lambda: D.Poisson(2.0).log_prob(torch.tensor(0.5)), lambda: D.Beta(1.0, 1.0).log_prob(torch.tensor(2.0)),
              lambda: mixture.log_prob(torch.tensor(float("nan"))), lambda: D.Multinomial(2, torch.ones(2)).log_prob(torch.tensor([2.0, 1.0]))):
    try:
        wrong()
    except (ValueError, RuntimeError) as error:
        print(type(error).__name__, error)
