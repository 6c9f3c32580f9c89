// Between Python's objects and the tracer's arguments.
#ifndef AGC_COMPILER_PYTHON_CONVERT_H
#define AGC_COMPILER_PYTHON_CONVERT_H

#include "compiler/Session/Session.h"
#include "compiler/Trace/Autograd.h"
#include "compiler/Trace/Factory.h"
#include "compiler/Trace/Functional.h"
#include "compiler/Trace/Indexing.h"
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

namespace agc::python {

namespace nb = nanobind;

/// Frames of files below this folder are agc's own: a line of the program is further out.
void setFolders(const std::string &package, const std::string &library);

/// A file's name for as long as the process lives: locations of tensors refer to it.
const char *internedFile(const std::string &name);

/// The line of the program that is running, at the beginning of one of its calls: what is recorded
/// may run before it. No value of the trace outlives this, only tensors do.
Where here();

/// The same as far as it is known where a program is checked: `here` then knows columns, too.
void trackColumns();
/// Where the expression ends that begins at a place which `here` gave: its line and column.
std::pair<int, int> endOf(const std::string &file, int line, int column);

/// A tensor or a number, at a line of the program, that of the call where none is given.
Operand operandOf(nb::handle value, const char *function, const char *argument, Where where);
Operand operandOf(nb::handle value, const char *function, const char *argument);
/// An int, or an Extent that is no number.
nb::object extentOf(const Extent &extent);
/// An int or a sequence of them.
IntList intsOf(nb::handle value);
Shape shapeOf(nb::handle value);
/// One extent, or place along a dim; none for None.
Extent placeOf(nb::handle value);
std::optional<Extent> boundOf(nb::handle value);
/// A number as Python's own types have it: numpy's, and one that a check does not know.
nb::object plainNumber(nb::handle value);
/// Tensors, undefined for None.
Tensors tensorsOf(nb::handle values);

/// A number as an element of a dtype, rounded once; a bool is whether it is not zero.
void storeReal(DType dtype, double value, char *at);
void storeInt(DType dtype, int64_t value, char *at);
/// An element as a number; of a complex one the real part.
double realAt(DType dtype, const char *at);

/// The type of PyTorch's exception with a text.
nb::object exceptionTypeOf(const std::string &text);
/// Makes agc::Error the exception that PyTorch raises with that text.
void bindErrors(nb::module_ &module);
void bindExport(nb::module_ &module);
void bindGuard(nb::module_ &module);
void bindTensor(nb::module_ &module);
void bindElements(nb::module_ &module);
void bindMemory(nb::module_ &module);
void bindModels(nb::module_ &module);
void bindRandom(nb::module_ &module);
void bindRecords(nb::module_ &module);
void bindAutograd(nb::module_ &module);
void bindCheck(nb::module_ &module);
/// Ctrl-C, as Python handles it.
session::Interrupts interruptsOfPython();

} // namespace agc::python

#endif // AGC_COMPILER_PYTHON_CONVERT_H
