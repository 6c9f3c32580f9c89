// The diagnostics of a scope as one Error. Internal to this library.
#ifndef AGC_COMPILER_TRACE_REPORTS_H
#define AGC_COMPILER_TRACE_REPORTS_H

#include "compiler/Trace/Error.h"
#include "mlir/IR/Diagnostics.h"

namespace agc::trace {

/// "file:line: note: text"
std::string noteAt(mlir::Location loc, llvm::StringRef text);

/// Collects what MLIR reports while it lives; exceptions never cross MLIR's frames.
class Reports {
public:
  Reports(mlir::MLIRContext *context, Where where);
  ~Reports();
  Reports(const Reports &) = delete;
  Reports &operator=(const Reports &) = delete;

  /// Throws what was reported; with `failed`, something was. Errors after the first are notes.
  void raise(bool failed);

private:
  Where where;
  mlir::MLIRContext *context;
  mlir::DiagnosticEngine::HandlerID handler;
  std::string message, file;
  int line = 0;
  std::vector<std::string> notes;
};

} // namespace agc::trace

#endif // AGC_COMPILER_TRACE_REPORTS_H
