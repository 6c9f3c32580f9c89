import torch

for name in ("logical_and_", "logical_or_", "logical_xor_", "logical_not_"):
    args = () if name == "logical_not_" else (torch.tensor([1.0, 0.0, 1.0]),)
    leaf = torch.tensor([1.0, 0.0, 2.0], requires_grad=True)
    getattr(leaf, name)(*args)
    made = torch.tensor([1.0, 0.0, 2.0], requires_grad=True) + 0
    getattr(made, name)(*args)
    print(name, leaf, leaf._version, made, made._version, made.grad_fn.name())
for name in ("eq_", "ne_", "lt_", "le_", "gt_", "ge_", "less_equal_"):
    for other in (1.0, torch.tensor([1.0, 0.0, 1.0])):
        leaf = torch.tensor([1.0, 0.0, 2.0], requires_grad=True)
        made = leaf + 0
        getattr(made, name)(other)
        made.sum().backward()
        print(name, made, made.grad_fn.name(), leaf.grad)
        try:
            getattr(leaf, name)(other)
        except RuntimeError as error:
            print(error)
