// Differentiation as ops, and the marks that say where gradients start, stop and pass.
#ifndef AG_AUTOGRAD_TD
#define AG_AUTOGRAD_TD

include "dialect/AgDialect.td"
include "dialect/AgRecordBase.td"

def Ag_GradOp : Ag_PureOp<"grad", [AttrSizedOperandSegments]> {
  let summary = "gradients of outputs with respect to values they were computed from";
  let description = [{
    One result per wrt operand, of its type: the vector-Jacobian product with the seeds, zero where
    there is no path. `ag-differentiate` expands it; before that, nothing may share or fold the values on
    the way (cse would take a value for its equal, whose gradient is another).

    What comes to a `cut` value from the ops that read it ends there; seeds given for it do not. The
    backward of the op that a `stale` value is a result of reads the `present` one in the place of an
    operand, or of a result (numbered after the operands): what it saved was written unseen since.

    Constraints: C1 one seed per output, of its type. C2 one result per wrt operand, of its type. C3 a
    present value, of the type of what it stands for, and a place for each stale one.

    ```mlir
    %gw = ag.grad %loss seeds %one wrt %w : (tensor<f32>, tensor<f32>, tensor<4xf32>) -> tensor<4xf32>
    ```
  }];
  let arguments = (ins Variadic<Ag_Tensor>:$outputs, Variadic<Ag_Tensor>:$seeds, Variadic<Ag_Tensor>:$wrt,
                       Variadic<Ag_Tensor>:$cut, Variadic<Ag_Tensor>:$stale, Variadic<Ag_Tensor>:$present,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$places, UnitAttr:$create_graph);
  let results = (outs Variadic<Ag_Tensor>:$gradients);
  let assemblyFormat = [{
    $outputs `seeds` $seeds `wrt` $wrt (`cut` $cut^)? (`stale` $stale^ `present` $present `at` $places)? (`create_graph` $create_graph^)? attr-dict `:` functional-type(operands, $gradients)
  }];
  let builders = [OpBuilder<(ins "::mlir::TypeRange":$types, "::mlir::ValueRange":$outputs, "::mlir::ValueRange":$seeds,
                                 "::mlir::ValueRange":$wrt, "bool":$create_graph),
                            [{ build($_builder, $_state, types, outputs, seeds, wrt, {}, {}, {}, {}, create_graph); }]>];
  let extraClassDeclaration = [{
    /// An operand of an op, or a result, numbered after these.
    static ::mlir::Value valueAt(::mlir::Operation *op, int64_t place) {
      int64_t operands = op->getNumOperands();
      return place < operands ? op->getOperand(place) : op->getResult(place - operands);
    }
  }];
  let hasVerifier = 1;
}

def Ag_JvpOp : Ag_PureOp<"jvp", [AttrSizedOperandSegments]> {
  let summary = "tangents of outputs along tangents of values they were computed from";
  let description = [{
    One result per output, of its type: the Jacobian-vector product.

    Constraints: C1 one tangent per wrt operand, of its type. C2 one result per output, of its type.

    ```mlir
    %t = ag.jvp %y wrt %x tangents %v : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    ```
  }];
  let arguments = (ins Variadic<Ag_Tensor>:$outputs, Variadic<Ag_Tensor>:$wrt, Variadic<Ag_Tensor>:$tangents);
  let results = (outs Variadic<Ag_Tensor>:$results);
  let assemblyFormat = [{
    $outputs `wrt` $wrt `tangents` $tangents attr-dict `:` functional-type(operands, $results)
  }];
  let hasVerifier = 1;
}

class Ag_MarkOp<string mnemonic> : Ag_PureOp<mnemonic, [SameOperandsAndResultType]> {
  let arguments = (ins Ag_Tensor:$self);
  let results = (outs Ag_Tensor:$result);
  let assemblyFormat = "$self attr-dict `:` type($self)";
}

def Ag_LeafMarkOp : Ag_MarkOp<"leaf_mark"> {
  let summary = "the value of a leaf, where its gradient is taken";
  let description = [{
    The identity; a wrt operand of `ag.grad` is such a mark, and earlier uses of the operand are not
    connected to it.

    ```mlir
    %0 = ag.leaf_mark %x : tensor<4xf32>
    ```
  }];
}

def Ag_StopGradientOp : Ag_MarkOp<"stop_gradient"> {
  let summary = "the identity, with no gradient through it";
  let description = [{
    ```mlir
    %0 = ag.stop_gradient %x : tensor<4xf32>
    ```
  }];
}

def Ag_StraightThroughOp : Ag_PureOp<"straight_through",
    [AllTypesMatch<["path", "value", "result"]>]> {
  let summary = "one operand's value with the other's gradient path";
  let description = [{
    The result is value; its cotangent goes to path, unchanged. It stands for a write that autograd
    did not see.

    ```mlir
    %0 = ag.straight_through %old, %new : tensor<4xf32>
    ```
  }];
  let arguments = (ins Ag_Tensor:$path, Ag_Tensor:$value);
  let results = (outs Ag_Tensor:$result);
  let assemblyFormat = "$path `,` $value attr-dict `:` type($result)";
}

def Ag_CheckOp : Ag_Op<"check", [MemoryEffects<[MemWrite]>]> {
  let summary = "the call fails where computing these values would";
  let description = [{
    Extents that differ, an index out of range, a division by zero are found also where only the
    derivatives of values are computed, and not the values. It holds what may fail until that is code.

    ```mlir
    ag.check %y, %loss : tensor<?x4xf32>, tensor<f32>
    ```
  }];
  let arguments = (ins Variadic<Ag_Tensor>:$values);
  let assemblyFormat = "$values attr-dict `:` type($values)";
}

#endif // AG_AUTOGRAD_TD
