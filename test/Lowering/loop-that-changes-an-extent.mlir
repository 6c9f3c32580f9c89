// What a loop carries stays in one buffer: an extent that changes fails the call, before the buffer is overrun.
// RUN: agc-opt %s --ag-to-linalg | FileCheck %s
// RUN: agc-opt %s --ag-to-linalg --ag-name-extents --resolve-shaped-type-result-dims --canonicalize --cse --canonicalize | FileCheck %s --check-prefix=HOISTED

// CHECK-LABEL: func @shrink(
// CHECK: scf.for {{.+}} iter_args(%[[V:.+]] = %{{.+}})
// CHECK: tensor.extract %[[V]]
// CHECK: %[[OLD:.+]] = tensor.dim %[[V]]
// CHECK: %[[SAME:.+]] = arith.cmpi eq, %{{.+}}, %[[OLD]]
// CHECK: cf.assert %[[SAME]], "extents that must agree differ" {agc.format = "extents that must agree are %lld and %lld", agc.status = 6 : i32}
func.func @shrink(%x: tensor<?xf32>, %m: tensor<?xi64>) -> tensor<f32> attributes {agc.export} {
  %n = arith.constant 3 : index
  %0 = ag.for %n(%x) : tensor<?xf32> {
  ^bb0(%i: tensor<i64>, %v: tensor<?xf32>):
    %s = ag.gather %v, %m dim 0 : (tensor<?xf32>, tensor<?xi64>) -> tensor<?xf32>
    ag.yield %s : tensor<?xf32>
  }
  %1 = ag.reduce sum(%0) dims [0] : tensor<?xf32> -> tensor<f32>
  return %1 : tensor<f32>
}

// Where it does not change, nothing is checked.
// HOISTED-LABEL: func.func @keep(
// HOISTED-NOT: cf.assert
// HOISTED: return
func.func @keep(%x: tensor<?xf32>) -> tensor<f32> attributes {agc.export} {
  %n = arith.constant 3 : index
  %0 = ag.for %n(%x) : tensor<?xf32> {
  ^bb0(%i: tensor<i64>, %v: tensor<?xf32>):
    %s = ag.map neg(%v) : (tensor<?xf32>) -> tensor<?xf32>
    ag.yield %s : tensor<?xf32>
  }
  %1 = ag.reduce sum(%0) dims [0] : tensor<?xf32> -> tensor<f32>
  return %1 : tensor<f32>
}
