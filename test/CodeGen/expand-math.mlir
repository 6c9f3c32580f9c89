// RUN: agc-opt %s --agc-expand-math --canonicalize | FileCheck %s
// RUN: agc-opt %s --agc-expand-math --convert-scf-to-cf --arith-expand=include-bf16=true --convert-vector-to-llvm --convert-to-llvm --reconcile-unrealized-casts \
// RUN:   | mlir-translate --mlir-to-llvmir | llc -O2 -mtriple=x86_64-linux-gnu -mcpu=x86-64-v3 | FileCheck %s --check-prefix=ASM

// The same operations for a vector and for a scalar.
// CHECK-LABEL: @rsqrt_is_a_root_and_a_division
// CHECK: math.sqrt {{.*}} : vector<8xf32>
// CHECK: arith.divf {{.*}} : vector<8xf32>
// CHECK: math.sqrt {{.*}} : f32
// CHECK: arith.divf {{.*}} : f32
func.func @rsqrt_is_a_root_and_a_division(%x: vector<8xf32>, %s: f32) -> (vector<8xf32>, f32) {
  %y = math.rsqrt %x : vector<8xf32>
  %t = math.rsqrt %s : f32
  return %y, %t : vector<8xf32>, f32
}

// ASM-LABEL: exp_is_inline:
// ASM-NOT: call
// ASM: vfmadd
// CHECK-LABEL: @exp_is_inline
// CHECK-NOT: math.exp
// CHECK: math.fma
func.func @exp_is_inline(%x: vector<8xf32>) -> vector<8xf32> {
  %y = math.exp %x : vector<8xf32>
  return %y : vector<8xf32>
}

// Integers beyond the format and NaN must not meet a float-to-integer conversion, which is poison there.
// CHECK-LABEL: @no_conversion_that_can_be_poison
// CHECK-NOT: arith.fptosi
// CHECK: return
func.func @no_conversion_that_can_be_poison(%x: f32, %y: f32) -> (f32, f32, f32) {
  %a = math.exp %x : f32
  %b = math.powf %x, %y : f32
  %c = math.sin %x : f32
  return %a, %b, %c : f32, f32, f32
}

// CHECK-LABEL: @half_goes_through_f32
// CHECK: arith.extf %{{.*}} : vector<4xf16> to vector<4xf32>
// CHECK-NOT: math.tanh
// CHECK: arith.truncf %{{.*}} : vector<4xf32> to vector<4xf16>
func.func @half_goes_through_f32(%x: vector<4xf16>) -> vector<4xf16> {
  %y = math.tanh %x : vector<4xf16>
  return %y : vector<4xf16>
}

// Only f64 calls libm, for sin, cos and tan of large arguments.
// ASM-LABEL: large_f32_angle_needs_no_libm:
// ASM-NOT: call
// ASM: ret
// CHECK-LABEL: @large_f32_angle_needs_no_libm
// CHECK: vector.reduction <or>
// CHECK: scf.if
// CHECK-NOT: call
func.func @large_f32_angle_needs_no_libm(%x: vector<8xf32>) -> vector<8xf32> {
  %y = math.sin %x : vector<8xf32>
  return %y : vector<8xf32>
}

// CHECK-LABEL: @large_f64_angle_asks_libm
// CHECK: scf.if
// CHECK: scf.for
// CHECK: func.call @sin
func.func @large_f64_angle_asks_libm(%x: vector<4xf64>) -> vector<4xf64> {
  %y = math.sin %x : vector<4xf64>
  return %y : vector<4xf64>
}

// ASM-LABEL: rounding_is_an_instruction:
// ASM-NOT: call
// ASM: ret
// CHECK-LABEL: @rounding_is_an_instruction
// CHECK: math.round
// CHECK: math.roundeven
func.func @rounding_is_an_instruction(%x: vector<8xf32>, %d: vector<4xf64>)
    -> (vector<8xf32>, vector<8xf32>, vector<4xf64>) {
  %0 = math.round %x : vector<8xf32>
  %1 = math.roundeven %x : vector<8xf32>
  %2 = math.round %d : vector<4xf64>
  return %0, %1, %2 : vector<8xf32>, vector<8xf32>, vector<4xf64>
}

// ASM-LABEL: brain_float_needs_no_helper:
// ASM-NOT: call
// ASM: ret
// CHECK-LABEL: @brain_float_needs_no_helper
// CHECK: math.floor %{{.+}} : vector<8xf32>
func.func @brain_float_needs_no_helper(%x: vector<8xbf16>) -> vector<8xbf16> {
  %0 = math.floor %x : vector<8xbf16>
  return %0 : vector<8xbf16>
}

// ASM-LABEL: fma_is_an_instruction:
// ASM-NOT: call
// ASM: vfmadd
func.func @fma_is_an_instruction(%x: vector<8xf32>) -> vector<8xf32> {
  %y = math.fma %x, %x, %x : vector<8xf32>
  return %y : vector<8xf32>
}
