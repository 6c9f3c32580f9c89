// How tensors of a program become state while an exported function uses them, and what gradients a
// call leaves in their slots.
#include "compiler/Session/Aliases.h"
#include "compiler/Session/ExportImpl.h"
#include "compiler/Session/Session.h"
#include "compiler/Trace/Values.h"

using namespace mlir;

namespace agc::session {

static std::string gradientName(const std::string &state) { return state + ".grad"; }

/// The program's object of a tensor that may be state.
agc::Object *Export::Impl::objectOf(const Tensor &tensor, Where where) {
  trace::Trace &program = trace::Trace::current(where);
  if (!program.holds(tensor.impl()))
    throw Error(where, "a tensor that an earlier call of an exported function made is used here: "
                       "what is kept from call to call must be made before the first one");
  return program.known(tensor.impl(), where);
}

/// The tensor's state, which is the same in each function, or the alias of another's.
Tensor Export::Impl::foreign(const Tensor &tensor, Where where) {
  std::string name;
  agc::Object *object;
  {
    std::map<const agc::Object *, Tensor> &here = aliasesIn(trace::Trace::current(where));
    trace::Trace::Outside outside;
    object = objectOf(tensor, where);
    for (auto *known : {&states, &here})
      if (auto found = known->find(object); found != known->end())
        return found->second;
    if (tensor.requires_grad() && !tensor.is_leaf())
      throw Error(where, "a tensor that was computed outside of the exported function, and "
                         "requires grad, is used here: compute it inside, or detach it");
    name = nameOf(tensor);
    if (functionNames.count(name))
      name += ".state";
  }
  if (auto owner = owners.find(object->storage); owner != owners.end() &&
                                                 storages[object->storage].empty() &&
                                                 owner->second.impl() != tensor.impl())
    foreign(owner->second, where);
  if (Tensor alias = aliasOf(tensor, object, name, where); alias.defined())
    return alias;
  trace::Trace::Outside outside;
  return addState(tensor, object, name, where);
}

/// What stands for a tensor that shares its elements with a state; nothing where none does.
Tensor Export::Impl::aliasOf(const Tensor &tensor, agc::Object *object, const std::string &name,
                             Where where) {
  for (agc::Object *other : storages[object->storage]) {
    std::string shares =
        "'" + name + "' shares its elements with '" + names[other] + "', which is state already";
    if (std::optional<Way> way = wayFrom(other, object)) {
      if (object->grad || (object->requiresGradFlag && givesGradients))
        throw Error(where, shares + ", and has a gradient of its own: let both be one tensor");
      Tensor alias = repeat(*way, states.at(other), where);
      if (object->requiresGradFlag)
        alias.requires_grad_(true, where);
      names[object] = name;
      return aliases.emplace(object, alias).first->second;
    }
    if (wayFrom(object, other)) {
      owners.insert_or_assign(object->storage, tensor);
      isOwnerNew = true;
      throw Error(where, "the functions are traced again, with '" + name + "' as state");
    }
    if (!lieApart(*object, *other))
      throw Error(where, shares + ": make the view inside of the function");
  }
  return {};
}

Tensor Export::Impl::addState(const Tensor &tensor, agc::Object *object, const std::string &name,
                              Where where) {
  storages[object->storage].push_back(object);
  names[object] = name;
  Elements elements = elementsOf(tensor, where);
  Values initial(tensor.dtype(), factsOf(tensor).sizes, elements.memory.get(), elements.bytes);
  Model owned(model);
  Tensor state = tensor.requires_grad() ? owned.parameter(name, initial, where)
                                        : owned.buffer(name, initial, where);
  exported.push_back({name, tensor});
  if (tensor.grad(where).defined())
    left.insert(name);
  if (kept.count(name))
    addGradient(name, tensor, where);
  return states.emplace(object, state).first->second;
}

/// A state for the gradient of another: zeros stand for an empty slot.
void Export::Impl::addGradient(const std::string &name, const Tensor &leaf, Where where) {
  Values initial = Values::zeros(leaf.dtype(), factsOf(leaf).sizes);
  if (Tensor gradient = leaf.grad(where); gradient.defined()) {
    Elements elements = elementsOf(gradient, where);
    initial.bytes.assign(elements.memory.get(), elements.memory.get() + elements.bytes);
  }
  Model owned(model);
  gradients.emplace(name, owned.buffer(gradientName(name), initial, where));
  ExportedState &state = exported.emplace_back(ExportedState{gradientName(name), leaf});
  state.isGradient = true;
  if (!flagged.count(name))
    return;
  std::vector<int64_t> isFilled = {leaf.grad(where).defined()};
  std::string flag = gradientName(name) + ".filled";
  flags.emplace(name, owned.buffer(flag, Values(DType::Int64, {}, isFilled), where));
  exported.emplace_back(ExportedState{flag, leaf}).isFlag = true;
}

/// The gradient that is there: the state of it, or what says that none may be used.
void Export::Impl::used(trace::Trace &trace, StringRef state, Value ref, Where where) {
  if (auto gradient = gradients.find(state.str()); gradient != gradients.end()) {
    Value kept = trace.refOf(gradient->second.impl(), where);
    trace.append<agt::GradSetOp>(where, ref, kept);
    placed[state.str()] = trace.known(kept);
    return;
  }
  if (!left.count(state.str()))
    return;
  auto zeros = DenseElementsAttr::get(
      agt::tensorOf(ref), trace.builder.getZeroAttr(agt::tensorOf(ref).getElementType()));
  auto constant = ag::ConstantOp::create(trace.builder, trace.location(where), zeros);
  constant->setAttr(kLeft, trace.builder.getStringAttr(state));
  Value gradient = trace.append<agt::LeafOp>(where, constant, false, StringAttr());
  trace.append<agt::GradSetOp>(where, ref, gradient);
  placed[state.str()] = trace.known(gradient);
}

/// A call that uses what a slot held before, other than to add to it or to set it to zero, needs it
/// to hold something: an optimizer passes over a parameter without a gradient.
void Export::Impl::meets(Operation *op, agc::Object *object, Where where) {
  for (auto &[name, slot] : placed) {
    if (!slot || slot->storage != object->storage || !gradients.count(name) || !isAsBefore(name))
      continue;
    auto write = dyn_cast_or_null<agt::WriteOp>(op);
    if (write && write.getFn() == "zero_" && object == slot)
      ++zeroed[name];
    else
      relied.try_emplace(name, where);
  }
}

void Export::Impl::checkFilled() {
  for (auto [name, where] : std::exchange(relied, {})) {
    relying.insert(name);
    if (auto flag = flags.find(name); flag != flags.end())
      trace::Trace::current(where).check(
          Operand(ne(Operand(flag->second, where), Operand(0, where)), where),
          "the gradient of '" + name +
              "' is used here, and no backward has filled it: call what computes it first (PyTorch "
              "leaves the parameter out, which compiled code cannot)",
          where);
  }
}

void Export::Impl::finished(const llvm::MapVector<StringAttr, agc::Object *> &usedStates,
                            Outputs &outputs, Where where) {
  auto states = llvm::to_vector(usedStates); // more come while flags are set
  for (const Output &output : outputs)
    meets(nullptr, trace::Trace::current(where).known(output.tensor.impl(), where), where);
  checkFilled();
  for (auto &[object, alias] : aliasesIn(trace::Trace::current(where)))
    if (trace::Trace::current(where).known(alias.impl(), where)->grad)
      throw Error(where,
                  "the gradient of '" + names.at(object) +
                      "', which shares its elements "
                      "with another state, would be lost: clear it in the end, or let both be "
                      "one tensor");
  std::map<std::string, agc::Object *> slots = std::exchange(placed, {});
  for (auto [symbol, object] : states) {
    std::string name = symbol.getValue().str();
    agc::Object *slot = slots[name];
    bool isSame = object->grad == slot;
    bool isFilled = slot && slot->counter->current != zeroed[name];
    if (auto flag = flags.find(name); flag != flags.end() && (!isSame || isFilled))
      flag->second.fill_(int64_t(object->grad != nullptr), where);
    if (isSame) {
      bool isAdded =
          object->grad && trace::Trace::current(where).getAutograd().version(object->grad);
      if (isAdded && givesGradients && !gradients.count(name))
        added.insert(name);
      continue;
    }
    if (gradients.count(name)) {
      keepGradient(name, outputs, where);
      continue;
    }
    if (!object->grad)
      continue;
    leaving.insert(name);
    if (!givesGradients)
      continue;
    ExportedState &state = exportedOf(name);
    state.gradient = "gradient" + std::to_string(&state - exported.data());
    outputs.push_back({state.gradient, stateOf(state).grad(where)});
  }
  endFunction();
}

void Export::Impl::endFunction() {
  placed.clear();
  zeroed.clear();
  relied.clear();
}

/// Writes what the slot holds at a function's end to the state of it.
void Export::Impl::keepGradient(const std::string &name, Outputs &outputs, Where where) {
  Tensor kept = gradients.at(name);
  trace::Trace &trace = trace::Trace::current(where);
  const Storage *storage = trace.known(kept.impl(), where)->storage;
  for (Output &output : outputs) // what was asked for before
    if (trace.known(output.tensor.impl(), where)->storage == storage)
      output.tensor = output.tensor.clone(where);
  Tensor gradient = stateOf(exportedOf(name)).grad(where);
  if (gradient.defined())
    kept.copy_(Operand(gradient.detach(where), where), where);
  else
    kept.zero_(where);
  exportedOf(gradientName(name)).clearsGradient = !gradient.defined();
}

} // namespace agc::session
