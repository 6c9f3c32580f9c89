// A trace that follows autograd without computing anything.
#include "compiler/Session/Checked.h"

using namespace mlir;

namespace agc::session {

Place asPlace(Location loc) {
  FileLineColLoc place = placeOf(loc);
  if (!place)
    return {};
  return {place.getFilename().str(), int(place.getLine()), int(place.getColumn())};
}

namespace {

/// Events between two sweeps.
constexpr uint64_t kSweep = 4000;

/// What errors and warnings have in common.
template <typename Message>
Finding findingOf(const Message &message, Finding::Severity severity, StringRef rule) {
  Finding finding{severity, rule.str(), asPlace(message.loc), message.text, {}, {}};
  for (const Note &note : message.notes)
    finding.notes.push_back({asPlace(note.loc), note.text});
  return finding;
}

void setFix(Finding &finding, const Fix &fix) {
  finding.fix = Finding::Note{asPlace(fix.loc), fix.text};
  finding.isOutOfPlace = fix.isOutOfPlace;
}

} // namespace

Checked::Checked(CheckOptions options)
    : Process(LiveFunction::function, nullptr), options(std::move(options)) {
  autograd.setUnknownExtentsFit(true);
}

// ---------------------------------------------------------------- findings

void Checked::report(Finding finding) {
  if (!reported.insert({finding.rule, finding.place.file, finding.place.line, finding.place.column})
           .second)
    return;
  options.report(finding);
}

void Checked::report(AutogradError error, Finding::Severity severity) {
  if (error.subject)
    explain(error);
  Finding finding = findingOf(error, severity, ruleOf(error.number).name);
  setFix(finding, fixOf(error));
  report(std::move(finding));
}

/// Adds what the program's past has to say about an error.
void Checked::explain(AutogradError &error) {
  switch (error.number) {
  case ErrorNumber::NoGradFn:
  case ErrorNumber::InputDoesNotRequireGrad:
  case ErrorNumber::RetainWithoutGrad:
  case ErrorNumber::HookWithoutGrad:
    if (auto why = advice.whyNoHistory(error.subject)) {
      error.notes.push_back(why->first);
      error.fix = why->second;
    } else if (const Deed *maker = chronicle.makerOf(error.subject);
               error.number == ErrorNumber::InputDoesNotRequireGrad && maker &&
               maker->kind != Deed::Leaf) {
      error.fix = {error.subject->loc, "call requires_grad_() on what is computed here"};
    }
    break;
  case ErrorNumber::SavedDetached:
    if (auto at = detachedAt.find(error.subject); at != detachedAt.end())
      error.fix = {at->second, ruleOf(error.number).fix.str()};
    break;
  default:
    break;
  }
}

void Checked::warn(const AutogradWarning &warning) {
  Finding finding = findingOf(warning, Finding::Warning, nameOf(warning.number));
  if (warning.fix)
    setFix(finding, *warning.fix);
  report(std::move(finding));
}

// ---------------------------------------------------------------- events

/// Sources beyond which one more makes no difference: anything may be lacking.
constexpr size_t kSources = 64;

void Checked::addLacking(const agc::Object *object, ArrayRef<agc::Object *> sources) {
  auto &known = lacking[object];
  known.insert(sources.begin(), sources.end());
  if (known.size() > kSources) {
    known.clear();
    known.insert(nullptr);
  }
}

/// Marks what an event that failed leaves without the history, or the flag, it should have.
void Checked::doubt(Operation *op, const Deed *deed) {
  auto flag = [&](agc::Object *object) {
    if (autograd.requiresGrad(object))
      return;
    flagless.insert(object);
    addLacking(object, object);
  };
  if (deed && deed->kind == Deed::Leaf)
    return flag(deed->results.front());
  if (isa<agt::RequiresGradOp, agt::SetRequiresGradOp>(op))
    return flag(known(op->getOperand(0)));
  if (auto grad = dyn_cast<agt::GradOp>(op); grad && grad.getCreateGraph())
    for (Value result : grad.getResults())
      addLacking(known(result), nullptr);
  if (!deed || deed->kind == Deed::Cut || !deed->gradEnabled)
    return;
  for (agc::Object *result : deed->results) {
    addLacking(result, deed->inputs);
    if (deed->kind == Deed::Write && result->isView())
      addLacking(result->base, deed->inputs);
  }
}

void Checked::inheritDoubts(const Deed &deed) {
  if (lacking.empty() || deed.kind == Deed::Cut || !deed.gradEnabled)
    return;
  for (const agc::Object *input : deed.inputs) {
    auto it = lacking.find(input);
    if (it == lacking.end())
      continue;
    SmallVector<agc::Object *> sources(it->second.begin(), it->second.end());
    for (const agc::Object *result : deed.results)
      addLacking(result, sources);
  }
}

static Node *nodeOf(const agc::Object *object) {
  return object->gradFn ? object->gradFn : object->accumulator;
}

/// Whether an object has another one in its history, or is it.
static bool leadsTo(const agc::Object *from, const agc::Object *to) {
  if (from == to)
    return true;
  llvm::SetVector<Node *> seen;
  seen.insert(nodeOf(from));
  for (size_t i = 0; i < seen.size(); ++i) {
    if (!seen[i])
      continue;
    if (seen[i] == nodeOf(to))
      return true;
    for (Edge edge : seen[i]->next)
      seen.insert(edge.node);
  }
  return false;
}

/// Whether an error of an event with these operands may only lack a history which an error before
/// it took away.
bool Checked::isOfDoubt(ValueRange operands, const AutogradError &error) {
  auto lacks = [&](const agc::Object *object, auto isMissed) {
    auto it = lacking.find(object);
    return it != lacking.end() && llvm::any_of(it->second, [&](agc::Object *source) {
             return !source || isMissed(source);
           });
  };
  switch (error.number) {
  case ErrorNumber::NoGradFn:
  case ErrorNumber::InputDoesNotRequireGrad:
  case ErrorNumber::RetainWithoutGrad:
  case ErrorNumber::HookWithoutGrad:
    return lacks(error.subject, [&](agc::Object *source) {
      return flagless.contains(source) || autograd.requiresGrad(source);
    });
  case ErrorNumber::InputUnused:
    return llvm::any_of(operands, [&](Value operand) {
      return lacks(known(operand),
                   [&](agc::Object *source) { return leadsTo(source, error.subject); });
    });
  default:
    return false;
  }
}

/// Notes whose gradient slots an error leaves empty, although the program is about to read them.
void Checked::owe(const AutogradError &error) {
  if (!error.subject || error.number == ErrorNumber::InputUnused)
    return;
  llvm::SetVector<const agc::Object *> from;
  from.insert(error.subject);
  owed.insert(error.subject);
  for (size_t i = 0; error.number == ErrorNumber::NoGradFn && i < from.size(); ++i) {
    const Deed *maker = chronicle.makerOf(from[i]);
    if (!maker || maker->kind == Deed::Leaf)
      owed.insert(from[i]);
    else
      from.insert(maker->inputs.begin(), maker->inputs.end());
  }
}

/// Whether an op leaves all that autograd knew of objects as it was.
static bool onlyAdds(Operation *op) {
  if (auto leaf = dyn_cast<agt::LeafOp>(op))
    return !leaf.getRequiresGrad();
  return !isa<agt::AgtDialect>(op->getDialect()) ||
         isa<agt::ReadOp, agt::NewOp, agt::ViewOp, agt::DetachOp, agt::DataOp, agt::GradModeOp,
             agt::GradGetOp, agt::QueryOp>(op);
}

/// First as PyTorch does it. Where that is an error which the program does not catch, the event is
/// played once more, counts as done, and all its errors are reported.
void Checked::play(Operation *op, trace::Reports &reports, Where where) {
  ++stats.recorded;
  if (branches && !onlyAdds(op)) {
    op->erase();
    throw BranchEnds(where, "the program branches on a value");
  }
  std::unique_ptr<AutogradError> error = failureOf(getReplay().play(op));
  if (error && options.isCaught(error->text)) {
    report(*error, Finding::Remark);
    refuse(op, *error, where);
  }
  if (error) {
    autograd.setSink([&](const AutogradError &error) {
      owe(error);
      if (!isOfDoubt(op->getOperands(), error))
        report(error, Finding::Error);
    });
    std::unique_ptr<AutogradError> stop = failureOf(getReplay().play(op));
    autograd.setSink({});
    if (stop) {
      report(*stop, Finding::Error);
      refuse(op, *stop, where);
    }
  }
  const Deed *deed = chronicle.add(op);
  if (branches && deed && deed->node)
    throw BranchEnds(where, "the program branches on a value");
  if (error)
    doubt(op, deed);
  if (deed)
    inheritDoubts(*deed);
  if (auto detach = dyn_cast<agt::DetachInPlaceOp>(op))
    detachedAt.insert_or_assign(known(detach->getOperand(0)), op->getLoc());
  advice.visit(op, deed);
  if (stats.recorded % kSweep == 0)
    sweeps = true;
}

/// What is wrong is reported here, as PyTorch goes no further; the write itself is then none.
void Checked::refuseWrite(llvm::Error given, Where where) {
  raiseOrReport(*failureOf(std::move(given)), where);
}

void Checked::raiseOrReport(const AutogradError &error, Where where) {
  bool isCaught = options.isCaught(error.text);
  report(error, isCaught ? Finding::Remark : Finding::Error);
  if (isCaught)
    throw agc::Error(where, error.text);
}

std::unique_ptr<AutogradError> Checked::failureOf(llvm::Error error) {
  std::unique_ptr<AutogradError> kept;
  llvm::handleAllErrors(std::move(error),
                        [&](std::unique_ptr<AutogradError> given) { kept = std::move(given); });
  return kept;
}

void Checked::refuse(Operation *op, const AutogradError &error, Where where) {
  op->erase();
  throw agc::Error(where, error.text);
}

void Checked::readsGrad(Value ref, Where where) {
  agc::Object *object = known(ref);
  if (!object->grad && owed.contains(object))
    object->grad = autograd.newResult(location(where), object->type,
                                      Layout::contiguous(object->type.getShape()), nullptr, 0);
  append<agt::QueryOp>(where, builder.getIntegerType(1), agt::Question::GradIsNone, ref);
}

std::optional<size_t> Checked::takeNumbers(Value ref, Where where) {
  return advice.takeNumbers(location(where), known(ref));
}

void Checked::makeOfNumbers(Value ref, size_t taking, Where where) {
  advice.makeOfNumbers(location(where), known(ref), taking);
}

Extent Checked::unknownExtent(Where where) {
  return extentOf(placeholder(builder, location(where), builder.getIndexType()));
}

void Checked::refuse(const Refusal &refusal, Value subject, Where where) {
  const ErrorRule *found = llvm::find_if(
      errorRules(), [&](const ErrorRule &known) { return known.name == refusal.rule; });
  assert(found != errorRules().end() && "the front end names a rule of the table");
  AutogradError error(found->number, location(where), refusal.text);
  error.subject = known(subject);
  auto at = [&](const Place &place) {
    return location(Where(place.file.c_str(), place.line, place.column));
  };
  for (const Finding::Note &note : refusal.notes)
    error.notes.push_back({at(note.place), note.text});
  if (error.notes.empty())
    error.notes.push_back({error.subject->loc, "made here"});
  if (found->number == ErrorNumber::BackwardTwice)
    error.fix = fixOfFreed(error.notes.front().loc, error.loc);
  if (refusal.savedVersion)
    noteWrites(error, error.subject->counter->writes, *refusal.savedVersion);
  if (isOfDoubt({}, error) && !options.isCaught(refusal.text))
    return;
  raiseOrReport(error, where);
  owe(error);
}

void Checked::end(const std::vector<Parameters> &groups) {
  advice.finish();
  for (const auto &[group, isTrained] : groups) {
    SmallVector<Advice::Parameter> parameters;
    for (const auto &[name, tensor] : group)
      parameters.push_back({name, known(tensor.impl(), {})});
    advice.checkReached(parameters, isTrained);
  }
}

// ---------------------------------------------------------------- objects

Tensor Checked::tensor(Value ref) {
  Tensor made = Trace::tensor(ref);
  handles.push_back(made.impl());
  held[known(ref)].push_back(made.impl());
  return made;
}

Tensor Checked::handleOf(agc::Object *object) {
  Value anchor = placeholder(builder, object->loc, agt::RefType::get(object->type));
  getReplay().refer(anchor, object);
  return tensor(anchor);
}

bool Checked::isHeld(const agc::Object *object) const {
  auto it = held.find(object);
  return it != held.end() &&
         llvm::any_of(it->second, [](const auto &handle) { return !handle.expired(); });
}

/// What no handle refers to is only history: its ops go.
void Checked::poll(Where where, bool) {
  if (!std::exchange(sweeps, false))
    return;
  llvm::erase_if(handles, [](const auto &handle) { return handle.expired(); });
  Block &block = LiveFunction::function.getBody().front();
  llvm::DenseSet<Operation *> stay;
  OpBuilder b = OpBuilder::atBlockBegin(&block);
  for (const std::weak_ptr<trace::Object> &handle : handles) {
    std::shared_ptr<trace::Object> object = handle.lock();
    Value anchor = placeholder(b, object->ref.getLoc(), object->ref.getType());
    getReplay().refer(anchor, object->known);
    object->ref = anchor;
    stay.insert(anchor.getDefiningOp());
  }
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block))) {
    if (stay.contains(&op))
      continue;
    getReplay().forget(&op);
    op.erase();
  }
}

std::unique_ptr<Process> makeChecked(CheckOptions options) {
  return std::make_unique<Checked>(std::move(options));
}

} // namespace agc::session
