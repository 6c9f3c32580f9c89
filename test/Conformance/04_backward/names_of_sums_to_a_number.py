"""What a number that was broadcast gets is one sum of all, in a gradient's own graph."""
import torch

number = torch.tensor(0.3, requires_grad=True)
row = torch.tensor([0.2, -0.4, 0.7], requires_grad=True)
for name, function in {
        "mul": lambda: row * number, "add": lambda: row + number, "div": lambda: row / number, "pow": lambda: row.abs() ** number,
        "sub": lambda: number - row, "twice": lambda: row * number * number, "where": lambda: torch.where(row > 0, number, row),
        "addcmul": lambda: row.addcmul(number, row), "lerp": lambda: torch.lerp(row, number, 0.3), "maximum": lambda: torch.maximum(row, number),
        "expand": lambda: number.expand(2, 3), "view": lambda: number.view(1), "unsqueeze": lambda: number[None],
        "reshape": lambda: number.reshape(1, 1), "repeat": lambda: number.repeat(3), "stack": lambda: torch.stack([number, number]),
        "a row to two": lambda: row.expand(2, 3), "a row times two": lambda: torch.ones(2, 3) * row}.items():
    result = function()
    found, = torch.autograd.grad(result.sin().sum(), number if not name.startswith("a row") else row, create_graph=True)
    print(name, found.grad_fn.name())
