"""torch.nn's modules."""
from agc.nn.modules.activation import *  # noqa: F401,F403
from agc.nn.modules.batchnorm import *  # noqa: F401,F403
from agc.nn.modules.cells import GRUCell, LSTMCell, RNNCell, RNNCellBase  # noqa: F401
from agc.nn.modules.container import ModuleDict, ModuleList, ParameterDict, ParameterList, Sequential  # noqa: F401
from agc.nn.modules.conv import *  # noqa: F401,F403
from agc.nn.modules.distance import CosineSimilarity, PairwiseDistance  # noqa: F401
from agc.nn.modules.dropout import AlphaDropout, Dropout, Dropout1d, Dropout2d, Dropout3d  # noqa: F401
from agc.nn.modules.flatten import Flatten, Fold, Unflatten, Unfold  # noqa: F401
from agc.nn.modules.instancenorm import *  # noqa: F401,F403
from agc.nn.modules.linear import Bilinear, Identity, Linear  # noqa: F401
from agc.nn.modules.loss import *  # noqa: F401,F403
from agc.nn.modules.module import Module  # noqa: F401
from agc.nn.modules.normalization import *  # noqa: F401,F403
from agc.nn.modules.padding import *  # noqa: F401,F403
from agc.nn.modules.pixelshuffle import ChannelShuffle, PixelShuffle, PixelUnshuffle  # noqa: F401
from agc.nn.modules.pooling import *  # noqa: F401,F403
from agc.nn.modules.sparse import Embedding, EmbeddingBag  # noqa: F401
from agc.nn.modules.upsampling import Upsample, UpsamplingBilinear2d, UpsamplingNearest2d  # noqa: F401
from agc.nn.modules.attention import MultiheadAttention  # noqa: F401
from agc.nn.modules.rnn import GRU, LSTM, RNN, RNNBase  # noqa: F401
from agc.nn.modules.transformer import (Transformer, TransformerDecoder, TransformerDecoderLayer,  # noqa: F401
                                        TransformerEncoder, TransformerEncoderLayer)  # noqa: F401
