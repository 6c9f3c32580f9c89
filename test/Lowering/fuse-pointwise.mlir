// Pointwise producers move into what reads them; what is costly is not computed twice for it.
// RUN: agc-opt %s --ag-fuse-pointwise --canonicalize | FileCheck %s

#same = affine_map<(i) -> (i)>
#none = affine_map<(i) -> ()>

// CHECK-LABEL: func @chain
// CHECK: linalg.generic
// CHECK: math.exp
// CHECK: arith.negf
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @chain(%x: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %0 = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel"]}
      ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %1 = math.exp %a : f32
    linalg.yield %1 : f32
  } -> tensor<8xf32>
  %2 = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel"]}
      ins(%0 : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %3 = arith.negf %a : f32
    linalg.yield %3 : f32
  } -> tensor<8xf32>
  return %2 : tensor<8xf32>
}

// CHECK-LABEL: func @into_a_reduction
// CHECK: linalg.generic {{.*}}iterator_types = ["reduction"]
// CHECK: math.exp
// CHECK: arith.addf
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @into_a_reduction(%x: tensor<8xf32>, %init: tensor<f32>) -> tensor<f32> {
  %e = tensor.empty() : tensor<8xf32>
  %0 = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel"]}
      ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %1 = math.exp %a : f32
    linalg.yield %1 : f32
  } -> tensor<8xf32>
  %2 = linalg.generic {indexing_maps = [#same, #none], iterator_types = ["reduction"]}
      ins(%0 : tensor<8xf32>) outs(%init : tensor<f32>) {
  ^bb0(%a: f32, %o: f32):
    %3 = arith.addf %a, %o : f32
    linalg.yield %3 : f32
  } -> tensor<f32>
  return %2 : tensor<f32>
}

// No result varies with a loop that reduces, where what told its extent folds to a number.
// CHECK-LABEL: func @sum_of_a_number_that_is_read_again
// CHECK: %[[NUMBERS:.+]] = linalg.generic {{.*}}iterator_types = ["parallel", "parallel"]
// CHECK: %[[SUM:.+]] = linalg.generic {indexing_maps = [#{{.+}}, #{{.+}}], iterator_types = ["reduction", "reduction"]}
// CHECK-SAME: ins(%{{.+}} : tensor<2x3xf64>) outs(%{{.+}} : tensor<f64>)
// CHECK: arith.addf %{{.+}}, %{{cst.*}} : f64
// CHECK: return %[[NUMBERS]], %[[SUM]]
#transposed = affine_map<(i, j) -> (j, i)>
#straight = affine_map<(i, j) -> (i, j)>
#scalar = affine_map<(i, j) -> ()>
func.func @sum_of_a_number_that_is_read_again(%init: tensor<f64>) -> (tensor<2x3xf64>, tensor<f64>) {
  %twos = arith.constant dense<2.0> : tensor<3x2xf64>
  %e = tensor.empty() : tensor<2x3xf64>
  %0 = linalg.generic {indexing_maps = [#transposed, #straight], iterator_types = ["parallel", "parallel"]}
      ins(%twos : tensor<3x2xf64>) outs(%e : tensor<2x3xf64>) {
  ^bb0(%a: f64, %o: f64):
    linalg.yield %a : f64
  } -> tensor<2x3xf64>
  %1 = linalg.generic {indexing_maps = [#straight, #scalar], iterator_types = ["reduction", "reduction"]}
      ins(%0 : tensor<2x3xf64>) outs(%init : tensor<f64>) {
  ^bb0(%a: f64, %o: f64):
    %2 = arith.addf %o, %a : f64
    linalg.yield %2 : f64
  } -> tensor<f64>
  return %0, %1 : tensor<2x3xf64>, tensor<f64>
}

// A sum that several read is computed once: the next sum would otherwise add all before it again.
// CHECK-LABEL: func @residual_stream
// CHECK: %[[FIRST:.+]] = linalg.generic
// CHECK: %[[SECOND:.+]] = linalg.generic {{.*}} ins(%[[FIRST]], %{{.+}} :
// CHECK: linalg.generic {{.*}} ins(%[[SECOND]] :
// CHECK-NEXT: ^bb0
// CHECK-NEXT: math.exp
// CHECK-NOT: linalg.generic
// CHECK: return %[[FIRST]], %[[SECOND]], %{{.+}}
func.func @residual_stream(%x: tensor<8xf32>, %y: tensor<8xf32>, %z: tensor<8xf32>)
    -> (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) {
  %e = tensor.empty() : tensor<8xf32>
  %0 = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel"]}
      ins(%x, %y : tensor<8xf32>, tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  %1 = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel"]}
      ins(%0, %z : tensor<8xf32>, tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  %2 = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel"]}
      ins(%1 : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = math.exp %a : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  return %0, %1, %2 : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
}

// CHECK-LABEL: func @square_of_a_difference
// CHECK: linalg.generic
// CHECK: arith.subf
// CHECK: arith.mulf
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @square_of_a_difference(%x: tensor<8xf32>, %y: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %0 = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel"]}
      ins(%x, %y : tensor<8xf32>, tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.subf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  %1 = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel"]}
      ins(%0, %0 : tensor<8xf32>, tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.mulf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  return %1 : tensor<8xf32>
}

// Steps of a chain that are all wanted: each computes a few before it again, none all of them.
// CHECK-LABEL: func @steps_of_a_chain
// CHECK-COUNT-21: arith.mulf
// CHECK-NOT: arith.mulf
// CHECK: return
func.func @steps_of_a_chain(%0: tensor<8xf32>)
    -> (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) {
  %two = arith.constant 2.0 : f32
  %e = tensor.empty() : tensor<8xf32>
  %1 = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel"]}
      ins(%0 : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.mulf %a, %two : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  %2 = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel"]}
      ins(%1 : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.mulf %a, %two : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  %3 = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel"]}
      ins(%2 : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.mulf %a, %two : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  %4 = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel"]}
      ins(%3 : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.mulf %a, %two : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  %5 = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel"]}
      ins(%4 : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.mulf %a, %two : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  %6 = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel"]}
      ins(%5 : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.mulf %a, %two : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  %7 = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel"]}
      ins(%6 : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.mulf %a, %two : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  %8 = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel"]}
      ins(%7 : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.mulf %a, %two : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  %9 = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel"]}
      ins(%8 : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.mulf %a, %two : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  return %1, %2, %3, %4, %5, %6, %7, %8, %9 : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
}
