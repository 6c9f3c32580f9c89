// What may fail on the way to an output stays where only its derivatives are computed.
// RUN: agc-opt %s --ag-derive-functions="vjp" --ag-differentiate | FileCheck %s
// RUN: agc-opt %s --ag-differentiate="keep-checks=false" | FileCheck %s --check-prefix=WITHOUT
// RUN: agc-opt %s --ag-derive-functions="vjp" --ag-differentiate --ag-expand-composites --ag-simplify --ag-to-linalg \
// RUN:   | FileCheck %s --check-prefix=LOWER
// WITHOUT-NOT: ag.check

// Extents that must agree.
// CHECK-LABEL: @product_vjp
// CHECK: %[[Z:.*]] = ag.apply mm
// CHECK: ag.check %[[Z]] : tensor<?x?xf32>
// LOWER-LABEL: @product_vjp
// LOWER: cf.assert {{.*}} {agc.status
// LOWER-NOT: ag.check
func.func @product(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>) -> tensor<?x?xf32> attributes {agc.export} {
  %0 = ag.apply mm(%x, %y) : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// A division by zero, of what needs no gradient.
// CHECK-LABEL: @shifted_vjp
// CHECK: ag.check
func.func @shifted(%x: tensor<4xf32>, %a: tensor<4xi64>, %b: tensor<4xi64>) -> tensor<4xf32> attributes {agc.export} {
  %0 = ag.map div_floor(%a, %b) : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %1 = ag.cast %0 : tensor<4xi64> to tensor<4xf32>
  %2 = ag.map add(%x, %1) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}

// Nothing may fail.
// CHECK-LABEL: @square_vjp
// CHECK-NOT: ag.check
func.func @square(%x: tensor<4xf32>) -> tensor<4xf32> attributes {agc.export} {
  %0 = ag.map mul(%x, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// A gradient of the program's own.
// CHECK-LABEL: @step
// CHECK: %[[Y:.*]] = ag.map add
// CHECK: ag.check %[[Y]]
func.func @step(%x: tensor<?xf32>, %w: tensor<?xf32>, %s: tensor<?xf32>) -> tensor<?xf32> {
  %0 = ag.leaf_mark %w : tensor<?xf32>
  %1 = ag.map add(%x, %0) : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %2 = ag.grad %1 seeds %s wrt %0 : (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %2 : tensor<?xf32>
}
