// Objects on numbers: storages are arrays, histories are numbers on the tape.
#include "compiler/Interpreter/ObjectMemory.h"
#include "compiler/Interpreter/Interpreter.h"
#include "compiler/Interpreter/Std.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using llvm::Error;
using llvm::Expected;

namespace agc::interp {

/// Where an object's elements lie in its storage, in row-major order.
static SmallVector<int64_t> positionsOf(const Layout &layout) {
  SmallVector<int64_t> positions;
  forEachIndex(layout.sizes, [&](ArrayRef<int64_t> index) {
    int64_t position = layout.offset;
    for (auto [i, stride] : llvm::zip(index, layout.strides))
      position += i * stride;
    positions.push_back(position);
  });
  return positions;
}

static std::vector<Number> detached(ArrayRef<Number> numbers) {
  std::vector<Number> result;
  for (const Number &x : numbers)
    result.push_back(x.detached());
  return result;
}

// ---------------------------------------------------------------- histories

const ObjectMemory::Numbers &ObjectMemory::markOf(Object *object) {
  Numbers &mark = marks[object];
  if (mark.empty())
    for (int64_t position : positionsOf(object->layout))
      mark.push_back(tape.mark(contents[object->storage][position].detached()));
  return mark;
}

/// Marks keep apart what comes through this object and what other objects of the same numbers get.
void ObjectMemory::setPath(Object *object, const Numbers &numbers) {
  Numbers &path = paths[{object->gradFn, object->output}];
  path.clear();
  for (const Number &x : numbers)
    path.push_back(tape.mark(x));
}

ObjectMemory::Numbers ObjectMemory::seen(Object *object, Object *from, const Numbers &numbers) {
  llvm::DenseMap<int64_t, Number> at;
  for (auto [position, x] : llvm::zip(positionsOf(from->layout), numbers))
    at[position] = x;
  Numbers result;
  for (int64_t position : positionsOf(object->layout))
    result.push_back(at[position]);
  return result;
}

std::optional<ObjectMemory::Numbers> ObjectMemory::pathOf(Object *object) {
  bool written = object->isView() && object->gradFnVersion != state.version(object);
  if (!written && object->gradFn)
    if (auto it = paths.find({object->gradFn, object->output}); it != paths.end())
      return it->second;
  if (object->gradFn || (written && state.requiresGrad(object->base)))
    return rebuild(object);
  if (object->requiresGradFlag)
    return markOf(object);
  return std::nullopt;
}

/// The history of a view whose base was written: it starts from the base anew, which may have none.
ObjectMemory::Numbers ObjectMemory::rebuild(Object *view) {
  auto &[version, path] = rebuilt.try_emplace(view, -1, Numbers()).first->second;
  if (version == state.version(view))
    return path;
  Numbers marked;
  for (const Number &x : seen(view, view->base, numbersOf(view->base)))
    marked.push_back(tape.mark(x));
  rebuilt[view] = {state.version(view), marked};
  return marked;
}

/// A view's history is rebuilt when it is asked for: it is that of the base by then.
void ObjectMemory::captureHistories() {
  for (Object *view : views)
    if (view->gradFn && view->gradFnVersion == state.version(view) &&
        !paths.contains({view->gradFn, view->output}))
      paths[{view->gradFn, view->output}] = rebuild(view);
}

// ---------------------------------------------------------------- memory

/// The numbers by which an object retains its gradient: those of its node, although a write may
/// have made them old.
ObjectMemory::Numbers ObjectMemory::retained(Object *object, Edge at) {
  auto it = paths.find({at.node, at.output});
  return it != paths.end() ? it->second : numbersOf(object);
}

ObjectMemory::Numbers ObjectMemory::numbersOf(Object *object) {
  Numbers numbers;
  for (int64_t position : positionsOf(object->layout))
    numbers.push_back(contents[object->storage][position]);
  if (std::optional<Numbers> path = pathOf(object))
    for (auto [x, past] : llvm::zip(numbers, *path))
      x.origin = past.origin;
  return numbers;
}

Tensor ObjectMemory::read(Object *object) {
  return {SmallVector<int64_t>(object->layout.sizes), object->type.getElementType(),
          numbersOf(object)};
}

Tensor ObjectMemory::valueOf(Object *object) {
  Tensor value = read(object);
  value.data = detached(value.data);
  return value;
}

void ObjectMemory::made(Object *object, const Numbers &numbers) {
  Numbers &memory = contents[object->storage];
  for (auto [position, x] : llvm::zip(positionsOf(object->layout), numbers)) {
    if (int64_t(memory.size()) <= position)
      memory.resize(position + 1);
    memory[position] = x.detached();
  }
  if (object->gradFn)
    setPath(object, numbers);
}

void ObjectMemory::viewed(Object *object) {
  views.push_back(object);
  if (!object->gradFn)
    return;
  // By index, not by place: the copies that expand made share theirs.
  Object *source = object->step.source;
  Numbers numbers = numbersOf(source), path;
  FailureOr<Layout> picked = viewLayout(Layout::contiguous(source->layout.sizes), object->step.view,
                                        object->type.getShape());
  for (int64_t position : positionsOf(*picked))
    path.push_back(numbers[position]);
  setPath(object, path);
}

void ObjectMemory::initialize(agt::StateRefOp op) {
  Object *object = replay.objectOf(op.getResult());
  if (contents.contains(object->storage))
    return;
  auto state = SymbolTable::lookupNearestSymbolFrom<agt::StateOp>(op, op.getStateAttr());
  FailureOr<Tensor> initial = Tensor::fromAttr(state.getInit());
  made(object, succeeded(initial) ? initial->data : Numbers(object->layout.numElements()));
}

// ---------------------------------------------------------------- events

Error ObjectMemory::write(agt::WriteOp op, const Frame &frame) {
  Object *self = replay.objectOf(op.getSelf());
  Object *owner = self->isView() ? self->base : self;
  Node *before = owner->gradFn;
  Numbers whole = numbersOf(owner);
  if (Error error = replay.play(op))
    return error;
  const Numbers &numbers = frame[op.getValue()].data;
  SmallVector<int64_t> positions = positionsOf(self->layout);
  for (auto [position, x] : llvm::zip(positions, numbers))
    contents[self->storage][position] = x.detached();
  if (owner->gradFn == before)
    return Error::success();
  llvm::DenseMap<int64_t, Number> written;
  for (auto [position, x] : llvm::zip(positions, numbers))
    written[position] = x;
  for (auto [position, x] : llvm::zip(positionsOf(owner->layout), whole))
    if (auto it = written.find(position); it != written.end())
      x = it->second;
  setPath(owner, whole);
  return Error::success();
}

/// The numbers of a backward's roots, and their seeds.
template <typename Op>
std::pair<ObjectMemory::Numbers, ObjectMemory::Numbers> ObjectMemory::seeded(Op op) {
  llvm::DenseMap<int64_t, Object *> given;
  for (auto [seed, root] : llvm::zip(op.getSeeds(), op.getSeeded()))
    given[root] = replay.objectOf(seed);
  Numbers outputs, seeds;
  for (auto [i, root] : llvm::enumerate(op.getRoots())) {
    Numbers numbers = numbersOf(replay.objectOf(root));
    llvm::append_range(outputs, numbers);
    if (Object *seed = given.lookup(i))
      llvm::append_range(seeds, numbersOf(seed));
    else
      seeds.insert(seeds.end(), numbers.size(), Number::real(1));
  }
  return {outputs, seeds};
}

/// The derivatives by the elements of several objects, one after the other, as each holds them.
static std::vector<std::vector<Number>> split(ArrayRef<Number> gradients,
                                              ArrayRef<Object *> objects) {
  std::vector<std::vector<Number>> result;
  for (Object *object : objects) {
    std::vector<Number> &part = result.emplace_back();
    for (const Number &x : gradients.take_front(object->layout.numElements()))
      part.push_back(convert(x, object->type.getElementType()));
    gradients = gradients.drop_front(part.size());
  }
  return result;
}

void ObjectMemory::accumulate(const Accumulation &accumulation, const Numbers &gradient) {
  if (accumulation.kind == Accumulation::Store)
    return made(accumulation.grad, gradient);
  Numbers sum = numbersOf(accumulation.old);
  Type type = accumulation.grad->type.getElementType();
  for (auto [x, more] : llvm::zip(sum, gradient))
    x = convert(x + more, type);
  if (accumulation.kind == Accumulation::Replace)
    return made(accumulation.grad, sum);
  for (auto [position, x] : llvm::zip(positionsOf(accumulation.grad->layout), sum))
    contents[accumulation.grad->storage][position] = x.detached();
}

/// What the last backward brought to gradient slots.
void ObjectMemory::accumulate(const Numbers &outputs, const Numbers &seeds, bool createGraph) {
  ArrayRef<Accumulation> accumulations = replay.lastBackward().accumulations;
  Numbers wrt;
  SmallVector<Object *> objects;
  for (const Accumulation &accumulation : accumulations) {
    objects.push_back(accumulation.object);
    llvm::append_range(wrt, accumulation.ofLeaf ? markOf(objects.back())
                                                : retained(objects.back(), accumulation.at));
  }
  Numbers gradients = tape.vjp(outputs, seeds, wrt, createGraph);
  for (auto [accumulation, gradient] : llvm::zip(accumulations, split(gradients, objects)))
    accumulate(accumulation, gradient);
}

Error ObjectMemory::backward(agt::BackwardOp op) {
  auto [outputs, seeds] = seeded(op);
  if (Error error = replay.play(op))
    return error;
  accumulate(outputs, seeds, op.getCreateGraph());
  return Error::success();
}

Error ObjectMemory::grad(agt::GradOp op) {
  auto [outputs, seeds] = seeded(op);
  Numbers wrt;
  SmallVector<Object *> objects;
  for (Value input : op.getInputs()) {
    objects.push_back(replay.objectOf(input));
    llvm::append_range(wrt, numbersOf(objects.back()));
  }
  if (Error error = replay.play(op))
    return error;
  Numbers gradients = tape.vjp(outputs, seeds, wrt, op.getCreateGraph());
  for (auto [result, gradient] : llvm::zip(op.getResults(), split(gradients, objects)))
    if (Object *object = replay.objectOf(result))
      made(object, gradient);
  accumulate(outputs, seeds, op.getCreateGraph()); // into objects that retain their gradient
  return Error::success();
}

/// An answer as the op's result.
static Tensor answerOf(agt::QueryOp op, int64_t answer) {
  Type type = op.getResult().getType();
  return Tensor::filled({}, type,
                        type.isInteger(1) ? Number::boolean(answer) : Number::integral(answer));
}

void ObjectMemory::begin(func::FuncOp function) {
  function.walk([&](Operation *op) { replay.forget(op); });
}

Expected<std::vector<Tensor>> ObjectMemory::play(Operation *op, const Frame &frame) {
  std::vector<Tensor> results;
  if (auto write = dyn_cast<agt::WriteOp>(op)) {
    if (Error error = this->write(write, frame))
      return error;
  } else if (auto backward = dyn_cast<agt::BackwardOp>(op)) {
    if (Error error = this->backward(backward))
      return error;
  } else if (auto grad = dyn_cast<agt::GradOp>(op)) {
    if (Error error = this->grad(grad))
      return error;
  } else {
    if (Error error = replay.play(op))
      return error;
    llvm::TypeSwitch<Operation *>(op)
        .Case<agt::LeafOp, agt::NewOp>([&](auto made) {
          this->made(replay.objectOf(made.getResult()), frame[made.getValue()].data);
        })
        .Case([&](agt::ReadOp read) {
          results.push_back(this->read(replay.objectOf(read.getSelf())));
        })
        .Case([&](agt::ViewOp view) {
          for (Value result : view.getResults())
            viewed(replay.objectOf(result));
        })
        .Case([&](agt::QueryOp query) { results.push_back(answerOf(query, replay.answer())); })
        .Case([&](agt::StateRefOp ref) { initialize(ref); });
  }
  captureHistories();
  return results;
}

} // namespace agc::interp
