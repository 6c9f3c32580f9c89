// Turns diagnostics into exceptions, outside of MLIR's frames.
#include "compiler/Trace/Reports.h"
#include "compiler/Analysis/Message.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace agc::trace {

/// "file:line" of a location; empty where it has none, or line 0, which is nobody's.
static std::pair<std::string, int> lineOf(Location loc) {
  FileLineColLoc place = placeOf(loc);
  if (!place || place.getLine() == 0)
    return {};
  return {place.getFilename().str(), int(place.getLine())};
}

std::string noteAt(Location loc, StringRef text) {
  auto [file, line] = lineOf(loc);
  return file + ":" + std::to_string(line) + ": note: " + text.str();
}

/// What a diagnostic says, without the labels of an op's rules ("C3: "), which a traced program
/// does not see.
static std::string textOf(Diagnostic &diagnostic) {
  std::string text = diagnostic.str();
  size_t from = StringRef(text).starts_with("'ag") ? text.find(" op C") : StringRef::npos;
  from = from == std::string::npos ? 0 : from + 4;
  StringRef rest = StringRef(text).substr(from);
  StringRef digits = rest.consume_front("C") ? rest.take_while(llvm::isDigit) : StringRef();
  if (!digits.empty() && rest.substr(digits.size()).starts_with(": "))
    text.erase(from, digits.size() + 3);
  return text;
}

Reports::Reports(MLIRContext *context, Where where) : where(where), context(context) {
  handler = context->getDiagEngine().registerHandler([this](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
      return success();
    if (!message.empty()) {
      notes.push_back(noteAt(diagnostic.getLocation(), textOf(diagnostic)));
      return success();
    }
    message = textOf(diagnostic);
    std::tie(file, line) = lineOf(diagnostic.getLocation());
    for (Diagnostic &note : diagnostic.getNotes())
      notes.push_back(noteAt(note.getLocation(), note.str()));
    return success();
  });
}

Reports::~Reports() { context->getDiagEngine().eraseHandler(handler); }

void Reports::raise(bool failed) {
  if (!failed && message.empty())
    return;
  if (message.empty())
    message = "the call failed without a reason";
  if (!file.empty())
    where = Where(file.c_str(), line);
  throw Error(where, message, notes);
}

} // namespace agc::trace

namespace agc {

std::string Error::pretty() const {
  std::string place = file.empty() ? "" : file + ":" + std::to_string(line) + ": ";
  std::string text = place + "error: " + what();
  for (const std::string &note : notes)
    text += "\n" + note;
  return text;
}

} // namespace agc
