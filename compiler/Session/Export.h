// Functions of a program that runs, traced for compilation: what of the program they use and change
// becomes the state of a model.
#ifndef AGC_COMPILER_SESSION_EXPORT_H
#define AGC_COMPILER_SESSION_EXPORT_H

#include "compiler/Trace/Model.h"

namespace agc::session {

/// A function of the program, as Model::function takes it.
struct ExportedFunction {
  std::string name;
  std::vector<Input> inputs;
  std::function<Outputs(const Tensors &)> body; ///< may call setStructure
  Where where;
};

/// A tensor of the program that became state of the model.
struct ExportedState {
  std::string name;
  Tensor live;
  bool isWritten = false; ///< by one of the functions
  std::string gradient =
      {}; ///< the output with the gradient that a call leaves in its slot, or empty
  bool clearsGradient = false; ///< a call leaves the slot empty
  bool isGradient = false;     ///< it is what the slot of `live` holds
  bool isFlag = false;         ///< it is whether that slot holds anything
};

/// Says what the function that is being traced returns, as agc_function_info has it.
void setStructure(const std::string &structure, Where where);

/// Functions of the running program as a model. The program's tensors that they use are its state,
/// with the elements that these have now.
class Export {
public:
  /// The name of a tensor of the program.
  using NameOf = std::function<std::string(const Tensor &)>;
  /// With `givesGradients`, what the functions leave in gradient slots is among their outputs.
  Export(std::string model, NameOf nameOf, bool givesGradients = false);
  ~Export();

  /// Traces the functions, in two rounds: what the first call leaves behind, and is no state, must
  /// not change what the next one does. An Error at the line where it does.
  void trace(const std::vector<ExportedFunction> &functions);

  /// The state, in its order.
  std::vector<ExportedState> getStates() const;
  /// The machine code, for this process.
  std::string compile() const;
  /// The module of tensor objects, with the program's lines, as MLIR's bytecode.
  std::string bytecode() const;

private:
  struct Impl;
  std::unique_ptr<Impl> impl;
};

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_EXPORT_H
