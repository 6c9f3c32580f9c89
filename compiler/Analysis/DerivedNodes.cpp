// What a backward with create_graph records: each node's backward is an op of its own.
#include "compiler/Analysis/BackwardRun.h"

using namespace mlir;
using llvm::Error;
using llvm::Expected;

namespace agc {

/// What the backward of a node reads and saves of what the node's op did, as far as it is wanted.
DerivedValues BackwardRun::valuesOf(const Node *node, const Task &task) {
  const Node *saver = node->inner ? node->inner : node;
  const Backward &backward = saver->backward();
  if (!backward.vjp)
    return {};
  const VjpForm &form = *backward.vjp;
  llvm::BitVector wanted(form.numOperands), carries = backward.carries;
  for (auto [i, edge] : llvm::enumerate(node->next)) {
    if (!asksFor(edge))
      continue;
    if (int place = backward.placeOf(i); place >= 0)
      wanted.set(place);
    else
      wanted |= backward.carries;
  }
  carries.resize(form.placeOfCotangent(form.numResults));
  carries.set(form.numOperands, form.placeOfCotangent(0));
  for (auto [i, incoming] : llvm::enumerate(task.incoming))
    if (!incoming.history.empty() && i < form.numResults)
      carries.set(form.placeOfCotangent(i));
  return derivedOf(form, wanted, carries);
}

/// The node of a node's backward; null where nothing that it read requires grad.
Expected<Node *> BackwardRun::derive(Node *node, const Task &task, const Cotangent &all) {
  Node *derived = nullptr;
  Node *saver = node->inner ? node->inner : node;
  Backward backward;
  backward.derives = saver->backward().vjp;
  const VjpForm *form = backward.derives.get();
  auto connect = [&](Edge edge, int place) {
    if (!edge.node)
      return;
    if (!derived)
      derived = state.newNode(call.loc, node->name);
    derived->next.push_back(edge);
    backward.places.push_back(place);
  };
  DerivedValues values = valuesOf(node, task);
  auto reads = [&](const Saved &saved) {
    return values.connected.empty() || saved.op != saver->op || values.connected[saved.place];
  };
  if (node->inner || node->isSmooth) // what a view's write has not changed passes CopySlices
    for (Edge edge : all.history)
      connect(edge, form ? int(form->placeOfCotangent(0)) : Backward::kUnknown);
  for (const Saved &saved : saver->saved) {
    if (!saved.isSmooth || !reads(saved))
      continue;
    int place = form && saved.op == saver->op ? int(saved.place) : Backward::kUnknown;
    for (Edge edge : saved.history)
      connect(edge, place);
    if (!saved.object)
      continue;
    Expected<Edge> edge = saved.isOutput ? Edge{node, 0} : state.edgeOf(saved.object, call.loc);
    if (!edge)
      return edge.takeError();
    connect(*edge, place);
  }
  if (!derived)
    return nullptr;
  derived->notImplemented = values.notImplemented;
  derived->sharedBackward = std::make_shared<const Backward>(std::move(backward));
  saveAgain(derived, node, task, values);
  return derived;
}

/// Whether a derived node keeps a result's cotangent as the tensor that came; fits its type if so.
static bool keepsAsItCame(Saved &saved, const DerivedValues &values, const VjpForm &form,
                          unsigned result) {
  unsigned place = form.placeOfCotangent(result);
  auto type = cast<RankedTensorType>(form.block.getArgument(place).getType());
  if (!values.saved[place] || saved.type.getElementType() != type.getElementType())
    return false; // not at all, or cast
  saved.type = type;
  return true;
}

/// A derived node keeps what its ops save of what they read, as this backward has read it. Of what
/// else they read it may keep what they computed, which later writes do not reach.
void BackwardRun::saveAgain(Node *derived, const Node *node, const Task &task,
                            const DerivedValues &values) {
  const Node *saver = node->inner ? node->inner : node;
  bool known = !values.saved.empty();
  bool isTracked = llvm::any_of(task.incoming, [](auto &in) { return !in.history.empty(); });
  auto keeps = [&](const Saved &saved) {
    if (saved.isOutput && saver->backward().readsResult)
      return isTracked || !saver->backward().vjp->flat[0];
    return bool(values.saved[saved.place]);
  };
  for (Saved saved : saver->saved) {
    bool isKept = !known || saved.op != saver->op || keeps(saved);
    if (!isKept && !values.read[saved.place])
      continue;
    if (!isKept) {
      saved.isSource = true;
      saved.isSmooth = false;
    }
    if (saved.object && (!saved.isOutput || saved.wasLeaf))
      saved.storage = saved.object->storage;
    if (saved.object)
      saved.writes = saved.storage->writes;
    derived->saved.push_back(saved);
  }
  if (values.savesOthers)
    derived->saved.push_back({});
  if (node->inner) // CopySlices hands copies on
    return;
  const VjpForm *form = known ? saver->backward().vjp.get() : nullptr;
  for (auto [i, incoming] : llvm::enumerate(task.incoming))
    for (Object *source : incoming.sources) {
      Saved saved = state.save(source, /*isOutput=*/false);
      saved.isSmooth = false; // history comes through the cotangent
      saved.isSource = source != incoming.object || !form || i >= form->numResults ||
                       !keepsAsItCame(saved, values, *form, i);
      derived->saved.push_back(saved);
    }
}

/// The object that what goes along an edge is, or looks at; null for a tensor of its own.
Object *BackwardRun::passedOn(const Node *node, const Task &task, unsigned edge) const {
  if (!call.createGraph || node->inner || node->leaf)
    return nullptr;
  int place = node->backward().placeOf(edge);
  std::optional<unsigned> from;
  if (place == Backward::kItself)
    from = 0;
  else if (place >= 0 && node->backward().vjp)
    from = agc::passedOn(*node->backward().vjp, place);
  return from && *from < task.incoming.size() ? task.incoming[*from].object : nullptr;
}

/// The name of the node of the op that makes what goes along an edge; empty where it is not known.
std::string BackwardRun::nameAlong(const Node *node, const Task &task, unsigned edge) const {
  if (!call.createGraph || node->inner || node->leaf)
    return "";
  const Backward &backward = node->backward();
  int place = backward.placeOf(edge);
  if (!backward.node.empty())
    return backward.node.str();
  if (place == Backward::kItself)
    return task.incoming.empty() ? "" : task.incoming.front().name;
  if (place >= 0 && backward.derives)
    return nodeOfDerivative(*backward.derives, place);
  if (place < 0 || !backward.vjp)
    return "";
  if (std::string name = nodeOfCotangent(*backward.vjp, place); !name.empty())
    return name;
  std::optional<unsigned> from = agc::passedOn(*backward.vjp, place);
  return from && *from < task.incoming.size() ? task.incoming[*from].name : "";
}

} // namespace agc
