// agc::Model: functions traced over a common state, and the object and header they become.
#ifndef AGC_COMPILER_TRACE_MODEL_H
#define AGC_COMPILER_TRACE_MODEL_H

#include "compiler/Trace/Factory.h"
#include <functional>
#include <map>

namespace agc {

/// An extent of an input: a number, or a name for what the caller passes. Inputs that name the same
/// extent agree in it.
struct InputExtent {
  int64_t number = 0;
  std::string name; ///< empty for a number

  InputExtent(int number) : number(number) {}
  InputExtent(int64_t number) : number(number) {}
  InputExtent(const char *name) : name(name) {}
};

/// An input of an exported function.
struct Input {
  std::string name;
  DType dtype;
  std::vector<InputExtent> shape;
  bool requires_grad = false; ///< a leaf whose gradient may be asked for
};

/// A named result of an exported function.
struct Output {
  std::string name;
  Tensor tensor;
};
using Outputs = std::vector<Output>;

/// What a model is compiled for; as the options of `agc`.
struct EmitOptions {
  std::string cpu = "native"; ///< or a level such as "x86-64-v3", or a name that LLVM knows
  std::string target;         ///< a target triple; empty for the host's
  /// The derivatives that plain functions get: of "vjp", "split" and "jvp".
  std::vector<std::string> derive = {"vjp"};
};

/// What a safetensors file has, by name.
class NamedValues : public std::map<std::string, Values> {
public:
  explicit NamedValues(std::string path) : path(std::move(path)) {}

  /// The tensor of that name; an Error where the file has none.
  const Values &at(const std::string &name, Where where = {}) const;

private:
  std::string path; ///< the file's
};

/// Tensors of a safetensors file; an Error for a file that is none.
NamedValues load(const std::string &path, Where where = {});

/// A model: parameters and buffers that persist from call to call, and functions over them.
///
///     agc::Model model("line");
///     agc::Tensor w = model.parameter("w", agc::Values::zeros(agc::f32, {3}));
///     model.function("predict", {{"x", agc::f32, {"n", 3}}},
///                    [&](const agc::Tensors &in) -> agc::Outputs {
///                      return {{"y", in[0].mv(w)}};
///                    });
///     model.emit("line.o");                       // and line.h
///
/// A function's body runs once, now; what happens to tensors in it becomes the emitted code. Of all
/// tensors only the model's parameters and buffers may be used in more than one function.
class Model {
public:
  /// `name` begins every name of the emitted header.
  explicit Model(std::string name, Where where = {});
  ~Model();
  struct Impl;
  /// For other front ends.
  explicit Model(std::shared_ptr<Impl> impl) : impl(std::move(impl)) {}
  Model(const Model &) = delete;
  Model &operator=(const Model &) = delete;

  /// A leaf of the state that requires grad.
  Tensor parameter(const std::string &name, const Values &initial, Where where = {});
  /// A leaf of the state that does not.
  Tensor buffer(const std::string &name, const Values &initial, Where where = {});

  /// Traces an exported function.
  void function(const std::string &name, const std::vector<Input> &inputs,
                const std::function<Outputs(const Tensors &)> &body, Where where = {});

  /// Writes the object file, and beside it the header of the same name; both or neither.
  void emit(const std::string &path, const EmitOptions &options = {}, Where where = {});

  /// The module as MLIR text, before any pass.
  std::string print() const;

  const std::string &getName() const;

private:
  Tensor state(const std::string &name, const Values &initial, bool requiresGrad, Where where);

  std::shared_ptr<Impl> impl; ///< shared with what was made in it
};

/// The main function of a generator: makes the model, runs `build` on it, and emits to the path on
/// the command line. Errors are printed as a compiler prints them; what has no line of its own is
/// told at that of the call.
///
///     int main(int argc, char **argv) { return agc::generate(argc, argv, "line", build); }
int generate(int argc, char **argv, const std::string &name,
             const std::function<void(Model &)> &build, Where where = {});

} // namespace agc

#endif // AGC_COMPILER_TRACE_MODEL_H
