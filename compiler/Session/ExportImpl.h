// What an export knows while its functions are traced. Internal to this library.
#ifndef AGC_COMPILER_SESSION_EXPORTIMPL_H
#define AGC_COMPILER_SESSION_EXPORTIMPL_H

#include "compiler/Session/Export.h"
#include "compiler/Trace/ModelImpl.h"
#include <map>
#include <set>

namespace agc::session {

/// Of a constant that stands for a gradient which an earlier call left: whose it is. It must come
/// to be state where anything uses it.
inline constexpr const char *kLeft = "agc.left";

struct Export::Impl : ModelOwner {
  Impl(std::string name, NameOf nameOf, bool givesGradients)
      : name(std::move(name)), nameOf(std::move(nameOf)), givesGradients(givesGradients) {}

  std::exception_ptr round(const std::vector<ExportedFunction> &functions,
                           std::set<std::string> filled);
  mlir::OwningOpRef<mlir::ModuleOp> values() const;

  Tensor foreign(const Tensor &tensor, Where where) override;
  void used(trace::Trace &trace, llvm::StringRef state, mlir::Value ref, Where where) override;
  void meets(mlir::Operation *op, agc::Object *object, Where where) override;
  void finished(const llvm::MapVector<mlir::StringAttr, agc::Object *> &usedStates,
                Outputs &outputs, Where where) override;
  /// What stands for aliases of states in the function that is being traced.
  std::map<const agc::Object *, Tensor> &aliasesIn(trace::Trace &trace) {
    if (std::exchange(aliasing, trace.getIdentity()) != trace.getIdentity())
      aliases.clear();
    return aliases;
  }
  Tensor stateOf(const ExportedState &state) {
    trace::Trace::Outside outside;
    trace::Trace &program = trace::Trace::current({});
    return states.at(program.known(state.live.impl(), {}));
  }
  ExportedState &exportedOf(const std::string &name) {
    return *llvm::find_if(exported, [&](auto &each) { return each.name == name; });
  }
  /// Makes gradients state; false where all are.
  bool keep(const std::set<std::string> &names) {
    size_t before = kept.size();
    kept.insert(names.begin(), names.end());
    return kept.size() != before;
  }
  /// The same for whether these slots hold anything: a call relies on it.
  bool keepFlags() {
    size_t before = flagged.size();
    flagged.merge(std::exchange(relying, {}));
    return flagged.size() != before;
  }
  /// Whether the functions are to be traced again for a tensor that others are views of.
  bool takesOwner() { return std::exchange(isOwnerNew, false); }
  /// Whether a call has left alone what it found in a slot, or has set it to zero.
  bool isAsBefore(const std::string &name) {
    return placed[name] && placed[name]->counter->current == zeroed[name];
  }
  agc::Object *objectOf(const Tensor &tensor, Where where);
  Tensor aliasOf(const Tensor &tensor, agc::Object *object, const std::string &name, Where where);
  Tensor addState(const Tensor &tensor, agc::Object *object, const std::string &name, Where where);
  void endFunction();
  void addGradient(const std::string &name, const Tensor &leaf, Where where);
  void checkFilled();
  void keepGradient(const std::string &name, Outputs &outputs, Where where);

  std::string name;
  NameOf nameOf;
  const bool givesGradients;
  std::shared_ptr<Model::Impl> model;
  std::map<const agc::Object *, Tensor> states; ///< of the program's objects
  std::vector<ExportedState> exported;          ///< in the order of the state
  /// The program's objects that are state, by their storage.
  std::map<const Storage *, std::vector<agc::Object *>> storages;
  std::map<const agc::Object *, std::string> names; ///< of these and their aliases
  std::set<std::string> functionNames;
  /// Of storages some of whose parts were met first: what these are views of.
  std::map<const Storage *, Tensor> owners;
  bool isOwnerNew = false;                       ///< one was found in this round
  std::map<const agc::Object *, Tensor> aliases; ///< of states, in one function
  trace::Identity aliasing = 0;                  ///< that function's trace
  /// States in whose gradient slot something is from before, and in which a call of this round
  /// leaves something.
  std::set<std::string> left, leaving;
  std::set<std::string> added; ///< those to whose gradient from before a call has added
  std::map<std::string, agc::Object *> placed; ///< of this function, what stands for that
  /// Those whose gradient is state, too: a call uses what the last one left.
  std::set<std::string> kept;
  std::map<std::string, Tensor> gradients; ///< the state of it
  /// Those for which it is state whether there is a gradient, since a call may come before any.
  std::set<std::string> flagged, relying;
  std::map<std::string, Tensor> flags;   ///< the state of that
  std::map<std::string, int64_t> zeroed; ///< of this function, how often the slot was set to zero
  std::map<std::string, Where> relied;   ///< of this function, where it uses what was there before
};

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_EXPORTIMPL_H
