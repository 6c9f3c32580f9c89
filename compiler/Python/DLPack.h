// The structures of DLPack 1.0, by which libraries hand each other tensors (dmlc.github.io/dlpack).
#ifndef AGC_COMPILER_PYTHON_DLPACK_H
#define AGC_COMPILER_PYTHON_DLPACK_H

#include <cstdint>

namespace agc::dlpack {

enum DeviceType : int32_t { CPU = 1 };
enum TypeCode : uint8_t { Int = 0, UInt = 1, Float = 2, BFloat = 4, Complex = 5, Bool = 6 };

struct Device {
  int32_t type, id;
};

struct DataType {
  uint8_t code, bits;
  uint16_t lanes;
};

struct Tensor {
  void *data;
  Device device;
  int32_t ndim;
  DataType dtype;
  int64_t *shape;
  int64_t *strides; ///< in elements; null for row-major
  uint64_t byteOffset;
};

/// What a capsule named "dltensor" holds.
struct Managed {
  Tensor tensor;
  void *context;
  void (*deleter)(Managed *);
};

/// What a capsule named "dltensor_versioned" holds.
struct ManagedVersioned {
  uint32_t major, minor;
  void *context;
  void (*deleter)(ManagedVersioned *);
  uint64_t flags;
  Tensor tensor;
};

constexpr uint64_t kReadOnly = 1, kIsCopied = 2;

} // namespace agc::dlpack

#endif // AGC_COMPILER_PYTHON_DLPACK_H
