// What is not exported has no code: it once stayed a function on tensors, and the line of a call
// inlined into it made the pass that places debug information crash.
// RUN: agc --emit=llvm %s --model=m | FileCheck %s

// CHECK-NOT: @plain
// CHECK: define {{.*}}@m_f
// CHECK-NOT: @plain
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> attributes {agc.export} {
  %0 = call @double(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

func.func @plain(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = call @double(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

func.func private @double(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = ag.map add(%x, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
