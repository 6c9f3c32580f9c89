// It read in front of a loop's extents.
// RUN: agc-opt %s --ag-resolve-extents --verify-diagnostics

func.func @f(%n: index, %x: tensor<?xf32>, %y: tensor<?xf32>) -> index {
  %before = arith.constant -1 : index
  %one = arith.constant 1 : index
  %r = scf.for %i = %one to %n step %one iter_args(%t = %x) -> tensor<?xf32> {
    scf.yield %y : tensor<?xf32>
  }
  // expected-error @+1 {{dim -1 is out of range for 'tensor<?xf32>'}}
  %d = tensor.dim %r, %before : tensor<?xf32>
  return %d : index
}
