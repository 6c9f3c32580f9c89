// Appends events to the function that is being traced and turns diagnostics into exceptions.
#include "compiler/Trace/Trace.h"
#include "compiler/Trace/CallForms.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Verifier.h"
#include <atomic>

using namespace mlir;

namespace agc::trace {

// The innermost trace of a thread, as PyTorch's grad mode is a thread's: factory functions have no
// operand that could tell them.
static thread_local Trace *innermost = nullptr;
static Trace *session = nullptr;
static std::atomic<Identity> numTraces = 0;

Trace::Trace(func::FuncOp function, std::shared_ptr<const void> model)
    : builder(OpBuilder::atBlockEnd(&function.getBody().front())), identity(++numTraces),
      function(function), model(std::move(model)), outer(innermost),
      forms(std::make_unique<CallForms>()) {
  innermost = this;
}

Trace::~Trace() { innermost = outer; }

Trace::Outside::Outside() : held(innermost) { innermost = nullptr; }
Trace::Outside::~Outside() { innermost = held; }

Trace *Trace::currentOrNull() { return innermost ? innermost : session; }

Trace &Trace::current(Where where) {
  if (Trace *trace = currentOrNull())
    return *trace;
  throw Error(where, "no function is being traced: call this inside Model::function");
}

Trace *Trace::sessionOrNull() { return session; }

void Trace::setSession(Trace *trace) {
  innermost = nullptr;
  session = trace;
}

Value Trace::number(Location loc, const Scalar &scalar, DType dtype) {
  return constantOf(builder, loc, scalar, dtype);
}

Location Trace::location(Where where) {
  bool isLast = where.file == lastWhere.file && where.line == lastWhere.line &&
                where.column == lastWhere.column;
  if (!lastLocation || !isLast) {
    lastLocation = FileLineColLoc::get(builder.getContext(), where.file, where.line, where.column);
    lastWhere = where;
  }
  return *lastLocation;
}

Value Trace::refOf(const std::shared_ptr<Object> &object, Where where) {
  if (!object)
    throw Error(where, "expected a Tensor, got None");
  if (!holds(object))
    return refOf(foreign(object, where), where);
  if (object->trace) {
    if (!object->ref)
      object->ref = refer(*object);
    return object->ref;
  }
  if (Value ref = states.lookup(object->state))
    return ref;
  Value ref = append<agt::StateRefOp>(where, agt::RefType::get(object->type), object->state);
  states[object->state] = ref;
  used(object->state, ref, where);
  return ref;
}

std::shared_ptr<Object> Trace::foreign(const std::shared_ptr<Object> &, Where where) {
  throw Error(where, "a tensor of another function or model is used here: only parameters and "
                     "buffers of the model outlive a function");
}

void Trace::checkWrite(const Operand &self, ArrayRef<const Operand *> others, Where where) {
  agc::Object *written = known(self.object, where);
  SmallVector<agc::Object *> inputs(1, written);
  for (const Operand *other : others)
    if (other->object && isDifferentiable(written->type) && isDifferentiable(other->object->type))
      inputs.push_back(known(other->object, where));
  if (llvm::Error error = autograd.checkWrite(written, inputs, location(where)))
    refuseWrite(std::move(error), where);
}

void Trace::checkOverlap(const Operand &self, ArrayRef<const Operand *> across,
                         ArrayRef<const Operand *> apart, Where where) {
  auto knownOf = [&](const Operand *operand) { return known(operand->object, where); };
  Recording recording{location(where), "", {}, {}};
  recording.elementwise = llvm::map_to_vector(across, knownOf);
  recording.apart = llvm::map_to_vector(apart, knownOf);
  if (llvm::Error error = autograd.checkOverlap(known(self.object, where), recording))
    refuseWrite(std::move(error), where);
}

Tensor Trace::derivedBy(const Tensor &made, llvm::StringLiteral node, Where where) {
  if (Node *maker = known(made.impl(), where)->gradFn) {
    Backward backward = maker->backward();
    backward.node = node;
    maker->sharedBackward = std::make_shared<const Backward>(std::move(backward));
  }
  return made;
}

void Trace::become(const Operand &self, const Operand &view, Where where) {
  agc::Object *object = known(self.object, where);
  if (!self.object->trace || !autograd.canBecome(object, known(view.object, where)))
    throw Error(where, "a view op in place of a view with a history, or of a parameter, is not "
                       "supported yet: give its result another name");
  Value ref = append<agt::BecomeOp>(where, refOf(self.object, where), refOf(view.object, where));
  self.object->ref = ref;
  self.object->type = object->type;
  retyped(object, ref);
}

Value Trace::read(const Operand &operand) {
  Value ref = refOf(operand.object, operand.where);
  return append<agt::ReadOp>(operand.where, ref);
}

Tensor Trace::tensor(RankedTensorType type, agc::Object *known) {
  auto object = std::make_shared<Object>();
  object->trace = identity;
  object->model = model;
  object->known = known;
  object->type = type;
  return Tensor(std::move(object));
}

Tensor Trace::tensor(Value ref) {
  Tensor made = tensor(agt::tensorOf(ref), known(ref));
  made.impl()->ref = ref;
  return made;
}

void Trace::check(const Operand &condition, const std::string &text, Where where) {
  Location loc = location(where);
  // As a number: in memory a bool is another type.
  Value number = ag::castTo(builder, loc, read(condition), builder.getI64Type());
  Value one = tensor::ExtractOp::create(builder, loc, number);
  Value zero = arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(0));
  Value holds = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, one, zero);
  cf::AssertOp::create(builder, loc, holds, text);
}

OpFoldResult Trace::foldResult(const Extent &extent, Where where) {
  if (extent.isKnown())
    return builder.getIndexAttr(extent.number);
  if (extent.index->trace != identity)
    throw Error(where, "an extent of another function is used here");
  return extent.index->value;
}

Shape Trace::sizesOf(const Operand &operand) {
  Shape shape;
  Value value;
  ArrayRef<int64_t> extents = operand.object->type.getShape();
  for (auto [i, extent] : llvm::enumerate(extents)) {
    if (!ShapedType::isDynamic(extent)) {
      shape.emplace_back(extent);
      continue;
    }
    if (!value)
      value = read(operand);
    shape.push_back(extentOf(tensor::DimOp::create(builder, location(operand.where), value, i)));
  }
  return shape;
}

Extent Trace::extentOf(Value index) {
  return Extent(std::make_shared<Index>(Index{identity, index}));
}

void Trace::record(Operation *op, Reports &reports, Where where) {
  // Whether grad modes are balanced is known at the end of the function only; what reads and new
  // objects are made of was verified before.
  bool isSound = isa<agt::GradModeOp, agt::ReadOp, agt::NewOp>(op);
  if (!isSound && failed(verify(op, /*verifyRecursively=*/false))) {
    op->erase();
    reports.raise(true);
  }
  play(op, reports, where);
}

void Trace::play(Operation *op, Reports &reports, Where where) {
  if (llvm::Error error = replay.play(op)) {
    op->erase();
    refuse(std::move(error), where);
  }
}

void Trace::refuse(llvm::Error error, Where where) {
  std::string text;
  std::vector<std::string> notes;
  llvm::handleAllErrors(std::move(error), [&](const AutogradError &refusal) {
    text = refusal.text;
    for (const Note &note : refusal.notes)
      notes.push_back(noteAt(note.loc, note.text));
  });
  throw Error(where, text, notes);
}

} // namespace agc::trace
