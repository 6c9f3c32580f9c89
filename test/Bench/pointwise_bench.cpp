// Times pointwise ops and row-wise chains on f32 beside a copy of the same bytes, one thread.
// pointwise_bench [--rounds N] [FILTER]: FILTER is a part of the name to run.
#include "test/Bench/Timing.h"
#include "test/CodeGen/Jit.h"
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

/// A body over %a (and %b), or whole ops over %0 -> %1 with rows; and the goal for large arrays.
struct Kernel {
  const char *name;
  int inputs;
  bool rows;
  const char *text;
  double goal; // of the copy's speed; 0: reported only
};

const Kernel kernels[] = {
#include "test/Bench/pointwise_kernels.inc"
};

constexpr long rowLength = 1024;

std::string functionOf(const Kernel &kernel) {
  std::string name = std::string("func.func @") + kernel.name;
  if (kernel.rows)
    return name +
           "(%0: memref<?x1024xf32>, %1: memref<?x1024xf32>, %2: memref<?xf32>, %3: memref<?xf32>) "
           "{" +
           kernel.text + "  return\n}\n";
  std::string id = "affine_map<(i) -> (i)>", m = "memref<?xf32>";
  bool two = kernel.inputs == 2;
  return name + "(%0: " + m + ", %1: " + m + ", %2: " + m +
         ") {\n  linalg.generic {indexing_maps = [" + id + ", " + id + (two ? ", " + id : "") +
         "], iterator_types = [\"parallel\"]} ins(%0" + (two ? ", %1" : "") + " : " + m +
         (two ? ", " + m : "") + ") outs(%2 : " + m + ") {\n  ^bb0(%a: f32" +
         (two ? ", %b: f32" : "") + ", %o: f32):\n" + kernel.text +
         "    linalg.yield %r : f32\n  }\n  return\n}\n";
}

struct Arrays {
  explicit Arrays(long n) : n(n) {
    for (float **array : {&x, &y, &out, &from, &to}) {
      *array = static_cast<float *>(std::aligned_alloc(64, (n + n / 2) * sizeof(float)));
      for (long i = 0; i < n + n / 2; ++i)
        (*array)[i] = float(i % 1013) / 200 - 2.5f;
    }
  }
  ~Arrays() {
    for (float *array : {x, y, out, from, to})
      std::free(array);
  }
  long n;
  float *x, *y, *out, *from, *to;
};

using Flat = void(AGC_MEMREF1(float), AGC_MEMREF1(float), AGC_MEMREF1(float));
using Rows = void(AGC_MEMREF2(float), AGC_MEMREF2(float), AGC_MEMREF1(float), AGC_MEMREF1(float));

void run(agc::test::Jit &jit, const Kernel &kernel, Arrays &arrays, int rounds, double seconds) {
  long n = arrays.n;
  float *x = arrays.x, *y = arrays.y, *out = arrays.out;
  long copied =
      kernel.inputs == 2 ? n + n / 2 : n; // reads and writes together as much as the kernel
  auto copy = [&] { std::memcpy(arrays.to, arrays.from, copied * sizeof(float)); };
  Pair pair;
  if (kernel.rows) {
    auto *function = jit.lookup<Rows>(kernel.name);
    long m = n / rowLength, k = rowLength;
    pair = timePair(
        [&] {
          function(x, x, 0, m, k, k, 1, out, out, 0, m, k, k, 1, y, y, 0, m, 1, y + m, y + m, 0, m,
                   1);
        },
        copy, rounds, seconds);
  } else {
    auto *function = jit.lookup<Flat>(kernel.name);
    pair = timePair([&] { function(x, x, 0, n, 1, y, y, 0, n, 1, out, out, 0, n, 1); }, copy,
                    rounds, seconds);
  }
  std::printf("%-12s %9ld %8.3f %8.3f %7.2f %7.2f", kernel.name, n, pair.ours.best * 1e9 / n,
              pair.ours.median * 1e9 / n, pair.bestRatio(), pair.medianRatio());
  if (kernel.goal && n > 1 << 20)
    std::printf("   goal %.2f", kernel.goal);
  std::printf("\n");
  std::fflush(stdout);
}

} // namespace

int main(int argc, char **argv) {
  int rounds = 15;
  const char *filter = "";
  for (int i = 1; i < argc; ++i)
    if (!std::strcmp(argv[i], "--rounds") && i + 1 < argc)
      rounds = std::atoi(argv[++i]);
    else
      filter = argv[i];
  std::string text;
  for (const Kernel &kernel : kernels)
    text += functionOf(kernel);
  agc::test::Jit jit(text, "agc-linalg-to-loops,agc-expand-math");
  std::printf("kernel        elements ns/el best  median  of memcpy: best  median\n");
  for (long n : {1l << 16, 1l << 24}) {
    Arrays arrays(n);
    for (const Kernel &kernel : kernels)
      if (std::strstr(kernel.name, filter))
        run(jit, kernel, arrays, rounds, n > 1 << 20 ? 0.03 : 0.003);
  }
}
