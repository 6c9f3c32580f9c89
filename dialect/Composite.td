// Functions kept whole for stability or because PyTorch has one autograd node for them: `ag.apply`.
#ifndef AG_COMPOSITE_TD
#define AG_COMPOSITE_TD

include "dialect/AgDialect.td"
include "dialect/AgRecordBase.td"

def Ag_ApplyOp : Ag_PureOp<"apply", [DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "a composite function of its operands";
  let description = [{
    What it computes is its record's body; `ag-expand-composites` puts the body in its place.

    Constraints: C1 fn names a composite record. C2 the operand count is the record's. C3 the result
    types are the body's.

    ```mlir
    %0 = ag.apply mm(%a, %b) : (tensor<4x5xf32>, tensor<5x6xf32>) -> tensor<4x6xf32>
    %1 = ag.apply log_softmax<dim = 1>(%0) : (tensor<4x6xf32>) -> tensor<4x6xf32>
    ```
  }];
  let arguments = (ins StrAttr:$fn, Variadic<Ag_Tensor>:$operands, DictionaryAttr:$params);
  let results = (outs Variadic<Ag_Tensor>:$results);
  let assemblyFormat = [{
    custom<RecordCall>($fn, $params) `(` $operands `)` attr-dict `:` functional-type($operands, $results)
  }];
  let hasVerifier = 1;
}

class Ag_Composite<string schema> : Ag_Record<schema, "composite"> {
  let requiredShapes = [Matrix, Empty, NonContiguous, Expanded];
}

def Ag_Mean : Ag_Composite<"mean(Tensor self, int[] dim, bool keepdim=False) -> Tensor"> {
  let title = "arithmetic mean";
  let dtypes = ["float", "complex"];
  let node = "MeanBackward1";
  let body = Expr<"sum(self, dim, keepdim) / count(self, dim)">;
  let grad = [Wrt<"self", "expand_like(unreduce(grad, dim, keepdim), self) / count(self, dim)">];
}

def Ag_Softmax : Ag_Composite<"softmax(Tensor self, int dim) -> Tensor"> {
  let title = "exponentials normalised to sum 1";
  let body = Expr<"e = exp(self - stop_gradient(amax(self, dim, true))); e / sum(e, dim, true)">;
  let grad = [Wrt<"self", "result * (grad - sum(grad * result, dim, true))">];
}

def Ag_LogSoftmax : Ag_Composite<"log_softmax(Tensor self, int dim) -> Tensor"> {
  let title = "logarithm of softmax";
  let body = Expr<"m = self - stop_gradient(amax(self, dim, true)); m - log(sum(exp(m), dim, true))">;
  let grad = [Wrt<"self", "grad - exp(result) * sum(grad, dim, true)">];
}

def Ag_NllLoss : Ag_Composite<"nll_loss(Tensor self, Tensor(index) target, str reduction='mean') -> Tensor"> {
  let title = "negative log likelihood of the target class, over dim 1 of a matrix of log probabilities";
  let body = Cpp<"bodyNllLoss">;
  let grad = [FromBody];
}

#endif // AG_COMPOSITE_TD
