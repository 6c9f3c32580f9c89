// Reading and writing at computed positions.
#ifndef AG_INDEX_TD
#define AG_INDEX_TD

include "dialect/AgDialect.td"
include "dialect/AgRecordBase.td"

class Ag_Indexing<string schema> : Ag_Record<schema, "primitive"> {
  let dtypes = ["float", "complex", "int", "bool"];
  let promotion = "none";
  let requiredShapes = [Matrix, NonContiguous, Expanded];
}

def Ag_GatherOp : Ag_InferredOp<"gather">,
    Ag_Indexing<"gather(Tensor self, int dim, Tensor(index) index) -> Tensor"> {
  let title = "elements picked along a dim";
  let torch = "torch.gather(self, dim, index)";
  let samples = [Domain<"index", "0", "3">,
                 Case<["4x3", "4x2"], "dim = 1">,
                 Case<["4x3", "2x3"], "dim = 0">];
  let eval = Cpp<"evalGather">;
  let grad = [CppGrad<"vjpGather">];
  let summary = title;
  let description = [{
    `result[i][j][k] = self[i][index[i][j][k]][k]` for dim 1. The shape is index's. An index outside
    `[0, extent)` is an error at run time.

    Constraints: C1 self and index have one rank. C2 dim is in range. C3 index is no larger than
    self in the other dims.

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
  let samples = [Domain<"index", "0", "6">,
                 OpCase<["2x6", "2x1", "2x1"], "ag.scatter %self, %index, %src dim 1 : (tensor<2x6xT>, tensor<2x1xi64>, tensor<2x1xT>) -> tensor<2x6xT>", "self.scatter(1, index, src)">,
                 OpCase<["2x6", "2x4", "2x4"], "ag.scatter add %self, %index, %src dim 1 : (tensor<2x6xT>, tensor<2x4xi64>, tensor<2x4xT>) -> tensor<2x6xT>", "self.scatter_add(1, index, src)">];
  let notes = "Where two positions agree the last in row-major order stays; PyTorch leaves it open.";
  let inplace = 1;
  let eval = Cpp<"evalScatter">;
  let grad = [CppGrad<"vjpScatter">];
  let summary = title;
  let description = [{
    `result = self; result[i][index[i][j][k]][k] = src[i][j][k]` for dim 1; with `add`, `+=`.

    Constraints: C1 self, index and src have one rank. C2 dim is in range. C3 index is no larger
    than src, and than self in the other dims.

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

#endif // AG_INDEX_TD
