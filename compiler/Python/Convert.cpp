// Lines of the program, and what its calls are given.
#include "compiler/Python/Convert.h"
#include "compiler/Session/Check.h"
#include <array>
#include <map>
#include <unordered_map>
#include <unordered_set>

namespace agc::python {

const char *internedFile(const std::string &name) {
  static std::unordered_set<std::string> names;
  return names.insert(name).first->c_str();
}

namespace {

std::string packageFolder, libraryFolder;

/// Whether code is agc's own, or Python's.
bool isMachinery(const std::string &name) {
  auto isBelow = [&](const std::string &folder) {
    return !folder.empty() && name.compare(0, folder.size(), folder) == 0;
  };
  return name[0] == '<' || isBelow(packageFolder) ||
         (isBelow(libraryFolder) && name.find("-packages", libraryFolder.size()) == name.npos);
}

/// The file of a code object; null for machinery.
const char *fileOf(PyCodeObject *code) {
  static std::unordered_map<PyCodeObject *, const char *> files;
  auto [entry, isNew] = files.try_emplace(code, nullptr);
  if (!isNew)
    return entry->second;
  Py_INCREF(code); // its address stands for it
  std::string name = nb::cast<std::string>(nb::borrow(code->co_filename));
  if (!isMachinery(name))
    entry->second = internedFile(name);
  return entry->second;
}

} // namespace

void setFolders(const std::string &package, const std::string &library) {
  packageFolder = package;
  libraryFolder = library;
}

static bool tracksColumns = false;
void trackColumns() { tracksColumns = true; }

namespace {

/// Where expressions end, by where they begin.
std::map<std::tuple<const char *, int, int>, std::pair<int, int>> ends;

/// The place of the expression that a frame is executing.
Where expressionOf(const char *file, PyCodeObject *code, PyFrameObject *frame) {
  int line, column, endLine, endColumn;
  int known =
      PyCode_Addr2Location(code, PyFrame_GetLasti(frame), &line, &column, &endLine, &endColumn);
  if (!known || column < 0)
    return Where(file, PyFrame_GetLineNumber(frame));
  ends[{file, line, column + 1}] = {endLine, endColumn + 1};
  return Where(file, line, column + 1);
}

} // namespace

std::pair<int, int> endOf(const std::string &file, int line, int column) {
  auto it = ends.find({internedFile(file), line, column});
  return it == ends.end() ? std::pair(line, column) : it->second;
}

/// The line of a frame, without a file where it is machinery's. Finding it walks the code's table
/// of lines, and few places of a loop trace.
static Where lineOf(PyCodeObject *code, PyFrameObject *frame) {
  struct Known {
    PyCodeObject *code = nullptr; ///< which fileOf holds: its address is of no other
    int instruction = 0;
    Where where = Where(nullptr, 0);
  };
  static std::array<Known, 64> lines;
  int instruction = PyFrame_GetLasti(frame);
  Known &known = lines[(reinterpret_cast<uintptr_t>(code) / 32 + instruction) % lines.size()];
  if (known.code != code || known.instruction != instruction) {
    const char *file = fileOf(code);
    known = {code, instruction, Where(file, file ? PyFrame_GetLineNumber(frame) : 0)};
  }
  return known.where;
}

/// The innermost line of the program.
static Where lineOfProgram() {
  nb::object frame = nb::borrow(reinterpret_cast<PyObject *>(PyEval_GetFrame()));
  while (frame.is_valid()) {
    auto *raw = reinterpret_cast<PyFrameObject *>(frame.ptr());
    nb::object code = nb::steal(reinterpret_cast<PyObject *>(PyFrame_GetCode(raw)));
    auto *rawCode = reinterpret_cast<PyCodeObject *>(code.ptr());
    Where where = lineOf(rawCode, raw);
    if (where.file)
      return tracksColumns ? expressionOf(where.file, rawCode, raw) : where;
    frame = nb::steal(reinterpret_cast<PyObject *>(PyFrame_GetBack(raw)));
  }
  return Where("<python>", 0);
}

Where here() {
  Where where = lineOfProgram();
  session::poll(where);
  return where;
}

static std::string typeName(nb::handle value) {
  return nb::cast<std::string>(nb::borrow(value.type().attr("__name__")));
}

Operand operandOf(nb::handle value, const char *function, const char *argument) {
  return operandOf(value, function, argument, here());
}

Operand operandOf(nb::handle value, const char *function, const char *argument, Where where) {
  if (nb::isinstance<Tensor>(value))
    return Operand(*nb::inst_ptr<Tensor>(value), where);
  if (value.is_none())
    return Operand(where);
  PyObject *object = value.ptr();
  if (PyBool_Check(object))
    return Operand(object == Py_True, where);
  if (PyLong_Check(object)) {
    int64_t number = PyLong_AsLongLong(object);
    if (number == -1 && PyErr_Occurred())
      nb::raise_python_error();
    return Operand(number, where);
  }
  if (PyFloat_Check(object))
    return Operand(PyFloat_AsDouble(object), where);
  if (PyComplex_Check(object))
    return Operand(
        std::complex<double>(PyComplex_RealAsDouble(object), PyComplex_ImagAsDouble(object)),
        where);
  if (nb::hasattr(value, "__array_interface__") && nb::len(nb::object(value.attr("shape"))) > 0)
    return operandOf(nb::module_::import_("agc._numpy").attr("from_numpy")(value), function,
                     argument, where);
  if (nb::hasattr(value, "item") && nb::hasattr(value, "dtype")) // no tensor: see above
    return operandOf(plainNumber(value), function, argument, where);
  throw nb::type_error((std::string(function) + "(): argument '" + argument +
                        "' must be Tensor, not " + typeName(value))
                           .c_str());
}

nb::object plainNumber(nb::handle value) {
  if (PyFloat_Check(value.ptr()) || PyLong_Check(value.ptr()) || !nb::hasattr(value, "item"))
    return nb::borrow(value);
  nb::object item = value.attr("item")();
  return item.is(value) ? item.attr("stand_in")() : item; // a number that a check does not know
}

static int64_t intOf(nb::handle value) {
  nb::object index = nb::steal(PyNumber_Index(value.ptr()));
  if (!index.is_valid())
    nb::raise_python_error();
  int64_t number = PyLong_AsLongLong(index.ptr());
  if (number == -1 && PyErr_Occurred())
    nb::raise_python_error();
  return number;
}

IntList intsOf(nb::handle value) {
  IntList list;
  if (value.is_none())
    return list;
  if (!nb::isinstance<nb::tuple>(value) && !nb::isinstance<nb::list>(value))
    return IntList(intOf(value));
  for (nb::handle item : nb::borrow<nb::sequence>(value))
    list.push_back(intOf(item));
  return list;
}

nb::object extentOf(const Extent &extent) {
  return extent.isKnown() ? nb::cast(extent.number) : nb::cast(extent);
}

Extent placeOf(nb::handle value) {
  if (nb::isinstance<Extent>(value))
    return nb::cast<Extent>(value);
  bool isUnknown = !PyLong_CheckExact(value.ptr()) && nb::hasattr(value, "is_unknown_size");
  return isUnknown ? session::unknownExtent(here()) : Extent(intOf(value));
}

std::optional<Extent> boundOf(nb::handle value) {
  return value.is_none() ? std::nullopt : std::optional(placeOf(value));
}

Shape shapeOf(nb::handle value) {
  Shape shape;
  if (!nb::isinstance<nb::tuple>(value) && !nb::isinstance<nb::list>(value))
    return {placeOf(value)};
  for (nb::handle item : nb::borrow<nb::sequence>(value))
    shape.push_back(placeOf(item));
  return shape;
}

Tensors tensorsOf(nb::handle values) {
  Tensors tensors;
  if (values.is_none())
    return tensors;
  for (nb::handle value : nb::borrow<nb::sequence>(values))
    tensors.push_back(value.is_none() ? Tensor() : nb::cast<Tensor>(value));
  return tensors;
}

// ---------------------------------------------------------------- exceptions

namespace {

bool startsWith(const std::string &text, const char *prefix) { return text.rfind(prefix, 0) == 0; }

PyObject *typeOf(const std::string &text) {
  if (startsWith(text, "Dimension out of range") ||
      text.find(" out of range") != std::string::npos ||
      startsWith(text, "Dimension specified as") || startsWith(text, "argmax(): Expected") ||
      startsWith(text, "argmin(): Expected") ||
      text.find(" to have non-zero size.") != std::string::npos ||
      text.find("(): Index is supposed to be a vector") != std::string::npos)
    return PyExc_IndexError;
  if (text.find("must be Tensor, not") != std::string::npos)
    return PyExc_TypeError;
  if (text.find("is not a valid value for reduction") != std::string::npos ||
      startsWith(text, "Expected input batch_size ("))
    return PyExc_ValueError;
  if (text.find("\" not implemented for '") != std::string::npos ||
      startsWith(text, "the derivative for '") ||
      text.find("is not supported for complex ") != std::string::npos ||
      startsWith(text, "Unlike NumPy, torch.sign") ||
      text.find("is not supported yet") != std::string::npos)
    return PyExc_NotImplementedError;
  if (startsWith(text, "ZeroDivisionError"))
    return PyExc_RuntimeError;
  return PyExc_RuntimeError;
}

} // namespace

nb::object exceptionTypeOf(const std::string &text) { return nb::borrow(typeOf(text)); }

void bindErrors(nb::module_ &module) {
  nb::register_exception_translator(
      [](const std::exception_ptr &pointer, void *) {
        try {
          std::rethrow_exception(pointer);
        } catch (const session::NeedsNumbers &needed) {
          bool ofBranch = dynamic_cast<const session::BranchEnds *>(&needed);
          nb::object type = nb::module_::import_("agc._check.unknown")
                                .attr(ofBranch ? "BranchEnds" : "CheckEnds");
          PyErr_SetObject(type.ptr(), type(needed.what()).ptr());
        } catch (const Error &error) {
          nb::object type = exceptionTypeOf(error.what());
          nb::object value = type(error.what());
          nb::list notes; // which `agc -c` shows
          for (const std::string &note : error.notes)
            notes.append(note);
          Where where = error.file.empty() ? here() : Where(error.file.c_str(), error.line);
          nb::setattr(value, "agc_line", nb::make_tuple(where.file, where.line));
          nb::setattr(value, "agc_notes", notes);
          PyErr_SetObject(type.ptr(), value.ptr());
        }
      },
      nullptr);
  module.def("set_folders", &setFolders);
}

} // namespace agc::python
