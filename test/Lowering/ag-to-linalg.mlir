// Ops of ag become linalg on tensors, family by family.
// RUN: agc-opt %s --ag-to-linalg --canonicalize | FileCheck %s

// CHECK-LABEL: func @map_bool_is_a_byte
// CHECK-SAME: %{{.*}}: tensor<4xi8>
func.func @map_bool_is_a_byte(%c: tensor<4xi1>, %x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: linalg.generic
  // CHECK: %[[C:.+]] = arith.trunci %{{.+}} : i8 to i1
  // CHECK-NEXT: arith.select %[[C]]
  %0 = ag.map where(%c, %x, %y) : (tensor<4xi1>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: func @default_alpha_costs_nothing
func.func @default_alpha_costs_nothing(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK-NOT: arith.mulf
  %0 = ag.map add(%x, %y) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: func @half_rounds_once_an_op
// CHECK-SAME: tensor<4x5xi16>) -> tensor<4xi16>
func.func @half_rounds_once_an_op(%x: tensor<4x5xbf16>) -> tensor<4xbf16> {
  // CHECK: arith.bitcast %{{.+}} : i16 to bf16
  // CHECK: arith.extf
  // CHECK: math.exp %{{.+}} : f32
  // CHECK: arith.truncf
  %0 = ag.map sigmoid(%x) : (tensor<4x5xbf16>) -> tensor<4x5xbf16>
  // CHECK: linalg.fill {{.*}} -> tensor<4xf32>
  %1 = ag.reduce sum(%0) dims [1] : tensor<4x5xbf16> -> tensor<4xbf16>
  return %1 : tensor<4xbf16>
}

// CHECK-LABEL: func @unknown_extents_that_must_agree
func.func @unknown_extents_that_must_agree(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  // CHECK: cf.assert %{{.+}}, "extents that must agree differ" {agc.format = "extents that must agree are %lld and %lld", agc.status = 6 : i32}
  %0 = ag.map mul(%x, %y) : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func @contraction
func.func @contraction(%a: tensor<4x5xf32>, %b: tensor<6x5xf32>) -> tensor<4x6xf32> {
  // CHECK: linalg.fill
  // CHECK: linalg.generic {{.*}}iterator_types = ["parallel", "parallel", "reduction"]
  %0 = ag.contract "mk,nk->mn"(%a, %b) : (tensor<4x5xf32>, tensor<6x5xf32>) -> tensor<4x6xf32>
  return %0 : tensor<4x6xf32>
}

// CHECK-LABEL: func @integer_division_is_checked_and_safe
func.func @integer_division_is_checked_and_safe(%x: tensor<4x5xi32>, %y: tensor<5xi32>) -> tensor<4x5xi32> {
  // Only the divisor is looked at.
  // CHECK: linalg.generic {{.*}}iterator_types = ["reduction"]
  // CHECK: cf.assert %{{.+}}, "ZeroDivisionError" {agc.status = 11 : i32}
  // CHECK: %[[SAFE:.+]] = arith.select %{{.+}}, %c1_i32, %{{.+}} : i32
  // CHECK: arith.remsi %{{.+}}, %[[SAFE]] : i32
  %0 = ag.map fmod(%x, %y) : (tensor<4x5xi32>, tensor<5xi32>) -> tensor<4x5xi32>
  return %0 : tensor<4x5xi32>
}

// CHECK-LABEL: func @position_is_a_second_result
func.func @position_is_a_second_result(%x: tensor<4x?xf32>) -> tensor<4xi64> {
  // CHECK: cf.assert %{{.+}}, "argmax(): Expected reduction dim 1 to have non-zero size." {agc.status = 6 : i32}
  // CHECK: %{{.+}}:2 = linalg.generic {{.*}}iterator_types = ["parallel", "reduction"]
  %0 = ag.reduce_index argmax(%x) dim 1 : tensor<4x?xf32> -> tensor<4xi64>
  return %0 : tensor<4xi64>
}

// CHECK-LABEL: func @scan_accumulates_wide_from_the_end
func.func @scan_accumulates_wide_from_the_end(%x: tensor<4x5xf32>) -> tensor<4x5xf32> {
  // CHECK: scf.for
  // CHECK: scf.for %[[I:.+]] = {{.*}} iter_args(%[[ACC:.+]] = %{{.+}}, %{{.+}} = %{{.+}}) -> (f64, tensor<4x5xf32>)
  // CHECK: arith.subi %c4, %[[I]]
  // CHECK: arith.addf %[[ACC]], %{{.+}} : f64
  %0 = ag.scan cumsum(%x) dim 1 reverse : (tensor<4x5xf32>) -> tensor<4x5xf32>
  return %0 : tensor<4x5xf32>
}

// CHECK-LABEL: func @index_is_checked_and_safe
func.func @index_is_checked_and_safe(%x: tensor<4x5xf32>, %i: tensor<4x1xi64>) -> tensor<4x1xf32> {
  // CHECK: %[[GREATEST:.+]] = tensor.extract
  // CHECK: %[[INSIDE:.+]] = arith.cmpi ult, %[[GREATEST]], %c5_i64 : i64
  // CHECK: cf.assert %[[INSIDE]], "an index is out of range for dim 1" {agc.format = "index %lld is out of range for dim 1 of size %lld", agc.status = 10 : i32}
  // CHECK: arith.select
  // CHECK: tensor.extract
  %0 = ag.gather %x, %i dim 1 : (tensor<4x5xf32>, tensor<4x1xi64>) -> tensor<4x1xf32>
  return %0 : tensor<4x1xf32>
}

// CHECK-LABEL: func @half_contraction_is_one_of_f32
func.func @half_contraction_is_one_of_f32(%a: tensor<4x5xf16>, %b: tensor<5x6xf16>) -> tensor<4x6xf16> {
  // CHECK: linalg.generic {{.*}}iterator_types = ["parallel", "parallel", "reduction"]} ins(%{{.+}} : tensor<4x5xf32>, tensor<5x6xf32>)
  // CHECK: arith.truncf
  %0 = ag.contract "mk,kn->mn"(%a, %b) : (tensor<4x5xf16>, tensor<5x6xf16>) -> tensor<4x6xf16>
  return %0 : tensor<4x6xf16>
}

// CHECK-LABEL: func @repeated_index_is_read_where_it_stands
func.func @repeated_index_is_read_where_it_stands(%x: tensor<9x64xf32>, %i: tensor<4x1xi64>) -> tensor<4x64xf32> {
  // CHECK: linalg.generic {{.*}}iterator_types = ["reduction", "reduction"]} ins(%{{.+}} : tensor<4x1xi64>)
  // CHECK: linalg.generic {{.*}}iterator_types = ["parallel", "parallel"]} ins(%{{.+}} : tensor<4x1xi64>)
  // CHECK: tensor.extract
  %0 = ag.expand %i : tensor<4x1xi64> to tensor<4x64xi64>
  %1 = ag.gather %x, %0 dim 0 : (tensor<9x64xf32>, tensor<4x64xi64>) -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}
