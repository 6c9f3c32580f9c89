// Every pass of the compiler: its flag, its options, what it depends on, and IR before and after.
#ifndef AGC_PASSES_TD
#define AGC_PASSES_TD

include "mlir/Pass/PassBase.td"

//===--------------------------------------------------------------------------------------------===//
// CodeGen
//===--------------------------------------------------------------------------------------------===//

def ContractNest : Pass<"agc-contract-nest", "mlir::ModuleOp"> {
  let summary = "contractions on buffers become packed, register-blocked loop nests";
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::func::FuncDialect",
                           "mlir::LLVM::LLVMDialect", "mlir::memref::MemRefDialect",
                           "mlir::scf::SCFDialect", "mlir::ub::UBDialect",
                           "mlir::vector::VectorDialect"];
  let options = [
    Option<"vectorBits", "vector-bits", "unsigned", "256", "width of a vector register">,
    Option<"registers", "registers", "unsigned", "16", "number of vector registers">,
  ];
  let statistics = [
    Statistic<"numNests", "nests", "contractions turned into nests">,
    Statistic<"numRefused", "refused", "contractions left to the plain loop lowering">,
    Statistic<"numEpilogues", "epilogues", "pointwise ops fused into a nest">,
  ];
}

#endif // AGC_PASSES_TD
