// A combiner that says so is applied in order, though its loop is the innermost by now.
// RUN: agc-opt %s --agc-linalg-to-loops | FileCheck %s

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>

// CHECK-LABEL: func.func @lanes
func.func @lanes(%x: memref<3x40xf32>, %y: memref<3xf32>) {
  // CHECK: vector.extract_strided_slice
  linalg.generic {indexing_maps = [#matrix, #rows], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<3x40xf32>) outs(%y : memref<3xf32>) {
  ^bb0(%in: f32, %acc: f32):
    %s = arith.addf %acc, %in : f32
    linalg.yield %s : f32
  }
  return
}

// CHECK-LABEL: func.func @in_order
func.func @in_order(%x: memref<3x40xf32>, %y: memref<3xf32>) {
  // CHECK-NOT: vector.extract_strided_slice
  linalg.generic {indexing_maps = [#matrix, #rows], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<3x40xf32>) outs(%y : memref<3xf32>) {
  ^bb0(%in: f32, %acc: f32):
    %s = arith.addf %acc, %in {agc.in_order} : f32
    linalg.yield %s : f32
  }
  return
}
