// What a mistake in a traced program is thrown as, and the source line that an event came from.
#ifndef AGC_COMPILER_TRACE_ERROR_H
#define AGC_COMPILER_TRACE_ERROR_H

#include <stdexcept>
#include <string>
#include <vector>

namespace agc {

/// A line of the traced program: as a default argument, the caller's.
struct Where {
  const char *file;
  int line;
  int column; ///< from 1; 0 where it is not known

  Where(const char *file = __builtin_FILE(), int line = __builtin_LINE(), int column = 0)
      : file(file), line(line), column(column) {}
};

/// A mistake in the traced program. what() is PyTorch's text where PyTorch has one.
class Error : public std::runtime_error {
public:
  Error(Where where, const std::string &message, std::vector<std::string> notes = {})
      : std::runtime_error(message), file(where.file), line(where.line), notes(std::move(notes)) {}

  /// The line that made the mistake; no file where it is not known.
  std::string file;
  int line;
  /// "file:line: text" of the other lines involved.
  std::vector<std::string> notes;

  /// All of it as a compiler prints it: "file:line: error: …", then the notes.
  std::string pretty() const;
};

} // namespace agc

#endif // AGC_COMPILER_TRACE_ERROR_H
