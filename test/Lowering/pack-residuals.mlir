// Residuals become parts of one buffer of bytes.
// RUN: agc-opt %s --ag-pack-residuals --allow-unregistered-dialect | FileCheck %s

// Another body is another owner, under the same name and of the same layout.
// RUN: agc-opt %s --ag-pack-residuals --allow-unregistered-dialect | grep 'constant.*: i64' > %t.one
// RUN: sed 's/agc.body = 1/agc.body = 2/' %s | agc-opt --ag-pack-residuals --allow-unregistered-dialect | grep 'constant.*: i64' > %t.two
// RUN: not cmp %t.one %t.two

// CHECK-LABEL: func @static_fwd(
// CHECK-SAME: %{{.+}}: memref<4xf32>, %[[R:.+]]: memref<192xi8> {agc.alignment = 64 : i64, agc.name = "residual", agc.residual, agc.shape = array<i64: 192>, agc.type = tensor<192xui8>})
// CHECK: %[[OWNER:.+]] = memref.view %[[R]][%c0{{.*}}][] : memref<192xi8> to memref<1xi64>
// CHECK: %[[A:.+]] = memref.view %[[R]][%c64][] : memref<192xi8> to memref<4xf32>
// CHECK: %[[B:.+]] = memref.view %[[R]][%c128][] : memref<192xi8> to memref<2xf64>
// CHECK: "use"(%[[A]], %[[B]])
// CHECK: memref.store %{{.+}}, %[[OWNER]][%{{.+}}] : memref<1xi64>
// CHECK-NEXT: return
func.func @static_fwd(%x: memref<4xf32>, %a: memref<4xf32> {agc.residual, agc.shape = array<i64: 4>},
                      %b: memref<2xf64> {agc.residual, agc.shape = array<i64: 2>})
    attributes {agc.body = 1 : i64, agc.export} {
  "use"(%a, %b) : (memref<4xf32>, memref<2xf64>) -> ()
  return
}

// The forward's extents are written behind its hash.
// CHECK-LABEL: func @unknown_fwd(
// CHECK-SAME: %[[N:.+]]: index {agc.extent = "n"}, %[[R:.+]]: memref<?xi8>
// CHECK: %[[OWNER:.+]] = memref.view %[[R]][%{{.+}}][] : memref<?xi8> to memref<2xi64>
// CHECK: "use"
// CHECK: %[[VALUE:.+]] = arith.constant [[#HASH:]] : i64
// CHECK: memref.store %[[VALUE]], %[[OWNER]]
// CHECK: %[[WORD:.+]] = arith.index_cast %[[N]] : index to i64
// CHECK: memref.store %[[WORD]], %[[OWNER]]
// CHECK-NEXT: return
func.func @unknown_fwd(%n: index {agc.extent = "n"}, %a: memref<?xf64> {agc.residual, agc.shape = array<i64: -1>})
    attributes {agc.export} {
  "use"(%a) : (memref<?xf64>) -> ()
  return
}

// The backward compares them, and not an extent of its own. A size that depends on an extent is a
// function of it; an input's extents go by their names.
// CHECK: func private @unknown_bwd.residual(%{{.+}}: index, %[[M:.+]]: index) -> index
// CHECK: %[[SIZE:.+]] = arith.muli %{{.+}}, %[[M]]
// CHECK-LABEL: func @unknown_bwd(
// CHECK-SAME: %{{.+}}: index {agc.extent = "k"}, %[[N:.+]]: index {agc.extent = "n"}, %[[R:.+]]: memref<?xi8> {agc.alignment = 64 : i64, agc.input, agc.name = "residual", agc.residual, agc.shape = array<i64: -3>, agc.type = tensor<?xui8>})
// CHECK-SAME: agc.derived = [@unknown_bwd.residual]
// CHECK: %[[OWNER:.+]] = memref.view %[[R]][%{{.+}}][] : memref<?xi8> to memref<2xi64>
// CHECK: memref.view %[[R]][%{{.+}}][%[[N]]] : memref<?xi8> to memref<?xf64>
// CHECK: memref.load %[[OWNER]]
// CHECK: arith.constant [[#HASH]] : i64
// CHECK: cf.assert %{{.+}}, "the residual was not left by 'unknown_fwd' of this model: call it first, with this residual" {agc.status = 19 : i32}
// CHECK: %[[MADE:.+]] = memref.load %[[OWNER]]
// CHECK: %[[GOT:.+]] = arith.index_cast %[[N]] : index to i64
// CHECK: arith.cmpi eq, %[[MADE]], %[[GOT]]
// CHECK: cf.assert
// CHECK-NOT: cf.assert
// CHECK: "use"
func.func @unknown_bwd(%k: index {agc.extent = "k"}, %n: index {agc.extent = "n"},
                       %a: memref<?xf64> {agc.residual = @unknown_fwd, agc.extents = ["n"]})
    attributes {agc.export} {
  "use"(%a) : (memref<?xf64>) -> ()
  return
}
