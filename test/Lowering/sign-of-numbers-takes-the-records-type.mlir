// A number in a lowering takes the type of what the schema ties it to, never a condition's: the sign of
// an f64 once became an i1.
// RUN: agc-opt --ag-to-linalg %s | FileCheck %s

// CHECK-LABEL: func.func @sign_of_f64
// CHECK: %[[NEG:.+]] = arith.select %{{.+}}, %{{.+}}, %{{.+}} : f64
// CHECK: arith.select %{{.+}}, %{{.+}}, %[[NEG]] : f64
func.func @sign_of_f64(%x: tensor<4xf64>) -> tensor<4xf64> {
  %0 = ag.map sign(%x) : (tensor<4xf64>) -> tensor<4xf64>
  return %0 : tensor<4xf64>
}
