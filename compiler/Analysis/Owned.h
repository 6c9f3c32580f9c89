// Things of one type with one owner, which come and go by the thousand.
#ifndef AGC_COMPILER_ANALYSIS_OWNED_H
#define AGC_COMPILER_ANALYSIS_OWNED_H

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Compiler.h"
#include <new>
#include <vector>

namespace agc {

/// Owns what is added to it. The room of those that went is for those to come: a segment's objects
/// go together, more than an allocator keeps at hand.
template <typename T> class Owned {
public:
  Owned() = default;
  Owned(const Owned &) = delete;
  Owned &operator=(const Owned &) = delete;
  ~Owned() {
    for (T *one : living)
      destroy(one);
    for (void *room : rooms)
      ::operator delete(room);
  }

  template <typename... Fields> T *add(Fields &&...fields) {
    void *room = nullptr;
    if (rooms.empty()) {
      room = ::operator new(sizeof(T));
    } else {
      room = rooms.back();
      rooms.pop_back();
    }
    return living.emplace_back(new (room) T{std::forward<Fields>(fields)...});
  }

  /// Destroys those that `keeps` is false for.
  template <typename Keeps> void keepOnly(Keeps keeps) {
    llvm::erase_if(living, [&](T *one) {
      if (keeps(one))
        return false;
      destroy(one);
      return true;
    });
  }

private:
  /// A sanitizer is to see who uses it afterwards.
  static constexpr size_t kMostRooms = LLVM_ADDRESS_SANITIZER_BUILD ? 0 : 1 << 12;

  void destroy(T *one) {
    one->~T();
    if (rooms.size() < kMostRooms)
      rooms.push_back(one);
    else
      ::operator delete(one);
  }

  std::vector<T *> living;
  std::vector<void *> rooms;
};

} // namespace agc

#endif // AGC_COMPILER_ANALYSIS_OWNED_H
