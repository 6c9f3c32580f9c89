// A random program in the making: `agt` ops, run while they are appended, and the same events as
// JSON for PyTorch (torch_programs.py).
#ifndef AGC_TEST_RANDOM_PROGRAM_H
#define AGC_TEST_RANDOM_PROGRAM_H

#include "compiler/Interpreter/Interpreter.h"
#include "dialect/AgtDialect.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/JSON.h"
#include <random>
#include <set>

namespace agc::test {

/// How often each thing occurred, by kind ("record", "view", "event", "error") and name.
using Coverage = std::map<std::string, std::map<std::string, uint64_t>>;

class Program {
public:
  Program(mlir::MLIRContext *context, uint64_t seed, Coverage &coverage);

  // Chance, the same on every machine.
  uint64_t below(uint64_t n) { return random() % n; }
  bool chance(double p) { return double(random() >> 11) * 0x1p-53 < p; }
  uint64_t draw() { return random(); }

  // Objects.
  const std::vector<mlir::Value> &getObjects() const { return objects; }
  /// One of the objects that `wanted` takes, rather a late one; null where there is none.
  mlir::Value pick(llvm::function_ref<bool(mlir::Value)> wanted);
  Object *objectOf(mlir::Value ref) { return memory().getReplay().objectOf(ref); }
  bool requiresGrad(mlir::Value ref) { return memory().getState().requiresGrad(objectOf(ref)); }
  interp::Tensor valueOf(mlir::Value ref) { return memory().valueOf(objectOf(ref)); }
  /// Whether two objects look at a place in common, each in its own way.
  bool areEntangled(mlir::Value a, mlir::Value b);
  llvm::json::Value nameOf(mlir::Value ref) const;
  llvm::json::Array namesOf(mlir::ValueRange refs) const;

  // Making ops.
  mlir::OpBuilder &builder() { return b; }
  mlir::Location loc() const { return location; }
  interp::Frame &getFrame() { return frame; }
  interp::Interpreter &getInterpreter() { return interpreter; }
  /// A leaf with these elements, which are an input.
  mlir::Value leaf(const interp::Tensor &value, bool requiresGrad);
  /// What an object holds.
  mlir::Value read(mlir::Value ref);
  /// Runs an event, which several ops may stand for. Where autograd refuses it they go and the
  /// program goes on without; PyTorch must refuse it in the same words.
  bool play(llvm::ArrayRef<mlir::Operation *> ops, llvm::json::Object event);
  /// Erases what was appended behind `last` and came to nothing.
  void eraseAfter(mlir::Operation *last);
  mlir::Operation *lastOp() { return entry->empty() ? nullptr : &entry->back(); }

  /// Ends the program: every object and every gradient is a result.
  void finish();
  /// Whether a backward failed: PyTorch has done a part of it by then, so that nothing may follow.
  bool isOver() const { return over; }
  /// Whether a backward read what was written through .data: the interpreter has what was saved.
  bool isStale() const { return stale; }
  /// The events, and what every object and gradient is in the end. Once.
  llvm::json::Object takeJson();

  std::vector<std::string> failures; ///< the pass said something else than the class
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::vector<interp::Tensor> inputs, results; ///< of @main

private:
  interp::ObjectMemory &memory() { return interpreter.getObjects(); }
  void comparePass(const AutogradError &error);
  bool refuse(llvm::ArrayRef<mlir::Operation *> ops, llvm::json::Object event, llvm::Error error);
  void addObject(mlir::Value ref);
  void addResult(mlir::Value value, const llvm::Twine &name);

  mlir::Location location;
  mlir::OpBuilder b;
  mlir::func::FuncOp main;
  mlir::Block *entry;
  interp::Interpreter interpreter;
  interp::Frame frame{/*exact=*/false};
  std::mt19937_64 random;
  Coverage &coverage;
  std::vector<mlir::Value> objects;
  llvm::DenseMap<mlir::Value, std::string> names;
  llvm::json::Array events;
  llvm::json::Object expected;
  llvm::SmallVector<mlir::Value> returned;
  bool over = false, stale = false;
};

} // namespace agc::test

#endif // AGC_TEST_RANDOM_PROGRAM_H
