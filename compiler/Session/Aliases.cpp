// A view of a tensor is made again as a view of what stands for that tensor.
#include "compiler/Session/Aliases.h"
#include "compiler/Trace/Autograd.h"
#include "compiler/Trace/Trace.h"

using namespace mlir;

namespace agc::session {

std::optional<Way> wayFrom(const agc::Object *source, const agc::Object *object) {
  Way way;
  for (; object && object != source; object = object->step.source) {
    const agc::Object *from = object->step.source;
    way.steps.push_back({object->step.view, object->type, object->isView(),
                         from && from->counter == object->counter,
                         object->creation != CreationMeta::NoGrad});
  }
  if (!object)
    return std::nullopt;
  std::reverse(way.steps.begin(), way.steps.end());
  return way;
}

bool Way::isStatic() const {
  return llvm::all_of(steps, [](const Step &step) { return step.type.hasStaticShape(); });
}

static Tensor taken(const Step &step, const Tensor &source, Where where) {
  if (!step.isView)
    return step.sharesVersion ? source.detach(where) : source.data(where);
  trace::Trace &trace = trace::Trace::current(where);
  std::optional<NoGradGuard> guard;
  if (!step.isSmooth)
    guard.emplace(where);
  Value ref = trace.refOf(source.impl(), where);
  auto op = trace.append<agt::ViewOp>(where, TypeRange(agt::RefType::get(step.type)), ref,
                                      step.view.kind, step.view.args, Value(), ValueRange());
  return trace.tensor(op.getResult(0));
}

Tensor repeat(const Way &way, const Tensor &source, Where where) {
  Tensor made = source;
  for (const Step &step : way.steps)
    made = taken(step, made, where);
  return made;
}

/// The first place of an object in its storage, and the one behind its last.
static std::pair<int64_t, int64_t> placesOf(const Layout &layout) {
  int64_t last = layout.offset;
  for (auto [size, stride] : llvm::zip(layout.sizes, layout.strides))
    last += (size - 1) * stride;
  return {layout.offset, layout.numElements() ? last + 1 : layout.offset};
}

bool lieApart(const agc::Object &a, const agc::Object &b) {
  auto [aBegin, aEnd] = placesOf(a.layout);
  auto [bBegin, bEnd] = placesOf(b.layout);
  return aEnd <= bBegin || bEnd <= aBegin;
}

} // namespace agc::session
