// Looks for the traces that regretted habits leave in a program's events.
#include "compiler/Analysis/Advice.h"
#include "compiler/Autodiff/Vjp.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace agc {

AutogradWarning warningOfStale(Location loc, const Node *node) {
  AutogradWarning warning{WarningNumber::SavedWrittenUnseen, loc,
                          "backward reads a saved tensor that was written through .data; PyTorch "
                          "does not notice, and the gradient is that of the new value"};
  warning.notes.push_back({node->loc, "saved for backward by this op"});
  return warning;
}

void Advice::warn(AutogradWarning warning) { sink(warning); }

// ---------------------------------------------------------------- what objects are made from

/// Whether an object is a leaf, or was computed from it at once.
static bool isNear(const Chronicle &chronicle, const Object *object, const Object *leaf) {
  const Deed *maker = chronicle.makerOf(object);
  return object == leaf ||
         (maker && maker->kind == Deed::Compute && llvm::is_contained(maker->inputs, leaf));
}

/// Where a deed ends the history of what it reads, if it does.
std::optional<Advice::CutAt> Advice::cutBy(const Deed &deed, const Object *input) const {
  if (!state.requiresGrad(input))
    return std::nullopt;
  if (deed.kind == Deed::Cut)
    return CutAt{deed.loc, input, "its history ends here, by " + deed.name,
                 "leave this out where a gradient should pass"};
  if (!deed.gradEnabled)
    return CutAt{deed.loc, input, "computed here in no_grad mode",
                 "compute it outside of no_grad where a gradient should pass"};
  if (deed.kind != Deed::Compute || deed.node)
    return std::nullopt;
  return CutAt{deed.loc, nullptr, "no gradient passes " + deed.name + " here",
               "compute it by functions that have a gradient"};
}

void Advice::follow(const Deed &deed, const Object *result) {
  bool hasHistory = deed.kind != Deed::Cut && state.requiresGrad(result);
  for (const Object *input : deed.inputs) {
    const Object *leaf = updateOf.lookup(input);
    if (!hasHistory) {
      if (leaf && isDifferentiable(result->type))
        updateOf[result] = leaf;
      std::optional<CutAt> endsHere = cutBy(deed, input);
      if (auto cut = cuts.find(input); endsHere)
        cuts.try_emplace(result, *endsHere);
      else if (cut != cuts.end())
        cuts.try_emplace(result, CutAt(cut->second));
    } else if (leaf && deed.kind == Deed::Compute && !state.requiresGrad(input) &&
               leaf->requiresGradFlag && !leaf->gradFn &&
               llvm::any_of(deed.inputs,
                            [&](const Object *other) { return isNear(chronicle, other, leaf); })) {
      remadeFrom[result] = leaf;
    }
  }
}

void Advice::follow(const Deed &deed) {
  if (deed.kind != Deed::Leaf && deed.node)
    for (const Object *input : deed.inputs)
      use(input, deed.loc);
  for (const Object *result : deed.results)
    follow(deed, result);
  if (deed.kind != Deed::Write)
    return;
  const Storage *storage = deed.results.front()->storage;
  written.insert_or_assign(storage, deed.loc);
  if (const Object *leaf = slotOf.lookup(storage); leaf && deed.inputs.empty())
    empty(deed.loc, leaf); // a gradient that is set to zero
}

/// A leaf that its own update has replaced is used as if it were one.
void Advice::use(const Object *object, Location loc) {
  const Object *leaf = remadeFrom.lookup(object);
  if (!leaf || isHeld(leaf))
    return;
  remadeFrom.erase(object);
  gradRead.insert(object); // and no warning of it more
  std::string name = leaf->name.empty() ? "the leaf" : "'" + leaf->name + "'";
  AutogradWarning warning{WarningNumber::LeafRemade, object->loc,
                          "this operation makes a new tensor with a history, which takes the place "
                          "of " +
                              name + ": its .grad stays None, and the history grows"};
  warning.notes.push_back({leaf->loc, "the leaf is made here"});
  warning.notes.push_back({loc, "the new tensor is used here"});
  warning.fix = {object->loc, "update the leaf in place, inside 'with torch.no_grad():'"};
  warn(std::move(warning));
}

// ---------------------------------------------------------------- gradient slots

void Advice::readGrad(Location loc, const Object *self) {
  bool isNew = gradRead.insert(self).second;
  if (self->grad || !self->gradFn || self->retainsGrad || !isNew)
    return;
  if (const Object *leaf = remadeFrom.lookup(self); leaf && !isHeld(leaf))
    return use(self, loc);
  AutogradWarning warning{WarningNumber::GradOfNonLeaf, loc,
                          "the .grad of a tensor that is not a leaf is read here: backward leaves "
                          "it None"};
  warning.notes.push_back({self->gradFn->loc, "computed here, by " + self->gradFn->name});
  warning.fix = {loc, "call retain_grad() on it before backward, or read the .grad of a leaf"};
  warn(std::move(warning));
}

void Advice::empty(Location loc, const Object *self) {
  slots.erase(self);
  cleared.insert_or_assign(self, loc);
}

void Advice::accumulate(Location loc, const Accumulation &accumulation) {
  const Object *object = accumulation.object;
  reached.try_emplace(object, loc);
  cleared.erase(object);
  slotOf[accumulation.grad->storage] = object;
  cutGradient(loc, accumulation.grad);
  if (!accumulation.ofLeaf)
    return;
  updateOf[accumulation.grad] = object;
  auto slot = slots.find(object);
  if (accumulation.kind != Accumulation::Store && slot != slots.end() &&
      slot->second.backward == loc && slot->second.writes != object->storage->writes) {
    AutogradWarning warning{
        WarningNumber::GradientsPileUp, loc,
        "this backward comes round and adds to the gradients of the last time: they were used, and "
        "not set to zero since"};
    warning.notes.push_back({object->loc, "the gradient of this tensor"});
    if (auto write = written.find(object->storage); write != written.end())
      warning.notes.push_back({write->second, "the tensor was updated here in between"});
    warning.fix = {loc, "call optimizer.zero_grad(), or set .grad = None, before this backward"};
    warn(std::move(warning));
  }
  slots.insert_or_assign(object, Slot{loc, object->storage->writes});
}

/// A gradient that was computed without a graph of its own.
void Advice::cutGradient(Location loc, const Object *gradient) {
  if (gradient && !state.requiresGrad(gradient))
    cuts.try_emplace(gradient, CutAt{loc, nullptr, "a gradient is computed here, without a graph",
                                     "pass create_graph=True"});
}

void Advice::backward(Location loc, ValueRange roots) {
  if (!firstBackward)
    firstBackward = loc;
  deedsBeforeLastBackward = chronicle.getDeeds().size();
  SmallVector<const Node *> stack;
  auto visit = [&](const Node *node) {
    if (node && executed.insert(node).second)
      stack.push_back(node);
  };
  for (Value root : roots) {
    const Object *object = replay.objectOf(root);
    use(object, loc);
    visit(object->gradFn);
  }
  while (!stack.empty())
    for (const Edge &edge : stack.pop_back_val()->next)
      visit(edge.node);
  for (const Accumulation &accumulation : replay.lastBackward().accumulations)
    accumulate(loc, accumulation);
  for (const auto &[node, saved] : replay.lastBackward().stale) {
    AutogradWarning warning = warningOfStale(loc, node);
    if (auto write = written.find(saved.storage); write != written.end())
      warning.notes.push_back({write->second, "written here"});
    warning.fix = {loc, "write it before it is used, or save a clone() of it"};
    warn(std::move(warning));
  }
}

// ---------------------------------------------------------------- events

void Advice::flag(Location loc, const Object *self) {
  if (!self->requiresGradFlag)
    frozen.insert_or_assign(self, loc);
  // A leaf made of another leaf's elements is a copy; one made of a result may be a mistake.
  auto cut = cuts.find(self);
  if (self->requiresGradFlag && !self->gradFn && cut != cuts.end() && cut->second.source &&
      cut->second.source->gradFn)
    flagged.insert({self, loc});
}

std::optional<size_t> Advice::takeNumbers(Location loc, const Object *object) {
  auto cut = cuts.find(object);
  const Object *source = state.requiresGrad(object) ? object
                         : cut != cuts.end()        ? cut->second.source
                                                    : nullptr;
  if (!source)
    return std::nullopt;
  CutAt taking{loc, source, "its numbers leave the graph here, as Python's",
               "compute with the tensor itself where a gradient should pass", true};
  auto known = takings.insert({loc, taking}).first;
  return known - takings.begin();
}

void Advice::makeOfNumbers(Location loc, const Object *object, size_t taking) {
  cuts.try_emplace(object, takings.begin()[taking].second);
  if (object->requiresGradFlag)
    flag(loc, object);
}

void Advice::visit(Operation *op, const Deed *deed) {
  Location loc = op->getLoc();
  auto self = [&] { return replay.objectOf(op->getOperand(0)); };
  if (deed)
    follow(*deed);
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](agt::BackwardOp backwardOp) { backward(loc, backwardOp.getRoots()); })
      .Case([&](agt::GradOp grad) {
        backward(loc, grad.getRoots());
        for (Value input : grad.getInputs()) {
          gradRead.insert(replay.objectOf(input));
          asked.try_emplace(replay.objectOf(input), loc);
        }
        if (!grad.getCreateGraph())
          for (Value result : grad.getResults())
            cutGradient(loc, replay.objectOf(result));
      })
      .Case([&](agt::GradGetOp) { readGrad(loc, self()); })
      .Case([&](agt::GradClearOp) { empty(loc, self()); })
      .Case([&](agt::GradSetOp) { slots.erase(self()); })
      .Case<agt::RequiresGradOp, agt::SetRequiresGradOp>([&](auto) { flag(loc, self()); })
      .Case([&](agt::QueryOp query) {
        if (query.getQuestion() == agt::Question::GradIsNone)
          readGrad(loc, self());
      });
}

void Advice::checkReached(ArrayRef<Parameter> group, bool isTrained) {
  auto isAsked = [&](const Parameter &p) {
    ArrayRef<const Deed *> uses = chronicle.usesOf(p.object);
    return !isTrained && !uses.empty() &&
           llvm::all_of(uses, [](const Deed *use) { return !use->gradEnabled; });
  };
  auto isReached = [&](const Parameter &p) { return reached.contains(p.object); };
  auto wasThere = [&](const Parameter &p) {
    const Deed *maker = chronicle.makerOf(p.object);
    return maker && maker->number < deedsBeforeLastBackward;
  };
  // Before a training's first backward nothing is reached; and what has been used may be for later.
  auto isLeftOut = [&](const Parameter &p) {
    return wasThere(p) && !p.object->grad &&
           llvm::none_of(chronicle.usesOf(p.object),
                         [](const Deed *use) { return use->gradEnabled; });
  };
  if (!llvm::any_of(group, isReached) && !(isTrained && llvm::all_of(group, isLeftOut)))
    return;
  llvm::MapVector<Location, SmallVector<const Parameter *>> missed;
  for (const Parameter &parameter : group)
    if (!isReached(parameter) && wasThere(parameter) && !isAsked(parameter) &&
        parameter.object->requiresGradFlag && !parameter.object->gradFn)
      missed[parameter.object->loc].push_back(&parameter);
  for (auto &[loc, parameters] : missed) {
    std::string names = llvm::join(
        llvm::map_range(parameters, [](const Parameter *p) { return "'" + p->name + "'"; }), ", ");
    AutogradWarning warning{WarningNumber::ParameterUnreached, loc,
                            "no loss reaches " +
                                std::string(parameters.size() == 1 ? "parameter " : "parameters ") +
                                names};
    warning.notes = whyNoGrad(parameters.front()->object);
    warning.fix = {loc, isTrained
                            ? "let a loss depend on it; where another layer took its place, "
                              "build the optimizer after that"
                            : "let a loss depend on it, or freeze it by requires_grad_(False)"};
    warn(std::move(warning));
  }
}

void Advice::finish() {
  for (auto &[object, loc] : flagged) {
    if (!reached.contains(object) || gradRead.contains(object))
      continue;
    const CutAt &cut = cuts.find(object)->second;
    AutogradWarning warning{
        cut.ofNumbers ? WarningNumber::ItemFlagged : WarningNumber::DetachedFlagged, loc,
        std::string("gradients end at this tensor, and nothing reads its .grad: it was ") +
            (cut.ofNumbers ? "made of numbers that have no history"
                           : "cut off from what it is computed from")};
    warning.notes.push_back({cut.loc, cut.ofNumbers ? cut.why : "its history ends here"});
    warning.notes.push_back({cut.source->loc, "what requires grad is made here"});
    warning.fix = {cut.loc, std::string(cut.ofNumbers ? "compute with the tensor itself"
                                                      : "leave the history, and requires_grad_(), "
                                                        "out") +
                                ": what is computed from a tensor that requires grad requires it, "
                                "too"};
    warn(std::move(warning));
  }
}

// ---------------------------------------------------------------- why there is no gradient

/// How what was computed from a leaf gets lost on the way to a backward.
void Advice::explainPath(const Object *object, SmallVector<Note> &notes) const {
  llvm::SetVector<const Object *> seen;
  seen.insert(object);
  llvm::DenseSet<Location> said;
  auto say = [&](Location loc, std::string text) {
    if (notes.size() < 4 && said.insert(loc).second)
      notes.push_back({loc, std::move(text)});
  };
  for (size_t i = 0; i < seen.size(); ++i) {
    for (const Deed *use : chronicle.usesOf(seen[i])) {
      if (use->kind == Deed::Cut)
        say(use->loc, "its history ends here, by " + use->name);
      else if (!use->gradEnabled)
        say(use->loc, "it is used here in no_grad mode");
      else if (!use->node)
        say(use->loc, "no gradient passes " + use->name + " here");
      else
        seen.insert(use->results.begin(), use->results.end());
    }
    const Deed *maker = chronicle.makerOf(seen[i]);
    if (i && chronicle.usesOf(seen[i]).empty() && maker && !executed.contains(seen[i]->gradFn))
      say(maker->loc, "no backward begins at what is computed from it here");
  }
  if (auto call = asked.find(object); call != asked.end())
    notes.assign(1, {call->second, "autograd.grad gives its gradient here, and fills no slot"});
  else if (chronicle.usesOf(object).empty())
    say(object->loc, object->gradFn ? "no backward begins at it" : "nothing is computed from it");
  else if (notes.empty())
    say(object->loc, "what a backward began at does not change with it");
}

std::optional<std::pair<Note, Fix>> Advice::whyNoHistory(const Object *object) const {
  auto cut = cuts.find(object);
  if (cut == cuts.end())
    return std::nullopt;
  const CutAt &at = cut->second;
  return std::pair(Note{at.loc, at.why}, Fix{at.loc, at.fix.str()});
}

SmallVector<Note> Advice::whyNoGrad(const Object *object) const {
  SmallVector<Note> notes;
  auto say = [&](Location loc, std::string text) { notes.push_back({loc, std::move(text)}); };
  const Deed *maker = chronicle.makerOf(object);
  if (object->grad)
    return notes;
  if (auto emptied = clearedAt(object))
    say(*emptied, "a backward filled it, and the program emptied it here");
  else if (!isDifferentiable(object->type))
    say(object->loc,
        "its dtype, " + dtypeText(object->type.getElementType()).str() + ", has no gradients");
  else if (auto cut = cuts.find(object); cut != cuts.end() && !state.requiresGrad(object))
    say(cut->second.loc, cut->second.why);
  else if (auto at = frozen.find(object); at != frozen.end() && !state.requiresGrad(object))
    say(at->second, "requires_grad is set to False here");
  else if (!state.requiresGrad(object))
    say(object->loc, maker && !maker->inputs.empty() && maker->kind != Deed::Cut
                         ? "nothing that it is computed from requires grad"
                         : "it was made without requires_grad=True");
  else if (object->gradFn && !object->retainsGrad)
    say(object->gradFn->loc,
        "it is no leaf but a result of " + object->gradFn->name +
            ": only retain_grad(), called before backward, keeps its gradient");
  else if (!firstBackward)
    say(object->loc, "no backward was called");
  else
    explainPath(object, notes);
  return notes;
}

} // namespace agc
