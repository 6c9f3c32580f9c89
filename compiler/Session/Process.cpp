// The process' trace, and the functions that are asked of it.
#include "compiler/Session/Process.h"
#include "compiler/CodeGen/Compile.h"
#include "compiler/Lowering/Bounds.h"
#include "compiler/Trace/Factory.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include <map>

using namespace mlir;

namespace agc::session {

static const DialectRegistry &registry() {
  static const DialectRegistry all = [] {
    DialectRegistry registry;
    registerCompilerDialects(registry);
    return registry;
  }();
  return all;
}

LiveFunction::LiveFunction()
    : context(registry(), MLIRContext::Threading::DISABLED),
      module(ModuleOp::create(UnknownLoc::get(&context))) {
  context.loadDialect<ag::AgDialect, agt::AgtDialect, arith::ArithDialect, func::FuncDialect,
                      tensor::TensorDialect>();
  context.printOpOnDiagnostic(false); // messages are for the program's author
  // What no trace::Reports collects was only asked, and who asked says it: MLIR would print it.
  context.getDiagEngine().registerHandler([](Diagnostic &) { return success(); });
  OpBuilder b = OpBuilder::atBlockEnd(module->getBody());
  function = func::FuncOp::create(b, b.getUnknownLoc(), "live", b.getFunctionType({}, {}));
  function.addEntryBlock();
}

int64_t reachOf(const Layout &layout) {
  int64_t last = layout.offset;
  for (auto [size, stride] : llvm::zip(layout.sizes, layout.strides)) {
    if (size == 0)
      return 0;
    last += (size - 1) * stride;
  }
  return last + 1;
}

int64_t elementBytes(RankedTensorType type) { return agc::elementBytes(type.getElementType()); }

int64_t bytesOf(RankedTensorType type) { return type.getNumElements() * elementBytes(type); }

namespace {

// Live as long as the process: tensors may, too.
Process *session = nullptr;
const Interrupts *userInterrupts = nullptr;

Process &current() {
  if (!session)
    begin();
  return *session;
}

/// Makes a trace the one that the process has.
void setCurrent(std::unique_ptr<Process> process) {
  session = process.release();
  trace::Trace::setSession(session);
}

/// Numbers of the program are asked for.
void requireNumbers(Where where) {
  if (isExporting())
    throw Error(where, "the numbers of a tensor are asked for while a function is traced to be "
                       "compiled: they are known only when it is called");
}

} // namespace

bool isExporting() { return trace::Trace::currentOrNull() != session; }

void begin(Interrupts given) {
  if (session)
    return;
  userInterrupts = new Interrupts(std::move(given));
  setCurrent(makeLive());
}

const Interrupts &interrupts() { return *userInterrupts; }

void beginCheck(CheckOptions options) { setCurrent(makeChecked(std::move(options))); }
void endCheck(const std::vector<Parameters> &groups) { current().end(groups); }
Story tell() { return current().tell(); }
Extent unknownExtent(Where where) { return current().unknownExtent(where); }
void forgetNumbers(const Tensor &tensor) { current().forget(current().refOf(tensor.impl(), {})); }

void refuse(const Refusal &refusal, const Tensor &subject, Where where) {
  current().refuse(refusal, current().refOf(subject.impl(), where), where);
}

std::optional<size_t> takeNumbers(const Tensor &tensor, Where where) {
  return current().takeNumbers(current().refOf(tensor.impl(), where), where);
}

void makeOfNumbers(const Tensor &tensor, size_t taking, Where where) {
  current().makeOfNumbers(current().refOf(tensor.impl(), where), taking, where);
}

void enterBranch(bool enters) { current().enterBranch(enters); }

void readsGrad(const Tensor &tensor, Where where) {
  current().readsGrad(current().refOf(tensor.impl(), where), where);
}

bool isKnown(const Tensor &tensor) { return current().isKnown(current().refOf(tensor.impl(), {})); }

Elements allocate(uint64_t bytes) {
  Buffer buffer = Buffer::allocate(bytes);
  return {std::move(buffer.memory), buffer.bytes};
}

Tensor fromElements(DType dtype, const std::vector<int64_t> &shape, Elements elements,
                    bool requires_grad, Where where) {
  if (isExporting()) {
    Tensor made = agc::tensor(Values(dtype, shape, elements.memory.get(), elements.bytes), where);
    return requires_grad ? made.requires_grad_(true, where) : made;
  }
  Process &live = current();
  auto type = RankedTensorType::get(shape, trace::elementType(live.builder.getContext(), dtype));
  return live.leaf(type, {std::move(elements.memory), elements.bytes}, requires_grad, where);
}

Tensor fromShared(DType dtype, const std::vector<int64_t> &shape, SharedMemory memory,
                  Where where) {
  requireNumbers(where);
  Process &live = current();
  auto type = RankedTensorType::get(shape, trace::elementType(live.builder.getContext(), dtype));
  return live.leaf(type, std::move(memory), where);
}

SharedMemory share(const Tensor &tensor, Where where) {
  requireNumbers(where);
  return current().share(current().refOf(tensor.impl(), where), where);
}

Elements storageOf(const Tensor &tensor, Where where) {
  elementsOf(tensor, where); // runs what is pending
  Process &live = current();
  agc::Object *object = live.known(tensor.impl(), where);
  Buffer buffer = live.wholeOf(object, where);
  return {std::move(buffer.memory), buffer.bytes};
}

int64_t storageCount(const Tensor &tensor, Where where) {
  requireNumbers(where);
  agc::Object *object = current().known(tensor.impl(), where);
  return current().countOf(object, where);
}

void Process::retyped(const agc::Object *object, Value ref) {
  for (const std::weak_ptr<trace::Object> &handle : handles) {
    std::shared_ptr<trace::Object> held = handle.lock();
    if (!held || held->known != object)
      continue;
    held->ref = ref;
    held->type = object->type;
  }
}

Value placeholder(OpBuilder &b, Location loc, Type type) {
  return UnrealizedConversionCastOp::create(b, loc, type, ValueRange()).getResult(0);
}

bool isPlaceholder(Operation *op) {
  return isa<UnrealizedConversionCastOp>(op) && op->getNumOperands() == 0;
}

Elements elementsOf(const Tensor &tensor, Where where) {
  requireNumbers(where);
  Buffer buffer = current().elementsOf(current().refOf(tensor.impl(), where), where);
  return {std::move(buffer.memory), buffer.bytes};
}

/// Grad modes are a thread's own, and a new thread's are none: the first call of another thread
/// than the last brings its own. All calls hold Python's lock.
static void takeThread(AutogradState &autograd) {
  static unsigned count = 0, owner = 0;
  static std::map<unsigned, std::vector<bool>> others;
  static thread_local const unsigned self = count++;
  if (self == owner)
    return;
  std::vector<bool> own = std::move(others[self]);
  others.erase(self);
  others[std::exchange(owner, self)] = autograd.exchangeGradModes(std::move(own));
}

void poll(Where where, bool ends) {
  if (isExporting())
    return;
  takeThread(current().getAutograd());
  current().poll(where, ends);
}
void synchronize(Where where) {
  if (!isExporting())
    current().synchronize(where);
}
const Stats &stats() { return current().stats; }
Tensor tensorOf(agc::Object *object, Where where) {
  requireNumbers(where);
  return object ? current().handleOf(object) : Tensor();
}
Tensor baseOf(const Tensor &tensor, Where where) {
  return tensorOf(current().known(tensor.impl(), where)->base, where);
}
void detectAnomaly(bool enabled) { current().detectsAnomaly = enabled; }
bool detectsAnomaly() { return current().detectsAnomaly; }

Facts factsOf(const Tensor &tensor) {
  trace::Trace &trace = trace::Trace::current({});
  agc::Object *object = trace.known(tensor.impl(), {});
  const Layout &layout = object->layout;
  // An extent that is not known has a stand-in in the layout.
  ArrayRef<int64_t> sizes = isExporting() ? ArrayRef(layout.sizes) : object->type.getShape();
  return {{sizes.begin(), sizes.end()},
          {layout.strides.begin(), layout.strides.end()},
          layout.offset,
          layout.isContiguous(),
          layout.isRowMajor(),
          object->storage->id,
          isExporting() ? nullptr : current().addressOf(object)};
}

} // namespace agc::session
