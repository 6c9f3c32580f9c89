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


def _diagonals(term, x):
    """A repeated letter is a diagonal."""
    for letter in dict.fromkeys(term):
        while term.count(letter) > 1:
            first = term.index(letter)
            second = term.index(letter, first + 1)
            x = x._diagonal(0, first, second)
            term = term[:first] + term[first + 1:second] + term[second + 1:] + letter
    return term, x


def _fitted(pairs):
    """Operands of sizes that agree: a letter of size 1 is left out where another operand has more of it."""
    size = {}
    for i, (term, x) in enumerate(pairs):
        for letter, n in zip(term, x._sizes):
            seen = size.get(letter, 1)
            if isinstance(seen, int) and isinstance(n, int) and n != seen and 1 not in (n, seen):
                raise RuntimeError(f"einsum(): subscript {letter} has size {n} for operand {i} which does not broadcast "
                                   f"with previously seen size {seen}")
            size[letter] = n if is_one(seen) else seen
    fitted = []
    for term, x in pairs:
        ones = [d for d, (letter, n) in enumerate(zip(term, x._sizes)) if is_one(n) and not is_one(size[letter])]
        fitted.append(("".join(c for d, c in enumerate(term) if d not in ones), x._squeeze(ones) if ones else x))
    return fitted


def _product(a_term, a, b_term, b, kept):
    """Two operands to one, summed over what nothing else needs: a batched matrix product."""
    shared = [c for c in a_term if c in b_term]
    batch = [c for c in shared if c in kept]
    summed = [c for c in shared if c not in kept]
    only_a = [c for c in a_term if c not in b_term]
    only_b = [c for c in b_term if c not in a_term]
    size = {**dict(zip(b_term, b._sizes)), **dict(zip(a_term, a._sizes))}
    for letter, n in zip(b_term, b._sizes):
        if letter in shared:
            require(size[letter], "==", n, f"einsum(): subscript {letter} has different sizes for two operands")

    def lined_up(x, term, order, shape):
        return x._permute([term.index(c) for c in order])._reshape(shape)
    n = [math.prod(size[c] for c in group) for group in (batch, only_a, summed, only_b)]
    left = lined_up(a, a_term, batch + only_a + summed, [n[0], n[1], n[2]])
    right = lined_up(b, b_term, batch + summed + only_b, [n[0], n[2], n[3]])
    result = _ops.bmm(left, right)
    term = "".join(batch + only_a + only_b)
    return term, result._reshape([size[c] for c in term])


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
    pairs = _fitted([_diagonals(term, x) for term, x in zip(terms, operands)])
    term, x = pairs[0]
    for i, (other_term, other) in enumerate(pairs[1:], 1):
        later = set(right).union(*(t for t, _ in pairs[i + 1:]))
        # A letter that one of both alone has and nobody needs is summed first.
        term, x = _drop(term, x, later | set(other_term))
        other_term, other = _drop(other_term, other, later | set(term))
        term, x = _product(term, x, other_term, other, later)
    term, x = _drop(term, x, set(right))
    return x if term == right else x._permute([term.index(c) for c in right])


def _drop(term, x, needed):
    dims = [i for i, c in enumerate(term) if c not in needed]
    if dims:
        x = _ops.sum(x, dims, False)
        term = "".join(c for c in term if c in needed)
    return term, x
