// Composites become their bodies, down to ops that are none.
// RUN: agc-opt %s --ag-expand-composites --canonicalize | FileCheck %s
// RUN: agc-opt %s --ag-expand-composites > %t
// RUN: agc-opt %t --ag-expand-composites | diff %t -

// CHECK-LABEL: @product
func.func @product(%a: tensor<4x5xf32>, %b: tensor<5x6xf32>) -> tensor<4x6xf32> {
  // CHECK-NEXT: ag.contract "mk,kn->mn"(%arg0, %arg1)
  %0 = ag.apply mm(%a, %b) : (tensor<4x5xf32>, tensor<5x6xf32>) -> tensor<4x6xf32>
  return %0 : tensor<4x6xf32>
}

// std's body is var's, whose body has mean's.
// CHECK-LABEL: @nested
func.func @nested(%x: tensor<4x5xf32>) -> tensor<4xf32> {
  // CHECK-NOT: ag.apply
  // CHECK: ag.reduce sum
  // CHECK: ag.reduce sum
  // CHECK: ag.map sqrt
  %0 = ag.apply std<dim = array<i64: 1>>(%x) : (tensor<4x5xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
