"""torch.optim: updates of parameters by their gradients, in the operations and the order of PyTorch's single-tensor
implementations."""
from agc._missing import missing
from agc.optim import lr_scheduler, swa_utils  # noqa: F401
from agc.optim._moments import Adamax, NAdam, RAdam  # noqa: F401
from agc.optim.adadelta import Adadelta  # noqa: F401
from agc.optim.adagrad import Adagrad  # noqa: F401
from agc.optim.adam import Adam, AdamW  # noqa: F401
from agc.optim.asgd import ASGD  # noqa: F401
from agc.optim.lbfgs import LBFGS  # noqa: F401
from agc.optim.optimizer import Optimizer  # noqa: F401
from agc.optim.rmsprop import RMSprop  # noqa: F401
from agc.optim.rprop import Rprop  # noqa: F401
from agc.optim.sgd import SGD  # noqa: F401


def __getattr__(name):
    raise missing("torch.optim", name, globals())
