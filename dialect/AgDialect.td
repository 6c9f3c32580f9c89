// The `ag` dialect: pure maths on builtin tensors, differentiable by its records.
#ifndef AG_DIALECT_TD
#define AG_DIALECT_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"

def Ag_Dialect : Dialect {
  let name = "ag";
  let cppNamespace = "::agc::ag";
  let summary = "pure tensor maths whose ops are records with a gradient";
  let description = [{
    Values are builtin `tensor<>`; nothing here reads or writes memory. An op class holds many
    functions (`ag.map tanh(%x)`); what a function computes, how it lowers and what its gradient
    is stands in its record (dialect/*.td), which agc-tblgen turns into one table
    (dialect/Record.h). An extent may be `?` everywhere.
  }];
  let hasConstantMaterializer = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"];
}

// ---------------------------------------------------------------- types

def Ag_Float : AnyTypeOf<[F16, BF16, F32, F64], "floating-point">;
def Ag_Complex : AnyTypeOf<[Complex<F32>, Complex<F64>], "complex">;
def Ag_Integer : AnyTypeOf<[I1, UI<8>, I8, I16, I32, I64], "bool or integer">;
def Ag_Element : AnyTypeOf<[Ag_Float, Ag_Complex, Ag_Integer],
    "f16, bf16, f32, f64, complex, bool (i1), ui8 or i8 to i64">;
// An encoding would be dropped by the first op that infers its type.
class Ag_TensorOf<Type element>
    : ConfinedType<RankedTensorOf<[element]>,
                   [CPred<"!::llvm::cast<::mlir::RankedTensorType>($_self).getEncoding()">],
                   RankedTensorOf<[element]>.summary # " without an encoding",
                   "::mlir::RankedTensorType">;
def Ag_Tensor : Ag_TensorOf<Ag_Element>;
def Ag_IndexTensor : Ag_TensorOf<I64>;
def Ag_BoolTensor : Ag_TensorOf<I1>;

// ---------------------------------------------------------------- op bases

// Every op of the dialect is pure; most infer their result types from the same function that
// verifies them (a result may be less static than what is inferred, never different).
class Ag_Op<string mnemonic, list<Trait> traits = []> : Op<Ag_Dialect, mnemonic, traits>;

class Ag_PureOp<string mnemonic, list<Trait> traits = []>
    : Ag_Op<mnemonic, !listconcat([Pure], traits)>;

class Ag_InferredOp<string mnemonic, list<Trait> traits = []>
    : Ag_PureOp<mnemonic, !listconcat([InferTypeOpAdaptor], traits)> {
  let extraClassDeclaration = [{
    static bool isCompatibleReturnTypes(::mlir::TypeRange inferred, ::mlir::TypeRange given) {
      return ::agc::ag::areCompatible(inferred, given);
    }
  }];
}

#endif // AG_DIALECT_TD
