// Every op of agt prints as it parses.
// RUN: agc-opt %s | agc-opt | FileCheck %s
// RUN: agc-opt %s --mlir-print-op-generic | agc-opt | FileCheck %s

// CHECK: agt.state @fc1.bias requires_grad = dense<0.000000e+00> : tensor<4xf32>
agt.state @fc1.bias requires_grad = dense<0.0> : tensor<4xf32>
// CHECK: agt.state @steps = dense<0> : tensor<i64>
agt.state @steps = dense<0> : tensor<i64>

func.func private @hook(tensor<4xf32>) -> tensor<4xf32>

// CHECK-LABEL: func @objects_and_values
func.func @objects_and_values(%v: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[W:.+]] = agt.leaf %{{.+}} requires_grad "w" : tensor<4xf32>
  %w = agt.leaf %v requires_grad "w" : tensor<4xf32>
  // CHECK: agt.leaf %{{.+}} : tensor<4xf32>
  %c = agt.leaf %v : tensor<4xf32>
  // CHECK: %[[VALUE:.+]] = agt.read %[[W]] : !agt.ref<tensor<4xf32>>
  %0 = agt.read %w : !agt.ref<tensor<4xf32>>
  %1 = ag.map exp(%0) : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK: agt.new %{{.+}} : tensor<4xf32>
  %y = agt.new %1 : tensor<4xf32>
  // CHECK: agt.new %[[VALUE]] node "CloneBackward0" : tensor<4xf32>
  %z = agt.new %0 node "CloneBackward0" : tensor<4xf32>
  // CHECK: agt.write "copy_" %{{.+}}, %[[VALUE]] : !agt.ref<tensor<4xf32>>
  agt.write "copy_" %y, %0 : !agt.ref<tensor<4xf32>>
  return %1 : tensor<4xf32>
}

// CHECK-LABEL: func @views
func.func @views(%y: !agt.ref<tensor<4x5xf32>>, %n: index) {
  // CHECK: agt.view %{{.+}} select [0, 1] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<5xf32>>
  %0 = agt.view %y select [0, 1] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<5xf32>>
  // CHECK: agt.view %{{.+}} view sizes(%{{.+}}) : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<?xf32>>
  %1 = agt.view %y view sizes(%n) : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<?xf32>>
  %2 = agt.view %y permute [1, 0] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<5x4xf32>>
  %3 = agt.view %y transpose [0, 1] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<5x4xf32>>
  %4 = agt.view %y t : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<5x4xf32>>
  %5 = agt.view %y slice [1, 1, 2] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<4x2xf32>>
  %6 = agt.view %0 expand : !agt.ref<tensor<5xf32>> to !agt.ref<tensor<4x5xf32>>
  %7 = agt.view %y unsqueeze [2] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<4x5x1xf32>>
  %8 = agt.view %7 squeeze [2] : !agt.ref<tensor<4x5x1xf32>> to !agt.ref<tensor<4x5xf32>>
  %9 = agt.view %y diagonal [1, 0, 1] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<4xf32>>
  %10:2 = agt.view %y split [3, 0] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<3x5xf32>>, !agt.ref<tensor<1x5xf32>>
  %11:2 = agt.view %y split_with_sizes [0] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<1x5xf32>>, !agt.ref<tensor<3x5xf32>>
  // CHECK: agt.view %{{.+}} unbind [0] : !agt.ref<tensor<4xf32>> to !agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>
  %12:4 = agt.view %9 unbind [0] : !agt.ref<tensor<4xf32>> to !agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>
  %13 = agt.view %y alias : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<4x5xf32>>
  // CHECK: agt.view %{{.+}} view_as_complex : !agt.ref<tensor<4x2xf32>> to !agt.ref<tensor<4xcomplex<f32>>>
  %14 = agt.view %y slice [1, 0, 1] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<4x2xf32>>
  %15 = agt.view %14 view_as_complex : !agt.ref<tensor<4x2xf32>> to !agt.ref<tensor<4xcomplex<f32>>>
  // CHECK: agt.view %{{.+}} select [0, ?] start(%[[N:.+]]) : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<5xf32>>
  %17 = agt.view %y select [0, ?] start(%n) : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<5xf32>>
  // CHECK: agt.view %{{.+}} slice [0, ?, 2] start(%[[N]]) sizes(%[[N]]) : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<?x5xf32>>
  %18 = agt.view %y slice [0, ?, 2] start(%n) sizes(%n) : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<?x5xf32>>
  // CHECK: agt.view %{{.+}} unfold [0, 2, 1] sizes(%[[N]]) : !agt.ref<tensor<?x5xf32>> to !agt.ref<tensor<?x5x2xf32>>
  %19 = agt.view %18 unfold [0, 2, 1] sizes(%n) : !agt.ref<tensor<?x5xf32>> to !agt.ref<tensor<?x5x2xf32>>
  %16 = agt.view %15 view_as_real : !agt.ref<tensor<4xcomplex<f32>>> to !agt.ref<tensor<4x2xf32>>
  return
}

// CHECK-LABEL: func @history
func.func @history(%r: !agt.ref<tensor<4xf32>>) {
  // CHECK: agt.detach %{{.+}} : !agt.ref<tensor<4xf32>>
  %d = agt.detach %r : !agt.ref<tensor<4xf32>>
  // CHECK: agt.data %{{.+}} : !agt.ref<tensor<4xf32>>
  %e = agt.data %r : !agt.ref<tensor<4xf32>>
  // CHECK: agt.edge %{{.+}} : !agt.ref<tensor<4xf32>>
  %f = agt.edge %r : !agt.ref<tensor<4xf32>>
  // CHECK: agt.detach_ %{{.+}} : !agt.ref<tensor<4xf32>>
  agt.detach_ %r : !agt.ref<tensor<4xf32>>
  // CHECK: agt.set_data %{{.+}}, %{{.+}} : !agt.ref<tensor<4xf32>>, !agt.ref<tensor<4xf32>>
  agt.set_data %r, %d : !agt.ref<tensor<4xf32>>, !agt.ref<tensor<4xf32>>
  // CHECK: %[[V:.+]] = agt.view %{{.+}} unfold [0, 2, 1] : !agt.ref<tensor<4xf32>> to !agt.ref<tensor<3x2xf32>>
  %v = agt.view %r unfold [0, 2, 1] : !agt.ref<tensor<4xf32>> to !agt.ref<tensor<3x2xf32>>
  // CHECK: agt.become %{{.+}}, %[[V]] : !agt.ref<tensor<4xf32>>, !agt.ref<tensor<3x2xf32>>
  %b = agt.become %r, %v : !agt.ref<tensor<4xf32>>, !agt.ref<tensor<3x2xf32>>
  %value = agt.read %d : !agt.ref<tensor<4xf32>>
  // CHECK: agt.new %{{.+}} like %{{.+}} : !agt.ref<tensor<4xf32>> : tensor<4xf32>
  %n = agt.new %value like %e : !agt.ref<tensor<4xf32>> : tensor<4xf32>
  // CHECK: agt.requires_grad_ %{{.+}} true : !agt.ref<tensor<4xf32>>
  agt.requires_grad_ %d true : !agt.ref<tensor<4xf32>>
  // CHECK: agt.set_requires_grad %{{.+}} false : !agt.ref<tensor<4xf32>>
  agt.set_requires_grad %d false : !agt.ref<tensor<4xf32>>
  // CHECK: agt.grad_mode push no_grad
  agt.grad_mode push no_grad
  // CHECK: agt.grad_mode pop
  agt.grad_mode pop
  return
}

// CHECK-LABEL: func @gradients
func.func @gradients(%loss: !agt.ref<tensor<f32>>, %r: !agt.ref<tensor<4xf32>>) {
  // CHECK: agt.retain_grad %{{.+}} : !agt.ref<tensor<4xf32>>
  agt.retain_grad %r : !agt.ref<tensor<4xf32>>
  // CHECK: agt.hook %{{.+}} @hook : !agt.ref<tensor<4xf32>>
  agt.hook %r @hook : !agt.ref<tensor<4xf32>>
  // CHECK: agt.backward %{{.+}} : !agt.ref<tensor<f32>>
  agt.backward %loss : !agt.ref<tensor<f32>>
  // CHECK: agt.backward %{{.+}}, %{{.+}} seeds %{{.+}} for [1] inputs %{{.+}} retain_graph create_graph : !agt.ref<tensor<f32>>, !agt.ref<tensor<4xf32>>, !agt.ref<tensor<4xf32>>, !agt.ref<tensor<4xf32>>
  agt.backward %loss, %r seeds %r for [1] inputs %r retain_graph create_graph : !agt.ref<tensor<f32>>, !agt.ref<tensor<4xf32>>, !agt.ref<tensor<4xf32>>, !agt.ref<tensor<4xf32>>
  // CHECK: agt.backward %{{.+}} cut %{{.+}} retain_graph : !agt.ref<tensor<f32>>, !agt.ref<tensor<4xf32>>
  agt.backward %loss cut %r retain_graph : !agt.ref<tensor<f32>>, !agt.ref<tensor<4xf32>>
  // CHECK: agt.backward %{{.+}} partial : !agt.ref<tensor<f32>>
  agt.backward %loss partial : !agt.ref<tensor<f32>>
  // CHECK: agt.grad %{{.+}} wrt %{{.+}} create_graph allow_unused inner : (!agt.ref<tensor<f32>>, !agt.ref<tensor<4xf32>>) -> !agt.ref<tensor<4xf32>>
  %g = agt.grad %loss wrt %r create_graph allow_unused inner : (!agt.ref<tensor<f32>>, !agt.ref<tensor<4xf32>>) -> !agt.ref<tensor<4xf32>>
  // CHECK: agt.grad_get %{{.+}} : !agt.ref<tensor<4xf32>>
  %h = agt.grad_get %r : !agt.ref<tensor<4xf32>>
  // CHECK: agt.grad_set %{{.+}}, %{{.+}} : !agt.ref<tensor<4xf32>>, !agt.ref<tensor<4xf32>>
  agt.grad_set %r, %g : !agt.ref<tensor<4xf32>>, !agt.ref<tensor<4xf32>>
  // CHECK: agt.grad_clear %{{.+}} : !agt.ref<tensor<4xf32>>
  agt.grad_clear %r : !agt.ref<tensor<4xf32>>
  return
}

// CHECK-LABEL: func @questions
func.func @questions() -> (i1, i64) {
  // CHECK: %[[STATE:.+]] = agt.state_ref @fc1.bias : !agt.ref<tensor<4xf32>>
  %r = agt.state_ref @fc1.bias : !agt.ref<tensor<4xf32>>
  // CHECK: agt.query is_leaf %[[STATE]] : !agt.ref<tensor<4xf32>> -> i1
  %0 = agt.query is_leaf %r : !agt.ref<tensor<4xf32>> -> i1
  // CHECK: agt.query version %[[STATE]] : !agt.ref<tensor<4xf32>> -> i64
  %1 = agt.query version %r : !agt.ref<tensor<4xf32>> -> i64
  return %0, %1 : i1, i64
}
