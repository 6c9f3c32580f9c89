// A reduction's operand type may stand in parentheses, as other ops have theirs; it is printed without.
// RUN: agc-opt %s | agc-opt | FileCheck %s

// CHECK-LABEL: @wrapped
func.func @wrapped(%x: tensor<2xf32>) -> (tensor<f32>, tensor<i64>) {
  // CHECK: ag.reduce sum(%{{.+}}) dims [0] : tensor<2xf32> -> tensor<f32>
  %0 = ag.reduce sum(%x) dims [0] : (tensor<2xf32>) -> tensor<f32>
  // CHECK: ag.reduce_index argmax(%{{.+}}) dim 0 : tensor<2xf32> -> tensor<i64>
  %1 = ag.reduce_index argmax(%x) dim 0 : (tensor<2xf32>) -> tensor<i64>
  return %0, %1 : tensor<f32>, tensor<i64>
}
