// A trace that follows autograd without computing anything. Internal to this library.
#ifndef AGC_COMPILER_SESSION_CHECKED_H
#define AGC_COMPILER_SESSION_CHECKED_H

#include "compiler/Analysis/Advice.h"
#include "compiler/Session/Process.h"
#include <set>

namespace agc::session {

/// A location as users read it.
Place asPlace(mlir::Location loc);

/// Records events, plays them to autograd, and reports what it refuses and what is regretted.
/// Numbers are known where the program gave them: what was computed or written has none.
class Checked : private LiveFunction, public Process {
public:
  explicit Checked(CheckOptions options);

  Tensor leaf(mlir::RankedTensorType type, Buffer buffer, bool requiresGrad, Where where) override;
  Tensor leaf(mlir::RankedTensorType type, SharedMemory memory, Where where) override;
  SharedMemory share(mlir::Value ref, Where where) override;
  bool isKnown(mlir::Value ref) override;
  Buffer elementsOf(mlir::Value ref, Where where) override;
  Buffer wholeOf(agc::Object *object, Where where) override;
  int64_t countOf(agc::Object *object, Where where) override;
  char *addressOf(const agc::Object *object) override;
  void poll(Where where, bool ends) override;
  void synchronize(Where) override {}
  void forget(mlir::Value ref) override { given.erase(known(ref)->storage); }
  void readsGrad(mlir::Value ref, Where where) override;
  std::optional<size_t> takeNumbers(mlir::Value ref, Where where) override;
  void makeOfNumbers(mlir::Value ref, size_t taking, Where where) override;
  void enterBranch(bool enters) override { branches += enters ? 1 : -1; }
  Extent unknownExtent(Where where) override;
  void refuse(const Refusal &refusal, mlir::Value subject, Where where) override;
  Story tell() override;
  void end(const std::vector<Parameters> &groups) override;
  Tensor tensor(mlir::Value ref) override;
  Tensor handleOf(agc::Object *object) override;

protected:
  void play(mlir::Operation *op, trace::Reports &reports, Where where) override;
  void refuseWrite(llvm::Error error, Where where) override;
  void raiseOrReport(const AutogradError &error, Where where);

private:
  /// Numbers of a storage as the program gave them.
  struct Given {
    std::shared_ptr<char> memory; ///< the storage's first element
    std::function<bool()> isShared;
    Layout layout;
  };

  void report(Finding finding);
  void report(AutogradError error, Finding::Severity severity);
  void explain(AutogradError &error);
  void warn(const AutogradWarning &warning);
  static std::unique_ptr<AutogradError> failureOf(llvm::Error error);
  [[noreturn]] void refuse(mlir::Operation *op, const AutogradError &error, Where where);
  void doubt(mlir::Operation *op, const Deed *deed);
  void addLacking(const agc::Object *object, llvm::ArrayRef<agc::Object *> sources);
  void inheritDoubts(const Deed &deed);
  bool isOfDoubt(mlir::ValueRange operands, const AutogradError &error);
  void owe(const AutogradError &error);
  bool isHeld(const agc::Object *object) const;
  const Given *givenOf(const agc::Object *object) const;
  const Given &givenOf(const agc::Object *object, Where where) const;

  CheckOptions options;
  Chronicle chronicle{autograd, getReplay()};
  Advice advice{chronicle, autograd, getReplay(),
                [this](const agc::Object *object) { return isHeld(object); },
                [this](const AutogradWarning &warning) { warn(warning); }};
  std::set<std::tuple<std::string, std::string, int, int>> reported;
  /// What an error kept out of an object's history; null for anything.
  llvm::DenseMap<const agc::Object *, llvm::SmallPtrSet<agc::Object *, 4>> lacking;
  llvm::DenseSet<const agc::Object *> flagless; ///< an error kept requires_grad from them
  llvm::DenseSet<const agc::Object *> owed;     ///< an error kept the gradient from their slots
  llvm::DenseMap<const agc::Object *, mlir::Location> detachedAt; ///< by detach_()
  llvm::DenseMap<const Storage *, Given> given;
  llvm::DenseMap<const agc::Object *, llvm::SmallVector<std::weak_ptr<trace::Object>, 1>> held;
  bool sweeps = false; ///< at the next poll
  int branches = 0;    ///< that the program is in and a number decides
};

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_CHECKED_H
