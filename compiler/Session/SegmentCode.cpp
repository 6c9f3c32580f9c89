// Where a segment's code comes from.
#include "compiler/Session/SegmentCode.h"
#include "compiler/Trace/Reports.h"
#include "llvm/Support/Process.h"
#include <chrono>

using namespace mlir;

namespace agc::session {

/// Patterns of one form: more sizes than these are compiled each for itself.
static constexpr size_t kMaxPatterns = 4;

/// A segment that runs in pieces takes some milliseconds more, and about a second to compile.
static constexpr unsigned kManyTimes = 300;

static bool printsSegments() {
  static const bool prints = llvm::sys::Process::GetEnv("AGC_PRINT_SEGMENTS").has_value();
  return prints;
}

std::optional<SegmentCode::Callable> SegmentCode::find(const Segment &segment) {
  auto known = forms.find(segment.getForm());
  if (known == forms.end())
    return {};
  Form &form = known->second;
  auto exact = form.exact.find(segment.getSizes());
  if (exact != form.exact.end()) {
    ++stats.hits;
    return Callable{exact->second.get(), {}};
  }
  for (auto &[pattern, code] : form.general)
    if (std::optional<SmallVector<int64_t>> extents = pattern.match(segment.getSizes())) {
      ++stats.hits;
      return Callable{code.get(), *extents};
    }
  return {};
}

bool SegmentCode::knowsForm(const Segment &segment) const {
  auto known = forms.find(segment.getForm());
  return known != forms.end() && known->second.last;
}

bool SegmentCode::comesOften(const Segment &segment) {
  return ++forms[segment.getForm()].timesWithout > kManyTimes;
}

SegmentCode::Callable SegmentCode::make(Segment &segment, Where where) {
  Form &form = forms[segment.getForm()];
  auto start = std::chrono::steady_clock::now();
  std::optional<Callable> found = generalise(form, segment, where);
  if (!found) {
    auto code = compile(segment, nullptr, where);
    found = Callable{code.get(), {}};
    form.exact[segment.getSizes()] = std::move(code);
  }
  stats.compileSeconds +=
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return *found;
}

/// Code for these sizes, for those that the form was compiled for last or for any before, and
/// whatever is alike; none where there can be none.
std::optional<SegmentCode::Callable> SegmentCode::generalise(Form &form, Segment &segment,
                                                             Where where) {
  std::optional<Sizes> last = std::exchange(form.last, segment.getSizes());
  if (!last || form.isFixed || form.general.size() == kMaxPatterns)
    return {};
  SmallVector<Start> starts = segment.getStarts();
  std::optional<SizePattern> pattern;
  if (!form.general.empty())
    pattern = form.general.back().first.widened(segment.getSizes(), starts);
  if (!pattern)
    pattern = SizePattern(*last).widened(segment.getSizes(), starts);
  if (!pattern)
    return {};
  try {
    auto code = compile(segment, &*pattern, where);
    form.general.emplace_back(*pattern, std::move(code));
  } catch (const Error &error) {
    if (printsSegments())
      llvm::errs() << "not for any size: " << error.what() << "\n";
    form.isFixed = true;
    return {};
  }
  auto &[made, code] = form.general.back();
  return Callable{code.get(), *made.match(segment.getSizes())};
}

std::unique_ptr<Compiled> SegmentCode::compile(Segment &segment, const SizePattern *pattern,
                                               Where where) {
  std::optional<SegmentObject> object;
  while (!object) {
    trace::Reports reports(&context, where);
    FailureOr<OwningOpRef<ModuleOp>> module = segment.build(pattern);
    reports.raise(failed(module));
    object = objectOf(**module);
    if (object || !interrupts().came || !interrupts().came())
      reports.raise(!object);
    else
      interrupts().handle(); // where the program goes on, it is compiled once more
  }
  auto loaded = jit.load(*object);
  if (!loaded)
    throw Error(where,
                "internal error: a segment does not load: " + llvm::toString(loaded.takeError()));
  return std::move(*loaded);
}

/// The object of a module, from the disk where it was compiled before.
std::optional<SegmentObject> SegmentCode::objectOf(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream os(text);
  module->print(os, OpPrintingFlags().enableDebugInfo(false));
  if (printsSegments())
    llvm::errs() << text;
  if (std::optional<SegmentObject> object = disk.find(text); object && jit.canLoad(*object))
    return object;
  ++stats.compiles;
  if (interrupts().watch)
    interrupts().watch();
  FailureOr<SegmentObject> made = jit.compile(module, interrupts().came);
  if (interrupts().unwatch)
    interrupts().unwatch();
  if (failed(made))
    return {};
  disk.store(text, *made);
  return std::move(*made);
}

} // namespace agc::session
