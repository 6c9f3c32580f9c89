// What the functions of Session.h are asked of: a trace that stands for the whole process. Internal
// to this library.
#ifndef AGC_COMPILER_SESSION_PROCESS_H
#define AGC_COMPILER_SESSION_PROCESS_H

#include "compiler/Analysis/Layout.h"
#include "compiler/Session/Check.h"
#include "compiler/Session/Jit.h"
#include "compiler/Trace/Trace.h"

namespace agc::session {

/// A function that grows, in a context of its own.
struct LiveFunction {
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp function;

  LiveFunction();
};

/// The trace of a process.
class Process : public trace::Trace {
public:
  using Trace::Trace;

  virtual Tensor leaf(mlir::RankedTensorType type, Buffer buffer, bool requiresGrad,
                      Where where) = 0;
  virtual Tensor leaf(mlir::RankedTensorType type, SharedMemory memory, Where where) = 0;
  virtual SharedMemory share(mlir::Value ref, Where where) = 0;
  virtual bool isKnown(mlir::Value ref) = 0;
  virtual Buffer elementsOf(mlir::Value ref, Where where) = 0;
  /// All elements of an object's storage, and how many these are.
  virtual Buffer wholeOf(agc::Object *object, Where where) = 0;
  virtual int64_t countOf(agc::Object *object, Where where) = 0;
  /// Where an object's first element lies; null where its storage is not shared.
  virtual char *addressOf(const agc::Object *object) = 0;
  virtual void poll(Where where, bool ends) = 0;
  virtual void synchronize(Where where) = 0;
  /// Another handle of an object.
  virtual Tensor handleOf(agc::Object *object) = 0;
  virtual void forget(mlir::Value ref) {}
  virtual void readsGrad(mlir::Value ref, Where where) {}
  virtual std::optional<size_t> takeNumbers(mlir::Value ref, Where where) { return std::nullopt; }
  virtual void makeOfNumbers(mlir::Value ref, size_t taking, Where where) {}
  virtual void enterBranch(bool enters) {}
  virtual Extent unknownExtent(Where where) { throw agc::Error(where, "an extent is not known"); }
  /// Raises the error of a rule; a check reports it.
  virtual void refuse(const Refusal &refusal, mlir::Value subject, Where where) {
    throw agc::Error(where, refusal.text);
  }
  virtual Story tell() { return {}; }
  virtual void end(const std::vector<Parameters> &groups) {}

  Stats stats;
  bool detectsAnomaly = false; ///< a backward that makes a NaN is an error

protected:
  void retyped(const agc::Object *object, mlir::Value ref) override;

  std::vector<std::weak_ptr<trace::Object>> handles; ///< of all objects that the program may hold
};

/// A trace that runs when a number is asked for (see begin).
std::unique_ptr<Process> makeLive();
/// A trace that never runs (see beginCheck).
std::unique_ptr<Process> makeChecked(CheckOptions options);

/// A value that no op computes: its elements are in memory, or never asked for.
mlir::Value placeholder(mlir::OpBuilder &b, mlir::Location loc, mlir::Type type);
bool isPlaceholder(mlir::Operation *op);

/// The elements in memory, row-major.
Buffer gather(const Layout &layout, int64_t elementBytes, char *memory);
/// Elements of a storage up to the last one that a layout reaches.
int64_t reachOf(const Layout &layout);
/// Bytes of an element, and of all elements where no extent is `?`.
int64_t elementBytes(mlir::RankedTensorType type);
int64_t bytesOf(mlir::RankedTensorType type);

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_PROCESS_H
