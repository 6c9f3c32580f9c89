// Forward and backward part at what the backward needs.
// RUN: agc-opt %s --ag-partition | FileCheck %s

// A forward knows what both halves compute, and not in which lines.
// RUN: agc-opt %s --ag-partition | grep -o 'agc.body = [-0-9]*' > %t.one
// RUN: sed '1d' %s | agc-opt --ag-partition | grep -o 'agc.body = [-0-9]*' > %t.moved
// RUN: sed 's/ag.map exp/ag.map sin/' %s | agc-opt --ag-partition | grep -o 'agc.body = [-0-9]*' > %t.other
// RUN: cmp %t.one %t.moved
// RUN: not cmp %t.one %t.other

// CHECK-NOT: @f.split
// CHECK-LABEL: func @f_fwd(
// CHECK-SAME: %[[X:.+]]: tensor<4xf32> {agc.name = "x"}) -> (tensor<4xf32> {agc.name = "y"}, tensor<4xf32> {agc.name = "residual0", agc.residual}) attributes {agc.body = {{.+}} : i64, agc.export}
// CHECK: %[[Y:.+]] = ag.map exp(%[[X]])
// CHECK: return %[[Y]], %[[Y]]
// CHECK-LABEL: func @f_bwd(
// CHECK-SAME: %[[R:.+]]: tensor<4xf32> {agc.name = "residual0", agc.residual = @f_fwd}, %[[S:.+]]: tensor<4xf32> {agc.name = "s"}) -> (tensor<4xf32> {agc.name = "g"}) attributes {agc.export}
// CHECK: %[[G:.+]] = ag.map mul(%[[S]], %[[R]])
// CHECK: return %[[G]]
func.func private @f.split(%x: tensor<4xf32> {agc.name = "x"}, %s: tensor<4xf32> {agc.name = "s"})
    -> (tensor<4xf32> {agc.name = "y"}, tensor<4xf32> {agc.name = "g"})
    attributes {agc.split = array<i64: 1, 1>} {
  %y = ag.map exp(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %g = ag.map mul(%s, %y) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %y, %g : tensor<4xf32>, tensor<4xf32>
}

// A broadcast and a constant are made again, an extent is passed.
// CHECK-LABEL: func @cheap_fwd(
// CHECK-SAME: -> (tensor<?xf32>, tensor<f32> {agc.name = "residual0", agc.residual})
// CHECK-LABEL: func @cheap_bwd(
// CHECK-SAME: %[[N:.+]]: index {agc.extent = "n"}, %[[R:.+]]: tensor<f32> {agc.name = "residual0", agc.residual = @cheap_fwd}, %[[S:.+]]: tensor<?xf32> {agc.extents = ["n"]})
// CHECK: %[[TWO:.+]] = ag.constant dense<2.0
// CHECK: %[[WIDE:.+]] = ag.expand %[[R]] sizes(%[[N]])
// CHECK: %[[A:.+]] = ag.map mul(%[[S]], %[[WIDE]])
// CHECK: ag.map mul(%[[A]], %[[TWO]])
func.func private @cheap.split(%x: tensor<?xf32> {agc.extents = ["n"]}, %k: tensor<f32>, %s: tensor<?xf32> {agc.extents = ["n"]})
    -> (tensor<?xf32>, tensor<?xf32>) attributes {agc.split = array<i64: 2, 1>} {
  %c0 = arith.constant 0 : index
  %two = ag.constant dense<2.0> : tensor<f32>
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %wide = ag.expand %k sizes(%n) : tensor<f32> to tensor<?xf32>
  %y = ag.map mul(%x, %wide) : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %a = ag.map mul(%s, %wide) : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %g = ag.map mul(%a, %two) : (tensor<?xf32>, tensor<f32>) -> tensor<?xf32>
  return %y, %g : tensor<?xf32>, tensor<?xf32>
}

// What has an extent that is no argument's is computed again.
// CHECK-LABEL: func @longer_fwd(
// CHECK-SAME: -> (tensor<?xf32>, tensor<?xf32> {agc.name = "residual0", agc.residual})
// CHECK-LABEL: func @longer_bwd(
// CHECK-SAME: %{{.+}}: index {agc.extent = "n"}, %[[X:.+]]: tensor<?xf32> {agc.extents = ["n"], agc.name = "residual0", agc.residual = @longer_fwd}
// CHECK: %[[C:.+]] = ag.cat %[[X]], %[[X]]
// CHECK: ag.map mul(%{{.+}}, %[[C]])
func.func private @longer.split(%x: tensor<?xf32> {agc.extents = ["n"]}, %s: tensor<?xf32> {agc.extents = ["m"]})
    -> (tensor<?xf32>, tensor<?xf32>) attributes {agc.split = array<i64: 1, 1>} {
  %c = ag.cat %x, %x dim 0 : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %g = ag.map mul(%s, %c) : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %c, %g : tensor<?xf32>, tensor<?xf32>
}
