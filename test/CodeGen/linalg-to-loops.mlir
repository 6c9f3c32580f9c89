// RUN: agc-opt %s --agc-linalg-to-loops --canonicalize --cse | FileCheck %s
// RUN: agc-opt %s --agc-linalg-to-loops=chunk-elements=128 --canonicalize --cse | FileCheck %s --check-prefix=CHUNKS

#id1 = affine_map<(i) -> (i)>
#id2 = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
#column = affine_map<(i, j) -> (j)>

// Two dimensions that lie together are one loop: full steps, single vectors, a masked tail.
// CHECK-LABEL: @contiguous_pointwise_is_one_loop
// CHECK: memref.collapse_shape
// CHECK: scf.for {{.*}} step %c32
// CHECK-COUNT-4: vector.store {{.*}} vector<8xf32>
// CHECK: scf.for {{.*}} step %c8
// CHECK: scf.if
// CHECK: vector.maskedload
// CHECK: vector.maskedstore
func.func @contiguous_pointwise_is_one_loop(%x: memref<?x?xf32>, %y: memref<?x?xf32>) {
  linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel", "parallel"]}
    ins(%x : memref<?x?xf32>) outs(%y : memref<?x?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %b = arith.addf %a, %a : f32
    linalg.yield %b : f32
  }
  return
}

// Chunks are numbered by extents, and start at full steps. What is too small for two is not split.
// CHUNKS-LABEL: @contiguous_pointwise_is_one_loop
// CHUNKS: scf.forall (%[[CHUNK:.+]]) in (%{{.+}}) {
// CHUNKS: scf.for {{.*}} step %c32
// CHUNKS-LABEL: @static_extent_has_no_tail
// CHUNKS-NOT: scf.forall
// CHUNKS-LABEL: @uniform_operand_is_hoisted
// CHUNKS-LABEL: @rows_share_their_loop
// CHUNKS: scf.forall
// CHUNKS: memref.subview
// CHUNKS-NOT: scf.forall
// CHUNKS-LABEL: @zeros_in_between_share
// CHUNKS: scf.forall
// CHUNKS-NOT: scf.forall
// CHUNKS-LABEL: @transposed_use_does_not_share

// A static extent folds what does not happen.
// CHECK-LABEL: @static_extent_has_no_tail
// CHECK: scf.for %{{.*}} = %c0 to %c64 step %c32
// CHECK-NOT: masked
func.func @static_extent_has_no_tail(%x: memref<8x8xf32>) {
  linalg.generic {indexing_maps = [#id2], iterator_types = ["parallel", "parallel"]} outs(%x : memref<8x8xf32>) {
  ^bb0(%a: f32):
    %b = arith.addf %a, %a : f32
    linalg.yield %b : f32
  }
  return
}

// What is the same along a row is loaded once, before the row.
// CHECK-LABEL: @uniform_operand_is_hoisted
// CHECK: scf.for
// CHECK: memref.load
// CHECK: vector.broadcast
// CHECK: scf.for
// CHECK-NOT: memref.load
func.func @uniform_operand_is_hoisted(%x: memref<?x?xf32>, %r: memref<?xf32>) {
  linalg.generic {indexing_maps = [#row, #id2], iterator_types = ["parallel", "parallel"]}
    ins(%r : memref<?xf32>) outs(%x : memref<?x?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %b = arith.addf %a, %o : f32
    linalg.yield %b : f32
  }
  return
}

// Fixed lanes: 4 x 8, whatever the extent.
// CHECK-LABEL: @innermost_reduction_has_fixed_lanes
// CHECK: scf.for {{.*}} step %c32 iter_args({{.*}}) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>)
func.func @innermost_reduction_has_fixed_lanes(%x: memref<?xf32>, %s: memref<f32>) {
  linalg.generic {indexing_maps = [#id1, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
    ins(%x : memref<?xf32>) outs(%s : memref<f32>) {
  ^bb0(%a: f32, %o: f32):
    %b = arith.addf %a, %o : f32
    linalg.yield %b : f32
  }
  return
}

// An outer reduction runs in order for each of a vector of results.
// CHECK-LABEL: @outer_reduction_keeps_order
// CHECK: scf.for {{.*}} step %c32 {
// CHECK: scf.for {{.*}} step %c1 iter_args
// CHECK: arith.addf {{.*}} : vector<8xf32>
func.func @outer_reduction_keeps_order(%x: memref<?x?xf32>, %s: memref<?xf32>) {
  linalg.generic {indexing_maps = [#id2, #column], iterator_types = ["reduction", "parallel"]}
    ins(%x : memref<?x?xf32>) outs(%s : memref<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %b = arith.addf %a, %o : f32
    linalg.yield %b : f32
  }
  return
}

// Fill, reduction and use of the sum share the loop over rows.
// CHECK-LABEL: @rows_share_their_loop
// CHECK: scf.for %[[ROW:.+]] = %c0
// CHECK: memref.subview {{.*}}[%[[ROW]]]
// CHECK: memref.store
// CHECK: iter_args
// CHECK: arith.divf
// CHECK-NOT: scf.for {{.*}} iter_args
func.func @rows_share_their_loop(%x: memref<?x?xf32>, %s: memref<?xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%s : memref<?xf32>)
  linalg.generic {indexing_maps = [#id2, #row], iterator_types = ["parallel", "reduction"]}
    ins(%x : memref<?x?xf32>) outs(%s : memref<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %b = arith.addf %a, %o : f32
    linalg.yield %b : f32
  }
  linalg.generic {indexing_maps = [#row, #id2], iterator_types = ["parallel", "parallel"]}
    ins(%s : memref<?xf32>) outs(%x : memref<?x?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %b = arith.divf %o, %a : f32
    linalg.yield %b : f32
  }
  return
}

// The zeros of a second sum meet no buffer of the ops before: they join with the sum that they are for.
// CHECK-LABEL: @zeros_in_between_share
// CHECK-SAME: %[[T:[a-z0-9]+]]: memref<?xf32>)
// CHECK: scf.for %[[ROW:.+]] = %c0
// CHECK: memref.subview %[[T]][%[[ROW]]]
func.func @zeros_in_between_share(%x: memref<?x?xf32>, %y: memref<?x?xf32>, %s: memref<?xf32>, %t: memref<?xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%s : memref<?xf32>)
  linalg.generic {indexing_maps = [#id2, #row], iterator_types = ["parallel", "reduction"]}
    ins(%x : memref<?x?xf32>) outs(%s : memref<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %b = arith.addf %a, %o : f32
    linalg.yield %b : f32
  }
  linalg.generic {indexing_maps = [#id2, #row, #id2], iterator_types = ["parallel", "parallel"]}
    ins(%x, %s : memref<?x?xf32>, memref<?xf32>) outs(%y : memref<?x?xf32>) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %b = arith.divf %a, %m : f32
    linalg.yield %b : f32
  }
  linalg.fill ins(%zero : f32) outs(%t : memref<?xf32>)
  linalg.generic {indexing_maps = [#id2, #row], iterator_types = ["parallel", "reduction"]}
    ins(%y : memref<?x?xf32>) outs(%t : memref<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %b = arith.addf %a, %o : f32
    linalg.yield %b : f32
  }
  return
}

// The second op reads rows that the first has yet to write: no shared loop.
// CHECK-LABEL: @transposed_use_does_not_share
// CHECK: memref.store
// CHECK-NOT: memref.subview
// CHECK: return
func.func @transposed_use_does_not_share(%x: memref<?x?xf32>, %y: memref<?x?xf32>, %s: memref<?xf32>) {
  linalg.generic {indexing_maps = [#id2, #row], iterator_types = ["parallel", "reduction"]}
    ins(%x : memref<?x?xf32>) outs(%s : memref<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %b = arith.addf %a, %o : f32
    linalg.yield %b : f32
  }
  linalg.generic {indexing_maps = [#column, #id2], iterator_types = ["parallel", "parallel"]}
    ins(%s : memref<?xf32>) outs(%y : memref<?x?xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  }
  return
}

// Places of a workspace: those apart share a loop, one that is used again does not.
// CHECK-LABEL: @workspace_places_apart_share
// CHECK: scf.for
// CHECK: memref.subview
// CHECK: return
func.func @workspace_places_apart_share(%x: memref<8x64xf32>, %w: memref<?xi8>) {
  %c0 = arith.constant 0 : index
  %c2048 = arith.constant 2048 : index
  %y = memref.view %w[%c0][] : memref<?xi8> to memref<8x64xf32>
  %s = memref.view %w[%c2048][] : memref<?xi8> to memref<8xf32>
  linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel", "parallel"]}
    ins(%x : memref<8x64xf32>) outs(%y : memref<8x64xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  }
  linalg.generic {indexing_maps = [#id2, #row], iterator_types = ["parallel", "reduction"]}
    ins(%y : memref<8x64xf32>) outs(%s : memref<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %b = arith.addf %a, %o : f32
    linalg.yield %b : f32
  }
  return
}

// CHECK-LABEL: @workspace_place_used_again_does_not_share
// CHECK-NOT: memref.subview
// CHECK: return
func.func @workspace_place_used_again_does_not_share(%x: memref<8x64xf32>, %s: memref<8xf32>, %w: memref<?xi8>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %y = memref.view %w[%c0][] : memref<?xi8> to memref<8x64xf32>
  %z = memref.view %w[%c128][] : memref<?xi8> to memref<8x64xf32>
  linalg.generic {indexing_maps = [#id2, #row], iterator_types = ["parallel", "reduction"]}
    ins(%y : memref<8x64xf32>) outs(%s : memref<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %b = arith.addf %a, %o : f32
    linalg.yield %b : f32
  }
  linalg.generic {indexing_maps = [#row, #id2], iterator_types = ["parallel", "parallel"]}
    ins(%s : memref<8xf32>) outs(%z : memref<8x64xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  }
  return
}

// A vector of i1 is packed, a buffer of i1 is not.
// CHECK-LABEL: @truth_values_are_bytes
// CHECK: builtin.unrealized_conversion_cast {{.*}} : memref<?xi1> to memref<?xi8>
// CHECK: vector.store {{.*}} : memref<?xi8>
func.func @truth_values_are_bytes(%x: memref<?xf32>, %y: memref<?xi1>) {
  linalg.generic {indexing_maps = [#id1, #id1], iterator_types = ["parallel"]}
    ins(%x : memref<?xf32>) outs(%y : memref<?xi1>) {
  ^bb0(%a: f32, %o: i1):
    %b = arith.cmpf uno, %a, %a : f32
    linalg.yield %b : i1
  }
  return
}

// A strided copy must not reach the runtime library that upstream calls for it.
// CHECK-LABEL: @strided_copy_is_a_loop
// CHECK-NOT: memref.copy
// CHECK: vector.store
func.func @strided_copy_is_a_loop(%x: memref<?x?xf32, strided<[?, 1]>>, %y: memref<?x?xf32>) {
  memref.copy %x, %y : memref<?x?xf32, strided<[?, 1]>> to memref<?x?xf32>
  return
}

// What masked lanes hold must not be divided by.
// CHECK-LABEL: @integer_division_stays_scalar
// CHECK-NOT: vector
// CHECK: arith.divsi {{.*}} : i32
func.func @integer_division_stays_scalar(%x: memref<?xi32>, %y: memref<?xi32>) {
  linalg.generic {indexing_maps = [#id1, #id1], iterator_types = ["parallel"]}
    ins(%x : memref<?xi32>) outs(%y : memref<?xi32>) {
  ^bb0(%a: i32, %o: i32):
    %b = arith.divsi %o, %a : i32
    linalg.yield %b : i32
  }
  return
}

// A tensor op is of a higher level and stays.
// CHECK-LABEL: @tensors_stay
// CHECK: linalg.generic
func.func @tensors_stay(%x: tensor<?xf32>) -> tensor<?xf32> {
  %r = linalg.generic {indexing_maps = [#id1], iterator_types = ["parallel"]} outs(%x : tensor<?xf32>) {
  ^bb0(%a: f32):
    %b = arith.addf %a, %a : f32
    linalg.yield %b : f32
  } -> tensor<?xf32>
  return %r : tensor<?xf32>
}

// 64 MiB of results: no cache holds them until they are read. They are stored past the caches if they
// are aligned.
// CHECK-LABEL: @large_results_go_past_the_caches
// CHECK: memref.extract_aligned_pointer_as_index
// CHECK: scf.if
// CHECK: vector.store {{.*}} {alignment = 32 : i64, nontemporal = true}
// CHECK: llvm.fence seq_cst
// CHECK: else
// CHECK-NOT: nontemporal
func.func @large_results_go_past_the_caches(%x: memref<16777216xf32>, %y: memref<16777216xf32>) {
  linalg.generic {indexing_maps = [#id1, #id1], iterator_types = ["parallel"]}
    ins(%x : memref<16777216xf32>) outs(%y : memref<16777216xf32>) {
  ^bb0(%a: f32, %o: f32):
    %b = arith.negf %a : f32
    linalg.yield %b : f32
  }
  return
}

// What is read is near: nothing is gained by storing it elsewhere.
// CHECK-LABEL: @results_that_are_read_stay_in_the_caches
// CHECK-NOT: nontemporal
// CHECK: return
func.func @results_that_are_read_stay_in_the_caches(%x: memref<16777216xf32>) {
  linalg.generic {indexing_maps = [#id1], iterator_types = ["parallel"]} outs(%x : memref<16777216xf32>) {
  ^bb0(%a: f32):
    %b = arith.negf %a : f32
    linalg.yield %b : f32
  }
  return
}

// A row that is written again before its loop ends is on the stack until then; so large a result is
// stored past the caches, and one fence ends all rows.
// CHECK-LABEL: @rows_that_are_rewritten
// CHECK-DAG: %[[ROW:.+]] = memref.alloca() {{.*}} : memref<1024xf32>
// CHECK-DAG: %[[PAST:.+]] = arith.cmpi uge
// CHECK: scf.for
// CHECK: vector.store %{{.+}}, %[[ROW]]
// CHECK: %[[ALL:.+]] = arith.andi %[[PAST]]
// CHECK: scf.if %[[ALL]]
// CHECK: vector.load %[[ROW]]
// CHECK: vector.store {{.*}} {alignment = 32 : i64, nontemporal = true}
// CHECK-NOT: llvm.fence
// CHECK: else
// CHECK: scf.if %[[PAST]]
// CHECK-NEXT: llvm.fence seq_cst
func.func @rows_that_are_rewritten(%x: memref<?x1024xf32>, %y: memref<?x1024xf32>, %s: memref<?xf32>) {
  linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel", "parallel"]}
    ins(%x : memref<?x1024xf32>) outs(%y : memref<?x1024xf32>) {
  ^bb0(%a: f32, %o: f32):
    %b = math.exp %a : f32
    linalg.yield %b : f32
  }
  linalg.generic {indexing_maps = [#id2, #row], iterator_types = ["parallel", "reduction"]}
    ins(%y : memref<?x1024xf32>) outs(%s : memref<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %b = arith.addf %o, %a : f32
    linalg.yield %b : f32
  }
  linalg.generic {indexing_maps = [#id2, #row, #id2], iterator_types = ["parallel", "parallel"]}
    ins(%y, %s : memref<?x1024xf32>, memref<?xf32>) outs(%y : memref<?x1024xf32>) {
  ^bb0(%a: f32, %c: f32, %o: f32):
    %b = arith.divf %a, %c : f32
    linalg.yield %b : f32
  }
  return
}

// What the first op finds in such a row is where it was, not on the stack.
// CHECK-LABEL: @rewritten_rows_are_read_first
// CHECK-SAME: (%[[Y:[a-z0-9]+]]: memref<8x128xf32>
// CHECK: %[[ROW:.+]] = memref.alloca() {{.*}} : memref<128xf32>
// CHECK: %[[OLD:.+]] = memref.subview %[[Y]]
// CHECK-NOT: vector.load %[[ROW]]
// CHECK: vector.load %[[OLD]]
// CHECK: vector.store %{{.+}}, %[[ROW]]
// CHECK: vector.load %[[ROW]]
func.func @rewritten_rows_are_read_first(%y: memref<8x128xf32>, %s: memref<8xf32>) {
  linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel", "parallel"]}
    ins(%y : memref<8x128xf32>) outs(%y : memref<8x128xf32>) {
  ^bb0(%a: f32, %o: f32):
    %b = math.exp %a : f32
    linalg.yield %b : f32
  }
  linalg.generic {indexing_maps = [#id2, #row], iterator_types = ["parallel", "reduction"]}
    ins(%y : memref<8x128xf32>) outs(%s : memref<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %b = arith.addf %o, %a : f32
    linalg.yield %b : f32
  }
  linalg.generic {indexing_maps = [#id2, #row, #id2], iterator_types = ["parallel", "parallel"]}
    ins(%y, %s : memref<8x128xf32>, memref<8xf32>) outs(%y : memref<8x128xf32>) {
  ^bb0(%a: f32, %c: f32, %o: f32):
    %b = arith.divf %a, %c : f32
    linalg.yield %b : f32
  }
  return
}
