// The function that is being traced: what the surface's calls append their events to.
//
// Internal to this library: the public headers (Agc.h) know nothing of MLIR.
#ifndef AGC_COMPILER_TRACE_TRACE_H
#define AGC_COMPILER_TRACE_TRACE_H

#include "compiler/Analysis/Replay.h"
#include "compiler/Trace/Reports.h"
#include "compiler/Trace/Tensor.h"
#include "dialect/AgtDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringMap.h"
#include <functional>

namespace agc::trace {

struct CallForm;
class CallForms;
class Trace;

/// Tells one trace from another, also after its end.
using Identity = uint64_t;

/// What a Tensor is a handle of: an object of one trace, or a state of the model, which has an
/// object in each trace that uses it.
struct Object {
  Identity trace = 0;                ///< 0 for a state
  mlir::Value ref;                   ///< !agt.ref, of `trace`; null until an event takes it
  agc::Object *known = nullptr;      ///< to autograd, in `trace`
  std::shared_ptr<const void> model; ///< whose it is; keeps its types alive
  std::string state;                 ///< its name
  mlir::RankedTensorType type;
};

/// What an Extent is a handle of where it is no number: an index value of one trace.
struct Index {
  Identity trace;
  mlir::Value value;
};

/// A function under construction and what autograd knows at its end.
class Trace {
public:
  /// `function` has its entry block; `model` is whose states it may use.
  Trace(mlir::func::FuncOp function, std::shared_ptr<const void> model);
  virtual ~Trace();
  Trace(const Trace &) = delete;
  Trace &operator=(const Trace &) = delete;

  /// The innermost trace of this thread; an Error where there is none.
  static Trace &current(Where where);
  /// As current, but null where there is none.
  static Trace *currentOrNull();
  /// What is current where no function is being traced, in every thread; null for none.
  static void setSession(Trace *trace);
  static Trace *sessionOrNull();

  /// While it lives, the session is what this thread traces.
  class Outside {
  public:
    Outside();
    ~Outside();
    Outside(const Outside &) = delete;
    Outside &operator=(const Outside &) = delete;

  private:
    Trace *held;
  };

  /// The object that a handle stands for here; an Error for none, or one of another trace.
  mlir::Value refOf(const std::shared_ptr<Object> &object, Where where);
  /// Whether a handle is of an object of this trace, or of a state of its model.
  bool holds(const std::shared_ptr<Object> &object) const {
    return object && (object->trace ? object->trace == identity : object->model == model);
  }
  /// The value that an object holds now.
  mlir::Value read(const Operand &operand);
  /// A handle of an object.
  virtual Tensor tensor(mlir::Value ref);
  /// What was made, whose backward PyTorch computes by an op of its own, which has this node.
  Tensor derivedBy(const Tensor &made, llvm::StringLiteral node, Where where);
  /// A view op in place: the object becomes what the view of it is, for all handles of it.
  void become(const Operand &self, const Operand &view, Where where);
  /// The same of an object that no event has taken yet.
  Tensor tensor(mlir::RankedTensorType type, agc::Object *object);

  /// A line as a location.
  mlir::Location location(Where where);
  /// Runs `build`, which appends ops, and turns what it reports into an Error.
  template <typename Build> auto checked(Where where, Build build) {
    Reports reports(builder.getContext(), where);
    auto result = build(builder, location(where));
    reports.raise(mlir::failed(result));
    return *result;
  }
  /// Appends an event and tells autograd of it; an Error, and no event, where autograd refuses it.
  template <typename OpT, typename... Args> OpT append(Where where, Args &&...args) {
    Reports reports(builder.getContext(), where);
    auto op = OpT::create(builder, location(where), std::forward<Args>(args)...);
    record(op, reports, where);
    return op;
  }

  /// A plain number among a call's operands, as a 0-dim value.
  virtual mlir::Value number(mlir::Location loc, const Scalar &scalar, DType dtype);
  /// Records a call that was made before with other operands, without its events; null where it
  /// takes them.
  virtual Tensor repeat(const CallForm &form, llvm::ArrayRef<const Operand *> operands,
                        Where where) {
    return {};
  }
  /// The same of a call whose result is written into its first operand, which may be written;
  /// whether that was done.
  virtual bool repeatInPlace(const CallForm &form, llvm::ArrayRef<const Operand *> operands,
                             Where where) {
    return false;
  }
  /// The same of a view with one result, which is of that type.
  virtual Tensor repeat(const std::shared_ptr<Object> &self, const agt::View &view,
                        mlir::RankedTensorType result, Where where) {
    return {};
  }
  /// Called with what a call computed, before objects of it are made.
  virtual void computed(llvm::ArrayRef<mlir::Value> results, Where where) {}

  /// Lets a call fail with a text where a tensor of one bool is false.
  void check(const Operand &condition, const std::string &text, Where where);

  /// An extent as an operand of an op; an Error where it is another trace's.
  mlir::OpFoldResult foldResult(const Extent &extent, Where where);
  /// The extents of an object, asked of the value that it holds where they are `?`.
  Shape sizesOf(const Operand &operand);
  /// An extent that is the index `index` of this trace.
  Extent extentOf(mlir::Value index);

  Identity getIdentity() const { return identity; }
  mlir::func::FuncOp getFunction() const { return function; }
  AutogradState &getAutograd() { return autograd; }
  /// The calls that were made here.
  CallForms &getForms() { return *forms; }
  /// What autograd knows of an object.
  agc::Object *known(mlir::Value ref) { return getReplay().objectOf(ref); }
  /// The same of what a handle stands for here; an Error where refOf has one.
  agc::Object *known(const std::shared_ptr<Object> &object, Where where) {
    return holds(object) && object->trace ? object->known : known(refOf(object, where));
  }
  /// Refuses an in-place op as PyTorch does, before it reads an operand: what a read does to the
  /// history of a view could hide the mistake. A gradient may come from self and from `others`.
  void checkWrite(const Operand &self, llvm::ArrayRef<const Operand *> others, Where where);
  /// Refuses as PyTorch does to write what meets itself, lies across one of `across`, or meets one
  /// of `apart`.
  void checkOverlap(const Operand &self, llvm::ArrayRef<const Operand *> across,
                    llvm::ArrayRef<const Operand *> apart, Where where);

  /// The result of a question to autograd, or its refusal as an Error.
  template <typename T> T expect(llvm::Expected<T> result, Where where) {
    if (!result)
      refuse(result.takeError(), where);
    return std::move(*result);
  }

  /// Builds at the end of the function.
  mlir::OpBuilder builder;

protected:
  /// What stands here for an object that is neither of this trace nor of its model; an Error where
  /// nothing does.
  virtual std::shared_ptr<Object> foreign(const std::shared_ptr<Object> &object, Where where);
  /// What refers to an object that no event has taken yet.
  virtual mlir::Value refer(const Object &object) { llvm_unreachable("events made all objects"); }
  /// Called when a state is used for the first time.
  virtual void used(llvm::StringRef state, mlir::Value ref, Where where) {}

  AutogradState autograd;

  virtual Replay &getReplay() { return replay; }
  /// Objects have another type now, and what refers to them is a new value.
  virtual void retyped(const agc::Object *object, mlir::Value ref) {}
  /// Called with what a write is refused for; an Error, unless the write is to be recorded.
  virtual void refuseWrite(llvm::Error error, Where where) { refuse(std::move(error), where); }
  /// What an event does; an Error where it must not happen.
  virtual void play(mlir::Operation *op, Reports &reports, Where where);

  [[noreturn]] static void refuse(llvm::Error error, Where where);

private:
  void record(mlir::Operation *op, Reports &reports, Where where);

  const Identity identity; ///< from 1, counted
  mlir::func::FuncOp function;
  std::shared_ptr<const void> model;
  Trace *outer; ///< the trace that this one interrupts
  Replay replay{autograd};
  llvm::StringMap<mlir::Value> states;
  std::unique_ptr<CallForms> forms;
  Where lastWhere;
  std::optional<mlir::Location> lastLocation; ///< of lastWhere
};

/// An argument of a record's schema. An operand outlives the call that it is given to.
using Argument =
    std::variant<std::reference_wrapper<const Operand>, Tensors, double, int64_t, bool, std::string,
                 IntList, std::vector<double>, std::optional<double>, std::optional<int64_t>>;

/// Records a call of a record with all of its schema's arguments: promotion, one
/// `ag` op, and an object for each result.
Tensors call(const ag::Record &record, Where where, llvm::ArrayRef<Argument> arguments);
/// The same of a record with one result.
Tensor callForOne(const ag::Record &record, Where where, llvm::ArrayRef<Argument> arguments);

/// The in-place form: the result is written into the first operand, which is returned.
Tensor callInPlace(const ag::Record &record, Where where, llvm::ArrayRef<Argument> arguments);

/// The element type of a dtype, and back.
mlir::Type elementType(mlir::MLIRContext *context, DType dtype);
DType dtypeOf(mlir::Type elementType);

/// Refuses, as PyTorch does, a number that a dtype cannot hold: a fraction is cut, nothing else.
void checkHolds(const Scalar &scalar, DType dtype, Where where);

/// The same of what a tensor is filled with; a single half takes an infinity for it, as PyTorch's.
void checkFills(const Scalar &scalar, DType dtype, const Shape &shape, Where where);

/// A plain number as a 0-dim constant.
mlir::Value constantOf(mlir::OpBuilder &b, mlir::Location loc, const Scalar &scalar, DType dtype);

/// What shapes broadcast to; refuses those that do not. A null value has none.
ag::Shape checkBroadcast(llvm::ArrayRef<llvm::ArrayRef<int64_t>> shapes, Where where);
void checkBroadcast(mlir::ValueRange values, Where where);

/// Refuses what is written into a tensor and does not broadcast to its shape.
void checkFits(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> written, Where where);

/// The same texts as shapeText's.
std::string textOf(const Shape &shape);
std::string textOf(const Extent &extent);

/// Lets a call fail with a text where an i1 is false, or with the two numbers that it compares.
void failUnless(mlir::OpBuilder &b, mlir::Location loc, mlir::Value condition, int status,
                const std::string &text, const std::string &format = {});

/// Whether extents are known to be the same: one number, one value, or of one name.
bool areSame(const Extent &a, const Extent &b);

/// How two extents may have to stand to each other.
enum class Relation { Equal, Unlike, AtMost };

/// An Error with a text where extents do not stand so to each other; the call fails with it where
/// only that tells them.
void require(const Extent &a, Relation relation, const Extent &b, const std::string &text,
             Where where);

/// An extent as a 0-dim i64 value, or as a tensor.
mlir::Value numberOf(mlir::OpBuilder &b, mlir::Location loc, mlir::OpFoldResult extent);
Tensor tensorOf(const Extent &extent, Where where);

/// A place along a dim, which counts from its end where it is negative.
Extent fromEnd(const Extent &place, const Extent &extent);

/// A dim counted from the end where negative; an Error out of range. A 0-dim tensor has dim 0.
int64_t wrapDim(int64_t dim, int64_t rank, Where where);

} // namespace agc::trace

#endif // AGC_COMPILER_TRACE_TRACE_H
