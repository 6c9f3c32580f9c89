// All records of the input, read and checked: what every backend starts from.
#ifndef AGC_TOOLS_TBLGEN_TABLE_H
#define AGC_TOOLS_TBLGEN_TABLE_H

#include "Expression.h"
#include <optional>

namespace agc::tblgen {

/// One record with its fields parsed.
struct Entry {
  const llvm::Record *def;
  Schema schema;
  std::string family, node;
  std::optional<Expression> eval, body, combine;
  std::string refusal, evalFunction, bodyFunction, gradFunction, gradKind, gradReason;
  std::vector<std::pair<std::string, Expression>> lower; ///< element kind, expression
  struct Failure {
    std::string kind, status, message;
    Expression eval, lower;
  };
  std::vector<Failure> failures;
  /// Argument and its cotangent, or none where there is no derivative.
  std::vector<std::pair<int, std::optional<Expression>>> wrt;
};

/// The records, sorted by name.
struct Table {
  std::vector<Entry> entries;
  Names names;
};

/// Makes a record that is incomplete or inconsistent a build error at its line: an evaluation and a
/// lowering where the family needs one, a gradient that its elements can have, samples that name
/// its own arguments, the shapes its family declares.
void checkEntry(const Entry &entry);

/// Reads and checks every record: names, counts of arguments, a gradient or a reason for each, and
/// what checkEntry asks.
Table readTable(const llvm::RecordKeeper &keeper);

} // namespace agc::tblgen

#endif // AGC_TOOLS_TBLGEN_TABLE_H
