// Structured control flow over values.
#ifndef AG_CONTROL_TD
#define AG_CONTROL_TD

include "dialect/AgDialect.td"

def Ag_YieldOp : Ag_PureOp<"yield", [Terminator, ReturnLike, ParentOneOf<["IfOp", "ForOp"]>]> {
  let summary = "the results of a region";
  let description = [{
    ```mlir
    ag.yield %x : tensor<4xf32>
    ```
  }];
  let arguments = (ins Variadic<AnyType>:$operands);
  let assemblyFormat = "attr-dict ($operands^ `:` type($operands))?";
  let builders = [OpBuilder<(ins), [{ /* yields nothing */ }]>];
}

def Ag_IfOp : Ag_Op<"if", [RecursiveMemoryEffects, NoRegionArguments,
    SingleBlockImplicitTerminator<"YieldOp">]> {
  let summary = "one of two regions, by a 0-dim bool";
  let description = [{
    Constraints: C1 condition is 0-dim. C2 both regions yield the result types.

    ```mlir
    %0 = ag.if %c : tensor<i1> -> tensor<4xf32> {
      ag.yield %x : tensor<4xf32>
    } else {
      ag.yield %y : tensor<4xf32>
    }
    ```
  }];
  let arguments = (ins Ag_BoolTensor:$condition);
  let results = (outs Variadic<Ag_Tensor>:$results);
  let regions = (region SizedRegion<1>:$then, SizedRegion<1>:$otherwise);
  let assemblyFormat = [{
    $condition `:` type($condition) `->` type($results) $then `else` $otherwise attr-dict
  }];
  let hasVerifier = 1;
}

def Ag_ForOp : Ag_Op<"for", [RecursiveMemoryEffects,
    AllTypesMatch<["inits", "results"]>, SingleBlockImplicitTerminator<"YieldOp">]> {
  let summary = "a region run a number of times, carrying values";
  let description = [{
    The body's arguments are the 0-dim i64 trip and the carried values; it yields the next ones.

    Constraints: C1 the body takes a 0-dim i64 tensor and the carried values. C2 it yields their types.

    ```mlir
    %0 = ag.for %n(%x) : tensor<4xf32> {
    ^bb0(%i: tensor<i64>, %v: tensor<4xf32>):
      %1 = ag.map neg(%v) : (tensor<4xf32>) -> tensor<4xf32>
      ag.yield %1 : tensor<4xf32>
    }
    ```
  }];
  let arguments = (ins Index:$trips, Variadic<Ag_Tensor>:$inits);
  let results = (outs Variadic<Ag_Tensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$trips `(` $inits `)` `:` type($inits) $body attr-dict";
  let hasVerifier = 1;
}

#endif // AG_CONTROL_TD
