// What autograd says when it refuses: an error's number, its text in PyTorch's words, and notes.
#ifndef AGC_COMPILER_ANALYSIS_MESSAGE_H
#define AGC_COMPILER_ANALYSIS_MESSAGE_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Location.h"
#include "llvm/Support/Error.h"
#include <optional>

namespace agc {

struct Object;

/// The errors of autograd; a number is given once for ever.
enum class ErrorNumber {
  LeafWritten = 1,
  LeafViewWritten = 2,
  NoGradViewWritten = 3,
  MultiViewWritten = 4,
  SavedOverwritten = 6,
  SavedDetached = 7,
  BackwardTwice = 8,
  NoGradFn = 9,
  NotScalar = 10,
  SeedShape = 12,
  SeedComplex = 13,
  InputDoesNotRequireGrad = 16,
  InputUnused = 17,
  DtypeCannotRequireGrad = 18,
  FlagOfNonLeaf = 19,
  DetachOfView = 20,
  RetainWithoutGrad = 21,
  HookWithoutGrad = 22,
  NotImplemented = 23,
  ArgumentNotDifferentiable = 24,
  BadGradient = 29,
  BadData = 30,
  OverlappingWrite = 33,
  ViewNeedsCopy = 34,
  EmptyGrad = 35,
  LeafMoved = 36,
  InferenceTensor = 37,
  NumpyOfGrad = 38,
  FunctionViewWritten = 39,
  CapturedWritten = 40,
};

/// Another place that an error is about.
struct Note {
  mlir::Location loc;
  std::string text;
};

/// What to write instead, in words, and where.
struct Fix {
  mlir::Location loc;
  std::string text;
  /// A write whose result should become a new tensor: a front end may say how in its language.
  bool isOutOfPlace = false;
};

/// An error of autograd, as PyTorch 2.13 words it.
class AutogradError : public llvm::ErrorInfo<AutogradError> {
public:
  static char ID;

  AutogradError(ErrorNumber number, mlir::Location loc, std::string text)
      : number(number), loc(loc), text(std::move(text)) {}

  ErrorNumber number;
  mlir::Location loc; ///< where it was noticed
  std::string text;
  llvm::SmallVector<Note> notes;
  std::optional<Fix> fix = {}; ///< where it is not the rule's at `loc`
  Object *subject = nullptr;   ///< what lacks a history, a flag or a way to the roots

  void log(llvm::raw_ostream &os) const override { os << text; }
  std::error_code convertToErrorCode() const override { return llvm::inconvertibleErrorCode(); }
};

/// What PyTorch lets pass and users regret.
enum class WarningNumber {
  GradOfNonLeaf = 101,
  LeafRemade = 102,
  DetachedFlagged = 103,
  GradientsPileUp = 104,
  ParameterUnreached = 105,
  SavedWrittenUnseen = 106,
  ItemFlagged = 107,
};

/// A warning about a program that PyTorch runs.
struct AutogradWarning {
  WarningNumber number;
  mlir::Location loc;
  std::string text;
  llvm::SmallVector<Note> notes = {};
  std::optional<Fix> fix = {};
};
/// A warning's name for users: grad-of-non-leaf.
llvm::StringRef nameOf(WarningNumber number);

/// What is known of all errors of one number.
struct ErrorRule {
  ErrorNumber number;
  llvm::StringRef name; ///< leaf-written; given once for ever, too
  llvm::StringRef fix;  ///< what to write instead
};
llvm::ArrayRef<ErrorRule> errorRules();
const ErrorRule &ruleOf(ErrorNumber number);

/// Adds to the error of a saved tensor where it was written since it had a version, and the fix.
void noteWrites(AutogradError &error, llvm::ArrayRef<mlir::Location> writes, int64_t version);

/// What to do about a graph that a backward freed, and another one needs.
Fix fixOfFreed(mlir::Location freedBy, mlir::Location again);

/// What to do about an error.
Fix fixOf(const AutogradError &error);

/// Emits an error as a diagnostic, with its notes.
void emit(const AutogradError &error);
void emit(llvm::Error error);

/// The file, line and column of the first place that a location has; no file where it has none.
mlir::FileLineColLoc placeOf(mlir::Location loc);

/// A shape as PyTorch prints it: `[2, 3]`.
std::string shapeText(llvm::ArrayRef<int64_t> shape);

/// An element type as PyTorch names it: `torch.float32`.
llvm::StringRef dtypeText(mlir::Type elementType);

/// An element type as PyTorch's tensor types name it: `torch.FloatTensor`.
llvm::StringRef tensorTypeText(mlir::Type elementType);

/// The name under which PyTorch's errors speak of an autograd node: `Mul` for MulBackward0,
/// `Fill2` for FillBackward2, `torch::autograd::CopySlices`.
std::string nodeText(llvm::StringRef node);

} // namespace agc

#endif // AGC_COMPILER_ANALYSIS_MESSAGE_H
