// Values of each family, with numbers simple enough to check by hand.
// RUN: agc-interpret %s | FileCheck %s
// RUN: agc-interpret %s --entry=rounding | FileCheck %s --check-prefix=ROUND
// RUN: agc-interpret %s --entry=quotients | FileCheck %s --check-prefix=HALF
// RUN: agc-interpret %s --entry=extents --extent=5 | FileCheck %s --check-prefix=EXTENT
// RUN: agc-interpret %s --entry=control --extent=4 | FileCheck %s --check-prefix=CONTROL

func.func @main() -> (tensor<2x3xf32>, tensor<2x1xf32>, tensor<3x2xf32>, tensor<2x2xf32>,
                      tensor<3x5xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x1xf32>) {
  %x = ag.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %row = ag.constant dense<[10.0, 20.0, 30.0]> : tensor<3xf32>
  %zero = ag.constant dense<0.0> : tensor<f32>
  %i = ag.constant dense<[[2], [0]]> : tensor<2x1xi64>
  // CHECK: result 0: tensor<2x3xf32> {{\[}}[11, 22, 33], [14, 25, 36]]
  %add = ag.map add(%x, %row) : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  // CHECK: result 1: tensor<2x1xf32> {{\[}}[6], [15]]
  %sum = ag.reduce sum(%x) dims [1] keepdim : tensor<2x3xf32> -> tensor<2x1xf32>
  // CHECK: result 2: tensor<3x2xf32> {{\[}}[1, 4], [2, 5], [3, 6]]
  %t = ag.permute %x [1, 0] : (tensor<2x3xf32>) -> tensor<3x2xf32>
  // CHECK: result 3: tensor<2x2xf32> {{\[}}[14, 32], [32, 77]]
  %mm = ag.contract "mk,kn->mn"(%x, %t) : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<2x2xf32>
  // CHECK: result 4: tensor<3x5xf32> {{\[}}[0, 0, 0, 0, 0], [0, 1, 0, 2, 0], [0, 0, 0, 0, 0]]
  %box = ag.slice %x [0, 0] steps [1, 1] : tensor<2x3xf32> to tensor<1x2xf32>
  %pad = ag.pad %box, %zero [1, 1] steps [1, 2] : tensor<1x2xf32>, tensor<f32> to tensor<3x5xf32>
  // CHECK: result 5: tensor<2x3xf32> {{\[}}[3, 2, 1], [6, 5, 4]]
  %flip = ag.flip %x [1] : (tensor<2x3xf32>) -> tensor<2x3xf32>
  // CHECK: result 6: tensor<2x3xf32> {{\[}}[1, 2, 4], [8, 5, 6]]
  %picked = ag.gather %x, %i dim 1 : (tensor<2x3xf32>, tensor<2x1xi64>) -> tensor<2x1xf32>
  %src = ag.constant dense<[[1.0], [4.0]]> : tensor<2x1xf32>
  %scatter = ag.scatter add %x, %i, %src dim 1
      : (tensor<2x3xf32>, tensor<2x1xi64>, tensor<2x1xf32>) -> tensor<2x3xf32>
  // CHECK: result 7: tensor<2x1xf32> {{\[}}[3], [4]]
  return %add, %sum, %t, %mm, %pad, %flip, %scatter, %picked
      : tensor<2x3xf32>, tensor<2x1xf32>, tensor<3x2xf32>, tensor<2x2xf32>, tensor<3x5xf32>,
        tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x1xf32>
}

// Every op's result is rounded to its element type; integers wrap around.
func.func @rounding() -> (tensor<f32>, tensor<bf16>, tensor<f16>, tensor<i8>, tensor<ui8>, tensor<i1>) {
  %x = ag.constant dense<0.1> : tensor<f64>
  // ROUND: result 0: tensor<f32> 0.100000001
  %f32 = ag.cast %x : tensor<f64> to tensor<f32>
  // ROUND: result 1: tensor<bf16> 0.100097656
  %bf16 = ag.cast %x : tensor<f64> to tensor<bf16>
  // ROUND: result 2: tensor<f16> inf
  %big = ag.constant dense<60000.0> : tensor<f16>
  %f16 = ag.map add(%big, %big) : (tensor<f16>, tensor<f16>) -> tensor<f16>
  // ROUND: result 3: tensor<i8> -56
  %i = ag.constant dense<100> : tensor<i8>
  %i8 = ag.map add(%i, %i) : (tensor<i8>, tensor<i8>) -> tensor<i8>
  // ROUND: result 4: tensor<ui8> 144
  %u = ag.constant dense<200> : tensor<ui8>
  %ui8 = ag.map add(%u, %u) : (tensor<ui8>, tensor<ui8>) -> tensor<ui8>
  // ROUND: result 5: tensor<i1> true
  %b = ag.cast %x : tensor<f64> to tensor<i1>
  return %f32, %bf16, %f16, %i8, %ui8, %b
      : tensor<f32>, tensor<bf16>, tensor<f16>, tensor<i8>, tensor<ui8>, tensor<i1>
}

// Of halves each step is rounded: PyTorch's values.
func.func @quotients() -> (tensor<4xbf16>, tensor<4xbf16>) {
  %a = ag.constant dense<[300.0, 328.0, -410.0, 900.0]> : tensor<4xbf16>
  %b = ag.constant dense<[0.21, 0.25, 0.333, 0.7]> : tensor<4xbf16>
  // HALF: result 0: tensor<4xbf16> [1432, 1312, -1232, 1288]
  %floor = ag.map div_floor(%a, %b) : (tensor<4xbf16>, tensor<4xbf16>) -> tensor<4xbf16>
  // HALF: result 1: tensor<4xbf16> [1432, 1312, -1232, 1288]
  %trunc = ag.map div_trunc(%a, %b) : (tensor<4xbf16>, tensor<4xbf16>) -> tensor<4xbf16>
  return %floor, %trunc : tensor<4xbf16>, tensor<4xbf16>
}

// `?` extents are read, computed with and given to results.
func.func @extents(%x: tensor<?x2xf64>) -> (tensor<?xi64>, tensor<f64>) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %n = tensor.dim %x, %c0 : tensor<?x2xf64>
  %m = arith.muli %n, %c2 : index
  // EXTENT: result 0: tensor<10xi64> [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
  %iota = ag.iota 0 sizes(%m) : tensor<?xi64>
  // EXTENT: result 1: tensor<f64> 5
  %i = arith.index_cast %n : index to i64
  %count = tensor.from_elements %i : tensor<i64>
  %f = ag.cast %count : tensor<i64> to tensor<f64>
  return %iota, %f : tensor<?xi64>, tensor<f64>
}

func.func private @double(%x: tensor<f64>) -> tensor<f64> {
  %0 = ag.map add(%x, %x) : (tensor<f64>, tensor<f64>) -> tensor<f64>
  return %0 : tensor<f64>
}

func.func @control(%n: index) -> (tensor<f64>, tensor<f64>) {
  %one = ag.constant dense<1.0> : tensor<f64>
  // CONTROL: result 0: tensor<f64> 16
  %power = ag.for %n(%one) : tensor<f64> {
  ^bb0(%i: tensor<i64>, %v: tensor<f64>):
    %0 = func.call @double(%v) : (tensor<f64>) -> tensor<f64>
    ag.yield %0 : tensor<f64>
  }
  %less = ag.map lt(%one, %power) : (tensor<f64>, tensor<f64>) -> tensor<i1>
  // CONTROL: result 1: tensor<f64> 16
  %max = ag.if %less : tensor<i1> -> tensor<f64> {
    ag.yield %power : tensor<f64>
  } else {
    ag.yield %one : tensor<f64>
  }
  return %power, %max : tensor<f64>, tensor<f64>
}
