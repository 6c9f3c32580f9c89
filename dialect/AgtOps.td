// The ops of `agt`: each is one event in the life of tensor objects.
#ifndef AGT_OPS_TD
#define AGT_OPS_TD

include "dialect/AgDialect.td"
include "dialect/AgtDialect.td"

class Agt_Op<string mnemonic, list<Trait> traits = []> : Op<Agt_Dialect, mnemonic, traits>;

// `result` is an object of `value`'s type, or the other way round.
class RefOf<string ref, string value> : TypesMatchWith<
    ref # " is an object of " # value # "'s type", value, ref,
    "::agc::agt::RefType::get(::llvm::cast<::mlir::RankedTensorType>($_self))">;
class ValueOf<string value, string ref> : TypesMatchWith<
    value # " has the type that " # ref # " is an object of", ref, value,
    "::llvm::cast<::agc::agt::RefType>($_self).getTensor()">;

// ---------------------------------------------------------------- values and objects

def Agt_LeafOp : Agt_Op<"leaf", [RefOf<"result", "value">]> {
  let summary = "a new object without history";
  let description = [{
    What a factory function makes: contiguous, of version 0, a leaf.

    ```mlir
    %0 = agt.leaf %v requires_grad "w" : tensor<4x5xf32>
    ```
  }];
  let arguments = (ins Ag_Tensor:$value, UnitAttr:$requires_grad, OptionalAttr<StrAttr>:$name);
  let results = (outs Res<Agt_Ref, "", [MemAlloc]>:$result);
  let assemblyFormat = "$value (`requires_grad` $requires_grad^)? ($name^)? attr-dict `:` type($value)";
}

def Agt_ReadOp : Agt_Op<"read", [ValueOf<"value", "self">]> {
  let summary = "the value that an object holds now";
  let description = [{
    ```mlir
    %0 = agt.read %r : !agt.ref<tensor<4x5xf32>>
    ```
  }];
  let arguments = (ins Arg<Agt_Ref, "", [MemRead]>:$self);
  let results = (outs Ag_Tensor:$value);
  let assemblyFormat = "$self attr-dict `:` qualified(type($self))";
}

def Agt_NewOp : Agt_Op<"new", [RefOf<"result", "value">]> {
  let summary = "a new object that holds an op's result";
  let description = [{
    The op that made the value is the object's autograd node, its inputs the objects that it read. A
    value that was read, and nothing else, is a clone. `node` names the autograd node where PyTorch's
    differs from the record's. The result's dims lie in memory as PyTorch's would; with `contiguous`
    in row-major order, with `like` as those of another object's clone.

    Constraint: C1 the object that it is like has the value's shape.

    ```mlir
    %0 = agt.read %r : !agt.ref<tensor<4x5xf32>>
    %1 = ag.map exp(%0) : (tensor<4x5xf32>) -> tensor<4x5xf32>
    %2 = agt.new %1 : tensor<4x5xf32>
    %3 = agt.new %0 node "CloneBackward0" : tensor<4x5xf32>
    %4 = agt.new %1 like %r : !agt.ref<tensor<4x5xf32>> : tensor<4x5xf32>
    ```
  }];
  let arguments = (ins Ag_Tensor:$value, OptionalAttr<StrAttr>:$node, UnitAttr:$contiguous,
                       Optional<Agt_Ref>:$like);
  let results = (outs Res<Agt_Ref, "", [MemAlloc]>:$result);
  let assemblyFormat = [{
    $value (`node` $node^)? (`contiguous` $contiguous^)? (`like` $like^ `:` qualified(type($like)))? attr-dict `:` type($value)
  }];
  let builders = [OpBuilder<(ins "::mlir::Value":$value, "::mlir::StringAttr":$node,
                             CArg<"bool", "false">:$contiguous),
                            [{ build($_builder, $_state, value, node, contiguous, ::mlir::Value()); }]>];
  let hasVerifier = 1;
}

def Agt_WriteOp : Agt_Op<"write", [ValueOf<"value", "self">]> {
  let summary = "an in-place op's result stored into an object";
  let description = [{
    `fn` is the in-place op's name (`mul_`, `copy_`, `fill_`). As with `agt.new`, the op that made the
    value is the autograd node.

    ```mlir
    %0 = agt.read %r : !agt.ref<tensor<4xf32>>
    %1 = ag.map mul(%0, %0) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    agt.write "mul_" %r, %1 : !agt.ref<tensor<4xf32>>
    ```
  }];
  let arguments = (ins StrAttr:$fn, Arg<Agt_Ref, "", [MemWrite]>:$self, Ag_Tensor:$value,
                       OptionalAttr<StrAttr>:$node);
  let assemblyFormat = "$fn $self `,` $value (`node` $node^)? attr-dict `:` qualified(type($self))";
}

def Agt_ViewOp : Agt_Op<"view", [AttrSizedOperandSegments]> {
  let summary = "an object that looks at another's elements";
  let description = [{
    The result shares self's storage and version. Kinds and their arguments: `view` (another shape),
    `permute dims`, `transpose [dim0, dim1]`, `t`, `select [dim, index]`, `slice [dim, start, step]`,
    `expand`, `squeeze dims`, `unsqueeze [dim]`, `diagonal [offset, dim1, dim2]`, `alias`,
    `view_as_real`, `view_as_complex`, `unfold [dim, size, step]` (windows, which may overlap), and with
    several results `unbind [dim]`, `split [size, dim]`, `split_with_sizes [dim]`. Of `view`, `expand`,
    `slice` and `unfold` each `?` extent of the result is an operand; so is where a `select` or a `slice`
    begins, if its argument is `?`.

    Constraints: C1 as many arguments as the kind takes, dims in range. C2 the results are what the
    kind makes of self. C3 as many sizes as the result of `view`, `expand`, `slice` or `unfold` has `?`
    extents. C4 `unbind` and `split` know the extents they work on. C5 a start where the argument is `?`,
    and only there.

    ```mlir
    %0 = agt.view %y select [0, 1] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<5xf32>>
    %1 = agt.view %y view : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<20xf32>>
    %3 = agt.view %y unfold [1, 3, 1] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<4x3x3xf32>>
    %4 = agt.view %y select [0, ?] start(%i) : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<5xf32>>
    %2:2 = agt.view %y split [2, 0] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<2x5xf32>>, !agt.ref<tensor<2x5xf32>>
    ```
  }];
  let arguments = (ins Arg<Agt_Ref, "", [MemRead]>:$self, Agt_ViewKindAttr:$kind,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$args, Optional<Index>:$start,
                       Variadic<Index>:$sizes);
  let results = (outs Res<Variadic<Agt_Ref>, "", [MemAlloc]>:$results);
  let assemblyFormat = [{
    $self `` $kind custom<ViewArgs>($args) (`start` `(` $start^ `)`)? (`sizes` `(` $sizes^ `)`)? attr-dict
    `:` qualified(type($self)) `to` type($results)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The view as the analysis and the functionaliser know it.
    ::agc::agt::View getView() { return {getKind(), ::llvm::to_vector(getArgs())}; }
  }];
}

def Agt_BecomeOp : Agt_Op<"become", [AllTypesMatch<["view", "result"]>]> {
  let summary = "a view op in place";
  let description = [{
    `self.t_()`: self takes the sizes, the strides and the history of a view of it, which nothing else
    uses, and its version goes up. What refers to self from then on is the result.

    ```mlir
    %0 = agt.view %y t : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<5x4xf32>>
    %1 = agt.become %y, %0 : !agt.ref<tensor<4x5xf32>>, !agt.ref<tensor<5x4xf32>>
    ```
  }];
  let arguments = (ins Arg<Agt_Ref, "", [MemWrite]>:$self, Arg<Agt_Ref, "", [MemRead]>:$view);
  let results = (outs Agt_Ref:$result);
  let assemblyFormat = "$self `,` $view attr-dict `:` qualified(type($self)) `,` qualified(type($view))";
}

// ---------------------------------------------------------------- history

class Agt_AliasOp<string mnemonic> : Agt_Op<mnemonic, [AllTypesMatch<["self", "result"]>]> {
  let arguments = (ins Arg<Agt_Ref, "", [MemRead]>:$self);
  let results = (outs Res<Agt_Ref, "", [MemAlloc]>:$result);
  let assemblyFormat = "$self attr-dict `:` qualified(type($self))";
}

def Agt_DetachOp : Agt_AliasOp<"detach"> {
  let summary = "an object without history that shares storage and version";
  let description = [{
    ```mlir
    %0 = agt.detach %r : !agt.ref<tensor<4xf32>>
    ```
  }];
}

def Agt_DataOp : Agt_AliasOp<"data"> {
  let summary = "an object without history that shares storage, with a version of its own";
  let description = [{
    ```mlir
    %0 = agt.data %r : !agt.ref<tensor<4xf32>>
    ```
  }];
}

def Agt_EdgeOp : Agt_AliasOp<"edge"> {
  let summary = "an object at another's place in the graph, which stays there";
  let description = [{
    A gradient may start at it, be asked for at it, or be kept from passing it (`cut`), also when an
    in-place op has moved self on. A leaf's is the leaf's own place.

    ```mlir
    %0 = agt.edge %y : !agt.ref<tensor<4x5xf32>>
    ```
  }];
}

class Agt_EventOp<string mnemonic> : Agt_Op<mnemonic> {
  let arguments = (ins Arg<Agt_Ref, "", [MemWrite]>:$self);
  let assemblyFormat = "$self attr-dict `:` qualified(type($self))";
}

def Agt_DetachInPlaceOp : Agt_EventOp<"detach_"> {
  let summary = "cuts an object off its history";
  let description = [{
    ```mlir
    agt.detach_ %r : !agt.ref<tensor<4xf32>>
    ```
  }];
}

def Agt_SetDataOp : Agt_Op<"set_data"> {
  let summary = "gives an object another one's storage";
  let description = [{
    `self.data = other`: self keeps its history, its flags and its version.

    Constraint: C1 the types agree.

    ```mlir
    agt.set_data %r, %s : !agt.ref<tensor<4xf32>>, !agt.ref<tensor<4xf32>>
    ```
  }];
  let arguments = (ins Arg<Agt_Ref, "", [MemWrite]>:$self, Arg<Agt_Ref, "", [MemRead]>:$other);
  let assemblyFormat = "$self `,` $other attr-dict `:` qualified(type($self)) `,` qualified(type($other))";
  let hasVerifier = 1;
}

class Agt_FlagOp<string mnemonic> : Agt_Op<mnemonic> {
  let arguments = (ins Arg<Agt_Ref, "", [MemWrite]>:$self, BoolAttr:$value);
  let assemblyFormat = "$self $value attr-dict `:` qualified(type($self))";
}

def Agt_RequiresGradOp : Agt_FlagOp<"requires_grad_"> {
  let summary = "the method that sets the flag of a leaf";
  let description = [{
    `true` on an object with history has no effect.

    ```mlir
    agt.requires_grad_ %r true : !agt.ref<tensor<4xf32>>
    ```
  }];
}

def Agt_SetRequiresGradOp : Agt_FlagOp<"set_requires_grad"> {
  let summary = "the property that sets the flag of a leaf";
  let description = [{
    On an object with history an error for either value.

    ```mlir
    agt.set_requires_grad %r false : !agt.ref<tensor<4xf32>>
    ```
  }];
}

def Agt_GradModeOp : Agt_Op<"grad_mode", [MemoryEffects<[MemWrite]>]> {
  let summary = "enters or leaves a grad mode";
  let description = [{
    A marker and not a region, since names leak out of Python's `with`. Without a mode it leaves the
    innermost one.

    Constraint: C1 in each block as many are left as were entered, none before it was.

    ```mlir
    agt.grad_mode push no_grad
    agt.grad_mode pop
    ```
  }];
  let arguments = (ins OptionalAttr<Agt_GradModeAttr>:$mode);
  let assemblyFormat = "(`push` `` $mode^):(`pop`)? attr-dict";
  let hasVerifier = 1;
}

// ---------------------------------------------------------------- gradients

def Agt_RetainGradOp : Agt_EventOp<"retain_grad"> {
  let summary = "keeps the gradient of an object with history";
  let description = [{
    ```mlir
    agt.retain_grad %r : !agt.ref<tensor<4xf32>>
    ```
  }];
}

def Agt_HookOp : Agt_Op<"hook"> {
  let summary = "a function that sees, and may replace, an object's gradient";
  let description = [{
    ```mlir
    agt.hook %r @f : !agt.ref<tensor<4xf32>>
    ```
  }];
  let arguments = (ins Arg<Agt_Ref, "", [MemWrite]>:$self, FlatSymbolRefAttr:$function);
  let assemblyFormat = "$self $function attr-dict `:` qualified(type($self))";
}

def Agt_GradGetOp : Agt_Op<"grad_get", [AllTypesMatch<["self", "result"]>]> {
  let summary = "the object in the gradient slot";
  let description = [{
    The same object each time, until the slot is set, cleared, or replaced by a backward that creates
    a graph. An empty slot is an error: ask `agt.query` first.

    ```mlir
    %0 = agt.grad_get %r : !agt.ref<tensor<4xf32>>
    ```
  }];
  let arguments = (ins Arg<Agt_Ref, "", [MemRead]>:$self);
  let results = (outs Agt_Ref:$result);
  let assemblyFormat = "$self attr-dict `:` qualified(type($self))";
}

def Agt_GradSetOp : Agt_Op<"grad_set"> {
  let summary = "puts an object into the gradient slot";
  let description = [{
    Constraint: C1 the grad's element type and shape are self's.

    ```mlir
    agt.grad_set %r, %g : !agt.ref<tensor<4xf32>>, !agt.ref<tensor<4xf32>>
    ```
  }];
  let arguments = (ins Arg<Agt_Ref, "", [MemWrite]>:$self, Agt_Ref:$grad);
  let assemblyFormat = "$self `,` $grad attr-dict `:` qualified(type($self)) `,` qualified(type($grad))";
  let hasVerifier = 1;
}

def Agt_GradClearOp : Agt_EventOp<"grad_clear"> {
  let summary = "empties the gradient slot";
  let description = [{
    ```mlir
    agt.grad_clear %r : !agt.ref<tensor<4xf32>>
    ```
  }];
}

def Agt_BackwardOp : Agt_Op<"backward", [AttrSizedOperandSegments, MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "gradients of roots accumulated into the slots of leaves";
  let description = [{
    `seeds` are the gradient arguments of the roots that `for` numbers; a root without one must have
    one element. With `inputs`, only these accumulate. `retain_graph` keeps what the graph saved,
    `create_graph` records the backward itself. What comes to a `cut` object's place ends there: seeds
    given for it take its place. A `partial` one comes to an error, which its program caught: what it
    did before, in the engine's order, stands.

    Constraint: C1 `for` has one root number per seed, ascending, in range.

    ```mlir
    agt.backward %loss : !agt.ref<tensor<f32>>
    agt.backward %a, %b seeds %s for [1] inputs %w retain_graph : !agt.ref<tensor<f32>>, !agt.ref<tensor<4xf32>>, !agt.ref<tensor<4xf32>>, !agt.ref<tensor<4xf32>>
    ```
  }];
  let arguments = (ins Variadic<Agt_Ref>:$roots, Variadic<Agt_Ref>:$seeds,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$seeded, Variadic<Agt_Ref>:$inputs,
                       Variadic<Agt_Ref>:$cut, UnitAttr:$retain_graph, UnitAttr:$create_graph, UnitAttr:$partial);
  let assemblyFormat = [{
    $roots (`seeds` $seeds^ `for` $seeded)? (`inputs` $inputs^)? (`cut` $cut^)? (`retain_graph` $retain_graph^)?
    (`create_graph` $create_graph^)? (`partial` $partial^)? attr-dict `:` type(operands)
  }];
  let hasVerifier = 1;
}

def Agt_GradOp : Agt_Op<"grad", [AttrSizedOperandSegments, MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "gradients of roots with respect to inputs, as new objects";
  let description = [{
    As `agt.backward`, with results instead of slots. An input that the roots do not depend on is an
    error, or with `allow_unused` an empty result, which nothing may use. An `inner` one is a step of a
    larger backward: it fills no slot of an object that retains its gradient.

    Constraints: C1 `for` has one root number per seed, ascending, in range. C2 one result per input,
    of its type.

    ```mlir
    %gx = agt.grad %y wrt %x create_graph : (!agt.ref<tensor<f32>>, !agt.ref<tensor<4xf32>>) -> !agt.ref<tensor<4xf32>>
    ```
  }];
  let arguments = (ins Variadic<Agt_Ref>:$roots, Variadic<Agt_Ref>:$seeds,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$seeded, Variadic<Agt_Ref>:$inputs,
                       Variadic<Agt_Ref>:$cut, UnitAttr:$retain_graph, UnitAttr:$create_graph, UnitAttr:$allow_unused,
                       UnitAttr:$inner);
  let results = (outs Res<Variadic<Agt_Ref>, "", [MemAlloc]>:$results);
  let assemblyFormat = [{
    $roots (`seeds` $seeds^ `for` $seeded)? `wrt` $inputs (`cut` $cut^)? (`retain_graph` $retain_graph^)?
    (`create_graph` $create_graph^)? (`allow_unused` $allow_unused^)? (`inner` $inner^)? attr-dict
    `:` functional-type(operands, $results)
  }];
  let hasVerifier = 1;
}

// ---------------------------------------------------------------- questions

def Agt_QueryOp : Agt_Op<"query"> {
  let summary = "a fact that autograd knows of an object";
  let description = [{
    `agt-check` puts the constant in its place. `version` is an i64, the others are i1.

    Constraint: C1 the result type is the question's.

    ```mlir
    %0 = agt.query is_leaf %r : !agt.ref<tensor<4xf32>> -> i1
    %1 = agt.query version %r : !agt.ref<tensor<4xf32>> -> i64
    ```
  }];
  let arguments = (ins Agt_QuestionAttr:$question, Arg<Agt_Ref, "", [MemRead]>:$self);
  let results = (outs AnyTypeOf<[I1, I64]>:$result);
  let assemblyFormat = "`` $question $self attr-dict `:` qualified(type($self)) `->` type($result)";
  let hasVerifier = 1;
}

// ---------------------------------------------------------------- the model's state

def Agt_StateOp : Agt_Op<"state", [Symbol]> {
  let summary = "a persistent tensor of the model";
  let description = [{
    A parameter or a buffer, with its initial value.

    Constraint: C1 the initial value is a ranked tensor.

    ```mlir
    agt.state @fc1.bias requires_grad = dense<0.0> : tensor<10xf32>
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, UnitAttr:$requires_grad, ElementsAttr:$init);
  let assemblyFormat = "$sym_name (`requires_grad` $requires_grad^)? `=` $init attr-dict";
  let extraClassDeclaration = [{
    /// The type of the tensor.
    ::mlir::RankedTensorType getTensorType() {
      return ::llvm::cast<::mlir::RankedTensorType>(getInit().getType());
    }
  }];
  let hasVerifier = 1;
}

def Agt_StateRefOp : Agt_Op<"state_ref", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "the object of a state";
  let description = [{
    The same object for every use in a function; a leaf. Its gradient slot is empty at the start of
    each call.

    Constraint: C1 the symbol names a state of the result's type.

    ```mlir
    %0 = agt.state_ref @fc1.bias : !agt.ref<tensor<10xf32>>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$state);
  let results = (outs Agt_Ref:$result);
  let assemblyFormat = "$state attr-dict `:` qualified(type($result))";
}

#endif // AGT_OPS_TD
