"""Einstein summation by broadcast batched products, operand by operand from the left as torch does."""
import math

from agc import _ops
from agc._sizes import is_one, require
from agc._tensor import Tensor


def _check_terms(left, terms, operands):
    """Refuses what is no letter, and terms of other dims than their operands."""
    for i, letter in enumerate(left):
        if not (letter.isascii() and letter.isalpha() or letter in " .,->"):
            raise RuntimeError(f"einsum(): invalid subscript given at index {i} in the equation string, subscripts must be in [a-zA-Z]")
    for i, (term, operand) in enumerate(zip(terms, operands)):
        count, rank = len(term.replace("...", "")), operand.dim()
        if "..." in term and count > rank:
            raise RuntimeError(f"einsum(): the number of subscripts in the equation ({count}) is more than the number of dimensions "
                               f"({rank}) for operand {i}")
        if "..." not in term and count != rank:
            raise RuntimeError(f"einsum(): the number of subscripts in the equation ({count}) does not match the number of "
                               f"dimensions ({rank}) for operand {i} and no ellipsis was given")


def _parse(equation, operands):
    if not operands:
        raise ValueError("einsum(): must specify the equation string and at least one operand, or at least one operand and its "
                         "subscripts list")
    spelled, equation = equation, equation.replace(" ", "")
    left, arrow, right = equation.partition("->")
    terms = left.split(",")
    _check_terms(spelled.partition("->")[0], terms, operands)
    if len(terms) != len(operands):
        raise RuntimeError("einsum(): more operands were provided than specified in the equation"
                         if len(terms) < len(operands) else
                         "einsum(): fewer operands were provided than specified in the equation")
    if "..." in equation:
        wide = max(x.dim() - len(t.replace("...", "")) for t, x in zip(terms, operands))
        names = "0123456789"[:wide]
        terms = [t.replace("...", names[wide - (x.dim() - len(t.replace("...", ""))):])
                 for t, x in zip(terms, operands)]
        right = right.replace("...", names) if arrow else names
    if not arrow:
        letters = "".join(terms)
        right += "".join(sorted(c for c in set(letters) if letters.count(c) == 1 and c.isalpha()))
    for letter in right:
        if not any(letter in term for term in terms):
            raise RuntimeError(f"einsum(): output subscript {letter} does not appear in the equation for any input operand")
        if right.count(letter) > 1:
            raise RuntimeError(f"einsum(): output subscript {letter} appears more than once in the output")
    return terms, right


def _lined_up(place, term, x, labels):
    """An operand with a dim for each label, of size 1 where it has none: a repeated letter is a diagonal."""
    for letter in dict.fromkeys(term):
        while term.count(letter) > 1:
            first = term.index(letter)
            second = term.index(letter, first + 1)
            require(x._sizes[first], "==", x._sizes[second],
                    f"einsum(): subscript {letter} is repeated for operand {place} but the sizes don't match, "
                    f"{x._sizes[second]} != {x._sizes[first]}")
            order = list(range(x.dim() - 2))
            order.insert(first, x.dim() - 2)
            x = x._diagonal(0, first, second)._permute(order)
            term = term[:second] + term[second + 1:]
    for letter in labels:
        if letter not in term:
            x = x._unsqueeze(x.dim())
            term += letter
    return x._permute([term.index(c) for c in labels])


def _check_sizes(pairs):
    """Refuses sizes of a letter that do not broadcast."""
    size = {}
    for i, (term, x) in enumerate(pairs):
        for letter, n in {c: n for c, n in reversed(list(zip(term, x._sizes)))}.items():
            seen = size.get(letter, 1)
            if isinstance(seen, int) and isinstance(n, int) and n != seen and 1 not in (n, seen):
                raise RuntimeError(f"einsum(): subscript {letter} has size {n} for operand {i} which does not broadcast "
                                   f"with previously seen size {seen}")
            size[letter] = n if is_one(seen) else seen


def _product(a, b, summed, labels):
    """Two operands to one, with size 1 where both have more of a dim and it is summed: a batched matrix product, where any
    is."""
    if not summed:
        return _ops.mul(a, b)
    size, other = a._sizes, b._sizes
    batch, only_a, only_b = [], [], []
    for d in range(a.dim()):
        if is_one(size[d]) or is_one(other[d]):
            (only_b if is_one(size[d]) else only_a).append(d)
        else:
            require(size[d], "==", other[d], f"einsum(): subscript {labels[d]} has different sizes for two operands")
            if d not in summed:
                batch.append(d)
    if only_a and only_b and max(only_b) < min(only_a):  # the result lies row by row
        a, b, size, other, only_a, only_b = b, a, other, size, only_b, only_a
    n = [math.prod(sizes[d] for d in group) for sizes, group in
         ((size, batch), (size, only_a), (size, summed), (other, only_b))]
    left = a._permute(batch + only_a + summed + only_b)._reshape([n[0], n[1], n[2]])
    right = b._permute(batch + summed + only_b + only_a)._reshape([n[0], n[2], n[3]])
    shape = [size[d] for d in batch + only_a] + [1] * len(summed) + [other[d] for d in only_b]
    order = batch + only_a + summed + only_b
    return _ops.bmm(left, right)._view(shape)._permute([order.index(d) for d in range(a.dim())])


def _letter(subscript):
    """What stands in an equation for a subscript of the form with lists."""
    if subscript is Ellipsis:
        return "..."
    if not 0 <= subscript < 52:
        raise ValueError("einsum(): subscript in subscript list is not within the valid range [0, 52)")
    return chr(ord("A") + subscript if subscript < 26 else ord("a") + subscript - 26)


def _from_lists(parts):
    """The equation and the operands of the form with lists: a list of subscripts follows each operand, and then perhaps
    one for the result."""
    terms = ["".join(map(_letter, subscripts)) for subscripts in parts[1::2]]
    right = "->" + "".join(map(_letter, parts[-1])) if len(parts) % 2 else ""
    return ",".join(terms) + right, parts[:len(parts) - len(parts) % 2:2]


def einsum(equation, *operands):
    """Sums of products of elements, as the equation says."""
    if isinstance(equation, Tensor):
        if not operands:
            raise ValueError("einsum(): must specify the equation string and at least one operand, or at least one operand "
                             "and its subscripts list")
        equation, operands = _from_lists((equation, *operands))
    if len(operands) == 1 and isinstance(operands[0], (list, tuple)):
        operands = operands[0]
    terms, right = _parse(equation, operands)
    _check_sizes(list(zip(terms, operands)))
    labels = right + "".join(sorted(set("".join(terms)) - set(right)))
    whole, *others = (_lined_up(i, term, x, labels) for i, (term, x) in enumerate(zip(terms, operands)))
    ends = list(range(len(right), len(labels)))
    if not others:
        return _ops.sum(whole, ends, False) if ends else whole
    for i, other in enumerate(others, 1):
        needed = {d for x in others[i:] for d in ends if not is_one(x._sizes[d])}
        whole = _contracted(whole, other, [d for d in ends if d not in needed], labels)
    return whole._view(whole._sizes[:len(right)]) if ends else whole


def _contracted(a, b, ends, labels):
    """The product of two operands, summed over dims that no later operand has: those that one of both alone has first."""
    both = [d for d in ends if not is_one(a._sizes[d]) and not is_one(b._sizes[d])]
    of_a, of_b = ([d for d in ends if d not in both and not is_one(x._sizes[d])] for x in (a, b))
    a = _ops.sum(a, of_a, True) if of_a else a
    b = _ops.sum(b, of_b, True) if of_b else b
    return _product(a, b, both, labels)
