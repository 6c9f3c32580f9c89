// RUN: agc-trace-print step | agc-opt | FileCheck %s

// CHECK: module @step
// CHECK: agt.state @layer.weight requires_grad = dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
// CHECK-LABEL: func.func @step(
// CHECK-SAME: tensor<2xf32> {agc.name = "x"}) -> (tensor<f32> {agc.name = "loss"}) attributes {agc.export}
// CHECK: %[[X:.+]] = agt.leaf %{{.+}} "x"
// CHECK: %[[W:.+]] = agt.state_ref @layer.weight
// CHECK: agt.grad_clear %[[W]]
// CHECK: %[[WV:.+]] = agt.read %[[W]]
// CHECK: %[[XV:.+]] = agt.read %[[X]]
// CHECK: %[[PRODUCT:.+]] = ag.map mul(%[[WV]], %[[XV]])
// CHECK: agt.new %[[PRODUCT]]
// CHECK: ag.reduce sum
// CHECK: %[[LOSS:.+]] = agt.new
// CHECK: agt.backward %[[LOSS]]
// CHECK: agt.grad_mode push no_grad
// CHECK: agt.grad_get %[[W]]
// CHECK: %[[NEXT:.+]] = ag.map add<alpha = -5.000000e-01>
// CHECK: agt.write "add_" %[[W]], %[[NEXT]]
// CHECK: agt.grad_mode pop
// CHECK: %[[RESULT:.+]] = agt.read %[[LOSS]]
// CHECK: return %[[RESULT]]
