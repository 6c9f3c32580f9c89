// Data movement: constants, shape changes, slices and their adjoints.
#ifndef AG_MOVE_TD
#define AG_MOVE_TD

include "dialect/AgDialect.td"
include "dialect/AgRecordBase.td"

class Ag_Movement<string schema> : Ag_Record<schema, "primitive"> {
  let dtypes = ["float", "complex", "int", "bool"];
  let promotion = "none";
  let surface = 0;
  let requiredShapes = [Matrix, Empty, ZeroDim, NonContiguous, Expanded];
}

def Ag_ConstantOp : Ag_PureOp<"constant", [ConstantLike,
    AllTypesMatch<["value", "result"]>]>, Ag_Record<"constant() -> Tensor(any)", "primitive"> {
  let title = "a constant tensor";
  let samples = [OpCase<[], "ag.constant dense<[1.5, -2.0]> : tensor<2xf32>", "torch.tensor([1.5, -2.0])">];
  let surface = 0;
  let eval = Cpp<"evalConstant">;
  let grad = [NonDiff];
  let summary = title;
  let description = [{
    Large constants are resources (`dense_resource`), not text.

    ```mlir
    %0 = ag.constant dense<1.0> : tensor<4xf32>
    ```
  }];
  let arguments = (ins ElementsAttr:$value);
  let results = (outs Ag_Tensor:$result);
  let assemblyFormat = "attr-dict $value";
  let hasFolder = 1;
}

def Ag_IotaOp : Ag_PureOp<"iota">, Ag_Record<"iota() -> Tensor(index)", "primitive"> {
  let title = "each element's index along one dim";
  let samples = [OpCase<[], "ag.iota 1 : tensor<2x3xi64>", "torch.arange(3).expand(2, 3)">];
  let surface = 0;
  let eval = Cpp<"evalIota">;
  let grad = [NonDiff];
  let summary = title;
  let description = [{
    Constraints: C1 dim is in range. C2 as many sizes as the result has `?` extents.

    ```mlir
    %0 = ag.iota 1 : tensor<4x5xi64>
    %1 = ag.iota 0 sizes(%n) : tensor<?xi64>
    ```
  }];
  let arguments = (ins I64Attr:$dim, Variadic<Index>:$sizes);
  let results = (outs Ag_IndexTensor:$result);
  let assemblyFormat = "$dim (`sizes` `(` $sizes^ `)`)? attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Ag_ReshapeOp : Ag_PureOp<"reshape">,
    Ag_Movement<"reshape(Tensor self) -> Tensor"> {
  let title = "the same elements in another shape";
  let samples = [OpCase<["2x6"], "ag.reshape %self : tensor<2x6xT> to tensor<3x4xT>", "self.reshape(3, 4)">,
                 OpCase<["0x6"], "ag.reshape %self : tensor<0x6xT> to tensor<3x0xT>", "self.reshape(3, 0)">,
                 OpCase<[""], "ag.reshape %self : tensor<T> to tensor<1x1xT>", "self.reshape(1, 1)">];
  let node = "ViewBackward0";
  let eval = Cpp<"evalReshape">;
  let grad = [CppGrad<"vjpReshape">];
  let summary = title;
  let description = [{
    Row-major order is kept. Each `?` extent of the result is an operand.

    Constraints: C1 as many sizes as the result has `?` extents. C2 the element counts agree where
    both are static.

    ```mlir
    %0 = ag.reshape %x : tensor<4x5xf32> to tensor<20xf32>
    %1 = ag.reshape %y sizes(%n) : tensor<?x5xf32> to tensor<?xf32>
    ```
  }];
  let arguments = (ins Ag_Tensor:$self, Variadic<Index>:$sizes);
  let results = (outs Ag_Tensor:$result);
  let assemblyFormat = "$self (`sizes` `(` $sizes^ `)`)? attr-dict `:` type($self) `to` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Ag_PermuteOp : Ag_InferredOp<"permute">,
    Ag_Movement<"permute(Tensor self, int[] dims) -> Tensor"> {
  let title = "dims in another order";
  let samples = [Case<["2x3x4"], "dims = [2, 0, 1]">, Case<["2x0"], "dims = [1, 0]">, Case<[""], "dims = []">];
  let eval = Cpp<"evalPermute">;
  let grad = [CppGrad<"vjpPermute">];
  let summary = title;
  let description = [{
    Result dim i is operand dim `dims[i]`.

    Constraint: C1 dims is a permutation of the operand's dims.

    ```mlir
    %0 = ag.permute %x [1, 0] : (tensor<4x5xf32>) -> tensor<5x4xf32>
    ```
  }];
  let arguments = (ins Ag_Tensor:$self, DenseI64ArrayAttr:$dims);
  let results = (outs Ag_Tensor:$result);
  let assemblyFormat = "$self $dims attr-dict `:` functional-type($self, $result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Ag_ExpandOp : Ag_PureOp<"expand">, Ag_Movement<"expand(Tensor self) -> Tensor"> {
  let title = "broadcast to a shape";
  let samples = [OpCase<["3x1"], "ag.expand %self : tensor<3x1xT> to tensor<2x3x4xT>", "self.expand(2, 3, 4)">,
                 OpCase<["1x0"], "ag.expand %self : tensor<1x0xT> to tensor<2x0xT>", "self.expand(2, 0)">,
                 OpCase<[""], "ag.expand %self : tensor<T> to tensor<2xT>", "self.expand(2)">];
  let eval = Cpp<"evalExpand">;
  let grad = [CppGrad<"vjpExpand">];
  let summary = title;
  let description = [{
    Aligned at the last dim; an extent 1 repeats, missing leading dims are added.

    Constraints: C1 as many sizes as the result has `?` extents. C2 the operand broadcasts to the
    result.

    ```mlir
    %0 = ag.expand %x : tensor<1x5xf32> to tensor<4x5xf32>
    ```
  }];
  let arguments = (ins Ag_Tensor:$self, Variadic<Index>:$sizes);
  let results = (outs Ag_Tensor:$result);
  let assemblyFormat = "$self (`sizes` `(` $sizes^ `)`)? attr-dict `:` type($self) `to` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Ag_SliceOp : Ag_PureOp<"slice", [AttrSizedOperandSegments]>, Ag_Movement<"slice(Tensor self) -> Tensor"> {
  let title = "a box of elements, with steps";
  let samples = [OpCase<["4x5"], "ag.slice %self [1, 0] steps [1, 2] : tensor<4x5xT> to tensor<2x3xT>", "self[1:3, 0:5:2]">,
                 OpCase<["0x3"], "ag.slice %self [0, 1] steps [1, 1] : tensor<0x3xT> to tensor<0x2xT>", "self[:, 1:]">,
                 OpCase<[""], "ag.slice %self [] steps [] : tensor<T> to tensor<T>", "self[...]">];
  let eval = Cpp<"evalSlice">;
  let grad = [CppGrad<"vjpSlice">];
  let summary = title;
  let description = [{
    Result element i is `self[starts + i * steps]`; its extents are in the result type, the `?` ones
    as operands.

    Constraints: C1 one start and one step per dim, steps positive. C2 as many sizes as the result
    has `?` extents. C3 the box lies inside the operand where both are static.

    ```mlir
    %0 = ag.slice %x [0, 1] steps [1, 2] : tensor<4x5xf32> to tensor<4x2xf32>
    %1 = ag.slice %y [%i, 0] steps [1, 1] sizes(%n) : tensor<?x5xf32> to tensor<?x5xf32>
    ```
  }];
  let arguments = (ins Ag_Tensor:$self, Variadic<Index>:$starts, DenseI64ArrayAttr:$static_starts,
                       DenseI64ArrayAttr:$steps, Variadic<Index>:$sizes);
  let results = (outs Ag_Tensor:$result);
  let assemblyFormat = [{
    $self custom<DynamicIndexList>($starts, $static_starts) `steps` $steps (`sizes` `(` $sizes^ `)`)? attr-dict
    `:` type($self) `to` type($result)
  }];
  let hasVerifier = 1;
}

def Ag_PadOp : Ag_PureOp<"pad", [AttrSizedOperandSegments]>, Ag_Movement<"pad(Tensor self, Tensor value) -> Tensor"> {
  let title = "a box of elements placed into a filled tensor, with steps";
  let samples = [OpCase<["2x2", ""], "ag.pad %self, %value [1, 0] steps [1, 2] : tensor<2x2xT>, tensor<T> to tensor<4x4xT>", "torch.index_put(value.expand(4, 4), (torch.tensor([[1], [2]]), torch.tensor([[0, 2]])), self)">,
                 OpCase<["0", ""], "ag.pad %self, %value [1] steps [1] : tensor<0xT>, tensor<T> to tensor<2xT>", "torch.cat([value.expand(1), self, value.expand(1)])">,
                 OpCase<["", ""], "ag.pad %self, %value [] steps [] : tensor<T>, tensor<T> to tensor<T>", "self + 0">];
  let node = "ConstantPadNdBackward0";
  let eval = Cpp<"evalPad">;
  let grad = [CppGrad<"vjpPad">];
  let summary = title;
  let description = [{
    The adjoint of `ag.slice`: `result[starts + i * steps] = self[i]`, and value elsewhere.

    Constraints: C1 one start and one step per dim, steps positive. C2 as many sizes as the result
    has `?` extents. C3 the box lies inside the result where both are static. C4 value is 0-dim.

    ```mlir
    %0 = ag.pad %x, %zero [0, 1] steps [1, 2] : tensor<4x2xf32>, tensor<f32> to tensor<4x5xf32>
    ```
  }];
  let arguments = (ins Ag_Tensor:$self, Ag_Tensor:$value, Variadic<Index>:$starts,
                       DenseI64ArrayAttr:$static_starts, DenseI64ArrayAttr:$steps, Variadic<Index>:$sizes);
  let results = (outs Ag_Tensor:$result);
  let assemblyFormat = [{
    $self `,` $value custom<DynamicIndexList>($starts, $static_starts) `steps` $steps
    (`sizes` `(` $sizes^ `)`)? attr-dict `:` type($self) `,` type($value) `to` type($result)
  }];
  let hasVerifier = 1;
}

def Ag_FlipOp : Ag_InferredOp<"flip">, Ag_Movement<"flip(Tensor self, int[] dims) -> Tensor"> {
  let title = "reversed order along dims";
  let layout = "self";
  let samples = [Case<["2x3x2"], "dims = [0, 2]">, Case<["0x3"], "dims = [0]">, Case<[""], "dims = []">];
  let surface = 1;
  let eval = Cpp<"evalFlip">;
  let grad = [CppGrad<"vjpFlip">];
  let summary = title;
  let description = [{
    Constraint: C1 dims are in range, without repeats.

    ```mlir
    %0 = ag.flip %x [1] : (tensor<4x5xf32>) -> tensor<4x5xf32>
    ```
  }];
  let arguments = (ins Ag_Tensor:$self, DenseI64ArrayAttr:$dims);
  let results = (outs Ag_Tensor:$result);
  let assemblyFormat = "$self $dims attr-dict `:` functional-type($self, $result)";
  let hasVerifier = 1;
}

def Ag_CatOp : Ag_InferredOp<"cat">, Ag_Movement<"cat(Tensor[] tensors, int dim=0) -> Tensor"> {
  let title = "tensors joined along a dim";
  let torch = "torch.cat([v for k, v in sorted(locals().items()) if k.startswith('tensors')], dim)";
  let samples = [Case<["2x3", "2x1", "2x2"], "dim = 1">,
                 Case<["0x3", "2x3"], "dim = 0">];
  let requiredShapes = [Matrix, Empty, NonContiguous, Expanded];
  let surface = 1;
  let refusal = "refusalOfCat";
  let eval = Cpp<"evalCat">;
  let grad = [CppGrad<"vjpCat">];
  let promotion = "same";
  let summary = title;
  let description = [{
    Constraints: C1 one operand at least, of one rank and element type. C2 dim is in range. C3 the
    other extents agree.

    ```mlir
    %0 = ag.cat %x, %y dim 0 : (tensor<4x5xf32>, tensor<2x5xf32>) -> tensor<6x5xf32>
    ```
  }];
  let arguments = (ins Variadic<Ag_Tensor>:$tensors, I64Attr:$dim);
  let results = (outs Ag_Tensor:$result);
  let assemblyFormat = "$tensors `dim` $dim attr-dict `:` functional-type($tensors, $result)";
  let hasVerifier = 1;
}

// ---------------------------------------------------------------- composed of these

class Ag_MoveComposite<string schema> : Ag_Record<schema, "composite"> {
  let dtypes = ["float", "complex", "int", "bool"];
  let promotion = "none";
  let requiredShapes = [Matrix, Empty, NonContiguous, Expanded];
}

def Ag_Tril : Ag_MoveComposite<"tril(Tensor self, int diagonal=0) -> Tensor"> {
  let title = "the lower triangle of matrices, zero above a diagonal";
  let inplace = 1;
  let samples = [Case<["3x4"]>, Case<["2x4x3"], "diagonal = -1">, Case<["4x3"], "diagonal = 5">,
                 Case<["0x3"]>, Case<["3x3"], "diagonal = -7">];
  let body = Cpp<"bodyTril">;
  let grad = [Wrt<"self", "tril(grad, diagonal)">];
}

def Ag_Triu : Ag_MoveComposite<"triu(Tensor self, int diagonal=0) -> Tensor"> {
  let title = "the upper triangle of matrices, zero below a diagonal";
  let inplace = 1;
  let samples = [Case<["3x4"]>, Case<["2x4x3"], "diagonal = -1">, Case<["4x3"], "diagonal = 5">,
                 Case<["0x3"]>, Case<["3x3"], "diagonal = 1">];
  let body = Cpp<"bodyTriu">;
  let grad = [Wrt<"self", "triu(grad, diagonal)">];
}

def Ag_Roll : Ag_MoveComposite<"roll(Tensor self, int[] shifts, int[] dims=[]) -> Tensor"> {
  let title = "elements moved along dims, from the end to the start; in row-major order without dims";
  let samples = [Case<["3x4"], "shifts = [1], dims = [1]">,
                 Case<["3x4"], "shifts = [-5, 7], dims = [0, 1]">,
                 Case<["2x3"], "shifts = [2]">,
                 Case<["2x3"], "shifts = [0], dims = [0]">,
                 Case<["0x3"], "shifts = [1], dims = [0]">,
                 Case<[""], "shifts = [3]">];
  let body = Cpp<"bodyRoll">;
  let grad = [CppGrad<"vjpRoll">];
}

def Ag_Repeat : Ag_MoveComposite<"repeat(Tensor self, int[] repeats) -> Tensor"> {
  let title = "copies of a tensor beside each other along each dim";
  let torch = "self.repeat(repeats)";
  let samples = [Case<["2x3"], "repeats = [2, 1]">,
                 Case<["3"], "repeats = [2, 3]">,
                 Case<["2x1"], "repeats = [0, 2]">, Case<["0x3"], "repeats = [2, 2]">,
                 Case<[""], "repeats = [2]">,
                 Case<["2x3"], "repeats = [1, 1]">];
  let body = Cpp<"bodyRepeat">;
  let gradNodes = ["SumBackward1"];
  let grad = [FromBody];
}

#endif // AG_MOVE_TD
