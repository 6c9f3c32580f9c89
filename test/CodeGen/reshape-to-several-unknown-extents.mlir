// Upstream's expansion of strided metadata crashes on a group with several unknown extents.
// RUN: agc-opt %s --agc-expand-shapes | FileCheck %s
// RUN: agc-opt %s --agc-expand-shapes --expand-strided-metadata -o /dev/null

// CHECK-LABEL: func.func @several
func.func @several(%x: memref<?x5xf32>, %a: index, %b: index) -> memref<?x?x5x1xf32> {
  // CHECK: %[[BASE:.+]], %[[OFFSET:.+]], %{{.+}}:2, %{{.+}}:2 = memref.extract_strided_metadata %arg0
  // CHECK: %[[ROWS:.+]] = arith.muli %{{.+}}, %arg2 : index
  // CHECK: memref.reinterpret_cast %[[BASE]] to offset: [0], sizes: [%arg1, %arg2, 5, 1],
  // CHECK-SAME: strides: [%{{.+}}, 5, 1, 1] : memref<f32> to memref<?x?x5x1xf32>
  %y = memref.expand_shape %x [[0, 1], [2, 3]] output_shape [%a, %b, 5, 1]
      : memref<?x5xf32> into memref<?x?x5x1xf32>
  return %y : memref<?x?x5x1xf32>
}

// CHECK-LABEL: func.func @one
func.func @one(%x: memref<?xf32>, %a: index) -> memref<?x4xf32> {
  // CHECK: memref.expand_shape
  %y = memref.expand_shape %x [[0, 1]] output_shape [%a, 4] : memref<?xf32> into memref<?x4xf32>
  return %y : memref<?x4xf32>
}
