// A model whose states are the tensors of a live trace.
#include "compiler/Session/Export.h"
#include "compiler/CodeGen/Compile.h"
#include "compiler/Lowering/Export.h"
#include "compiler/Session/Aliases.h"
#include "compiler/Session/SameValues.h"
#include "compiler/Session/Session.h"
#include "compiler/Trace/ModelImpl.h"
#include "compiler/Trace/Values.h"
#include "compiler/Transforms/Passes.h"
#include "dialect/AgDialect.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Pass/PassManager.h"
#include <map>
#include <set>

using namespace mlir;

namespace agc::session {

struct Export::Impl : ModelOwner {
  Impl(std::string name, NameOf nameOf, bool givesGradients)
      : name(std::move(name)), nameOf(std::move(nameOf)), givesGradients(givesGradients) {}

  std::exception_ptr round(const std::vector<ExportedFunction> &functions,
                           std::set<std::string> filled);
  OwningOpRef<ModuleOp> values() const;

  Tensor foreign(const Tensor &tensor, Where where) override;
  void used(trace::Trace &trace, StringRef state, Value ref, Where where) override;
  void meets(Operation *op, agc::Object *object, Where where) override;
  void finished(const llvm::MapVector<StringAttr, agc::Object *> &usedStates, Outputs &outputs,
                Where where) override;
  /// What stands for aliases of states in the function that is being traced.
  std::map<const agc::Object *, Tensor> &aliasesIn(trace::Trace &trace) {
    if (std::exchange(aliasing, trace.getIdentity()) != trace.getIdentity())
      aliases.clear();
    return aliases;
  }
  Tensor stateOf(const ExportedState &state) {
    trace::Trace::Outside outside;
    trace::Trace &program = trace::Trace::current({});
    return states.at(program.known(state.live.impl(), {}));
  }
  ExportedState &exportedOf(const std::string &name) {
    return *llvm::find_if(exported, [&](auto &each) { return each.name == name; });
  }
  /// Makes gradients state; false where all are.
  bool keep(const std::set<std::string> &names) {
    size_t before = kept.size();
    kept.insert(names.begin(), names.end());
    return kept.size() != before;
  }
  /// The same for whether these slots hold anything: a call relies on it.
  bool keepFlags() {
    size_t before = flagged.size();
    flagged.merge(std::exchange(relying, {}));
    return flagged.size() != before;
  }
  /// Whether the functions are to be traced again for a tensor that others are views of.
  bool takesOwner() { return std::exchange(isOwnerNew, false); }
  /// Whether a call has left alone what it found in a slot, or has set it to zero.
  bool isAsBefore(const std::string &name) {
    return placed[name] && placed[name]->counter->current == zeroed[name];
  }
  agc::Object *objectOf(const Tensor &tensor, Where where);
  Tensor aliasOf(const Tensor &tensor, agc::Object *object, const std::string &name, Where where);
  Tensor addState(const Tensor &tensor, agc::Object *object, const std::string &name, Where where);
  void endFunction();
  void addGradient(const std::string &name, const Tensor &leaf, Where where);
  void checkFilled();
  void keepGradient(const std::string &name, Outputs &outputs, Where where);

  std::string name;
  NameOf nameOf;
  const bool givesGradients;
  std::shared_ptr<Model::Impl> model;
  std::map<const agc::Object *, Tensor> states; ///< of the program's objects
  std::vector<ExportedState> exported;          ///< in the order of the state
  /// The program's objects that are state, by their storage.
  std::map<const Storage *, std::vector<agc::Object *>> storages;
  std::map<const agc::Object *, std::string> names; ///< of these and their aliases
  std::set<std::string> functionNames;
  /// Of storages some of whose parts were met first: what these are views of.
  std::map<const Storage *, Tensor> owners;
  bool isOwnerNew = false;                       ///< one was found in this round
  std::map<const agc::Object *, Tensor> aliases; ///< of states, in one function
  trace::Identity aliasing;                      ///< that function's trace
  /// States in whose gradient slot something is from before, and in which a call of this round
  /// leaves something.
  std::set<std::string> left, leaving;
  std::set<std::string> added; ///< those to whose gradient from before a call has added
  std::map<std::string, agc::Object *> placed; ///< of this function, what stands for that
  /// Those whose gradient is state, too: a call uses what the last one left.
  std::set<std::string> kept;
  std::map<std::string, Tensor> gradients; ///< the state of it
  /// Those for which it is state whether there is a gradient, since a call may come before any.
  std::set<std::string> flagged, relying;
  std::map<std::string, Tensor> flags;   ///< the state of that
  std::map<std::string, int64_t> zeroed; ///< of this function, how often the slot was set to zero
  std::map<std::string, Where> relied;   ///< of this function, where it uses what was there before
};

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

static constexpr const char *kLeft = "agc.left";

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
          "the gradient of '" + name + "' is used here, and no backward has filled it", where);
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

/// Traces each function once, `filled` slots having a gradient. What an exception ended is left
/// out.
std::exception_ptr Export::Impl::round(const std::vector<ExportedFunction> &functions,
                                       std::set<std::string> filled) {
  left = std::move(filled);
  leaving.clear();
  added.clear();
  exported.clear();
  states.clear();
  gradients.clear();
  flags.clear();
  storages.clear();
  names.clear();
  model = std::make_shared<Model::Impl>(name, trace::Trace::current({}).builder.getContext(), this);
  Model owned(model);
  for (const ExportedFunction &function : functions)
    functionNames.insert(function.name);
  std::exception_ptr ended;
  for (const ExportedFunction &function : functions)
    try {
      owned.function(function.name, function.inputs, function.body, function.where);
    } catch (...) {
      ended = ended ? ended : std::current_exception();
      endFunction();
    }
  return ended;
}

/// The functions as values.
OwningOpRef<ModuleOp> Export::Impl::values() const {
  trace::Reports reports(&model->context, {});
  OwningOpRef<ModuleOp> module = model->module->clone();
  PassManager pm(&model->context, ModuleOp::getOperationName());
  pm.addNestedPass<func::FuncOp>(createFunctionalize());
  reports.raise(failed(pm.run(*module)));
  return module;
}

// ---------------------------------------------------------------- the interface

void setStructure(const std::string &structure, Where where) {
  trace::Trace &trace = trace::Trace::current(where);
  trace.getFunction()->setAttr(attr::kStructure, trace.builder.getStringAttr(structure));
}

Export::Export(std::string model, NameOf nameOf, bool givesGradients)
    : impl(std::make_unique<Impl>(std::move(model), std::move(nameOf), givesGradients)) {}
Export::~Export() = default;

/// The states whose gradients from before are used.
static std::set<std::string> usedGradients(ModuleOp module) {
  std::set<std::string> used;
  module.walk([&](ag::ConstantOp constant) {
    auto state = constant->getAttrOfType<StringAttr>(kLeft);
    if (state && !constant->use_empty())
      used.insert(state.str());
  });
  return used;
}

void Export::trace(const std::vector<ExportedFunction> &functions) {
  OwningOpRef<ModuleOp> first, second;
  std::shared_ptr<Model::Impl> clean;
  for (;;) {
    // A function may need what another one leaves, or it itself.
    std::exception_ptr ended = impl->round(functions, {});
    if (impl->takesOwner())
      continue;
    if (ended) {
      if (!impl->keep(impl->leaving))
        std::rethrow_exception(ended);
      continue;
    }
    first = impl->values();
    clean = impl->model; // no call leaves anything in its slots
    ended = impl->round(functions, std::exchange(impl->leaving, {}));
    if (impl->takesOwner())
      continue;
    if (ended)
      std::rethrow_exception(ended);
    second = impl->values();
    std::set<std::string> used = usedGradients(*first);
    used.merge(usedGradients(*second));
    used.merge(impl->added);
    bool isMore = impl->keep(used);
    isMore |= impl->keepFlags();
    if (!isMore)
      break;
  }
  impl->model = clean;
  trace::Reports reports(&impl->model->context, {});
  for (auto [before, after] :
       llvm::zip(first->getOps<func::FuncOp>(), second->getOps<func::FuncOp>())) {
    if (Operation *op = firstDifference(before, after))
      op->emitError() << "the second call of '" << after.getName() << "' does something else here "
                      << "than the first: what changes from call to call must be a tensor that is "
                      << "made before the first call";
    else if (before->getAttr(attr::kStructure) != after->getAttr(attr::kStructure))
      after.emitError() << "the second call of '" << after.getName() << "' returns another "
                        << "structure than the first";
    else if (after.getNumResults() == 0)
      after.emitError() << "function '" << after.getName() << "' returns nothing and changes no "
                        << "state";
  }
  reports.raise(false);
  for (auto function : second->getOps<func::FuncOp>())
    for (unsigned i = 0; i < function.getNumResults(); ++i)
      if (auto written = function.getResultAttrOfType<StringAttr>(i, "agc.state"))
        for (ExportedState &state : impl->exported)
          state.isWritten |= state.name == written.getValue();
}

std::vector<ExportedState> Export::getStates() const {
  std::vector<ExportedState> states = impl->exported;
  impl->model->module->walk([&](agt::GradClearOp clear) {
    auto ref = clear.getSelf().getDefiningOp<agt::StateRefOp>();
    for (ExportedState &state : states)
      if (ref && ref.getState() == state.name && !impl->kept.count(state.name))
        state.clearsGradient = state.gradient.empty();
  });
  return states;
}

std::string Export::compile() const {
  CompileOptions options;
  options.model = impl->name;
  options.optLevel = 2;
  options.derivatives = {false, false, false};
  OwningOpRef<ModuleOp> module = impl->model->module->clone();
  trace::Reports reports(&impl->model->context, {});
  FailureOr<CompileResult> result = compileToObject(*module, options);
  reports.raise(failed(result));
  return std::move(result->output);
}

std::string Export::bytecode() const {
  std::string bytes;
  llvm::raw_string_ostream os(bytes);
  trace::Reports reports(&impl->model->context, {});
  reports.raise(failed(writeBytecodeToFile(*impl->model->module, os)));
  return bytes;
}

} // namespace agc::session
