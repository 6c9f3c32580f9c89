// A function that nothing asked for by name goes where it has no lowering.
// RUN: agc-opt %s --ag-to-linalg --verify-diagnostics | FileCheck %s
// CHECK-LABEL: func @f(
// CHECK-NOT: @f_vjp
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> attributes {agc.export} {
  return %x : tensor<2xf32>
}
// expected-remark@below {{'f_vjp' is not in the interface}}
func.func @f_vjp(%x: tensor<2xf32>) -> tensor<2xf32> attributes {agc.export, agc.optional} {
  // expected-note@below {{must be expanded before it is lowered}}
  %0 = ag.apply softmax<dim = 0>(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
