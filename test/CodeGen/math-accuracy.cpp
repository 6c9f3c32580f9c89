// Sweeps every math function that agc-expand-math expands against libm in a wider format: reports
// the largest error in ulp, fails above the stated bound, checks special values and that vectors
// have the scalars' bits. With an argument N it tries one of N values.
#include "test/CodeGen/Jit.h"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

namespace {

using Wide = long double;
constexpr int64_t lanes = 8;

/// One function: its op, what it computes, and the error allowed in f32 and f64.
struct Case {
  const char *op;
  Wide (*reference)(Wide);
  double boundF32, boundF64;
};

#define LIBM(name) [](Wide x) -> Wide { return std::name(x); }

const Case cases[] = {
    {"exp", LIBM(exp), 2, 2},
    {"exp2", LIBM(exp2), 2, 2},
    {"expm1", LIBM(expm1), 2, 2},
    {"sinh", LIBM(sinh), 2, 2},
    {"cosh", LIBM(cosh), 2, 2},
    {"tanh", LIBM(tanh), 2.5, 2.5}, // one path for all arguments: two roundings before the last
    {"log", LIBM(log), 2, 2},
    {"log2", LIBM(log2), 2, 2},
    {"log10", LIBM(log10), 2, 2},
    {"log1p", LIBM(log1p), 2, 2},
    {"asinh", LIBM(asinh), 2, 2},
    {"acosh", LIBM(acosh), 2, 2},
    {"atanh", LIBM(atanh), 2, 2},
    {"sin", LIBM(sin), 2, 2},
    {"cos", LIBM(cos), 2, 2},
    {"tan", LIBM(tan), 2, 2},
    {"asin", LIBM(asin), 2, 2},
    {"acos", LIBM(acos), 2, 2},
    {"atan", LIBM(atan), 2, 2},
    {"erf", LIBM(erf), 2, 2},
    {"erfc", LIBM(erfc), 4, 4},
    {"cbrt", LIBM(cbrt), 2, 2},
    {"rsqrt", [](Wide x) { return 1 / std::sqrt(x); }, 2, 2},
};

/// The two-operand ones.
struct Case2 {
  const char *op;
  Wide (*reference)(Wide, Wide);
  double boundF32, boundF64;
};

const Case2 cases2[] = {
    {"powf", [](Wide x, Wide y) { return std::pow(x, y); }, 2, 2},
    {"atan2", [](Wide y, Wide x) { return std::atan2(y, x); }, 2, 2},
};

/// A loop over two inputs and one output, by vectors or by scalars; unary ops take the first input.
std::string kernel(const std::string &op, bool unary, const std::string &element, bool vector) {
  std::string type = vector ? "vector<" + std::to_string(lanes) + "x" + element + ">" : element;
  std::string memref = "memref<?x" + element + ">";
  std::string load = vector ? "vector.load" : "memref.load";
  std::string suffix = vector ? memref + ", " + type : memref;
  std::string name = "@" + op + "_" + element + (vector ? "_vector" : "_scalar");
  std::string operands = unary ? "%x" : "%x, %y";
  return "func.func " + name + "(%a: " + memref + ", %b: " + memref + ", %c: " + memref + ") {\n" +
         "  %zero = arith.constant 0 : index\n  %step = arith.constant " +
         std::to_string(vector ? lanes : 1) + " : index\n  %n = memref.dim %a, %zero : " + memref +
         "\n  scf.for %i = %zero to %n step %step {\n" + "    %x = " + load +
         " %a[%i] : " + suffix + "\n    %y = " + load + " %b[%i] : " + suffix + "\n    %r = math." +
         op + " " + operands + " : " + type + "\n    " +
         (vector ? "vector.store" : "memref.store") + " %r, %c[%i] : " + suffix +
         "\n  }\n  return\n}\n";
}

std::string allKernels() {
  std::string text;
  for (const char *element : {"f32", "f64"})
    for (bool vector : {false, true}) {
      for (const Case &c : cases)
        text += kernel(c.op, true, element, vector);
      for (const Case2 &c : cases2)
        text += kernel(c.op, false, element, vector);
    }
  return text;
}

template <typename T> using Loop = void(AGC_MEMREF1(T), AGC_MEMREF1(T), AGC_MEMREF1(T));

/// The error of `got` in units of the last place of `expected`, and infinity where they are unlike.
template <typename T> double ulps(T got, Wide expected) {
  T rounded = static_cast<T>(expected);
  if (std::isnan(expected) || std::isnan(got))
    return std::isnan(expected) == std::isnan(got) ? 0 : INFINITY;
  if (rounded == 0 || got == 0)
    if (std::signbit(rounded) != std::signbit(got))
      return INFINITY;
  if (std::isinf(rounded) || std::isinf(got)) {
    if (rounded == got)
      return 0;
    // Next to the overflow threshold either side may be rounded away from the other.
    T largest = std::copysign(std::numeric_limits<T>::max(), got);
    return std::fabs(rounded) >= std::numeric_limits<T>::max() && got == largest ? 1 : INFINITY;
  }
  int exponent = std::max(std::ilogb(rounded), std::numeric_limits<T>::min_exponent - 1);
  if (rounded == 0)
    exponent = std::numeric_limits<T>::min_exponent - 1;
  Wide unit = std::ldexp(Wide(1), exponent - std::numeric_limits<T>::digits + 1);
  return static_cast<double>(std::fabs(static_cast<Wide>(got) - expected) / unit);
}

template <typename T> struct Sweep {
  const char *format = sizeof(T) == 4 ? "f32" : "f64";
  agc::test::Jit &jit;
  int failures = 0;

  void run(const std::string &name, const std::vector<T> &x, const std::vector<T> &y,
           std::vector<T> &out) {
    auto *loop = jit.lookup<Loop<T>>(name);
    int64_t n = x.size();
    auto in = [](const std::vector<T> &v) { return const_cast<T *>(v.data()); };
    loop(in(x), in(x), 0, n, 1, in(y), in(y), 0, n, 1, out.data(), out.data(), 0, n, 1);
  }

  template <typename Reference>
  void check(const std::string &op, double bound, const std::vector<T> &x, const std::vector<T> &y,
             Reference reference) {
    std::vector<T> vector(x.size()), scalar(x.size());
    run(op + "_" + format + "_vector", x, y, vector);
    run(op + "_" + format + "_scalar", x, y, scalar);
    double worst = 0;
    size_t where = 0, unlike = 0;
    for (size_t i = 0; i < x.size(); ++i) {
      bool bothNan = std::isnan(vector[i]) && std::isnan(scalar[i]);
      if (!bothNan && std::memcmp(&vector[i], &scalar[i], sizeof(T)) && unlike++ == 0)
        std::printf("%s %s(%.9g): vector %.17g, scalar %.17g\n", format, op.c_str(), double(x[i]),
                    double(vector[i]), double(scalar[i]));
      double error = ulps<T>(vector[i], reference(x[i], y[i]));
      if (error > worst)
        worst = error, where = i;
    }
    bool good = worst <= bound && unlike == 0;
    failures += !good;
    std::printf("%s %-6s %6.2f ulp (bound %g) at %.9g, %.9g: %.17g%s\n", format, op.c_str(), worst,
                bound, double(x[where]), double(y[where]), double(vector[where]),
                good ? "" : "  FAILED");
  }
};

template <typename T> std::vector<T> specials() {
  using L = std::numeric_limits<T>;
  std::vector<T> values = {0,
                           L::denorm_min(),
                           L::min() / 2,
                           L::min(),
                           L::epsilon(),
                           T(0.25),
                           T(0.5),
                           1,
                           T(1.5),
                           2,
                           3,
                           4,
                           T(2.5),
                           7,
                           10,
                           88,
                           89,
                           104,
                           710,
                           746,
                           1e4,
                           65536,
                           L::max() / 2,
                           L::max(),
                           L::infinity(),
                           L::quiet_NaN(),
                           T(1e30),
                           T(1e9),
                           T(1e22),
                           std::nextafter(T(1), T(0)),
                           std::nextafter(T(1), T(2))};
  size_t n = values.size();
  for (size_t i = 0; i < n; ++i)
    values.push_back(-values[i]);
  return values;
}

/// One of how many arguments is tried.
unsigned every = 1;

/// Every `stride`-th bit pattern of f32; f64 patterns by the same count of steps.
template <typename T> std::vector<T> patterns() {
  using Bits = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;
  const Bits stride = Bits(sizeof(T) == 4 ? 997 : 8796093022237ull * 4) * every;
  std::vector<T> values = specials<T>();
  Bits bits = 0;
  for (uint64_t count = ~Bits(0) / stride; count; --count, bits += stride) {
    T value;
    std::memcpy(&value, &bits, sizeof(T));
    values.push_back(value);
  }
  values.resize(values.size() / lanes * lanes);
  return values;
}

/// Pairs for two-operand functions: special values with each other, then a random walk.
template <typename T> void pairs(std::vector<T> &x, std::vector<T> &y) {
  for (T a : specials<T>())
    for (T b : specials<T>())
      x.push_back(a), y.push_back(b);
  uint64_t state = 42;
  auto random = [&] {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return double(state >> 11) / double(1ull << 53);
  };
  for (int i = 0; i < 500000 / int(every); ++i) {
    double a = std::exp2(random() * 40 - 20), b = std::exp2(random() * 14 - 7);
    x.push_back(T(i % 4 ? a : 1 + (random() - 0.5) * 0.01));
    y.push_back(T(random() < 0.5 ? b : -b) * (i % 4 ? 1 : 100));
  }
  for (int i = 0; i < 1000; ++i)
    x.push_back(T(-i % 50)), y.push_back(T(i % 7 - 3));
  while (x.size() % lanes)
    x.push_back(1), y.push_back(1);
}

/// A function that is x near 0 gives subnormal numbers back as they are.
template <typename T> int subnormals(agc::test::Jit &jit) {
  using L = std::numeric_limits<T>;
  std::vector<T> x;
  for (int i = 1; i <= lanes; ++i)
    for (T value : {i * L::denorm_min(), L::min() - i * L::denorm_min()})
      x.insert(x.end(), {value, -value});
  Sweep<T> sweep{.jit = jit};
  int failures = 0;
  for (const Case &c : cases) {
    if (T(c.reference(L::min())) != L::min())
      continue;
    std::vector<T> out(x.size());
    sweep.run(std::string(c.op) + "_" + sweep.format + "_vector", x, x, out);
    if (std::memcmp(x.data(), out.data(), x.size() * sizeof(T)) == 0)
      continue;
    ++failures;
    std::printf("%s %s changes subnormal numbers: FAILED\n", sweep.format, c.op);
  }
  return failures;
}

template <typename T> int sweep(agc::test::Jit &jit) {
  Sweep<T> sweep{.jit = jit};
  std::vector<T> x = patterns<T>();
  constexpr bool f32 = sizeof(T) == 4;
  for (const Case &c : cases)
    sweep.check(c.op, f32 ? c.boundF32 : c.boundF64, x, x,
                [&](Wide a, Wide) { return f32 ? Wide(c.reference(a)) : c.reference(a); });
  std::vector<T> a, b;
  pairs(a, b);
  for (const Case2 &c : cases2)
    sweep.check(c.op, f32 ? c.boundF32 : c.boundF64, a, b, c.reference);
  return sweep.failures;
}

} // namespace

int main(int argc, char **argv) {
  if (argc > 1)
    every = std::max(1, std::atoi(argv[1]));
  agc::test::Jit jit(allKernels(), "agc-expand-math");
  int failures = sweep<float>(jit) + sweep<double>(jit);
  failures += subnormals<float>(jit) + subnormals<double>(jit);
  if (failures)
    std::printf("%d functions failed\n", failures);
  return failures != 0;
}
