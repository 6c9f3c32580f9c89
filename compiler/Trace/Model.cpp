// A model's module: states, and functions traced into it.
#include "compiler/Trace/ModelImpl.h"
#include "compiler/Trace/Trace.h"
#include "compiler/Trace/Values.h"
#include "dialect/AgtDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/raw_ostream.h"
#include <set>

using namespace mlir;

namespace agc {

using trace::Trace;

/// Names end up in C identifiers: letters, digits and `_`. A state's is in files only and may have
/// dots, and begin with a digit.
static void checkName(const std::string &name, const char *what, bool dots, Where where) {
  bool valid = !name.empty() && (dots || !llvm::isDigit(name[0]));
  for (char c : name)
    valid &= llvm::isAlnum(c) || c == '_' || (dots && c == '.');
  if (!valid)
    throw Error(where, std::string("expected ") + what +
                           " to be named with letters, digits and '_'" + (dots ? " and '.'" : "") +
                           ", got '" + name + "'");
}

Model::Impl::Impl(std::string name, MLIRContext *shared, ModelOwner *owner)
    : name(std::move(name)), own(shared ? nullptr : std::make_unique<MLIRContext>()),
      context(shared ? *shared : *own), owner(owner) {
  context.printOpOnDiagnostic(false); // messages are for the program's author
  context.loadDialect<ag::AgDialect, agt::AgtDialect, arith::ArithDialect, cf::ControlFlowDialect,
                      func::FuncDialect, tensor::TensorDialect>();
  module = ModuleOp::create(UnknownLoc::get(&context), StringRef(this->name));
}

Model::Model(std::string name, Where where) {
  checkName(name, "a model", false, where);
  impl = std::make_shared<Impl>(std::move(name));
}
Model::~Model() = default;

const std::string &Model::getName() const { return impl->name; }

Tensor Model::parameter(const std::string &name, const Values &initial, Where where) {
  if (categoryOf(initial.dtype) < Category::Float)
    throw Error(where, "only Tensors of floating point and complex dtype can require gradients");
  return state(name, initial, true, where);
}

Tensor Model::buffer(const std::string &name, const Values &initial, Where where) {
  return state(name, initial, false, where);
}

Tensor Model::state(const std::string &name, const Values &initial, bool requiresGrad,
                    Where where) {
  checkName(name, "a parameter or buffer", true, where);
  if (impl->module->lookupSymbol(name))
    throw Error(where, "the model has a '" + name + "' already");
  OpBuilder builder = OpBuilder::atBlockBegin(impl->module->getBody());
  // States stand first and in the order of their making, which is that of the emitted state.
  for (agt::StateOp state : impl->module->getOps<agt::StateOp>())
    builder.setInsertionPointAfter(state);
  ElementsAttr elements = trace::elementsOf(&impl->context, initial, name);
  agt::StateOp::create(builder, impl->location(where), name, requiresGrad, elements);
  auto object = std::make_shared<trace::Object>();
  object->model = impl;
  object->state = name;
  object->type = cast<RankedTensorType>(elements.getType());
  return Tensor(std::move(object));
}

// ---------------------------------------------------------------- functions

namespace {

/// A function's trace, in which the model's owner has a say.
class FunctionTrace : public Trace {
public:
  FunctionTrace(func::FuncOp function, std::shared_ptr<const void> model, ModelOwner *owner)
      : Trace(function, std::move(model)), owner(owner) {}

  void finish(Outputs &outputs, Where where) {
    if (owner)
      owner->finished(getReplay().usedStates(), outputs, where);
  }

protected:
  std::shared_ptr<trace::Object> foreign(const std::shared_ptr<trace::Object> &object,
                                         Where where) override {
    return owner ? owner->foreign(Tensor(object), where).impl() : Trace::foreign(object, where);
  }
  void used(StringRef state, Value ref, Where where) override {
    if (owner)
      owner->used(*this, state, ref, where);
  }
  void play(Operation *op, trace::Reports &reports, Where where) override {
    if (owner && isa<agt::ReadOp, agt::WriteOp>(op))
      owner->meets(
          op, known(isa<agt::ReadOp>(op) ? op->getOperand(0) : cast<agt::WriteOp>(op).getSelf()),
          where);
    Trace::play(op, reports, where);
  }

private:
  ModelOwner *owner;
};

} // namespace

/// The function with its inputs as arguments, still without results.
static func::FuncOp declare(ModuleOp module, Location loc, const std::string &name,
                            const std::vector<Input> &inputs) {
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  SmallVector<Type> types;
  for (const Input &input : inputs) {
    SmallVector<int64_t> shape;
    for (const InputExtent &extent : input.shape)
      shape.push_back(extent.name.empty() ? extent.number : ShapedType::kDynamic);
    types.push_back(
        RankedTensorType::get(shape, trace::elementType(module.getContext(), input.dtype)));
  }
  auto function = func::FuncOp::create(builder, loc, name, builder.getFunctionType(types, {}));
  function->setAttr("agc.export", builder.getUnitAttr());
  for (auto [i, input] : llvm::enumerate(inputs)) {
    function.setArgAttr(i, "agc.name", builder.getStringAttr(input.name));
    SmallVector<StringRef> names;
    for (const InputExtent &extent : input.shape)
      names.push_back(extent.name);
    if (llvm::any_of(names, [](StringRef name) { return !name.empty(); }))
      function.setArgAttr(i, "agc.extents", builder.getStrArrayAttr(names));
  }
  function.addEntryBlock();
  return function;
}

/// Reads the outputs and returns them.
static void finish(Trace &trace, const Outputs &outputs, Where where) {
  func::FuncOp function = trace.getFunction();
  SmallVector<Value> values;
  SmallVector<Type> types;
  for (const Output &output : outputs) {
    values.push_back(trace.read(Operand(output.tensor, where)));
    types.push_back(values.back().getType());
  }
  func::ReturnOp::create(trace.builder, trace.location(where), values);
  function.setType(trace.builder.getFunctionType(function.getArgumentTypes(), types));
  for (auto [i, output] : llvm::enumerate(outputs))
    function.setResultAttr(i, "agc.name", trace.builder.getStringAttr(output.name));
}

/// Extents, inputs and outputs have names of their own, since the header's parameters are called
/// so.
static void checkNames(const std::vector<Input> &inputs, const Outputs &outputs, Where where) {
  std::set<std::string> extents;
  for (const Input &input : inputs)
    for (const InputExtent &extent : input.shape) {
      if (extent.number < 0)
        throw Error(where, "input '" + input.name + "' has a negative extent");
      if (!extent.name.empty() && extents.insert(extent.name).second)
        checkName(extent.name, "an extent", false, where);
    }
  std::vector<std::string> names(extents.begin(), extents.end());
  for (const Input &input : inputs)
    names.push_back(input.name);
  for (const Output &output : outputs)
    names.push_back(output.name);
  for (const std::string &name : names) {
    checkName(name, "an input or output", false, where);
    if (llvm::count(names, name) > 1)
      throw Error(where, "two extents, inputs or outputs are named '" + name + "'");
  }
}

void Model::function(const std::string &name, const std::vector<Input> &inputs,
                     const std::function<Outputs(const Tensors &)> &body, Where where) {
  checkName(name, "a function", false, where);
  checkNames(inputs, {}, where);
  if (impl->module->lookupSymbol(name))
    throw Error(where, "the model has a '" + name + "' already");
  func::FuncOp function = declare(*impl->module, impl->location(where), name, inputs);
  try {
    FunctionTrace trace(function, impl, impl->owner);
    Tensors objects;
    for (auto [input, argument] : llvm::zip(inputs, function.getArguments()))
      objects.push_back(trace.tensor(trace.append<agt::LeafOp>(
          where, argument, input.requires_grad, trace.builder.getStringAttr(input.name))));
    Outputs outputs = body(objects);
    checkNames(inputs, outputs, where);
    trace.finish(outputs, where);
    finish(trace, outputs, where);
  } catch (...) {
    function.erase();
    throw;
  }
}

std::string Model::print() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  impl->module->print(os, OpPrintingFlags().enableDebugInfo(false));
  return text;
}

} // namespace agc
