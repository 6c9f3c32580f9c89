// A model whose states are the tensors of a live trace.
#include "compiler/Session/Export.h"
#include "compiler/CodeGen/Compile.h"
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

  void round(const std::vector<ExportedFunction> &functions);
  OwningOpRef<ModuleOp> values() const;

  Tensor foreign(const Tensor &tensor, Where where) override;
  void used(trace::Trace &trace, StringRef state, Value ref, Where where) override;
  void finished(const llvm::MapVector<StringAttr, agc::Object *> &usedStates, Outputs &outputs,
                Where where) override;
  Tensor stateOf(const ExportedState &state) {
    trace::Trace::Outside outside;
    trace::Trace &program = trace::Trace::current({});
    return states.at(program.known(state.live.impl(), {}));
  }

  std::string name;
  NameOf nameOf;
  const bool givesGradients;
  std::shared_ptr<Model::Impl> model;
  std::map<const agc::Object *, Tensor> states; ///< of the program's objects
  std::vector<ExportedState> exported;          ///< in the order of the state
  std::map<const Storage *, std::string> storages;
  /// States in whose gradient slot a call of the last round, and of this one, leaves something.
  std::set<std::string> left, leaving;
  std::map<std::string, agc::Object *> placed; ///< of this function, what stands for that
};

/// The tensor's state. It is the same in each function.
Tensor Export::Impl::foreign(const Tensor &tensor, Where where) {
  trace::Trace::Outside outside;
  trace::Trace &program = trace::Trace::current(where);
  if (!program.holds(tensor.impl()))
    throw Error(where, "a tensor that an earlier call of an exported function made is used here: "
                       "what is kept from call to call must be made before the first one");
  agc::Object *object = program.known(tensor.impl(), where);
  if (auto known = states.find(object); known != states.end())
    return known->second;
  if (tensor.requires_grad() && !tensor.is_leaf())
    throw Error(where, "a tensor that was computed outside of the exported function, and requires "
                       "grad, is used here: compute it inside, or detach it");
  std::string name = nameOf(tensor);
  auto [other, isNew] = storages.try_emplace(object->storage, name);
  if (!isNew)
    throw Error(where, "'" + name + "' shares its elements with '" + other->second +
                           "', which is state already: make the view inside of the function");
  Elements elements = elementsOf(tensor, where);
  Values initial(tensor.dtype(), factsOf(tensor).sizes, elements.memory.get(), elements.bytes);
  Model owned(model);
  Tensor state = tensor.requires_grad() ? owned.parameter(name, initial, where)
                                        : owned.buffer(name, initial, where);
  exported.push_back({name, tensor, false, "", false});
  return states.emplace(object, state).first->second;
}

static constexpr const char *kLeft = "agc.left";

/// What the last call left in the gradient slot is there; its numbers are not to be had.
void Export::Impl::used(trace::Trace &trace, StringRef state, Value ref, Where where) {
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

void Export::Impl::finished(const llvm::MapVector<StringAttr, agc::Object *> &usedStates,
                            Outputs &outputs, Where where) {
  for (auto [symbol, object] : usedStates) {
    std::string name = symbol.getValue().str();
    if (!object->grad || object->grad == placed[name])
      continue;
    leaving.insert(name);
    if (!givesGradients)
      continue;
    ExportedState &state = *llvm::find_if(exported, [&](auto &each) { return each.name == name; });
    state.gradient = "gradient" + std::to_string(&state - exported.data());
    outputs.push_back({state.gradient, stateOf(state).grad(where)});
  }
  placed.clear();
}

void Export::Impl::round(const std::vector<ExportedFunction> &functions) {
  left = std::move(leaving);
  leaving.clear();
  exported.clear();
  states.clear();
  storages.clear();
  model = std::make_shared<Model::Impl>(name, trace::Trace::current({}).builder.getContext(), this);
  Model owned(model);
  for (const ExportedFunction &function : functions)
    owned.function(function.name, function.inputs, function.body, function.where);
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

Export::Export(std::string model, NameOf nameOf, bool givesGradients)
    : impl(std::make_unique<Impl>(std::move(model), std::move(nameOf), givesGradients)) {}
Export::~Export() = default;

void Export::trace(const std::vector<ExportedFunction> &functions) {
  impl->round(functions);
  OwningOpRef<ModuleOp> first = impl->values();
  std::shared_ptr<Model::Impl> clean = impl->model; // nothing is left in its slots
  impl->round(functions);
  OwningOpRef<ModuleOp> second = impl->values();
  impl->model = clean;
  trace::Reports reports(&impl->model->context, {});
  for (auto [before, after] :
       llvm::zip(first->getOps<func::FuncOp>(), second->getOps<func::FuncOp>())) {
    after.walk([&](ag::ConstantOp constant) {
      auto state = constant->getAttrOfType<StringAttr>(kLeft);
      if (state && !constant->use_empty())
        (*constant->user_begin())->emitError()
            << "the gradient of " << state << " that the last call left is used here: clear it "
            << "before, with zero_grad()";
    });
    if (Operation *op = firstDifference(before, after))
      op->emitError() << "the second call of '" << after.getName() << "' does something else here "
                      << "than the first: what changes from call to call must be a tensor that is "
                      << "made before the first call";
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
      if (ref && ref.getState() == state.name)
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
