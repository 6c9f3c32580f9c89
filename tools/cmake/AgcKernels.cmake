# agc_kernels(OUTPUT.o INPUT.mlir NEST CPU EFFORT): an object from linalg on buffers, through agc-opt and
# LLVM's tools, for tests and benchmarks of single kernels. NEST holds agc-contract-nest's options,
# EFFORT is LLVM's, 0 to 3: it changes no bits.
# Who links them gives scratch: _mlir_memref_to_llvm_alloc and _free.
set(AGC_KERNEL_PIPELINE
  "agc-outline-chunks,canonicalize,cse,convert-linalg-to-loops,func.func(loop-invariant-code-motion)"
  "expand-strided-metadata,lower-affine,convert-scf-to-cf,convert-vector-to-llvm"
  "convert-math-to-llvm,finalize-memref-to-llvm{use-generic-functions=true},convert-func-to-llvm"
  "convert-cf-to-llvm,convert-arith-to-llvm,convert-index-to-llvm,convert-ub-to-llvm"
  "reconcile-unrealized-casts,canonicalize,cse")
list(JOIN AGC_KERNEL_PIPELINE "," AGC_KERNEL_PIPELINE)

# A name that LLVM takes the machine for must not halve its vectors: the compiler asks for features alone.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set(AGC_KERNEL_FEATURES -mattr=-prefer-256-bit)
endif()

function(agc_kernels output input nest cpu effort)
  set(steps "agc-contract-nest{${nest}},${AGC_KERNEL_PIPELINE}")
  add_custom_command(
    OUTPUT ${output}
    COMMAND agc-opt ${input} "--pass-pipeline=builtin.module(${steps})" --verify-each=0
            -o ${output}.llvm.mlir
    COMMAND ${AGC_LLVM_BIN}/mlir-translate -mlir-to-llvmir ${output}.llvm.mlir -o ${output}.ll
    COMMAND ${AGC_LLVM_BIN}/opt -O${effort} -mcpu=${cpu} ${AGC_KERNEL_FEATURES} ${output}.ll -o ${output}.bc
    COMMAND ${AGC_LLVM_BIN}/llc -O${effort} -mcpu=${cpu} ${AGC_KERNEL_FEATURES} -relocation-model=pic
            -filetype=obj ${output}.bc -o ${output}
    DEPENDS agc-opt ${input}
    COMMENT "kernels ${output}"
    VERBATIM)
endfunction()
