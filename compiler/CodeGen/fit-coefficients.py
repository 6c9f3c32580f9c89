#!/usr/bin/env python3
"""Fits the polynomials of MathCoefficients.h: minimax by Remez exchange, then rounded.

Run by hand when a degree or an interval changes (needs mpmath):  fit-coefficients.py > MathCoefficients.h
"""
import sys

from mpmath import mp, mpf

mp.dps = 50
GRID = 701  # odd, so that no point of a symmetric interval is zero, where weights vanish


def remez(target, weight, lo, hi, degree):
    """Coefficients c with max |weight * (target - sum c_i x^i)| least on [lo, hi], and that maximum."""
    count = degree + 2
    nodes = [(lo + hi) / 2 - (hi - lo) / 2 * mp.cos(mp.pi * i / (count - 1)) for i in range(count)]
    nodes = [x if abs(x) > (hi - lo) / 1000 else (hi - lo) / 1000 for x in nodes]
    for _ in range(12):
        rows, right = mp.matrix(count, count), mp.matrix(count, 1)
        for i, x in enumerate(nodes):
            for j in range(degree + 1):
                rows[i, j] = x**j
            rows[i, degree + 1] = (-1) ** i / weight(x)
            right[i] = target(x)
        solved = mp.lu_solve(rows, right)
        coefficients = [solved[i] for i in range(degree + 1)]
        error = lambda x: weight(x) * (target(x) - mp.polyval(coefficients[::-1], x))
        nodes, worst, least = exchange(error, lo, hi, count)
        if worst < least * 1.01:
            break
    return coefficients, worst


def exchange(error, lo, hi, count):
    """The extrema of the error, one for each run of equal signs; the count - 1 worst in a row."""
    grid = [(lo + hi) / 2 - (hi - lo) / 2 * mp.cos(mp.pi * i / GRID) for i in range(GRID + 1)]
    runs = []
    for x in grid:
        e = error(x)
        if runs and (runs[-1][1] > 0) == (e > 0):
            if abs(e) > abs(runs[-1][1]):
                runs[-1] = (x, e)
        else:
            runs.append((x, e))
    while len(runs) > count:
        runs.pop(0 if abs(runs[0][1]) < abs(runs[-1][1]) else -1)
    if len(runs) < count:
        raise SystemExit(f"the error has {len(runs)} extrema, not {count}: odd function or too few digits")
    sizes = [abs(e) for _, e in runs]
    return [x for x, _ in runs], max(sizes), min(sizes)


def round_to(value, bits):
    return mpf(0) if value == 0 else mp.ldexp(
        mp.nint(mp.ldexp(value, bits - mp.frexp(value)[1])), mp.frexp(value)[1] - bits)


def fit(target, weight, lo, hi, degree, bits):
    """A minimax polynomial with its coefficients rounded, and its largest error then.

    Rounding term by term would gain nothing: each form has its leading term exact, outside of P.
    """
    coefficients, _ = remez(target, lambda x: abs(weight(x)), lo, hi, degree)
    rounded = [round_to(c, bits) for c in coefficients]
    points = [lo + (hi - lo) * (i + mpf("0.3")) / 1000 for i in range(1000)]
    return rounded, max(abs(weight(x) * (target(x) - mp.polyval(rounded[::-1], x))) for x in points)


TINY = mpf(2) ** -60  # intervals start here, where a target divides by its variable


def atan_tail(z):
    t = mp.sqrt(z)
    return (mp.atan(t) - t) / (t * z)


def asin_tail(z):
    t = mp.sqrt(z)
    return (mp.asin(t) - t) / (t * z)


def sqrt_arg(f):
    return lambda z: f(mp.sqrt(z))


def erfcx_scaled(k):
    def target(t):
        a = k * (1 + t) / (1 - t)
        return (1 + 2 * a) * mp.exp(a * a) * mp.erfc(a)
    return target


HALF_LN2 = mp.log(2) / 2 * mpf("1.001")
LOG_LO, LOG_HI = 1 / mp.sqrt(2) - 1 - mpf("1e-4"), mp.sqrt(2) - 1 + mpf("1e-4")
QUARTER = (mp.pi / 4) * mpf("1.002")
SPLIT = mpf("0.921875")  # where erf changes form


def log_s(s):
    z = s * s
    return (mp.log1p(2 * s / (1 - s)) / (2 * s) - 1 - z / 3) / (z * z)


def fdlibm_log_r(z):
    s = mp.sqrt(z)
    return (mp.log((1 + s) / (1 - s)) - 2 * s) / s / z


S_MAX = (mp.sqrt(2) - 1) / (mp.sqrt(2) + 1) * mpf("1.001")
ERFC_END = {24: mpf("10.2"), 53: mpf("27.5")}
ERF_END = {24: mpf("4"), 53: mpf("6")}
ERFC_K = {24: mpf(2), 53: mpf(4)}
mp_t = lambda k, a: (a - k) / (a + k)

# name: (what it is, target, weight = 1 / size of the function in the target's scale, interval, degrees)
TABLES = {
    "exp": ("expm1(r) = r + r^2 P(r), |r| <= ln(2)/2",
            lambda b: (lambda r: (mp.expm1(r) - r) / r**2, lambda r: r**2 / mp.expm1(r) if r else mpf(0),
                       -HALF_LN2, HALF_LN2), (4, 9)),
    "log": ("log1p(f) = f + f^2 (-1/2 + f P(f)), sqrt(1/2) - 1 <= f <= sqrt(2) - 1",
            lambda b: (lambda f: (mp.log1p(f) - f + f * f / 2) / f**3, lambda f: f**3 / mp.log1p(f),
                       LOG_LO, LOG_HI), (7, None)),
    "logQuotient": ("log((1+s)/(1-s)) = s (2 + z P(z)), z = s^2",
                    lambda b: (fdlibm_log_r, lambda z: z, TINY, S_MAX**2), (None, 6)),
    "logSeries": ("log((1+s)/(1-s)) = 2 s (1 + z/3 + z^2 P(z)), z = s^2",
                  lambda b: (sqrt_arg(log_s), lambda z: z**2, TINY, S_MAX**2), (2, 7)),
    "sin": ("sin(r) = r + r^3 P(z), z = r^2 <= (pi/4)^2",
            lambda b: (sqrt_arg(lambda r: (mp.sin(r) - r) / r**3), lambda z: z * mp.sqrt(z) / mp.sin(mp.sqrt(z)),
                       TINY, QUARTER**2), (2, 5)),
    "cos": ("cos(r) = 1 + z (-1/2 + z P(z)), z = r^2 <= (pi/4)^2",
            lambda b: (sqrt_arg(lambda r: (mp.cos(r) - 1 + r * r / 2) / r**4), lambda z: z**2,
                       TINY, QUARTER**2), (2, 5)),
    "tan": ("tan(r) = r + r^3 P(z), z = r^2 <= (pi/4)^2",
            lambda b: (sqrt_arg(lambda r: (mp.tan(r) - r) / r**3), lambda z: z * mp.sqrt(z) / mp.tan(mp.sqrt(z)),
                       TINY, QUARTER**2), (6, 13)),
    "atan": ("atan(t) = t + t^3 P(z), z = t^2 <= 1",
             lambda b: (atan_tail, lambda z: z * mp.sqrt(z) / mp.atan(mp.sqrt(z)), TINY, mpf(1)), (8, 19)),
    "asin": ("asin(t) = t + t^3 P(z), z = t^2 <= 0.5625^2",
             lambda b: (asin_tail, lambda z: z * mp.sqrt(z) / mp.asin(mp.sqrt(z)), TINY, mpf("0.31645")), (5, 13)),
    "sinh": ("sinh(a) = a + a^3 P(z), z = a^2 <= 1",
             lambda b: (sqrt_arg(lambda r: (mp.sinh(r) - r) / r**3), lambda z: z * mp.sqrt(z) / mp.sinh(mp.sqrt(z)),
                        TINY, mpf(1)), (3, 6)),
    "erf": ("erf(a) = a + a P(z), z = a^2, a <= 0.921875",
            lambda b: (sqrt_arg(lambda a: mp.erf(a) / a - 1), lambda z: mp.sqrt(z) / mp.erf(mp.sqrt(z)),
                       TINY, SPLIT**2), (5, 11)),
    "erfTail": ("erf(a) = 1 - exp(-a - a P(a)), 0.921875 <= a",
                lambda b: (lambda a: -mp.log(mp.erfc(a)) / a - 1, lambda a: a * mp.erfc(a) / mp.erf(a),
                           SPLIT * mpf("0.999"), ERF_END[b]), (6, 20)),
    "erfc": ("(1 + 2 a) exp(a^2) erfc(a) = P(t), t = (a - K) / (a + K), K = 2 (f32), 4 (f64)",
             lambda b: (erfcx_scaled(ERFC_K[b]), lambda t: 1 / erfcx_scaled(ERFC_K[b])(t),
                        mpf(-1), mp_t(ERFC_K[b], ERFC_END[b])), (10, 22)),
    "cbrt": ("cbrt(m) = P(m), 1 <= m < 2, a first guess",
             lambda b: (mp.cbrt, lambda m: 1 / mp.cbrt(m), mpf(1), mpf(2)), (3, 3)),
}


def emit(name):
    comment, make, degrees = TABLES[name]
    lines = []
    for bits, suffix, degree in ((24, "F32", degrees[0]), (53, "F64", degrees[1])):
        if degree is None:
            continue
        target, weight, lo, hi = (x if callable(x) else mpf(x) for x in make(bits))
        coefficients, worst = fit(target, weight, lo, hi, degree, bits)
        print(f"{name}{suffix}: degree {degree}, error 2^{float(mp.log(worst, 2)):.1f}", file=sys.stderr)
        text = ", ".join(float(c).hex() for c in coefficients)
        sys.stderr.flush()
        lines.append(f"inline constexpr double {name}{suffix}[] = {{{text}}};")
    return f"/// {comment}.\n" + "\n".join(lines)


def main():
    names = sys.argv[1:] or list(TABLES)
    print("// Coefficients of the polynomials that math ops expand to; made by fit-coefficients.py.\n#pragma once\n")
    print("namespace agc::coefficients {\n")
    print("\n".join(emit(name) for name in names))
    print("\n} // namespace agc::coefficients")


main()
