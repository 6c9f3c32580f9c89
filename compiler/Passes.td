// Every pass of the compiler: its flag, its options, what it depends on, and IR before and after.
#ifndef AGC_PASSES_TD
#define AGC_PASSES_TD

include "mlir/Pass/PassBase.td"

//===--------------------------------------------------------------------------------------------===//
// Analysis
//===--------------------------------------------------------------------------------------------===//

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

//===--------------------------------------------------------------------------------------------===//
// Autodiff
//===--------------------------------------------------------------------------------------------===//

def Differentiate : Pass<"ag-differentiate"> {
  let summary = "gradients and tangents become the ops that compute them";
  let description = [{
    Expands every `ag.grad` and `ag.jvp`, in program order, by the rules of the records of the ops
    between outputs and wrt. Only ops on a path from a wrt to an output get a backward: a frozen leaf
    costs nothing. What an earlier expansion made is differentiated like any other op, so that
    gradients of gradients need nothing more; without `create_graph` a gradient is a constant. An op
    on a path that has no rule is an error, which names it and the path.

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

//===--------------------------------------------------------------------------------------------===//
// Lowering
//===--------------------------------------------------------------------------------------------===//

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
    unknown, a function of them.

    ```mlir
    func.func @f_fwd(%r: memref<4xf32> {agc.residual, agc.shape = [4]}, %s: memref<2xf64> {agc.residual, ...})
    // becomes
    func.func @f_fwd(%residual: memref<128xi8> {agc.alignment = 64, agc.residual, agc.shape = [128]}) {
      %r = memref.view %residual[%c0][] : memref<128xi8> to memref<4xf32>
      %s = memref.view %residual[%c64][] : memref<128xi8> to memref<2xf64>
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::memref::MemRefDialect"];
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

//===--------------------------------------------------------------------------------------------===//
// Transforms
//===--------------------------------------------------------------------------------------------===//

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

//===--------------------------------------------------------------------------------------------===//
// CodeGen
//===--------------------------------------------------------------------------------------------===//

def EmitEntries : Pass<"agc-emit-entries", "mlir::ModuleOp"> {
  let summary = "exported functions take the pointers of the C interface";
  let description = [{
    An exported function becomes `i32 MODEL_NAME(context, [state,] extent…, input…, output…, workspace)`, its
    buffers made of these pointers. A cf.assert becomes a return of agc_fail's status. A public function that is
    not exported goes.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::cf::ControlFlowDialect",
                           "mlir::LLVM::LLVMDialect", "mlir::memref::MemRefDialect"];
  let options = [Option<"model", "model", "std::string", "\"model\"", "the model's name">];
}

def OutlineKernels : Pass<"ag-outline-kernels", "mlir::ModuleOp"> {
  let summary = "each group of loops becomes a private function, one for equal groups";
  let description = [{
    A kernel is a contraction and the pointwise ops and reductions up to the next one. An exported function
    becomes a flat list of calls with their places in memory; kernels that are equal but for their buffers
    are one function, named for what it computes.

    ```mlir
    linalg.matmul ins(%a, %b : memref<4x8xf32>, memref<8x4xf32>) outs(%c : memref<4x4xf32>)
    // becomes
    func.call @mm_4x4x8(%a, %b, %c) : (memref<4x8xf32>, memref<8x4xf32>, memref<4x4xf32>) -> ()
    ```
  }];
  let dependentDialects = ["mlir::func::FuncDialect"];
}

def ContractNest : Pass<"agc-contract-nest", "mlir::ModuleOp"> {
  let summary = "contractions on buffers become packed, register-blocked loop nests";
  let description = [{
    Every linalg contraction of f32 or f64 buffers, in any operand order, batched or not, becomes blocks
    of k, of columns and of rows around panel functions whose micro-tiles keep C in registers. A zero
    fill before it and a pointwise op behind it go into the nest. An element of C is one chain of fused
    multiply-adds in the order of the reduction loops: its bits depend on nothing else, neither tiles nor
    chunks, nor fusion, nor whether an extent is known. Other contractions stay, with a remark.

    What is packed goes into a memref.alloc at the nest's place, whose size does not grow with the
    extents; ag-memory-plan, which comes later, gives it a place. Large ones are scf.forall loops over
    chunks, whose number follows from the extents (see agc-outline-chunks).

    ```mlir
    linalg.fill ins(%zero : f32) outs(%c : memref<6x16xf32>)
    linalg.matmul ins(%a, %b : memref<6x64xf32>, memref<64x16xf32>) outs(%c : memref<6x16xf32>)
    // becomes
    call @agc_panel_f32_6x16(%a_flat, ..., %true, %true) : (memref<?xf32>, ...) -> ()
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::func::FuncDialect",
                           "mlir::LLVM::LLVMDialect", "mlir::memref::MemRefDialect",
                           "mlir::scf::SCFDialect", "mlir::ub::UBDialect",
                           "mlir::vector::VectorDialect"];
  let options = [
    Option<"vectorBits", "vector-bits", "unsigned", "256", "width of a vector register">,
    Option<"registers", "registers", "unsigned", "16", "number of vector registers">,
    Option<"depth", "depth", "unsigned", "0", "k steps of a block; 0: as measured">,
    Option<"width", "width", "unsigned", "0", "columns of a block; 0: as measured">,
    Option<"rowPanels", "row-panels", "unsigned", "0",
           "row panels that a packed column panel serves before the next; 0: as measured">,
    Option<"prefetch", "prefetch", "unsigned", "0", "k steps that B is fetched ahead; 0: as measured">,
  ];
}

def ExpandMath : Pass<"agc-expand-math", "mlir::ModuleOp"> {
  let summary = "math functions become polynomials";
  let description = [{
    Expands exp, log, sin, tanh, erf, pow and their like on scalars and vectors into arith ops, fma and
    sqrt: the same operations for both, so that a vector's lanes have a scalar's bits. Right for
    subnormals, infinities, NaN, signed zeros and arguments of any size; f32 within 2 ulp, erfc within 4
    (test/CodeGen/math-accuracy.cpp measures). f64 has polynomials of its own; only sin, cos and tan of
    |x| >= 2^30 call libm, lane by lane behind a branch. f16 and bf16 are computed in f32 and rounded.

    ```mlir
    %y = math.rsqrt %x : vector<8xf32>
    // becomes
    %one = arith.constant dense<1.0> : vector<8xf32>
    %root = math.sqrt %x : vector<8xf32>
    %y = arith.divf %one, %root : vector<8xf32>
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::func::FuncDialect",
                           "mlir::math::MathDialect", "mlir::scf::SCFDialect",
                           "mlir::vector::VectorDialect"];
}

def ExpandShapes : Pass<"agc-expand-shapes", "mlir::ModuleOp"> {
  let summary = "views with several unknown extents in a group become sizes and strides";
  let description = [{
    A memref.expand_shape of which two results' extents are unknown and come from one source dimension becomes
    a memref.reinterpret_cast; upstream's expansion of strided metadata handles the others.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::memref::MemRefDialect"];
}

def LinalgToLoops : Pass<"agc-linalg-to-loops", "mlir::ModuleOp"> {
  let summary = "linalg ops on buffers become loops over vectors";
  let description = [{
    Lowers every linalg op on memrefs (agc-contract-nest has taken the contractions it knows) and every
    memref.copy to scf loops with explicit vectors. Parallel dimensions that lie together in memory become
    one; tails are masked and have the same bits. A reduction whose last iterator is the reduction has a
    fixed number of partial sums (32, or 16 of 64 bits; element i goes to lane i modulo that) and a fixed
    tree; other reductions run in order for each result. Both depend on the iterators alone, so bits are
    the same for static and `?` extents, any layout, and whatever shares the kernel. Neighbouring ops over
    the same rows, a reduction among them, share their outer loops. With `chunk-elements` the outermost
    loop is split into an scf.forall over at most 64 chunks, for agc-outline-chunks.

    Must hold before: an operand overlaps an output only if it is the same value and met by the same map;
    distinct values that are not views of one another do not overlap.

    ```mlir
    linalg.generic {...} ins(%x : memref<?xf32>) outs(%y : memref<?xf32>) { arith.addf ... }
    // becomes
    scf.for %i = %c0 to %whole step %c32 { vector.load, arith.addf : vector<8xf32>, vector.store, ... }
    scf.for %i = %whole to %last step %c8 { ... }
    scf.if %some { vector.maskedload, arith.addf, vector.maskedstore }
    ```
  }];
  let dependentDialects = ["mlir::affine::AffineDialect", "mlir::arith::ArithDialect",
                           "mlir::linalg::LinalgDialect", "mlir::memref::MemRefDialect",
                           "mlir::scf::SCFDialect", "mlir::vector::VectorDialect"];
  let options = [
    Option<"vectorBits", "vector-bits", "unsigned", "256", "width of a vector register">,
    Option<"chunkElements", "chunk-elements", "int64_t", "0",
           "elements of work that make a chunk of an scf.forall; 0: no chunks">,
  ];
}

def OutlineChunks : Pass<"agc-outline-chunks", "mlir::ModuleOp"> {
  let summary = "chunks of work become functions that the context's parallel_for calls";
  let description = [{
    In a function that has an argument marked `agc.context`, the body of each `scf.forall` becomes a
    function of an environment and a chunk's number, and the forall a call of the runtime's
    `agc_parallel_for`. In other functions, and for a single chunk, it becomes a loop. How many chunks there
    are is the forall's business and depends on extents only, never on threads.

    ```mlir
    func.func @f(%context: !llvm.ptr {agc.context}, %x: memref<?xf32>, %count: index) {
      scf.forall (%chunk) in (%count) { "work"(%x, %chunk) : (memref<?xf32>, index) -> () }
    // becomes
    func.func private @f.chunk0(%environment: !llvm.ptr, %chunk: i64) { ... "work" ... }
    func.func @f(%context: !llvm.ptr, %x: memref<?xf32>, %count: index) {
      ... call @agc_parallel_for(%context, %address, %environment, %chunks)
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::func::FuncDialect",
                           "mlir::LLVM::LLVMDialect", "mlir::scf::SCFDialect"];
}

#endif // AGC_PASSES_TD
