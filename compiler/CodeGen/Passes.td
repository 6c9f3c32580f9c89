// The passes of this folder: each one's flag, its options, what it depends on, and IR before and after.
#ifndef AGC_COMPILER_CODEGEN_PASSES_TD
#define AGC_COMPILER_CODEGEN_PASSES_TD

include "mlir/Pass/PassBase.td"

def EmitEntries : Pass<"agc-emit-entries", "mlir::ModuleOp"> {
  let summary = "exported functions take the pointers of the C interface";
  let description = [{
    An exported function becomes `i32 MODEL_NAME(context, [state,] extent…, input…, output…, workspace)`, its
    buffers made of these pointers. A cf.assert becomes a return of agc_fail's status. A public function that is
    not exported goes.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::cf::ControlFlowDialect",
                           "mlir::LLVM::LLVMDialect", "mlir::memref::MemRefDialect"];
  let options = [Option<"model", "model", "std::string", "\"model\"", "the model's name">,
                 Option<"places", "places", "bool", "true", "failures tell their place in the source">];
}

def ContractNest : Pass<"agc-contract-nest", "mlir::ModuleOp"> {
  let summary = "contractions on buffers become packed, register-blocked loop nests";
  let description = [{
    Every linalg contraction of f32 or f64 buffers, in any operand order, batched or not, becomes blocks
    of k, of columns and of rows around panel functions whose micro-tiles keep C in registers. A zero
    fill before it and a pointwise op behind it go into the nest. An element of C is one chain of fused
    multiply-adds in the order of the reduction loops, and of more than 512 steps (256 of f64) the sum of
    nearly equal chains of no more, one added after the other; or, where C has few rows or few columns and
    one loop of more than 64 steps is summed (32 of f64), the tree of 16 such chains or sums (8), lane i
    with the steps i, i + 16, ...: its bits depend on nothing else, neither tiles nor chunks, nor fusion,
    nor layouts, nor whether an extent is known. Other contractions stay, with a remark.

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

def DeclareLibm : Pass<"agc-declare-libm", "mlir::ModuleOp"> {
  let summary = "sin, cos and tan of libm are declared where functions over f64 may ask them";
  let description = [{
    agc-expand-math runs on functions side by side, and none may add to the module.

    ```mlir
    func.func private @sin(f64) -> f64
    ```
  }];
  let dependentDialects = ["mlir::func::FuncDialect"];
}

def ExpandMath : Pass<"agc-expand-math"> {
  let summary = "math functions become polynomials";
  let description = [{
    Expands exp, log, sin, tanh, erf, pow and their like on scalars and vectors into arith ops, fma and
    sqrt: the same operations for both, so that a vector's lanes have a scalar's bits. Right for
    subnormals, infinities, NaN, signed zeros and arguments of any size; within 2 ulp, tanh 2.5, erfc 4
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

def ExpandHalf : Pass<"agc-expand-half"> {
  let summary = "conversions of f16 become arithmetic on the bits of f32";
  let description = [{
    For machines that have no instructions for f16: LLVM would call helpers that are neither in libc nor in libm.
    Rounds to nearest even, as the instructions do.

    ```mlir
    %y = arith.extf %x : f16 to f32
    // becomes
    %h = arith.bitcast %x : f16 to i16
    %b = arith.extui %h : i16 to i32
    ...
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect"];
}

def ExpandShapes : Pass<"agc-expand-shapes"> {
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
                           "mlir::linalg::LinalgDialect", "mlir::LLVM::LLVMDialect", // for fences
                           "mlir::memref::MemRefDialect", "mlir::scf::SCFDialect",
                           "mlir::vector::VectorDialect"];
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

#endif // AGC_COMPILER_CODEGEN_PASSES_TD
