// PyTorch's generator of random numbers for the CPU: equal seeds give equal bits.
#ifndef AGC_COMPILER_PYTHON_GENERATOR_H
#define AGC_COMPILER_PYTHON_GENERATOR_H

#include <cstdint>
#include <optional>
#include <string>

namespace agc::python {

/// The Mersenne Twister (Matsumoto and Nishimura, 1998) with what PyTorch draws from it.
class Generator {
public:
  explicit Generator(uint64_t seed) { setSeed(seed); }

  void setSeed(uint64_t seed);
  uint64_t getSeed() const { return seed; }

  /// 32 bits.
  uint32_t next();
  /// 64 bits: the first draw is the high half.
  uint64_t next64() {
    uint64_t high = next();
    return high << 32 | next();
  }
  /// In [0, 1): 24 bits of 32, or 53 of 64.
  float uniformFloat() { return float(next() & ((1u << 24) - 1)) / float(1u << 24); }
  double uniformDouble() { return double(next64() & ((1ull << 53) - 1)) / double(1ull << 53); }
  /// Of the standard normal distribution, by Box and Muller: every second one was made with the
  /// one before.
  double normal();

  /// The state as PyTorch writes it.
  std::string getState() const;
  /// Takes such a state; false where it is none.
  bool setState(const std::string &bytes);

private:
  static constexpr unsigned kWords = 624;
  struct Saved;

  void refill();

  uint64_t seed;
  int left;      ///< draws until the words are made anew, and one
  uint32_t read; ///< the next word
  uint32_t words[kWords];
  std::optional<double> secondNormal;
};

} // namespace agc::python

#endif // AGC_COMPILER_PYTHON_GENERATOR_H
