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
}

def Annotate : Pass<"agt-annotate", "mlir::ModuleOp"> {
  let summary = "what autograd knows of an object is written onto the op that makes or changes it";
  let description = [{
    For tests and tools. Afterwards each `agt` op has the attribute `agt.autograd`: of each result, or of the object that
    the op changes, whether it is a leaf and requires grad, its version, strides and node. The first error of autograd
    ends it; `agt-check` reports all.

    ```mlir
    %y = agt.new %1 : tensor<2xf32>
    // becomes
    %y = agt.new %1 {agt.autograd = {grad_fn = "ExpBackward0", leaf = false, object = 1 : i64,
                                     requires_grad = true, strides = array<i64: 1>, version = 0 : i64}} : tensor<2xf32>
    ```
  }];
}

#endif // AGC_COMPILER_ANALYSIS_PASSES_TD
