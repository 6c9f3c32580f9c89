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
