// The passes of this folder: each one's flag, its options, what it depends on, and IR before and after.
#ifndef AGC_COMPILER_AUTODIFF_PASSES_TD
#define AGC_COMPILER_AUTODIFF_PASSES_TD

include "mlir/Pass/PassBase.td"

def Differentiate : Pass<"ag-differentiate"> {
  let summary = "gradients and tangents become the ops that compute them";
  let description = [{
    Expands every `ag.grad` and `ag.jvp`, in program order, by the rules of the records of the ops
    between outputs and wrt. Only ops on a path from a wrt to an output get a backward: a frozen leaf
    costs nothing. What an earlier expansion made is differentiated like any other op, so that
    gradients of gradients need nothing more; without `create_graph` a gradient is a constant. An op
    on a path that has no rule is an error, which names it and the path. What may fail at run time on
    the way to an output stays, as an `ag.check` of it.

    ```mlir
    %y = ag.map tanh(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %g = ag.grad %y seeds %s wrt %x : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    // becomes
    %y = ag.map tanh(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %one = ag.constant dense<1.0> : tensor<f32>
    %0 = ag.map mul(%y, %y) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %1 = ag.map sub(%one, %0) : (tensor<f32>, tensor<4xf32>) -> tensor<4xf32>
    %2 = ag.map mul(%s, %1) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %g = ag.stop_gradient %2 : tensor<4xf32>
    ```
  }];
  let options = [
    Option<"keepChecks", "keep-checks", "bool", "true", "a call fails where an output's would">,
  ];
  let dependentDialects = ["agc::ag::AgDialect"];
}

def DeriveFunctions : Pass<"ag-derive-functions", "mlir::ModuleOp"> {
  let summary = "exported functions get their derivatives as functions of their own";
  let description = [{
    A plain function F (exported, of tensors alone, with no state and no gradient in it) gets
      F_vjp(arguments, cotangents of the float results) -> gradients of the float arguments
      F_jvp(arguments, tangents of the float arguments) -> results, tangents of the float results
      F.split(arguments, cotangents) -> results, gradients: what ag-partition parts
    of which the options say which are made where it can be done; a remark says where not. The function's own
    list, `agc.derive`, comes before them: what stands in it is made, or an error; no more than that.

    ```mlir
    func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> attributes {agc.export} {
      %y = ag.map exp(%x) : (tensor<4xf32>) -> tensor<4xf32>
      return %y : tensor<4xf32>
    }
    // gets beside it
    func.func @f_vjp(%x: tensor<4xf32>, %s: tensor<4xf32> {agc.name = "result0_cotangent"})
        -> (tensor<4xf32> {agc.name = "arg0_gradient"}) attributes {agc.export} {
      %y = ag.map exp(%x) : (tensor<4xf32>) -> tensor<4xf32>
      %g = ag.map mul(%s, %y) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      return %g : tensor<4xf32>
    }
    ```
  }];
  let dependentDialects = ["agc::ag::AgDialect", "mlir::arith::ArithDialect",
                           "mlir::cf::ControlFlowDialect", "mlir::tensor::TensorDialect"];
  let options = [
    Option<"vjp", "vjp", "bool", "true", "F_vjp wherever it can be made">,
    Option<"jvp", "jvp", "bool", "false", "F_jvp wherever it can be made">,
    Option<"split", "split", "bool", "false", "F_fwd and F_bwd wherever they can be made">,
  ];
}

#endif // AGC_COMPILER_AUTODIFF_PASSES_TD
