// Reductions: `ag.reduce` over a monoid, `ag.reduce_index` (positions), `ag.scan` (running ones).
#ifndef AG_REDUCE_TD
#define AG_REDUCE_TD

include "dialect/AgDialect.td"
include "dialect/AgRecordBase.td"

def Ag_ReduceOp : Ag_InferredOp<"reduce"> {
  let summary = "a reduction over some dims";
  let description = [{
    Combines the elements along `dims` with the record's monoid. Kept dims have extent 1.

    Constraints: C1 fn names a reduce record. C2 dims are in range, ascending, without repeats. C3 of
    a record that needs an element, each of dims has one; where its extent is `?`, its absence is an
    error at run time. C4 the record has self's element type.

    ```mlir
    %0 = ag.reduce sum(%x) dims [1] : tensor<4x5xf32> -> tensor<4xf32>
    %1 = ag.reduce amax(%x) dims [0, 1] keepdim : tensor<4x5xf32> -> tensor<1x1xf32>
    ```
  }];
  let arguments = (ins StrAttr:$fn, Ag_Tensor:$self, DenseI64ArrayAttr:$dim, UnitAttr:$keepdim);
  let results = (outs Ag_Tensor:$result);
  let assemblyFormat = [{
    custom<RecordName>($fn) `(` $self `)` `dims` $dim (`keepdim` $keepdim^)? attr-dict
    `:` custom<OperandType>(type($self)) `->` type($result)
  }];
  let hasVerifier = 1;
}

class Ag_Reduction<string name>
    : Ag_Record<name # "(Tensor self, int[] dim, bool keepdim=False) -> Tensor", "reduce">, Ag_Combining {
  let requiredShapes = [Matrix, Empty, ZeroDim, NonContiguous, Expanded];
}

def Ag_Sum : Ag_Reduction<"sum"> {
  let title = "sum";
  let dtypes = ["float", "complex", "int", "bool"];
  let promotion = "sum";
  let node = "SumBackward1";
  let overloads = [WholeNode<"SumBackward0">];
  let combine = "acc + self";
  let identity = "0";
  let lower = [OnFloat<"arith.addf(acc, self)">, OnComplex<"complex.add(acc, self)">,
               OnInt<"arith.addi(acc, self)">];
  let grad = [Wrt<"self", "expand_like(unreduce(grad, dim, keepdim), self)">];
}

def Ag_Prod : Ag_Reduction<"prod"> {
  let title = "product";
  let node = "ProdBackward1";
  let overloads = [WholeNode<"ProdBackward0">];
  let dtypes = ["float", "complex", "int", "bool"];
  let promotion = "sum";
  let combine = "acc * self";
  let identity = "1";
  let lower = [OnFloat<"arith.mulf(acc, self)">, OnComplex<"complex.mul(acc, self)">,
               OnInt<"arith.muli(acc, self)">];
  let grad = [CppGrad<"vjpProd">];
}

// An extreme, of which every element of the dims that are reduced has the same value.
class Ag_ExtremeReduction<string name> : Ag_Reduction<name> {
  let dtypes = ["float", "int", "bool"];
  let grad = [Wrt<"self", "mask = cast_like(eq(self, unreduce(result, dim, keepdim)), grad);"
                          "mask * (unreduce(grad, dim, keepdim) / sum(mask, dim, true))">];
}

class Ag_Greatest<string name> : Ag_ExtremeReduction<name> {
  let combine = "std.select(std.or(std.isnan(acc), acc >= self), acc, self)";
  let identity = "lowest";
  let lower = [OnFloat<"arith.maximumf(acc, self)">, OnUnsigned<"arith.maxui(acc, self)">,
               OnBool<"arith.ori(acc, self)">, OnInt<"arith.maxsi(acc, self)">];
}

class Ag_Least<string name> : Ag_ExtremeReduction<name> {
  let combine = "std.select(std.or(std.isnan(acc), acc <= self), acc, self)";
  let identity = "highest";
  let lower = [OnFloat<"arith.minimumf(acc, self)">, OnUnsigned<"arith.minui(acc, self)">,
               OnBool<"arith.andi(acc, self)">, OnInt<"arith.minsi(acc, self)">];
}

def Ag_Amax : Ag_Greatest<"amax"> {
  let title = "greatest element; ties share the gradient";
  let kernel = "max_values_cpu";
  let needsElement = 1;
  let requiredShapes = [Matrix, ZeroDim, NonContiguous, Expanded];
}
def Ag_Amin : Ag_Least<"amin"> {
  let title = "least element; ties share the gradient";
  let kernel = "min_values_cpu";
  let needsElement = 1;
  let requiredShapes = [Matrix, ZeroDim, NonContiguous, Expanded];
}

// Where a function has a value of no elements, it asks for these.
def Ag_Supremum : Ag_Greatest<"supremum"> {
  let title = "greatest element; of none the lowest number";
  let surface = 0;
  let torch = "self.amax(dim, keepdim) if self.numel() else self.sum(dim, keepdim).to(self.dtype).fill_("
              "-torch.inf if self.is_floating_point() else False if self.dtype == torch.bool else torch.iinfo(self.dtype).min)";
}
def Ag_Infimum : Ag_Least<"infimum"> {
  let title = "least element; of none the highest number";
  let surface = 0;
  let torch = "self.amin(dim, keepdim) if self.numel() else self.sum(dim, keepdim).to(self.dtype).fill_("
              "torch.inf if self.is_floating_point() else True if self.dtype == torch.bool else torch.iinfo(self.dtype).max)";
}

// ---------------------------------------------------------------- positions

def Ag_ReduceIndexOp : Ag_InferredOp<"reduce_index"> {
  let summary = "the position of one element along a dim";
  let description = [{
    The index along `dim` of the element that the record prefers, of equals the first. A kept dim
    has extent 1. A 0-dim tensor is one element along dim 0.

    Constraints: C1 fn names a reduce_index record. C2 dim is in range. C3 dim has an element; where
    its extent is `?`, its absence is an error at run time. C4 the record has self's element type.

    ```mlir
    %0 = ag.reduce_index argmax(%x) dim 1 : tensor<4x5xf32> -> tensor<4xi64>
    %1 = ag.reduce_index argmin(%x) dim 0 keepdim : tensor<4x5xf32> -> tensor<1x5xi64>
    ```
  }];
  let arguments = (ins StrAttr:$fn, Ag_Tensor:$self, I64Attr:$dim, UnitAttr:$keepdim);
  let results = (outs Ag_IndexTensor:$result);
  let assemblyFormat = [{
    custom<RecordName>($fn) `(` $self `)` `dim` $dim (`keepdim` $keepdim^)? attr-dict
    `:` custom<OperandType>(type($self)) `->` type($result)
  }];
  let hasVerifier = 1;
}

// An extreme's position; NaN is the extreme of all. On the surface `dim` may be left out.
class Ag_IndexReduction<string name, string order, string unordered, string onUnsigned, string onInt>
    : Ag_Record<name # "(Tensor self, int dim, bool keepdim=False) -> Tensor(index)", "reduce_index">,
      Ag_Combining {
  let needsElement = 1;
  let requiredShapes = [Matrix, ZeroDim, NonContiguous, Expanded];
  let dtypes = ["float", "int", "bool"]; // bool is for max_dim's sake
  let promotion = "none";
  let surface = 0;
  let grad = [NonDiff];
  let combine = "std.and(std.not(std.isnan(acc)), std.or(std.isnan(self), self " # order # " acc))";
  let lower = [OnFloat<"arith.andi(arith.cmpf.ord(acc, acc), arith.cmpf." # unordered # "(self, acc))">,
               OnUnsigned<"arith.cmpi." # onUnsigned # "(self, acc)">,
               OnBool<"arith.cmpi." # onUnsigned # "(self, acc)">,
               OnInt<"arith.cmpi." # onInt # "(self, acc)">];
}

def Ag_Argmax : Ag_IndexReduction<"argmax", ">", "ugt", "ugt", "sgt"> {
  let title = "position of the greatest element";
  let identity = "lowest";
}
def Ag_Argmin : Ag_IndexReduction<"argmin", "<", "ult", "ult", "slt"> {
  let title = "position of the least element";
  let identity = "highest";
}

// ---------------------------------------------------------------- scans

def Ag_ScanOp : Ag_InferredOp<"scan"> {
  let summary = "running reduction along a dim";
  let description = [{
    `result[i] = combine(result[i - 1], operands[i] ...)` along `dim`, from the record's identity
    on; with `reverse` from the last element to the first. f32 accumulates in f64, as PyTorch does.
    A 0-dim tensor is one element along dim 0.

    Constraints: C1 fn names a scan record. C2 the operand count is the record's. C3 the operands
    have one element type, one that the record has. C4 the operands have one shape. C5 dim is in range.

    ```mlir
    %0 = ag.scan cumsum(%x) dim 1 : (tensor<4x5xf32>) -> tensor<4x5xf32>
    %1 = ag.scan recurrence(%x, %y) dim 0 reverse : (tensor<4x5xf32>, tensor<4x5xf32>) -> tensor<4x5xf32>
    ```
  }];
  let arguments = (ins StrAttr:$fn, Variadic<Ag_Tensor>:$operands, I64Attr:$dim, UnitAttr:$reverse);
  let results = (outs Ag_Tensor:$result);
  let assemblyFormat = [{
    custom<RecordName>($fn) `(` $operands `)` `dim` $dim (`reverse` $reverse^)? attr-dict
    `:` functional-type($operands, $result)
  }];
  let hasVerifier = 1;
}

class Ag_Scan<string schema> : Ag_Record<schema, "scan">, Ag_Combining {
  let requiredShapes = [Matrix, Empty, ZeroDim, NonContiguous, Expanded];
  let dtypes = ["float", "complex", "int", "bool"];
  let promotion = "sum";
}

def Ag_Cumsum : Ag_Scan<"cumsum(Tensor self, int dim, bool reverse=False) -> Tensor"> {
  let title = "sums of the elements up to each";
  let inplace = 1;
  let torch = "self.flip(dim).cumsum(dim).flip(dim) if reverse else self.cumsum(dim)";
  let combine = "acc + self";
  let identity = "0";
  let lower = [OnFloat<"arith.addf(acc, self)">, OnComplex<"complex.add(acc, self)">,
               OnInt<"arith.addi(acc, self)">];
  let gradNodes = ["FlipBackward0"];
  let grad = [Wrt<"self", "cumsum(grad, dim, is(reverse, false))">];
}

def Ag_Cumprod : Ag_Scan<"cumprod(Tensor self, int dim, bool reverse=False) -> Tensor"> {
  let title = "products of the elements up to each";
  let roundingTolerance = "1: sums of rounded products cancel";
  let inplace = 1;
  let torch = "self.flip(dim).cumprod(dim).flip(dim) if reverse else self.cumprod(dim)";
  let combine = "acc * self";
  let identity = "1";
  let lower = [OnFloat<"arith.mulf(acc, self)">, OnComplex<"complex.mul(acc, self)">,
               OnInt<"arith.muli(acc, self)">];
  // As PyTorch's: before the first zero by division; at it the product before it times the sum of the
  // products behind it; zero from then on. That is no function to differentiate again: its path is the
  // product before each element times the sum of the products after it, where there is a zero.
  let gradNodes = ["DivBackward0"];
  let grad = [Wrt<"self", "back = is(reverse, false); zero = self == 0;"
    "seen = cumsum(cast_like(zero, self), dim, reverse); here = seen == 1;"
    "whole = conj(where(zero, 1, self)); before = conj(shift(result, dim, reverse, 1));"
    "behind = cumprod(where(logical_and(here, self != 0), conj(self), 1), dim, reverse) * where(here, grad, 0);"
    "quotient = cumsum(where(seen == 0, conj(result) * grad, 0), dim, back) / whole;"
    "value = where(seen == 0, quotient,"
                " where(logical_and(zero, here), sum(behind, dim, true) * before, 0));"
    "after = recurrence(grad, conj(shift(self, dim, back, 1)), dim, back);"
    "path = where(any(zero, dims(self)), before * after, cumsum(conj(result) * grad, dim, back) / whole);"
    "one = count(self, dim) == 1;"
    "straight_through(where(one, grad, path), where(one, grad, value))">];
}

def Ag_Recurrence : Ag_Scan<"recurrence(Tensor self, Tensor factor, int dim, bool reverse=False) -> Tensor"> {
  let title = "sums of the elements up to each, each sum times a factor before the next is added";
  let notes = "PyTorch has no function of it; gradients of scans are made with it.";
  let torch = "torch.stack(list(itertools.accumulate("
              "list(zip(self.unbind(dim), factor.unbind(dim)))[::-1 if reverse else 1],"
              " lambda h, x: h * x[1].to(torch.promote_types(x[1].dtype, torch.float64)) + x[0],"
              " initial=0))[1:][::-1 if reverse else 1], dim).to(self.dtype)"
              " if self.numel() and self.dim() else self + 0 * factor";
  let dtypes = ["float", "complex"];
  let promotion = "none";
  let surface = 0;
  let samples = [Special<["1", "0", "2", "-1", "4", "3"]>]; // what begins a sum in PyTorch is no product with zero
  let combine = "acc * factor + self";
  let identity = "0";
  let lower = [OnFloat<"arith.addf(arith.mulf(acc, factor), self)">,
               OnComplex<"complex.add(complex.mul(acc, factor), self)">];
  let grad = [
    Wrt<"self", "back = is(reverse, false); recurrence(grad, conj(shift(factor, dim, back, 0)), dim, back)">,
    Wrt<"factor", "back = is(reverse, false); recurrence(grad, conj(shift(factor, dim, back, 0)), dim, back)"
                  " * conj(shift(result, dim, reverse, 0))">];
}

#endif // AG_REDUCE_TD
