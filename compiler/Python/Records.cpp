// One call for all records: arguments by the schema, as the generated Python functions give them.
#include "compiler/Python/Convert.h"
#include "compiler/Trace/Trace.h"
#include "dialect/Record.h"

namespace agc::python {
namespace {

using trace::Argument;

Argument argumentOf(const ag::ArgSpec &spec, const ag::Record &record, nb::handle value,
                    Where where) {
  auto missing = [&] { return value.is_none(); };
  switch (spec.kind) {
  case ag::ArgKind::Tensor:
    return operandOf(value, record.name.data(), spec.name.data(), where);
  case ag::ArgKind::TensorList: {
    Tensors list;
    for (nb::handle item : nb::borrow<nb::sequence>(value))
      list.push_back(nb::cast<Tensor>(item));
    return list;
  }
  case ag::ArgKind::Float:
    if (spec.optional)
      return missing() ? std::optional<double>() : nb::cast<double>(plainNumber(value));
    return nb::cast<double>(plainNumber(value));
  case ag::ArgKind::Int:
    if (spec.optional)
      return missing() ? std::optional<int64_t>() : nb::cast<int64_t>(value);
    return nb::cast<int64_t>(value);
  case ag::ArgKind::Bool:
    return nb::cast<bool>(value);
  case ag::ArgKind::String:
    return nb::cast<std::string>(value);
  case ag::ArgKind::IntList:
    return intsOf(value);
  case ag::ArgKind::FloatList:
    return nb::cast<std::vector<double>>(value);
  }
  throw std::logic_error("all kinds are covered");
}

std::vector<Argument> argumentsOf(const std::string &name, nb::args values, Where where) {
  const ag::Record *record = ag::lookupRecord(name);
  if (!record || record->args.size() != values.size())
    throw std::logic_error("the functions are made from the schemas: " + name);
  std::vector<Argument> arguments;
  for (size_t i = 0; i < values.size(); ++i)
    arguments.push_back(argumentOf(record->args[i], *record, values[i], where));
  return arguments;
}

} // namespace

void bindRecords(nb::module_ &module) {
  module.def("call", [](const std::string &name, nb::args values) -> nb::object {
    Where where = here();
    Tensors results = trace::call(name.c_str(), where, argumentsOf(name, values, where));
    if (results.size() == 1)
      return nb::cast(results.front());
    return nb::tuple(nb::cast(results));
  });
  module.def("call_in_place", [](const std::string &name, nb::args values) {
    Where where = here();
    trace::callInPlace(name.c_str(), where, argumentsOf(name, values, where));
    return nb::borrow(values[0]);
  });
}

} // namespace agc::python
