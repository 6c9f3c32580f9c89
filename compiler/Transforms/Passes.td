// The passes of this folder: each one's flag, its options, what it depends on, and IR before and after.
#ifndef AGC_COMPILER_TRANSFORMS_PASSES_TD
#define AGC_COMPILER_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def Functionalize : Pass<"agt-functionalize", "mlir::func::FuncOp"> {
  let summary = "tensor objects become values";
  let description = [{
    A storage is one value; a view takes its part of it when it is read, and a write through a view
    puts the new part in. Gradients are `ag.grad` ops with respect to `ag.leaf_mark`s and to the values
    of nodes; `ag.stop_gradient` and `ag.straight_through` stand where autograd does not look. Each
    state that the function uses becomes an argument, and where it may have been written a result,
    both with `agc.state`. No `agt` op is left in the function; the module's `agt.state`s stay.

    Fails, with the error of `agt-check`, where autograd refuses; and where a backward would read a
    saved tensor that was written through `.data`.

    ```mlir
    func.func @step() {
      %w = agt.state_ref @w : !agt.ref<tensor<4xf32>>
      agt.grad_mode push no_grad
      %0 = agt.read %w : !agt.ref<tensor<4xf32>>
      %1 = ag.map neg(%0) : (tensor<4xf32>) -> tensor<4xf32>
      agt.write "neg_" %w, %1 : !agt.ref<tensor<4xf32>>
      agt.grad_mode pop
      return
    }
    // becomes
    func.func @step(%w: tensor<4xf32> {agc.state = "w"}) -> (tensor<4xf32> {agc.state = "w"}) {
      %0 = ag.leaf_mark %w : tensor<4xf32>
      %1 = ag.map neg(%0) : (tensor<4xf32>) -> tensor<4xf32>
      return %1 : tensor<4xf32>
    }
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "agc::ag::AgDialect"];
}

def ExpandComposites : Pass<"ag-expand-composites"> {
  let summary = "composites become the ops of their bodies";
  let description = [{
    Puts its record's body in the place of every `ag.apply`, down to ops that are no composites. It runs
    after differentiation, which uses the composites' own gradients.

    ```mlir
    %y = ag.apply mm(%a, %b) : (tensor<4x5xf32>, tensor<5x6xf32>) -> tensor<4x6xf32>
    // becomes
    %y = ag.contract "mk,kn->mn"(%a, %b) : (tensor<4x5xf32>, tensor<5x6xf32>) -> tensor<4x6xf32>
    ```
  }];
  let dependentDialects = ["agc::ag::AgDialect"];
}

def Partition : Pass<"ag-partition", "mlir::ModuleOp"> {
  let summary = "forward and backward become two functions";
  let description = [{
    Parts F.split (see ag-derive-functions). F_bwd gets what depends on a cotangent, and what costs no memory
    to make again: constants, broadcasts, extents. What it needs besides is a residual, a result of F_fwd and
    an argument of F_bwd; extents that the arguments name are index arguments of F_bwd.

    ```mlir
    func.func private @f.split(%x: tensor<4xf32>, %s: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>)
        attributes {agc.split = array<i64: 1, 1>} {
      %y = ag.map exp(%x) : (tensor<4xf32>) -> tensor<4xf32>
      %g = ag.map mul(%s, %y) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      return %y, %g : tensor<4xf32>, tensor<4xf32>
    }
    // becomes
    func.func @f_fwd(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32> {agc.residual})
        attributes {agc.export} {
      %y = ag.map exp(%x) : (tensor<4xf32>) -> tensor<4xf32>
      return %y, %y : tensor<4xf32>, tensor<4xf32>
    }
    func.func @f_bwd(%y: tensor<4xf32> {agc.residual}, %s: tensor<4xf32>) -> tensor<4xf32>
        attributes {agc.export} {
      %g = ag.map mul(%s, %y) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      return %g : tensor<4xf32>
    }
    ```
  }];
  let dependentDialects = ["mlir::func::FuncDialect"];
}

def Simplify : Pass<"ag-simplify"> {
  let summary = "folds, shares and drops what differentiation and bodies left behind";
  let description = [{
    Shares common subexpressions; folds permutations into the subscripts of contractions, broadcasts into
    pointwise ops, casts through wider types, zeros that are moved or summed, negations into sums; takes
    extents from where they come; drops what nothing uses, and, once no `ag.grad` is left, the marks of
    autograd. No rewrite changes the bits of a value that is not NaN.

    ```mlir
    %t = ag.permute %w [1, 0] : (tensor<6x5xf32>) -> tensor<5x6xf32>
    %y = ag.contract "mk,kn->mn"(%x, %t) : (tensor<4x5xf32>, tensor<5x6xf32>) -> tensor<4x6xf32>
    // becomes
    %y = ag.contract "mk,nk->mn"(%x, %w) : (tensor<4x5xf32>, tensor<6x5xf32>) -> tensor<4x6xf32>
    ```
  }];
  let dependentDialects = ["agc::ag::AgDialect"];
}

#endif // AGC_COMPILER_TRANSFORMS_PASSES_TD
