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
