// A model whose states are the tensors of a live trace.
#include "compiler/Session/Export.h"
#include "compiler/CodeGen/Compile.h"
#include "compiler/Lowering/Export.h"
#include "compiler/Session/ExportImpl.h"
#include "compiler/Session/SameValues.h"
#include "compiler/Session/Session.h"
#include "compiler/Transforms/Passes.h"
#include "dialect/AgDialect.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;

namespace agc::session {

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
