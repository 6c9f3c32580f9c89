"""Random numbers in a function that is traced to be compiled: the generator's state is state of the model, and what is
drawn are ops on it, so that a call gives the bits that the same draws give in a program that runs."""
import math
import struct

from agc import _agc, _dtype

_WORDS, _AHEAD = 624, 397
_MOST = 100  # how often the words may be made anew in one draw: each time is a part of the code


engines = {}  #: by the number of the state tensor


class Engine:
    """What draws from a generator's state tensor: 624 words, and how many of them have been drawn."""

    def __init__(self, engine):
        self._engine = engine
        with _agc.Outside():
            self.state = _agc.from_bytes(self._packed(), _dtype.int64._number, [_WORDS + 1], False)
            engines[_agc.object_id(self.state)] = self

    def _packed(self):
        _, left, _, read, *rest = struct.unpack_from(f"<QiiQ{_WORDS}Q", self._engine.get_state())
        return struct.pack(f"<{_WORDS + 1}q", *rest, _WORDS if left == 1 else read)

    def take(self):
        """Brings the tensor to where the program's generator is."""
        self.state.copy_(_agc.from_bytes(self._packed(), _dtype.int64._number, [_WORDS + 1], False))

    def give(self):
        """Brings the program's generator to where the tensor is."""
        *words, read = self.state.tolist()
        held = self._engine.get_state()
        seed, _, seeded = struct.unpack_from("<Qii", held)
        made = struct.pack(f"<QiiQ{_WORDS}Q", seed, _WORDS + 1 - read, seeded, read, *words)
        self._engine.set_state(made + held[len(made):])

    # ------------------------------------------------------------ words

    def _drawn(self, count):
        """The next words, as the generator gives them out."""
        import agc
        if count > _MOST * _WORDS:
            raise NotImplementedError(f"{count} random words in one draw of an exported function are not in agc yet: "
                                      f"{_MOST * _WORDS} are the most")
        block, read = self.state[:_WORDS], self.state[_WORDS]
        blocks = [block]
        for _ in range(-(-count // _WORDS)):
            blocks.append(_next(blocks[-1]))
        stream = agc.cat(blocks)
        words = stream.index_select(0, read + agc.arange(count))
        last = ((read + (count - 1)).double() * (1 / _WORDS) + 1e-9).long()  # the block of the last word
        with agc.no_grad():
            rest = stream.index_select(0, last * _WORDS + agc.arange(_WORDS))
            self.state.copy_(agc.cat([rest, (read + count - last * _WORDS).reshape(1)]))
        return _tempered(words)

    def _count(self, sizes):
        if any(isinstance(n, _agc.Extent) for n in sizes):
            raise NotImplementedError("random numbers for an extent that only a call tells are not in agc yet")
        return math.prod(sizes)

    def _doubles(self, count):
        """Numbers in [0, 1) of 53 bits: of two words the first is the high half."""
        words = self._drawn(2 * count).reshape(-1, 2)
        return ((words[:, 0] & (2 ** 21 - 1)).double() * 2.0 ** 32 + words[:, 1].double()) * 2.0 ** -53

    def _uniform(self, count, kind):
        """Numbers in [0, 1), in f64: 24 bits of a word, or 53 of two."""
        if kind is _dtype.float64:
            return self._doubles(count)
        return (self._drawn(count) & (2 ** 24 - 1)).double() * 2.0 ** -24

    # ------------------------------------------------------------ as Generator has them

    def uniform(self, sizes, kind, low, high):
        import agc
        kind = _real(kind)
        drawn = (self._uniform(self._count(sizes), kind) * (high - low) + low).to(kind)
        return agc.where(drawn == high, low, drawn).to(kind).reshape(sizes)

    def bernoulli(self, sizes, kind, p):
        return (self._doubles(self._count(sizes)) < p).to(_real(kind, False)).reshape(list(sizes))

    def bernoulli_of(self, probabilities, kind):
        drawn = self._uniform(self._count(probabilities.shape), probabilities.dtype).reshape(probabilities.shape)
        drawn = drawn if probabilities.dtype is _dtype.float64 else drawn.float()
        return (drawn < probabilities.detach()).to(_dtype.of(kind))

    def exponential(self, sizes, kind, rate):
        import agc
        drawn = self._doubles(self._count(sizes))
        return (-1 / rate * agc.log1p(-drawn)).to(_real(kind)).reshape(sizes)

    def integers(self, sizes, kind, base, range):
        if not 0 < range < 2 ** 28:
            raise NotImplementedError("random integers of such a range in an exported function are not in agc yet")
        return (self._drawn(self._count(sizes)) % range + base).to(_dtype.of(kind)).reshape(sizes)

    def normal(self, sizes, kind, mean, std, is_plain):
        import agc
        kind, count = _real(kind), self._count(sizes)
        if count < 16 or not is_plain:
            raise NotImplementedError("fewer than 16 normal numbers in one draw of an exported function are not in agc yet")
        made = _dtype.float64 if kind is _dtype.float64 else _dtype.float32
        whole = count // 16 * 16
        result = _sixteens(self._uniform(whole, made))
        if count != whole:  # the last sixteen are made again; what was drawn for the rest is lost
            if kind.itemsize > 2:
                self._uniform(count - whole, made)
            result = agc.cat([result[:count - 16], _sixteens(self._uniform(16, made))])
        return (result * std + mean).to(kind).reshape(sizes)

    def __getattr__(self, name):
        raise NotImplementedError(f"{name}() of random numbers in an exported function is not in agc yet: they would be "
                                  "the same in each call")


def _real(number, is_float=True):
    kind = _dtype.of(number)
    if kind.is_complex or is_float and not kind.is_floating_point:
        raise NotImplementedError(f"random numbers of {kind} in an exported function are not in agc yet")
    return kind


def _shifted(words, bits):
    """Words moved to the right: an f64 holds all of their bits."""
    return (words.double() * 2.0 ** -bits).long()


def _twisted(high, low):
    mixed = (high & 0x80000000) | (low & 0x7fffffff)
    return _shifted(mixed, 1) ^ ((mixed & 1) * 0x9908b0df)


def _next(words):
    """The words made anew: in parts, as each one is made of one that comes 397 later."""
    import agc
    step = _WORDS - _AHEAD
    first = words[_AHEAD:] ^ _twisted(words[:step], words[1:step + 1])
    second = first ^ _twisted(words[step:2 * step], words[step + 1:2 * step + 1])
    third = second[:_AHEAD - step - 1] ^ _twisted(words[2 * step:_WORDS - 1], words[2 * step + 1:])
    last = second[_AHEAD - step - 1:_AHEAD - step] ^ _twisted(words[_WORDS - 1:], first[:1])
    return agc.cat([first, second, third, last])


def _tempered(words):
    words = words ^ _shifted(words, 11)
    words = words ^ ((words * 2 ** 7) & 0x9d2c5680)
    words = words ^ ((words * 2 ** 15) & 0xefc60000)
    return words ^ _shifted(words, 18)


def _sixteens(drawn):
    """Normal numbers of sixteen uniform ones at a time: eight radii, and eight angles."""
    import agc
    pairs = drawn.reshape(-1, 2, 8)
    radius, angle = agc.sqrt(-2 * agc.log(1 - pairs[:, 0])), 2 * math.pi * pairs[:, 1]
    return agc.stack([radius * agc.cos(angle), radius * agc.sin(angle)], 1).reshape(-1)
