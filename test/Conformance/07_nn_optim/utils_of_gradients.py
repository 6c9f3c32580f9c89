# torch.nn.utils: clipping, and parameters as one vector
import torch
from torch.nn import utils

g = [torch.ones(2, requires_grad=True), torch.ones(3, requires_grad=True)]
(g[0].sum() * 3 + g[1].sum() * 4).backward()
print(utils.clip_grad_norm_(g, 2.0), g[0].grad, g[1].grad)
print(utils.get_total_norm([p.grad for p in g]), utils.clip_grad_norm_(g, 0.1, norm_type="inf"), g[1].grad)
utils.clip_grad_value_(g, 0.05)
print(g[0].grad, utils.clip_grad_norm_([], 1.0))
v = utils.parameters_to_vector(g)
utils.vector_to_parameters(v * 2, g)
print(v, g)
g[0].grad[0] = float("inf")
try:
    utils.clip_grad_norm_(g, 1.0, error_if_nonfinite=True)
except RuntimeError as error:
    print(error)
