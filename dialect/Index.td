// Reading and writing at computed positions.
#ifndef AG_INDEX_TD
#define AG_INDEX_TD

include "dialect/AgDialect.td"
include "dialect/AgRecordBase.td"

defvar outOfBounds = "index {0} is out of bounds for dimension {1} with size {2}";

class Ag_Indexing<string schema> : Ag_Record<schema, "primitive"> {
  let dtypes = ["float", "complex", "int", "bool"];
  let promotion = "none";
  let requiredShapes = [Matrix, NonContiguous, Expanded];
}

def Ag_GatherOp : Ag_InferredOp<"gather">,
    Ag_Indexing<"gather(Tensor self, int dim, Tensor(index) index) -> Tensor"> {
  let title = "elements picked along a dim";
  let outOfRange = outOfBounds;
  let refusal = "refusalOfGather";
  let torch = "torch.gather(self, dim, index)";
  let samples = [Domain<"index", "0", "3">,
                 Case<["4x3", "4x2"], "dim = 1">,
                 Case<["4x3", "2x3"], "dim = 0">];
  let eval = Cpp<"evalGather">;
  let gradNodes = ["ScatterAddBackward0"];
  let grad = [CppGrad<"vjpGather">];
  let saves = ["self"]; // for its shape
  let summary = title;
  let description = [{
    `result[i][j][k] = self[i][index[i][j][k]][k]` for dim 1. The shape is index's. An index outside
    `[0, extent)` is an error at run time.

    Constraints: C1 self and index have one rank. C2 dim is in range. C3 index is no larger than
    self in the other dims, or has no element.

    ```mlir
    %0 = ag.gather %x, %i dim 1 : (tensor<4x5xf32>, tensor<4x1xi64>) -> tensor<4x1xf32>
    ```
  }];
  let arguments = (ins Ag_Tensor:$self, Ag_IndexTensor:$index, I64Attr:$dim);
  let results = (outs Ag_Tensor:$result);
  let assemblyFormat = "$self `,` $index `dim` $dim attr-dict `:` functional-type(operands, $result)";
  let hasVerifier = 1;
}

def Ag_ScatterOp : Ag_InferredOp<"scatter">,
    Ag_Indexing<"scatter(Tensor self, int dim, Tensor(index) index, Tensor src) -> Tensor"> {
  let title = "elements replaced along a dim at given positions";
  let outOfRange = outOfBounds;
  let mixed = "scatter(): Expected self.dtype to be equal to src.dtype";
  let refusal = "refusalOfScatter";
  let samples = [Domain<"index", "0", "6">,
                 OpCase<["2x6", "2x1", "2x1"], "ag.scatter %self, %index, %src dim 1 : (tensor<2x6xT>, tensor<2x1xi64>, tensor<2x1xT>) -> tensor<2x6xT>", "self.scatter(1, index, src)">,
                 OpCase<["2x6", "2x4", "2x4"], "ag.scatter add %self, %index, %src dim 1 : (tensor<2x6xT>, tensor<2x4xi64>, tensor<2x4xT>) -> tensor<2x6xT>", "self.scatter_add(1, index, src)">];
  let notes = "Where two positions agree the last in row-major order stays; PyTorch leaves it open.";
  let gradShapes = ["src as index"];
  let inplace = 1;
  let eval = Cpp<"evalScatter">;
  let grad = [CppGrad<"vjpScatter">];
  let summary = title;
  let description = [{
    `result = self; result[i][index[i][j][k]][k] = src[i][j][k]` for dim 1; with `add`, `+=`.

    Constraints: C1 self, index and src have one rank. C2 dim is in range. C3 index is no larger
    than src, and than self in the other dims, or has no element.

    ```mlir
    %0 = ag.scatter %x, %i, %s dim 1 : (tensor<4x5xf32>, tensor<4x1xi64>, tensor<4x1xf32>) -> tensor<4x5xf32>
    %1 = ag.scatter add %x, %i, %s dim 1 : (tensor<4x5xf32>, tensor<4x1xi64>, tensor<4x1xf32>) -> tensor<4x5xf32>
    ```
  }];
  let arguments = (ins Ag_Tensor:$self, Ag_IndexTensor:$index, Ag_Tensor:$src, I64Attr:$dim, UnitAttr:$add);
  let results = (outs Ag_Tensor:$result);
  let assemblyFormat = [{
    (`add` $add^)? $self `,` $index `,` $src `dim` $dim attr-dict `:` functional-type(operands, $result)
  }];
  let hasVerifier = 1;
}

def Ag_NonzeroOp : Ag_InferredOp<"nonzero">,
    Ag_Indexing<"nonzero(Tensor self) -> Tensor(index)"> {
  let title = "the positions of the elements that are not zero";
  let samples = [Domain<"self", "-2", "2">, Special<["0", "1", "-0.0", "nan", "inf"]>,
                 Case<["2x3"]>, Case<["5"]>, Case<[""]>, Case<["0x3"]>];
  let eval = Cpp<"evalNonzero">;
  let grad = [NonDiff];
  let summary = title;
  let description = [{
    One row for each non-zero element, in row-major order, with its index along every dim of self. How
    many rows there are is known at run time only; natively there is room for all elements.

    ```mlir
    %0 = ag.nonzero %x : (tensor<4x5xf32>) -> tensor<?x2xi64>
    ```
  }];
  let arguments = (ins Ag_Tensor:$self);
  let results = (outs Ag_IndexTensor:$result);
  let assemblyFormat = "$self attr-dict `:` functional-type($self, $result)";
}

def Ag_UniqueOp : Ag_InferredOp<"unique">,
    Ag_Indexing<"unique(Tensor self, bool rows=False) -> (Tensor, Tensor(index), Tensor(index))"> {
  let title = "the different elements, or rows, in ascending order, where each went, and how often each is there";
  let notes = "Every NaN is an element of its own, behind the numbers; -0.0 equals 0.0. Rows are ordered by their first element, then the next.";
  let dtypes = ["float", "int", "bool"];
  let node = "Unique2Backward0";
  let function = "_unique2";
  let kernel = "unique";
  let surface = 0;
  let torch = "torch.unique(self, return_inverse=True, return_counts=True, dim=0 if rows else None)";
  let samples = [Domain<"self", "-2", "2">, Special<["0", "1", "-0.0", "nan", "-inf", "1", "nan", "inf"]>,
                 Case<["4x3"]>, Case<["9"]>, Case<[""]>, Case<["0x3"]>,
                 Case<["5x1"], "rows = true">, Case<["6x2"], "rows = true">, Case<["0x2"], "rows = true">];
  let eval = Cpp<"evalUnique">;
  let grad = [NotImplemented<"PyTorch has no derivative of _unique2 either">];
  let summary = title;
  let description = [{
    `values[inverse[i]] = self[i]`, and `counts[k]` elements of self equal `values[k]`; with `rows`, of
    a matrix, so of its rows. How many values there are is known at run time only; natively there is
    room for all elements.

    Constraints: C1 rows are a matrix's.

    ```mlir
    %values, %inverse, %counts = ag.unique %x : (tensor<4x5xf32>) -> (tensor<?xf32>, tensor<4x5xi64>, tensor<?xi64>)
    %rows, %places, %times = ag.unique rows %x : (tensor<4x5xf32>) -> (tensor<?x5xf32>, tensor<4xi64>, tensor<?xi64>)
    ```
  }];
  let arguments = (ins Ag_Tensor:$self, UnitAttr:$rows);
  let results = (outs Ag_Tensor:$values, Ag_IndexTensor:$inverse, Ag_IndexTensor:$counts);
  let assemblyFormat = "(`rows` $rows^)? $self attr-dict `:` functional-type($self, results)";
}

def Ag_SortOp : Ag_InferredOp<"sort">,
    Ag_Indexing<"sort(Tensor self, int dim, bool descending=False) -> (Tensor, Tensor(index))"> {
  let title = "elements in ascending or descending order along a dim, and where they stood";
  let layout = "self";
  let unsupported = [SaysOfComplex<" Sort does not support complex dtypes on CPU">];
  let notes = "Equal elements stay in their order; NaN is greater than any number.";
  let dtypes = ["float", "int", "bool"];
  let surface = 0;
  let torch = "torch.sort(self, dim=dim, descending=descending, stable=True)";
  let samples = [Domain<"self", "-2", "2">, Special<["0", "1", "-0.0", "nan", "-inf", "1", "nan", "inf"]>,
                 Case<["4x3"], "dim = 1">, Case<["5x2"], "dim = 0, descending = true">,
                 Case<["2x5x2"], "dim = 1">, Case<["9"], "dim = 0, descending = true">,
                 Case<["0x3"], "dim = 0">, Case<["0x3"], "dim = 1">];
  let eval = Cpp<"evalSort">;
  let grad = [CppGrad<"vjpPicked">];
  let summary = title;
  let description = [{
    `values[i][j] = self[i][indices[i][j]]` for dim 1, and no value comes before the one on its left.

    Constraints: C1 dim is in range.

    ```mlir
    %values, %indices = ag.sort %x dim 1 : (tensor<4x5xf32>) -> (tensor<4x5xf32>, tensor<4x5xi64>)
    %most, %places = ag.sort descending %x dim 0 : (tensor<4x5xf32>) -> (tensor<4x5xf32>, tensor<4x5xi64>)
    ```
  }];
  let arguments = (ins Ag_Tensor:$self, I64Attr:$dim, UnitAttr:$descending);
  let results = (outs Ag_Tensor:$values, Ag_IndexTensor:$indices);
  let assemblyFormat = "(`descending` $descending^)? $self `dim` $dim attr-dict `:` functional-type($self, results)";
  let hasVerifier = 1;
}

// ---------------------------------------------------------------- composed of these

class Ag_IndexComposite<string schema> : Ag_Record<schema, "composite"> {
  let dtypes = ["float", "complex", "int", "bool"];
  let promotion = "none";
  let requiredShapes = [Matrix, Empty, NonContiguous, Expanded];
}

def Ag_IndexSelect : Ag_IndexComposite<
    "index_select(Tensor self, int dim, Tensor(index) index) -> Tensor"> {
  let title = "slices picked along a dim";
  let torch = "torch.index_select(self, dim, index)";
  let samples = [Domain<"index", "0", "3">,
                 Case<["3x4", "5"], "dim = 0">,
                 Case<["2x3x2", "4"], "dim = 1">,
                 Case<["3x2", ""], "dim = 0">,
                 Case<["3x0", "2"], "dim = 0">,
                 Case<["3x2", "0"], "dim = 0">];
  let body = Cpp<"bodyIndexSelect">;
  let grad = [Wrt<"self", "index_add(zeros_like(self), dim, index, grad)">];
}

def Ag_IndexAdd : Ag_IndexComposite<
    "index_add(Tensor self, int dim, Tensor(index) index, Tensor source, float alpha=1) -> Tensor"> {
  let title = "slices added along a dim at given positions, in their order";
  let outOfRange = outOfBounds;
  let torch = "torch.index_add(self, dim, index, source, alpha=int(alpha) if self.dtype == torch.bool else alpha)";
  let mixed = "index_add_(): self ({0}) and source ({1}) must have the same scalar type";
  let saves = ["source if source"]; // for its shape
  let inplace = 1;
  let samples = [Domain<"index", "0", "3">, Domain<"*", "1", "4">,
                 Case<["3x4", "5", "5x4"], "dim = 0">,
                 Case<["2x3x2", "4", "2x4x2"], "dim = 1">,
                 Case<["3x2", "4", "4x2"], "dim = 0, alpha = 2.0">,
                 Case<["3x0", "2", "2x0"], "dim = 0">,
                 Case<["3x2", "0", "0x2"], "dim = 0">];
  let body = Cpp<"bodyIndexAdd">;
  let grad = [Wrt<"self", "grad">, Wrt<"source", "index_select(grad, dim, index) * alpha">];
}

def Ag_ScatterAdd : Ag_IndexComposite<
    "scatter_add(Tensor self, int dim, Tensor(index) index, Tensor src) -> Tensor"> {
  let title = "elements added along a dim at given positions, in row-major order";
  let outOfRange = outOfBounds;
  let mixed = "scatter(): Expected self.dtype to be equal to src.dtype";
  let refusal = "refusalOfScatter";
  let torch = "torch.scatter_add(self, dim, index, src)";
  let gradShapes = ["src as index"];
  let inplace = 1;
  let samples = [Domain<"index", "0", "3">,
                 Case<["3x4", "5x2", "5x2"], "dim = 0">,
                 Case<["2x3x2", "2x4x1", "2x4x1"], "dim = 1">,
                 Case<["3", "0", "0"], "dim = 0">];
  let body = Cpp<"bodyScatterAdd">;
  let grad = [CppGrad<"vjpScatterAdd">];
}

def Ag_Embedding : Ag_IndexComposite<
    "embedding(Tensor weight, Tensor(index) indices, int padding_idx=-1) -> Tensor"> {
  let title = "rows of a table picked by index; the row padding_idx gets no gradient";
  let dtypes = ["float", "int", "bool"];
  let torch = "torch.embedding(weight, indices, padding_idx)";
  let samples = [Domain<"indices", "0", "3">,
                 Case<["4x3", "5"]>,
                 Case<["4x3", "2x4"], "padding_idx = 3">,
                 Case<["4x3", ""]>,
                 Case<["4x3", "0"]>];
  let indexed = 0;
  let body = Cpp<"bodyEmbedding">;
  let gradNodes = ["EmbeddingDenseBackwardBackward0"];
  let grad = [CppGrad<"vjpEmbedding">];
}

class Ag_Ranked<string schema> : Ag_Record<schema, "composite"> {
  let dtypes = ["float", "int"];
  let promotion = "none";
  let surface = 0;
  let grad = [CppGrad<"vjpPicked">];
  let requiredShapes = [Matrix, ZeroDim, NonContiguous, Expanded];
}

def Ag_Topk : Ag_Ranked<"topk(Tensor self, int k, int dim, bool largest=True) -> (Tensor, Tensor(index))"> {
  let title = "the k greatest or least elements along a dim, and where they stood";
  let unsupported = [SaysOfComplex<" topk does not support complex dtypes on CPU">,
                     SaysOfBool<"topk does not support bool dtypes on CPU">];
  let notes = "Of equal elements those that stand first; PyTorch leaves it open.";
  let torch = "torch.topk(self, k, dim, largest) if self.dim() == 0 else [x.narrow(dim, 0, k) for x in torch.sort(self, dim=dim, descending=largest, stable=True)]";
  let samples = [Domain<"self", "-2", "2">,
                 Case<["2x5"], "k = 2, dim = 1">, Case<["4x3"], "k = 4, dim = 0, largest = false">,
                 Case<["2x4x2"], "k = 3, dim = 1">, Case<["3"], "k = 0, dim = 0">, Case<[""], "k = 1, dim = 0">];
  let body = Cpp<"bodyTopk">;
}

def Ag_Kthvalue : Ag_Ranked<"kthvalue(Tensor self, int k, int dim, bool keepdim=False) -> (Tensor, Tensor(index))"> {
  let title = "the k-th least element along a dim, and where it stood";
  let kernel = "kthvalue_cpu";
  let notes = "Of equal elements the one in the place that a stable sort gives it; PyTorch leaves it open.";
  let torch = "torch.kthvalue(self, k, dim, keepdim) if self.dim() == 0 else [x if keepdim else x.squeeze(dim) for x in (s.narrow(dim, k - 1, 1) for s in torch.sort(self, dim=dim, stable=True))]";
  let samples = [Domain<"self", "-2", "2">,
                 Case<["2x5"], "k = 2, dim = 1">, Case<["4x3"], "k = 4, dim = 0, keepdim = true">,
                 Case<["2x4x2"], "k = 1, dim = 1">, Case<[""], "k = 1, dim = 0">];
  let body = Cpp<"bodyKthvalue">;
}

def Ag_OneHot : Ag_Record<"one_hot(Tensor(index) self, int num_classes) -> Tensor(index)", "composite"> {
  let title = "a 1 at each class index, along a new last dim";
  let outOfRange = "Class values must be smaller than num_classes.";
  let promotion = "none";
  let requiredShapes = [Matrix, Empty, ZeroDim, NonContiguous, Expanded];
  let samples = [Domain<"self", "0", "3">,
                 Case<["4"], "num_classes = 3">,
                 Case<["2x3"], "num_classes = 5">,
                 Case<[""], "num_classes = 3">,
                 Case<["0"], "num_classes = 3">];
  let body = Cpp<"bodyOneHot">;
  let grad = [NonDiff];
}

#endif // AG_INDEX_TD
