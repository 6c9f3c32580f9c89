// What the live trace records, and how its segments run.
#include "compiler/Session/Anomaly.h"
#include "compiler/Session/Failures.h"
#include "compiler/Session/Live.h"
#include "compiler/Session/LongGradient.h"
#include "llvm/Support/Process.h"
#include <chrono>
#include <cstring>

using namespace mlir;

namespace agc::session {

/// Events after which a segment ends as soon as it can: enough for a training step, and 2000 take 3
/// seconds to compile. Tests set AGC_SEGMENT_EVENTS: where segments end never changes a result.
static uint64_t maxPending() {
  std::optional<std::string> given = llvm::sys::Process::GetEnv("AGC_SEGMENT_EVENTS");
  uint64_t events;
  return given && !StringRef(*given).getAsInteger(10, events) ? events : 2000;
}

/// A backward over as many segments is taken one by one: a loop that asks for numbers at each step
/// has the same code in all its rounds, however many there are.
static constexpr unsigned kManySegments = 4;

Live::Live() : Process(LiveFunction::function, nullptr), limit(maxPending()) {}

// ---------------------------------------------------------------- recording

void Live::play(Operation *op, trace::Reports &reports, Where where) {
  ++stats.recorded;
  ++pending;
  escapes.before(op);
  Operation *last = op->getPrevNode();
  if (succeeded(events.visit(op))) {
    if (isa<agt::BackwardOp, agt::GradOp>(op))
      takeLongGradients(last, op, where);
    escapes.after(op, where);
    return;
  }
  op->erase();
  reports.raise(true);
}

/// Runs the gradients that an event took, where their paths are long.
void Live::takeLongGradients(Operation *before, Operation *event, Where where) {
  isOutdated |= !event->hasAttr("retain_graph");
  if (!live.pathLength() && !detectsAnomaly)
    return;
  auto execute = [&](ArrayRef<Value> wanted) { this->execute(wanted, where); };
  for (Operation *op = event->getPrevNode(); op != before; op = op->getPrevNode()) {
    auto grad = dyn_cast<ag::GradOp>(op);
    if (!grad)
      continue;
    LongGradient path(live, grad);
    if (detectsAnomaly)
      return takeChecked(path, live, execute, where);
    if (path.isLongerThan(limit))
      return path.take(limit / 4, execute);
    if (path.spans(kManySegments)) {
      isParted = true;
      return path.take(1, execute);
    }
  }
}

Tensor Live::tensor(Value ref) {
  Tensor made = Trace::tensor(ref);
  handles.push_back(made.impl());
  return made;
}

Tensor Live::handleOf(agc::Object *object) {
  Tensor made = Trace::tensor(object->type, object);
  handles.push_back(made.impl());
  return made;
}

/// A reference to an object that needs no op of the past.
Value Live::anchor(OpBuilder &b, const trace::Object &object) {
  Value ref = live.input(b, object.known->loc, agt::RefType::get(object.type), {});
  getReplay().refer(ref, object.known);
  return ref;
}

Tensor Live::leaf(RankedTensorType type, Buffer buffer, bool requiresGrad, Where where) {
  Value value = live.input(builder, location(where), type, std::move(buffer));
  return tensor(append<agt::LeafOp>(where, value, requiresGrad, StringAttr()));
}

Tensor Live::leaf(RankedTensorType type, SharedMemory memory, Where where) {
  Tensor made = leaf(type, Escapes::read(type, memory), false, where);
  escapes.add(made.impl()->known, std::move(memory));
  return made;
}

SharedMemory Live::share(Value ref, Where where) {
  agc::Object *object = known(ref);
  escapes.refresh(object->storage, builder, location(where));
  return escapes.share(object, where);
}

/// Numbers of the program are inputs: code does not depend on a learning rate, or on which class
/// is counted.
Value Live::number(Location loc, const Scalar &scalar, DType dtype) {
  double wide = scalar.value.real();
  float narrow = float(wide);
  uint64_t bits = 0;
  if (dtype == DType::Float64)
    std::memcpy(&bits, &wide, sizeof(wide));
  else if (dtype == DType::Float32)
    std::memcpy(&bits, &narrow, sizeof(narrow));
  else if (categoryOf(dtype) == Category::Int && categoryOf(scalar.dtype) <= Category::Int)
    bits = uint64_t(scalar.integer);
  else
    return Trace::number(loc, scalar, dtype);
  auto type = RankedTensorType::get({}, trace::elementType(&context, dtype));
  return numbers.of(live, builder, loc, type, bits);
}

void Live::computed(ArrayRef<Value> results, Where where) {
  Operation *op = results.front().getDefiningOp();
  bool found = llvm::any_of(results, [](Value value) {
    return !cast<RankedTensorType>(value.getType()).hasStaticShape();
  });
  if (!found && !mayFail(op, live))
    return;
  // Where only indices can be wrong, those alone decide: what they pick from may be a long way.
  SmallVector<Value> asked;
  if (!found)
    for (Value index : indicesOf(op))
      if (Value numbers = live.numbersOf(index); !live.isKnown(numbers))
        asked.push_back(numbers);
  if (!asked.empty()) {
    execute(asked, where);
    if (!mayFail(op, live))
      return;
    asked.clear();
  }
  for (Value value : results)
    asked.push_back(live.numbersOf(value));
  try {
    execute(asked, where);
  } catch (const Error &) {
    std::string words = wordsOfIndex(op, [&](Value value) { return numbersOf(value, where); });
    if (words.empty())
      throw;
    throw Error(where, words);
  }
}

// ---------------------------------------------------------------- running

/// The handles that are still held; their objects get a value that needs no op of the past.
void Live::moveAnchors(SmallVectorImpl<Value> &anchors) {
  OpBuilder b = OpBuilder::atBlockBegin(&live.getBlock());
  for (const std::weak_ptr<trace::Object> &handle : handles) {
    std::shared_ptr<trace::Object> object = handle.lock();
    if (!object)
      continue;
    if (!object->ref || !isPlaceholder(object->ref.getDefiningOp()))
      object->ref = anchor(b, *object);
    anchors.push_back(object->ref);
  }
}

/// Runs what is asked for and all that the program may ask for later: a segment ends.
void Live::run(ArrayRef<Value> asked, Where where) {
  recent += pending;
  // Going through all that is kept for gradients is worth it when as much has come since.
  bool anew = std::exchange(isOutdated, true) || recent >= live.pathLength();
  llvm::SetVector<Value> kept = findLive(anew);
  for (Value value : asked)
    kept.insert(live.numbersOf(value));
  SmallVector<Value> wanted;
  for (Value value : kept)
    if (!live.isKnown(value))
      wanted.push_back(value);
  execute(wanted, where);
  sweep(kept, anew);
  isOutdated = isParted = false;
  ended.clear();
  numbers.endSegment();
  pending = 0;
}

/// The numbers that live tensors hold, and those that gradients will be computed by. Unless `anew`,
/// what was live is, and those are only of what has come since.
llvm::SetVector<Value> Live::findLive(bool anew) {
  llvm::erase_if(handles, [](const auto &handle) { return handle.expired(); });
  anew ? roots.clear() : roots.renew();
  for (const std::weak_ptr<trace::Object> &handle : handles)
    if (std::shared_ptr<trace::Object> object = handle.lock())
      roots.add(object->known);
  roots.close([&](const Storage *storage) { return escapes.contains(storage); });
  llvm::SetVector<Value> found;
  SmallVector<Value> paths;
  for (agc::Object *object : roots.getObjects()) {
    llvm::append_range(paths, events.getValues().pathsOf(object));
    if (Value contents = events.getValues().contentsOf(object->storage))
      found.insert(live.numbersOf(contents));
  }
  live.addSaved(paths, found, anew);
  return found;
}

/// Frees what the program cannot reach, but for `kept` numbers: what is asked for must outlive the
/// sweep, as the contents do.
void Live::sweep(const llvm::SetVector<Value> &kept, bool anew) {
  ObjectValues &values = events.getValues();
  SmallVector<Value> anchors;
  moveAnchors(anchors);
  // A mark that no path needs goes: what it marks stands for it.
  llvm::DenseMap<Value, Value> marked;
  values.replace([&](Value value) {
    marked[value] = live.numbersOf(value);
    return value;
  });
  live.sweep(kept, anchors, anew);
  auto isLive = [&](const auto *one) { return roots.contains(one); };
  autograd.forgetRetaining(isLive);
  values.retain(isLive, [&](const agc::Object *object) { return roots.isSaved(object); }, isLive);
  values.replace([&](Value value) {
    return live.replacement(live.stays(value) ? value : marked.lookup(value));
  });
  escapes.retain(isLive);
  escapes.replace([&](Value value) { return live.replacement(value); });
  if (!anew)
    return;
  getReplay().collectGarbage();
  recent = 0;
}

/// Computes values; where loops change from run to run, piece by piece.
void Live::execute(ArrayRef<Value> wanted, Where where) {
  SmallVector<Value> rest(wanted);
  while (!rest.empty()) {
    Segment segment(live, rest);
    std::optional<SegmentCode::Callable> found = code.find(segment);
    auto runs = [&](ArrayRef<Value> values) { executeWhole(values, where); };
    if (!found && !detectsAnomaly && !code.comesOften(segment) &&
        runInPieces(live, segment, rounds, where, !code.knowsForm(segment), runs)) {
      llvm::erase_if(rest, [&](Value value) { return live.find(value); });
      continue;
    }
    return call(segment, found ? *found : code.make(segment, where), where);
  }
}

void Live::executeWhole(ArrayRef<Value> wanted, Where where) {
  Segment segment(live, wanted);
  std::optional<SegmentCode::Callable> found = code.find(segment);
  call(segment, found ? *found : code.make(segment, where), where);
}

/// Runs a segment's code. Values with an extent that is found out get their type.
void Live::call(const Segment &segment, const SegmentCode::Callable &called, Where where) {
  SmallVector<Buffer> inputs;
  for (Value input : segment.getInputs())
    inputs.push_back(*live.find(input));
  std::vector<Buffer> outputs;
  std::vector<int64_t> counts;
  ++stats.segments;
  auto start = std::chrono::steady_clock::now();
  if (std::optional<CallFailure> failure =
          called.code->call(inputs, called.extents, outputs, counts))
    throw Error(where, failure->text);
  stats.runSeconds +=
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  for (auto [i, wantedValue] : llvm::enumerate(segment.getWanted())) {
    Value value = wantedValue;
    Buffer &output = outputs[i];
    int64_t count = counts[i];
    auto type = cast<RankedTensorType>(value.getType());
    if (!type.hasStaticShape()) {
      SmallVector<int64_t> shape(type.getShape());
      shape.front() = count;
      value.setType(type.clone(shape));
      output.bytes = bytesOf(cast<RankedTensorType>(value.getType()));
    }
    live.setReady(value, output);
  }
}

/// The numbers of a value, without ending the segment.
Buffer Live::numbersOf(Value value, Where where) {
  Value numbers = live.numbersOf(value);
  if (!live.find(numbers))
    execute(numbers, where);
  return *live.find(numbers);
}

Buffer Live::elementsOf(Value ref, Where where) {
  agc::Object *object = known(ref);
  eventBuilder.setInsertionPointToEnd(&live.getBlock());
  escapes.refresh(object->storage, eventBuilder, location(where));
  Value numbers = live.numbersOf(events.getValues().numbers(location(where), object));
  if (!live.find(numbers)) {
    run(numbers, where);
    // What stands for another value is known until the next op: its address may come again.
    numbers = live.numbersOf(live.replacement(numbers));
  }
  if (const Buffer *buffer = live.find(numbers))
    return *buffer;
  return numbersOf(numbers, where); // a constant is data of the program
}

/// A long loop is cut in front of the same line each time, so that its segments are the same code.
bool Live::isLong(Where where) {
  std::pair<const char *, int> line = {where.file, where.line};
  bool begins = std::exchange(lastLine, line) != line;
  if (pending < limit)
    return false;
  if (pending < 2 * limit && (!begins || (cutLine.second && cutLine != line)))
    return false;
  cutLine = line;
  return true;
}

void Live::poll(Where where, bool ends) {
  // A new segment, in which no line has ended. A checked backward reads what forward has computed.
  if (isLong(where) || isParted ||
      (ends && (detectsAnomaly || ended.count({where.file, where.line}))))
    run({}, where);
  if (ends)
    ended.insert({where.file, where.line});
}

void Live::synchronize(Where where) { run({}, where); }

std::unique_ptr<Process> makeLive() { return std::make_unique<Live>(); }

} // namespace agc::session
