# A program that asks for versions, devices, backends and modes as training scripts do, and goes on without what is not there
import warnings

import torch
import torch.backends.cudnn as cudnn
from torch.cuda.amp import GradScaler, autocast
from torch.utils.dlpack import from_dlpack, to_dlpack

warnings.simplefilter("ignore")


def told(function, *args):
    try:
        function(*args)
    except Exception as error:
        print(type(error).__name__, str(error).split("\n")[0])


print(torch.__version__ >= "2", torch.__version__ >= "2.6", torch.__version__ < (2, 14))
print(int(torch.__version__.split(".")[0]), torch.__version__ > "2.13.0", torch.__version__ == "2.13.0", torch.version.cuda)
device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
cudnn.benchmark, cudnn.deterministic = False, True
torch.backends.cuda.matmul.allow_tf32 = True
print(device, cudnn.version(), torch.backends.cudnn.enabled)

torch.set_float32_matmul_precision("high")
torch.use_deterministic_algorithms(True)
print(torch.get_float32_matmul_precision(), torch.are_deterministic_algorithms_enabled(), torch.get_deterministic_debug_mode())
torch.set_deterministic_debug_mode("warn")
print(torch.get_deterministic_debug_mode(), torch.is_deterministic_algorithms_warn_only_enabled())
told(torch.set_deterministic_debug_mode, "loud")
told(torch.set_deterministic_debug_mode, 7)
told(torch.set_num_threads, 0)

scaler = GradScaler(enabled=device == "cuda")
model = torch.nn.Linear(2, 1)
torch.nn.init.constant_(model.weight, 0.5)
torch.nn.init.zeros_(model.bias)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(2):
    optimizer.zero_grad()
    with torch.autocast(device, enabled=False), autocast(), torch.amp.autocast("cuda"):
        loss = model(torch.ones(3, 2)).pow(2).mean()
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    scaler.step(optimizer)
    scaler.update()
    print(f"{loss.item():.4f}", loss.dtype, scaler.get_scale(), scaler.state_dict())
print(torch.is_autocast_enabled(), torch.jit.is_scripting(), torch.compiler.is_compiling())


@torch.jit.ignore
def added(x):
    return x + 1


@torch.compiler.disable
def doubled(x):
    return 2 * x


@torch.compile
def both(x):
    return torch.sin(doubled(added(x)))


print(both(torch.arange(3.0)[torch.newaxis]))
print(from_dlpack(to_dlpack(torch.arange(3))))
torch.set_default_tensor_type(torch.DoubleTensor)
print(torch.ones(1).dtype)
torch.set_default_tensor_type("torch.FloatTensor")
print(torch.ones(1).dtype)
told(torch.set_default_tensor_type, torch.LongTensor)
