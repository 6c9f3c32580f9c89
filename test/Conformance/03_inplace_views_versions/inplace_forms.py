# In-place forms of functions that have no kernel of their own here: values, nodes, and what they refuse
import torch

for name, arguments in (("acosh", ()), ("logical_not", ()), ("sinc", ()), ("eq", (2.0,)), ("xlogy", (2.0,)), ("square", ()),
                        ("logit", (0.1,)), ("float_power", (2,)), ("lgamma", ()), ("nan_to_num", (0.5,)), ("rad2deg", ())):
    x = torch.tensor([1.5, 2.0, 0.0, float("nan")])
    y = getattr(x, name + "_")(*arguments) if name != "float_power" else getattr(x.double(), name + "_")(*arguments)
    print(name, y, x._version)
w = torch.tensor([1.5, 2.0], requires_grad=True)
y = (w * 1).sinc_()
print(y)
y.sum().backward()
print(w.grad)
for bad in (lambda: w.acosh_(), lambda: torch.tensor([1, 2]).acosh_(), lambda: torch.ones(2).eq_(torch.ones(3, 2))):
    try:
        bad()
    except RuntimeError as e:
        print("RuntimeError", e)
