import torch

x, row, at = torch.arange(12.0).reshape(3, 4), torch.arange(4.0), torch.tensor([0, 2])
mask = x > 3
for requires in (False, True):
    x.requires_grad_(requires)
    made = {
        "index_fill": x.index_fill(0, at, 1.0), "index_fill by a tensor": x.index_fill(0, at, torch.tensor(1.0)),
        "index_copy": x.index_copy(0, at, torch.ones(2, 4)), "index_put": x.index_put((at,), row),
        "select_scatter": x.select_scatter(row, 0, 1), "slice_scatter": x.slice_scatter(torch.ones(2, 4), 0, 1),
        "diagonal_scatter": x.diagonal_scatter(torch.ones(3)), "diag_embed": x.diag_embed(), "diag": x[0].diag(),
        "masked_scatter": x.masked_scatter(mask, torch.ones(12)), "masked_fill": x.masked_fill(mask, 2),
        "put": x.put(at, torch.ones(2)), "fill": torch.fill(x, 3), "fill by a tensor": torch.fill(x, torch.tensor(3.0)),
        "one_hot": torch.nn.functional.one_hot(at, 5),
    }
    for name, result in made.items():
        print(name, result._version, result._base is None, result.grad_fn and result.grad_fn.name())

filled = x.index_fill(0, at, 2.0)
filled.mul_(2)
print(filled._version)
product = filled * filled
filled.add_(1)
try:
    product.sum().backward()
except RuntimeError as error:
    print(error)
