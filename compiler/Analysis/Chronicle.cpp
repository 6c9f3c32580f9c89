// Takes down events from the ops that stand for them.
#include "compiler/Analysis/Chronicle.h"
#include "compiler/Autodiff/Vjp.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace agc {

/// Adds the objects that a value was computed from, each once.
void Chronicle::addReads(Value value, Deed &deed) const {
  llvm::SetVector<Value> seen;
  seen.insert(value);
  for (size_t i = 0; i < seen.size(); ++i) {
    Operation *op = seen[i].getDefiningOp();
    if (auto read = dyn_cast_if_present<agt::ReadOp>(op)) {
      Object *object = replay.objectOf(read.getSelf());
      if (!llvm::is_contained(deed.inputs, object))
        deed.inputs.push_back(object);
    } else if (op) {
      seen.insert(op->operand_begin(), op->operand_end());
    }
  }
}

/// The function that computed a value, in users' words.
static std::string functionOf(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op || isa<agt::ReadOp>(op))
    return "clone";
  const ag::Record *record = ag::recordOf(op);
  return record ? record->function.str() : nameOf(op);
}

const Deed *Chronicle::add(Operation *op) {
  Deed deed{Deed::Other, op->getLoc(), "", {}, {}, nullptr, state.isGradEnabled(), deeds.size()};
  auto objectOf = [&](Value ref) { return replay.objectOf(ref); };
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](agt::LeafOp leaf) {
        deed.kind = Deed::Leaf;
        deed.results.push_back(objectOf(leaf.getResult()));
      })
      .Case([&](agt::NewOp made) {
        deed.kind = Deed::Compute;
        deed.name = functionOf(made.getValue());
        addReads(made.getValue(), deed);
        deed.results.push_back(objectOf(made.getResult()));
      })
      .Case([&](agt::ViewOp view) {
        deed.kind = Deed::View;
        deed.name = view.getView().nodes().forward.split("Backward").first.lower();
        deed.inputs.push_back(objectOf(view.getSelf()));
        for (Value result : view.getResults())
          deed.results.push_back(objectOf(result));
      })
      .Case<agt::DetachOp, agt::DataOp>([&](auto cut) {
        deed.kind = Deed::Cut;
        deed.name = isa<agt::DetachOp>(op) ? "detach" : "data";
        deed.inputs.push_back(objectOf(cut.getSelf()));
        deed.results.push_back(objectOf(cut.getResult()));
      })
      .Case([&](agt::WriteOp write) {
        deed.kind = Deed::Write;
        deed.name = write.getFn().str();
        addReads(write.getValue(), deed);
        deed.results.push_back(objectOf(write.getSelf()));
      });
  if (deed.results.empty())
    return nullptr;
  // A written view's own node is behind the one that its base got.
  deed.node = deed.results.front()->gradFn;
  deeds.push_back(std::move(deed));
  const Deed *kept = &deeds.back();
  for (const Object *input : kept->inputs)
    uses[input].push_back(kept);
  if (kept->kind != Deed::Write)
    for (const Object *result : kept->results)
      makers[result] = kept;
  return kept;
}

} // namespace agc
