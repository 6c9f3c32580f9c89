// What a tensor is and knows: questions, copies, history, gradients.
#include "compiler/Trace/Tensor.h"
#include "compiler/Trace/Autograd.h"
#include "compiler/Trace/Trace.h"
#include "dialect/Record.h"
#include "dialect/RuleBuilder.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;

namespace agc {

using trace::Trace;

static RankedTensorType typeOf(const std::shared_ptr<trace::Object> &object, Where where) {
  if (!object)
    throw Error(where, "expected a Tensor, got None");
  return object->type;
}

DType Tensor::dtype(Where where) const {
  return trace::dtypeOf(typeOf(object, where).getElementType());
}
int64_t Tensor::dim(Where where) const { return typeOf(object, where).getRank(); }

Shape Tensor::sizes(Where where) const {
  if (typeOf(object, where).hasStaticShape())
    return Shape(object->type.getShape().begin(), object->type.getShape().end());
  return Trace::current(where).sizesOf(Operand(*this, where));
}

Extent Tensor::size(int64_t d, Where where) const {
  if (dim(where) == 0)
    throw Error(where,
                "Dimension specified as " + std::to_string(d) + " but tensor has no dimensions");
  int64_t extent = typeOf(object, where).getDimSize(trace::wrapDim(d, dim(), where));
  return ShapedType::isDynamic(extent) ? sizes(where)[trace::wrapDim(d, dim(), where)]
                                       : Extent(extent);
}

int64_t Tensor::numel(Where where) const {
  int64_t count = 1;
  for (const Extent &extent : sizes(where))
    count *= extent.value(where);
  return count;
}

// ---------------------------------------------------------------- questions

/// What autograd knows of a tensor in the innermost trace.
static agc::Object *knownOf(const Tensor &tensor, Where where) {
  return Trace::current(where).known(tensor.impl(), where);
}

bool Tensor::is_leaf(Where where) const {
  Trace &trace = Trace::current(where);
  Location loc = trace.location(where);
  return trace.expect(trace.getAutograd().isLeaf(knownOf(*this, where), loc), where);
}
bool Tensor::requires_grad(Where where) const {
  return Trace::current(where).getAutograd().requiresGrad(knownOf(*this, where));
}
bool Tensor::retains_grad(Where where) const { return knownOf(*this, where)->retainsGrad; }
bool Tensor::is_view(Where where) const { return knownOf(*this, where)->isView(); }
int64_t Tensor::version(Where where) const {
  return Trace::current(where).getAutograd().version(knownOf(*this, where));
}
std::string Tensor::grad_fn(Where where) const {
  Trace &trace = Trace::current(where);
  Location loc = trace.location(where);
  agc::Node *node = trace.expect(trace.getAutograd().gradFn(knownOf(*this, where), loc), where);
  return node ? node->name : "";
}

// ---------------------------------------------------------------- history

Tensor Tensor::requires_grad_(bool value, Where where) const {
  Trace &trace = Trace::current(where);
  trace.append<agt::RequiresGradOp>(where, trace.refOf(object, where), value);
  return *this;
}

void Tensor::retain_grad(Where where) const {
  Trace &trace = Trace::current(where);
  trace.append<agt::RetainGradOp>(where, trace.refOf(object, where));
}

Tensor Tensor::detach(Where where) const {
  Trace &trace = Trace::current(where);
  return trace.tensor(trace.append<agt::DetachOp>(where, trace.refOf(object, where)));
}

Tensor Tensor::detach_(Where where) const {
  Trace &trace = Trace::current(where);
  trace.append<agt::DetachInPlaceOp>(where, trace.refOf(object, where));
  return *this;
}

Tensor autograd::edge(const Tensor &tensor, Where where) {
  Trace &trace = Trace::current(where);
  return trace.tensor(trace.append<agt::EdgeOp>(where, trace.refOf(tensor.impl(), where)));
}

Tensor Tensor::data(Where where) const {
  Trace &trace = Trace::current(where);
  return trace.tensor(trace.append<agt::DataOp>(where, trace.refOf(object, where)));
}

// ---------------------------------------------------------------- gradients

void Tensor::backward(const Tensor &gradient, bool retain_graph, bool create_graph,
                      Where where) const {
  autograd::backward({*this}, {gradient}, retain_graph || create_graph, create_graph, {}, where);
}

Tensor Tensor::grad(Where where) const {
  Trace &trace = Trace::current(where);
  if (!trace.known(object, where)->grad)
    return Tensor();
  return trace.tensor(trace.append<agt::GradGetOp>(where, trace.refOf(object, where)));
}

void Tensor::set_grad(const Tensor &gradient, Where where) const {
  Trace &trace = Trace::current(where);
  Value ref = trace.refOf(object, where);
  if (gradient.defined())
    trace.append<agt::GradSetOp>(where, ref, trace.refOf(gradient.object, where));
  else
    trace.append<agt::GradClearOp>(where, ref);
}

namespace {

/// Roots and the seeds that were given for them.
struct Roots {
  SmallVector<Value> roots, seeds;
  SmallVector<int64_t> seeded;

  Roots(Trace &trace, const Tensors &outputs, const Tensors &gradients, Where where) {
    if (!gradients.empty() && gradients.size() != outputs.size())
      throw Error(where, "got " + std::to_string(outputs.size()) + " tensors and " +
                             std::to_string(gradients.size()) + " gradients");
    for (const Tensor &output : outputs)
      roots.push_back(trace.refOf(output.impl(), where));
    for (auto [i, gradient] : llvm::enumerate(gradients)) {
      if (!gradient.defined())
        continue;
      seeds.push_back(trace.refOf(gradient.impl(), where));
      seeded.push_back(i);
    }
  }
};

SmallVector<Value> refsOf(Trace &trace, const Tensors &tensors, Where where) {
  return llvm::map_to_vector(
      tensors, [&](const Tensor &tensor) { return trace.refOf(tensor.impl(), where); });
}

} // namespace

void autograd::backward(const Tensors &tensors, const Tensors &gradients,
                        std::optional<bool> retain_graph, bool create_graph, const Tensors &inputs,
                        Where where, const Tensors &cut) {
  Trace &trace = Trace::current(where);
  Roots roots(trace, tensors, gradients, where);
  SmallVector<Value> wrt = refsOf(trace, inputs, where), ends = refsOf(trace, cut, where);
  auto append = [&](bool partial) {
    trace.append<agt::BackwardOp>(where, roots.roots, roots.seeds, roots.seeded, wrt, ends,
                                  retain_graph.value_or(create_graph), create_graph, partial);
  };
  try {
    append(/*partial=*/false);
  } catch (const Error &) {
    if (trace.getAutograd().hadFilled()) // the program may go on
      append(/*partial=*/true);
    else
      trace.getAutograd().freePassed(trace.location(where));
    throw;
  }
}

Tensors autograd::grad(const Tensors &outputs, const Tensors &inputs, const GradOptions &options,
                       Where where) {
  Trace &trace = Trace::current(where);
  Roots roots(trace, outputs, options.grad_outputs, where);
  SmallVector<Value> wrt = refsOf(trace, inputs, where), cut = refsOf(trace, options.cut, where);
  SmallVector<Type> types(ValueRange(wrt).getTypes());
  auto append = [&] {
    return trace.append<agt::GradOp>(where, types, roots.roots, roots.seeds, roots.seeded, wrt, cut,
                                     options.retain_graph.value_or(options.create_graph),
                                     options.create_graph, options.allow_unused, options.inner);
  };
  agt::GradOp op;
  try {
    op = append();
  } catch (const Error &) {
    trace.getAutograd().freePassed(trace.location(where));
    throw;
  }
  Tensors results;
  for (Value result : op.getResults())
    results.push_back(trace.known(result) ? trace.tensor(result) : Tensor());
  return results;
}

// ---------------------------------------------------------------- grad modes

static void pushMode(agt::GradMode mode, Where where) {
  Trace &trace = Trace::current(where);
  trace.append<agt::GradModeOp>(where, agt::GradModeAttr::get(trace.builder.getContext(), mode));
}

/// Leaving a mode cannot fail; a guard that outlives its trace has nothing to leave.
static void popMode(Where where) {
  if (Trace *trace = Trace::currentOrNull())
    trace->append<agt::GradModeOp>(where, agt::GradModeAttr());
}

NoGradGuard::NoGradGuard(Where where) : where(where) { pushMode(agt::GradMode::NoGrad, where); }
NoGradGuard::~NoGradGuard() { popMode(where); }
EnableGradGuard::EnableGradGuard(Where where) : where(where) {
  pushMode(agt::GradMode::EnableGrad, where);
}
EnableGradGuard::~EnableGradGuard() { popMode(where); }

// ---------------------------------------------------------------- copies

Tensor Tensor::clone(Where where) const {
  Trace &trace = Trace::current(where);
  Value value = trace.read(Operand(*this, where));
  return trace.tensor(
      trace.append<agt::NewOp>(where, value, trace.builder.getStringAttr("CloneBackward0"), false));
}

Tensor Tensor::clone_like(const Tensor &other, Where where) const {
  Trace &trace = Trace::current(where);
  Value value = trace.read(Operand(*this, where));
  return trace.tensor(
      trace.append<agt::NewOp>(where, value, trace.builder.getStringAttr("CloneBackward0"),
                               /*contiguous=*/false, trace.refOf(other.object, where)));
}

Tensor Tensor::contiguous(Where where) const {
  Trace &trace = Trace::current(where);
  if (trace.known(object, where)->layout.isContiguous())
    return *this;
  Value value = trace.read(Operand(*this, where));
  return trace.tensor(trace.append<agt::NewOp>(
      where, value, trace.builder.getStringAttr("CloneBackward0"), /*contiguous=*/true));
}

Tensor Tensor::conj(Where where) const {
  if (categoryOf(dtype()) != Category::Complex)
    return *this;
  Operand self(*this, where);
  return trace::callForOne(*ag::lookupRecord("conj"), where, {self});
}

Tensor Tensor::to(DType target, Where where) const {
  if (dtype() == target)
    return *this;
  Trace &trace = Trace::current(where);
  Type element = trace::elementType(trace.builder.getContext(), target);
  Value value =
      ag::castTo(trace.builder, trace.location(where), trace.read(Operand(*this, where)), element);
  return trace.tensor(trace.append<agt::NewOp>(
      where, value, trace.builder.getStringAttr("ToCopyBackward0"), false));
}

/// Writes a source, cast and broadcast, into an object.
static void assign(const Tensor &self, const char *fn, const Operand &source, Where where) {
  Trace &trace = Trace::current(where);
  trace.checkWrite(Operand(self, where), &source, where);
  Value ref = trace.refOf(self.impl(), where);
  RankedTensorType type = agt::tensorOf(ref);
  Location loc = trace.location(where);
  if (source.scalar)
    trace::checkFills(*source.scalar, self.dtype(), self.sizes(where), where);
  Value value = source.scalar
                    ? trace::constantOf(trace.builder, loc, *source.scalar, self.dtype())
                    : ag::castTo(trace.builder, loc, trace.read(source), type.getElementType());
  SmallVector<OpFoldResult> extents;
  for (const Extent &extent : self.sizes(where))
    extents.push_back(trace.foldResult(extent, where));
  trace::checkFits(type.getShape(), ag::tensorType(value).getShape(), where);
  value = ag::expand(trace.builder, loc, value, extents);
  trace.append<agt::WriteOp>(where, fn, ref, value, StringAttr());
}

Tensor Tensor::copy_(const Operand &source, Where where) const {
  if (source.isNone())
    throw Error(where, "copy_(): argument 'other' must be Tensor, not None");
  assign(*this, "copy_", source, where);
  return *this;
}

Tensor Tensor::fill_(const Operand &value, Where where) const {
  if (value.object && Tensor(value.object).dim() != 0)
    throw Error(where, "fill_ only supports 0-dimension value tensor but got tensor with " +
                           std::to_string(Tensor(value.object).dim()) + " dimensions.");
  assign(*this, "fill_", value, where);
  return *this;
}

Tensor Tensor::zero_(Where where) const {
  assign(*this, "zero_", 0, where);
  return *this;
}

} // namespace agc
