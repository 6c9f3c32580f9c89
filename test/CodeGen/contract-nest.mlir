// RUN: agc-opt %s --agc-contract-nest --canonicalize --cse --split-input-file --verify-diagnostics | FileCheck %s

// 64 rows are 9 panels of 6 and 2 of 5; nothing is packed, and the fill is the first block's start.
// CHECK-LABEL: func.func @static_extents_fold
// CHECK-NOT: linalg
// CHECK-NOT: scf
// CHECK: call @agc_panel_f32_6x16_low({{.*}}%true, %true)
// CHECK-NEXT: return
func.func @static_extents_fold(%a: memref<64x64xf32>, %b: memref<64x64xf32>,
                               %c: memref<64x64xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%c : memref<64x64xf32>)
  linalg.matmul ins(%a, %b : memref<64x64xf32>, memref<64x64xf32>) outs(%c : memref<64x64xf32>)
  return
}

// CHECK: func.func private @agc_panel_f32_6x16_low{{.*}} attributes {llvm.linkage = #llvm.linkage<internal>}
// CHECK: vector.fma
// CHECK-NOT: @agc_panel_f32_4x16
// CHECK-NOT: @agc_pack

// -----

// The chain starts with what C holds, so that no block is the first.
// CHECK-LABEL: func.func @without_a_fill_c_accumulates
// CHECK: call @agc_panel_f32_6x16({{.*}}%false, %true)
func.func @without_a_fill_c_accumulates(%a: memref<6x8xf32>, %b: memref<8x16xf32>,
                                        %c: memref<6x16xf32>) {
  linalg.matmul ins(%a, %b : memref<6x8xf32>, memref<8x16xf32>) outs(%c : memref<6x16xf32>)
  return
}

// -----

// CHECK-LABEL: func.func @unknown_extents
// CHECK: memref.alloc() {alignment = 64 : i64}
// CHECK: scf.for
// CHECK: scf.index_switch
// CHECK: memref.dealloc
func.func @unknown_extents(%a: memref<?x?xf64>, %b: memref<?x?xf64>, %c: memref<?x?xf64>) {
  %zero = arith.constant 0.0 : f64
  linalg.fill ins(%zero : f64) outs(%c : memref<?x?xf64>)
  linalg.matmul ins(%a, %b : memref<?x?xf64>, memref<?x?xf64>) outs(%c : memref<?x?xf64>)
  return
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>
// The result lives in registers only: its buffer goes.
// CHECK-LABEL: func.func @bias_and_relu_fuse
// CHECK-NOT: memref.alloc
// CHECK-NOT: linalg
// CHECK: call @agc_panel_f32_4x16_fused
func.func @bias_and_relu_fuse(%a: memref<4x8xf32>, %b: memref<8x16xf32>, %bias: memref<16xf32>,
                              %d: memref<4x16xf32> {llvm.noalias}) {
  %zero = arith.constant 0.0 : f32
  %c = memref.alloc() : memref<4x16xf32>
  linalg.fill ins(%zero : f32) outs(%c : memref<4x16xf32>)
  linalg.matmul ins(%a, %b : memref<4x8xf32>, memref<8x16xf32>) outs(%c : memref<4x16xf32>)
  linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%c, %bias : memref<4x16xf32>, memref<16xf32>) outs(%d : memref<4x16xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %s = arith.addf %x, %y : f32
    %r = arith.maximumf %s, %zero : f32
    linalg.yield %r : f32
  }
  memref.dealloc %c : memref<4x16xf32>
  return
}

// CHECK: func.func private @agc_panel_f32_4x16_fused
// CHECK: arith.maximumf {{.*}} : vector<8xf32>

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
// D may be A: it must not be written while A is still being read.
// CHECK-LABEL: func.func @an_output_that_may_overlap_an_operand_is_not_fused
// CHECK: call @agc_panel_f32_4x16(
// CHECK: linalg.generic
func.func @an_output_that_may_overlap_an_operand_is_not_fused(
    %a: memref<4x16xf32>, %b: memref<16x16xf32>, %d: memref<4x16xf32>) {
  %c = memref.alloc() : memref<4x16xf32>
  linalg.matmul ins(%a, %b : memref<4x16xf32>, memref<16x16xf32>) outs(%c : memref<4x16xf32>)
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%c : memref<4x16xf32>) outs(%d : memref<4x16xf32>) {
  ^bb0(%x: f32, %out: f32):
    %r = arith.negf %x : f32
    linalg.yield %r : f32
  }
  memref.dealloc %c : memref<4x16xf32>
  return
}

// -----

// CHECK-LABEL: func.func @integers_are_left_alone
// CHECK: linalg.matmul
func.func @integers_are_left_alone(%a: memref<4x5xi32>, %b: memref<5x6xi32>, %c: memref<4x6xi32>) {
  // expected-remark @below {{no nest for this contraction: the elements are not all f32 or all f64}}
  linalg.matmul ins(%a, %b : memref<4x5xi32>, memref<5x6xi32>) outs(%c : memref<4x6xi32>)
  return
}
