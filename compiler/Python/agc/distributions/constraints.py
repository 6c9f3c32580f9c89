"""What parameters and values of a distribution must be."""


class Constraint:
    """A condition on elements, by the name that messages call it."""

    def __init__(self, text, check, event_dim=0, is_discrete=False):
        self._text, self._check, self.event_dim, self.is_discrete = text, check, event_dim, is_discrete

    def check(self, value):
        """Whether each element is right."""
        return self._check(value)

    def __repr__(self):
        return self._text


def interval(lower_bound, upper_bound):
    return Constraint(f"Interval(lower_bound={lower_bound}, upper_bound={upper_bound})",
                      lambda value: (value >= lower_bound) & (value <= upper_bound))


def integer_interval(lower_bound, upper_bound):
    return Constraint(f"IntegerInterval(lower_bound={lower_bound}, upper_bound={upper_bound})",
                      lambda value: (value % 1 == 0) & (value >= lower_bound) & (value <= upper_bound), 0, True)


def independent(base, count):
    """A condition on all elements of some last dims."""
    def check(value):
        found = base.check(value)
        return found.reshape(list(found.shape[:found.dim() - count]) + [-1]).all(-1)
    return Constraint(f"IndependentConstraint({base!r}, {count})", check, base.event_dim + count, base.is_discrete)


def _is_simplex(value):
    return (value >= 0).all(-1) & ((value.sum(-1) - 1).abs() < 1e-6)


def multinomial(upper_bound):
    return Constraint("Multinomial()", lambda value: (value >= 0).all(dim=-1) & (value.sum(dim=-1) <= upper_bound), 1, True)


def _is_lower_cholesky(value):
    lower = (value.tril() == value).flatten(-2).all(-1)
    return lower & (value.diagonal(dim1=-2, dim2=-1) > 0).all(-1)


def _is_positive_definite(value):
    from agc.linalg import cholesky_ex
    symmetric = (value - value.mT).abs() <= 1e-6 + 1e-5 * value.mT.abs()
    return symmetric.all(-2).all(-1) & cholesky_ex(value).info.eq(0)


def _is_one_hot(value):
    return ((value == 0) | (value == 1)).all(-1) & (value.sum(-1) == 1)


real = Constraint("Real()", lambda value: value == value)
positive = Constraint("GreaterThan(lower_bound=0.0)", lambda value: value > 0)
nonnegative = Constraint("GreaterThanEq(lower_bound=0.0)", lambda value: value >= 0)
unit_interval = interval(0.0, 1.0)
nonnegative_integer = Constraint("IntegerGreaterThan(lower_bound=0)",
                                 lambda value: (value % 1 == 0) & (value >= 0), 0, True)
boolean = Constraint("Boolean()", lambda value: (value == 0) | (value == 1), 0, True)
simplex = Constraint("Simplex()", _is_simplex, 1)
one_hot = Constraint("OneHot()", _is_one_hot, 1, True)
real_vector = independent(real, 1)
lower_cholesky = Constraint("LowerCholesky()", _is_lower_cholesky, 2)
positive_definite = Constraint("PositiveDefinite()", _is_positive_definite, 2)
