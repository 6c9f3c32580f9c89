// How memory that is shared and the values of a live function follow each other.
#include "compiler/Session/Escapes.h"
#include "compiler/Session/Process.h"
#include <cstring>

using namespace mlir;

namespace agc::session {
namespace {

/// Calls `visit(strided, packed, bytes)` with the places of what lies together in both.
template <typename Visit>
void forEach(const Layout &layout, int64_t each, char *strided, char *packed, Visit visit,
             size_t dim = 0) {
  if (dim == 0) {
    strided += layout.offset * each;
    if (layout.isContiguous()) {
      visit(strided, packed, each * layout.numElements());
      return;
    }
  }
  if (dim == layout.sizes.size()) {
    visit(strided, packed, each);
    return;
  }
  int64_t inner = each;
  for (size_t i = dim + 1; i < layout.sizes.size(); ++i)
    inner *= layout.sizes[i];
  for (int64_t i = 0; i < layout.sizes[dim]; ++i)
    forEach(layout, each, strided + i * layout.strides[dim] * each, packed + i * inner, visit,
            dim + 1);
}

} // namespace

Buffer gather(const Layout &layout, int64_t each, char *memory) {
  Buffer packed = Buffer::allocate(each * layout.numElements());
  forEach(layout, each, memory, packed.memory.get(),
          [](char *from, char *to, int64_t bytes) { std::memcpy(to, from, bytes); });
  return packed;
}

namespace {

void scatter(const Layout &layout, int64_t each, char *memory, const Buffer &packed) {
  forEach(layout, each, memory, packed.memory.get(),
          [](char *to, char *from, int64_t bytes) { std::memcpy(to, from, bytes); });
}

bool isEqual(const Layout &layout, int64_t each, char *memory, const Buffer &packed) {
  bool equal = true;
  forEach(layout, each, memory, packed.memory.get(),
          [&](char *a, char *b, int64_t bytes) { equal = equal && std::memcmp(a, b, bytes) == 0; });
  return equal;
}

/// The object that a storage was made with.
Object *makerOf(Object *object, Where where) {
  Object *maker = object;
  while (maker->step.source && maker->step.source->storage == object->storage)
    maker = maker->step.source;
  if (maker->step.source)
    throw Error(where, "sharing the memory of a view whose base got other data is not supported "
                       "yet");
  return maker;
}

} // namespace

// ---------------------------------------------------------------- what is shared

Buffer Escapes::read(RankedTensorType type, const SharedMemory &memory) {
  Layout layout = Layout::contiguous(type.getShape());
  layout.strides.assign(memory.strides.begin(), memory.strides.end());
  return gather(layout, elementBytes(type), memory.data.get());
}

void Escapes::add(Object *object, SharedMemory memory) {
  object->layout.strides.assign(memory.strides.begin(), memory.strides.end());
  object->layout.offset = memory.offset;
  char *start = memory.data.get() - memory.offset * elementBytes(object->type);
  memory.data = std::shared_ptr<char>(memory.data, start);
  Value contents = live.getEvents().getValues().contentsOf(object->storage);
  escapes.insert({object->storage, {std::move(memory), object->layout, object->type, contents}});
}

SharedMemory Escapes::share(Object *object, Where where) {
  auto it = escapes.find(object->storage);
  if (it == escapes.end()) {
    Object *maker = makerOf(object, where);
    Value contents = live.getEvents().getValues().contentsOf(object->storage);
    Buffer numbers = compute(contents, where);
    // Numbers are never written, memory is.
    Buffer copy = Buffer::allocate(numbers.bytes);
    scatter(maker->layout, elementBytes(maker->type), copy.memory.get(), numbers);
    SharedMemory memory;
    memory.data = copy.memory;
    std::weak_ptr<char> held = copy.memory;
    memory.isShared = [held] { return held.use_count() > 1; };
    it = escapes.insert({object->storage, {std::move(memory), maker->layout, maker->type, {}}})
             .first;
    // A value of its own, which no sweep takes.
    OpBuilder b = OpBuilder::atBlockEnd(&live.getBlock());
    it->second.known = live.input(b, object->loc, maker->type, numbers);
    live.getEvents().getValues().setContents(object->storage, it->second.known, false);
  }
  SharedMemory memory = it->second.memory;
  memory.data = std::shared_ptr<char>(memory.data, addressOf(object));
  memory.strides.assign(object->layout.strides.begin(), object->layout.strides.end());
  memory.offset = object->layout.offset;
  return memory;
}

/// The layout of the object that a storage was made with, and its type.
std::pair<Layout, RankedTensorType> Escapes::madeAs(Object *object, Where where) const {
  auto it = escapes.find(object->storage);
  if (it != escapes.end())
    return {it->second.layout, it->second.type};
  Object *maker = makerOf(object, where);
  return {maker->layout, maker->type};
}

int64_t Escapes::countOf(Object *object, Where where) const {
  auto [layout, type] = madeAs(object, where);
  return reachOf(layout) * elementBytes(type) / elementBytes(object->type);
}

Buffer Escapes::wholeOf(Object *object, Where where) {
  auto [layout, type] = madeAs(object, where);
  Buffer all = Buffer::allocate(countOf(object, where) * elementBytes(object->type));
  auto it = escapes.find(object->storage);
  if (it != escapes.end())
    std::memcpy(all.memory.get(), it->second.memory.data.get(), all.bytes);
  else
    scatter(layout, elementBytes(type), all.memory.get(),
            compute(live.getEvents().getValues().contentsOf(object->storage), where));
  return all;
}

char *Escapes::addressOf(const Object *object) const {
  auto it = escapes.find(object->storage);
  if (it == escapes.end())
    return nullptr;
  return it->second.memory.data.get() + object->layout.offset * elementBytes(object->type);
}

// ---------------------------------------------------------------- from and to memory

/// False where no one else holds the memory any more: it is the storage's alone.
bool Escapes::refresh(Escape &escape, Storage *storage, OpBuilder &b, Location loc) {
  const Buffer *known = live.find(live.numbersOf(escape.known));
  int64_t each = elementBytes(escape.type);
  if (!known || !isEqual(escape.layout, each, escape.memory.data.get(), *known)) {
    Buffer now = gather(escape.layout, each, escape.memory.data.get());
    escape.known = live.input(b, loc, escape.type, std::move(now));
    live.getEvents().getValues().setContents(storage, escape.known, true);
    ++storage->writes; // no version counts it
  }
  return escape.memory.isShared();
}

void Escapes::refresh(Storage *storage, OpBuilder &b, Location loc) {
  auto it = escapes.find(storage);
  if (it != escapes.end() && !refresh(it->second, storage, b, loc))
    escapes.erase(it);
}

void Escapes::flush(Escape &escape, Storage *storage, Where where) {
  ObjectValues &values = live.getEvents().getValues();
  Value contents = values.contentsOf(storage);
  if (contents == escape.known)
    return;
  if (!escape.memory.isWritable) {
    values.setContents(storage, escape.known, true);
    throw Error(where, "the memory of this tensor is an array that is not writable");
  }
  Buffer numbers = compute(contents, where);
  scatter(escape.layout, elementBytes(escape.type), escape.memory.data.get(), numbers);
  OpBuilder b = OpBuilder::atBlockEnd(&live.getBlock());
  escape.known = live.input(b, contents.getLoc(), escape.type, std::move(numbers));
  values.setContents(storage, escape.known, false);
}

Object *Escapes::objectOf(Value ref) const {
  return isa<agt::RefType>(ref.getType()) ? live.getEvents().getReplay().objectOf(ref) : nullptr;
}

/// Whether an event touches more than its operands: leaves, and what was saved.
static bool touchesAll(Operation *op) { return isa<agt::BackwardOp, agt::GradOp>(op); }

void Escapes::before(Operation *op) {
  if (escapes.empty())
    return;
  OpBuilder b(op);
  if (touchesAll(op)) {
    escapes.remove_if(
        [&](auto &entry) { return !refresh(entry.second, entry.first, b, op->getLoc()); });
    return;
  }
  for (Value operand : op->getOperands()) {
    Object *object = objectOf(operand);
    if (!object)
      continue;
    refresh(object->storage, b, op->getLoc());
    if (object->base) // through which a view's history is rebuilt
      refresh(object->base->storage, b, op->getLoc());
  }
}

void Escapes::after(Operation *op, Where where) {
  if (escapes.empty())
    return;
  if (touchesAll(op)) {
    for (auto &[storage, escape] : escapes)
      flush(escape, storage, where);
    return;
  }
  auto write = dyn_cast<agt::WriteOp>(op);
  if (!write)
    return;
  auto it = escapes.find(objectOf(write.getSelf())->storage);
  if (it != escapes.end())
    flush(it->second, it->first, where);
}

// ---------------------------------------------------------------- what stays

void Escapes::replace(llvm::function_ref<Value(Value)> replacement) {
  for (auto &[storage, escape] : escapes)
    escape.known = replacement(escape.known);
}

void Escapes::retain(llvm::function_ref<bool(const Storage *)> isLive) {
  escapes.remove_if([&](const auto &entry) { return !isLive(entry.first); });
}

} // namespace agc::session
