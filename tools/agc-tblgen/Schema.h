// A record's schema: argument and result specifications, parsed from PyTorch's notation.
#ifndef AGC_TOOLS_TBLGEN_SCHEMA_H
#define AGC_TOOLS_TBLGEN_SCHEMA_H

#include "llvm/TableGen/Record.h"
#include <string>
#include <vector>

namespace agc::tblgen {

/// One argument: kind and element are enumerators of dialect/Record.h, by name.
struct Arg {
  std::string name, kind, element = "T", defaultText;
  std::vector<std::string> words; ///< of a string: what it may be
  bool optional = false, hasDefault = false;
  bool isTensor() const { return kind == "Tensor" || kind == "TensorList"; }
};

/// A parsed schema.
struct Schema {
  std::string name;
  std::vector<Arg> args;
  std::vector<std::string> results; ///< element rules

  /// The argument of that name, or -1.
  int find(llvm::StringRef argName) const;
  /// How many arguments a call must give.
  unsigned numRequired() const;
};

/// Parses the schema of a record; a mistake is a fatal error at the record's line.
Schema parseSchema(const llvm::Record &record);

} // namespace agc::tblgen

#endif // AGC_TOOLS_TBLGEN_SCHEMA_H
