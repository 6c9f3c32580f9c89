# What PyTorch's parser of arguments says of those that do not fit, with its list of forms and why each of them does not
import torch
import torch.nn.functional as F

x, i, image, kernel = torch.ones(2, 3), torch.tensor([0, 1]), torch.ones(1, 1, 5, 5), torch.ones(1, 1, 2, 2)
calls = [
    lambda: torch.add(x, "a"), lambda: torch.add(x, None), lambda: x.add([1.0]), lambda: torch.div(x, [1]),
    lambda: x.div(object(), rounding_mode="floor"), lambda: x.pow("a"), lambda: x.pow_(x, 3), lambda: torch.pow(x),
    lambda: x.lt_(None), lambda: x.xlogy([1]), lambda: x.bitwise_and("a"), lambda: torch.bitwise_and(x, [1]),
    lambda: torch.sum(x, "a"), lambda: x.sum(1, 2, 3, 4), lambda: x.mean(dim=1.5), lambda: x.all(keepdim=None, dim=1),
    lambda: torch.max(x, 1.5), lambda: x.min([0, 1], True), lambda: torch.narrow(x, 0, [0], 1), lambda: x.clamp("a"),
    lambda: torch.cumsum(x, None), lambda: x.cumsum("a"), lambda: torch.cumsum(x, [0, 1]), lambda: x.softmax(x),
    lambda: torch.gather(x, 0, 1.5), lambda: x.index_add(x, i, x), lambda: torch.index_select(1.5, 0, i),
    lambda: torch.index_add(1.5, 0, i, x), lambda: torch.mm(x, 2.5), lambda: torch.mm(x, None), lambda: x.mm(x, bogus=1),
    lambda: torch.addcmul(x, x, x, value=x), lambda: torch.roll(x, 1.5), lambda: x.diag("a"),
    lambda: x.tril(None), lambda: x.transpose(None, 1), lambda: x.topk(None), lambda: x.chunk(None),
    lambda: F.conv2d(image, kernel, stride=1.5), lambda: F.conv2d(image, kernel, groups=1.5), lambda: F.avg_pool2d(image, 1.5),
    lambda: F.conv_transpose2d(image, kernel, dilation="a"), lambda: F.linear(x, None), lambda: torch.quantile(x, 0.5, bogus=1),
    lambda: torch.zeros("a"), lambda: torch.full((2,), "a"), lambda: torch.where(x),
    lambda: torch.true_divide("a", x), lambda: torch.isin(x), lambda: torch.randint("a"), lambda: x.masked_fill(x, "a"),
    lambda: torch.scatter_reduce(x, 0, i[None], x, "sum", include_self=x), lambda: torch.logsumexp(x, 0, keepdim=x),
    lambda: x.max("a"), lambda: x.var(dim=0, unbiased=x, keepdim=True), lambda: x.std(bogus=1), lambda: torch.addmm(x, x, x, 1, 2),
    lambda: x.addbmm_(x, x, 1, alpha=2, beta=1), lambda: torch.addr(x, x, x, 1, 2, 3, 4), lambda: x.squeeze((1.5,)),
    lambda: x.expand(2, 1.5), lambda: x.view(2, "a"), lambda: x.permute((0, 1), 2), lambda: x.permute(dims=(0, 1.5)),
    lambda: x.movedim((0, 1), 0), lambda: torch.stack([x, 1]), lambda: torch.stack(x), lambda: torch.zeros(2, 1.5),
    lambda: x.sort(x, True), lambda: torch.split_with_sizes(x, [1, "a"]), lambda: torch.gather(x, 0, index=None),
    lambda: torch.gather(x, 0, dim=1), lambda: torch.Tensor.cumsum(3.5, 0), lambda: torch.Tensor.cumsum(), lambda: x.det(1),
    lambda: torch.linalg.norm(x, ord=x), lambda: torch.linalg.cholesky([x]), lambda: torch.special.xlogy("a", x),
    lambda: torch.sum(x, 0, 1), lambda: x.sum(0, keepdim=None), lambda: torch.sort(x, 0, 1), lambda: x.median(0, keepdim="a"),
    lambda: torch.topk(x, 1, 0, 1), lambda: x.logsumexp(0, 1), lambda: torch.bucketize(x, x[0], right=1), lambda: x.max(0, 1),
    lambda: x.scatter_reduce(0, i[None], x, "sum", include_self=None), lambda: torch.isclose(x, x, equal_nan=1),
    lambda: F.layer_norm(x, (3,), eps="a"), lambda: F.batch_norm(x, x[0], x[0], weight=3), lambda: F.max_pool2d(image, 1.5),
    lambda: F.instance_norm(image, x, [1]), lambda: F.embedding(i, 3),
    lambda: x.flip(0, None), lambda: x.any(keepdim=None, dim=1), lambda: torch.floor_divide(x, object()),
    lambda: x.scatter(0, i[None], x, reduce=1), lambda: F.hardshrink(x, "a"), lambda: F.one_hot(i, "a"), lambda: F.linear(x),
]
for number, call in enumerate(calls):
    try:
        print(number, "gives", call())
    except (TypeError, RuntimeError, ValueError, IndexError) as error:
        print(number, f"{type(error).__name__}: {error}")
