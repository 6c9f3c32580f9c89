// Appends events to a program, runs each at once, and writes both down.
#include "test/Random/Program.h"
#include "compiler/Passes.h"
#include "dialect/AgDialect.h"
#include "mlir/Pass/PassManager.h"
#include "test/Ops/SampleJson.h"

using namespace mlir;
namespace json = llvm::json;
using agc::interp::Tensor;

namespace agc::test {

Program::Program(MLIRContext *context, uint64_t seed, Coverage &coverage)
    : module(ModuleOp::create(UnknownLoc::get(context))),
      location(FileLineColLoc::get(context, "program", seed, 1)), b(context), random(seed),
      coverage(coverage) {
  b.setInsertionPointToEnd(module->getBody());
  main = func::FuncOp::create(b, location, "main", b.getFunctionType({}, {}));
  main->setAttr("agc.export", b.getUnitAttr());
  entry = main.addEntryBlock();
  b.setInsertionPointToEnd(entry);
}

Value Program::pick(function_ref<bool(Value)> wanted) {
  SmallVector<Value> found; // `wanted` may depend on chance: it is asked once
  for (Value ref : objects)
    if (wanted(ref))
      found.push_back(ref);
  if (found.empty())
    return {};
  if (found.size() > 5 && chance(0.5))
    return found[found.size() - 1 - below(5)];
  return found[below(found.size())];
}

static std::set<int64_t> placesOf(const Layout &layout) {
  std::set<int64_t> places;
  interp::forEachIndex(layout.sizes, [&](ArrayRef<int64_t> index) {
    int64_t place = layout.offset;
    for (auto [i, stride] : llvm::zip(index, layout.strides))
      place += i * stride;
    places.insert(place);
  });
  return places;
}

bool Program::areEntangled(Value a, Value b) {
  Object *one = objectOf(a), *other = objectOf(b);
  const Layout &x = one->layout, &y = other->layout;
  if (one == other || one->storage != other->storage ||
      (x.sizes == y.sizes && x.strides == y.strides && x.offset == y.offset))
    return false;
  std::set<int64_t> places = placesOf(x);
  return llvm::any_of(placesOf(y), [&](int64_t place) { return places.count(place) > 0; });
}

json::Value Program::nameOf(Value ref) const {
  return ref ? json::Value(names.lookup(ref)) : nullptr;
}

json::Array Program::namesOf(ValueRange refs) const {
  json::Array result;
  for (Value ref : refs)
    result.push_back(nameOf(ref));
  return result;
}

void Program::addObject(Value ref) {
  names[ref] = "t" + std::to_string(names.size());
  objects.push_back(ref);
}

Value Program::leaf(const Tensor &value, bool requiresGrad) {
  auto type = RankedTensorType::get(value.shape, value.elementType);
  BlockArgument argument = entry->addArgument(type, location);
  main.setFunctionType(b.getFunctionType(entry->getArgumentTypes(), {}));
  inputs.push_back(value);
  frame.values[argument] = value;
  auto op = agt::LeafOp::create(b, location, argument, requiresGrad, nullptr);
  if (!play(op.getOperation(), json::Object{{"op", "leaf"},
                                            {"tensor", tensorValue(value)},
                                            {"requires_grad", requiresGrad}}))
    return {};
  return op.getResult();
}

Value Program::read(Value ref) {
  auto op = agt::ReadOp::create(b, location, ref);
  auto results = memory().play(op, frame);
  frame.values[op.getValue()] = std::move(results->front());
  return op.getValue();
}

/// The text of the first diagnostic of the pass, run on the program so far.
void Program::comparePass(const AutogradError &error) {
  OwningOpRef<ModuleOp> copy = module->clone();
  auto function = *copy->getOps<func::FuncOp>().begin();
  OpBuilder end = OpBuilder::atBlockEnd(&function.front());
  func::ReturnOp::create(end, location);
  std::string first;
  {
    ScopedDiagnosticHandler handler(module->getContext(), [&](Diagnostic &diagnostic) {
      if (first.empty() && diagnostic.getSeverity() == DiagnosticSeverity::Error)
        first = diagnostic.str();
      return success();
    });
    PassManager manager(module->getContext());
    manager.addPass(createCheck());
    (void)manager.run(*copy);
  }
  if (!StringRef(first).contains(error.text))
    failures.push_back("agt-check says '" + first + "', the analysis said '" + error.text + "'");
}

bool Program::refuse(ArrayRef<Operation *> ops, json::Object event, llvm::Error error) {
  llvm::handleAllErrors(std::move(error), [&](const AutogradError &refusal) {
    event["error"] = refusal.text;
    ++coverage["error"][std::to_string(int(refusal.number))];
    comparePass(refusal);
  });
  over |= isa<agt::BackwardOp, agt::GradOp>(ops.front());
  for (Operation *op : llvm::reverse(ops))
    op->erase();
  events.push_back(std::move(event));
  return false;
}

bool Program::play(ArrayRef<Operation *> ops, json::Object event) {
  SmallVector<Value> made;
  for (Operation *op : ops) {
    auto results = memory().play(op, frame);
    if (!results)
      return refuse(ops, std::move(event), results.takeError());
    for (Value result : op->getResults())
      if (isa<agt::RefType>(result.getType()))
        made.push_back(objectOf(result) ? result : Value());
    stale |= !memory().getReplay().lastBackward().stale.empty();
    if (isa<agt::QueryOp>(op))
      event["answer"] = results->front().data[0].integer;
  }
  for (Value ref : made)
    if (ref)
      addObject(ref);
  ++coverage["event"][event.getString("op")->str()];
  if (auto kind = event.getString("kind"))
    ++coverage["view"][kind->str()];
  if (!made.empty())
    event["out"] = namesOf(made);
  if (isa<agt::NewOp, agt::ViewOp>(ops.front())) {
    Node *node = objectOf(made.front())->gradFn;
    event["node"] = node ? json::Value(node->name) : json::Value(nullptr);
  }
  events.push_back(std::move(event));
  return true;
}

void Program::eraseAfter(Operation *last) {
  while (lastOp() != last)
    entry->back().erase();
}

void Program::addResult(Value value, const Twine &name) {
  results.push_back(frame[value]);
  for (interp::Number &x : results.back().data)
    x = x.detached();
  expected[name.str()] = tensorValue(results.back());
  returned.push_back(value);
}

void Program::finish() {
  for (size_t i = 0; i < objects.size(); ++i) {
    Value ref = objects[i];
    std::string name = names[ref];
    addResult(read(ref), name);
    if (!objectOf(ref)->grad) {
      expected[name + ".grad"] = nullptr;
      continue;
    }
    auto grad = agt::GradGetOp::create(b, location, ref);
    llvm::consumeError(memory().play(grad, frame).takeError());
    addResult(read(grad.getResult()), name + ".grad");
  }
  func::ReturnOp::create(b, location, returned);
  main.setFunctionType(
      b.getFunctionType(entry->getArgumentTypes(), ValueRange(returned).getTypes()));
}

json::Object Program::takeJson() {
  return json::Object{
      {"events", std::move(events)}, {"results", std::move(expected)}, {"stale", stale}};
}

} // namespace agc::test
