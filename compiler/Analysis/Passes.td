// The passes of this folder: each one's flag, its options, what it depends on, and IR before and after.
#ifndef AGC_COMPILER_ANALYSIS_PASSES_TD
#define AGC_COMPILER_ANALYSIS_PASSES_TD

include "mlir/Pass/PassBase.td"

def CheckProgram : Pass<"ag-check-program", "mlir::ModuleOp"> {
  let summary = "what no later pass could compile is refused at its line";
  let description = [{
    Afterwards the `agc.` attributes that a program gives are of their kinds; a call is of a function with a body
    that does not come back to its caller; a function is one block; ops on tensors are of `ag` and `agt`, but for
    `tensor.dim`, and `tensor.extract` and `tensor.from_elements` between them and numbers; arithmetic on numbers
    does not trap, nor is an element read that is not there, whatever a call gives.

    ```mlir
    %0 = math.sin %x : tensor<4xf32>
    // error: 'math.sin' on tensors cannot be compiled, only ops of ag
    ```
  }];
}

def Check : Pass<"agt-check", "mlir::ModuleOp"> {
  let summary = "autograd's errors are reported where PyTorch raises them";
  let description = [{
    Plays a function's tensor objects to the state of autograd (compiler/Analysis/AutogradState.h).
    Every error that PyTorch would raise is one here, at the op, with notes at the other lines
    involved; after one, the op counts as done and the check goes on. Without errors, each
    `agt.query` becomes a constant.

    ```mlir
    %0 = agt.query is_leaf %r : !agt.ref<tensor<4xf32>> -> i1
    // becomes
    %true = arith.constant true
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "agc::ag::AgDialect"];
  let options = [
    Option<"annotate", "annotate", "bool", "false",
           "write what autograd knows of an object onto the op that makes or changes it">,
  ];
}

#endif // AGC_COMPILER_ANALYSIS_PASSES_TD
