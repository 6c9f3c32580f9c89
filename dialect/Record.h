// The table of records: every fact about an op, as agc-tblgen reads it from dialect/*.td.
#ifndef AGC_DIALECT_RECORD_H
#define AGC_DIALECT_RECORD_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace agc::ag {

/// Which op class holds a record.
enum class Family : uint8_t {
  Pointwise,   ///< ag.map
  Reduce,      ///< ag.reduce
  ReduceIndex, ///< ag.reduce_index
  Scan,        ///< ag.scan
  Composite,   ///< ag.apply
  Primitive,   ///< an op class of its own: `ag.` and the record's name
};

/// What an argument of a schema is: an operand or a parameter (an attribute).
enum class ArgKind : uint8_t { Tensor, TensorList, Float, Int, Bool, String, IntList, FloatList };

/// How an operand's or a result's element type is tied to the others.
enum class ElementRule : uint8_t {
  T,       ///< the record's common element type
  Bool,    ///< i1
  Index,   ///< i64
  Real,    ///< the real type of T
  Complex, ///< the complex type of T
  Any,     ///< free
};

/// What the surface does to operands before the op sees them (PyTorch's promotion).
enum class Promotion : uint8_t {
  Same,  ///< to their common type
  Float, ///< to their common type, integers to the default float
  Sum,   ///< integers and bool to i64
  None,  ///< as they are
};

/// Kinds of element types, for what a record supports and how it lowers.
enum class ElementKind : uint8_t { Float, Complex, Int, Unsigned, Bool, Any };

/// One argument of a schema, in its order.
struct ArgSpec {
  llvm::StringLiteral name;
  ArgKind kind;
  ElementRule element; ///< of a tensor
  bool optional;       ///< may be absent (`?` in the schema)
  bool hasDefault;
  llvm::StringLiteral defaultText;           ///< as the schema writes it
  llvm::ArrayRef<llvm::StringLiteral> words; ///< what a string may be; any where there are none

  bool isTensor() const { return kind <= ArgKind::TensorList; }
};

/// A node of an expression; its args are earlier nodes of the same expression.
struct ExprNode {
  enum Kind : uint8_t {
    Arg,     ///< index: the schema's argument
    Result,  ///< index: which result
    Grad,    ///< index: which result's cotangent
    Acc,     ///< the accumulator of a reduction's combiner
    Number,  ///< number
    Bool,    ///< number is 0 or 1
    String,  ///< name
    IntList, ///< args are numbers
    Call,    ///< index: the record; args in its schema's order, missing ones at the end
    Std,     ///< name: a scalar function of the interpreter
    MLIROp,  ///< name: dialect.op, with a predicate behind a second dot
    Builtin, ///< name: a helper of the rule language
  };
  Kind kind;
  int index;
  double number;
  llvm::StringLiteral name;
  llvm::ArrayRef<int> args;
};

/// An expression; its last node is its value. Empty where there is none.
struct Expr {
  llvm::StringLiteral text = "";
  llvm::ArrayRef<ExprNode> nodes;
  explicit operator bool() const { return !nodes.empty(); }
};

/// A rule in either form: an expression, or the name of a C++ function.
struct Rule {
  Expr expr;
  llvm::StringLiteral function = "";
  explicit operator bool() const { return bool(expr) || !function.empty(); }
};

/// How one kind of element type lowers to scalar ops.
struct LoweringSpec {
  ElementKind kind;
  Expr expr;
};

/// Elements of a kind for which a call fails at run time.
struct FailureSpec {
  ElementKind kind; ///< Int stands for unsigned ones too
  Expr eval, lower; ///< a condition, as `eval` and as `lower` have it
  int status;       ///< an agc_status
  llvm::StringLiteral message;
};

/// Whether and how a record is differentiable.
enum class GradKind : uint8_t { Rules, Function, Zero, NonDiff, FromBody, NotImplemented };

/// The cotangent of one argument.
struct WrtSpec {
  int arg;   ///< index into args
  Expr expr; ///< empty where PyTorch has no derivative with respect to it: an error when one is
             ///< asked
};

/// The autograd node of a form of the function that PyTorch counts as another overload.
struct OverloadSpec {
  enum Kind : uint8_t {
    InPlace,    ///< tanh_
    WithNumber, ///< an operand is a number
    WithoutDim, ///< the dims are left out
    WithDims,   ///< the first operand has as many dims, or more
  };
  Kind kind;
  llvm::StringLiteral node;
  llvm::StringLiteral operand; ///< of WithNumber: which one is the number; any where it is empty
  int64_t dims;                ///< of WithDims
  bool keepsResult;            ///< of InPlace: its backward reads the result in place of self
  llvm::StringLiteral refusal; ///< of InPlace: what its backward says where `operand` is negative
};

/// Values that a generated test draws an operand from.
struct DomainSpec {
  llvm::StringLiteral operand; ///< "*" for every operand
  double low, high;
  double diagonal; ///< what the diagonals of matrices get more
};

/// One call that the generated tests make; see Case in AgRecordBase.td.
struct CaseSpec {
  llvm::ArrayRef<llvm::StringLiteral> operands;
  llvm::StringLiteral params, op, torch;
};

/// What PyTorch says of a kind of element that it does not have the function for.
struct UnsupportedSpec {
  ElementKind kind;
  llvm::StringLiteral text;
};

/// A record.
struct Record {
  llvm::StringLiteral name;
  Family family;
  llvm::StringLiteral title, notes, schema, node;
  llvm::StringLiteral function; ///< PyTorch's name of it in errors
  llvm::StringLiteral kernel;   ///< PyTorch's name of what is not implemented for an element type
  llvm::ArrayRef<UnsupportedSpec> unsupported;
  llvm::ArrayRef<OverloadSpec> overloads;
  llvm::ArrayRef<ArgSpec> args;
  llvm::ArrayRef<ElementRule> results;
  Promotion promotion;
  llvm::ArrayRef<ElementKind> dtypes;
  bool halves; ///< f16 and bf16 are among its floats
  bool inplace;
  bool idempotent;            ///< in place it may write a place twice
  llvm::StringLiteral layout; ///< operands, columns, contiguous, or the operand that it lies like
  bool numbersFit;            ///< a number in an operand's place is one that the dtype holds
  bool wideNumbers;           ///< beside f16 and bf16 a number or one element has f32's digits
  bool opmath;                ///< f16 and bf16 are computed in f32 and rounded once
  Rule eval;
  Rule body;
  llvm::ArrayRef<LoweringSpec> lower;
  llvm::StringLiteral outOfRange; ///< what PyTorch says of an index that is none, as a format
  int indexed;                    ///< the first operand's dim that indices count in; -1: all
  llvm::ArrayRef<FailureSpec> failures;
  Expr combine;                 ///< over acc and the operands; of reductions and scans
  llvm::StringLiteral identity; ///< what acc starts from: a number, or lowest or highest
  bool needsElement;            ///< of no elements it has no value, not even its identity
  GradKind gradKind;
  llvm::StringLiteral gradFunction; ///< GradKind::Function
  llvm::StringLiteral gradReason;   ///< GradKind::NotImplemented
  llvm::ArrayRef<WrtSpec> wrt;      ///< of other kinds than Rules those without a derivative only
  llvm::ArrayRef<llvm::StringLiteral> saves;
  llvm::ArrayRef<llvm::StringLiteral> gradShapes; ///< whose shape a cotangent has: src as index
  llvm::ArrayRef<llvm::StringLiteral> gradNodes;  ///< of the op that makes it: self: MulBackward0
  llvm::ArrayRef<llvm::StringLiteral> flat; ///< what PyTorch's backward has a zero derivative by
  llvm::StringLiteral tolerance, roundingTolerance; ///< "NUMBER: why", or empty
  llvm::ArrayRef<DomainSpec> domains;
  llvm::ArrayRef<llvm::StringLiteral> specials;
  llvm::ArrayRef<llvm::StringLiteral> shapes;
  llvm::ArrayRef<CaseSpec> cases;
  llvm::StringLiteral torch; ///< PyTorch's call, where it is not the function of the name

  /// The number of tensor arguments; a list counts once.
  unsigned numTensors() const;
  /// The argument that is the i-th tensor.
  const ArgSpec &tensorArg(unsigned i) const;
  /// Which of the tensors the i-th argument, itself one, is: the inverse of tensorArg.
  unsigned tensorPosition(unsigned i) const;
  /// The lowering for an element type's kind, falling back from unsigned and bool to int to any.
  const Expr *lowering(ElementKind kind) const;
  /// How elements of a kind can fail; null where they cannot.
  const FailureSpec *failure(ElementKind kind) const;
  /// What PyTorch says of operands of an element type that it does not support, whose name is its
  /// title.
  std::string refusalOf(ElementKind kind, llvm::StringRef title) const;
  /// Whether a result lies in memory as the i-th tensor does, among others.
  bool isLaidOutAs(unsigned i) const;
  /// Whether a result's matrices lie column by column.
  bool isLaidOutByColumns() const { return layout == "columns"; }
  /// The autograd node of a form of the function.
  llvm::StringRef nodeOf(OverloadSpec::Kind form) const;
  /// Whether it is its operand itself, of elements of this kind.
  bool isIdentity(ElementKind kind) const;
  /// Whether PyTorch has the record for elements of this kind.
  bool supports(ElementKind kind) const;
  bool supports(mlir::Type elementType) const;
};

/// All records, sorted by name.
llvm::ArrayRef<Record> allRecords();

#ifdef AGC_BREAKABLE_RECORDS
/// A record that a test may break, to see that some test then fails. Only where Record.cpp is
/// compiled into the test with this macro.
Record &breakableRecord(llvm::StringRef name);
#endif

/// The record of that name, or null.
const Record *lookupRecord(llvm::StringRef name);

/// The record that an op stands for: by its `fn`, or by its own name. Null for ops that have none
/// (control flow, ag.grad, ops of other dialects).
const Record *recordOf(mlir::Operation *op);

/// The autograd node of an op that has a record, where nothing else is said of the call.
llvm::StringRef nodeOf(mlir::Operation *op);

/// A record's parameters as an op holds them, defaults included.
mlir::DictionaryAttr paramsOf(mlir::Operation *op);

/// A parameter's default as an attribute; null for None.
mlir::Attribute defaultOf(const ArgSpec &arg, mlir::MLIRContext *context);

/// The parameters given, and the defaults of those that are not.
mlir::DictionaryAttr withDefaults(const Record &record, mlir::NamedAttrList given,
                                  mlir::MLIRContext *context);

/// The kind of an element type.
ElementKind kindOf(mlir::Type elementType);

} // namespace agc::ag

#endif // AGC_DIALECT_RECORD_H
