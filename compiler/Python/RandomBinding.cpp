// Random tensors: PyTorch's distributions, drawn in the order of the elements. They enter the trace
// as data.
#include "compiler/Python/Convert.h"
#include "compiler/Python/Generator.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace agc::python {
namespace {

using Sizes = std::vector<int64_t>;

int64_t countOf(const Sizes &sizes) {
  int64_t count = 1;
  for (int64_t size : sizes) {
    if (size < 0)
      throw std::runtime_error("Trying to create tensor with negative dimension " +
                               std::to_string(size));
    if (__builtin_mul_overflow(count, size, &count) || count > int64_t(1) << 56)
      throw std::runtime_error("Storage size calculation overflowed");
  }
  return count;
}

/// Elements as they are drawn.
class Drawn {
public:
  Drawn(const Sizes &sizes, DType dtype)
      : sizes(sizes), dtype(dtype), each(agc::bytesOf(dtype)),
        elements(session::allocate(each * countOf(sizes))) {
    if (session::isExporting())
      throw Error(here(), "random numbers in an exported function are not implemented yet: they "
                          "would be the same in each call");
  }

  bool isComplex() const { return dtype == DType::Complex64 || dtype == DType::Complex128; }
  /// The dtype of what is drawn: of a complex number, each part.
  DType part() const {
    return dtype == DType::Complex64    ? DType::Float32
           : dtype == DType::Complex128 ? DType::Float64
                                        : dtype;
  }
  int64_t count() const { return int64_t(elements.bytes / agc::bytesOf(part())); }
  void set(int64_t i, double value) {
    storeReal(part(), value, elements.memory.get() + i * agc::bytesOf(part()));
  }
  void setInt(int64_t i, int64_t value) {
    storeInt(part(), value, elements.memory.get() + i * agc::bytesOf(part()));
  }
  Tensor tensor() const { return session::fromElements(dtype, sizes, elements, false, here()); }

private:
  Sizes sizes;
  DType dtype;
  uint64_t each;
  session::Elements elements;
};

/// Digits of the mantissa, the one before the point included.
int digitsOf(DType dtype) {
  switch (dtype) {
  case DType::Float16:
    return 11;
  case DType::BFloat16:
    return 8;
  case DType::Float32:
    return 24;
  case DType::Float64:
    return 53;
  default:
    throw nb::type_error("a floating-point dtype is asked for");
  }
}

/// In [0, 1): f64 draws 53 bits, all others 24.
double uniformOf(Generator &generator, DType dtype) {
  return dtype == DType::Float64 ? generator.uniformDouble() : generator.uniformFloat();
}

/// A number as a dtype holds it.
double rounded(DType dtype, double value) {
  char bytes[8];
  storeReal(dtype, value, bytes);
  return realAt(dtype, bytes);
}

Tensor uniform(Generator &generator, const Sizes &sizes, int dtype, double from, double to) {
  Drawn drawn(sizes, DType(dtype));
  DType part = drawn.part();
  digitsOf(part);
  double end = rounded(part, to);
  for (int64_t i = 0, n = drawn.count(); i < n; ++i) {
    double number = uniformOf(generator, part);
    // f16 and bf16 are made as f32. What is rounded to the end, which is not drawn, is the start.
    number = part == DType::Float64 ? std::fma(number, to - from, from)
                                    : std::fma(float(number), float(to) - float(from), float(from));
    drawn.set(i, rounded(part, number) == end ? from : number);
  }
  return drawn.tensor();
}

/// Sixteen at a time: the first eight uniform numbers give radii, the others angles.
void normalSixteen(Generator &generator, Drawn &drawn, int64_t first, double mean, double std) {
  DType part = drawn.part();
  // f16 and bf16 are made as f32.
  DType made = part == DType::Float64 ? part : DType::Float32;
  double numbers[16];
  for (double &number : numbers)
    number = uniformOf(generator, made);
  for (int i = 0; i < 8; ++i) {
    double radius = std::sqrt(-2 * std::log(1 - numbers[i]));
    double angle = 2 * M_PI * numbers[i + 8];
    drawn.set(first + i, radius * std::cos(angle) * std + mean);
    drawn.set(first + i + 8, radius * std::sin(angle) * std + mean);
  }
}

/// `isPlain`: the tensor to be filled is contiguous; others take numbers one by one.
Tensor normal(Generator &generator, const Sizes &sizes, int dtype, double mean, double std,
              bool isPlain) {
  Drawn drawn(sizes, DType(dtype));
  digitsOf(drawn.part());
  if (drawn.isComplex())
    std /= std::sqrt(2.0);
  int64_t count = drawn.count();
  if (count < 16 || !isPlain) {
    for (int64_t i = 0; i < count; ++i)
      drawn.set(i, generator.normal() * std + mean);
    return drawn.tensor();
  }
  bool half = isHalf(drawn.part());
  for (int64_t i = 0; i + 16 <= count; i += 16)
    normalSixteen(generator, drawn, i, mean, std);
  if (count % 16 == 0)
    return drawn.tensor();
  // The last sixteen are made again; what was drawn for the rest is lost.
  for (int64_t i = count - count % 16; !half && i < count; ++i)
    uniformOf(generator, drawn.part());
  normalSixteen(generator, drawn, count - 16, mean, std);
  return drawn.tensor();
}

/// base + a number below `range`, where 0 stands for 2^64.
Tensor integers(Generator &generator, const Sizes &sizes, int dtype, int64_t base, uint64_t range) {
  Drawn drawn(sizes, DType(dtype));
  bool isWide = range == 0 || range >= uint64_t(1) << 28;
  for (int64_t i = 0, n = drawn.count(); i < n; ++i) {
    uint64_t bits = isWide ? generator.next64() : generator.next();
    drawn.setInt(i, int64_t(uint64_t(base) + (range ? bits % range : bits)));
  }
  return drawn.tensor();
}

/// random_() without bounds: all that a dtype can count to.
Tensor anyNumbers(Generator &generator, const Sizes &sizes, int dtype) {
  Drawn drawn(sizes, DType(dtype));
  auto type = DType(dtype);
  bool isWide = type == DType::Int64 || type == DType::Float64;
  uint64_t range = 0;
  if (type == DType::Bool)
    range = 2;
  else if (type == DType::UInt8)
    range = 256;
  else if (type >= DType::Int8 && type <= DType::Int64)
    range = uint64_t(1) << (8 * agc::bytesOf(type) - 1);
  else
    range = (uint64_t(1) << digitsOf(type)) + 1;
  for (int64_t i = 0, n = drawn.count(); i < n; ++i)
    drawn.setInt(i, int64_t((isWide ? generator.next64() : generator.next()) % range));
  return drawn.tensor();
}

Tensor bernoulli(Generator &generator, const Sizes &sizes, int dtype, double p) {
  Drawn drawn(sizes, DType(dtype));
  int64_t step = drawn.isComplex() ? 2 : 1;
  for (int64_t i = 0, n = drawn.count(); i < n; i += step) {
    drawn.set(i, generator.uniformDouble() < p);
    if (step == 2)
      drawn.set(i + 1, 0);
  }
  return drawn.tensor();
}

/// Each with a probability of its own, into a tensor of `dtype`.
Tensor bernoulliOf(Generator &generator, const Tensor &probabilities, int dtype) {
  session::Elements given = session::elementsOf(probabilities, here());
  DType type = probabilities.dtype();
  Drawn drawn(session::factsOf(probabilities).sizes, DType(dtype));
  for (int64_t i = 0, n = drawn.count(); i < n; ++i) {
    double p = realAt(type, given.memory.get() + i * agc::bytesOf(type));
    if (!(p >= 0 && p <= 1))
      throw std::runtime_error("Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could "
                               "this error message be improved?  If so, please report an "
                               "enhancement request to PyTorch.)");
    drawn.set(i, type == DType::Float64 ? generator.uniformDouble() < p
                                        : generator.uniformFloat() < float(p));
  }
  return drawn.tensor();
}

/// A number for each element of a tensor of parameters, drawn by a function of it.
template <typename Draw> Tensor drawnOf(const Tensor &parameters, int dtype, Draw draw) {
  session::Elements given = session::elementsOf(parameters, here());
  DType type = parameters.dtype();
  Drawn drawn(session::factsOf(parameters).sizes, DType(dtype));
  for (int64_t i = 0, n = drawn.count(); i < n; ++i)
    drawn.set(i, draw(realAt(type, given.memory.get() + i * agc::bytesOf(type))));
  return drawn.tensor();
}

/// A number of the gamma distribution of rate 1 (Marsaglia and Tsang, 2000), the parameter's
/// arithmetic in T.
template <typename T> double gammaNumber(Generator &generator, T alpha) {
  double scale = 1;
  if (alpha < 1) { // few would be accepted
    if (alpha == 0)
      return 0;
    scale = std::pow(1 - generator.uniformDouble(), double(T(1) / alpha));
    alpha += 1;
  }
  const double d = T(alpha - 1.0f / 3.0f), c = 1 / std::sqrt(9 * d);
  while (true) {
    double x, y;
    do {
      x = generator.normal();
      y = 1 + c * x;
    } while (y <= 0);
    double v = y * y * y, u = 1 - generator.uniformDouble(), squared = x * x;
    if (u < 1 - 0.0331f * squared * squared ||
        std::log(u) < 0.5 * squared + d * (1 - v + std::log(v)))
      return scale * d * v;
  }
}

Tensor gammaOf(Generator &generator, const Tensor &concentration, int dtype) {
  if (concentration.dtype() == DType::Float64)
    return drawnOf(concentration, dtype, [&](double alpha) {
      return std::max(std::numeric_limits<double>::min(), gammaNumber(generator, alpha));
    });
  return drawnOf(concentration, dtype, [&](double alpha) {
    return std::max(double(std::numeric_limits<float>::min()),
                    gammaNumber(generator, float(alpha)));
  });
}

/// A number of the Poisson distribution of a large rate, by transformed rejection (Hoermann, 1993).
double manyEvents(Generator &generator, double rate) {
  double logRate = std::log(rate), b = 0.931 + 2.53 * std::sqrt(rate), a = -0.059 + 0.02483 * b;
  double inverse = 1.1239 + 1.1328 / (b - 3.4), accepted = 0.9277 - 3.6224 / (b - 2);
  while (true) {
    double u = generator.uniformDouble() - 0.5, v = generator.uniformDouble();
    double us = 0.5 - std::fabs(u), k = std::floor((2 * a / us + b) * u + rate + 0.43);
    if (us >= 0.07 && v <= accepted)
      return k;
    if (k < 0 || (us < 0.013 && v > us))
      continue;
    if (std::log(v) + std::log(inverse) - std::log(a / (us * us) + b) <=
        -rate + k * logRate - std::lgamma(k + 1))
      return k;
  }
}

Tensor poissonOf(Generator &generator, const Tensor &rates, int dtype) {
  return drawnOf(rates, dtype, [&](double rate) {
    if (!(rate >= 0))
      throw std::runtime_error("invalid Poisson rate, expected rate to be non-negative");
    if (rate >= 10)
      return manyEvents(generator, rate);
    double count = 0;
    if (rate > 0)
      for (double product = generator.uniformDouble(), least = std::exp(-rate); product > least;
           product *= generator.uniformDouble())
        ++count;
    return count;
  });
}

Tensor exponential(Generator &generator, const Sizes &sizes, int dtype, double rate) {
  Drawn drawn(sizes, DType(dtype));
  digitsOf(drawn.part());
  for (int64_t i = 0, n = drawn.count(); i < n; ++i)
    drawn.set(i, -1 / rate * std::log1p(-generator.uniformDouble()));
  return drawn.tensor();
}

Tensor permutation(Generator &generator, int64_t n, int dtype) {
  Drawn drawn({n}, DType(dtype));
  std::vector<int64_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  bool isWide = n >= int64_t(UINT32_MAX) / 20;
  for (int64_t i = 0; i + 1 < n; ++i) {
    uint64_t bits = isWide ? generator.next64() : generator.next();
    std::swap(order[i], order[i + int64_t(bits % uint64_t(n - i))]);
  }
  for (int64_t i = 0; i < n; ++i)
    drawn.setInt(i, order[i]);
  return drawn.tensor();
}

// ---------------------------------------------------------------- multinomial

const char *whyNoWeight(double weight, bool replacement) {
  if (!replacement)
    return "probability tensor contains either `inf`, `nan` or element < 0";
  return weight >= 0
             ? "invalid multinomial distribution (encountering probability entry = infinity "
               "or NaN)"
             : "invalid multinomial distribution (encountering probability entry < 0)";
}

/// Rows of weights.
struct Weights {
  std::vector<double> numbers;
  int64_t rows, width;
  bool isDouble;

  double *row(int64_t i) { return numbers.data() + i * width; }
};

Weights weightsOf(const Tensor &tensor, bool replacement) {
  DType type = tensor.dtype();
  session::Elements given = session::elementsOf(tensor, here());
  Sizes sizes = session::factsOf(tensor).sizes;
  Weights weights{{}, sizes.size() == 2 ? sizes.front() : 1, sizes.back(), type == DType::Float64};
  for (int64_t i = 0; i < weights.rows; ++i) {
    double sum = 0;
    for (int64_t j = 0; j < weights.width; ++j) {
      uint64_t at = weights.numbers.size() * agc::bytesOf(type);
      double weight = realAt(type, given.memory.get() + at);
      if (!(weight >= 0) || std::isinf(weight))
        throw std::runtime_error(whyNoWeight(weight, replacement));
      weights.numbers.push_back(weight);
      sum += weight;
    }
    if (sum <= 0)
      throw std::runtime_error("invalid multinomial distribution (sum of probabilities <= 0)");
  }
  return weights;
}

/// The positions of the largest of a row's weights over exponential numbers.
void drawWithoutReplacement(Generator &generator, Weights &weights, int64_t count, Drawn &drawn) {
  for (double &weight : weights.numbers) {
    double number = -std::log1p(-generator.uniformDouble());
    weight = weights.isDouble ? weight / number : float(weight) / float(number);
  }
  std::vector<int64_t> order(weights.width);
  for (int64_t i = 0; i < weights.rows; ++i) {
    const double *row = weights.row(i);
    std::iota(order.begin(), order.end(), 0);
    std::partial_sort(order.begin(), order.begin() + count, order.end(), [&](int64_t a, int64_t b) {
      return row[a] != row[b] ? row[a] > row[b] : a < b;
    });
    for (int64_t j = 0; j < count; ++j)
      drawn.setInt(i * count + j, order[j]);
  }
}

/// Where uniform numbers fall among the sums of a row's weights.
void drawWithReplacement(Generator &generator, Weights &weights, int64_t count, Drawn &drawn) {
  auto narrow = [&](double value) { return weights.isDouble ? value : double(float(value)); };
  for (int64_t i = 0; i < weights.rows; ++i) {
    double *row = weights.row(i), *end = row + weights.width;
    double sum = 0;
    for (double *at = row; at != end; ++at)
      *at = sum = narrow(sum + *at);
    for (double *at = row; at != end; ++at)
      *at = narrow(*at / sum);
    end[-1] = 1;
    for (int64_t j = 0; j < count; ++j)
      drawn.setInt(i * count + j, std::lower_bound(row, end, generator.uniformDouble()) - row);
  }
}

/// Positions of `count` of the weights of each row.
Tensor multinomial(Generator &generator, const Tensor &tensor, int64_t count, bool replacement) {
  Weights weights = weightsOf(tensor, replacement && count != 1);
  Sizes sizes = session::factsOf(tensor).sizes;
  sizes.back() = count;
  Drawn drawn(sizes, DType::Int64);
  // One is drawn alike either way.
  if (!replacement || count == 1)
    drawWithoutReplacement(generator, weights, count, drawn);
  else
    drawWithReplacement(generator, weights, count, drawn);
  return drawn.tensor();
}

} // namespace

void bindRandom(nb::module_ &module) {
  nb::class_<Generator>(module, "Generator")
      .def(nb::init<uint64_t>())
      .def("set_seed", &Generator::setSeed)
      .def("get_seed", &Generator::getSeed)
      .def("get_state",
           [](const Generator &self) {
             std::string state = self.getState();
             return nb::bytes(state.data(), state.size());
           })
      .def("set_state",
           [](Generator &self, nb::bytes state) {
             return self.setState(std::string(state.c_str(), state.size()));
           })
      .def("uniform", &uniform)
      .def("normal", &normal)
      .def("integers", &integers)
      .def("any_numbers", &anyNumbers)
      .def("bernoulli", &bernoulli)
      .def("bernoulli_of", &bernoulliOf)
      .def("gamma_of", &gammaOf)
      .def("poisson_of", &poissonOf)
      .def("exponential", &exponential)
      .def("permutation", &permutation)
      .def("multinomial", &multinomial);
}

} // namespace agc::python
