// Runs agc-linalg-to-loops against upstream's plain loops: every form of op, odd and zero extents,
// strided operands, NaN; and compares the bits of static and dynamic extents, and of two
// vector widths, one of them in chunks.
#include "test/CodeGen/Jit.h"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

namespace {

using Extents = std::vector<int64_t>;

/// How a buffer lies in memory: as MLIR's identity layout, or with gaps between rows or elements.
enum Layout { plain, rowGaps, elementGaps };

/// One argument: its element type and the extents it takes from the case's list.
struct Argument {
  const char *element;
  std::vector<int> dims;
  Layout layout = plain;
};

struct Case {
  const char *name;
  std::vector<Argument> arguments; // $0, $1 … in the text are their types
  const char *text;                // ops over %0, %1 …
  double tolerance = 0;            // relative to the plain loops' result; 0: equal bits
  bool nans = false;
};

// clang-format off
const Case cases[] = {
#include "test/CodeGen/loops-cases.inc"
};
// clang-format on

int64_t bytesOf(const std::string &element) {
  if (element == "i1" || element == "i8")
    return 1;
  if (element == "f16" || element == "bf16" || element == "i16")
    return 2;
  return element == "f32" || element == "i32" ? 4 : 8;
}

/// The descriptor's fields in order, and the memory behind it.
struct Buffer {
  std::string element;
  std::vector<unsigned char> memory;
  std::vector<int64_t> fields; // base, aligned, offset, sizes, strides
};

Buffer makeBuffer(const Argument &argument, const Extents &extents) {
  Buffer buffer{argument.element, {}, {0, 0, 0}};
  size_t rank = argument.dims.size();
  std::vector<int64_t> strides(rank, 1);
  for (size_t i = rank; i-- > 0;) {
    int64_t below = i + 1 < rank ? strides[i + 1] * extents[argument.dims[i + 1]] : 1;
    if (i + 1 == rank && argument.layout == elementGaps)
      below = 3;
    if (i + 2 == rank && argument.layout == rowGaps)
      below += 5;
    strides[i] = std::max<int64_t>(below, 1);
  }
  for (int dim : argument.dims)
    buffer.fields.push_back(extents[dim]);
  buffer.fields.insert(buffer.fields.end(), strides.begin(), strides.end());
  int64_t elements = rank ? strides[0] * extents[argument.dims[0]] : 1;
  buffer.memory.resize((elements + 1) * bytesOf(argument.element));
  return buffer;
}

uint64_t randomState = 1;
uint32_t random32() {
  randomState = randomState * 6364136223846793005ull + 1442695040888963407ull;
  return randomState >> 33;
}

/// Every element, gaps included, so that a store into a gap shows.
void fill(Buffer &buffer, bool nans) {
  const std::string &element = buffer.element;
  int64_t bytes = bytesOf(element);
  for (size_t at = 0; at + bytes <= buffer.memory.size(); at += bytes) {
    double value = random32() / double(1u << 31) * 4 - 2;
    bool nan = nans && random32() % 7 == 0;
    unsigned char *to = buffer.memory.data() + at;
    if (element == "f32") {
      float f = nan ? NAN : float(value);
      std::memcpy(to, &f, 4);
    } else if (element == "f64") {
      double d = nan ? NAN : value;
      std::memcpy(to, &d, 8);
    } else if (element == "f16" || element == "bf16") {
      uint16_t small = (element == "f16" ? 0x3800 : 0x3f00) | (random32() & 0x83ff);
      std::memcpy(to, &small, 2);
    } else if (element == "i1") {
      *to = random32() & 1;
    } else {
      int64_t integer = element == "index" ? random32() % 3 : int64_t(random32() % 19) - 9;
      std::memcpy(to, &integer, bytes);
    }
  }
}

std::string typeOf(const Argument &argument, const Extents *extents) {
  std::string type = "memref<";
  for (int dim : argument.dims)
    type += (extents ? std::to_string((*extents)[dim]) : "?") + "x";
  type += argument.element;
  if (argument.layout == plain)
    return type + ">";
  std::string strides;
  for (size_t i = 0; i < argument.dims.size(); ++i)
    strides += (i ? ", " : "") +
               std::string(i + 1 == argument.dims.size() && argument.layout == rowGaps ? "1" : "?");
  return type + ", strided<[" + strides + "]>>";
}

std::string nameOf(const Case &c, const Extents *extents) {
  std::string name = c.name;
  if (extents)
    for (int64_t extent : *extents)
      name += "_" + std::to_string(extent);
  return name;
}

std::string functionOf(const Case &c, const Extents *extents) {
  std::string text = "func.func @" + nameOf(c, extents) + "(";
  for (size_t i = 0; i < c.arguments.size(); ++i)
    text += (i ? ", %" : "%") + std::to_string(i) + ": $" + std::to_string(i);
  text += std::string(") {\n") + c.text + "  return\n}\n";
  for (size_t i = 0; i < c.arguments.size(); ++i) {
    std::string key = "$" + std::to_string(i), type = typeOf(c.arguments[i], extents);
    for (size_t at; (at = text.find(key)) != std::string::npos;)
      text.replace(at, key.size(), type);
  }
  return text;
}

void call(agc::test::Jit &jit, const std::string &name, std::vector<Buffer> &buffers) {
  std::vector<void *> arguments;
  for (Buffer &buffer : buffers) {
    buffer.fields[0] = buffer.fields[1] = reinterpret_cast<int64_t>(buffer.memory.data());
    for (int64_t &field : buffer.fields)
      arguments.push_back(&field);
  }
  jit.lookup<void(void **)>("_mlir_" + name)(arguments.data());
}

template <typename T>
bool closeAs(const unsigned char *a, const unsigned char *b, double tolerance) {
  T x, y;
  std::memcpy(&x, a, sizeof(T));
  std::memcpy(&y, b, sizeof(T));
  if (std::isnan(x) || std::isnan(y))
    return std::isnan(x) == std::isnan(y);
  return x == y || std::fabs(x - y) <= tolerance * std::max<T>(std::fabs(y), 1);
}

bool close(const Buffer &a, const Buffer &b, double tolerance) {
  int64_t bytes = bytesOf(a.element);
  for (size_t at = 0; at + bytes <= a.memory.size(); at += bytes) {
    const unsigned char *x = a.memory.data() + at, *y = b.memory.data() + at;
    bool good = a.element == "f32"   ? closeAs<float>(x, y, tolerance)
                : a.element == "f64" ? closeAs<double>(x, y, tolerance)
                                     : std::memcmp(x, y, bytes) == 0;
    if (!good)
      return false;
  }
  return true;
}

bool sameBits(const std::vector<Buffer> &a, const std::vector<Buffer> &b) {
  for (size_t i = 0; i < a.size(); ++i)
    if (!close(a[i], b[i], 0)) // NaN equals NaN, whatever its payload
      return false;
  return true;
}

const Extents staticExtents[] = {{3, 7, 4}, {5, 33, 9}, {2, 100, 17}, {70, 200, 3}};
const Extents dynamicExtents[] = {{3, 7, 4},    {5, 33, 9},   {2, 100, 17}, {0, 5, 3},
                                  {4, 0, 2},    {6, 3, 0},    {1, 1, 1},    {9, 8, 32},
                                  {64, 10, 5},  {31, 65, 2},  {16, 16, 16}, {7, 257, 3},
                                  {70, 200, 3}, {200, 3, 33}, {3, 4500, 2}};

int run(agc::test::Jit &plain, agc::test::Jit &ours, agc::test::Jit &narrow, const Case &c,
        const Extents &extents, bool alsoStatic) {
  std::vector<Buffer> start;
  for (const Argument &argument : c.arguments) {
    start.push_back(makeBuffer(argument, extents));
    fill(start.back(), c.nans);
  }
  std::vector<Buffer> expected = start, got = start, fixed = start, halved = start;
  call(plain, nameOf(c, nullptr), expected);
  call(ours, nameOf(c, nullptr), got);
  bool good = true;
  for (size_t i = 0; i < got.size(); ++i)
    good &= close(got[i], expected[i], c.tolerance);
  call(narrow, nameOf(c, nullptr), halved);
  bool same = sameBits(got, halved);
  if (alsoStatic) {
    call(ours, nameOf(c, &extents), fixed);
    same &= sameBits(got, fixed);
  }
  if (!good || !same)
    std::printf("FAILED %s at %ld x %ld x %ld: %s\n", c.name, long(extents[0]), long(extents[1]),
                long(extents[2]),
                good ? "bits depend on static extents, the vector width or chunks"
                     : "wrong values");
  return !good || !same;
}

/// A million times the same number, whose sums all round one way: a chain of them would be off by
/// 1e-3.
int sumLong(agc::test::Jit &ours, const char *name, const Extents &extents) {
  const Case &c = *std::find_if(std::begin(cases), std::end(cases),
                                [&](const Case &one) { return !std::strcmp(one.name, name); });
  std::vector<Buffer> buffers;
  for (const Argument &argument : c.arguments)
    buffers.push_back(makeBuffer(argument, extents));
  const float number = 0.1f;
  for (size_t at = 0; at + 4 <= buffers[0].memory.size(); at += 4)
    std::memcpy(buffers[0].memory.data() + at, &number, 4);
  call(ours, name, buffers);
  float sum;
  std::memcpy(&sum, buffers[1].memory.data(), 4);
  double off = std::fabs(std::fabs(sum) / (1e6 * double(number)) - 1);
  if (off > 5e-7)
    std::printf("FAILED %s: a long sum is off by %.1e\n", name, off);
  return off > 5e-7;
}

} // namespace

int main() {
  std::string dynamicText, allText;
  for (const Case &c : cases) {
    dynamicText += functionOf(c, nullptr);
    for (const Extents &extents : staticExtents)
      allText += functionOf(c, &extents);
  }
  agc::test::Jit plain(dynamicText, ""),
      ours(dynamicText + allText, "agc-linalg-to-loops,agc-expand-math");
  agc::test::Jit narrow(dynamicText, "agc-linalg-to-loops{vector-bits=128 chunk-elements=20},"
                                     "agc-outline-chunks,agc-expand-math");
  int failures = 0, count = 0;
  for (const Case &c : cases)
    for (const Extents &extents : dynamicExtents) {
      bool alsoStatic = std::find(std::begin(staticExtents), std::end(staticExtents), extents) !=
                        std::end(staticExtents);
      failures += run(plain, ours, narrow, c, extents, alsoStatic);
      ++count;
    }
  failures += sumLong(ours, "sum_rows", {2, 1000000, 1});
  failures += sumLong(ours, "sum_columns", {1000000, 3, 1});
  failures += sumLong(ours, "sum_leading", {1000, 1000, 3});
  failures += sumLong(ours, "channel_sums", {250000, 2, 4});
  failures += sumLong(ours, "sum_complex", {1000000, 3, 1});
  std::printf("%d runs, %d failed\n", count, failures);
  return failures != 0;
}
