// What no later pass could compile is refused at its line.
// RUN: agc-opt %s --ag-check-program --split-input-file --verify-diagnostics

// What can be compiled stays as it is: index arithmetic, ops that work on buffers, calls.
func.func private @twice(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = ag.map add(%x, %x) : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
func.func @compiled(%x: tensor<?x2xf32> {agc.name = "x", agc.extents = ["n", ""]}) -> (tensor<?xf32> {agc.name = "y"})
    attributes {agc.export, agc.derive = ["vjp"]} {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x2xf32>
  %c2 = arith.constant 2 : index
  %size = arith.muli %n, %c2 : index
  %0 = ag.reshape %x sizes(%size) : tensor<?x2xf32> to tensor<?xf32>
  %1 = call @twice(%0) : (tensor<?xf32>) -> tensor<?xf32>
  %2 = call @twice(%1) : (tensor<?xf32>) -> tensor<?xf32>
  return %2 : tensor<?xf32>
}

// -----

func.func @other_dialect(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@below {{'math.sin' on tensors cannot be compiled, only ops of ag}}
  %0 = math.sin %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @other_dialect_inside(%x: tensor<4xf32>, %c: tensor<i1>) -> tensor<4xf32> {
  %0 = ag.if %c : tensor<i1> -> tensor<4xf32> {
    // expected-error@below {{'arith.addf' on tensors cannot be compiled, only ops of ag}}
    %1 = arith.addf %x, %x : tensor<4xf32>
    ag.yield %1 : tensor<4xf32>
  } else {
    ag.yield %x : tensor<4xf32>
  }
  return %0 : tensor<4xf32>
}

// -----

func.func @branches(%x: tensor<4xf32>, %c: i1) -> tensor<4xf32> {
  // expected-error@below {{branches between blocks cannot be compiled, only ag.if and ag.for}}
  cf.cond_br %c, ^then, ^then
^then:
  return %x : tensor<4xf32>
}

// -----

func.func @recursion(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@below {{a function cannot call itself: 'recursion' is called by 'recursion'}}
  %0 = call @recursion(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @outside(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = call @ping(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func @ping(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = call @pong(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func @pong(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@below {{a function cannot call itself: 'ping' is called by 'pong', which is called by 'ping'}}
  %0 = call @ping(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// expected-note@below {{declared here}}
func.func private @declared(tensor<4xf32>) -> tensor<4xf32>
func.func @without_body(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@below {{'declared' has no body}}
  %0 = call @declared(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// expected-error@below {{'agc.export' of 'export_kind' must be no value, got true}}
func.func @export_kind(%x: tensor<4xf32>) -> tensor<4xf32> attributes {agc.export = true} {
  return %x : tensor<4xf32>
}

// -----

// expected-error@below {{'agc.derive' of 'derive_kind' must be a list of vjp, jvp and split, got "vjp"}}
func.func @derive_kind(%x: tensor<4xf32>) -> tensor<4xf32> attributes {agc.export, agc.derive = "vjp"} {
  return %x : tensor<4xf32>
}

// -----

// expected-error@below {{'agc.state' of argument 0 must be a name in quotes, got 3 : i64}}
func.func @state_kind(%w: tensor<4xf32> {agc.state = 3}) -> tensor<4xf32> attributes {agc.export} {
  return %w : tensor<4xf32>
}

// -----

// expected-error@below {{'agc.name' of result 0 must be a name in quotes, got @y}}
func.func @name_kind(%x: tensor<4xf32>) -> (tensor<4xf32> {agc.name = @y}) attributes {agc.export} {
  return %x : tensor<4xf32>
}

// -----

// expected-error@below {{'agc.extents' of argument 0 must be a list of names in quotes, got [1]}}
func.func @extents_kind(%x: tensor<?xf32> {agc.extents = [1]}) -> tensor<?xf32> attributes {agc.export} {
  return %x : tensor<?xf32>
}

// -----

// expected-error@below {{'agc.extents' of argument 0 has 1 names, expected one for each of the 2 dims of 'tensor<?x2xf32>'}}
func.func @extents_count(%x: tensor<?x2xf32> {agc.extents = ["n"]}) -> tensor<?x2xf32> attributes {agc.export} {
  return %x : tensor<?x2xf32>
}

// -----

// Numbers between tensors: what is there, and divisors that are not zero.
func.func @numbers(%x: tensor<?x2xf32>, %i: tensor<i64>, %v: tensor<4xi64>) -> tensor<2xi64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %two = arith.constant 2 : i64
  %n = tensor.dim %x, %c0 : tensor<?x2xf32>
  %half = arith.divui %n, %c3 : index
  %some = arith.maxui %n, %c1 : index
  %part = arith.remui %half, %some : index
  %a = tensor.extract %i[] : tensor<i64>
  %b = tensor.extract %v[%c3] : tensor<4xi64>
  %c = arith.divsi %b, %two : i64
  %d = arith.index_cast %part : index to i64
  %e = arith.addi %a, %d : i64
  %0 = tensor.from_elements %c, %e : tensor<2xi64>
  return %0 : tensor<2xi64>
}

// -----

func.func @element_of_a_call(%x: tensor<4xf32>, %i: tensor<i64>) -> tensor<1xf32> {
  %v = tensor.extract %i[] : tensor<i64>
  %k = arith.index_cast %v : i64 to index
  // expected-error@below {{'tensor.extract' can read an element that 'tensor<4xf32>' does not have: expected an index of dim 0 that is a number within it; ag.gather checks what a call gives}}
  %e = tensor.extract %x[%k] : tensor<4xf32>
  %0 = tensor.from_elements %e : tensor<1xf32>
  return %0 : tensor<1xf32>
}

// -----

func.func @element_that_is_not_there(%x: tensor<4xf32>) -> tensor<1xf32> {
  %c = arith.constant 7 : index
  // expected-error@below {{'tensor.extract' can read an element that 'tensor<4xf32>' does not have}}
  %e = tensor.extract %x[%c] : tensor<4xf32>
  %0 = tensor.from_elements %e : tensor<1xf32>
  return %0 : tensor<1xf32>
}

// -----

func.func @element_of_an_unknown_extent(%x: tensor<?xf32>) -> tensor<1xf32> {
  %c = arith.constant 0 : index
  // expected-error@below {{'tensor.extract' can read an element that 'tensor<?xf32>' does not have}}
  %e = tensor.extract %x[%c] : tensor<?xf32>
  %0 = tensor.from_elements %e : tensor<1xf32>
  return %0 : tensor<1xf32>
}

// -----

func.func @slice(%x: tensor<4xf32>, %i: tensor<i64>) -> tensor<2xf32> {
  %v = tensor.extract %i[] : tensor<i64>
  %k = arith.index_cast %v : i64 to index
  // expected-error@below {{'tensor.extract_slice' on tensors cannot be compiled, only ops of ag}}
  %0 = tensor.extract_slice %x[%k][2][1] : tensor<4xf32> to tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @extent_claimed(%x: tensor<?xf32>) -> tensor<4xf32> {
  // expected-error@below {{'tensor.cast' on tensors cannot be compiled, only ops of ag}}
  %0 = tensor.cast %x : tensor<?xf32> to tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @dim_of_a_call(%x: tensor<?xf32>, %i: tensor<i64>) -> tensor<1xi64> {
  %v = tensor.extract %i[] : tensor<i64>
  %k = arith.index_cast %v : i64 to index
  // expected-error@below {{'tensor.dim' of 'tensor<?xf32>' must be of a dim that is a number within its rank}}
  %n = tensor.dim %x, %k : tensor<?xf32>
  %m = arith.index_cast %n : index to i64
  %0 = tensor.from_elements %m : tensor<1xi64>
  return %0 : tensor<1xi64>
}

// -----

func.func @memory(%i: index) -> tensor<1xf32> {
  // expected-error@below {{'memref.alloc' cannot be compiled, only ops of ag}}
  %m = memref.alloc() : memref<4xf32>
  %e = memref.load %m[%i] : memref<4xf32>
  %0 = tensor.from_elements %e : tensor<1xf32>
  return %0 : tensor<1xf32>
}

// -----

func.func @division(%i: tensor<i64>, %j: tensor<i64>) -> tensor<1xi64> {
  %v = tensor.extract %i[] : tensor<i64>
  %w = tensor.extract %j[] : tensor<i64>
  // expected-error@below {{'arith.divsi' can trap: expected a divisor that is a number other than 0 and -1, or the maximum of a value and 1; ag.map floor_divide checks what a call gives}}
  %q = arith.divsi %v, %w : i64
  %0 = tensor.from_elements %q : tensor<1xi64>
  return %0 : tensor<1xi64>
}

// -----

func.func @division_of_the_least(%i: tensor<i64>) -> tensor<1xi64> {
  %v = tensor.extract %i[] : tensor<i64>
  %w = arith.constant -1 : i64
  // expected-error@below {{'arith.remsi' can trap: expected a divisor that is a number other than 0 and -1}}
  %q = arith.remsi %v, %w : i64
  %0 = tensor.from_elements %q : tensor<1xi64>
  return %0 : tensor<1xi64>
}

// -----

func.func @division_by_an_extent(%x: tensor<?x?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c0 : tensor<?x?xf32>
  %m = tensor.dim %x, %c1 : tensor<?x?xf32>
  // expected-error@below {{'arith.divui' can trap: expected a divisor that is a number other than 0, or the maximum of a value and 1}}
  %q = arith.divui %n, %m : index
  %0 = ag.reshape %x sizes(%q) : tensor<?x?xf32> to tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

func.func @loops(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  // expected-error@below {{'linalg.generic' on tensors cannot be compiled, only ops of ag}}
  %0 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%x : tensor<?xf32>) outs(%y : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32):
    linalg.yield %a : f32
  } -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
