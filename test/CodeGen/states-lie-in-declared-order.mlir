// A function finds its part of the state where the description says, whatever other parts it uses.
// RUN: agc %s --emit=llvm --model=m | FileCheck %s
// CHECK: @m.state.unused = {{.+}} i64 64, i64 12, ptr
// CHECK: @m.state.first = {{.+}} i64 128, i64 12, ptr
// CHECK: @m.state.second = {{.+}} i64 192, i64 12, ptr
// The address of `second`, then that of `first`.
// CHECK-LABEL: define i32 @m_f_call(
// CHECK-DAG: getelementptr{{.*}}, i64 192
// CHECK-DAG: getelementptr{{.*}}, i64 128
// CHECK-LABEL: define i32 @m_f(
agt.state @unused = dense<0.0> : tensor<3xf32>
agt.state @first = dense<0.0> : tensor<3xf32>
agt.state @second = dense<0.0> : tensor<3xf32>
func.func @f(%s: tensor<3xf32> {agc.state = "second"}, %t: tensor<3xf32> {agc.state = "first"})
    -> (tensor<3xf32> {agc.name = "y"}) attributes {agc.export} {
  %0 = ag.map sub(%s, %t) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
