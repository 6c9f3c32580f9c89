// RUN: agc-trace-print extents | agc-opt | FileCheck %s

// CHECK-LABEL: func.func @f(
// CHECK-SAME: tensor<?x4xf32> {agc.extents = ["n", ""], agc.name = "x"}
// CHECK: %[[N:.+]] = tensor.dim
// CHECK: %[[ROWS:.+]] = arith.muli %[[N]], %{{.+}} : index
// CHECK: agt.view %{{.+}} view sizes(%[[ROWS]]) : !agt.ref<tensor<?x4xf32>> to !agt.ref<tensor<?x2xf32>>
// A divisor that a call can make zero is at least one.
// CHECK: %[[SOME:.+]] = arith.maxsi %{{.+}}, %{{.+}} : index
// CHECK: %[[REST:.+]] = arith.floordivsi %{{.+}}, %[[SOME]] : index
// CHECK: agt.view %{{.+}} view sizes(%{{.+}}, %[[REST]]) : !agt.ref<tensor<?x4xf32>> to !agt.ref<tensor<?x?xf32>>
// CHECK: agt.view %{{.+}} view sizes(%{{.+}}) : !agt.ref<tensor<?x4xf32>> to !agt.ref<tensor<?xf32>>
