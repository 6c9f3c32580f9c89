"""The normal distribution of vectors."""
import math

import agc
from agc._sizes import Size
from agc.distributions import constraints
from agc.distributions.distribution import Distribution


def _factor_of(precision):
    """The lower triangular factor of the inverse."""
    flipped = agc.linalg.cholesky(agc.flip(precision, (-2, -1)))
    inverse = agc.transpose(agc.flip(flipped, (-2, -1)), -2, -1)
    return agc.linalg.solve_triangular(inverse, agc.eye(precision.shape[-1], dtype=precision.dtype), upper=False)


class MultivariateNormal(Distribution):
    """Vectors with a mean, and a covariance that is given itself, by its inverse or by its lower triangular factor."""

    arg_constraints = {"loc": constraints.real_vector, "covariance_matrix": constraints.positive_definite,
                       "precision_matrix": constraints.positive_definite, "scale_tril": constraints.lower_cholesky}
    support, has_rsample = constraints.real_vector, True

    def __init__(self, loc, covariance_matrix=None, precision_matrix=None, scale_tril=None, validate_args=None):
        if loc.dim() < 1:
            raise ValueError("loc must be at least one-dimensional.")
        given = {name: matrix for name, matrix in (("scale_tril", scale_tril), ("covariance_matrix", covariance_matrix),
                                                   ("precision_matrix", precision_matrix)) if matrix is not None}
        if len(given) != 1:
            raise ValueError("Exactly one of covariance_matrix or precision_matrix or scale_tril may be specified.")
        (name, matrix), = given.items()
        if matrix.dim() < 2:
            raise ValueError(f"{name} matrix must be at least two-dimensional, with optional leading batch dimensions"
                             if name == "scale_tril" else
                             f"{name} must be at least two-dimensional, with optional leading batch dimensions")
        batch = agc.broadcast_shapes(matrix.shape[:-2], loc.shape[:-1])
        self.__dict__[name] = matrix.expand(tuple(batch) + (-1, -1))
        self.loc = loc.expand(tuple(batch) + (-1,))
        super().__init__(batch, self.loc.shape[-1:], validate_args)
        self._factor = (matrix if name == "scale_tril" else agc.linalg.cholesky(matrix) if name == "covariance_matrix"
                        else _factor_of(matrix))

    def _whole(self, matrix):
        return matrix.expand(self._batch_shape + self._event_shape + self._event_shape)

    def __getattr__(self, name):
        if name == "scale_tril":
            made = self._factor
        elif name == "covariance_matrix":
            made = agc.matmul(self._factor, self._factor.mT)
        elif name == "precision_matrix":
            made = agc.cholesky_inverse(self._factor)
        else:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        self.__dict__[name] = self._whole(made)
        return self.__dict__[name]

    mean = mode = property(lambda self: self.loc)
    variance = property(lambda self: self._factor.pow(2).sum(-1).expand(self._batch_shape + self._event_shape))

    def expand(self, batch_shape, _instance=None):
        shape = Size(batch_shape) + self.event_shape
        return MultivariateNormal(self.loc.expand(shape), scale_tril=self.scale_tril.expand(shape + self.event_shape),
                                  validate_args=False)

    def rsample(self, sample_shape=Size()):
        drawn = agc.randn(self._extended_shape(sample_shape), dtype=self.loc.dtype)
        return self.loc + agc.matmul(self._factor, drawn.unsqueeze(-1)).squeeze(-1)

    def _half_log_det(self):
        return self._factor.diagonal(dim1=-2, dim2=-1).log().sum(-1)

    def log_prob(self, value):
        self._validate_sample(value)
        apart = (value - self.loc).unsqueeze(-1)
        solved = agc.linalg.solve_triangular(self._factor, apart, upper=False).squeeze(-1)
        return -0.5 * (self._event_shape[0] * math.log(2 * math.pi) + solved.pow(2).sum(-1)) - self._half_log_det()

    def entropy(self):
        found = 0.5 * self._event_shape[0] * (1.0 + math.log(2 * math.pi)) + self._half_log_det()
        return found.expand(self._batch_shape) if self._batch_shape else found
