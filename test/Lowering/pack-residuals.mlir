// Residuals become parts of one buffer of bytes.
// RUN: agc-opt %s --ag-pack-residuals --allow-unregistered-dialect | FileCheck %s

// CHECK-LABEL: func @static_fwd(
// CHECK-SAME: %{{.+}}: memref<4xf32>, %[[R:.+]]: memref<128xi8> {agc.alignment = 64 : i64, agc.name = "residual", agc.residual, agc.shape = array<i64: 128>, agc.type = tensor<128xui8>})
// CHECK: %[[A:.+]] = memref.view %[[R]][%c0][] : memref<128xi8> to memref<4xf32>
// CHECK: %[[B:.+]] = memref.view %[[R]][%c64][] : memref<128xi8> to memref<2xf64>
// CHECK: "use"(%[[A]], %[[B]])
func.func @static_fwd(%x: memref<4xf32>, %a: memref<4xf32> {agc.residual, agc.shape = array<i64: 4>},
                      %b: memref<2xf64> {agc.residual, agc.shape = array<i64: 2>}) attributes {agc.export} {
  "use"(%a, %b) : (memref<4xf32>, memref<2xf64>) -> ()
  return
}

// A size that depends on an extent is a function of it; an input's extents go by their names.
// CHECK: func private @unknown_bwd.residual(%[[M:.+]]: index) -> index
// CHECK: %[[SIZE:.+]] = arith.muli %{{.+}}, %[[M]]
// CHECK-LABEL: func @unknown_bwd(
// CHECK-SAME: %[[N:.+]]: index {agc.extent = "n"}, %[[R:.+]]: memref<?xi8> {agc.alignment = 64 : i64, agc.input, agc.name = "residual", agc.residual, agc.shape = array<i64: -2>, agc.type = tensor<?xui8>})
// CHECK-SAME: agc.derived = [@unknown_bwd.residual]
// CHECK: memref.view %[[R]][%{{.+}}][%[[N]]] : memref<?xi8> to memref<?xf64>
func.func @unknown_bwd(%n: index {agc.extent = "n"}, %a: memref<?xf64> {agc.residual, agc.extents = ["n"]})
    attributes {agc.export} {
  "use"(%a) : (memref<?xf64>) -> ()
  return
}
