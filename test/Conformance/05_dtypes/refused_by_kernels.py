# A kernel that a dtype lacks is named as PyTorch names it, after what is found before it: shapes, and what a tensor can hold
import torch
import torch.nn.functional as F

x, i, b, c = torch.ones(2, 4), torch.ones(2, 4, dtype=torch.int64), torch.ones(2, 4, dtype=torch.bool), torch.ones(2, 4) * 1j
image, four = torch.ones(1, 4, 6, 6), torch.ones(4)
whole, kernel = image.long(), torch.ones(2, 4, 3, 3)
calls = {
    "layer_norm": lambda: F.layer_norm(i, (4,)), "layer_norm of two": lambda: F.layer_norm(x.double(), (4,), four),
    "layer_norm with a bias": lambda: F.layer_norm(x, (4,), four, four.double()), "rms_norm": lambda: F.rms_norm(i, (4,)),
    "batch_norm": lambda: F.batch_norm(whole, four, four), "group_norm": lambda: F.group_norm(whole, 2),
    "batch_norm of two": lambda: F.batch_norm(image.double(), four, four),
    "softmax": lambda: F.softmax(i, 1), "softmax of rows": lambda: F.softmax(i, 0), "log_softmax": lambda: i.log_softmax(0),
    "cross_entropy": lambda: F.cross_entropy(i, i[:, 0]), "nll_loss": lambda: F.nll_loss(i, i[:, 0]),
    "l1_loss": lambda: F.l1_loss(i, i), "kl_div": lambda: F.kl_div(c, c, reduction="sum"),
    "with_logits": lambda: F.binary_cross_entropy_with_logits(i, x), "normalize": lambda: F.normalize(i),
    "multi_margin_loss": lambda: F.multi_margin_loss(x.half(), i[:, 0]), "dropout": lambda: F.dropout(i),
    "cosine_similarity": lambda: F.cosine_similarity(i, i), "cdist": lambda: torch.cdist(i, x), "pdist": lambda: F.pdist(i),
    "interpolate": lambda: F.interpolate(whole, scale_factor=2), "bicubic": lambda: F.interpolate(whole, (9, 9), mode="bicubic"),
    "large": lambda: F.interpolate(whole, (90, 90), mode="bilinear"), "linear mode": lambda: F.interpolate(i[None], 9, mode="linear"),
    "grid_sample": lambda: F.grid_sample(whole, torch.zeros(1, 2, 2, 2, dtype=torch.int64)),
    "grid_sample of two": lambda: F.grid_sample(image, torch.zeros(1, 2, 2, 2).double()),
    "conv2d": lambda: F.conv2d(image.double(), kernel), "conv2d with a bias": lambda: F.conv2d(image.double(), kernel, four[:2]),
    "dilated": lambda: F.conv2d(image.int(), kernel.int(), dilation=2),
    "transposed": lambda: F.conv_transpose2d(image.int(), kernel.int().transpose(0, 1)),
    "max_pool1d": lambda: F.max_pool1d(i, 2), "avg_pool2d": lambda: F.avg_pool2d(image.int(), 2),
    "unfold": lambda: F.unfold(whole, 2), "pad": lambda: F.pad(b, (1, 1), "reflect"),
    "bilinear": lambda: F.bilinear(x, x.double(), torch.ones(3, 4, 4)), "meshgrid": lambda: torch.meshgrid(x[0], i[0], indexing="ij"),
    "attention": lambda: F.scaled_dot_product_attention(x, x, x.double()),
    "linear": lambda: F.linear(i, torch.ones(3, 4), torch.ones(3)), "linear of a row": lambda: F.linear(i[0], torch.ones(3, 4), torch.ones(3)),
    "addmm": lambda: torch.addmm(x[:, :2], x.double(), x.T), "addmm to": lambda: torch.addmm(x[:, :2].double(), x, x.T),
    "mm": lambda: b @ b.T, "mv": lambda: b @ b[0], "vecdot": lambda: torch.linalg.vecdot(x, x.double()),
    "bernoulli": lambda: torch.bernoulli(i), "exponential_": lambda: i.clone().exponential_(), "multinomial": lambda: i.multinomial(1),
    "lgamma": lambda: c.lgamma(), "digamma": lambda: c.digamma(), "i0": lambda: c.i0(), "round": lambda: i.round(decimals=0),
    "kthvalue": lambda: b.kthvalue(1), "topk": lambda: b.topk(1), "aminmax": lambda: c.aminmax(dim=0), "sort": lambda: c[0, 0].sort(),
    "clamp_min": lambda: c.clamp_min(x), "heaviside": lambda: c.heaviside(c), "abs_": lambda: c.clone().abs_(),
    "bitwise_and_": lambda: i.clone().bitwise_and_(x), "to more": lambda: i[:, :1].clone().bitwise_and_(x),
    "floor_divide_": lambda: x[:, :1].clone().floor_divide_(c), "by zero": lambda: i[:, :1].clone().floor_divide_(i * 0),
    "gcd_": lambda: i[:, :1].clone().gcd_(x), "round_": lambda: i.clone().round_(decimals=2),
    "float_power_": lambda: x.clone().float_power_(2), "index_copy": lambda: x.index_copy(0, i[0, :2], x.double()),
    "index_reduce": lambda: x.index_reduce(0, i[0, :2], x.double(), "prod"), "tensordot": lambda: torch.tensordot(x, x.T.double(), 1),
    "index_fill": lambda: x.index_fill(0, i[0], 1j), "tensor_split": lambda: x.tensor_split(torch.tensor([1], dtype=torch.int32)),
    "adaptive_avg_pool2d": lambda: F.adaptive_avg_pool2d(torch.ones(1, 2, 4, 4, dtype=torch.int8), (None, 2)),
    "conv_transpose2d": lambda: F.conv_transpose2d(torch.ones(1, 4, 5, 5, dtype=torch.int32), torch.ones(4, 4, 3, 3)),
}
for name, call in calls.items():
    try:
        print(name, "gives", call())
    except (RuntimeError, NotImplementedError, TypeError) as error:
        print(name)
        print(f"{type(error).__name__}: {error}")
