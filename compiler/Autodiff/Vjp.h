// The vector-Jacobian product of one op, from its record: what every driver of differentiation
// uses.
#ifndef AGC_COMPILER_AUTODIFF_VJP_H
#define AGC_COMPILER_AUTODIFF_VJP_H

#include "dialect/Record.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace agc {

/// An op as its backward sees it: its record, its attributes, and the values that it saved.
struct VjpNode {
  /// The node of an op whose own operands and results are what it saved.
  explicit VjpNode(mlir::Operation *op);

  /// The node on what the record's rules compute with (see ag::toOpmath).
  VjpNode inOpmath(mlir::OpBuilder &b, mlir::Location loc) const;

  mlir::Operation *op;                     ///< for attributes, types and diagnostics
  const ag::Record *record;                ///< null for an op that has none
  llvm::SmallVector<mlir::Value> operands; ///< one per operand of op
  llvm::SmallVector<mlir::Value> results;  ///< one per result of op
  bool createGraph = false;                ///< whether the backward is differentiated again
};

/// What a rule in C++ is given.
struct VjpCall {
  mlir::OpBuilder &b;
  mlir::Location loc;
  const VjpNode &node;
  llvm::ArrayRef<mlir::Value> grads; ///< one per result; null is a symbolic zero, never all of them
  const llvm::BitVector &needs;      ///< the operands whose cotangent is wanted

  /// The cotangent of the only result.
  mlir::Value grad() const { return grads.front(); }
  mlir::Value operand(unsigned i) const { return node.operands[i]; }
  /// A null cotangent per operand, to be filled in.
  llvm::SmallVector<mlir::Value> none() const {
    return llvm::SmallVector<mlir::Value>(node.operands.size());
  }
};

/// A rule in C++ (CppGrad in dialect/AgRecordBase.td): one cotangent per operand, null for a zero
/// one or where none is wanted. Sum-to-size, casts and accumulation are the caller's.
using VjpRule = llvm::SmallVector<mlir::Value>(const VjpCall &);

/// Whether a type's values have gradients: float and complex tensors.
bool isDifferentiable(mlir::Type type);

/// Whether a gradient passes from an op's results to one of its operands: not to integers, not
/// through ag.stop_gradient or where the record says so. An op without a rule lets it pass, and is
/// an error when it is differentiated; so does what an op's regions capture, counted after its
/// operands.
bool passesGradient(mlir::Operation *op, unsigned operand);

/// Whether an op's result requires grad where one of its operands does: where a gradient passes,
/// and where it is zero everywhere.
bool connectsGradient(mlir::Operation *op, unsigned operand);

/// Why no gradient can be taken of the operands in `needs`, in words; empty where it can.
std::string whyNotDifferentiable(mlir::Operation *op, const llvm::BitVector &needs);

/// What is wrong with the shape in which PyTorch computes an operand's cotangent, in its words;
/// empty where nothing is.
std::string whyMisshapen(mlir::Operation *op, unsigned operand);

/// The operand that a record's i-th argument is.
unsigned operandOf(const ag::Record &record, unsigned arg);

/// What PyTorch says of an op that has no derivative; `written`: of its in-place form.
std::string wordsOfNoDerivative(mlir::Operation *op, bool written = false);

/// How an op is named to the user: `ag.map tanh`.
std::string nameOf(mlir::Operation *op);

/// Emits the cotangents of the operands in `needs` from those of the results (null: zero): one per
/// operand, of its element type and shape, null where zero. Fails, with a diagnostic, only where
/// whyNotDifferentiable says so of the op or of an op of its body.
mlir::FailureOr<llvm::SmallVector<mlir::Value>> vjp(mlir::OpBuilder &b, mlir::Location loc,
                                                    const VjpNode &node,
                                                    llvm::ArrayRef<mlir::Value> cotangents,
                                                    const llvm::BitVector &needs);

/// Emits the tangents of the results from those of the operands (null: zero): one per result, null
/// where zero.
mlir::FailureOr<llvm::SmallVector<mlir::Value>> jvp(mlir::OpBuilder &b, mlir::Location loc,
                                                    const VjpNode &node,
                                                    llvm::ArrayRef<mlir::Value> tangents);

/// What a backward records that may itself be differentiated, of the arguments of a VjpForm.
struct DerivedValues {
  llvm::BitVector connected;       ///< those by which it can be differentiated
  llvm::BitVector saved;           ///< those that its ops save
  llvm::BitVector read;            ///< those that it read, or may have in PyTorch
  bool savesOthers = false;        ///< and values that they compute
  std::string notImplemented = ""; ///< why it can not be, in PyTorch's words
};

/// The vjp of an op on block arguments in the place of all that it may read: the operands, the
/// results and the results' cotangents, one after the other.
struct VjpForm {
  mutable mlir::Block block;                 ///< as MLIR walks no const block; not changed
  llvm::SmallVector<mlir::Value> cotangents; ///< per operand; null where zero or not wanted
  unsigned numOperands, numResults;
  llvm::BitVector unread; ///< arguments that PyTorch saves and the cotangents are not computed from
  llvm::SmallVector<std::string, 0> misshapen; ///< per operand: as whyMisshapen says
  llvm::SmallVector<llvm::StringRef, 0> nodes; ///< per operand: as the record's gradNodes say
  llvm::BitVector flat; ///< arguments by which the record has a derivative that is zero (`flat`)
  mutable llvm::DenseMap<std::pair<llvm::BitVector, llvm::BitVector>, DerivedValues> known;
  mutable llvm::DenseMap<unsigned, std::string> nodesOfDerivatives;

  unsigned placeOfCotangent(unsigned result) const { return numOperands + numResults + result; }
};

/// Of the backward that gives the operands in `wanted` their cotangents, where the arguments in
/// `carries` require grad.
const DerivedValues &derivedOf(const VjpForm &form, const llvm::BitVector &wanted,
                               const llvm::BitVector &carries);

/// The result whose cotangent an operand's is, or looks at; none where it is a tensor of its own.
std::optional<unsigned> passedOn(const VjpForm &form, unsigned operand);

/// Whether a value is one number everywhere, which PyTorch gives to an overload of its own.
bool isNumber(mlir::Value value);

/// What PyTorch names the node of the op by that makes an operand's cotangent; empty for none.
std::string nodeOfCotangent(const VjpForm &form, unsigned operand);
/// The same of the cotangent of an argument, when the vjp is derived in turn.
const std::string &nodeOfDerivative(const VjpForm &form, unsigned argument);

/// What the backward of an op reads.
struct SavedValues {
  llvm::BitVector operands, results;
  /// Those through which the backward can be differentiated again.
  llvm::BitVector smoothOperands, smoothResults;
  /// Whether it can be by the cotangents.
  bool smoothCotangents = false;
  bool isDefined = true; ///< false where there is no cotangent at all, not even a zero
  std::shared_ptr<const VjpForm> vjp = {}; ///< null where no cotangent is computed
};

/// The operands and results whose elements the cotangents of `needs` are computed from, and those
/// that the record saves besides (`saves`). Shapes are not saved.
SavedValues savedBy(mlir::Operation *op, const llvm::BitVector &needs);

/// The same for many ops: it depends on their attributes and types alone, and is found out once for
/// each.
class SavedByForm {
public:
  const SavedValues &of(mlir::Operation *op, const llvm::BitVector &needs);

private:
  std::map<std::vector<const void *>, SavedValues> known;
};

/// The sum of two cotangents or tangents; either may be null.
mlir::Value accumulate(mlir::OpBuilder &b, mlir::Location loc, mlir::Value old, mlir::Value more);

/// A cotangent in the element type and shape of the value it belongs to: summed over what
/// broadcasting added, broadcast where a rule left it narrower.
mlir::Value fitTo(mlir::OpBuilder &b, mlir::Location loc, mlir::Value cotangent, mlir::Value like);

/// A derivative in the type of the value it belongs to; zeros where it is null.
mlir::Value fitOrZero(mlir::OpBuilder &b, mlir::Location loc, mlir::Value derivative,
                      mlir::Value like);

} // namespace agc

#endif // AGC_COMPILER_AUTODIFF_VJP_H
