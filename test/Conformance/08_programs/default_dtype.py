# The default dtype decides about plain floats, about integers that become floats, and about what is made without a dtype.
import torch

made = lambda: [torch.tensor(1.5), torch.tensor([1, 2.5]), torch.tensor(1j), torch.zeros(2), torch.ones(2), torch.full((2,), 0.1),
                torch.empty(0), torch.arange(0, 1, 0.25), torch.linspace(0, 1, 3), torch.eye(2), torch.rand(2), torch.randn(2),
                torch.tensor([]), torch.full((2,), 3), torch.arange(3)]
ints = torch.tensor([1, 2, 3])
flags = torch.tensor([True, False])
half = torch.tensor([1.0, 2.0], dtype=torch.float16)
single = torch.tensor([0.1, 0.2], dtype=torch.float32)


def promoted():
    return [ints / 2, ints / ints, ints * 1.5, ints + 1j, ints.sqrt(), torch.exp(ints), torch.sigmoid(flags), ints ** 0.5,
            torch.where(flags, 1.0, 0.0), torch.where(flags, single, 0.5), half + 1.5, single * 2.5, single + ints[0],
            torch.add(ints, 1, alpha=1), ints.cumsum(0), torch.atan2(ints, ints), torch.tensor(1) * 0.5,
            flags.float(), torch.true_divide(ints, 3), torch.mean(single), torch.tensor(2.0) * single]


for kind in (torch.float32, torch.float64):
    torch.set_default_dtype(kind)
    torch.manual_seed(3)
    print(torch.get_default_dtype())
    for t in made():
        print(t)
    for t in promoted():
        print(t.dtype, t)
    print(torch.result_type(ints, 1.5), torch.result_type(ints, 1j), torch.tensor([2.0, 3.0]).is_complex())

torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.LayerNorm(4), torch.nn.Linear(4, 1))
print([p.dtype for p in model.parameters()], model[0].weight)
optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
x, y = torch.rand(8, 3), torch.rand(8, 1)
for _ in range(3):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
    print(loss)
w = torch.rand(3, requires_grad=True)
print(torch.autograd.gradcheck(lambda v: (v.sin() * ints).sum(), w))
y = (w * ints / 3).sum()
y.backward()
print(y, w.grad)
torch.set_default_dtype(torch.float32)
print(torch.tensor(0.5) * ints, w.grad, torch.tensor([1.5]))
for wrong in (torch.int64, torch.complex64, "float64"):
    try:
        torch.set_default_dtype(wrong)
    except TypeError as error:
        print("TypeError", error)
