// The `agt` dialect: tensor objects, with PyTorch's identity, views, writes and grad slots.
#ifndef AGT_DIALECT_TD
#define AGT_DIALECT_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Agt_Dialect : Dialect {
  let name = "agt";
  let cppNamespace = "::agc::agt";
  let summary = "tensor objects, as a program wrote them";
  let description = [{
    An object has an identity, a storage that it may share with others, a version, a gradient slot
    and a place in the autograd graph. Maths is never here: an op of the surface reads its operands'
    values, computes with one `ag` op, which is the autograd node, and makes a new object of its
    result (`agt.new`) or writes it into an old one (`agt.write`). `ag.cast` and `ag.constant` beside
    that op are no nodes. `agt-check` reports what autograd would refuse; `agt-functionalize` turns
    objects into values.
  }];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let usePropertiesForAttributes = 1;
}

def Agt_Ref : TypeDef<Agt_Dialect, "Ref"> {
  let mnemonic = "ref";
  let summary = "a tensor object";
  let description = [{
    ```mlir
    !agt.ref<tensor<4x5xf32>>
    ```
  }];
  let parameters = (ins "::mlir::RankedTensorType":$tensor);
  let assemblyFormat = "`<` $tensor `>`";
  let builders = [TypeBuilderWithInferredContext<(ins "::mlir::RankedTensorType":$tensor), [{
    return $_get(tensor.getContext(), tensor);
  }]>];
}

// How an object looks at the elements of another; what the arguments are stands behind each.
def Agt_ViewKind : I32EnumAttr<"ViewKind", "a way to look at another object's elements", [
  I32EnumAttrCase<"View", 0, "view">,            // []: another shape
  I32EnumAttrCase<"Permute", 1, "permute">,      // dims
  I32EnumAttrCase<"Transpose", 2, "transpose">,  // [dim0, dim1]
  I32EnumAttrCase<"T", 3, "t">,                  // []: a matrix transposed; ranks 0 and 1 as they are
  I32EnumAttrCase<"Select", 4, "select">,        // [dim, index]
  I32EnumAttrCase<"Slice", 5, "slice">,          // [dim, start, step]
  I32EnumAttrCase<"Expand", 6, "expand">,        // []
  I32EnumAttrCase<"Squeeze", 7, "squeeze">,      // dims; none: every extent 1
  I32EnumAttrCase<"Unsqueeze", 8, "unsqueeze">,  // [dim]
  I32EnumAttrCase<"Diagonal", 9, "diagonal">,    // [offset, dim1, dim2]
  I32EnumAttrCase<"Unbind", 10, "unbind">,       // [dim]
  I32EnumAttrCase<"Split", 11, "split">,         // [size, dim]: chunks of one size, the last may be less
  I32EnumAttrCase<"SplitWithSizes", 12, "split_with_sizes">, // [dim]: sizes are the results'
  I32EnumAttrCase<"Alias", 13, "alias">,         // []
  I32EnumAttrCase<"AsReal", 14, "view_as_real">, // []: the parts of complex elements along a new last dim
  I32EnumAttrCase<"AsComplex", 15, "view_as_complex">, // []: the inverse
  I32EnumAttrCase<"Unfold", 16, "unfold">,       // [dim, size, step]: windows, their elements along a new last dim
]> {
  let cppNamespace = "::agc::agt";
  let genSpecializedAttr = 0;
}
def Agt_ViewKindAttr : EnumAttr<Agt_Dialect, Agt_ViewKind, "view_kind">;

def Agt_GradMode : I32EnumAttr<"GradMode", "whether ops are recorded for backward", [
  I32EnumAttrCase<"EnableGrad", 0, "enable_grad">,
  I32EnumAttrCase<"NoGrad", 1, "no_grad">,
]> {
  let cppNamespace = "::agc::agt";
  let genSpecializedAttr = 0;
}
def Agt_GradModeAttr : EnumAttr<Agt_Dialect, Agt_GradMode, "grad_mode_kind">;

def Agt_Question : I32EnumAttr<"Question", "a fact that autograd knows of an object", [
  I32EnumAttrCase<"IsLeaf", 0, "is_leaf">,
  I32EnumAttrCase<"RequiresGrad", 1, "requires_grad">,
  I32EnumAttrCase<"RetainsGrad", 2, "retains_grad">,
  I32EnumAttrCase<"GradIsNone", 3, "grad_is_none">,
  I32EnumAttrCase<"IsView", 4, "is_view">,
  I32EnumAttrCase<"Version", 5, "version">,
]> {
  let cppNamespace = "::agc::agt";
  let genSpecializedAttr = 0;
}
def Agt_QuestionAttr : EnumAttr<Agt_Dialect, Agt_Question, "question">;

#endif // AGT_DIALECT_TD
