// The numbers that a checked program gave, as far as they are known.
#include "compiler/Session/Checked.h"
#include <cstring>

using namespace mlir;

namespace agc::session {

Tensor Checked::leaf(RankedTensorType type, Buffer buffer, bool requiresGrad, Where where) {
  Value value = placeholder(builder, location(where), type);
  Tensor made = tensor(append<agt::LeafOp>(where, value, requiresGrad, StringAttr()));
  agc::Object *object = made.impl()->known;
  if (buffer.memory)
    given[object->storage] = {std::move(buffer.memory), {}, object->layout};
  return made;
}

Tensor Checked::leaf(RankedTensorType type, SharedMemory memory, Where where) {
  Tensor made = leaf(type, Buffer(), false, where);
  agc::Object *object = made.impl()->known;
  object->layout.strides.assign(memory.strides.begin(), memory.strides.end());
  object->layout.offset = memory.offset;
  int64_t before = memory.offset * elementBytes(type);
  std::shared_ptr<char> start(memory.data, memory.data.get() - before);
  given[object->storage] = {std::move(start), memory.isShared, object->layout};
  return made;
}

/// Whether it is known where in its storage an object's elements lie.
static bool hasKnownPlace(const agc::Object *object) {
  for (; object; object = object->step.source)
    if (!object->type.hasStaticShape() || object->step.view.takesStart())
      return false;
  return true;
}

/// Numbers that the program gave, and has not written since.
const Checked::Given *Checked::givenOf(const agc::Object *object) const {
  auto it = given.find(object->storage);
  bool isGiven = it != given.end() && object->storage->writes == 0 && hasKnownPlace(object);
  return isGiven ? &it->second : nullptr;
}

/// The same; without them the check ends here.
const Checked::Given &Checked::givenOf(const agc::Object *object, Where where) const {
  const Given *numbers = givenOf(object);
  if (!numbers)
    throw NeedsNumbers(where, "the numbers of a tensor are needed here");
  return *numbers;
}

bool Checked::isKnown(Value ref) { return givenOf(known(ref)); }

Buffer Checked::elementsOf(Value ref, Where where) {
  agc::Object *object = known(ref);
  const Given &numbers = givenOf(object, where);
  int64_t each = elementBytes(object->type);
  return gather(object->layout, each, numbers.memory.get());
}

Buffer Checked::wholeOf(agc::Object *object, Where where) {
  const Given &numbers = givenOf(object, where);
  int64_t each = elementBytes(object->type);
  Buffer all = Buffer::allocate(countOf(object, where) * each);
  std::memcpy(all.memory.get(), numbers.memory.get(), all.bytes);
  return all;
}

int64_t Checked::countOf(agc::Object *object, Where) {
  while (object->step.source && object->step.source->storage == object->storage)
    object = object->step.source;
  return reachOf(object->layout);
}

SharedMemory Checked::share(Value ref, Where where) {
  agc::Object *object = known(ref);
  const Given &numbers = givenOf(object, where);
  int64_t each = elementBytes(object->type);
  SharedMemory memory;
  memory.data = {numbers.memory, numbers.memory.get() + object->layout.offset * each};
  memory.strides.assign(object->layout.strides.begin(), object->layout.strides.end());
  memory.offset = object->layout.offset;
  return memory;
}

char *Checked::addressOf(const agc::Object *object) {
  const Given *numbers = givenOf(object);
  if (!numbers || !numbers->isShared)
    return nullptr;
  int64_t each = elementBytes(object->type);
  return numbers->memory.get() + object->layout.offset * each;
}

} // namespace agc::session
