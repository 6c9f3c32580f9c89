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

/// Brings a cotangent to where an edge leads. The node is ready once all of its have come.
void BackwardRun::deliver(Edge edge, const Cotangent &cotangent) {
  if (!edge.node)
    return;
  Task &task = tasks[edge.node];
  task.at(edge.output).add(cotangent);
  if (--task.dependencies == 0 && (task.wanted || task.captured))
    ready.push(edge.node);
}

Error BackwardRun::deliverSeeds() {
  for (auto [root, seed] : llvm::zip(roots, call.seeds)) {
    Cotangent cotangent;
    cotangent.defined = true;
    if (seed && call.createGraph) {
      Expected<Edge> edge = state.edgeOf(seed, call.loc);
      if (!edge)
        return edge.takeError();
      if (edge->node) {
        cotangent.history.push_back(*edge);
        cotangent.name = edge->node->leaf ? "" : edge->node->name;
      }
      cotangent.become(seed);
    }
    deliver(root, cotangent);
  }
  return Error::success();
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
  if (Error error = deliverSeeds())
    return error;
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
    bool isCopied = isLeaf && object->layout.isDense(); // into the leaf's layout
    object->grad = newGradient(object, cotangent, isCopied ? "CopyBackwards" : "CloneBackward0");
    if (isCopied && call.createGraph) {
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
