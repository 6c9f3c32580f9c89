"""Random numbers in a function that is traced to be compiled: the generator's state is state of the model, and what is
drawn are ops on it, so that a call gives the bits that the same draws give in a program that runs."""
import math
import struct

from agc import _agc, _dtype

_WORDS, _AHEAD = 624, 397
_MOST = 100  # how often the words may be made anew in one draw: each time is a part of the code


engines = {}  #: by the numbers of the state tensors
_HEAD = f"<QiiQ{_WORDS}Q"
_SECOND = struct.Struct("<dddi")  # unused, the second normal number, unused, whether there is one


class Engine:
    """What draws from a generator's state tensors: 624 words, and how many of them have been drawn; where normal numbers
    are drawn one by one, whether there is a second one of the last two, and that."""

    def __init__(self, engine):
        self._engine, self._second = engine, None
        self.state = self._made(self._words, "generator")

    def _made(self, tensor, name):
        with _agc.Outside():
            made = tensor()
            engines[_agc.object_id(made)] = self, name
        return made

    def _words(self):
        _, left, _, read, *rest = struct.unpack_from(_HEAD, self._engine.get_state())
        packed = struct.pack(f"<{_WORDS + 1}q", *rest, _WORDS if left == 1 else read)
        return _agc.from_bytes(packed, _dtype.int64._number, [_WORDS + 1], False)

    def _normal(self):
        _, second, _, is_there = _SECOND.unpack_from(self._engine.get_state(), struct.calcsize(_HEAD))
        return _agc.from_bytes(struct.pack("<2d", is_there, second), _dtype.float64._number, [2], False)

    def take(self):
        """Brings the tensors to where the program's generator is."""
        self.state.copy_(self._words())
        if self._second is not None:
            self._second.copy_(self._normal())

    def give(self):
        """Brings the program's generator to where the tensors are."""
        *words, read = self.state.tolist()
        held = self._engine.get_state()
        seed, _, seeded = struct.unpack_from("<Qii", held)
        made = struct.pack(_HEAD, seed, _WORDS + 1 - read, seeded, read, *words)
        if self._second is not None:
            is_there, second = self._second.tolist()
            made += _SECOND.pack(0, second, 0, int(is_there))
        self._engine.set_state(made + held[len(made):])

    # ------------------------------------------------------------ words

    def _drawn(self, count, used=None):
        """The next words, as the generator gives them out; all are used, or as many as a tensor says."""
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
        count = count if used is None else used
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
        return _doubles(self._drawn(2 * count).reshape(-1, 2))

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
        _agc.check(((probabilities >= 0) & (probabilities <= 1)).all(), "Expected p_in >= 0 && p_in <= 1 to be true")
        drawn = self._uniform(self._count(probabilities.shape), probabilities.dtype).reshape(probabilities.shape)
        drawn = drawn if probabilities.dtype is _dtype.float64 else drawn.float()
        return (drawn < probabilities.detach()).to(_dtype.of(kind))

    def gamma_of(self, concentration, kind):
        raise NotImplementedError("numbers of the gamma distribution in an exported function are not in agc yet")

    def poisson_of(self, rates, kind):
        raise NotImplementedError("numbers of the Poisson distribution in an exported function are not in agc yet")

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
            return (self._one_by_one(count) * std + mean).to(kind).reshape(sizes)
        made = _dtype.float64 if kind is _dtype.float64 else _dtype.float32
        whole = count // 16 * 16
        result = _sixteens(self._uniform(whole, made))
        if count != whole:  # the last sixteen are made again; what was drawn for the rest is lost
            if kind.itemsize > 2:
                self._uniform(count - whole, made)
            result = agc.cat([result[:count - 16], _sixteens(self._uniform(16, made))])
        return (result * std + mean).to(kind).reshape(sizes)

    def _one_by_one(self, count):
        """Normal numbers in pairs, after the second one of a pair that is there from before."""
        import agc
        if count == 0:
            return agc.zeros(0)
        if self._second is None:
            self._second = self._made(self._normal, "generator.normal")
        is_there = self._second[0].long()
        pairs = (count + 1) // 2
        words = self._drawn(4 * pairs, 4 * ((count + 1 - is_there) // 2)).reshape(-1, 2)
        angle, radius = _doubles(words).reshape(-1, 2).unbind(1)
        radius = agc.sqrt(-2 * agc.log1p(-radius))
        drawn = agc.stack([radius * agc.cos(2 * math.pi * angle), radius * agc.sin(2 * math.pi * angle)], 1).reshape(-1)
        drawn = agc.cat([self._second[1:], drawn])
        with agc.no_grad():
            rest = drawn.index_select(0, (count + 1 - is_there).clamp(max=2 * pairs).reshape(1))
            leaves = (count - is_there) % 2
            self._second.copy_(agc.cat([leaves.double().reshape(1), agc.where(leaves == 1, rest, 0.0)]))
        return drawn.index_select(0, agc.arange(count) + (1 - is_there))

    def permutation(self, n, kind):
        """Each place is exchanged with one that a word picks from those that are left; what comes to a place is found
        without a loop: the last exchange before, of the same place, brought it there."""
        import agc
        self._count([n])
        place = agc.arange(n)
        if n < 2:
            return place.to(_dtype.of(kind))
        picked = agc.cat([place[:-1] + self._drawn(n - 1) % (n - place[:-1]), place[-1:]])
        of, step = picked.sort(stable=True)  # steps by the place that they picked
        differs, none = of[1:] != of[:-1], agc.full((1,), -1, dtype=_dtype.int64)
        before = agc.zeros_like(place).scatter(0, step, agc.cat([none, agc.where(differs, -1, step[:-1])]))
        ends = agc.where(agc.cat([differs, agc.ones(1, dtype=_dtype.bool)]), of, n)
        last = agc.full((n + 1,), -1, dtype=_dtype.int64).scatter(0, ends, step)[:-1]
        came = agc.where(last == place, before, last)  # the last step before a place's own that picked the place
        held = agc.where(came < 0, place, came)  # what is at a place at its step: first where it came from
        for _ in range(n.bit_length()):
            held = held.index_select(0, held)
        found = agc.where(before < 0, agc.where(picked == place, held, picked), held.index_select(0, before.clamp(min=0)))
        return found.to(_dtype.of(kind))

    def multinomial(self, weights, count, replacement):
        import agc
        rows = weights.reshape(-1, weights.shape[-1])
        _agc.check(((rows >= 0) & (rows < math.inf)).all(), "probability tensor contains either `inf`, `nan` or element < 0")
        _agc.check((rows.double().sum(1) > 0).all(), "invalid multinomial distribution (sum of probabilities <= 0)")
        shape = [*weights.shape[:-1], count]
        if not replacement or count == 1:  # one is drawn alike either way
            drawn = -agc.log1p(-self._doubles(self._count(rows.shape)).reshape(rows.shape))
            return (rows / drawn.to(weights.dtype)).argsort(dim=1, descending=True, stable=True)[:, :count].reshape(shape)
        sums = rows.cumsum(1)
        sums = agc.cat([(sums / sums[:, -1:])[:, :-1], agc.ones_like(sums[:, :1])], 1).double()
        drawn = self._doubles(self._count([rows.shape[0], count])).reshape(rows.shape[0], count)
        return agc.searchsorted(sums, drawn).reshape(shape)

    def __getattr__(self, name):
        raise NotImplementedError(f"{name}() of random numbers in an exported function is not in agc yet: they would be "
                                  "the same in each call")


def _doubles(words):
    """Numbers in [0, 1) of 53 bits: of two words the first is the high half."""
    return ((words[:, 0] & (2 ** 21 - 1)).double() * 2.0 ** 32 + words[:, 1].double()) * 2.0 ** -53


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
