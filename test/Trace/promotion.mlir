// RUN: agc-trace-print promotion | agc-opt | FileCheck %s

// CHECK-LABEL: func.func @f(
// CHECK: %[[I:.+]] = ag.cast %{{.+}} : tensor<3xi32> to tensor<3xf64>
// CHECK: ag.map add(%[[I]], %{{.+}}) : (tensor<3xf64>, tensor<3xf64>)
// CHECK: %[[F:.+]] = ag.cast %{{.+}} : tensor<3xi32> to tensor<3xf32>
// CHECK: %[[TWO:.+]] = ag.constant dense<2.000000e+00> : tensor<f32>
// CHECK: ag.map div(%[[F]], %[[TWO]])
// CHECK: %[[ONE:.+]] = ag.constant dense<1> : tensor<i32>
// CHECK: ag.map add(%{{.+}}, %[[ONE]]) : (tensor<3xi32>, tensor<i32>)
