// Reads a text as far as brackets go.
#include "compiler/Support/ProgramText.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace agc {
namespace {

/// Far more than programs have, and far less than any stack holds.
constexpr unsigned kMaxNesting = 256;

class Scanner {
public:
  explicit Scanner(StringRef text) : rest(text) {}

  std::optional<TextProblem> run() {
    for (skipSpace(); !rest.empty(); skipSpace())
      if (std::optional<std::string> message = readToken())
        return TextProblem{SMLoc::getFromPointer(last), *message};
    return std::nullopt;
  }

private:
  void skipSpace() {
    for (;;) {
      rest = rest.ltrim();
      if (!rest.starts_with("//"))
        return;
      rest = rest.drop_until([](char c) { return c == '\n'; });
    }
  }

  std::optional<std::string> readToken() {
    last = rest.data();
    if (rest.consume_front("->") || rest.consume_front(">=") || rest.consume_front("<="))
      return std::nullopt;
    char c = rest.front();
    if (isAlnum(c) || c == '_') {
      StringRef word =
          rest.take_while([](char w) { return isAlnum(w) || StringRef("_.$").contains(w); });
      rest = rest.drop_front(word.size());
      minuses = 0;
      return word == "array" ? checkArray() : std::nullopt;
    }
    rest = rest.drop_front();
    if (c == '"')
      skipString();
    else if (StringRef("([{<").contains(c) && ++depth > kMaxNesting)
      return "nested more than " + std::to_string(kMaxNesting) + " deep";
    else if (StringRef(")]}>").contains(c) && depth)
      --depth;
    minuses = c == '-' ? minuses + 1 : 0;
    if (minuses > kMaxNesting)
      return "more than " + std::to_string(kMaxNesting) + " signs in a row";
    return std::nullopt;
  }

  void skipString() {
    while (!rest.empty() && rest.front() != '"')
      rest = rest.drop_front(rest.front() == '\\' && rest.size() > 1 ? 2 : 1);
    rest = rest.drop_front(!rest.empty());
  }

  /// The parser asks an array's element type for its bits, and takes it for a float then.
  std::optional<std::string> checkArray() {
    StringRef after = rest.ltrim();
    if (!after.consume_front("<"))
      return std::nullopt;
    after = after.ltrim();
    if (!after.starts_with("index") && !after.starts_with("!"))
      return std::nullopt;
    return "expected an array of i1, i8, i16, i32, i64, f32 or f64: an array of index has no form";
  }

  StringRef rest;
  const char *last = nullptr; ///< where the last token begins
  unsigned depth = 0, minuses = 0;
};

} // namespace

std::optional<TextProblem> findTextProblem(StringRef text) { return Scanner(text).run(); }

bool checkProgramText(const SourceMgr &sources) {
  StringRef text = sources.getMemoryBuffer(sources.getMainFileID())->getBuffer();
  if (text.starts_with("ML\xefR")) // bytecode
    return true;
  std::optional<TextProblem> problem = findTextProblem(text);
  if (problem)
    sources.PrintMessage(errs(), problem->place, SourceMgr::DK_Error, problem->message);
  return !problem;
}

} // namespace agc
