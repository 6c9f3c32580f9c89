// Memory that tensors share with others: addresses for numpy's array interface, and DLPack.
#include "compiler/Python/Convert.h"
#include "compiler/Python/DLPack.h"

namespace agc::python {
namespace {

using session::SharedMemory;

/// Keeps a Python object for as long as memory of it is used.
std::shared_ptr<char> memoryOf(nb::handle owner, char *data) {
  owner.inc_ref();
  return std::shared_ptr<char>(data, [object = owner.ptr()](char *) {
    nb::gil_scoped_acquire held;
    Py_DECREF(object);
  });
}

/// The tensor of a numpy array. Where the array is the only one that knows its memory, it is the
/// tensor's alone once no one else holds the array.
Tensor fromMemory(uint64_t address, nb::handle owner, bool ownsData, int dtype,
                  const std::vector<int64_t> &shape, const std::vector<int64_t> &strides,
                  bool isWritable) {
  SharedMemory memory;
  memory.data = memoryOf(owner, reinterpret_cast<char *>(address));
  memory.strides = strides;
  memory.isWritable = isWritable;
  memory.isShared = [object = owner.ptr(), ownsData] { return !ownsData || Py_REFCNT(object) > 1; };
  return session::fromShared(DType(dtype), shape, std::move(memory), here());
}

/// A tensor of its own that sees elements of another one's memory, as far as these lie in it.
Tensor atPlaces(const Tensor &tensor, const std::vector<int64_t> &shape,
                const std::vector<int64_t> &strides, int64_t offset) {
  SharedMemory memory = session::share(tensor, here());
  char *first = memory.data.get() + offset * bytesOf(tensor.dtype());
  memory.data = std::shared_ptr<char>(memory.data, first);
  memory.strides = strides;
  memory.offset += offset;
  memory.isShared = [] { return true; };
  return session::fromShared(tensor.dtype(), shape, std::move(memory), here());
}

/// A tensor of its own that sees another one's memory as elements of another type.
Tensor ofBits(const Tensor &tensor, int dtype, const std::vector<int64_t> &shape,
              const std::vector<int64_t> &strides) {
  SharedMemory memory = session::share(tensor, here());
  memory.offset = memory.offset * bytesOf(tensor.dtype()) / bytesOf(DType(dtype));
  memory.strides = strides;
  memory.isShared = [] { return true; };
  return session::fromShared(DType(dtype), shape, std::move(memory), here());
}

// ---------------------------------------------------------------- DLPack

constexpr const char *kPlain = "dltensor", *kVersioned = "dltensor_versioned";

dlpack::DataType dlpackTypeOf(DType dtype) {
  dlpack::TypeCode code = dtype == DType::Bool       ? dlpack::Bool
                          : dtype == DType::UInt8    ? dlpack::UInt
                          : dtype == DType::BFloat16 ? dlpack::BFloat
                          : dtype <= DType::Int64    ? dlpack::Int
                          : dtype <= DType::Float64  ? dlpack::Float
                                                     : dlpack::Complex;
  return {code, uint8_t(8 * bytesOf(dtype)), 1};
}

DType dtypeOf(dlpack::DataType type) {
  for (int i = 0; i <= int(DType::Complex128); ++i) {
    dlpack::DataType candidate = dlpackTypeOf(DType(i));
    if (candidate.code == type.code && candidate.bits == type.bits && type.lanes == 1)
      return DType(i);
  }
  throw nb::buffer_error(("DLPack's type with code " + std::to_string(type.code) + ", " +
                          std::to_string(type.bits) + " bits and " + std::to_string(type.lanes) +
                          " lanes is not supported")
                             .c_str());
}

/// A DLPack structure with what it points at.
template <typename ManagedT> struct Exported {
  ManagedT managed{};
  std::vector<int64_t> shape;
  SharedMemory memory;

  static void release(ManagedT *managed) { delete static_cast<Exported *>(managed->context); }
};

template <typename ManagedT>
nb::object exported(const Tensor &tensor, SharedMemory memory, bool isCopied, const char *name) {
  auto *made = new Exported<ManagedT>;
  made->shape = session::factsOf(tensor).sizes;
  made->memory = std::move(memory);
  made->managed.tensor = {made->memory.data.get(),
                          {dlpack::CPU, 0},
                          int32_t(made->shape.size()),
                          dlpackTypeOf(tensor.dtype()),
                          made->shape.data(),
                          made->memory.strides.data(),
                          0};
  made->managed.context = made;
  made->managed.deleter = Exported<ManagedT>::release;
  if constexpr (std::is_same_v<ManagedT, dlpack::ManagedVersioned>) {
    made->managed.major = 1;
    made->managed.flags =
        (made->memory.isWritable ? 0 : dlpack::kReadOnly) | (isCopied ? dlpack::kIsCopied : 0);
  }
  PyObject *capsule = PyCapsule_New(&made->managed, name, [](PyObject *capsule) {
    // One that was consumed has another name.
    const char *name = std::is_same_v<ManagedT, dlpack::Managed> ? kPlain : kVersioned;
    if (PyCapsule_IsValid(capsule, name)) {
      auto *managed = static_cast<ManagedT *>(PyCapsule_GetPointer(capsule, name));
      managed->deleter(managed);
    }
  });
  return nb::steal(capsule);
}

nb::object toDLPack(const Tensor &tensor, bool isVersioned, bool isCopied) {
  SharedMemory memory = session::share(tensor, here());
  return isVersioned ? exported<dlpack::ManagedVersioned>(tensor, memory, isCopied, kVersioned)
                     : exported<dlpack::Managed>(tensor, memory, isCopied, kPlain);
}

template <typename ManagedT> Tensor imported(nb::handle capsule, const char *name) {
  auto *managed = static_cast<ManagedT *>(PyCapsule_GetPointer(capsule.ptr(), name));
  const dlpack::Tensor &given = managed->tensor;
  if (given.device.type != dlpack::CPU)
    throw nb::buffer_error("agc computes on the CPU; the DLPack tensor is on another device");
  DType dtype = dtypeOf(given.dtype);
  std::vector<int64_t> shape(given.shape, given.shape + given.ndim), strides(given.ndim);
  int64_t next = 1;
  for (int i = given.ndim - 1; i >= 0; --i) {
    strides[i] = given.strides ? given.strides[i] : next;
    next *= std::max<int64_t>(shape[i], 1);
    if (strides[i] < 0)
      throw nb::value_error("a DLPack tensor with negative strides is not supported; make a copy "
                            "of it");
  }
  SharedMemory memory;
  if constexpr (std::is_same_v<ManagedT, dlpack::ManagedVersioned>) {
    if (managed->major != 1)
      throw nb::buffer_error(
          ("DLPack's version " + std::to_string(managed->major) + " is not supported").c_str());
    memory.isWritable = !(managed->flags & dlpack::kReadOnly);
  }
  memory.data =
      std::shared_ptr<char>(static_cast<char *>(given.data) + given.byteOffset, [managed](char *) {
        nb::gil_scoped_acquire held;
        if (managed->deleter)
          managed->deleter(managed);
      });
  memory.strides = strides;
  memory.isShared = [] { return true; };
  PyCapsule_SetName(capsule.ptr(), std::is_same_v<ManagedT, dlpack::Managed>
                                       ? "used_dltensor"
                                       : "used_dltensor_versioned");
  return session::fromShared(dtype, shape, std::move(memory), here());
}

Tensor fromDLPack(nb::handle capsule) {
  if (PyCapsule_IsValid(capsule.ptr(), kVersioned))
    return imported<dlpack::ManagedVersioned>(capsule, kVersioned);
  if (PyCapsule_IsValid(capsule.ptr(), kPlain))
    return imported<dlpack::Managed>(capsule, kPlain);
  throw std::runtime_error("from_dlpack received an invalid capsule. Note that DLTensor capsules "
                           "can be consumed only once, so you might have already constructed a "
                           "tensor from it once.");
}

} // namespace

void bindMemory(nb::module_ &module) {
  nb::class_<SharedMemory>(module, "SharedMemory")
      .def_prop_ro("address", [](const SharedMemory &self) { return uint64_t(self.data.get()); })
      .def_ro("strides", &SharedMemory::strides)
      .def_ro("is_writable", &SharedMemory::isWritable);
  module.def("share", [](const Tensor &tensor) { return session::share(tensor, here()); });
  module.def("address_of",
             [](const Tensor &tensor) { return uint64_t(session::factsOf(tensor).address); });
  module.def("storage_numel",
             [](const Tensor &tensor) { return session::storageCount(tensor, here()); });
  module.def("storage_bytes", [](const Tensor &tensor) {
    session::Elements elements = session::storageOf(tensor, here());
    return nb::bytes(elements.memory.get(), elements.bytes);
  });
  module.def("from_memory", &fromMemory);
  module.def("at_places", &atPlaces);
  module.def("of_bits", &ofBits);
  module.def("to_dlpack", &toDLPack);
  module.def("from_dlpack", &fromDLPack);
}

} // namespace agc::python
