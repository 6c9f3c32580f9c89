// Functions are expanded side by side, and two of them declared one function in the module.
// RUN: agc-opt %s --agc-declare-libm --split-input-file | FileCheck %s

// CHECK-DAG: func.func private @sin(f64) -> f64
// CHECK-DAG: func.func private @cos(f64) -> f64
// CHECK-DAG: func.func private @tan(f64) -> f64
// CHECK: @may_ask
func.func @may_ask(%x: complex<f64>) -> complex<f64> {
  %y = complex.exp %x : complex<f64>
  return %y : complex<f64>
}

// -----

// CHECK-NOT: private
// CHECK: @asks_nothing
func.func @asks_nothing(%x: vector<8xf32>, %y: f64) -> vector<8xf32> {
  %z = math.sin %x : vector<8xf32>
  return %z : vector<8xf32>
}
