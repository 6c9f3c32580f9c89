// The Mersenne Twister, its state, and normal numbers from it.
#include "compiler/Python/Generator.h"
#include <cmath>
#include <cstring>

namespace agc::python {

void Generator::setSeed(uint64_t value) {
  seed = value;
  words[0] = uint32_t(seed);
  for (unsigned i = 1; i < kWords; ++i)
    words[i] = 1812433253u * (words[i - 1] ^ (words[i - 1] >> 30)) + i;
  left = 1;
  read = 0;
  secondNormal.reset();
}

void Generator::refill() {
  constexpr unsigned kAhead = 397;
  for (unsigned i = 0; i < kWords; ++i) {
    uint32_t mixed = (words[i] & 0x80000000u) | (words[(i + 1) % kWords] & 0x7fffffffu);
    words[i] = words[(i + kAhead) % kWords] ^ (mixed >> 1) ^ (mixed & 1 ? 0x9908b0dfu : 0);
  }
  left = kWords;
  read = 0;
}

uint32_t Generator::next() {
  if (--left == 0)
    refill();
  uint32_t bits = words[read++];
  bits ^= bits >> 11;
  bits ^= (bits << 7) & 0x9d2c5680u;
  bits ^= (bits << 15) & 0xefc60000u;
  return bits ^ (bits >> 18);
}

double Generator::normal() {
  if (secondNormal) {
    double value = *secondNormal;
    secondNormal.reset();
    return value;
  }
  double angle = 2 * M_PI * uniformDouble();
  double radius = std::sqrt(-2 * std::log1p(-uniformDouble()));
  secondNormal = radius * std::sin(angle);
  return radius * std::cos(angle);
}

// ---------------------------------------------------------------- the state

/// The bytes of a state: those of Torch's generator, whose words had 64 bits, and what PyTorch
/// added.
struct Generator::Saved {
  uint64_t seed;
  int32_t left, seeded;
  uint64_t read, words[kWords];
  double unused, secondNormal, unusedToo;
  int32_t hasSecondNormal;
  float unusedFloat;
  uint64_t unusedFlag;
};

std::string Generator::getState() const {
  Saved saved{};
  static_assert(sizeof(saved) == 5056, "the size that PyTorch checks");
  saved.seed = seed;
  saved.left = left;
  saved.seeded = 1;
  saved.read = read;
  for (unsigned i = 0; i < kWords; ++i)
    saved.words[i] = words[i];
  saved.hasSecondNormal = secondNormal.has_value();
  saved.secondNormal = secondNormal.value_or(0);
  return std::string(reinterpret_cast<const char *>(&saved), sizeof(saved));
}

bool Generator::setState(const std::string &bytes) {
  Saved saved;
  if (bytes.size() != sizeof(saved))
    return false;
  std::memcpy(&saved, bytes.data(), sizeof(saved));
  bool isValid = saved.seeded == 1 && saved.left >= 1 && saved.left <= int(kWords) &&
                 saved.read <= kWords && (saved.left == 1 || saved.read + saved.left == kWords + 1);
  if (!isValid)
    return false;
  seed = saved.seed;
  left = saved.left;
  read = uint32_t(saved.read);
  for (unsigned i = 0; i < kWords; ++i)
    words[i] = uint32_t(saved.words[i]);
  secondNormal = saved.hasSecondNormal ? std::optional<double>(saved.secondNormal) : std::nullopt;
  return true;
}

} // namespace agc::python
