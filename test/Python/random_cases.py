"""The draws that random_test.py compares; run under PyTorch, it writes what PyTorch draws to random.json."""
import json
import os

RECORDED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "random.json")


def cases(torch):
    """Name, a function that draws, and how far numbers may be off."""
    f64, f16, bf16, c64 = torch.float64, torch.float16, torch.bfloat16, torch.complex64

    def fill(name, *arguments, shape=(20,), dtype=torch.float32, **options):
        return lambda: getattr(torch.zeros(shape, dtype=dtype), name)(*arguments, **options)

    yield "rand", lambda: torch.rand(3, 7), 0
    yield "rand f64", lambda: torch.rand(9, dtype=f64), 0
    yield "rand f16", lambda: torch.rand(9, dtype=f16), 0
    yield "rand bf16", lambda: torch.rand(9, dtype=bf16), 0
    yield "rand c64", lambda: torch.rand(5, dtype=c64), 0
    yield "rand_like", lambda: torch.rand_like(torch.zeros(2, 3, dtype=f64)), 0
    yield "uniform_ between bounds", fill("uniform_", -0.02, 0.05, shape=(40,)), 0
    yield "uniform_ f64", fill("uniform_", -0.02, 0.05, shape=(40,), dtype=f64), 0
    yield "uniform_ f16", fill("uniform_", -0.02, 0.05, shape=(40,), dtype=f16), 0
    yield "uniform_ into a transpose", lambda: torch.zeros(3, 4).t().uniform_(), 0
    yield "uniform_ into a slice", lambda: torch.zeros(3, 4)[:, 1:3].uniform_(), 0
    yield "geometric_", fill("geometric_", 0.3, shape=(40,)), 0
    yield "geometric_ i64", fill("geometric_", 0.7, shape=(3, 5), dtype=torch.int64), 0
    yield "geometric_ into a transpose", lambda: torch.zeros(3, 4, dtype=f16).t().geometric_(0.1), 0
    yield "cauchy_", fill("cauchy_"), 1e-6
    yield "cauchy_ f64", fill("cauchy_", 1, 2, dtype=f64), 1e-12
    yield "log_normal_", fill("log_normal_"), 1e-6
    yield "log_normal_ f64", fill("log_normal_", 0.5, 0.2, shape=(3, 3), dtype=f64), 1e-12
    yield "randint", lambda: torch.randint(10, (12,)), 0
    yield "randint between bounds", lambda: torch.randint(-5, 100, (3, 4)), 0
    yield "randint below the wide range", lambda: torch.randint(2 ** 28 - 1, (5,)), 0
    yield "randint of the wide range", lambda: torch.randint(2 ** 28, (5,)), 0
    yield "randint i32", lambda: torch.randint(0, 2 ** 30, (5,), dtype=torch.int32), 0
    yield "randint f32", lambda: torch.randint(0, 100, (5,), dtype=torch.float32), 0
    yield "randint_like", lambda: torch.randint_like(torch.zeros(2, 3), 1, 9), 0
    yield "random_", fill("random_", dtype=torch.int64), 0
    yield "random_ u8", fill("random_", dtype=torch.uint8), 0
    yield "random_ i32", fill("random_", dtype=torch.int32), 0
    yield "random_ bool", fill("random_", dtype=torch.bool), 0
    yield "random_ f32", fill("random_"), 0
    yield "random_ f64", fill("random_", dtype=f64), 0
    yield "random_ below", fill("random_", 7, dtype=torch.int64), 0
    yield "random_ between", fill("random_", 3, 7), 0
    yield "randperm", lambda: torch.randperm(30), 0
    yield "randperm of one", lambda: torch.randperm(1), 0
    yield "randperm i32", lambda: torch.randperm(12, dtype=torch.int32), 0
    yield "randn of 1", lambda: torch.randn(1), 1e-6
    yield "randn of 7", lambda: torch.randn(7), 1e-6
    yield "randn of 16", lambda: torch.randn(16), 1e-6
    yield "randn of 37", lambda: torch.randn(37), 1e-6
    yield "randn f64 of 5", lambda: torch.randn(5, dtype=f64), 1e-12
    yield "randn f64 of 21", lambda: torch.randn(21, dtype=f64), 1e-12
    yield "randn f16 of 5", lambda: torch.randn(5, dtype=f16), 2e-3
    yield "randn f16 of 21", lambda: torch.randn(21, dtype=f16), 2e-3
    yield "randn bf16 of 40", lambda: torch.randn(40, dtype=bf16), 2e-2
    yield "randn c64 of 6", lambda: torch.randn(6, dtype=c64), 1e-6
    yield "randn c64 of 12", lambda: torch.randn(12, dtype=c64), 1e-6
    yield "randn_like", lambda: torch.randn_like(torch.zeros(4, 5)), 1e-6
    yield "normal_", fill("normal_", 2, 3), 1e-5
    yield "normal_ into a transpose", lambda: torch.zeros(5, 4).t().normal_(), 1e-6
    yield "normal of a size", lambda: torch.normal(1.0, 2.0, (3, 3)), 1e-5
    yield "normal of means", lambda: torch.normal(torch.arange(4.0), 2.0), 1e-5
    yield "normal of deviations", lambda: torch.normal(1.0, torch.arange(4.0)), 1e-5
    yield "normal of both", lambda: torch.normal(torch.arange(20.0), torch.arange(20.0)), 1e-5
    yield "bernoulli_", fill("bernoulli_", 0.3), 0
    yield "bernoulli_ f64", fill("bernoulli_", 0.3, dtype=f64), 0
    yield "bernoulli_ bool", fill("bernoulli_", 0.3, dtype=torch.bool), 0
    yield "bernoulli_ of a tensor", lambda: torch.zeros(6).bernoulli_(torch.arange(6) / 6), 0
    yield "bernoulli", lambda: torch.bernoulli(torch.arange(12) / 12), 0
    yield "bernoulli f64", lambda: torch.bernoulli(torch.arange(12, dtype=f64) / 12), 0
    yield "exponential_", fill("exponential_"), 1e-6
    yield "exponential_ of a rate", fill("exponential_", 2.5), 1e-6
    yield "exponential_ f64", fill("exponential_", dtype=f64), 1e-12
    yield "multinomial of one", lambda: torch.multinomial(torch.arange(1.0, 6), 1), 0
    yield "multinomial", lambda: torch.multinomial(torch.arange(0.0, 24).reshape(3, 8), 4), 0
    yield "multinomial with replacement", lambda: torch.multinomial(torch.arange(5.0), 9, replacement=True), 0
    yield "multinomial f64", lambda: torch.multinomial(torch.arange(1, 6, dtype=f64), 5, replacement=True), 0


def numbers(value):
    """Nested lists as one list of real numbers."""
    if isinstance(value, list):
        return [number for item in value for number in numbers(item)]
    return [value.real, value.imag] if isinstance(value, complex) else [float(value)]


def drawn(torch):
    """By name: what is drawn from one seed, and what comes after it."""
    results = {}
    for name, draw, _ in cases(torch):
        torch.manual_seed(1234)
        values = draw()
        results[name] = [numbers(values.tolist()), torch.randint(2 ** 20, (1,)).item()]
    return results


if __name__ == "__main__":
    import torch as real
    with open(RECORDED, "w") as file:
        file.write("{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}"
                                      for name, value in drawn(real).items()) + "\n}\n")
