# Hooks lie at the node that a tensor had; in-place ops take a retained gradient along, and leave hooks.
import torch

log = []


def hook(name, factor=None):
    def call(gradient):
        log.append((name, gradient.tolist()))
        return None if factor is None else gradient * factor
    return call


def run(name, before, after, use=lambda x, y: y):
    log.clear()
    x = torch.ones(2, requires_grad=True)
    y = x * 2
    before(y)
    y.mul_(3)
    after(y)
    use(x, y).sum().backward()
    print(name, log, y.grad if y.retains_grad else None, x.grad)


def nothing(y):
    pass


run("retained, written", lambda y: y.retain_grad(), nothing)
run("hooked, written, retained", lambda y: y.register_hook(hook("h", 5)), lambda y: y.retain_grad())
run("both, written", lambda y: (y.retain_grad(), y.register_hook(hook("h", 5))), nothing)
run("written, both", nothing, lambda y: (y.register_hook(hook("h", 5)), y.retain_grad()))
run("hooked, written, hooked", lambda y: y.register_hook(hook("a", 5)), lambda y: y.register_hook(hook("b", 7)))
run("a view is written", lambda y: y.register_hook(hook("a", 5)), lambda y: y[0:1].mul_(2))
run("beside another way", lambda y: y.register_hook(hook("a", 5)), nothing, lambda x, y: y * x)

x = torch.ones(2, requires_grad=True)
y = x * 2
z = x * 3
y.register_hook(hook("y", 2))
x.register_hook(hook("x", 3))
z.register_hook(hook("z"))
log.clear()
print(torch.autograd.grad((y * z).sum(), [y, x]), log)

x = torch.ones(2, requires_grad=True)
y = x * 3
y.grad_fn.register_prehook(lambda gs: log.append("pre") or (gs[0] * 2,))
y.grad_fn.next_functions[0][0].register_hook(lambda gi, go: log.append((gi, go[0].tolist())))
y.register_hook(hook("y", 10))
x.register_post_accumulate_grad_hook(lambda t: log.append(t.grad.tolist()))
log.clear()
y.sum().backward()
print(log, x.grad)

y = x * 2
z = y * 3
edges = [torch.autograd.graph.get_gradient_edge(t) for t in (y, z)]
y.mul_(2)
print(torch.autograd.grad(edges[1], [edges[0]], grad_outputs=torch.ones(2)), edges[0].output_nr, edges[0].node.name())
y.register_hook(lambda g: g[:1])
y.sum().backward()
