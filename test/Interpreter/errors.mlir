// What cannot be evaluated is an error at the op.
// RUN: not agc-interpret %s 2>&1 | FileCheck %s --check-prefix=GATHER
// RUN: not agc-interpret %s --entry=reshape 2>&1 | FileCheck %s --check-prefix=RESHAPE
// RUN: not agc-interpret %s --entry=division 2>&1 | FileCheck %s --check-prefix=DIVISION
// RUN: not agc-interpret %s --entry=nothing 2>&1 | FileCheck %s --check-prefix=NOTHING
// RUN: not agc-interpret %s --entry=extreme 2>&1 | FileCheck %s --check-prefix=EXTREME
// RUN: not agc-interpret %s --entry=unknown 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not agc-interpret %s --entry=nowhere 2>&1 | FileCheck %s --check-prefix=NOWHERE
// RUN: not agc-interpret /dev/null 2>&1 | FileCheck %s --check-prefix=EMPTY
// RUN: not agc-interpret %s --entry=forever 2>&1 | FileCheck %s --check-prefix=FOREVER

func.func @main(%x: tensor<2xf32>) -> tensor<1xf32> {
  %i = ag.constant dense<2> : tensor<1xi64>
  // GATHER: errors.mlir:[[#@LINE+1]]:8: error: index 2 is out of range for extent 2
  %0 = ag.gather %x, %i dim 0 : (tensor<2xf32>, tensor<1xi64>) -> tensor<1xf32>
  return %0 : tensor<1xf32>
}

func.func @reshape(%x: tensor<?xf32>) -> tensor<2xf32> {
  // RESHAPE: error: 3 elements cannot have a shape of 2 at run time
  %0 = ag.reshape %x : tensor<?xf32> to tensor<2xf32>
  return %0 : tensor<2xf32>
}

func.func @division() -> tensor<3xi32> {
  %x = ag.constant dense<7> : tensor<3xi32>
  %y = ag.constant dense<[1, 0, 2]> : tensor<3xi32>
  // DIVISION: errors.mlir:[[#@LINE+1]]:8: error: ZeroDivisionError
  %0 = ag.map remainder(%x, %y) : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
  return %0 : tensor<3xi32>
}

func.func @nothing() -> tensor<2xi64> {
  %x = ag.constant dense<0.0> : tensor<2x0xf32>
  %n = arith.constant 0 : index
  %y = ag.reshape %x sizes(%n) : tensor<2x0xf32> to tensor<2x?xf32>
  // NOTHING: error: argmax(): Expected reduction dim 1 to have non-zero size.
  %0 = ag.reduce_index argmax(%y) dim 1 : tensor<2x?xf32> -> tensor<2xi64>
  return %0 : tensor<2xi64>
}

func.func @extreme() -> tensor<2xf32> {
  %x = ag.constant dense<0.0> : tensor<2x0xf32>
  %n = arith.constant 0 : index
  %y = ag.reshape %x sizes(%n) : tensor<2x0xf32> to tensor<2x?xf32>
  // EXTREME: error: amax(): Expected reduction dim 1 to have non-zero size.
  %0 = ag.reduce amax(%y) dims [1] : tensor<2x?xf32> -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

func.func @unknown(%x: tensor<2xf32>) -> tensor<2xf32> {
  // UNKNOWN: error: the interpreter does not know 'math.exp'
  %0 = math.exp %x : tensor<2xf32>
  return %0 : tensor<2xf32>
}

// NOWHERE: agc-interpret: error: no function named 'nowhere'
// EMPTY: agc-interpret: error: no function named 'main'
// EMPTY-NOT: {{.}}

func.func @forever() -> tensor<f32> {
  // FOREVER: error: calls nest too deeply
  %0 = func.call @forever() : () -> tensor<f32>
  return %0 : tensor<f32>
}
