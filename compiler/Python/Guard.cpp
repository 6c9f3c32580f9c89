// A function of torch's as a program sees it: PyTorch's signatures are looked through before a
// call, and what goes wrong in one is said in PyTorch's words, by agc._guard. A call that surely
// fits costs a look at its arguments' types.
#include "compiler/Python/Convert.h"
#include <algorithm>
#include <memory>
#include <string>
#include <structmember.h>
#include <unordered_map>

namespace agc::python {
namespace {

/// What agc._guard gives: the types of tensors and dtypes, what a call may end in, and what is done
/// then.
struct Words {
  nb::object tensor, dtype, mistakes, forms, refuse, again, isOurs;
};
Words *words = nullptr; // for as long as Python lives

struct Parameter {
  char kind;
  bool isOptional, takesNone, isNamed, takesOne;
  nb::tuple names;
};

/// One of a function's signatures.
struct Form {
  std::vector<Parameter> parameters;
  size_t placed = 0;   ///< how many parameters have a place
  size_t required = 0; ///< all after these may be left out
  bool takesNumbers;   ///< in place of tensors
};

struct Forms {
  bool isKnown = false, takesNothing = false;
  std::vector<Form> forms;
};

// ---------------------------------------------------------------- whether a value surely fits

bool isTensor(PyObject *value) {
  return PyObject_TypeCheck(value, reinterpret_cast<PyTypeObject *>(words->tensor.ptr()));
}

bool isInt(PyObject *value) { return PyLong_Check(value) && !PyBool_Check(value); }

template <typename Test> bool isListOf(PyObject *value, Test test) {
  if (!PyTuple_Check(value) && !PyList_Check(value))
    return false;
  PyObject **items = PySequence_Fast_ITEMS(value);
  return std::all_of(items, items + PySequence_Fast_GET_SIZE(value), test);
}

bool fits(const Form &form, const Parameter &parameter, PyObject *value) {
  if (value == Py_None)
    return parameter.takesNone;
  switch (parameter.kind) {
  case 't':
    return isTensor(value) || (form.takesNumbers && (PyLong_Check(value) || PyFloat_Check(value)));
  case 'c':
    return PyLong_Check(value) || PyFloat_Check(value) || PyComplex_Check(value);
  case 'f':
    return PyLong_Check(value) || PyFloat_Check(value);
  case 'i':
    return isInt(value);
  case 'I':
    return isListOf(value, isInt) || (parameter.takesOne && isInt(value));
  case 'T':
    return isListOf(value, isTensor);
  case 'b':
    return PyBool_Check(value);
  case 's':
    return PyUnicode_Check(value);
  case 'd':
    return reinterpret_cast<PyObject *>(Py_TYPE(value)) == words->dtype.ptr();
  default:
    return false;
  }
}

/// The arguments of a call, without a method's own tensor.
struct Given {
  PyObject *const *values;
  size_t count;
  PyObject *names; ///< of those after the first `count`; null for none

  size_t named() const { return names ? PyTuple_GET_SIZE(names) : 0; }

  PyObject *find(const nb::tuple &wanted) const {
    for (size_t i = 0; i < named(); ++i)
      for (nb::handle name : wanted)
        if (PyUnicode_Compare(name.ptr(), PyTuple_GET_ITEM(names, i)) == 0)
          return values[count + i];
    return nullptr;
  }
};

bool fits(const Form &form, const Given &given) {
  bool isApart = given.count && form.placed == 1 && form.parameters[0].kind == 'I' &&
                 std::all_of(given.values, given.values + given.count, isInt);
  size_t count = isApart ? 1 : given.count, named = 0;
  if (count > form.placed)
    return false;
  size_t end = given.named() ? form.parameters.size() : std::max(count, form.required);
  for (size_t i = 0; i < end; ++i) {
    const Parameter &parameter = form.parameters[i];
    bool isPlaced = i < count;
    PyObject *value = isPlaced ? given.values[i] : given.find(parameter.names);
    if (!value && !parameter.isOptional)
      return false;
    if (value && !(isApart && i == 0) && !fits(form, parameter, value))
      return false;
    named += value && !isPlaced;
  }
  return named == given.named();
}

bool fits(const Forms &known, const Given &given) {
  if (!known.isKnown)
    return true;
  if (known.takesNothing)
    return !given.count && !given.named();
  return std::any_of(known.forms.begin(), known.forms.end(),
                     [&](const Form &form) { return fits(form, given); });
}

// ---------------------------------------------------------------- the type

struct Guard {
  PyObject_HEAD PyObject *function, *attributes, *weak;
  vectorcallfunc call;
  Forms *forms; ///< null before the first call
  bool isMethod;
};

Form formOf(nb::handle described) {
  Form form;
  form.takesNumbers = nb::cast<bool>(described[0]);
  for (nb::handle x : nb::object(described[1])) {
    Parameter parameter{nb::cast<char>(x[0]), nb::cast<bool>(x[1]), nb::cast<bool>(x[2]),
                        nb::cast<bool>(x[3]), nb::cast<bool>(x[4]), nb::cast<nb::tuple>(x[5])};
    form.placed += !parameter.isNamed;
    form.parameters.push_back(parameter);
    if (!parameter.isOptional)
      form.required = form.parameters.size();
  }
  return form;
}

/// A function's signatures, which its first call asks for.
const Forms &formsOf(Guard *guard) {
  if (guard->forms)
    return *guard->forms;
  auto forms = std::make_unique<Forms>();
  nb::object described = words->forms(nb::handle(reinterpret_cast<PyObject *>(guard)));
  forms->isKnown = !described.is_none();
  if (forms->isKnown)
    for (nb::handle form : described)
      forms->forms.push_back(formOf(form));
  forms->takesNothing = forms->isKnown && forms->forms.empty();
  guard->forms = forms.release();
  return *guard->forms;
}

/// Calls a function of agc._guard with a call's arguments, and an error that it ended in.
nb::object told(const nb::object &function, Guard *guard, PyObject *const *args, size_t count,
                PyObject *names, nb::handle error) {
  nb::list placed;
  nb::dict named;
  for (size_t i = 0; i < count; ++i)
    placed.append(nb::handle(args[i]));
  for (Py_ssize_t i = 0, n = names ? PyTuple_GET_SIZE(names) : 0; i < n; ++i)
    named[nb::handle(PyTuple_GET_ITEM(names, i))] = nb::handle(args[count + i]);
  return function(nb::handle(reinterpret_cast<PyObject *>(guard)), nb::tuple(placed), named, error);
}

nb::object calledWith(Guard *guard, PyObject *const *args, size_t flagged, PyObject *names) {
  size_t count = PyVectorcall_NARGS(flagged), own = guard->isMethod;
  const Forms &forms = formsOf(guard);
  bool isSure = count >= own && (!own || isTensor(args[0])) &&
                fits(forms, Given{args + own, count - own, names});
  if (!isSure)
    told(words->refuse, guard, args, count, names, nb::none());
  PyObject *result = PyObject_Vectorcall(guard->function, args, flagged, names);
  if (result)
    return nb::steal(result);
  nb::python_error error;
  if (!error.matches(words->mistakes))
    throw error;
  nb::object given = told(words->again, guard, args, count, names, error.value());
  if (!PyExceptionInstance_Check(given.ptr()))
    return given[0];
  PyErr_SetObject(given.type().ptr(), given.ptr());
  throw nb::python_error();
}

/// Raises an error; of a function that is no Python in PyTorch its path ends where it was called.
void raise(Guard *guard, nb::python_error &error) {
  if (guard->forms && guard->forms->isKnown && nb::cast<bool>(words->isOurs(error.value())))
    PyException_SetTraceback(error.value().ptr(), Py_None);
  error.restore();
}

PyObject *callGuard(PyObject *self, PyObject *const *args, size_t flagged, PyObject *names) {
  auto *guard = reinterpret_cast<Guard *>(self);
  try {
    return calledWith(guard, args, flagged, names).release().ptr();
  } catch (nb::python_error &error) {
    raise(guard, error);
  } catch (const std::exception &error) {
    PyErr_SetString(PyExc_SystemError, error.what());
  }
  return nullptr;
}

PyObject *newGuard(PyTypeObject *type, PyObject *args, PyObject *) {
  PyObject *function;
  int isMethod;
  if (!PyArg_ParseTuple(args, "Op", &function, &isMethod))
    return nullptr;
  auto *guard = reinterpret_cast<Guard *>(type->tp_alloc(type, 0));
  if (!guard)
    return nullptr;
  guard->function = Py_NewRef(function);
  guard->call = callGuard;
  guard->isMethod = isMethod;
  return reinterpret_cast<PyObject *>(guard);
}

int visitGuard(PyObject *self, visitproc visit, void *arg) {
  auto *guard = reinterpret_cast<Guard *>(self);
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(guard->function);
  Py_VISIT(guard->attributes);
  return 0;
}

int clearGuard(PyObject *self) {
  auto *guard = reinterpret_cast<Guard *>(self);
  Py_CLEAR(guard->function);
  Py_CLEAR(guard->attributes);
  return 0;
}

void freeGuard(PyObject *self) {
  auto *guard = reinterpret_cast<Guard *>(self);
  PyTypeObject *type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  if (guard->weak)
    PyObject_ClearWeakRefs(self);
  clearGuard(self);
  delete guard->forms;
  type->tp_free(self);
  Py_DECREF(type);
}

/// Bound to a tensor, as a function of Python is.
PyObject *boundGuard(PyObject *self, PyObject *object, PyObject *) {
  return object && object != Py_None ? PyMethod_New(self, object) : Py_NewRef(self);
}

PyObject *reprOfGuard(PyObject *self) {
  nb::object name = nb::borrow(self).attr("__name__");
  auto *guard = reinterpret_cast<Guard *>(self);
  if (!formsOf(guard).isKnown)
    return PyUnicode_FromFormat("<function %U at %p>", name.ptr(), self);
  return PyUnicode_FromFormat(guard->isMethod ? "<method '%U' of 'torch._C.TensorBase' objects>"
                                              : "<built-in method %U of type object at %p>",
                              name.ptr(), words->tensor.ptr());
}

/// A copy of a function is itself.
PyObject *reducedGuard(PyObject *self, PyObject *) {
  return PyObject_GetAttrString(self, "__qualname__");
}

nb::object guardType() {
  static PyMemberDef members[] = {
      {"__dictoffset__", T_PYSSIZET, offsetof(Guard, attributes), READONLY, nullptr},
      {"__weaklistoffset__", T_PYSSIZET, offsetof(Guard, weak), READONLY, nullptr},
      {"__vectorcalloffset__", T_PYSSIZET, offsetof(Guard, call), READONLY, nullptr},
      {nullptr, 0, 0, 0, nullptr}};
  static PyGetSetDef properties[] = {
      {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, nullptr, nullptr},
      {nullptr, nullptr, nullptr, nullptr, nullptr}};
  static PyMethodDef methods[] = {{"__reduce__", reducedGuard, METH_NOARGS, nullptr},
                                  {nullptr, nullptr, 0, nullptr}};
  PyType_Slot slots[] = {{Py_tp_new, reinterpret_cast<void *>(newGuard)},
                         {Py_tp_dealloc, reinterpret_cast<void *>(freeGuard)},
                         {Py_tp_traverse, reinterpret_cast<void *>(visitGuard)},
                         {Py_tp_clear, reinterpret_cast<void *>(clearGuard)},
                         {Py_tp_call, reinterpret_cast<void *>(PyVectorcall_Call)},
                         {Py_tp_descr_get, reinterpret_cast<void *>(boundGuard)},
                         {Py_tp_repr, reinterpret_cast<void *>(reprOfGuard)},
                         {Py_tp_members, members},
                         {Py_tp_getset, properties},
                         {Py_tp_methods, methods},
                         {0, nullptr}};
  PyType_Spec spec = {"agc._agc.Guard", sizeof(Guard), 0,
                      Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL |
                          Py_TPFLAGS_METHOD_DESCRIPTOR,
                      slots};
  return nb::steal(PyType_FromSpec(&spec));
}

} // namespace

void bindGuard(nb::module_ &module) {
  module.attr("Guard") = guardType();
  module.def("set_words",
             [](nb::object tensor, nb::object dtype, nb::object mistakes, nb::object forms,
                nb::object refuse, nb::object again, nb::object isOurs) {
               delete words; // of an earlier import
               words = new Words{tensor, dtype, mistakes, forms, refuse, again, isOurs};
             });
  // PyTorch's parser keeps the arguments by name in such a map, and its errors list them so.
  module.def("as_hashed", [](const std::vector<std::string> &names) {
    std::unordered_map<std::string, int> kept;
    for (const std::string &name : names)
      kept.emplace(name, 0);
    std::vector<std::string> order;
    for (const auto &entry : kept)
      order.push_back(entry.first);
    return order;
  });
}

} // namespace agc::python
