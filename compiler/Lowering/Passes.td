// The passes of this folder: each one's flag, its options, what it depends on, and IR before and after.
#ifndef AGC_COMPILER_LOWERING_PASSES_TD
#define AGC_COMPILER_LOWERING_PASSES_TD

include "mlir/Pass/PassBase.td"

def AgToLinalg : Pass<"ag-to-linalg", "mlir::ModuleOp"> {
  let summary = "ops of ag become linalg, tensor, arith, math, complex and scf on tensors";
  let description = [{
    Afterwards no op of `ag` is left. A pointwise op is a linalg.generic with its record's scalar lowering
    as the body, a reduction or contraction one with reduction loops after a fill. f16 and bf16 are computed
    in f32 and rounded once an op; a bool is an i8 of 0 or 1, ui8 is i8. What can fail at run time is a
    cf.assert that carries its status.

    ```mlir
    %0 = ag.reduce sum(%x) dims [1] : tensor<4x5xf32> -> tensor<4xf32>
    // becomes
    %zero = arith.constant 0.0 : f32
    %empty = tensor.empty() : tensor<4xf32>
    %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<4xf32>) -> tensor<4xf32>
    %0 = linalg.generic ... ins(%x) outs(%init) { %s = arith.addf %acc, %in : f32 ... }
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::cf::ControlFlowDialect",
                           "mlir::complex::ComplexDialect", "mlir::linalg::LinalgDialect",
                           "mlir::math::MathDialect", "mlir::scf::SCFDialect",
                           "mlir::tensor::TensorDialect"];
}

def NameExtents : Pass<"ag-name-extents", "mlir::ModuleOp"> {
  let summary = "every unknown extent of an exported function becomes an index argument";
  let description = [{
    Inputs' extents become arguments of the name that `agc.extents` gives them, or one made of the input's;
    results' extents are returned behind them, for the simplifications that follow to work out.

    ```mlir
    func.func @f(%x: tensor<?x4xf32> {agc.extents = ["n", ""]}) -> tensor<?x4xf32> attributes {agc.export}
    // becomes
    func.func @f(%n: index {agc.extent = "n"}, %x: tensor<?x4xf32>) -> (tensor<?x4xf32>, index)
    ```
  }];
  let dependentDialects = ["mlir::tensor::TensorDialect"];
}

def ResolveExtents : Pass<"ag-resolve-extents", "mlir::ModuleOp"> {
  let summary = "extents of results become extents of what they are computed from";
  let description = [{
    A `tensor.dim` of a result of known shape is that of an operand, or computed from operands' extents. So is
    that of a loop's result, where the loop writes into the tensor that it carries.

    ```mlir
    %r = scf.for ... iter_args(%t = %init) -> tensor<?xf32> { ... tensor.insert %v into %t ... }
    %n = tensor.dim %r, %c0 : tensor<?xf32>
    // becomes
    %n = tensor.dim %init, %c0 : tensor<?xf32>
    ```
  }];
  let dependentDialects = ["mlir::affine::AffineDialect", "mlir::tensor::TensorDialect"];
}

def HoistChecks : Pass<"ag-hoist-checks", "mlir::func::FuncOp"> {
  let summary = "run-time checks come before everything that they do not need";
  let description = [{
    Every cf.assert moves out of loops and branches, and with what it needs to the front of its function: a
    failing call returns before it has written an output or a part of the state.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::scf::SCFDialect"];
}

def FusePointwise : Pass<"ag-fuse-pointwise", "mlir::func::FuncOp"> {
  let summary = "pointwise producers move into the loops of their consumers";
  let description = [{
    Pointwise linalg ops are merged into the pointwise or reducing op that reads them, where nothing costly
    is computed twice for it. Contractions stay as they are.
  }];
  let dependentDialects = ["mlir::linalg::LinalgDialect", "mlir::affine::AffineDialect"];
}

def FormDestinations : Pass<"ag-form-destinations", "mlir::ModuleOp"> {
  let summary = "exported functions take buffers and write their results to them";
  let description = [{
    A tensor argument becomes a memref; a result becomes a memref argument that is written at the end, the
    state's parts last and in their own place. A loop's carried tensors each stay in one buffer.

    ```mlir
    func.func @f(%w: tensor<4xf32> {agc.state = "w"}) -> (tensor<f32>, tensor<4xf32> {agc.state = "w"})
    // becomes
    func.func @f(%w: memref<4xf32> {agc.state = "w"}, %loss: memref<f32>)
    ```
  }];
  let dependentDialects = ["mlir::bufferization::BufferizationDialect",
                           "mlir::memref::MemRefDialect"];
}

def PackResiduals : Pass<"ag-pack-residuals", "mlir::ModuleOp"> {
  let summary = "what a forward leaves for its backward is one buffer";
  let description = [{
    A function's residuals, outputs of F_fwd and inputs of F_bwd, become parts of one buffer of bytes in
    their place, aligned to 64 bytes and laid out the same in both. Its size is a number or, where extents are
    unknown, a function of them. In front stand a hash of the model, of F_fwd and of the parts' types, and the
    extents of the call: F_fwd writes them at its end, and F_bwd fails where they are not its own.

    ```mlir
    func.func @f_fwd(%r: memref<4xf32> {agc.residual, agc.shape = [4]}, %s: memref<2xf64> {agc.residual, ...})
    // becomes
    func.func @f_fwd(%residual: memref<192xi8> {agc.alignment = 64, agc.residual, agc.shape = [192]}) {
      %owner = memref.view %residual[%c0][] : memref<192xi8> to memref<1xi64>
      %r = memref.view %residual[%c64][] : memref<192xi8> to memref<4xf32>
      %s = memref.view %residual[%c128][] : memref<192xi8> to memref<2xf64>
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::cf::ControlFlowDialect",
                           "mlir::memref::MemRefDialect"];
  let options = [Option<"model", "model", "std::string", "\"model\"", "the model's name">];
}

def ForwardResults : Pass<"ag-forward-results", "mlir::func::FuncOp"> {
  let summary = "what is copied to an output or a part of the state is computed there";
  let dependentDialects = ["mlir::memref::MemRefDialect"];
}

def MemoryPlan : Pass<"ag-memory-plan", "mlir::ModuleOp"> {
  let summary = "one workspace argument takes the place of every allocation";
  let description = [{
    Buffers of known size get offsets, large ones first, each at the lowest place that is free while it is in
    use; those of unknown size share slots behind them. `agc.workspace_bytes` gives the size, or
    `agc.workspace_function` the function that computes it from the extents.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::memref::MemRefDialect"];
}

def OutlineKernels : Pass<"ag-outline-kernels", "mlir::ModuleOp"> {
  let summary = "each group of loops becomes a private function, one for equal groups";
  let description = [{
    A kernel is a contraction and, of the pointwise ops and reductions up to the next one, those that work on
    the same buffers; the others are kernels of their own. An exported function becomes a flat list of calls
    with their places in memory; kernels that are equal but for their buffers are one function, named for
    what it computes.

    ```mlir
    linalg.matmul ins(%a, %b : memref<4x8xf32>, memref<8x4xf32>) outs(%c : memref<4x4xf32>)
    // becomes
    func.call @mm_4x4x8(%a, %b, %c) : (memref<4x8xf32>, memref<8x4xf32>, memref<4x4xf32>) -> ()
    ```
  }];
  let dependentDialects = ["mlir::func::FuncDialect"];
}

#endif // AGC_COMPILER_LOWERING_PASSES_TD
