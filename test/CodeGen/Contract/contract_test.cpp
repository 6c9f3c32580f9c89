// Runs compiled contractions over many shapes and compares every bit with a naive loop nest: each
// element is one chain of fused multiply-adds in the order of its reduction loops, or, where these
// have many steps, a sum of such chains, or, where the result has few rows or few columns, a tree
// of such sums in lanes.
#include "test/CodeGen/Contract/Kernel.h"
#include <agc/pool.h>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <sys/mman.h>
#include <utility>

#include "contract_avx2.inc"
#include "contract_avx512.inc"
#include "contract_neon.inc"
#include "contract_threads.inc"

extern "C" void *_mlir_memref_to_llvm_alloc(size_t bytes) { return std::malloc(bytes); }
extern "C" void _mlir_memref_to_llvm_free(void *scratch) { std::free(scratch); }

namespace {

using Sizes = std::map<char, long>;
template <typename T> using Bits = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;

/// Memory that ends at an unreadable page, so that a read or write behind a buffer is a crash.
class GuardedMemory {
public:
  GuardedMemory() {
    base = static_cast<char *>(
        mmap(nullptr, kBytes + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (base == MAP_FAILED || mprotect(base + kBytes, 4096, PROT_NONE) != 0)
      std::perror("mmap"), std::exit(1);
  }
  char *endAt(size_t bytes) {
    if (bytes > kBytes)
      std::fprintf(stderr, "test buffer of %zu bytes is too large\n", bytes), std::exit(1);
    return base + kBytes - bytes;
  }

private:
  static constexpr size_t kBytes = 16 << 20;
  char *base;
};

/// A buffer with a word of its own between and around its elements, wherever the layout has gaps.
template <typename T> class TestBuffer {
public:
  void make(GuardedMemory &memory, const std::string &letters, const Sizes &sizes,
            const std::string &layout, bool noise, std::mt19937 &random) {
    size_t rank = letters.size();
    bool dense = layout == "dense" || rank == 0;
    long stride = layout == "any" ? 2 : 1;
    strides.clear();
    for (size_t axis = rank; axis-- > 0;) {
      strides[letters[axis]] = stride;
      descriptor.sizesAndStrides[axis] = sizes.at(letters[axis]);
      descriptor.sizesAndStrides[rank + axis] = stride;
      stride *= std::max(sizes.at(letters[axis]), dense ? 0l : 1l);
      stride += dense ? 0 : 3;
    }
    before = 4;
    long last = 0;
    bool empty = false;
    for (char letter : letters) {
      last += (sizes.at(letter) - 1) * strides[letter];
      empty |= sizes.at(letter) == 0;
    }
    count = before + (empty ? 0 : last + 1);
    data = reinterpret_cast<T *>(memory.endAt(count * sizeof(T)));
    start.assign(count, sentinel());
    forEach(letters, sizes, [&](long at) {
      start[at] = noise ? T(random()) / T(1u << 31) - T(1) : T(std::nan(""));
    });
    std::memcpy(data, start.data(), count * sizeof(T));
    long offset = dense ? 0 : before;
    descriptor.allocated = data;
    descriptor.aligned = data + (before - offset);
    descriptor.offset = offset;
  }

  template <typename Body>
  void forEach(const std::string &letters, const Sizes &sizes, Body body, size_t axis = 0,
               long at = -1) {
    at = at < 0 ? before : at;
    if (axis == letters.size())
      return body(at);
    for (long i = 0; i < sizes.at(letters[axis]); ++i)
      forEach(letters, sizes, body, axis + 1, at + i * strides[letters[axis]]);
  }

  static T sentinel() {
    Bits<T> bits = sizeof(T) == 4 ? 0x7fc0dead : Bits<T>(0x7ff80000deadbeefull);
    T value;
    std::memcpy(&value, &bits, sizeof(T));
    return value;
  }

  long stride(char letter) const {
    auto found = strides.find(letter);
    return found == strides.end() ? 0 : found->second;
  }

  Descriptor descriptor;
  std::vector<T> start; ///< what the buffer held, then what it must hold
  std::map<char, long> strides;
  T *data;
  long before, count;
};

/// One compiled kernel, run on one choice of extents.
template <typename T> class Run {
public:
  Run(const KernelEntry &entry, const Sizes &sizes) : entry(entry), sizes(sizes) {
    std::string einsum = entry.einsum;
    size_t comma = einsum.find(','), arrow = einsum.find("->");
    aLetters = einsum.substr(0, comma);
    bLetters = einsum.substr(comma + 1, arrow - comma - 1);
    cLetters = einsum.substr(arrow + 2);
    for (char letter : aLetters)
      if (cLetters.find(letter) == std::string::npos)
        reduced += letter;
  }

  /// Whether the kernel left exactly what the naive nest leaves, and nothing anywhere else.
  bool passes() {
    static GuardedMemory memories[5];
    std::mt19937 random(1);
    std::string layout = entry.layout, epilogue = entry.epilogue;
    bool adds = std::string(entry.start) == "add";
    std::string xLetters = epilogue == "bias"    ? cLetters.substr(cLetters.size() - 1)
                           : epilogue == "scale" ? cLetters.substr(0, 1)
                                                 : cLetters;
    a.make(memories[0], aLetters, sizes, layout, true, random);
    b.make(memories[1], bLetters, sizes, layout, true, random);
    c.make(memories[2], cLetters, sizes, layout, adds, random);
    x.make(memories[3], xLetters, sizes, layout, true, random);
    d.make(memories[4], cLetters, sizes, layout, false, random);
    expect(epilogue);
    call(epilogue);
    return holds(a, "A") && holds(b, "B") && holds(c, "C") && holds(x, "X") && holds(d, "D");
  }

private:
  void expect(const std::string &epilogue) {
    bool fills = std::string(entry.start) == "fill";
    parallel(0, a.before, b.before, c.before, x.before, d.before,
             [&](long ai, long bi, long ci, long xi, long di) {
               T before = fills ? T(0) : c.start[ci];
               T sum = lanesOfSum() ? before + reduceInLanes(ai, bi) : reduce(ai, bi, before);
               if (epilogue == "bias")
                 d.start[di] = std::max(sum + x.start[xi], T(0));
               else if (epilogue == "scale")
                 c.start[ci] = sum * x.start[xi];
               else
                 c.start[ci] = sum;
               if (epilogue == "keep")
                 d.start[di] = sum + x.start[xi];
             });
  }

  template <typename Body>
  void parallel(size_t axis, long ai, long bi, long ci, long xi, long di, Body &&body) {
    if (axis == cLetters.size())
      return body(ai, bi, ci, xi, di);
    char l = cLetters[axis];
    for (long i = 0; i < sizes.at(l); ++i)
      parallel(axis + 1, ai + i * a.stride(l), bi + i * b.stride(l), ci + i * c.stride(l),
               xi + i * x.stride(l), di + i * d.stride(l), body);
  }

  /// In how many lanes, if any, by the extents alone: one long loop is summed, and those of A or
  /// those of B take one turn, or few where the whole is small.
  long lanesOfSum() const {
    auto turns = [&](const std::string &mine, const std::string &other) {
      long count = 1;
      for (char letter : cLetters)
        if (mine.find(letter) != std::string::npos && other.find(letter) == std::string::npos)
          count *= sizes.at(letter);
      return count;
    };
    if (reduced.size() != 1)
      return 0;
    long depth = sizes.at(reduced[0]);
    long rows = turns(aLetters, bLetters), columns = turns(bLetters, aLetters);
    bool small = depth <= long(8192 / sizeof(T)) && rows * columns * depth <= 1 << 20;
    long lines = std::min(rows, columns);
    bool few = lines == 1 || (small && lines > 1 && lines <= 8);
    if (!few || depth <= long(256 / sizeof(T)))
      return 0;
    return (lines > 3 ? 32 : 64) / sizeof(T);
  }

  T reduceInLanes(long ai, long bi) {
    long lanes = lanesOfSum();
    T sums[16], chains[16] = {};
    std::fill(sums, sums + 16, -T(0));
    char l = reduced[0];
    for (long i = 0; i < sizes.at(l); ++i) {
      T &chain = chains[i % lanes];
      chain = std::fma(a.start[ai + i * a.stride(l)], b.start[bi + i * b.stride(l)], chain);
      if ((i / lanes + 1) % kMostSteps == 0 || i + lanes >= sizes.at(l))
        sums[i % lanes] += std::exchange(chain, T(0));
    }
    for (long half = lanes / 2; half; half /= 2)
      for (long i = 0; i < half; ++i)
        sums[i] += sums[i + half];
    return sums[0];
  }

  /// The first chain starts from what there is, the others are added to that.
  T reduce(long ai, long bi, T sum) {
    long steps = 1, step = 0, unit = 64 / sizeof(T);
    for (char letter : reduced)
      steps *= sizes.at(letter);
    long chains = std::max((steps + kMostSteps - 1) / kMostSteps, 1l);
    long length = std::max(((steps + chains - 1) / chains + unit - 1) / unit * unit, 1l);
    T chain = sum;
    eachStep(0, ai, bi, [&](T x, T y) {
      if (step > 0 && step % length == 0)
        sum = step == length ? chain : sum + chain, chain = T(0);
      ++step;
      chain = std::fma(x, y, chain);
    });
    return steps <= length ? chain : sum + chain;
  }

  template <typename Body> void eachStep(size_t axis, long ai, long bi, Body &&body) {
    if (axis == reduced.size())
      return body(a.start[ai], b.start[bi]);
    char l = reduced[axis];
    for (long i = 0; i < sizes.at(l); ++i)
      eachStep(axis + 1, ai + i * a.stride(l), bi + i * b.stride(l), body);
  }

  static constexpr long kMostSteps = 2048 / sizeof(T); ///< of a chain

  void call(const std::string &epilogue) {
    std::vector<void *> p;
    if (entry.context)
      p.push_back(&context());
    p.insert(p.end(), {&a.descriptor, &b.descriptor});
    if (epilogue != "bias")
      p.push_back(&c.descriptor);
    if (epilogue != "none")
      p.push_back(&x.descriptor);
    if (epilogue == "bias" || epilogue == "keep")
      p.push_back(&d.descriptor);
    using Three = void (*)(void *, void *, void *);
    using Four = void (*)(void *, void *, void *, void *);
    using Five = void (*)(void *, void *, void *, void *, void *);
    if (p.size() == 3)
      reinterpret_cast<Three>(entry.function)(p[0], p[1], p[2]);
    else if (p.size() == 4)
      reinterpret_cast<Four>(entry.function)(p[0], p[1], p[2], p[3]);
    else
      reinterpret_cast<Five>(entry.function)(p[0], p[1], p[2], p[3], p[4]);
  }

  /// A context with three threads, whatever the machine has.
  static agc_context &context() {
    static agc_context context;
    static bool started =
        agc_context_init(&context) == AGC_OK && agc_pool_start(&context, 3) == AGC_OK;
    if (!started)
      std::fprintf(stderr, "no thread pool\n"), std::exit(1);
    return context;
  }

  bool holds(const TestBuffer<T> &buffer, const char *name) {
    if (std::memcmp(buffer.data, buffer.start.data(), buffer.count * sizeof(T)) == 0)
      return true;
    long at = 0;
    while (std::memcmp(&buffer.data[at], &buffer.start[at], sizeof(T)) == 0)
      ++at;
    std::printf("FAILED: %s '%s' %s %s %s %s", entry.name, entry.einsum, entry.element,
                entry.layout, entry.start, entry.epilogue);
    for (auto [letter, extent] : sizes)
      std::printf(" %c=%ld", letter, extent);
    std::printf(": %s word %ld of %ld is %.9g, expected %.9g\n", name, at - buffer.before,
                buffer.count - buffer.before, double(buffer.data[at]), double(buffer.start[at]));
    return false;
  }

  const KernelEntry &entry;
  const Sizes &sizes;
  std::string aLetters, bLetters, cLetters, reduced;
  TestBuffer<T> a, b, c, x, d;
};

struct Totals {
  long runs = 0, failures = 0;
};

void run(const KernelEntry &entry, Sizes sizes, Totals &totals) {
  for (auto [letter, extent] : entry.extents)
    sizes[letter] = extent;
  bool passed = std::string(entry.element) == "f32" ? Run<float>(entry, sizes).passes()
                                                    : Run<double>(entry, sizes).passes();
  ++totals.runs;
  totals.failures += !passed;
}

/// Extents by letter, where m, n and k are given and other letters are small.
Sizes sizesFor(const KernelEntry &entry, long m, long n, long k) {
  Sizes sizes;
  for (const char *at = entry.einsum; *at; ++at)
    if (*at >= 'a' && *at <= 'z')
      sizes[*at] = *at == 'm' ? m : *at == 'n' ? n : *at == 'k' ? k : *at == 'i' ? k : 3;
  return sizes;
}

void runAll(const KernelEntry &entry, Totals &totals) {
  for (long m = 1; m <= 17; ++m)
    for (long n = 1; n <= 35; ++n)
      for (long k : {1, 9, 20, 40})
        run(entry, sizesFor(entry, m, n, k), totals);
  const long extents[][3] = {
      {0, 5, 5},       {5, 0, 5},     {5, 5, 0},       {0, 0, 0},      {1, 512, 64},
      {1, 700, 301},   {90, 1, 301},  {1, 1, 2000},    {1, 40, 65},    {40, 1, 33},
      {64, 10, 64},    {37, 53, 96},  {100, 100, 100}, {49, 600, 70},  {130, 70, 300},
      {20, 540, 520},  {77, 40, 600}, {201, 150, 203}, {20, 801, 500}, {2, 40, 65},
      {3, 137, 200},   {4, 301, 131}, {137, 2, 200},   {33, 3, 131},   {70, 5, 300},
      {7, 3, 500},     {2, 8, 2048},  {2, 9, 2049},    {2, 300, 1800}, {8, 129, 77},
      {9, 40, 77},     {5, 77, 203},  {6, 6, 129},     {150, 7, 99},   {4, 4, 2048},
      {7, 1, 90},      {48, 17, 52},  {33, 20, 600},   {12, 40, 600},  {16, 36, 173},
      {137, 300, 230}, {20, 40, 100}, {60, 34, 50},    {1, 20, 20000}, {20, 1, 9000},
      {9, 40, 1100},   {37, 70, 777}, {16, 36, 1030},  {48, 17, 1541}};
  for (auto [m, n, k] : extents)
    run(entry, sizesFor(entry, m, n, k), totals);
}

} // namespace

int main() {
  Totals totals;
  auto runTable = [&](auto &table) {
    for (const KernelEntry &entry : table) {
      if (entry.extents.size() == 0)
        runAll(entry, totals);
      else
        for (long m : {1, 13, 64})
          run(entry, sizesFor(entry, m, 11, 70), totals);
      if (totals.failures > 20)
        break;
    }
  };
  runTable(avx2_table);
  runTable(avx512_table);
  runTable(neon_table);
  runTable(threads_table);
  std::printf("%ld runs, %ld failures\n", totals.runs, totals.failures);
  return totals.failures != 0;
}
