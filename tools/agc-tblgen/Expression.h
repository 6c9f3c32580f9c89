// The rule language: expressions over a schema's names, parsed into nodes in evaluation order.
#ifndef AGC_TOOLS_TBLGEN_EXPRESSION_H
#define AGC_TOOLS_TBLGEN_EXPRESSION_H

#include "Schema.h"
#include "llvm/ADT/StringMap.h"

namespace agc::tblgen {

/// What a call may name, and what `grad`, `result` and `acc` mean, depends on the field.
enum class Field { Eval, Lower, Grad, Body, Combine };

/// A node; kinds are those of ag::ExprNode, by name.
struct Node {
  std::string kind;
  int index = 0;
  double number = 0;
  std::string name;
  std::vector<int> args;
};

/// A parsed expression; the last node is its value.
struct Expression {
  std::string text;
  std::vector<Node> nodes;
};

/// What expressions may refer to: all records by name, standard functions and builtins with their
/// number of arguments.
struct Names {
  struct Callee {
    int index; ///< in the sorted table
    Schema schema;
    bool pointwise;
  };
  llvm::StringMap<Callee> records;
  struct Builtin {
    int arity;
    bool everywhere; ///< not in rules only
    bool ofElements; ///< in eval and lower only
  };
  llvm::StringMap<int> standard;
  llvm::StringMap<Builtin> builtins;
};

/// Parses one field of a record; a mistake is a fatal error at the record's line.
Expression parseExpression(llvm::StringRef text, const llvm::Record &record, const Schema &schema,
                           Field field, const Names &names);

} // namespace agc::tblgen

#endif // AGC_TOOLS_TBLGEN_EXPRESSION_H
