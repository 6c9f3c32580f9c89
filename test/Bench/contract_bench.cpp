// Times every contraction beside OpenBLAS, one thread each, and prints the ratios.
// contract_bench [--seed N] [--rounds N] [--sizes MxNxK] [FILTER]: FILTER is a part of the lines to
// run; --sizes runs the kernels of unknown extents at these instead of all shapes.
#include "test/Bench/Timing.h"
#include "test/CodeGen/Contract/Kernel.h"
#include <cblas.h>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "static_table.inc"
#include "unknown_table.inc"

// Scratch is an arena in a model, and never allocated by a call: so it is here.
static char arena[256 << 20];
static size_t arenaUsed = 0, arenaBlocks = 0;
extern "C" void *_mlir_memref_to_llvm_alloc(size_t bytes) {
  if (bytes > sizeof(arena) - arenaUsed)
    std::abort();
  ++arenaBlocks;
  return arena + std::exchange(arenaUsed, arenaUsed + bytes);
}
extern "C" void _mlir_memref_to_llvm_free(void *) {
  if (--arenaBlocks == 0)
    arenaUsed = 0;
}

extern "C" void openblas_set_num_threads(int);
extern "C" char *openblas_get_corename(void);

namespace {

using Sizes = std::map<char, long>;

struct FreeBuffer {
  void operator()(void *p) const { std::free(p); }
};

/// A dense buffer with its descriptor.
struct Operand {
  Operand(const std::string &letters, const Sizes &sizes, size_t elementBytes) {
    long stride = 1;
    size_t rank = letters.size();
    for (size_t axis = rank; axis-- > 0;) {
      descriptor.sizesAndStrides[axis] = sizes.at(letters[axis]);
      descriptor.sizesAndStrides[rank + axis] = stride;
      stride *= sizes.at(letters[axis]);
    }
    size_t bytes = (stride * elementBytes + 63) / 64 * 64;
    data.reset(std::aligned_alloc(64, bytes));
    bool f32 = elementBytes == 4;
    for (long i = 0; i < stride; ++i)
      if (f32)
        static_cast<float *>(data.get())[i] = float(i % 17) - 8;
      else
        static_cast<double *>(data.get())[i] = double(i % 17) - 8;
    descriptor.allocated = descriptor.aligned = data.get();
    descriptor.offset = 0;
  }
  Descriptor descriptor;
  std::unique_ptr<void, FreeBuffer> data;
};

void blas(const std::string &element, bool aTransposed, bool bTransposed, long m, long n, long k,
          const void *a, const void *b, void *c) {
  auto ta = aTransposed ? CblasTrans : CblasNoTrans, tb = bTransposed ? CblasTrans : CblasNoTrans;
  int lda = aTransposed ? m : k, ldb = bTransposed ? k : n;
  if (element == "f32")
    cblas_sgemm(CblasRowMajor, ta, tb, m, n, k, 1, static_cast<const float *>(a), lda,
                static_cast<const float *>(b), ldb, 0, static_cast<float *>(c), n);
  else
    cblas_dgemm(CblasRowMajor, ta, tb, m, n, k, 1, static_cast<const double *>(a), lda,
                static_cast<const double *>(b), ldb, 0, static_cast<double *>(c), n);
}

/// The largest difference of two results, against the size of a sum of so many terms.
template <typename T> double difference(const void *x, const void *y, long count, long terms) {
  double worst = 0;
  for (long i = 0; i < count; ++i)
    worst = std::max(worst, std::abs(double(static_cast<const T *>(x)[i]) -
                                     double(static_cast<const T *>(y)[i])));
  return worst / (64.0 * std::max(terms, 1l));
}

class Bench {
public:
  int rounds = 15;
  std::string filter;

  void run(const KernelEntry &entry, Sizes sizes, const char *kind) {
    for (auto [letter, extent] : entry.extents)
      sizes[letter] = extent;
    std::string einsum = entry.einsum, element = entry.element;
    size_t comma = einsum.find(','), arrow = einsum.find("->");
    std::string aLetters = einsum.substr(0, comma);
    std::string bLetters = einsum.substr(comma + 1, arrow - comma - 1);
    long batch = sizes.count('b') ? sizes['b'] : 1, m = sizes['m'], n = sizes['n'], k = sizes['k'];
    bool ta = aLetters.back() == 'm', tb = bLetters.back() == 'k';
    char line[128];
    std::snprintf(line, sizeof(line), "%-7s %s %c%c %3ld x %4ldx%4ldx%4ld", kind, entry.element,
                  ta ? 't' : 'n', tb ? 't' : 'n', batch, m, n, k);
    if (std::string(line).find(filter) == std::string::npos)
      return;
    size_t bytes = element == "f32" ? 4 : 8;
    Operand a(aLetters, sizes, bytes), b(bLetters, sizes, bytes);
    Operand c(einsum.substr(arrow + 2), sizes, bytes), c2(einsum.substr(arrow + 2), sizes, bytes);
    auto ours = [&] {
      using Function = void (*)(void *, void *, void *);
      reinterpret_cast<Function>(entry.function)(&a.descriptor, &b.descriptor, &c.descriptor);
    };
    auto peer = [&] {
      auto at = [&](Operand &o, long elements) {
        return static_cast<char *>(o.data.get()) + elements * bytes;
      };
      for (long i = 0; i < batch; ++i)
        blas(element, ta, tb, m, n, k, at(a, i * m * k), at(b, i * k * n), at(c2, i * m * n));
    };
    Pair pair = timePair(ours, peer, rounds, 2e-3);
    double error = element == "f32"
                       ? difference<float>(c.data.get(), c2.data.get(), batch * m * n, k)
                       : difference<double>(c.data.get(), c2.data.get(), batch * m * n, k);
    double flops = 2e-9 * batch * m * n * k;
    std::printf("%s | %6.1f (%6.1f) | %6.1f (%6.1f) | %5.2f (%5.2f)%s\n", line,
                flops / pair.ours.best, flops / pair.ours.median, flops / pair.peer.best,
                flops / pair.peer.median, pair.bestRatio(), pair.medianRatio(),
                error < 1e-6 ? "" : " WRONG");
    std::fflush(stdout);
    wrong |= error >= 1e-6;
    logs += std::log(pair.bestRatio());
    medianLogs += std::log(pair.medianRatio());
    worst = std::min(worst, pair.bestRatio());
    below += pair.bestRatio() < 0.9;
    ++count;
  }

  int summary() {
    std::printf("%d shapes: geometric mean %.3f (of medians %.3f), worst %.2f, %d below 0.9\n",
                count, std::exp(logs / count), std::exp(medianLogs / count), worst, below);
    return wrong;
  }

private:
  double logs = 0, medianLogs = 0, worst = 1e9;
  int count = 0, below = 0;
  bool wrong = false;
};

} // namespace

int main(int argc, char **argv) {
  Bench bench;
  unsigned seed = 1;
  long m = 0, n = 0, k = 0;
  for (int i = 1; i < argc; ++i) {
    if (!std::strcmp(argv[i], "--seed") && i + 1 < argc)
      seed = std::strtoul(argv[++i], nullptr, 10);
    else if (!std::strcmp(argv[i], "--rounds") && i + 1 < argc)
      bench.rounds = std::atoi(argv[++i]);
    else if (!std::strcmp(argv[i], "--sizes") && i + 1 < argc) {
      if (std::sscanf(argv[++i], "%ldx%ldx%ld", &m, &n, &k) != 3)
        return std::fprintf(stderr, "contract_bench: --sizes takes MxNxK\n"), 1;
    } else
      bench.filter = argv[i];
  }
  openblas_set_num_threads(1);
  std::printf("OpenBLAS core: %s; GFLOP/s best (median); ratio above one: ours is faster\n",
              openblas_get_corename());
  std::printf("%-7s %s %s %3s   %14s | %15s | %15s | ratio\n", "extents", "elt", "op", "b", "MxNxK",
              "agc", "OpenBLAS");
  if (m) {
    for (const KernelEntry &entry : unknown_table)
      bench.run(entry, {{'m', m}, {'n', n}, {'k', k}}, "unknown");
    return bench.summary();
  }
  for (const KernelEntry &entry : static_table)
    bench.run(entry, {}, "known");
  std::printf("30 random shapes of 16..1024, seed %u\n", seed);
  std::mt19937 random(seed);
  auto extent = [&] { return std::lround(16 * std::pow(64, random() / 4294967296.0)); };
  for (int i = 0; i < 30; ++i)
    bench.run(unknown_table[i % 3], {{'m', extent()}, {'n', extent()}, {'k', extent()}}, "unknown");
  return bench.summary();
}
