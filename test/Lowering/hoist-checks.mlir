// Checks stand before everything that they do not need, so that a failing call has written nothing.
// RUN: agc-opt %s --ag-hoist-checks | FileCheck %s

// CHECK-LABEL: func @behind_a_write
// CHECK: %[[OK:.+]] = arith.cmpi
// CHECK-NEXT: cf.assert %[[OK]], "n is small"
// CHECK: linalg.fill
func.func @behind_a_write(%n: index, %x: tensor<4xf32>) -> tensor<4xf32> {
  %zero = arith.constant 0.0 : f32
  %four = arith.constant 4 : index
  %0 = linalg.fill ins(%zero : f32) outs(%x : tensor<4xf32>) -> tensor<4xf32>
  %ok = arith.cmpi sle, %n, %four : index
  cf.assert %ok, "n is small"
  return %0 : tensor<4xf32>
}

// What holds only in a branch is asked for only there.
// CHECK-LABEL: func @in_a_branch
// CHECK-SAME: (%[[C:.+]]: i1, %[[OK:.+]]: i1)
// CHECK: %[[HELD:.+]] = scf.if %[[C]] -> (i1)
// CHECK-NEXT: scf.yield %[[OK]] : i1
// CHECK: %[[TRUE:.+]] = arith.constant true
// CHECK-NEXT: scf.yield %[[TRUE]] : i1
// CHECK: cf.assert %[[HELD]], "inside"
func.func @in_a_branch(%c: i1, %ok: i1) {
  scf.if %c {
    cf.assert %ok, "inside"
  }
  return
}
