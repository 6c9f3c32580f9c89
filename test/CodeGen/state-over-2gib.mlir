// A part of the state may lie beyond what 32 bits count; zeros take no room in the object.
// RUN: agc %s --emit=llvm --model=m | FileCheck %s
// RUN: agc -c %s --model=m -o %t.o --header=%t.h && FileCheck %s --check-prefix=HEADER --input-file=%t.h
// CHECK: getelementptr{{.*}} i8, ptr %{{.+}}, i64 3200000064
// HEADER: #define M_STATE_BYTES 3200000128
agt.state @large = dense<0.0> : tensor<800000000xf32>
agt.state @small = dense<1.0> : tensor<3xf32>
func.func @f(%s: tensor<3xf32> {agc.state = "small"}) -> (tensor<3xf32> {agc.name = "y"}) attributes {agc.export} {
  %0 = ag.map neg(%s) : (tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
