// One call for all records: arguments by the schema, as the generated Python functions give them.
#include "compiler/Python/Convert.h"
#include "compiler/Trace/Trace.h"
#include "dialect/Record.h"
#include <forward_list>

namespace agc::python {
namespace {

using trace::Argument;

/// The arguments of a call, and the operands that they refer to.
struct Arguments {
  std::vector<Argument> list;
  std::forward_list<Operand> operands;
};

/// A parameter as the type that the schema asks for; what is none is refused in PyTorch's words.
template <typename T>
T given(const ag::ArgSpec &spec, const ag::Record &record, nb::handle value, const char *kind) {
  T result;
  if (nb::try_cast<T>(value, result))
    return result;
  if (PyLong_Check(value.ptr())) {
    PyErr_SetString(PyExc_OverflowError, "int too big to convert");
    throw nb::python_error();
  }
  std::string words = record.function.str() + "(): argument '" + spec.name.str() + "' must be " +
                      kind + ", not " + Py_TYPE(value.ptr())->tp_name;
  throw nb::type_error(words.c_str());
}

/// A parameter as PyTorch's errors name it, whose first tensor is `input`.
std::string inputOf(const ag::ArgSpec &spec) {
  return spec.name == "self" ? "input" : spec.name.str();
}

Argument argumentOf(const ag::ArgSpec &spec, const ag::Record &record, nb::handle value,
                    Where where, std::forward_list<Operand> &operands) {
  auto missing = [&] { return value.is_none(); };
  auto number = [&] { return given<double>(spec, record, plainNumber(value), "Number"); };
  auto integer = [&] { return given<int64_t>(spec, record, value, "int"); };
  switch (spec.kind) {
  case ag::ArgKind::Tensor: {
    Operand operand = operandOf(value, record.name.data(), inputOf(spec).c_str(), where);
    bool takesNumbers =
        spec.element == ag::ElementRule::T && record.family == ag::Family::Pointwise;
    if ((operand.isNone() && !spec.optional) || (operand.scalar && !takesNumbers))
      throw nb::type_error((record.name.str() + "(): argument '" + inputOf(spec) +
                            "' must be Tensor, not " + Py_TYPE(value.ptr())->tp_name)
                               .c_str());
    return std::cref(operands.emplace_front(std::move(operand)));
  }
  case ag::ArgKind::TensorList: {
    Tensors list;
    for (nb::handle item : nb::borrow<nb::sequence>(value))
      list.push_back(nb::cast<Tensor>(item));
    return list;
  }
  case ag::ArgKind::Float:
    if (spec.optional)
      return missing() ? std::optional<double>() : number();
    return number();
  case ag::ArgKind::Int:
    if (spec.optional)
      return missing() ? std::optional<int64_t>() : integer();
    return integer();
  case ag::ArgKind::Bool:
    return given<bool>(spec, record, value, "bool");
  case ag::ArgKind::String:
    return given<std::string>(spec, record, value, "str");
  case ag::ArgKind::IntList:
    return intsOf(value);
  case ag::ArgKind::FloatList:
    return nb::cast<std::vector<double>>(value);
  }
  throw std::logic_error("all kinds are covered");
}

const ag::Record &recordOf(const std::string &name, nb::args values) {
  const ag::Record *record = ag::lookupRecord(name);
  if (!record || record->args.size() != values.size())
    throw std::logic_error("the functions are made from the schemas: " + name);
  return *record;
}

Arguments argumentsOf(const ag::Record &record, nb::args values, Where where) {
  Arguments arguments;
  for (size_t i = 0; i < values.size(); ++i)
    arguments.list.push_back(
        argumentOf(record.args[i], record, values[i], where, arguments.operands));
  return arguments;
}

/// Raises a call's error of arguments as PyTorch words it for the method of that name.
[[noreturn]] void failWorded(const std::string &name, nb::args values, nb::handle error) {
  nb::module_::import_("agc._guard").attr("of_record")(name, values, error);
  throw std::logic_error("of_record() raises");
}

/// What a call gives, of which an error of arguments is worded.
template <typename Body> auto worded(const std::string &name, nb::args values, Body body) {
  try {
    return body();
  } catch (nb::builtin_exception &error) {
    if (error.type() != nb::exception_type::type_error)
      throw;
    failWorded(name, values, nb::borrow(PyExc_TypeError)(error.what()));
  }
}

} // namespace

void bindRecords(nb::module_ &module) {
  module.def("call", [](const std::string &name, nb::args values) -> nb::object {
    Where where = here();
    const ag::Record &record = recordOf(name, values);
    Arguments arguments = worded(name, values, [&] { return argumentsOf(record, values, where); });
    Tensors results = trace::call(record, where, arguments.list);
    if (results.size() == 1)
      return nb::cast(results.front());
    return nb::tuple(nb::cast(results));
  });
  module.def("call_in_place", [](const std::string &name, nb::args values) {
    Where where = here();
    const ag::Record &record = recordOf(name, values);
    Arguments arguments =
        worded(name + "_", values, [&] { return argumentsOf(record, values, where); });
    trace::callInPlace(record, where, arguments.list);
    return nb::borrow(values[0]);
  });
}

} // namespace agc::python
