// Turns diagnostics into exceptions, outside of MLIR's frames.
#include "compiler/Trace/Reports.h"
#include "compiler/Analysis/Message.h"
#include "mlir/IR/MLIRContext.h"

using namespace mlir;

namespace agc::trace {

/// "file:line" of a location; empty where it has none.
static std::pair<std::string, int> lineOf(Location loc) {
  FileLineColLoc place = placeOf(loc);
  if (!place)
    return {};
  return {place.getFilename().str(), int(place.getLine())};
}

std::string noteAt(Location loc, StringRef text) {
  auto [file, line] = lineOf(loc);
  return file + ":" + std::to_string(line) + ": note: " + text.str();
}

Reports::Reports(MLIRContext *context, Where where) : where(where), context(context) {
  handler = context->getDiagEngine().registerHandler([this](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
      return success();
    if (!message.empty()) {
      notes.push_back(noteAt(diagnostic.getLocation(), diagnostic.str()));
      return success();
    }
    message = diagnostic.str();
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
  std::string text = file + ":" + std::to_string(line) + ": error: " + what();
  for (const std::string &note : notes)
    text += "\n" + note;
  return text;
}

} // namespace agc
