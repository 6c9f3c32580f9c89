// How reads, writes and aliases of objects become values.
#include "compiler/Transforms/ObjectValues.h"
#include "dialect/AgDialect.h"

using namespace mlir;

namespace agc {

void ObjectValues::made(Object *object, Value value) {
  contents[object->storage] = {value, 0};
  if (object->gradFn)
    origins[object] = {object->gradFn, pathFrom(value.getLoc(), value), 0};
}

void ObjectValues::madeOfPath(Object *object, Value value) {
  carriers[value] = true;
  contents[object->storage] = {value, 0};
  origins[object] = {object->gradFn, value, 0};
}

void ObjectValues::aliased(Object *object, Object *source) {
  Access access = accessOf(source->shows ? source->shows : source);
  access.fromBase.clear();
  accesses[object] = access;
}

LogicalResult ObjectValues::placed(Location loc, Object *object, Object *source) {
  aliased(object, source);
  FailureOr<Origin *> origin = originOf(loc, source);
  if (failed(origin) || !*origin)
    return failure(failed(origin));
  Origin place = **origin; // the maps that hold it are about to grow
  (object->gradFn ? origins : marks)[object] = place;
  return success();
}

LogicalResult ObjectValues::viewed(Location loc, Object *object, ViewUse use) {
  Object *source = object->step.source;
  Access access = accessOf(source->shows ? source->shows : source);
  if (source == object->base)
    access.ofBase = access.replaced;
  access.replaced = 0;
  access.views.push_back(use);
  access.fromBase.push_back(use);
  Storage *storage = access.storage;
  accesses[object] = std::move(access);
  if (!object->gradFn)
    return success();
  FailureOr<Value> value = read(loc, source);
  if (failed(value))
    return failure();
  Value path = pathFrom(loc, see(b, loc, *value, use));
  origins[object] = {object->gradFn, path, contents[storage].epoch};
  return success();
}

void ObjectValues::dataSet(Object *object, Object *source) {
  Access access = accessOf(source), old = accessOf(object);
  if (source == object->base) {
    access.ofBase = access.replaced;
  } else if (!object->base || source->base != object->base) {
    access.fromBase = old.fromBase;
    access.ofBase = kElsewhere;
  }
  access.replaced = old.replaced + 1;
  accesses[object] = access;
  // The path stands, but its value is no longer what the object holds.
  for (auto *map : {&origins, &marks})
    if (auto it = map->find(object); it != map->end())
      it->second.epoch = -1;
  reads.erase(object);
  seen.erase(object);
}

void ObjectValues::became(Object *object, Object *view) {
  Access access = accessOf(view);
  if (!object->isView())
    access.fromBase.clear();
  access.replaced = accessOf(object).replaced + 1; // its views look at what it was
  accesses[object] = access;
  marks.erase(object);
  origins.erase(object);
  if (auto origin = origins.find(view); origin != origins.end())
    origins[object] = Origin(origin->second);
  reads.erase(object);
  seen.erase(object);
}

bool ObjectValues::mayCarryGradient(Value value) {
  if (auto it = carriers.find(value); it != carriers.end())
    return it->second;
  Operation *op = value.getDefiningOp();
  if (!op || isa<ag::StopGradientOp, ag::ConstantOp>(op) ||
      !isa<FloatType, ComplexType>(cast<ShapedType>(value.getType()).getElementType()))
    return false;
  if (isa<ag::LeafMarkOp>(op))
    return true;
  if (auto grad = dyn_cast<ag::GradOp>(op))
    return grad.getCreateGraph();
  if (auto through = dyn_cast<ag::StraightThroughOp>(op))
    return mayCarryGradient(through.getPath());
  bool carries = llvm::any_of(op->getOperands(), [&](Value operand) {
    return isa<ShapedType>(operand.getType()) && mayCarryGradient(operand);
  });
  return carriers[value] = carries || op->getNumRegions() > 0;
}

ObjectValues::Access ObjectValues::accessOf(const Object *object) const {
  auto access = accesses.find(object);
  return access == accesses.end() ? Access{object->storage} : access->second;
}

Storage *ObjectValues::storageOf(const Object *object) const {
  auto access = accesses.find(object);
  return access == accesses.end() ? object->storage : access->second.storage;
}

Value ObjectValues::withoutGradient(Location loc, Value value) {
  return mayCarryGradient(value) ? Value(ag::StopGradientOp::create(b, loc, value)) : value;
}

/// A path that starts at what has none before it: a gradient can be taken there.
Value ObjectValues::pathFrom(Location loc, Value value) {
  return mayCarryGradient(value) ? value : Value(ag::LeafMarkOp::create(b, loc, value));
}

Value ObjectValues::numbers(Location loc, Object *object) {
  if (object->shows)
    return numbers(loc, object->shows);
  auto access = accesses.find(object);
  const Contents &now = contents[storageOf(object)];
  if (access == accesses.end() || access->second.views.empty() || !now.value)
    return now.value;
  LastRead &last = seen[object];
  if (last.epoch != now.epoch)
    last = {see(b, loc, now.value, access->second.views), {}, now.epoch};
  return last.value;
}

FailureOr<ObjectValues::Origin *> ObjectValues::originOf(Location loc, Object *object) {
  // The history of such a view cannot be rebuilt; nothing asked for it, so this read needs none.
  if (object->creation != CreationMeta::Default && state.isHistoryStale(object))
    return nullptr;
  llvm::Expected<Node *> node = state.gradFn(object, loc);
  if (!node) {
    emit(node.takeError());
    return failure();
  }
  if (*node) {
    Origin &origin = origins[object];
    if (origin.node == *node)
      return &origin;
    // A view whose history was rebuilt: it starts from the base as it is now. PyTorch looks there
    // for what lies where the view's data does, even if that is no longer the base's.
    if (accessOf(object).ofBase == kElsewhere) {
      emitError(loc) << "the history of a view that got other data is not supported yet";
      return failure();
    }
    FailureOr<Value> base = read(loc, object->base);
    if (failed(base))
      return failure();
    origins[object] = {*node, see(b, loc, *base, accessOf(object).fromBase),
                       seesItsBase(object) ? contents[storageOf(object)].epoch : -1};
    return &origins[object];
  }
  return object->requiresGradFlag ? &markOf(loc, object) : nullptr;
}

ObjectValues::Origin &ObjectValues::markOf(Location loc, Object *object) {
  Origin &mark = marks[object];
  if (!mark.value)
    mark = {nullptr, ag::LeafMarkOp::create(b, loc, withoutGradient(loc, numbers(loc, object))),
            contents[storageOf(object)].epoch};
  return mark;
}

FailureOr<Value> ObjectValues::read(Location loc, Object *object) {
  FailureOr<Origin *> origin = originOf(loc, object);
  if (failed(origin))
    return failure();
  int64_t epoch = contents[storageOf(object)].epoch;
  Value path = *origin ? (*origin)->value : Value();
  if (path && (*origin)->epoch == epoch)
    return path;
  LastRead &last = reads[object];
  if (last.epoch == epoch && last.origin == path && !object->shows)
    return last.value;
  Value now = numbers(loc, object);
  Value value =
      path ? Value(ag::StraightThroughOp::create(b, loc, path, now)) : withoutGradient(loc, now);
  reads[object] = {value, path, epoch};
  return value;
}

FailureOr<Value> ObjectValues::origin(Location loc, Object *object) {
  FailureOr<Origin *> origin = originOf(loc, object);
  if (failed(origin))
    return failure();
  return *origin ? (*origin)->value : Value();
}

FailureOr<Value> ObjectValues::retained(Location loc, Object *object) {
  if (auto it = origins.find(object); it != origins.end() && it->second.node == object->gradFn)
    return it->second.value;
  return origin(loc, object);
}

LogicalResult ObjectValues::keepOrigin(Location loc, Object *object) {
  if (!object->retainsGrad || !object->gradFn)
    return success();
  FailureOr<Value> value = retained(loc, object);
  keptOrigins[object] = succeeded(value) ? *value : Value();
  return value;
}

FailureOr<Value> ObjectValues::baseBeforeWrite(Location loc, Object *object) {
  if (!object->isView() || !state.isGradEnabled())
    return Value();
  return read(loc, object->base);
}

bool ObjectValues::seesItsBase(Object *object) const {
  return object->storage == object->base->storage &&
         accessOf(object).ofBase == accessOf(object->base).replaced;
}

void ObjectValues::written(Location loc, Object *object, Value value, Value base, bool tracked) {
  Access access = accessOf(object);
  Contents &now = contents[access.storage];
  if (tracked && object->isView()) {
    Value whole = replaceSeen(b, loc, base, access.fromBase, value);
    now.value = replaceSeen(b, loc, now.value, accessOf(object->base).views, whole);
    origins[object->base] = {object->base->gradFn, pathFrom(loc, whole), ++now.epoch};
    return;
  }
  now.value = replaceSeen(b, loc, now.value, access.views, value);
  ++now.epoch;
  if (tracked)
    origins[object] = {object->gradFn, pathFrom(loc, value), now.epoch};
}

bool ObjectValues::seesTwice(Object *object) const {
  return llvm::any_of(accessOf(object).views, [](const ViewUse &use) {
    return use.view.kind == agt::ViewKind::Unfold && use.view.args[1] > use.view.args[2];
  });
}

bool ObjectValues::wasChanged(Object *object) {
  return accessOf(object).replaced > 0 || contents[storageOf(object)].epoch > 0;
}

// ---------------------------------------------------------------- a program that goes on

void ObjectValues::setContents(Storage *storage, Value value, bool isChanged) {
  Contents &now = contents[storage];
  now = {value, now.epoch + isChanged};
}

SmallVector<Value, 2> ObjectValues::pathsOf(Object *object) const {
  SmallVector<Value, 2> paths;
  for (const auto *map : {&origins, &marks})
    if (Value value = map->lookup(object).value)
      paths.push_back(value);
  if (Value value = keptOrigin(object))
    paths.push_back(value);
  return paths;
}

void ObjectValues::replace(llvm::function_ref<Value(Value)> replacement) {
  for (auto &[storage, held] : contents)
    held.value = replacement(held.value);
  for (auto *map : {&origins, &marks})
    for (auto &[object, origin] : *map)
      origin.value = replacement(origin.value);
  for (auto &[object, value] : keptOrigins)
    value = replacement(value);
}

template <typename Map, typename Predicate> static void eraseIf(Map &map, Predicate isDead) {
  for (auto entry = map.begin(); entry != map.end(); ++entry)
    if (isDead(*entry))
      map.erase(entry);
}

void ObjectValues::retain(llvm::function_ref<bool(const Object *)> isLive,
                          llvm::function_ref<bool(const Object *)> isSaved,
                          llvm::function_ref<bool(const Storage *)> isStorageLive) {
  eraseIf(contents, [&](const auto &entry) { return !isStorageLive(entry.first); });
  eraseIf(accesses, [&](const auto &e) { return !isLive(e.first) && !isSaved(e.first); });
  for (auto *map : {&origins, &marks})
    eraseIf(*map, [&](const auto &entry) { return !isLive(entry.first); });
  eraseIf(keptOrigins, [&](const auto &entry) { return !isLive(entry.first); });
  // What was seen of a storage is no value of its own any more: it is seen anew.
  for (auto *map : {&origins, &marks})
    for (auto &[object, origin] : *map)
      if (!accessOf(object).views.empty())
        origin.epoch = -1;
  reads.clear();
  seen.clear();
}

} // namespace agc
