// No conversion to or from f16 is left; half-without-instructions.test compares the bits.
// RUN: agc-opt %s --agc-expand-half | FileCheck %s --implicit-check-not="f16> to vector<4xf32>"

// CHECK-LABEL: func @widen
// CHECK: arith.bitcast %{{.+}} : vector<4xf16> to vector<4xi16>
// CHECK: arith.mulf %{{.+}} : vector<4xf32>
func.func @widen(%x: vector<4xf16>) -> vector<4xf32> {
  %0 = arith.extf %x : vector<4xf16> to vector<4xf32>
  return %0 : vector<4xf32>
}

// Through f32, which holds every f16.
// CHECK-LABEL: func @to_double
// CHECK: arith.mulf %{{.+}} : f32
// CHECK: %[[F32:.+]] = arith.bitcast %{{.+}} : i32 to f32
// CHECK: arith.extf %[[F32]] : f32 to f64
func.func @to_double(%x: vector<1xf16>) -> f64 {
  %h = vector.extract %x[0] : f16 from vector<1xf16>
  %0 = arith.extf %h : f16 to f64
  return %0 : f64
}

// CHECK-LABEL: func @of_integer
// CHECK: %[[F32:.+]] = arith.sitofp %{{.+}} : vector<4xi32> to vector<4xf32>
// CHECK: arith.bitcast %[[F32]] : vector<4xf32> to vector<4xi32>
// CHECK: arith.bitcast %{{.+}} : vector<4xi16> to vector<4xf16>
func.func @of_integer(%x: vector<4xi32>) -> vector<4xf16> {
  %0 = arith.sitofp %x : vector<4xi32> to vector<4xf16>
  return %0 : vector<4xf16>
}
