// The class Tensor: what a tensor knows, its operators and its views. All else is Python over them.
#include "compiler/Python/Convert.h"
#include "compiler/Session/Check.h"
#include <algorithm>

namespace agc::python {
namespace {

using Unary = Tensor (*)(const Operand &);
using Binary = Tensor (*)(const Operand &, const Operand &);

Operand self(const Tensor &tensor) { return Operand(tensor, here()); }

/// An operator of a tensor with whatever stands beside it; NotImplemented for what is no operand.
template <typename Function>
nb::object binary(const Tensor &left, nb::handle right, Function function) {
  if (nb::isinstance<Tensor>(right)) {
    Where where = here();
    return nb::cast(function(Operand(left, where), Operand(*nb::inst_ptr<Tensor>(right), where)));
  }
  bool isNumber =
      PyFloat_Check(right.ptr()) || PyLong_Check(right.ptr()) || PyComplex_Check(right.ptr());
  if (!isNumber && !nb::hasattr(right, "dtype"))
    return nb::borrow(Py_NotImplemented);
  Where where = here();
  return nb::cast(function(Operand(left, where), operandOf(right, "operator", "other", where)));
}

/// Ints, and what stands for those that only the call of an exported function tells, or a run.
nb::object sizesOf(const Tensor &tensor) {
  nb::list sizes;
  if (session::isExporting()) {
    for (const Extent &extent : tensor.sizes(here()))
      sizes.append(extentOf(extent));
    return sizes;
  }
  std::vector<int64_t> known = session::factsOf(tensor).sizes;
  if (std::all_of(known.begin(), known.end(), [](int64_t size) { return size >= 0; }))
    return nb::cast(known);
  for (int64_t size : known)
    sizes.append(size >= 0 ? nb::cast(size)
                           : nb::module_::import_("agc._check.unknown").attr("UnknownSize")());
  return sizes;
}

void bindFacts(nb::class_<Tensor> &tensor) {
  tensor.def_prop_ro("_dtype", [](const Tensor &t) { return int(t.dtype()); })
      .def_prop_ro("_sizes", &sizesOf)
      .def_prop_ro("_strides", [](const Tensor &t) { return session::factsOf(t).strides; })
      .def_prop_ro("_is_contiguous",
                   [](const Tensor &t) { return session::factsOf(t).isContiguous; })
      .def_prop_ro("_is_row_major", [](const Tensor &t) { return session::factsOf(t).isRowMajor; })
      .def_prop_ro("_offset", [](const Tensor &t) { return session::factsOf(t).offset; })
      .def_prop_ro("_storage", [](const Tensor &t) { return session::factsOf(t).storage; })
      .def_prop_ro("is_leaf", [](const Tensor &t) { return t.is_leaf(); })
      .def_prop_ro("_requires_grad", [](const Tensor &t) { return t.requires_grad(); })
      .def_prop_ro("retains_grad", [](const Tensor &t) { return t.retains_grad(); })
      .def_prop_ro("_version", [](const Tensor &t) { return t.version(); })
      .def("_is_view", [](const Tensor &t) { return t.is_view(); })
      .def("dim", [](const Tensor &t) { return t.dim(); })
      .def("_is", [](const Tensor &a, const Tensor &b) { return a.is(b); });
}

void bindOperators(nb::class_<Tensor> &tensor) {
#define AGC_OPERATOR(name, function)                                                               \
  tensor.def(                                                                                      \
      "__" name "__",                                                                              \
      [](const Tensor &a, nb::handle b) {                                                          \
        return binary(a, b, [](const Operand &x, const Operand &y) { return function; });          \
      },                                                                                           \
      nb::is_operator())
  AGC_OPERATOR("add", agc::add(x, y));
  AGC_OPERATOR("radd", agc::add(x, y));
  AGC_OPERATOR("sub", agc::sub(x, y));
  AGC_OPERATOR("rsub", agc::sub(y, x));
  AGC_OPERATOR("mul", agc::mul(x, y));
  AGC_OPERATOR("rmul", agc::mul(x, y));
  AGC_OPERATOR("truediv", agc::div(x, y));
  AGC_OPERATOR("lt", agc::lt(x, y));
  AGC_OPERATOR("le", agc::le(x, y));
  AGC_OPERATOR("gt", agc::gt(x, y));
  AGC_OPERATOR("ge", agc::ge(x, y));
  AGC_OPERATOR("eq", agc::eq(x, y));
  AGC_OPERATOR("ne", agc::ne(x, y));
  AGC_OPERATOR("matmul", agc::matmul(x, y));
  AGC_OPERATOR("rmatmul", agc::matmul(y, x));
#undef AGC_OPERATOR
  tensor.def("__neg__", [](const Tensor &t) { return agc::neg(self(t)); });
}

/// A Python int of 64 bits; none for anything else, a bool or a subclass's object too.
std::optional<int64_t> plainInt(nb::handle value) {
  int overflow = 1;
  int64_t number =
      PyLong_CheckExact(value.ptr()) ? PyLong_AsLongLongAndOverflow(value.ptr(), &overflow) : 0;
  return overflow ? std::nullopt : std::optional(number);
}

/// One part of an index: an int, or a slice.
struct Part {
  std::optional<int64_t> place, start, stop;
  int64_t step = 1;

  bool isWhole(int64_t size) const {
    return start.value_or(0) == 0 && stop.value_or(size) >= size && step == 1;
  }
};

/// None where it is neither, or does not fit a dim of that size.
std::optional<Part> partOf(nb::handle index, int64_t size) {
  Part part;
  if (!PySlice_Check(index.ptr())) {
    part.place = plainInt(index);
    bool fits = part.place && *part.place >= -size && *part.place < size;
    return fits ? std::optional(part) : std::nullopt;
  }
  auto *slice = reinterpret_cast<PySliceObject *>(index.ptr());
  auto read = [](PyObject *bound, std::optional<int64_t> &number) {
    number = plainInt(bound);
    return number || bound == Py_None;
  };
  std::optional<int64_t> step;
  if (!read(slice->start, part.start) || !read(slice->stop, part.stop) || !read(slice->step, step))
    return {};
  part.step = step.value_or(1);
  return part.step > 0 ? std::optional(part) : std::nullopt;
}

/// The view that ints and slices pick; none where there is more to an index, or it is a mistake,
/// which is for Python to look at.
std::optional<Tensor> pick(const Tensor &tensor, nb::handle index) {
  if (session::isExporting())
    return {};
  bool isTuple = PyTuple_CheckExact(index.ptr());
  size_t count = isTuple ? PyTuple_GET_SIZE(index.ptr()) : 1;
  std::vector<int64_t> sizes = session::factsOf(tensor).sizes;
  if (count > sizes.size())
    return {};
  std::vector<Part> parts;
  for (size_t i = 0; i < count; ++i) {
    std::optional<Part> part =
        sizes[i] < 0 ? std::nullopt
                     : partOf(isTuple ? PyTuple_GET_ITEM(index.ptr(), i) : index.ptr(), sizes[i]);
    if (!part)
      return {};
    parts.push_back(*part);
  }
  Where where = here();
  Tensor view = tensor;
  bool isView = false;
  int64_t dim = 0;
  for (size_t i = 0; i < count; ++i) {
    const Part &part = parts[i];
    if (part.place) {
      view = view.select(dim, *part.place, where);
      isView = true;
      continue;
    }
    if (!isTuple || !part.isWhole(sizes[i])) { // a slice of all of a dim is no view in a tuple
      auto bound = [](std::optional<int64_t> number) {
        return number ? std::optional<Extent>(*number) : std::nullopt;
      };
      view = view.slice(dim, bound(part.start), bound(part.stop), part.step, where);
      isView = true;
    }
    ++dim;
  }
  return isView ? view : tensor.alias(where);
}

void bindViews(nb::class_<Tensor> &tensor) {
  tensor.def("_view", [](const Tensor &t, nb::handle s) { return t.view(shapeOf(s), here()); })
      .def("_reshape", [](const Tensor &t, nb::handle s) { return t.reshape(shapeOf(s), here()); })
      .def("_expand", [](const Tensor &t, nb::handle s) { return t.expand(shapeOf(s), here()); })
      .def("_permute", [](const Tensor &t, nb::handle d) { return t.permute(intsOf(d), here()); })
      .def("_squeeze", [](const Tensor &t, nb::handle d) { return t.squeeze(intsOf(d), here()); })
      .def("_flatten",
           [](const Tensor &t, int64_t a, int64_t b) { return t.flatten(a, b, here()); })
      .def("_alias", [](const Tensor &t) { return t.alias(here()); })
      .def("t", [](const Tensor &t) { return t.t(here()); })
      .def("_view_as_real", [](const Tensor &t) { return t.view_as_real(here()); })
      .def("_view_as_complex", [](const Tensor &t) { return t.view_as_complex(here()); })
      .def("_transpose",
           [](const Tensor &t, int64_t a, int64_t b) { return t.transpose(a, b, here()); })
      .def("_unsqueeze", [](const Tensor &t, int64_t d) { return t.unsqueeze(d, here()); })
      .def("_select",
           [](const Tensor &t, int64_t d, nb::handle i) { return t.select(d, placeOf(i), here()); })
      .def(
          "_slice",
          [](const Tensor &t, int64_t d, nb::handle start, nb::handle end, int64_t step) {
            return t.slice(d, boundOf(start), boundOf(end), step, here());
          },
          nb::arg(), nb::arg().none(), nb::arg().none(), nb::arg())
      .def("_pick", &pick, nb::arg().none())
      .def("_narrow",
           [](const Tensor &t, int64_t d, nb::handle start, nb::handle length) {
             return t.narrow(d, placeOf(start), placeOf(length), here());
           })
      .def("_unfold", [](const Tensor &t, int64_t d, int64_t size,
                         int64_t step) { return t.unfold(d, size, step, here()); })
      .def("_diagonal", [](const Tensor &t, int64_t o, int64_t a,
                           int64_t b) { return t.diagonal(o, a, b, here()); })
      .def("_unbind", [](const Tensor &t, int64_t d) { return t.unbind(d, here()); })
      .def("_split",
           [](const Tensor &t, int64_t size, int64_t d) { return t.split(size, d, here()); })
      .def("_split_sizes", [](const Tensor &t, nb::handle sizes,
                              int64_t d) { return t.split(shapeOf(sizes), d, here()); })
      .def("_chunk", [](const Tensor &t, int64_t n, int64_t d) { return t.chunk(n, d, here()); });
}

void bindWrites(nb::class_<Tensor> &tensor) {
  tensor.def("_clone", [](const Tensor &t) { return t.clone(here()); })
      .def("_clone_like",
           [](const Tensor &t, const Tensor &other) { return t.clone_like(other, here()); })
      .def("_contiguous", [](const Tensor &t) { return t.contiguous(here()); })
      .def("conj", [](const Tensor &t) { return t.conj(here()); })
      .def("_to", [](const Tensor &t, int dtype) { return t.to(DType(dtype), here()); })
      .def("_copy_",
           [](const Tensor &t, nb::handle source) {
             t.copy_(operandOf(source, "copy_", "other"), here());
           })
      .def("_fill_", [](const Tensor &t,
                        nb::handle value) { t.fill_(operandOf(value, "fill_", "value"), here()); })
      .def("_zero_", [](const Tensor &t) { t.zero_(here()); });
}

} // namespace

void bindTensor(nb::module_ &module) {
  nb::class_<Tensor> tensor(module, "Tensor", nb::dynamic_attr(), nb::is_weak_referenceable());
  tensor.def("__init__", [](Tensor *at, const Tensor &other) { new (at) Tensor(other); });
  tensor.def("__init__", [](Tensor *at, nb::args args, nb::kwargs named) { // of sizes or elements
    nb::object made = nb::module_::import_("agc._types").attr("of_default")(*args, **named);
    new (at) Tensor(nb::cast<const Tensor &>(made));
  });
  bindFacts(tensor);
  bindOperators(tensor);
  bindViews(tensor);
  bindWrites(tensor);
  module.def("full", [](nb::handle shape, nb::handle value, int dtype) {
    Operand number = operandOf(value, "full", "fill_value");
    return full(shapeOf(shape), number.scalar.value(), DType(dtype), here());
  });
  module.def("iota", [](nb::handle n, int dtype) {
    return arange(shapeOf(n).front(), DType(dtype), here());
  });
  module.def("eye", [](int64_t n, int dtype) { return eye(n, DType(dtype), here()); });
  module.def("matmul", [](nb::handle a, nb::handle b) {
    return matmul(operandOf(a, "matmul", "input"), operandOf(b, "matmul", "other"));
  });
  module.def("outer", [](nb::handle a, nb::handle b) {
    return outer(operandOf(a, "outer", "input"), operandOf(b, "outer", "vec2"));
  });
  module.def("stack", [](const std::vector<Tensor> &tensors, int64_t dim) {
    return stack(tensors, dim, here());
  });
  module.def(
      "unique",
      [](const Tensor &t, bool sorted, bool inverse, bool counts, std::optional<int64_t> dim) {
        return t.unique(sorted, inverse, counts, dim, here());
      },
      nb::arg(), nb::arg(), nb::arg(), nb::arg(), nb::arg().none());
  module.def(
      "argmax",
      [](const Tensor &t, std::optional<int64_t> dim, bool keepdim) {
        return t.argmax(dim, keepdim, here());
      },
      nb::arg(), nb::arg().none(), nb::arg());
  module.def(
      "argmin",
      [](const Tensor &t, std::optional<int64_t> dim, bool keepdim) {
        return t.argmin(dim, keepdim, here());
      },
      nb::arg(), nb::arg().none(), nb::arg());
  module.def("max_along", [](const Tensor &t, int64_t dim, bool keepdim) {
    return t.max(dim, keepdim, here());
  });
  module.def("min_along", [](const Tensor &t, int64_t dim, bool keepdim) {
    return t.min(dim, keepdim, here());
  });
  module.def(
      "linear",
      [](nb::handle x, nb::handle w, nb::handle b) {
        return F::linear(operandOf(x, "linear", "input"), operandOf(w, "linear", "weight"),
                         operandOf(b, "linear", "bias"));
      },
      nb::arg(), nb::arg(), nb::arg().none());
  module.def(
      "cross_entropy",
      [](nb::handle x, nb::handle target, nb::handle weight, const std::string &reduction,
         int64_t ignore, double smoothing) {
        return F::cross_entropy(
            operandOf(x, "cross_entropy", "input"), operandOf(target, "cross_entropy", "target"),
            operandOf(weight, "cross_entropy", "weight"), reduction, ignore, smoothing);
      },
      nb::arg(), nb::arg(), nb::arg().none(), nb::arg(), nb::arg(), nb::arg());
  module.def("l1_loss", [](nb::handle x, nb::handle target, const std::string &reduction) {
    return F::l1_loss(operandOf(x, "l1_loss", "input"), operandOf(target, "l1_loss", "target"),
                      reduction);
  });
  module.def("one_hot", [](nb::handle index, int64_t classes) {
    return F::one_hot(operandOf(index, "one_hot", "tensor"), classes);
  });
  module.def(
      "embedding",
      [](nb::handle x, nb::handle w, std::optional<int64_t> padding) {
        return F::embedding(operandOf(x, "embedding", "input"), operandOf(w, "embedding", "weight"),
                            padding);
      },
      nb::arg(), nb::arg(), nb::arg().none());
  module.def(
      "pad",
      [](nb::handle x, nb::handle margins, const std::string &mode, std::optional<double> value) {
        return F::pad(operandOf(x, "pad", "input"), intsOf(margins), mode, value);
      },
      nb::arg(), nb::arg(), nb::arg(), nb::arg().none());
  module.def("index", [](const Tensor &t, nb::handle indices) {
    return index(t, tensorsOf(indices), here());
  });
  module.def("index_put_", [](const Tensor &t, nb::handle indices, nb::handle values, bool add) {
    index_put_(t, tensorsOf(indices), operandOf(values, "index_put_", "values"), add, here());
  });
  module.def("masked_fill", [](const Tensor &t, const Tensor &mask, nb::handle value) {
    return masked_fill(t, mask, operandOf(value, "masked_fill", "value"), here());
  });
  module.def("masked_fill_", [](const Tensor &t, const Tensor &mask, nb::handle value) {
    masked_fill_(t, mask, operandOf(value, "masked_fill_", "value"), here());
  });
  // The first index that no dim of that size has; None where all are in range.
  module.def("first_out_of_range", [](const Tensor &t, int64_t size) -> std::optional<int64_t> {
    if (!session::isKnown(t))
      return {};
    session::Elements elements = session::elementsOf(t, here());
    auto *at = reinterpret_cast<const int64_t *>(elements.memory.get());
    for (uint64_t i = 0; i < elements.bytes / sizeof(int64_t); ++i)
      if (at[i] < -size || at[i] >= size)
        return at[i];
    return {};
  });
  module.def("result_type", [](const std::vector<std::pair<int, int>> &operands) {
    std::vector<PromotionOperand> list;
    for (auto [dtype, kind] : operands)
      list.push_back({DType(dtype), PromotionOperand::Kind(kind)});
    return int(resultType(list).value());
  });
  module.def("promote_types", [](int a, int b) { return int(promoteTypes(DType(a), DType(b))); });
  module.def("set_default_dtype", [](int dtype) { setDefaultDType(DType(dtype)); });
  module.def("default_dtype", [] { return int(defaultDType()); });
  module.def("default_complex_dtype", [] { return int(defaultComplexDType()); });
  module.def("can_cast", [](int from, int to) { return canCast(DType(from), DType(to)); });
}

} // namespace agc::python
