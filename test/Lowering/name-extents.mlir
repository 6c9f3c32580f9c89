// Unknown extents of exported functions are arguments; equal names are one argument.
// RUN: agc-opt %s --ag-name-extents | FileCheck %s

// CHECK-LABEL: func @named
// CHECK-SAME: (%[[N:.+]]: index {agc.extent = "n"}, %{{.+}}: tensor<?x4xf32> {{.*}}, %{{.+}}: tensor<?xf32>
// CHECK-SAME: -> (tensor<?x4xf32>, index)
func.func @named(%x: tensor<?x4xf32> {agc.extents = ["n", ""]}, %y: tensor<?xf32> {agc.extents = ["n"]})
    -> tensor<?x4xf32> attributes {agc.export} {
  return %x : tensor<?x4xf32>
}

// CHECK-LABEL: func @dim_is_the_argument
// CHECK-SAME: (%[[N:.+]]: index
// CHECK-NOT: tensor.dim
// CHECK: return %[[N]]
func.func @dim_is_the_argument(%x: tensor<?xf32> {agc.extents = ["n"]}) -> index attributes {agc.export} {
  %zero = arith.constant 0 : index
  %n = tensor.dim %x, %zero : tensor<?xf32>
  return %n : index
}

// CHECK-LABEL: func private @private_stays
// CHECK-SAME: (%{{.+}}: tensor<?xf32>) -> tensor<?xf32>
func.func private @private_stays(%x: tensor<?xf32>) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}
