// RUN: agc-opt %s --agc-contract-nest --canonicalize --cse --split-input-file --verify-diagnostics | FileCheck %s
// RUN: agc-opt %s --agc-contract-nest='vector-bits=512 registers=32' --canonicalize --cse --split-input-file | FileCheck %s --check-prefix=WIDE

// 64 rows are 9 panels of 6 and 2 of 5; nothing is packed, and the fill is the first block's start.
// CHECK-LABEL: func.func @static_extents_fold
// CHECK-NOT: linalg
// CHECK-NOT: scf
// CHECK: call @agc_panel_f32_6x16_low({{.*}}%true, %false, %true)
// CHECK-NEXT: return
// Where row panels come one by one, one call still has all of them.
// WIDE-LABEL: func.func @static_extents_fold
// WIDE-NOT: scf
// WIDE: call @agc_panel_f32_13x32_low({{.*}}%true, %false, %true)
// WIDE-NEXT: return
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
// CHECK: call @agc_panel_f32_6x16({{.*}}%false, %false, %true)
func.func @without_a_fill_c_accumulates(%a: memref<6x8xf32>, %b: memref<8x16xf32>,
                                        %c: memref<6x16xf32>) {
  linalg.matmul ins(%a, %b : memref<6x8xf32>, memref<8x16xf32>) outs(%c : memref<6x16xf32>)
  return
}

// -----

// 520 steps are two chains of no more than 512: the first starts with what C holds, and the other
// from zero, and is added.
// CHECK-LABEL: func.func @long_sums_are_chains
// CHECK: scf.for %[[K:.+]] = %c0 to %c520 step %c272
// CHECK: %[[LATER:.+]] = arith.cmpi ne, %[[K]], %c0
// CHECK: func.call @agc_panel_f32_6x16({{.*}}, %[[LATER]], %[[LATER]], %{{.+}})
func.func @long_sums_are_chains(%a: memref<12x520xf32>, %b: memref<520x16xf32>,
                                %c: memref<12x16xf32>) {
  linalg.matmul ins(%a, %b : memref<12x520xf32>, memref<520x16xf32>) outs(%c : memref<12x16xf32>)
  return
}

// -----

#ikm = affine_map<(m, n, i, k) -> (i, k, m)>
#kin = affine_map<(m, n, i, k) -> (k, i, n)>
#mn = affine_map<(m, n, i, k) -> (m, n)>
// A chain of 480 of the 7200 steps goes on in the next trip of the outer loop, in scratch.
// CHECK-LABEL: func.func @chains_over_several_loops
// CHECK: %[[SCRATCH:.+]] = memref.alloc()
// CHECK: scf.for %{{.+}} = %c0 to %c12
// CHECK: arith.ceildivui %{{.+}}, %c480
// CHECK: scf.for
// CHECK: func.call @agc_panel_f32_6x16(
// CHECK: scf.if
// CHECK: memref.load %[[SCRATCH]]
// CHECK: arith.addf
func.func @chains_over_several_loops(%a: memref<12x600x6xf32>, %b: memref<600x12x16xf32>,
                                     %c: memref<6x16xf32>) {
  linalg.generic {indexing_maps = [#ikm, #kin, #mn],
                  iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%a, %b : memref<12x600x6xf32>, memref<600x12x16xf32>) outs(%c : memref<6x16xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %sum = math.fma %x, %y, %z : f32
    linalg.yield %sum : f32
  }
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

#xk = affine_map<(d0, d1) -> (d1)>
#wnk = affine_map<(d0, d1) -> (d0, d1)>
#yn = affine_map<(d0, d1) -> (d0)>
// Nothing is packed for one row: its sums are in lanes, along k where the matrix lies so.
// CHECK-LABEL: func.func @matrix_times_vector
// CHECK-NOT: memref.alloc
// CHECK: call @agc_panel_f32_1x16_16lanes_depth_adjacent(
func.func @matrix_times_vector(%w: memref<30x70xf32>, %x: memref<70xf32>, %y: memref<30xf32>) {
  linalg.generic {indexing_maps = [#wnk, #xk, #yn], iterator_types = ["parallel", "reduction"]}
      ins(%w, %x : memref<30x70xf32>, memref<70xf32>) outs(%y : memref<30xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %sum = math.fma %a, %b, %c : f32
    linalg.yield %sum : f32
  }
  return
}

// -----

#k = affine_map<(d0) -> (d0)>
#none = affine_map<(d0) -> ()>
// Of equal inputs there is one.
// CHECK-LABEL: func.func @vector_times_itself
// CHECK: call @agc_panel_f32_1x16_16lanes_depth_adjacent(%[[X:[^,]+]], %c0, %c0, %c1, %c0, %c0, %[[X]],
func.func @vector_times_itself(%x: memref<70xf32>, %y: memref<f32>) {
  linalg.generic {indexing_maps = [#k, #none], iterator_types = ["reduction"]}
      ins(%x : memref<70xf32>) outs(%y : memref<f32>) {
  ^bb0(%a: f32, %c: f32):
    %sum = math.fma %a, %a, %c : f32
    linalg.yield %sum : f32
  }
  return
}

// -----

// As many rows as there are known when it runs: few are summed in lanes, as known ones are,
// and more in half as many.
// CHECK-LABEL: func.func @few_rows_perhaps
// CHECK: arith.cmpi ult, %{{.*}}, %c1048577
// CHECK: arith.cmpi ult, %{{.*}}, %c4
// CHECK: scf.if
// CHECK: call @agc_panel_f32_1x16_16lanes_lines_adjacent_apart(
// CHECK: call @agc_panel_f32_3x16_16lanes_lines_adjacent_apart(
// CHECK: } else {
// CHECK: arith.cmpi ult, %{{.*}}, %c9
// CHECK: scf.if
// CHECK: call @agc_panel_f32_4x16_8lanes_lines_adjacent_apart(
// CHECK: call @agc_panel_f32_3x16_8lanes_lines_adjacent_low_apart(
// CHECK: } else {
// CHECK: call @agc_panel_f32_4x16_low_apart
func.func @few_rows_perhaps(%a: memref<?x80xf32>, %b: memref<80x32xf32>, %c: memref<?x32xf32>) {
  linalg.matmul ins(%a, %b : memref<?x80xf32>, memref<80x32xf32>) outs(%c : memref<?x32xf32>)
  return
}

// -----

// Seven rows, some of which are a lower panel, and no more than a million products.
// CHECK-LABEL: func.func @few_rows
// CHECK-NOT: scf
// CHECK: call @agc_panel_f32_4x16_8lanes_lines_adjacent_low({{.*}}, %c1, %c1, %c2, %c0, %false, %false, %true)
// CHECK-LABEL: func.func @few_rows_of_many_products
// CHECK-NOT: call @agc_panel_f32_{{.*}}lanes_
// CHECK: return
func.func @few_rows(%a: memref<7x80xf32>, %b: memref<80x32xf32>, %c: memref<7x32xf32>) {
  linalg.matmul ins(%a, %b : memref<7x80xf32>, memref<80x32xf32>) outs(%c : memref<7x32xf32>)
  return
}
func.func @few_rows_of_many_products(%a: memref<3x700xf32>, %b: memref<700x512xf32>,
                                     %c: memref<3x512xf32>) {
  linalg.matmul ins(%a, %b : memref<3x700xf32>, memref<700x512xf32>) outs(%c : memref<3x512xf32>)
  return
}

// -----

#km = affine_map<(m, n, k) -> (k, m)>
#kn = affine_map<(m, n, k) -> (k, n)>
#mn = affine_map<(m, n, k) -> (m, n)>
// Three columns leave a register idle: they become rows, since rows lie side by side in A.
// CHECK-LABEL: func.func @few_columns_become_rows
// CHECK: call @agc_panel_f32_3x16_strided(
func.func @few_columns_become_rows(%a: memref<60x40xf32>, %b: memref<60x3xf32>, %c: memref<40x3xf32>) {
  linalg.generic {indexing_maps = [#km, #kn, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : memref<60x40xf32>, memref<60x3xf32>) outs(%c : memref<40x3xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %sum = math.fma %x, %y, %z : f32
    linalg.yield %sum : f32
  }
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

// -----

// Rows of A an unknown stride apart: three registers for distances, and a start for each seven rows.
// CHECK-LABEL: func.func @rows_an_unknown_stride_apart
// CHECK: call @agc_panel_f32_6x16_low_far_apart(
// CHECK-LABEL: func.func private @agc_panel_f32_6x16_low_far_apart
// CHECK-COUNT-4: llvm.inline_asm "", "=r,0"
// CHECK-NOT: llvm.inline_asm
// CHECK-COUNT-6: llvm.load
// CHECK-NOT: llvm.load
// CHECK: scf.yield
// WIDE-LABEL: func.func private @agc_panel_f32_13x32_low_far_apart
// WIDE-COUNT-5: llvm.inline_asm "", "=r,0"
// WIDE-NOT: llvm.inline_asm
// WIDE-COUNT-13: llvm.load
// WIDE-NOT: llvm.load
// WIDE: scf.yield
func.func @rows_an_unknown_stride_apart(%a: memref<?x?xf32>, %b: memref<?x8xf32>, %c: memref<?x8xf32>) {
  linalg.matmul ins(%a, %b : memref<?x?xf32>, memref<?x8xf32>) outs(%c : memref<?x8xf32>)
  return
}

// -----

#km = affine_map<(m, n, k) -> (k, m)>
#kn = affine_map<(m, n, k) -> (k, n)>
#mn = affine_map<(m, n, k) -> (m, n)>
// Rows side by side, in an A that leaves the near caches, are packed for 72 columns already.
// CHECK-LABEL: func.func @far_rows_are_packed
// CHECK: call @agc_pack_f32_6_lines(
// CHECK: call @agc_panel_f32_{{[456]x16.*}}_packed
func.func @far_rows_are_packed(%a: memref<512x600xf32>, %b: memref<512x72xf32>, %c: memref<600x72xf32>) {
  linalg.generic {indexing_maps = [#km, #kn, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : memref<512x600xf32>, memref<512x72xf32>) outs(%c : memref<600x72xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %sum = math.fma %x, %y, %z : f32
    linalg.yield %sum : f32
  }
  return
}

// -----

// Four rows leave registers for the columns behind a full panel: three in one tile.
// CHECK-LABEL: func.func @columns_behind_a_full_panel
// CHECK-LABEL: func.func private @agc_panel_f32_4x16
// CHECK: vector.create_mask
// CHECK: scf.for {{.*}} -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>)
func.func @columns_behind_a_full_panel(%a: memref<4x60xf32>, %b: memref<60x21xf32>, %c: memref<4x21xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%c : memref<4x21xf32>)
  linalg.matmul ins(%a, %b : memref<4x60xf32>, memref<60x21xf32>) outs(%c : memref<4x21xf32>)
  return
}

// -----

// A B that leaves the nearest cache is packed where enough rows read it.
// WIDE-LABEL: func.func @many_rows_read_packed_columns
// WIDE: call @agc_pack_f32_32_lines(
// WIDE-LABEL: func.func @fewer_rows_do_not
// WIDE-NOT: call @agc_pack
// WIDE: return
func.func @many_rows_read_packed_columns(%a: memref<200x300xf32>, %b: memref<300x256xf32>, %c: memref<200x256xf32>) {
  linalg.matmul ins(%a, %b : memref<200x300xf32>, memref<300x256xf32>) outs(%c : memref<200x256xf32>)
  return
}
func.func @fewer_rows_do_not(%a: memref<100x300xf32>, %b: memref<300x256xf32>, %c: memref<100x256xf32>) {
  linalg.matmul ins(%a, %b : memref<100x300xf32>, memref<300x256xf32>) outs(%c : memref<100x256xf32>)
  return
}

// -----

#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
// Where k runs along both operands' memory, few rows are packed instead of many columns.
// WIDE-LABEL: func.func @few_rows_are_turned
// WIDE: call @agc_pack_f32_32_depth({{.*}}%c16,
// WIDE: call @agc_panel_f32_10x32_single_exchanged_strided(
// Loads join halves of two rows, where shuffles would.
// WIDE-LABEL: func.func private @agc_pack_f32_32_depth
// WIDE-COUNT-32: vector.load {{.*}}vector<8xf32>
// WIDE-LABEL: func.func private @agc_panel_f32_10x32_single_exchanged_strided
// WIDE-NOT: vector.scatter
// WIDE-COUNT-16: vector.maskedstore
func.func @few_rows_are_turned(%a: memref<16x70xf32>, %b: memref<40x70xf32>, %c: memref<16x40xf32>) {
  linalg.generic {indexing_maps = [#mk, #nk, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : memref<16x70xf32>, memref<40x70xf32>) outs(%c : memref<16x40xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %sum = math.fma %x, %y, %z : f32
    linalg.yield %sum : f32
  }
  return
}

// -----

#km = affine_map<(m, n, k) -> (k, m)>
#kn = affine_map<(m, n, k) -> (k, n)>
#mn = affine_map<(m, n, k) -> (m, n)>
// Rows side by side in an A that the nearest cache holds are not packed.
// WIDE-LABEL: func.func @near_rows_are_not_packed
// WIDE-NOT: call @agc_pack
// WIDE: return
func.func @near_rows_are_not_packed(%a: memref<40x200xf32>, %b: memref<40x300xf32>, %c: memref<200x300xf32>) {
  linalg.generic {indexing_maps = [#km, #kn, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : memref<40x200xf32>, memref<40x300xf32>) outs(%c : memref<200x300xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %sum = math.fma %x, %y, %z : f32
    linalg.yield %sum : f32
  }
  return
}

// -----

// Eight columns behind a full panel: lower tiles of three registers, not a tile of their own.
// WIDE-LABEL: func.func @tiles_of_three_registers
// WIDE: call @agc_panel_f32_8x32(
// WIDE-NEXT: return
func.func @tiles_of_three_registers(%a: memref<40x20xf32>, %b: memref<20x40xf32>, %c: memref<40x40xf32>) {
  linalg.matmul ins(%a, %b : memref<40x20xf32>, memref<20x40xf32>) outs(%c : memref<40x40xf32>)
  return
}
