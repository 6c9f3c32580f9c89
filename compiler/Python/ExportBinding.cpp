// Functions of a program traced for compilation, and the extents that are unknown in them.
#include "compiler/Python/Convert.h"
#include "compiler/Session/Aliases.h"
#include "compiler/Session/Export.h"
#include "compiler/Trace/Trace.h"

namespace agc::python {
namespace {

using session::Export;
using session::ExportedFunction;

Input inputOf(nb::handle given) {
  auto [name, dtype, shape] = nb::cast<std::tuple<std::string, int, nb::list>>(given);
  Input input{name, DType(dtype), {}};
  for (nb::handle extent : shape) {
    if (nb::isinstance<nb::str>(extent))
      input.shape.emplace_back(nb::cast<std::string>(extent).c_str());
    else
      input.shape.emplace_back(nb::cast<int64_t>(extent));
  }
  return input;
}

/// (name, inputs, body, file, line); the body takes tensors and returns pairs of name and tensor.
ExportedFunction functionOf(nb::handle given) {
  auto [name, inputs, body, file, line] =
      nb::cast<std::tuple<std::string, nb::list, nb::object, std::string, int>>(given);
  ExportedFunction function{name, {}, {}, Where(internedFile(file), line)};
  for (nb::handle input : inputs)
    function.inputs.push_back(inputOf(input));
  function.body = [body = body](const Tensors &arguments) {
    nb::list tensors;
    for (const Tensor &argument : arguments)
      tensors.append(argument);
    Outputs outputs;
    for (nb::handle pair : nb::borrow<nb::sequence>(body(*tensors))) {
      auto [name, tensor] = nb::cast<std::pair<std::string, Tensor>>(pair);
      outputs.push_back({name, tensor});
    }
    return outputs;
  };
  return function;
}

/// An operator of extents; one of them may be an int.
template <typename Function> auto extentOperator(Function function) {
  return [function](const Extent &self, nb::handle other) -> nb::object {
    if (nb::isinstance<Extent>(other))
      return extentOf(function(self, nb::cast<Extent>(other)));
    if (PyLong_Check(other.ptr()))
      return extentOf(function(self, Extent(nb::cast<int64_t>(other))));
    return nb::borrow(Py_NotImplemented);
  };
}

[[noreturn]] nb::object unknown(const Extent &) {
  throw Error(here(), "the number of an extent is asked for that is known only when the exported "
                      "function is called");
}

/// Whether two extents are the same; of one that is not known and a number no one can tell.
bool sameExtent(const Extent &self, nb::handle other) {
  if (nb::isinstance<Extent>(other))
    if (trace::areSame(self, nb::cast<Extent>(other)))
      return true;
  unknown(self);
}

void bindExtent(nb::module_ &module) {
  nb::class_<Extent> extent(module, "Extent");
  extent.doc() = "an extent that is known only when an exported function is called";
  auto sum = [](const Extent &a, const Extent &b) { return a + b; };
  auto difference = [](const Extent &a, const Extent &b) { return a - b; };
  auto product = [](const Extent &a, const Extent &b) { return a * b; };
  auto quotient = [](const Extent &a, const Extent &b) { return a / b; };
  auto remainder = [](const Extent &a, const Extent &b) { return a - a / b * b; };
  auto swapped = [](auto function) {
    return [function](const Extent &a, const Extent &b) { return function(b, a); };
  };
  auto define = [&](const char *name, auto function) {
    extent.def(name, extentOperator(function), nb::is_operator());
  };
  define("__add__", sum);
  define("__radd__", sum);
  define("__sub__", difference);
  define("__rsub__", swapped(difference));
  define("__mul__", product);
  define("__rmul__", product);
  define("__floordiv__", quotient);
  define("__rfloordiv__", swapped(quotient));
  define("__mod__", remainder);
  extent.def("__neg__", [](const Extent &self) { return extentOf(Extent(0) - self); });
  extent.def("__eq__", &sameExtent, nb::arg().none());
  extent.def(
      "__ne__", [](const Extent &a, nb::handle b) { return !sameExtent(a, b); }, nb::arg().none());
  extent.def("__hash__", [](const Extent &self) { return uint64_t(self.index.get()); });
  extent.def("__repr__", [](const Extent &) { return "?"; });
  for (const char *name : {"__index__", "__int__", "__float__", "__bool__"})
    extent.def(name, &unknown);
  for (const char *name : {"__lt__", "__le__", "__gt__", "__ge__", "__truediv__"})
    extent.def(name, [](const Extent &self, nb::handle) { return unknown(self); });
}

/// What a relation of two extents is called in Python.
trace::Relation relationOf(const std::string &name) {
  return name == "=="   ? trace::Relation::Equal
         : name == "!=" ? trace::Relation::Unlike
                        : trace::Relation::AtMost;
}

} // namespace

void bindExport(nb::module_ &module) {
  bindExtent(module);
  // Raises an error with a text where extents do not stand so to each other, or lets the call fail.
  module.def("require",
             [](nb::handle a, const std::string &relation, nb::handle b, const std::string &text) {
               trace::require(placeOf(a), relationOf(relation), placeOf(b), text, here());
             });
  module.def("number_of", [](const Extent &n) { return trace::tensorOf(n, here()); });
  module.def("lesser",
             [](nb::handle a, nb::handle b) { return extentOf(lesser(placeOf(a), placeOf(b))); });
  module.def("greater",
             [](nb::handle a, nb::handle b) { return extentOf(greater(placeOf(a), placeOf(b))); });
  module.def("is_exporting", [] { return session::isExporting(); });
  nb::class_<session::Way>(module, "Way")
      .def_prop_ro("is_static", &session::Way::isStatic)
      .def("__call__", [](const session::Way &self, const Tensor &source) {
        return session::repeat(self, source, here());
      });
  module.def("way", [](const Tensor &source, const Tensor &tensor) {
    trace::Trace &trace = trace::Trace::current(here());
    return session::wayFrom(trace.known(source.impl(), here()), trace.known(tensor.impl(), here()));
  });
  module.def("set_structure", [](const std::string &text) { session::setStructure(text, here()); });
  nb::class_<Export>(module, "Export")
      .def("__init__",
           [](Export *at, const std::string &model, nb::object nameOf, bool givesGradients) {
             auto named = [nameOf](const Tensor &tensor) {
               return nb::cast<std::string>(nameOf(tensor));
             };
             new (at) Export(model, named, givesGradients);
           })
      // (name, tensor, is written, output with its gradient, clears its gradient, is a gradient, is
      // whether there is one)
      .def("states",
           [](const Export &self) {
             nb::list states;
             for (const session::ExportedState &state : self.getStates())
               states.append(nb::make_tuple(state.name, state.live, state.isWritten, state.gradient,
                                            state.clearsGradient, state.isGradient, state.isFlag));
             return states;
           })
      .def("trace",
           [](Export &self, const nb::list &given) {
             std::vector<ExportedFunction> functions;
             for (nb::handle function : given)
               functions.push_back(functionOf(function));
             self.trace(functions);
           })
      .def("bytecode", [](const Export &self) {
        std::string bytes = self.bytecode();
        return nb::bytes(bytes.data(), bytes.size());
      });
  // While it is entered, what is recorded belongs to the program and not to an exported function.
  struct Outside {
    std::optional<trace::Trace::Outside> held;
  };
  nb::class_<Outside>(module, "Outside")
      .def(nb::init<>())
      .def("__enter__", [](Outside &self) { self.held.emplace(); })
      .def("__exit__", [](Outside &self, nb::args) { self.held.reset(); });
}

} // namespace agc::python
