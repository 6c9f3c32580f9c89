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
