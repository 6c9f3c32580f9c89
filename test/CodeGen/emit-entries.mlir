// Exported functions take the pointers of the C interface; a failing check returns agc_fail's status.
// RUN: agc-opt %s --agc-emit-entries='model=net' | FileCheck %s

// CHECK-LABEL: func @net_double(
// CHECK-SAME: %[[CONTEXT:.+]]: !llvm.ptr {agc.context}, %{{.+}}: !llvm.ptr, %{{.+}}: !llvm.ptr, %{{.+}}: !llvm.ptr) -> i32
// CHECK: call @kernel(%[[CONTEXT]], %{{.+}}, %{{.+}}) : (!llvm.ptr, memref<4xf32>, memref<4xf32>) -> ()
// CHECK: %[[OK:.+]] = arith.constant 0 : i32
// CHECK: return %[[OK]] : i32
func.func @double(%x: memref<4xf32> {agc.type = tensor<4xf32>}, %out: memref<4xf32> {agc.shape = array<i64: 4>, agc.type = tensor<4xf32>},
                  %work: memref<?xi8> {agc.workspace}) attributes {agc.export, agc.workspace_bytes = 0 : i64} {
  call @kernel(%x, %out) : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// CHECK-LABEL: func @net_checked(
// CHECK-SAME: %{{.+}}: i64, %{{.+}}: !llvm.ptr, %{{.+}}: !llvm.ptr) -> i32
// CHECK: cf.cond_br
// CHECK: %[[CODE:.+]] = arith.constant 6 : i32
// CHECK: %[[STATUS:.+]] = llvm.call @agc_fail(%{{.+}}, %[[CODE]]
// CHECK: return %[[STATUS]] : i32
func.func @checked(%n: index {agc.extent = "n"}, %out: memref<4xf32> {agc.shape = array<i64: 4>, agc.type = tensor<4xf32>},
                   %work: memref<?xi8> {agc.workspace}) attributes {agc.export, agc.workspace_bytes = 0 : i64} {
  %four = arith.constant 4 : index
  %ok = arith.cmpi eq, %n, %four : index
  cf.assert %ok, "n is four" {agc.status = 6 : i32}
  return
}

// CHECK: func private @kernel(%{{.+}}: !llvm.ptr {agc.context}, %{{.+}}: memref<4xf32>
func.func private @kernel(%x: memref<4xf32>, %out: memref<4xf32>) attributes {agc.kernel} {
  memref.copy %x, %out : memref<4xf32> to memref<4xf32>
  return
}
