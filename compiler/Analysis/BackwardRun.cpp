// The engine's walk: dependencies first, then nodes by descending sequence number.
#include "compiler/Analysis/BackwardRun.h"

using namespace mlir;
using llvm::Error;
using llvm::Expected;

namespace agc {

void BackwardRun::Cotangent::add(const Cotangent &other) {
  if (other.defined) { // a sum is a tensor of its own
    object = defined ? nullptr : other.object;
    name = defined ? "AddBackward0" : other.name;
  }
  defined |= other.defined;
  for (Object *source : other.sources)
    if (!llvm::is_contained(sources, source))
      sources.push_back(source);
  for (Edge edge : other.history)
    if (llvm::none_of(history, [&](Edge e) { return e.node == edge.node; }))
      history.push_back(edge);
}

void BackwardRun::Cotangent::become(Object *visible) {
  object = visible;
  sources.push_back(visible);
}

BackwardRun::Cotangent &BackwardRun::Task::at(unsigned output) {
  if (incoming.size() <= output)
    incoming.resize(output + 1);
  return incoming[output];
}

bool BackwardRun::Later::operator()(const Node *a, const Node *b) const {
  if (!a->leaf != !b->leaf)
    return b->leaf;
  return a->sequence < b->sequence;
}

Error BackwardRun::findRoots() {
  for (auto [i, root] : llvm::enumerate(call.roots)) {
    Expected<Edge> edge = state.edgeOf(root, call.loc);
    if (!edge)
      return edge.takeError();
    if (!edge->node) {
      AutogradError error(ErrorNumber::NoGradFn, call.loc,
                          "element " + std::to_string(i) +
                              " of tensors does not require grad and does not have a grad_fn");
      error.notes.push_back({root->loc, "made here"});
      error.subject = root;
      return refuse(std::move(error));
    }
    roots.push_back(*edge);
  }
  return Error::success();
}

Error BackwardRun::findCuts() {
  for (Object *object : call.cut) {
    Expected<Edge> edge = state.edgeOf(object, call.loc);
    if (!edge)
      return edge.takeError();
    cut.insert({edge->node, edge->output});
  }
  return Error::success();
}

Error BackwardRun::findInputs() {
  restricted = !accumulates || !inputs.empty();
  captured.resize(inputs.size());
  for (Object *input : inputs) {
    if (accumulates) {
      if (Expected<Node *> node = state.gradFn(input, call.loc); !node)
        return node.takeError();
      if (Error error = state.retainGrad(call.loc, input))
        return error;
    } else if (!state.requiresGrad(input)) {
      AutogradError error(ErrorNumber::InputDoesNotRequireGrad, call.loc,
                          "One of the differentiated Tensors does not require grad");
      error.notes.push_back({input->loc, "made here"});
      error.fix = {input->loc, "pass requires_grad=True here"};
      error.subject = input;
      return refuse(std::move(error));
    }
    Expected<Edge> edge = state.edgeOf(input, call.loc);
    if (!edge)
      return edge.takeError();
    targets.push_back(*edge);
    if (edge->node)
      (accumulates ? tasks[edge->node].wanted : tasks[edge->node].captured) = true;
  }
  return Error::success();
}

void BackwardRun::countDependencies() {
  llvm::DenseMap<Node *, bool> seen;
  SmallVector<Node *> stack;
  auto visit = [&](Edge edge) {
    if (!edge.node)
      return;
    ++tasks[edge.node].dependencies;
    if (std::exchange(seen[edge.node], true))
      return;
    stack.push_back(edge.node);
    reachable.push_back(edge.node);
  };
  llvm::for_each(roots, visit);
  while (!stack.empty()) {
    Node *node = stack.pop_back_val();
    llvm::for_each(node->next, visit);
  }
}

void BackwardRun::markWanted() {
  if (!restricted) {
    for (Node *node : reachable)
      tasks[node].wanted = true;
    return;
  }
  // A node's successors are leaves or earlier, but for a view's history that was rebuilt for it.
  llvm::sort(reachable, [](Node *a, Node *b) {
    return std::pair(!a->leaf, a->sequence) < std::pair(!b->leaf, b->sequence);
  });
  auto leadsToInput = [&](Edge edge) {
    return edge.node && (tasks[edge.node].wanted || tasks[edge.node].captured);
  };
  for (bool changed = true; std::exchange(changed, false);)
    for (Node *node : reachable)
      if (!tasks[node].wanted && llvm::any_of(node->next, leadsToInput))
        changed = tasks[node].wanted = true;
}

Expected<BackwardResult> BackwardRun::run(ArrayRef<Object *> wanted) {
  inputs = wanted;
  Expected<BackwardResult> done = walk();
  if (done)
    return done;
  if (call.isPartial) {
    llvm::consumeError(done.takeError());
    return std::move(result);
  }
  undo();
  return done;
}

/// Takes back what was done before an error, and notes what it was.
void BackwardRun::undo() {
  state.filled = !result.accumulations.empty();
  state.passed.assign(freed.begin(), freed.end());
  for (const Accumulation &accumulation : llvm::reverse(result.accumulations)) {
    accumulation.object->grad = accumulation.old;
    if (accumulation.kind != Accumulation::AddInPlace)
      continue;
    --accumulation.grad->storage->writes;
    --accumulation.grad->counter->current;
    accumulation.grad->counter->writes.pop_back();
  }
  for (Node *node : freed)
    node->freedBy.reset();
}

Expected<BackwardResult> BackwardRun::walk() {
  if (Error error = findRoots())
    return error;
  if (Error error = findCuts())
    return error;
  if (!refused)
    if (Error error = findInputs())
      return error;
  if (refused) { // and reported: nothing is run
    if (!accumulates)
      for (Object *input : inputs)
        result.gradients.push_back(newGradient(input, {}, ""));
    return std::move(result);
  }
  countDependencies();
  markWanted();
  std::priority_queue<Node *, SmallVector<Node *>, Later> ready;
  auto deliver = [&](Edge edge, const Cotangent &cotangent) {
    if (!edge.node)
      return;
    Task &task = tasks[edge.node];
    task.at(edge.output).add(cotangent);
    if (--task.dependencies == 0 && (task.wanted || task.captured))
      ready.push(edge.node);
  };
  for (auto [root, seed] : llvm::zip(roots, call.seeds)) {
    Cotangent cotangent;
    cotangent.defined = true;
    if (seed && call.createGraph) {
      Expected<Edge> edge = state.edgeOf(seed, call.loc);
      if (!edge)
        return edge.takeError();
      if (edge->node)
        cotangent.history.push_back(*edge);
      cotangent.become(seed);
    }
    deliver(root, cotangent);
  }
  // A single root is looked at in any case: it may retain its gradient.
  if (Node *root = roots.front().node; roots.size() == 1 && ready.empty())
    ready.push(root);
  while (!ready.empty()) {
    Node *node = ready.top();
    ready.pop();
    Task &task = tasks[node];
    if (Error error = retain(node, task))
      return error;
    capture(node, task);
    if (!task.wanted)
      continue;
    Expected<Cotangent> cotangent = propagate(node, task);
    if (!cotangent)
      return cotangent.takeError();
    for (auto [i, edge] : llvm::enumerate(node->next)) {
      cotangent->object = passedOn(node, task, i);
      cotangent->name = nameAlong(node, task, i);
      deliver(edge, cut.contains({edge.node, edge.output}) ? Cotangent() : *cotangent);
    }
  }
  if (Error error = collectGradients())
    return error;
  return std::move(result);
}

/// Fills the slots of a node's results that retain their gradient.
Error BackwardRun::retain(Node *node, Task &task) {
  if (call.inner)
    return Error::success();
  for (Object *object : state.retaining) {
    Edge at = object->retainedAt.node ? object->retainedAt : Edge{object->gradFn, object->output};
    if (at.node == node && task.at(at.output).defined)
      if (Error error = accumulate(object, task.at(at.output), at))
        return error;
  }
  return Error::success();
}

Expected<BackwardRun::Cotangent> BackwardRun::propagate(Node *node, Task &task) {
  Cotangent all;
  for (const Cotangent &incoming : task.incoming)
    all.add(incoming);
  if (node->leaf) {
    if (Error error = arrive(node->leaf, all))
      return error;
    return all;
  }
  if (Error error = execute(node))
    return error;
  if (!node->isDefined)
    return Cotangent();
  if (!call.createGraph)
    return all;
  Expected<Node *> derived = derive(node, task, all);
  if (!derived)
    return derived.takeError();
  all.history.clear();
  if (*derived)
    all.history.push_back({*derived, 0});
  return all;
}

/// A leaf's slot takes what has come to the leaf.
Error BackwardRun::arrive(Object *leaf, const Cotangent &cotangent) {
  if (!cotangent.defined)
    return Error::success();
  if (leaf->gradFn) {
    AutogradError error(ErrorNumber::LeafMoved, call.loc,
                        "leaf variable has been moved into the graph interior");
    error.notes.push_back({leaf->loc, "the leaf is made here"});
    error.notes.push_back({leaf->gradFn->loc, "and gets a history here"});
    error.fix = {leaf->gradFn->loc, ruleOf(ErrorNumber::LeafMoved).fix.str()};
    error.subject = leaf;
    return refuse(std::move(error));
  }
  if (!state.requiresGrad(leaf))
    return Error::success();
  if (leaf->replaced) {
    AutogradError error(ErrorNumber::NotImplemented, call.loc,
                        "a backward to a tensor whose .data was set to another shape or dtype "
                        "since is not in agc yet");
    error.notes.push_back({leaf->loc, "the tensor is made here"});
    error.notes.push_back({*leaf->replaced, "its .data is set here"});
    error.fix = {*leaf->replaced, "set it after the backward, or make a new leaf of it here"};
    return refuse(std::move(error));
  }
  return accumulate(leaf, cotangent, {});
}

/// Reports an error of the call, or of the node that is executed; PyTorch raises the first one.
Error BackwardRun::refuse(AutogradError error) {
  refused = true;
  return state.report(std::move(error));
}

Error BackwardRun::execute(Node *node) {
  refused = false;
  const Node *op = node->inner ? node->inner : node;
  if (!op->notImplemented.empty()) {
    AutogradError error(ErrorNumber::NotImplemented, call.loc, op->notImplemented);
    error.notes.push_back({node->loc, "the gradient passes this op"});
    return refuse(std::move(error));
  }
  if (node->freedBy && node->savesAnything()) {
    AutogradError error(
        ErrorNumber::BackwardTwice, call.loc,
        "Trying to backward through the graph a second time (or directly access saved tensors "
        "after they have already been freed). Saved intermediate values of the graph are freed "
        "when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to "
        "backward through the graph a second time or if you need to access saved tensors after "
        "calling backward.");
    error.notes.push_back({*node->freedBy, "freed by this backward"});
    error.notes.push_back({node->loc, "saved by this op"});
    error.fix = fixOfFreed(*node->freedBy, call.loc);
    return refuse(std::move(error));
  }
  if (Error error = unpack(node, node))
    return error;
  if (node->inner)
    if (Error error = unpack(node->inner, node->inner))
      return error;
  if (Error error = checkShapes(node))
    return error;
  if (!call.retainGraph && !call.createGraph) {
    if (!node->freedBy)
      freed.push_back(node);
    node->freedBy = call.loc;
  }
  return Error::success();
}

bool BackwardRun::asksFor(Edge edge) const {
  auto task = edge.node ? tasks.find(edge.node) : tasks.end();
  return task != tasks.end() && (task->second.wanted || task->second.captured);
}

/// Refuses a cotangent that PyTorch computes in another shape than its operand's.
Error BackwardRun::checkShapes(const Node *node) {
  const Node *op = node->inner ? node->inner : node;
  for (auto [i, edge] : llvm::enumerate(node->next)) {
    int place = op->backward.vjp ? op->backward.placeOf(i) : Backward::kUnknown;
    if (place < 0 || !asksFor(edge) || op->backward.vjp->misshapen[place].empty())
      continue;
    AutogradError error(ErrorNumber::NotImplemented, call.loc,
                        "Function " + op->name + " returned an invalid gradient at index " +
                            std::to_string(i) + " - " + op->backward.vjp->misshapen[place]);
    error.notes.push_back({node->loc, "the gradient passes this op"});
    return refuse(std::move(error));
  }
  return Error::success();
}

Error BackwardRun::unpack(Node *node, Node *owner) {
  for (const Saved &saved : node->saved)
    if (saved.object && !refused)
      if (Error error = unpack(saved, owner))
        return error;
  return Error::success();
}

Error BackwardRun::unpack(const Saved &saved, Node *owner) {
  // A result is kept with the storage that it had, an input as the object that it is.
  bool isOther = saved.object->storage != saved.storage && (!saved.isOutput || saved.wasLeaf);
  int64_t writes = saved.storage->writes - saved.writes;
  if (saved.isSource) {
    if (isOther || writes != saved.counter->current - saved.version)
      result.stale.emplace_back(owner, saved);
    return Error::success();
  }
  // A written view's node is referred to weakly: once the view has another one, it is gone.
  bool stands = saved.viewNode && saved.object->gradFn == saved.viewNode;
  Node *named = stands ? saved.viewNode : saved.isOutput ? owner : nullptr;
  if (!named) {
    Expected<Node *> current = state.gradFn(saved.object, call.loc);
    if (!current)
      return current.takeError();
    named = *current;
  }
  if (!named && !saved.wasLeaf) {
    AutogradError error(ErrorNumber::SavedDetached, call.loc,
                        "Trying to use a saved tensor that has been detached in-place, i.e. with "
                        ".detach_().This is not supported, please use out-of-place `.detach()` "
                        "instead");
    error.notes.push_back({owner->loc, "saved by this op"});
    error.subject = saved.object;
    return refuse(std::move(error));
  }
  if (saved.counter->current != saved.version)
    return savedOverwritten(saved, owner, named);
  if (writes || isOther)
    result.stale.emplace_back(owner, saved);
  return Error::success();
}

Error BackwardRun::savedOverwritten(const Saved &saved, Node *node, Node *named) {
  std::string text = "one of the variables needed for gradient computation has been modified by an "
                     "inplace operation: [" +
                     tensorTypeText(saved.type.getElementType()).str() + " " +
                     shapeText(saved.type.getShape()) + "]";
  if (named)
    text += ", which is output " + std::to_string(saved.isOutput ? saved.object->output : 0) +
            " of " + nodeText(named->name) + ",";
  text += " is at version " + std::to_string(saved.counter->current) + "; expected version " +
          std::to_string(saved.version) +
          " instead. Hint: enable anomaly detection to find the operation that failed to compute "
          "its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).";
  AutogradError error(ErrorNumber::SavedOverwritten, call.loc, std::move(text));
  error.notes.push_back({node->loc, "saved for backward by this op"});
  noteWrites(error, saved.counter->writes, saved.version);
  const Object *written = saved.object->isView() ? saved.object->base : saved.object;
  if (written->requiresGradFlag && !written->gradFn) // an optimizer's step, as a rule
    error.fix = {error.fix->loc, "update this leaf after the backward, or compute what that begins "
                                 "at anew"};
  return refuse(std::move(error));
}

Object *BackwardRun::newGradient(Object *like, const Cotangent &cotangent, StringRef name) {
  Object *gradient = state.newObject(call.loc, like->type, cloneLayout(like->layout));
  if (call.createGraph && !cotangent.history.empty()) {
    gradient->gradFn = state.newNode(call.loc, name);
    llvm::append_range(gradient->gradFn->next, cotangent.history);
  }
  return gradient;
}

Error BackwardRun::accumulate(Object *object, const Cotangent &cotangent, Edge at) {
  bool isLeaf = !at.node;
  if (!object->grad) {
    object->grad = newGradient(object, cotangent, "CopyBackwards");
    if (isLeaf && call.createGraph && object->layout.isDense()) { // a write of the copy
      ++object->grad->counter->current;
      object->grad->counter->writes.push_back(call.loc);
    }
    result.accumulations.push_back(
        {Accumulation::Store, object, object->grad, nullptr, isLeaf, at});
    return Error::success();
  }
  if (isLeaf && !call.createGraph) {
    Object *grad = object->grad;
    if (Error error = state.checkOwnOverlap(grad, call.loc))
      return error;
    ++grad->storage->writes;
    ++grad->counter->current;
    grad->counter->writes.push_back(call.loc);
    result.accumulations.push_back({Accumulation::AddInPlace, object, grad, grad, isLeaf, at});
    return Error::success();
  }
  Object *old = object->grad;
  // The sum has the history of both.
  Expected<Edge> edge = state.edgeOf(old, call.loc);
  if (!edge)
    return edge.takeError();
  Cotangent sum = cotangent;
  if (edge->node)
    sum.history.push_back(*edge);
  object->grad = newGradient(object, sum, "AddBackward0");
  result.accumulations.push_back({Accumulation::Replace, object, object->grad, old, isLeaf, at});
  return Error::success();
}

/// What `grad` gives of what has come to a node.
void BackwardRun::capture(Node *node, Task &task) {
  for (auto [i, target] : llvm::enumerate(targets)) {
    if (accumulates || target.node != node || !task.at(target.output).defined)
      continue;
    Cotangent &cotangent = task.at(target.output);
    StringRef name = cotangent.name;
    captured[i] = newGradient(inputs[i], cotangent, name.empty() ? "CloneBackward0" : name);
    if (!cotangent.object)
      cotangent.become(captured[i]);
  }
}

Error BackwardRun::collectGradients() {
  if (accumulates)
    return Error::success();
  for (auto [i, input, gradient] : llvm::enumerate(inputs, captured)) {
    if (!gradient && !call.allowUnused) {
      AutogradError error(ErrorNumber::InputUnused, call.loc,
                          "The differentiated Tensor at index " + std::to_string(i) +
                              " appears to not have been used in the graph. Set "
                              "allow_unused=True if this is the desired behavior.");
      error.notes.push_back({input->loc, "made here"});
      error.subject = input;
      if (Error stop = state.report(std::move(error)))
        return stop;
    }
    if (!gradient && !call.allowUnused)
      gradient = newGradient(input, {}, "");
    result.gradients.push_back(gradient);
  }
  return Error::success();
}

} // namespace agc
