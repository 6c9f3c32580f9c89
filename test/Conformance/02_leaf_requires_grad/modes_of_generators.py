import torch, warnings
G = torch.is_grad_enabled
def show(made):
    said = []
    for value in made:
        said.append((value, G()))
    print(said, G())
@torch.no_grad()
def plain():
    try:
        got = yield G()
        print("sent", got, G())
        try:
            yield G()
        except ValueError as e:
            print("thrown", e, G())
        with torch.enable_grad():
            yield G()
        yield G()
    finally:
        print("closed", G())
    return 7
g = plain(); print(next(g), G(), g.send(5), G(), g.throw(ValueError("mine")), G(), next(g), G())
try: next(g)
except StopIteration as e: print("returned", e.value, G())
g = plain(); next(g); g.close(); print(G())
@torch.enable_grad()
def enabled():
    yield (torch.ones(1, requires_grad=True) * 2).requires_grad
with torch.no_grad(): show(enabled())
@torch.set_grad_enabled(False)
def disabled():
    yield G(); yield G()
show(disabled())
@torch.inference_mode()
def inference():
    yield G(), torch.is_inference_mode_enabled()
    yield torch.ones(1).is_inference()
show(inference()); print(torch.is_inference_mode_enabled())
def outer():
    r = yield from plain()
    print("r", r)
show(outer())
@torch.no_grad()
def bad():
    yield G()
    raise KeyError("inside")
try: show(bad())
except KeyError as e: print("KeyError", e, G())
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    @torch.no_grad()
    class K:
        def __init__(self): self.g = G()
        def m(self): return G()
print([(w.category.__name__, str(w.message)) for w in said], K().g, K().m(), isinstance(K, type), hasattr(K,'__name__') )
