// Reductions: `ag.reduce` over a monoid, `ag.reduce_index` (values with their positions), `ag.scan`.
#ifndef AG_REDUCE_TD
#define AG_REDUCE_TD

include "dialect/AgDialect.td"
include "dialect/AgRecordBase.td"

def Ag_ReduceOp : Ag_InferredOp<"reduce"> {
  let summary = "a reduction over some dims";
  let description = [{
    Combines the elements along `dims` with the record's monoid. Kept dims have extent 1.

    Constraints: C1 fn names a reduce record. C2 dims are in range, ascending, without repeats.

    ```mlir
    %0 = ag.reduce sum(%x) dims [1] : tensor<4x5xf32> -> tensor<4xf32>
    %1 = ag.reduce amax(%x) dims [0, 1] keepdim : tensor<4x5xf32> -> tensor<1x1xf32>
    ```
  }];
  let arguments = (ins StrAttr:$fn, Ag_Tensor:$self, DenseI64ArrayAttr:$dim, UnitAttr:$keepdim);
  let results = (outs Ag_Tensor:$result);
  let assemblyFormat = [{
    custom<RecordName>($fn) `(` $self `)` `dims` $dim (`keepdim` $keepdim^)? attr-dict
    `:` type($self) `->` type($result)
  }];
  let hasVerifier = 1;
}

class Ag_Reduction<string name>
    : Ag_Record<name # "(Tensor self, int[] dim, bool keepdim=False) -> Tensor", "reduce"> {
  let requiredShapes = [Matrix, Empty, ZeroDim, NonContiguous, Expanded];
  // The monoid: an expression over `acc` and `self`, and its neutral element (a number, lowest, highest).
  string combine;
  string identity;
}

def Ag_Sum : Ag_Reduction<"sum"> {
  let title = "sum";
  let dtypes = ["float", "complex", "int", "bool"];
  let promotion = "sum";
  let node = "SumBackward1";
  let combine = "acc + self";
  let identity = "0";
  let lower = [OnFloat<"arith.addf(acc, self)">, OnComplex<"complex.add(acc, self)">,
               OnInt<"arith.addi(acc, self)">];
  let grad = [Wrt<"self", "expand_like(unreduce(grad, dim, keepdim), self)">];
}

def Ag_Prod : Ag_Reduction<"prod"> {
  let title = "product";
  let dtypes = ["float", "complex", "int", "bool"];
  let promotion = "sum";
  let combine = "acc * self";
  let identity = "1";
  let lower = [OnFloat<"arith.mulf(acc, self)">, OnComplex<"complex.mul(acc, self)">,
               OnInt<"arith.muli(acc, self)">];
  let grad = [CppGrad<"vjpProd">];
}

def Ag_Amax : Ag_Reduction<"amax"> {
  let title = "greatest element; ties share the gradient";
  let dtypes = ["float", "int", "bool"];
  let combine = "std.select(std.or(std.isnan(acc), acc >= self), acc, self)";
  let identity = "lowest";
  let lower = [OnFloat<"arith.maximumf(acc, self)">, OnUnsigned<"arith.maxui(acc, self)">,
               OnBool<"arith.ori(acc, self)">, OnInt<"arith.maxsi(acc, self)">];
  let grad = [Wrt<"self", "mask = cast_like(eq(self, unreduce(result, dim, keepdim)), grad);"
                          "mask * (unreduce(grad, dim, keepdim) / sum(mask, dim, true))">];
  let shapes = [Matrix, ZeroDim, NonContiguous, Expanded];
  let requiredShapes = [Matrix, ZeroDim, NonContiguous, Expanded];
}

def Ag_Amin : Ag_Reduction<"amin"> {
  let title = "least element; ties share the gradient";
  let dtypes = ["float", "int", "bool"];
  let combine = "std.select(std.or(std.isnan(acc), acc <= self), acc, self)";
  let identity = "highest";
  let lower = [OnFloat<"arith.minimumf(acc, self)">, OnUnsigned<"arith.minui(acc, self)">,
               OnBool<"arith.andi(acc, self)">, OnInt<"arith.minsi(acc, self)">];
  let grad = [Wrt<"self", "mask = cast_like(eq(self, unreduce(result, dim, keepdim)), grad);"
                          "mask * (unreduce(grad, dim, keepdim) / sum(mask, dim, true))">];
  let shapes = [Matrix, ZeroDim, NonContiguous, Expanded];
  let requiredShapes = [Matrix, ZeroDim, NonContiguous, Expanded];
}

#endif // AG_REDUCE_TD
