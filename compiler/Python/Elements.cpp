// Numbers between Python and memory: nested lists in, nested lists and memoryviews out.
#include "compiler/Python/Convert.h"
#include <cmath>
#include <cstring>
#include <limits>

namespace agc::python {
namespace {

/// A 16-bit float as a double, and back with one rounding. `bits` of mantissa, `bias` of exponent.
double widen(uint16_t half, int mantissaBits, int bias) {
  int exponentBits = 15 - mantissaBits;
  int exponent = (half >> mantissaBits) & ((1 << exponentBits) - 1);
  double mantissa = half & ((1 << mantissaBits) - 1);
  double sign = half >> 15 ? -1 : 1;
  if (exponent == (1 << exponentBits) - 1)
    return mantissa ? std::nan("") : sign * HUGE_VAL;
  if (exponent == 0)
    return sign * std::ldexp(mantissa, 1 - bias - mantissaBits);
  return sign * std::ldexp(mantissa + (1 << mantissaBits), exponent - bias - mantissaBits);
}

uint16_t narrow(double value, int mantissaBits, int bias) {
  int exponentBits = 15 - mantissaBits;
  uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  uint16_t infinity = ((1 << exponentBits) - 1) << mantissaBits;
  if (std::isnan(value))
    return sign | infinity | (1 << (mantissaBits - 1));
  double size = std::fabs(value);
  if (size == 0)
    return sign;
  int exponent = std::max(std::isinf(size) ? 1 << exponentBits : std::ilogb(size), 1 - bias);
  if (exponent > bias)
    return sign | infinity;
  // Units of the last place: nearbyint rounds ties to even, a carry moves into the exponent.
  auto units = uint32_t(std::nearbyint(std::ldexp(size, mantissaBits - exponent)));
  uint32_t bits = units + (uint32_t(exponent + bias - 1) << mantissaBits);
  return sign | uint16_t(std::min<uint32_t>(bits, infinity));
}

template <typename Function> auto dispatch(DType dtype, Function function) {
  switch (dtype) {
  case DType::Bool:
    return function(bool());
  case DType::UInt8:
    return function(uint8_t());
  case DType::Int8:
    return function(int8_t());
  case DType::Int16:
    return function(int16_t());
  case DType::Int32:
    return function(int32_t());
  case DType::Int64:
    return function(int64_t());
  case DType::Float32:
    return function(float());
  case DType::Float64:
    return function(double());
  case DType::Complex64:
    return function(std::complex<float>());
  case DType::Complex128:
    return function(std::complex<double>());
  case DType::Float16:
  case DType::BFloat16:
    return function(uint16_t());
  }
  throw std::logic_error("all dtypes are covered");
}

/// An element as Python's number.
nb::object numberAt(DType dtype, const char *at) {
  if (isHalf(dtype)) {
    uint16_t half;
    std::memcpy(&half, at, 2);
    return nb::float_(dtype == DType::Float16 ? widen(half, 10, 15) : widen(half, 7, 127));
  }
  return dispatch(dtype, [&](auto sample) -> nb::object {
    using T = decltype(sample);
    T value;
    std::memcpy(&value, at, sizeof(T));
    if constexpr (std::is_same_v<T, bool>)
      return nb::bool_(value);
    else if constexpr (std::is_integral_v<T>)
      return nb::int_(value);
    else if constexpr (std::is_floating_point_v<T>)
      return nb::float_(double(value));
    else
      return nb::steal(PyComplex_FromDoubles(value.real(), value.imag()));
  });
}

} // namespace

void storeReal(DType dtype, double value, char *at) {
  if (dtype == DType::Float32) {
    float narrow = float(value);
    std::memcpy(at, &narrow, sizeof(narrow));
    return;
  }
  if (isHalf(dtype)) {
    uint16_t half = dtype == DType::Float16 ? narrow(value, 10, 15) : narrow(value, 7, 127);
    std::memcpy(at, &half, sizeof(half));
    return;
  }
  dispatch(dtype, [&](auto sample) {
    auto number = decltype(sample)(value);
    std::memcpy(at, &number, sizeof(number));
  });
}

void storeInt(DType dtype, int64_t value, char *at) {
  if (dtype >= DType::Float16) {
    storeReal(dtype, double(value), at);
    return;
  }
  dispatch(dtype, [&](auto sample) {
    auto number = decltype(sample)(value);
    std::memcpy(at, &number, sizeof(number));
  });
}

double realAt(DType dtype, const char *at) {
  return dispatch(dtype, [&](auto sample) {
    using T = decltype(sample);
    T value;
    std::memcpy(&value, at, sizeof(T));
    if constexpr (std::is_same_v<T, uint16_t>)
      return dtype == DType::Float16 ? widen(value, 10, 15) : widen(value, 7, 127);
    else if constexpr (std::is_arithmetic_v<T>)
      return double(value);
    else
      return double(value.real());
  });
}

namespace {

/// A Python number as an integer of a dtype; of an unsigned one a negative int within its extent
/// counts from above.
template <typename T> T wholeOf(DType dtype, PyObject *number) {
  using Limits = std::numeric_limits<T>;
  auto overflows = [&](bool overflow) {
    if (overflow)
      throw Error(here(), std::string("value cannot be converted to type ") + nameOf(dtype) +
                              " without overflow");
  };
  if (PyFloat_Check(number)) {
    double value = PyFloat_AsDouble(number);
    overflows(!(value >= double(Limits::lowest()) && value <= double(Limits::max()) &&
                value < std::ldexp(1.0, Limits::digits)));
    return T(value);
  }
  nb::object whole = nb::steal(PyNumber_Long(number));
  int overflow = 0;
  long long value = whole.is_valid() ? PyLong_AsLongLongAndOverflow(whole.ptr(), &overflow) : 0;
  if (overflow)
    throw nb::value_error("Overflow when unpacking long long");
  long long least = Limits::is_signed ? Limits::lowest() : -(long long)(Limits::max());
  overflows(value < least || value > (long long)(Limits::max()));
  return T(value);
}

void storeNumber(DType dtype, nb::handle number, char *at) {
  PyObject *object = number.ptr();
  if (isHalf(dtype)) {
    storeReal(dtype, PyFloat_AsDouble(object), at);
  } else {
    dispatch(dtype, [&](auto sample) {
      using T = decltype(sample);
      T value{};
      if constexpr (std::is_same_v<T, bool>) {
        value = PyObject_IsTrue(object) == 1;
      } else if constexpr (std::is_integral_v<T>) {
        value = wholeOf<T>(dtype, object);
      } else if constexpr (std::is_floating_point_v<T>) {
        value = T(PyFloat_AsDouble(object));
      } else {
        Py_complex c = PyComplex_AsCComplex(object);
        value = T(c.real, c.imag);
      }
      std::memcpy(at, &value, sizeof(T));
    });
  }
  if (PyErr_Occurred())
    nb::raise_python_error();
}

bool isSequence(nb::handle value) {
  return nb::isinstance<nb::list>(value) || nb::isinstance<nb::tuple>(value);
}

/// The dtype of a tensor, an array or a number of numpy's; nothing for one that agc has not.
std::optional<DType> dtypeOf(nb::handle value) {
  if (nb::isinstance<Tensor>(value))
    return nb::cast<Tensor &>(value).dtype();
  nb::handle name = nb::getattr(value.attr("dtype"), "name", nb::none());
  return nb::isinstance<nb::str>(name) ? dtypeNamed(nb::cast<std::string>(name)) : std::nullopt;
}

/// What nested lists are made of: the shape, the numbers in order, and the dtype that they
/// promote to.
struct Flat {
  std::vector<int64_t> shape;
  std::vector<nb::object> numbers;
  std::optional<DType> dtype;

  void add(nb::handle value, size_t depth) {
    if (isSequence(value)) {
      auto length = int64_t(nb::len(value));
      if (depth == shape.size() && numbers.empty() && !closed)
        shape.push_back(length);
      else if (depth >= shape.size() || shape[depth] != length)
        throw nb::value_error(("expected sequence of length " +
                               std::to_string(depth < shape.size() ? shape[depth] : 0) +
                               " at dim " + std::to_string(depth) + " (got " +
                               std::to_string(length) + ")")
                                  .c_str());
      for (nb::handle item : nb::borrow<nb::sequence>(value))
        add(item, depth + 1);
      return;
    }
    PyObject *exact = value.ptr();
    bool isPlain = PyFloat_CheckExact(exact) || PyLong_CheckExact(exact) ||
                   PyComplex_CheckExact(exact) || PyBool_Check(exact);
    if (!isPlain && nb::hasattr(value, "tolist")) { // a tensor, an array, or a number of numpy's
      addTyped(value, depth);
      return;
    }
    closed = true;
    if (depth != shape.size())
      throw nb::type_error("not a sequence");
    PyObject *object = value.ptr();
    if (PyUnicode_Check(object)) {
      if (depth)
        throw nb::value_error("too many dimensions 'str'");
      throw nb::type_error("new(): invalid data type 'str'");
    }
    if (PyFloat_Check(object))
      promote(defaultDType());
    else if (PyComplex_Check(object))
      promote(defaultComplexDType());
    else if (PyBool_Check(object))
      promote(DType::Bool);
    else if (PyLong_Check(object))
      promote(DType::Int64);
    else
      throw nb::type_error(("new(): data must be a sequence (got " +
                            nb::cast<std::string>(nb::borrow(value.type().attr("__name__"))) + ")")
                               .c_str());
    numbers.push_back(nb::borrow(value));
  }

private:
  void promote(DType other) { dtype = dtype ? promoteTypes(*dtype, other) : other; }

  /// Adds what has a dtype of its own. In a list a tensor is a number, whatever its dims, unless
  /// what stood there before it has told of more.
  void addTyped(nb::handle value, size_t depth) {
    std::optional<DType> before = dtype, own = dtypeOf(value);
    nb::object items = value.attr("tolist")();
    if (depth && depth == shape.size() && nb::isinstance<Tensor>(value))
      for (; isSequence(items); items = nb::borrow(items[0]))
        if (nb::len(items) != 1)
          throw nb::value_error("only one element tensors can be converted to Python scalars");
    add(items, depth);
    if (!own)
      return;
    dtype = before;
    promote(*own);
  }

  bool closed = false;
};

Tensor fromLists(nb::handle data, std::optional<int> dtype, bool requiresGrad) {
  Flat flat;
  flat.add(data, 0);
  DType made = dtype ? DType(*dtype) : flat.dtype.value_or(defaultDType());
  auto each = uint64_t(bytesOf(made));
  session::Elements elements = session::allocate(each * flat.numbers.size());
  for (size_t i = 0; i < flat.numbers.size(); ++i)
    storeNumber(made, flat.numbers[i], elements.memory.get() + i * each);
  bool canRequireGrad = categoryOf(made) >= Category::Float; // the caller refuses the others
  return session::fromElements(made, flat.shape, elements, requiresGrad && canRequireGrad, here());
}

/// From a contiguous buffer, which is copied.
Tensor fromBytes(nb::handle buffer, int dtype, const std::vector<int64_t> &shape,
                 bool requiresGrad) {
  Py_buffer view;
  if (PyObject_GetBuffer(buffer.ptr(), &view, PyBUF_C_CONTIGUOUS) != 0)
    nb::raise_python_error();
  session::Elements elements = session::allocate(view.len);
  std::memcpy(elements.memory.get(), view.buf, view.len);
  PyBuffer_Release(&view);
  int64_t expected = bytesOf(DType(dtype));
  for (int64_t extent : shape)
    expected *= extent;
  if (int64_t(elements.bytes) != expected)
    throw nb::value_error("the buffer's size is not that of the shape");
  return session::fromElements(DType(dtype), shape, elements, requiresGrad, here());
}

/// Elements as nested lists; where `edge` is not negative, only so many at both ends of a dim.
struct Listing {
  DType dtype;
  const std::vector<int64_t> &shape;
  int64_t edge;

  PyObject *at(const char *memory, int64_t bytes, size_t dim) const {
    if (dim == shape.size())
      return numberAt(dtype, memory).release().ptr();
    int64_t extent = shape[dim], each = extent ? bytes / extent : 0;
    bool isCut = edge >= 0 && extent > 2 * edge;
    int64_t count = isCut ? 2 * edge : extent;
    nb::object list = nb::steal(PyList_New(count));
    for (int64_t i = 0; i < count; ++i) {
      int64_t index = isCut && i >= edge ? extent - count + i : i;
      PyList_SET_ITEM(list.ptr(), i, at(memory + index * each, each, dim + 1));
    }
    return list.release().ptr();
  }
};

nb::object listOf(const Tensor &tensor, int64_t edge) {
  session::Elements elements = session::elementsOf(tensor, here());
  std::vector<int64_t> shape = session::factsOf(tensor).sizes;
  Listing listing{tensor.dtype(), shape, edge};
  return nb::steal(listing.at(elements.memory.get(), int64_t(elements.bytes), 0));
}

} // namespace

void bindElements(nb::module_ &module) {
  module.def("from_lists", &fromLists, nb::arg("data"), nb::arg("dtype").none(),
             nb::arg("requires_grad"));
  module.def("from_bytes", &fromBytes);
  module.def("to_list", &listOf, nb::arg("tensor"), nb::arg("edge") = -1);
  module.def("item", [](const Tensor &tensor) {
    session::Elements elements = session::elementsOf(tensor, here());
    DType dtype = tensor.dtype();
    uint64_t count = elements.bytes / bytesOf(dtype);
    if (count != 1)
      throw std::runtime_error("a Tensor with " + std::to_string(count) +
                               " elements cannot be converted to Scalar");
    return numberAt(dtype, elements.memory.get());
  });
  module.def("title_of", [](int dtype) { return titleOf(DType(dtype)); });
  module.def("cpp_name_of", [](int dtype) { return cppNameOf(DType(dtype)); });
  module.def("to_bytes", [](const Tensor &tensor) {
    session::Elements elements = session::elementsOf(tensor, here());
    return nb::bytes(elements.memory.get(), elements.bytes);
  });
}

} // namespace agc::python
