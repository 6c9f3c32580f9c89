// The events of random programs. Views, flags and modes are PyTorch's; ops are the records'.
#include "test/Random/Generator.h"
#include "compiler/Interpreter/Compare.h"
#include "dialect/AgDialect.h"
#include "test/Random/RandomView.h"

using namespace mlir;
namespace json = llvm::json;
using agc::agt::ViewKind;

namespace agc::test {

static RankedTensorType typeOf(Value ref) { return agt::tensorOf(ref); }

Value Generator::any() {
  return program.pick([](Value) { return true; });
}

/// Another object of the same type, or a new one.
Value Generator::like(Value ref) {
  if (program.chance(0.7))
    if (Value found = program.pick([&](Value other) { return typeOf(other) == typeOf(ref); }))
      return found;
  return program.leaf(interp::randomTensor(typeOf(ref).getShape(), typeOf(ref).getElementType(), 0,
                                           2, program.draw()),
                      false);
}

// ---------------------------------------------------------------- views

bool Generator::view() {
  Value self = any();
  RandomView random(program, typeOf(self).getShape());
  auto kind =
      ViewKind(program.below(unsigned(ViewKind::Alias) + 1)); // later ones see other elements
  if (!random.choose(kind))
    return false;
  SmallVector<Type> types;
  json::Array shapes;
  for (const agt::Shape &shape : random.shapes) {
    types.push_back(agt::RefType::get(typeOf(self).clone(shape)));
    shapes.push_back(json::Array(shape));
  }
  auto op = agt::ViewOp::create(program.builder(), program.loc(), types, self, kind,
                                random.view.args, Value(), ValueRange());
  bool made = program.play(op.getOperation(), json::Object{{"op", "view"},
                                                           {"kind", agt::stringifyViewKind(kind)},
                                                           {"self", program.nameOf(self)},
                                                           {"args", json::Array(random.view.args)},
                                                           {"shapes", std::move(shapes)}});
  done.aliases += made;
  return made;
}

// ---------------------------------------------------------------- aliases and writes

bool Generator::alias(bool detach) {
  Value self = any();
  OpBuilder &b = program.builder();
  Operation *op = detach ? agt::DetachOp::create(b, program.loc(), self).getOperation()
                         : agt::DataOp::create(b, program.loc(), self).getOperation();
  bool made = program.play(
      op, json::Object{{"op", detach ? "detach" : "data"}, {"self", program.nameOf(self)}});
  done.aliases += made;
  done.detaches += made && detach;
  return made;
}

/// copy_ of another object, or one number everywhere.
bool Generator::copy() {
  Value self = any();
  // PyTorch fills what overlaps itself, and then refuses in the backward.
  if (program.objectOf(self)->layout.overlapsItself() && program.requiresGrad(self))
    return false;
  OpBuilder &b = program.builder();
  Operation *before = program.lastOp();
  Value value;
  json::Object event{{"op", "write"}, {"self", program.nameOf(self)}};
  if (program.chance(0.7)) {
    Value other = like(self);
    if (!other ||
        (program.areEntangled(self, other) &&
         !program.objectOf(self)->layout.overlapsPartially(program.objectOf(other)->layout)))
      return false;
    before = program.lastOp();
    value = program.read(other);
    event["fn"] = "copy_";
    event["other"] = program.nameOf(other);
  } else {
    bool isZero = program.chance(0.5);
    double number = isZero ? 0 : 1;
    auto filled = interp::Tensor::filled(
        typeOf(self).getShape(), typeOf(self).getElementType(),
        interp::convert(interp::Number::real(number), typeOf(self).getElementType()));
    auto constant = ag::ConstantOp::create(b, program.loc(), filled.toAttr());
    program.getFrame().values[constant] = filled;
    value = constant;
    event["fn"] = isZero ? "zero_" : "fill_";
    event["number"] = number;
  }
  StringRef fn = *event.getString("fn");
  StringAttr node;
  if (fn != "copy_")
    node = b.getStringAttr(fn == "zero_" ? "ZeroBackward0" : "FillBackward2");
  auto op = agt::WriteOp::create(b, program.loc(), fn, self, value, node);
  bool made = program.play(op.getOperation(), std::move(event));
  if (!made)
    program.eraseAfter(before);
  done.writes += made;
  return made;
}

bool Generator::setData() {
  Value self = any(), other = like(self);
  if (!other)
    return false;
  auto op = agt::SetDataOp::create(program.builder(), program.loc(), self, other);
  return program.play(op.getOperation(), json::Object{{"op", "set_data"},
                                                      {"self", program.nameOf(self)},
                                                      {"other", program.nameOf(other)}});
}

// ---------------------------------------------------------------- flags, modes, questions

bool Generator::flag() {
  Value self = any();
  bool value = program.chance(0.6), property = program.chance(0.3);
  OpBuilder &b = program.builder();
  Operation *op = property
                      ? agt::SetRequiresGradOp::create(b, program.loc(), self, value).getOperation()
                      : agt::RequiresGradOp::create(b, program.loc(), self, value).getOperation();
  return program.play(op, json::Object{{"op", property ? "set_requires_grad" : "requires_grad_"},
                                       {"self", program.nameOf(self)},
                                       {"value", value}});
}

bool Generator::mode(bool push) {
  if (!push && modes == 0)
    return false;
  modes += push ? 1 : -1;
  agt::GradModeAttr mode;
  bool enabled = program.chance(0.3);
  OpBuilder &b = program.builder();
  if (push)
    mode = agt::GradModeAttr::get(b.getContext(),
                                  enabled ? agt::GradMode::EnableGrad : agt::GradMode::NoGrad);
  auto op = agt::GradModeOp::create(b, program.loc(), mode);
  json::Object event{{"op", push ? "push_mode" : "pop_mode"}, {"enabled", enabled}};
  return program.play(op.getOperation(), std::move(event));
}

/// An event that takes an object and nothing else.
bool Generator::self(StringRef event) {
  bool needsGrad = event == "grad_get";
  Value ref = program.pick([&](Value ref) {
    Object *object = program.objectOf(ref);
    if (event == "retain_grad" && !hasOneGradient(ref))
      return false;
    // A hook is not compiled, an empty slot is None in PyTorch.
    return needsGrad ? object->grad != nullptr : event != "hook" || !program.requiresGrad(ref);
  });
  if (!ref)
    return false;
  OpBuilder &b = program.builder();
  OperationState state(program.loc(), ("agt." + event).str());
  state.addOperands(ref);
  if (needsGrad)
    state.addTypes(ref.getType());
  if (event == "hook")
    state.addAttribute("function", FlatSymbolRefAttr::get(b.getContext(), "hook"));
  bool made =
      program.play(b.create(state), json::Object{{"op", event}, {"self", program.nameOf(ref)}});
  return made;
}

bool Generator::setGrad() {
  Value ref = any(), grad = program.chance(0.8) ? like(ref) : any();
  if (!grad || typeOf(grad) != typeOf(ref))
    return false;
  auto op = agt::GradSetOp::create(program.builder(), program.loc(), ref, grad);
  return program.play(op.getOperation(), json::Object{{"op", "grad_set"},
                                                      {"self", program.nameOf(ref)},
                                                      {"other", program.nameOf(grad)}});
}

bool Generator::query() {
  Value ref = any();
  auto question = agt::Question(program.below(agt::getMaxEnumValForQuestion() + 1));
  OpBuilder &b = program.builder();
  Type type = question == agt::Question::Version ? b.getI64Type() : b.getI1Type();
  auto op = agt::QueryOp::create(b, program.loc(), type, question, ref);
  return program.play(op.getOperation(),
                      json::Object{{"op", "query"},
                                   {"question", agt::stringifyQuestion(question)},
                                   {"self", program.nameOf(ref)}});
}

// ---------------------------------------------------------------- gradients

/// A second derivative may pass an op's result, where its backward reads that, or its operands. The
/// interpreter's tape takes a way of its own, so that only leaves have one gradient for all.
bool Generator::hasOneGradient(Value ref) {
  return !derivesTwice || !program.objectOf(ref)->gradFn;
}

/// A root, and its seed where it is no number. A leaf is none: whether its slot then takes the seed
/// or a copy depends in PyTorch on who else holds the seed.
Value Generator::root(SmallVectorImpl<Value> &seeds, json::Array &seedNames) {
  Value ref = program.pick([&](Value ref) {
    return isa<FloatType>(typeOf(ref).getElementType()) &&
           (program.requiresGrad(ref) ? program.objectOf(ref)->gradFn != nullptr
                                      : program.chance(0.03));
  });
  if (!ref)
    return {};
  if (typeOf(ref).getNumElements() == 1 || program.chance(0.1))
    return ref;
  Value seed = like(ref);
  if (!seed)
    return {};
  seeds.push_back(seed);
  seedNames.push_back(program.nameOf(seed));
  return ref;
}

bool Generator::backward() {
  SmallVector<Value> seeds, inputs;
  json::Array seedNames;
  Value from = root(seeds, seedNames);
  if (!from)
    return false;
  if (program.chance(0.2))
    if (Value input = program.pick(
            [&](Value ref) { return program.requiresGrad(ref) && hasOneGradient(ref); }))
      inputs.push_back(input);
  SmallVector<int64_t> seeded(seeds.size(), 0);
  bool create = derivesTwice && program.chance(0.3), retain = create || program.chance(0.7);
  auto op = agt::BackwardOp::create(program.builder(), program.loc(), from, seeds, seeded, inputs,
                                    /*cut=*/ValueRange(), retain, create);
  bool made = program.play(op.getOperation(), json::Object{{"op", "backward"},
                                                           {"roots", program.namesOf(from)},
                                                           {"seeds", std::move(seedNames)},
                                                           {"inputs", program.namesOf(inputs)},
                                                           {"retain_graph", retain},
                                                           {"create_graph", create}});
  done.backwards += made;
  return made;
}

bool Generator::gradient() {
  SmallVector<Value> seeds, inputs;
  json::Array seedNames;
  Value from = root(seeds, seedNames);
  if (!from)
    return false;
  for (unsigned i = 0; i < 2; ++i)
    if (Value input = program.pick([&](Value ref) {
          return (program.requiresGrad(ref) && hasOneGradient(ref)) || program.chance(0.02);
        });
        input && hasOneGradient(input) && !llvm::is_contained(inputs, input))
      inputs.push_back(input);
  if (inputs.empty())
    return false;
  SmallVector<int64_t> seeded(seeds.size(), 0);
  bool create = derivesTwice && program.chance(0.6), retain = create || program.chance(0.7);
  bool unused = program.chance(0.9);
  auto op =
      agt::GradOp::create(program.builder(), program.loc(), ValueRange(inputs).getTypes(), from,
                          seeds, seeded, inputs, /*cut=*/ValueRange(), retain, create, unused);
  return program.play(op.getOperation(), json::Object{{"op", "grad"},
                                                      {"roots", program.namesOf(from)},
                                                      {"seeds", std::move(seedNames)},
                                                      {"inputs", program.namesOf(inputs)},
                                                      {"retain_graph", retain},
                                                      {"create_graph", create},
                                                      {"allow_unused", unused}});
}

/// A backward from the sums of a few objects: what a program is for.
bool Generator::sumBackward() {
  SmallVector<Value> roots;
  for (unsigned i = 0; i < 3; ++i) {
    Value ref = program.pick([&](Value ref) { return program.requiresGrad(ref); });
    if (Value sum = ref ? calls.sum(program, ref) : Value(); sum && program.requiresGrad(sum))
      roots.push_back(sum);
  }
  if (roots.empty())
    return false;
  auto op = agt::BackwardOp::create(program.builder(), program.loc(), roots, ValueRange(),
                                    ArrayRef<int64_t>(), ValueRange(), ValueRange(), true, false);
  bool made = program.play(op.getOperation(), json::Object{{"op", "backward"},
                                                           {"roots", program.namesOf(roots)},
                                                           {"seeds", json::Array()},
                                                           {"inputs", json::Array()},
                                                           {"retain_graph", true},
                                                           {"create_graph", false}});
  done.backwards += made;
  return made;
}

// ---------------------------------------------------------------- the whole

void Generator::step() {
  struct Choice {
    unsigned weight;
    llvm::function_ref<bool()> make;
  };
  auto inPlace = [&] {
    bool made = callInPlace();
    done.writes += made;
    return made;
  };
  auto calling = [&] { return call(); };
  auto viewing = [&] { return view(); };
  auto copying = [&] { return copy(); };
  auto detaching = [&] { return alias(true); };
  auto dataOf = [&] { return alias(false); };
  auto settingData = [&] { return setData(); };
  auto flagging = [&] { return flag(); };
  auto pushing = [&] { return mode(true); };
  auto popping = [&] { return mode(false); };
  auto settingGrad = [&] { return setGrad(); };
  auto asking = [&] { return query(); };
  auto backwards = [&] { return backward(); };
  auto gradients = [&] { return gradient(); };
  auto fresh = [&] {
    int64_t rows = 1 + program.below(4), columns = 1 + program.below(6);
    return bool(program.leaf(interp::randomTensor({rows, columns}, program.builder().getF64Type(),
                                                  -2, 2, program.draw()),
                             program.chance(0.6)));
  };
  StringRef event;
  auto onSelf = [&] { return self(event); };
  const Choice choices[] = {{24, calling},  {8, inPlace},   {10, viewing},    {3, copying},
                            {3, detaching}, {1, dataOf},    {1, settingData}, {2, flagging},
                            {2, pushing},   {4, popping},   {1, settingGrad}, {4, asking},
                            {2, backwards}, {2, gradients}, {2, fresh},       {8, onSelf}};
  static constexpr StringLiteral names[] = {"retain_grad", "retain_grad", "grad_get", "grad_get",
                                            "grad_clear",  "detach_",     "hook"};
  event = names[program.below(std::size(names))];
  unsigned total = 0;
  for (const Choice &choice : choices)
    total += choice.weight;
  unsigned left = program.below(total);
  for (const Choice &choice : choices) {
    if (left < choice.weight) {
      done.events += choice.make();
      return;
    }
    left -= choice.weight;
  }
}

/// What every program must have, where chance has not brought it.
void Generator::complete() {
  for (unsigned tries = 0; tries < 200 && !program.isOver(); ++tries) {
    if (done.aliases < 2)
      view();
    else if (!done.detaches)
      alias(true);
    else if (!done.writes)
      copy();
    else
      return;
  }
}

void Generator::run() {
  derivesTwice = program.chance(0.5);
  for (unsigned i = 0; i < 3; ++i)
    program.leaf(interp::randomTensor({2 + int64_t(program.below(2)), 3},
                                      program.builder().getF64Type(), -2, 2, program.draw()),
                 i < 2);
  unsigned wanted = 30 + program.below(15);
  for (unsigned tries = 0; tries < 2000 && done.events < wanted && !program.isOver(); ++tries)
    step();
  complete();
  while (mode(false))
    ;
  if (!program.isOver())
    sumBackward();
  program.finish();
}

} // namespace agc::test
