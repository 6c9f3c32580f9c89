"""A character transformer: 4 layers, 4 heads, 128 wide, a context of 64, trained on some of Shakespeare's sonnets.

    agc run char_gpt.py                                    trains, and writes some lines of its own
    agc --shared char_gpt.py -o char_gpt.so                compiles train_step and next_logits
    python3 char_gpt.py --library=char_gpt.so              the same training, by what was compiled
    python3 char_gpt.py                                    under PyTorch

With a number it prints that many losses, one for each step; --steps=N trains longer or shorter than 300 steps. The text,
sonnets.txt, is by William Shakespeare (1609) and in the public domain.
"""
import math
import pathlib
import sys
import time

try:
    import torch
except ImportError:  # python3, for the library
    import agc as torch
    sys.modules["torch"] = torch
    sys.modules["torch.nn"], sys.modules["torch.nn.functional"] = torch.nn, torch.nn.functional
import torch.nn as nn
import torch.nn.functional as F

try:
    import agc
except ImportError:  # under PyTorch
    agc = None

LAYERS, HEADS, WIDTH, BLOCK, BATCH = 4, 4, 128, 64, 8

text = (pathlib.Path(__file__).resolve().parent / "sonnets.txt").read_text()
characters = sorted(set(text))
data = torch.tensor([characters.index(c) for c in text])


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.proj = nn.Linear(WIDTH, WIDTH)
        self.register_buffer("mask", torch.tril(torch.ones(BLOCK, BLOCK)).view(1, 1, BLOCK, BLOCK), persistent=False)

    def forward(self, x):
        B, T, C = x.shape
        q, k, v = self.qkv(x).split(C, dim=2)
        q = q.view(B, T, HEADS, C // HEADS).transpose(1, 2)
        k = k.view(B, T, HEADS, C // HEADS).transpose(1, 2)
        v = v.view(B, T, HEADS, C // HEADS).transpose(1, 2)
        scores = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
        scores = scores.masked_fill(self.mask[:, :, :T, :T] == 0, float("-inf"))
        y = F.softmax(scores, dim=-1) @ v
        return self.proj(y.transpose(1, 2).contiguous().view(B, T, C))


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln1, self.attention = nn.LayerNorm(WIDTH), Attention()
        self.ln2 = nn.LayerNorm(WIDTH)
        self.mlp = nn.Sequential(nn.Linear(WIDTH, 4 * WIDTH), nn.GELU(), nn.Linear(4 * WIDTH, WIDTH))

    def forward(self, x):
        x = x + self.attention(self.ln1(x))
        return x + self.mlp(self.ln2(x))


class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(len(characters), WIDTH)
        self.positions = nn.Embedding(BLOCK, WIDTH)
        self.layers = nn.Sequential(*[Layer() for _ in range(LAYERS)])
        self.ln = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, len(characters))

    def forward(self, index):
        B, T = index.shape
        x = self.tokens(index) + self.positions(torch.arange(T))
        return self.head(self.ln(self.layers(x)))


torch.manual_seed(0)
model = GPT()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)


def train_step(x, y):
    logits = model(x)
    loss = F.cross_entropy(logits.view(-1, len(characters)), y.view(-1))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


@torch.no_grad()
def next_logits(x):
    """What follows a context, of each character."""
    return model(x)[0, -1]


if agc:
    agc.export(train_step, x=agc.i64[BATCH, BLOCK], y=agc.i64[BATCH, BLOCK])
    agc.export(next_logits, x=agc.i64[1, BLOCK])


def batch():
    index = torch.randint(len(data) - BLOCK, (BATCH, 1)) + torch.arange(BLOCK)
    return data[index], data[index + 1]


def sample(count, next_logits):
    context = data[:BLOCK].tolist()
    for _ in range(count):
        logits = next_logits(torch.tensor([context[-BLOCK:]]))
        context.append(torch.multinomial(F.softmax(logits / 0.8, dim=-1), 1).item())
    return "".join(characters[i] for i in context[BLOCK:])


def main(library=None, losses=0, steps=300):
    step_of, logits_of = train_step, next_logits
    if library:
        compiled = agc.load(library)
        step_of, logits_of = compiled.train_step, compiled.next_logits
    torch.manual_seed(1)
    start = time.perf_counter()
    for step in range(1, (losses or steps) + 1):
        loss = step_of(*batch())
        if losses:
            print(f"{loss.item():.9g}", flush=True)
        elif step % 10 == 0:
            seconds = (time.perf_counter() - start) / step
            print(f"\rstep {step:4} of {steps}  loss {loss.item():.4f}  {1e3 * seconds:.1f} ms a step", end="", flush=True)
    if not losses:
        print("\n" + sample(300, logits_of))


if __name__ == "__main__":
    options = dict(word[2:].split("=") for word in sys.argv[1:] if word.startswith("--"))
    numbers = [int(word) for word in sys.argv[1:] if not word.startswith("--")]
    main(options.get("library"), numbers[0] if numbers else 0, int(options.get("steps", 300)))
