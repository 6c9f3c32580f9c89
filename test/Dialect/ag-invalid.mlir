// Each rule of ag's verifiers, by its label.
// RUN: agc-opt %s --split-input-file --verify-diagnostics

func.func @map_unknown(%a: tensor<2x3xf32>) {
  // expected-error @below {{no record named 'frobnicate'}}
  %0 = ag.map frobnicate(%a) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}


// -----

func.func @map_C1(%a: tensor<2x3xf32>) {
  // expected-error @below {{failed to infer returned types}}
  // expected-error @below {{C1: 'sum' is not a record of this op class}}
  %0 = ag.map sum(%a) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @map_C2(%a: tensor<2x3xf32>) {
  // expected-error @below {{failed to infer returned types}}
  // expected-error @below {{C2: 'exp' takes 1 operands, got 2}}
  %0 = ag.map exp(%a, %a) : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @map_C3_tied(%a: tensor<2xf32>, %b: tensor<2xf64>) {
  // expected-error @below {{failed to infer returned types}}
  // expected-error @below {{C3: operand 'other' of 'add' has element type 'f64', expected 'f32'}}
  %0 = ag.map add(%a, %b) : (tensor<2xf32>, tensor<2xf64>) -> tensor<2xf32>
  return
}

// -----

func.func @map_C3_bool(%a: tensor<2xf32>) {
  // expected-error @below {{failed to infer returned types}}
  // expected-error @below {{C3: operand 'condition' of 'where' must be bool, got 'f32'}}
  %0 = ag.map where(%a, %a, %a) : (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @map_C4(%a: tensor<2xf32>, %b: tensor<3xf32>) {
  // expected-error @below {{failed to infer returned types}}
  // expected-error @below {{C4: the operands' shapes do not broadcast}}
  %0 = ag.map add(%a, %b) : (tensor<2xf32>, tensor<3xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @map_C5_name(%a: tensor<2xf32>) {
  // expected-error @below {{C5: 'exp' has no parameter 'alpha'}}
  %0 = ag.map exp<alpha = 1.0>(%a) : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @map_C5_kind(%a: tensor<2xf32>) {
  // expected-error @below {{C5: parameter 'negative_slope' of 'leaky_relu' has the wrong kind: true}}
  %0 = ag.map leaky_relu<negative_slope = true>(%a) : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @reduce_C1(%a: tensor<2xf32>) {
  // expected-error @below {{failed to infer returned types}}
  // expected-error @below {{C1: 'exp' is not a record of this op class}}
  %0 = ag.reduce exp(%a) dims [0] : tensor<2xf32> -> tensor<f32>
  return
}

// -----

func.func @reduce_C2(%a: tensor<2xf32>) {
  // expected-error @below {{C2}}
  %0 = ag.reduce sum(%a) dims [1] : tensor<2xf32> -> tensor<2xf32>
  return
}

// -----

func.func @reduce_C3(%a: tensor<2x0xf32>) {
  // expected-error @below {{C3: dim 1 has no element}}
  %0 = ag.reduce amax(%a) dims [1] : tensor<2x0xf32> -> tensor<2xf32>
  return
}

// -----

func.func @apply_C1(%a: tensor<2xf32>) {
  // expected-error @below {{C1: 'exp' is not a record of this op class}}
  %0 = ag.apply exp(%a) : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @apply_C2(%a: tensor<2x3xf32>) {
  // expected-error @below {{C2: 'mm' takes 2 operands, got 1}}
  %0 = ag.apply mm(%a) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @apply_C3_element(%a: tensor<2x3xf32>, %b: tensor<3x2xf64>) {
  // expected-error @below {{C3: operand 'mat2' of 'mm' has element type 'f64', expected 'f32'}}
  %0 = ag.apply mm(%a, %b) : (tensor<2x3xf32>, tensor<3x2xf64>) -> tensor<2x2xf32>
  return
}

// -----

func.func @apply_C3_index(%a: tensor<4x3xf32>) {
  // expected-error @below {{C3: operand 'target' of 'nll_loss' must be i64, got 'f32'}}
  %0 = ag.apply nll_loss(%a, %a) : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
  return
}

// -----

func.func @apply_C3_result(%a: tensor<2x3xf32>, %b: tensor<3x2xf32>) {
  // expected-error @below {{C3: the body's result types are}}
  %0 = ag.apply mm(%a, %b) : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<3x3xf32>
  return
}

// -----

func.func @contract_C1(%a: tensor<2x2xf32>) {
  // expected-error @below {{failed to infer returned types}}
  // expected-error @below {{C1: expected subscripts such as 'mk,kn->mn', got 'mk,kn'}}
  %0 = ag.contract "mk,kn"(%a, %a) : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @contract_C2(%a: tensor<2x2xf32>) {
  // expected-error @below {{failed to infer returned types}}
  // expected-error @below {{C2: 'k' does not count the dims of}}
  %0 = ag.contract "k,kn->n"(%a, %a) : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @contract_C3(%a: tensor<2x3xf32>) {
  // expected-error @below {{failed to infer returned types}}
  // expected-error @below {{C3: dim 'k' has extents 3 and 2}}
  %0 = ag.contract "mk,kn->mn"(%a, %a) : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @contract_C4_result(%a: tensor<2x2xf32>) {
  // expected-error @below {{failed to infer returned types}}
  // expected-error @below {{C4: the result's letter 'z' stands in no operand}}
  %0 = ag.contract "mk,kn->mz"(%a, %a) : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @contract_C4_operand(%a: tensor<2x2xf32>) {
  // expected-error @below {{failed to infer returned types}}
  // expected-error @below {{C4: the letter 'n' stands in one operand only}}
  %0 = ag.contract "mk,kn->m"(%a, %a) : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @contract_element_types(%a: tensor<2x2xf32>, %b: tensor<2x2xf64>) {
  // expected-error @below {{failed to infer returned types}}
  // expected-error @below {{the operands have element types 'f32' and 'f64'}}
  %0 = ag.contract "mk,kn->mn"(%a, %b) : (tensor<2x2xf32>, tensor<2x2xf64>) -> tensor<2x2xf32>
  return
}

// -----

func.func @cast_C1(%a: tensor<2xf32>) {
  // expected-error @below {{C1: operand and result have different shapes}}
  %0 = ag.cast %a : tensor<2xf32> to tensor<3xf64>
  return
}

// -----

func.func @iota_C1() {
  // expected-error @below {{C1: dim 1 is out of range for rank 1}}
  %0 = ag.iota 1 : tensor<2xi64>
  return
}

// -----

func.func @iota_C2() {
  // expected-error @below {{C2}}
  %0 = ag.iota 0 : tensor<?xi64>
  return
}

// -----

func.func @reshape_C1(%a: tensor<?xf32>) {
  // expected-error @below {{C1}}
  %0 = ag.reshape %a : tensor<?xf32> to tensor<?x2xf32>
  return
}

// -----

func.func @reshape_C2(%a: tensor<2x3xf32>) {
  // expected-error @below {{C2: 6 elements cannot have the shape of 4}}
  %0 = ag.reshape %a : tensor<2x3xf32> to tensor<4xf32>
  return
}

// -----

func.func @reshape_element_type(%a: tensor<4xf32>) {
  // expected-error @below {{changes the element type}}
  %0 = ag.reshape %a : tensor<4xf32> to tensor<2x2xf64>
  return
}

// -----

func.func @permute_C1(%a: tensor<2x3xf32>) {
  // expected-error @below {{failed to infer returned types}}
  // expected-error @below {{C1: dims are no permutation of the operand's dims}}
  %0 = ag.permute %a [0, 0] : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @expand_C1(%a: tensor<1xf32>) {
  // expected-error @below {{C1}}
  %0 = ag.expand %a : tensor<1xf32> to tensor<?xf32>
  return
}

// -----

func.func @expand_C2(%a: tensor<2xf32>) {
  // expected-error @below {{C2: 'tensor<2xf32>' does not broadcast to 'tensor<3xf32>'}}
  %0 = ag.expand %a : tensor<2xf32> to tensor<3xf32>
  return
}

// -----

func.func @expand_element_type(%a: tensor<1xf32>) {
  // expected-error @below {{changes the element type}}
  %0 = ag.expand %a : tensor<1xf32> to tensor<3xf64>
  return
}

// -----

func.func @slice_C1(%a: tensor<2x3xf32>) {
  // expected-error @below {{C1}}
  %0 = ag.slice %a [0] steps [1] : tensor<2x3xf32> to tensor<1x3xf32>
  return
}

// -----

func.func @slice_C1_step(%a: tensor<2xf32>) {
  // expected-error @below {{C1: a step must be positive}}
  %0 = ag.slice %a [0] steps [0] : tensor<2xf32> to tensor<1xf32>
  return
}

// -----

func.func @slice_C2(%a: tensor<2xf32>) {
  // expected-error @below {{C2}}
  %0 = ag.slice %a [0] steps [1] : tensor<2xf32> to tensor<?xf32>
  return
}

// -----

func.func @slice_C3(%a: tensor<2xf32>) {
  // expected-error @below {{C3: dim 0 of the box leaves the extent 2}}
  %0 = ag.slice %a [1] steps [1] : tensor<2xf32> to tensor<2xf32>
  return
}

// -----

func.func @pad_C1(%a: tensor<2x3xf32>, %v: tensor<f32>) {
  // expected-error @below {{C1}}
  %0 = ag.pad %a, %v [0] steps [1] : tensor<2x3xf32>, tensor<f32> to tensor<3x3xf32>
  return
}

// -----

func.func @pad_C2(%a: tensor<2xf32>, %v: tensor<f32>) {
  // expected-error @below {{C2}}
  %0 = ag.pad %a, %v [0] steps [1] : tensor<2xf32>, tensor<f32> to tensor<?xf32>
  return
}

// -----

func.func @pad_C3(%a: tensor<2xf32>, %v: tensor<f32>) {
  // expected-error @below {{C3: dim 0 of the box leaves the extent 3}}
  %0 = ag.pad %a, %v [2] steps [1] : tensor<2xf32>, tensor<f32> to tensor<3xf32>
  return
}

// -----

func.func @pad_C4(%a: tensor<2xf32>, %v: tensor<1xf32>) {
  // expected-error @below {{C4: value must be 0-dim, of the result's element type}}
  %0 = ag.pad %a, %v [0] steps [1] : tensor<2xf32>, tensor<1xf32> to tensor<3xf32>
  return
}

// -----

func.func @flip_C1(%a: tensor<2xf32>) {
  // expected-error @below {{C1}}
  %0 = ag.flip %a [1] : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @cat_C1(%a: tensor<2xf32>, %b: tensor<2x2xf32>) {
  // expected-error @below {{failed to infer returned types}}
  // expected-error @below {{C1: operands differ in rank or element type}}
  %0 = ag.cat %a, %b dim 0 : (tensor<2xf32>, tensor<2x2xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @cat_C2(%a: tensor<2xf32>) {
  // expected-error @below {{failed to infer returned types}}
  // expected-error @below {{C2: dim 1 is out of range for rank 1}}
  %0 = ag.cat %a, %a dim 1 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @cat_C3(%a: tensor<2x2xf32>, %b: tensor<2x3xf32>) {
  // expected-error @below {{failed to infer returned types}}
  // expected-error @below {{C3: dim 1 has extents 2 and 3}}
  %0 = ag.cat %a, %b dim 0 : (tensor<2x2xf32>, tensor<2x3xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @gather_C1(%a: tensor<2x2xf32>, %i: tensor<2xi64>) {
  // expected-error @below {{C1: self has rank 2, index has rank 1}}
  %0 = ag.gather %a, %i dim 0 : (tensor<2x2xf32>, tensor<2xi64>) -> tensor<2xf32>
  return
}

// -----

func.func @gather_C2(%a: tensor<2xf32>, %i: tensor<2xi64>) {
  // expected-error @below {{C2: dim 1 is out of range for rank 1}}
  %0 = ag.gather %a, %i dim 1 : (tensor<2xf32>, tensor<2xi64>) -> tensor<2xf32>
  return
}

// -----

func.func @gather_C3(%a: tensor<2x2xf32>, %i: tensor<3x2xi64>) {
  // expected-error @below {{C3: dim 0 of index is larger than self's}}
  %0 = ag.gather %a, %i dim 1 : (tensor<2x2xf32>, tensor<3x2xi64>) -> tensor<3x2xf32>
  return
}

// -----

func.func @scatter_C1(%a: tensor<2xf32>, %i: tensor<2xi64>, %s: tensor<2x2xf32>) {
  // expected-error @below {{C1: src must have index's rank and self's element type}}
  %0 = ag.scatter %a, %i, %s dim 0 : (tensor<2xf32>, tensor<2xi64>, tensor<2x2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @scatter_C2(%a: tensor<2xf32>, %i: tensor<2xi64>) {
  // expected-error @below {{C2: dim 1 is out of range for rank 1}}
  %0 = ag.scatter %a, %i, %a dim 1 : (tensor<2xf32>, tensor<2xi64>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @scatter_C3(%a: tensor<4xf32>, %i: tensor<3xi64>, %s: tensor<2xf32>) {
  // expected-error @below {{C3: dim 0 of index is larger than src's}}
  %0 = ag.scatter %a, %i, %s dim 0 : (tensor<4xf32>, tensor<3xi64>, tensor<2xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @grad_C1(%x: tensor<2xf32>, %s: tensor<f32>) {
  // expected-error @below {{C1: expected one seed per output, of its type}}
  %g = "ag.grad"(%x, %s, %x) <{operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0>}> : (tensor<2xf32>, tensor<f32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @grad_C2(%x: tensor<2xf32>) {
  // expected-error @below {{C2: expected one result per wrt operand, of its type}}
  %g = "ag.grad"(%x, %x, %x) <{operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0>}> : (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<f32>
  return
}

// -----

func.func @grad_c3(%x: tensor<2xf32>, %s: tensor<f32>) -> tensor<2xf32> {
  %y = ag.map exp(%x) : (tensor<2xf32>) -> tensor<2xf32>
  // expected-error @below {{C3: place 2 is none of the op's operands and results}}
  %g = ag.grad %y seeds %x wrt %x stale %y present %x at [2] : (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %g : tensor<2xf32>
}

// -----

func.func @grad_c3_type(%x: tensor<2xf32>, %s: tensor<f32>) -> tensor<2xf32> {
  %y = ag.map exp(%x) : (tensor<2xf32>) -> tensor<2xf32>
  // expected-error @below {{C3: 'tensor<f32>' cannot stand for 'tensor<2xf32>'}}
  %g = ag.grad %y seeds %x wrt %x stale %y present %s at [1] : (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  return %g : tensor<2xf32>
}

// -----

func.func @jvp_C1(%x: tensor<2xf32>, %t: tensor<f32>) {
  // expected-error @below {{C1: expected one tangent per wrt operand, of its type}}
  %g = "ag.jvp"(%x, %x, %t) <{operandSegmentSizes = array<i32: 1, 1, 1>}> : (tensor<2xf32>, tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  return
}

// -----

func.func @jvp_C2(%x: tensor<2xf32>) {
  // expected-error @below {{C2: expected one result per output, of its type}}
  %g = "ag.jvp"(%x, %x, %x) <{operandSegmentSizes = array<i32: 1, 1, 1>}> : (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<f32>
  return
}

// -----

func.func @lu_factor_C1(%A: tensor<?x2x3xf32>) {
  // expected-error @+2 {{C1: expected square matrices, got 'tensor<?x2x3xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0:4 = ag.lu_factor %A : (tensor<?x2x3xf32>) -> (tensor<?x2x3xf32>, tensor<?x2xi64>, tensor<?x2xi64>, tensor<?xi64>)
  return
}

// -----

func.func @cholesky_factor_C1(%A: tensor<3xf32>) {
  // expected-error @+2 {{C1: expected square matrices, got 'tensor<3xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0:2 = ag.cholesky_factor %A : (tensor<3xf32>) -> (tensor<3xf32>, tensor<i64>)
  return
}

// -----

func.func @solve_triangular_C1(%A: tensor<2x3xf32>, %B: tensor<2x3xf32>) {
  // expected-error @+2 {{C1: expected square matrices, got 'tensor<2x3xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = ag.solve_triangular %A, %B : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @solve_triangular_C2(%A: tensor<5x2x2xf32>, %B: tensor<4x2x1xf32>) {
  // expected-error @+2 {{C2: 'tensor<4x2x1xf32>' has other rows than 'tensor<5x2x2xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = ag.solve_triangular upper %A, %B : (tensor<5x2x2xf32>, tensor<4x2x1xf32>) -> tensor<4x2x1xf32>
  return
}

// -----

func.func @solve_of_halves(%A: tensor<2x2xf16>, %B: tensor<2x1xf16>) {
  // expected-error @below {{C4: 'solve' takes elements of float or complex, got 'f16'}}
  %0:2 = ag.apply solve(%A, %B) : (tensor<2x2xf16>, tensor<2x1xf16>) -> (tensor<2x1xf16>, tensor<i64>)
  return
}

// -----

func.func @solve_of_other_rows(%A: tensor<2x2xf32>, %B: tensor<3x1xf32>) {
  // expected-error @below {{lu_solve(): expected an order and matrices of the rows of 'tensor<2x2xf32>', got 'tensor<2xi64>' and 'tensor<3x1xf32>'}}
  %0:2 = ag.apply solve(%A, %B) : (tensor<2x2xf32>, tensor<3x1xf32>) -> (tensor<3x1xf32>, tensor<i64>)
  return
}

// -----

func.func @sort_C1(%x: tensor<2xf32>) {
  // expected-error @below {{C1: dim 1 is out of range for rank 1}}
  %0, %1 = ag.sort %x dim 1 : (tensor<2xf32>) -> (tensor<2xf32>, tensor<2xi64>)
  return
}

// -----

func.func @unique_C1(%x: tensor<2xf32>) {
  // expected-error @+2 {{C1: rows are those of a matrix, got 'tensor<2xf32>'}}
  // expected-error @below {{'ag.unique' op failed to infer returned types}}
  %0, %1, %2 = "ag.unique"(%x) <{rows}> : (tensor<2xf32>) -> (tensor<?xf32>, tensor<2xi64>, tensor<?xi64>)
  return
}

// -----

func.func @if_C1(%c: tensor<2xi1>, %x: tensor<2xf32>) {
  // expected-error @below {{C1: condition must be 0-dim}}
  %0 = ag.if %c : tensor<2xi1> -> tensor<2xf32> {
    ag.yield %x : tensor<2xf32>
  } else {
    ag.yield %x : tensor<2xf32>
  }
  return
}

// -----

func.func @if_C2(%c: tensor<i1>, %x: tensor<2xf32>) {
  // expected-error @below {{C2: a region does not yield the result types}}
  %0 = ag.if %c : tensor<i1> -> tensor<f32> {
    ag.yield %x : tensor<2xf32>
  } else {
    ag.yield %x : tensor<2xf32>
  }
  return
}

// -----

func.func @for_C1(%n: index, %x: tensor<2xf32>) {
  // expected-error @below {{C1: the body must take a 0-dim i64 trip and the carried values}}
  %0 = ag.for %n(%x) : tensor<2xf32> {
  ^bb0(%v: tensor<2xf32>):
    ag.yield %v : tensor<2xf32>
  }
  return
}

// -----

func.func @for_C2(%n: index, %x: tensor<2xf32>) {
  // expected-error @below {{C2: the body does not yield the carried types}}
  %0 = ag.for %n(%x) : tensor<2xf32> {
  ^bb0(%i: tensor<i64>, %v: tensor<2xf32>):
    ag.yield %i : tensor<i64>
  }
  return
}

// -----

func.func @for_C1_of_unknown_rank(%n: index, %x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@below {{C1: the body must take a 0-dim i64 trip and the carried values}}
  %0 = ag.for %n(%x) : tensor<4xf32> {
  ^bb0(%i: tensor<i64>, %v: tensor<*xf32>):
    ag.yield %v : tensor<*xf32>
  }
  return %0 : tensor<4xf32>
}

// -----

func.func @for_of_unknown_rank(%n: index, %x: tensor<*xf32>) -> tensor<*xf32> {
  // expected-error@below {{operand #1 must be variadic of ranked tensor}}
  %0 = ag.for %n(%x) : tensor<*xf32> {
  ^bb0(%i: tensor<i64>, %v: tensor<*xf32>):
    ag.yield %v : tensor<*xf32>
  }
  return %0 : tensor<*xf32>
}

// -----

func.func @map_C3_record_lacks_complex(%a: tensor<2xcomplex<f32>>) {
  // expected-error @below {{'ag.map' op C3: 'floor' takes elements of float or int, got 'complex<f32>'}}
  %0 = ag.map floor(%a) : (tensor<2xcomplex<f32>>) -> tensor<2xcomplex<f32>>
  return
}

// -----

func.func @map_C3_record_lacks_bool(%a: tensor<2xi1>) {
  // expected-error @below {{C3: 'neg' takes elements of float, complex or int, got 'i1'}}
  %0 = ag.map neg(%a) : (tensor<2xi1>) -> tensor<2xi1>
  return
}

// -----

func.func @map_C3_difference_of_bools(%a: tensor<2xi1>) {
  // expected-error @below {{C3: 'sub' takes elements of float, complex or int, got 'i1'}}
  %0 = ag.map sub(%a, %a) : (tensor<2xi1>, tensor<2xi1>) -> tensor<2xi1>
  return
}

// -----

func.func @reduce_C4(%a: tensor<2xcomplex<f32>>) {
  // expected-error @below {{'ag.reduce' op C4: 'amax' takes elements of float, int or bool, got 'complex<f32>'}}
  %0 = ag.reduce amax(%a) dims [0] : tensor<2xcomplex<f32>> -> tensor<complex<f32>>
  return
}

// -----

func.func @apply_C4(%a: tensor<2xi64>) {
  // expected-error @below {{'ag.apply' op C4: 'softmax' takes elements of float, got 'i64'}}
  %0 = ag.apply softmax<dim = 0>(%a) : (tensor<2xi64>) -> tensor<2xi64>
  return
}

// -----

func.func @map_C5_word(%a: tensor<2xf32>) {
  // expected-error @below {{C5: parameter 'approximate' of 'gelu' must be none or tanh, got "foo"}}
  %0 = ag.map gelu<approximate = "foo">(%a) : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @map_C5_fraction_beside_integers(%a: tensor<2xi64>) {
  // expected-error @below {{C5: parameter 'min' of 'clamp' must be an integer beside elements of 'i64', got 5.000000e-01}}
  %0 = ag.map clamp<min = 0.5>(%a) : (tensor<2xi64>) -> tensor<2xi64>
  return
}

// -----

func.func @map_C5_nan_beside_integers(%a: tensor<2xi64>) {
  // expected-error @below {{C5: parameter 'max' of 'clamp' must be an integer beside elements of 'i64', got nan}}
  %0 = ag.map clamp<max = 0x7FF8000000000000 : f64>(%a) : (tensor<2xi64>) -> tensor<2xi64>
  return
}

// -----

func.func @tensor_with_an_encoding(%a: tensor<2xf32, "rows">) {
  // expected-error @below {{operand #0 must be variadic of ranked tensor of f16, bf16, f32, f64, complex, bool (i1), ui8 or i8 to i64 values without an encoding, but got 'tensor<2xf32, "rows">'}}
  %0 = ag.map tanh(%a) : (tensor<2xf32, "rows">) -> tensor<2xf32>
  return
}
