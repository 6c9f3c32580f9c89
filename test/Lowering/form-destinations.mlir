// Exported functions take buffers: results are written to them, the state in its own place.
// RUN: agc-opt %s --ag-form-destinations | FileCheck %s

// CHECK-LABEL: func @step
// CHECK-SAME: (%[[X:.+]]: memref<4xf32{{.*}}>, %[[W:.+]]: memref<4xf32{{.*}}> {agc.state = "w"}, %[[OUT:.+]]: memref<4xf32{{.*}}>
// CHECK-NOT: ->
// CHECK: bufferization.to_tensor %[[X]]
// CHECK: bufferization.materialize_in_destination %{{.+}} in {{.*}}%[[OUT]]
// CHECK: bufferization.materialize_in_destination %{{.+}} in {{.*}}%[[W]]
// CHECK: return{{$}}
func.func @step(%x: tensor<4xf32>, %w: tensor<4xf32> {agc.state = "w"})
    -> (tensor<4xf32> {agc.state = "w"}, tensor<4xf32>) attributes {agc.export} {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.add ins(%x, %w : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %1 = linalg.sub ins(%x, %w : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// Each op has an output of its own, so that both can be written where they are to stay.
// CHECK-LABEL: func @two_results
// CHECK: %[[FIRST:.+]] = tensor.empty
// CHECK-NEXT: linalg.add {{.*}} outs(%[[FIRST]]
// CHECK-NEXT: %[[SECOND:.+]] = tensor.empty
// CHECK-NEXT: linalg.sub {{.*}} outs(%[[SECOND]]
// CHECK: return{{$}}
func.func @two_results(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) attributes {agc.export} {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.add ins(%x, %x : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %1 = linalg.sub ins(%x, %x : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// What ends with an op leaves it its place.
// CHECK-LABEL: func @one_after_the_other
// CHECK: %[[PLACE:.+]] = tensor.empty
// CHECK-NEXT: %[[SUM:.+]] = linalg.add {{.*}} outs(%[[PLACE]]
// CHECK-NEXT: linalg.generic {{.*}} ins(%[[SUM]] : tensor<4xf32>) outs(%[[PLACE]]
func.func @one_after_the_other(%x: tensor<4xf32>) -> tensor<4xf32> attributes {agc.export} {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.add ins(%x, %x : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
                       iterator_types = ["parallel"]} ins(%0 : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %2 = math.exp %a : f32
    linalg.yield %2 : f32
  } -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// So does what others read before, as a softmax's exponentials; what is read later does not.
// CHECK-LABEL: func @last_of_several
// CHECK: %[[PLACE:.+]] = tensor.empty() : tensor<4xf32>
// CHECK: %[[SUM:.+]] = linalg.add {{.*}} outs(%[[PLACE]]
// CHECK: linalg.dot ins(%[[SUM]]
// CHECK: %[[EXP:.+]] = linalg.generic {{.*}} ins(%[[SUM]] : tensor<4xf32>) outs(%[[PLACE]]
// CHECK: %[[OTHER:.+]] = tensor.empty() : tensor<4xf32>
// CHECK: linalg.generic {{.*}} ins(%[[EXP]] : tensor<4xf32>) outs(%[[OTHER]]
// CHECK: linalg.dot ins(%[[EXP]]
func.func @last_of_several(%x: tensor<4xf32>) -> (tensor<f32>, tensor<4xf32>, tensor<f32>) attributes {agc.export} {
  %e = tensor.empty() : tensor<4xf32>
  %n = tensor.empty() : tensor<f32>
  %0 = linalg.add ins(%x, %x : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %d = linalg.dot ins(%0, %x : tensor<4xf32>, tensor<4xf32>) outs(%n : tensor<f32>) -> tensor<f32>
  %1 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
                       iterator_types = ["parallel"]} ins(%0 : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %4 = math.exp %a : f32
    linalg.yield %4 : f32
  } -> tensor<4xf32>
  %2 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
                       iterator_types = ["parallel"]} ins(%1 : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %4 = math.exp %a : f32
    linalg.yield %4 : f32
  } -> tensor<4xf32>
  %3 = linalg.dot ins(%1, %x : tensor<4xf32>, tensor<4xf32>) outs(%n : tensor<f32>) -> tensor<f32>
  return %d, %2, %3 : tensor<f32>, tensor<4xf32>, tensor<f32>
}
