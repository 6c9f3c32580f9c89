// The rounding to bf16 folded into the conversion before it, which LLVM makes a call that no libc
// answers.
// RUN: agc %s --emit=asm --derive=none -o - | FileCheck %s

// CHECK-NOT: __truncsfbf2
// CHECK: _main:
// CHECK-NOT: __truncsfbf2
func.func @main(%x: tensor<5xi32>, %y: tensor<5xui8>, %z: tensor<5xi1>) -> (tensor<5xbf16>, tensor<5xbf16>, tensor<5xbf16>) attributes {agc.export} {
  %0 = ag.cast %x : tensor<5xi32> to tensor<5xbf16>
  %1 = ag.cast %y : tensor<5xui8> to tensor<5xbf16>
  %2 = ag.cast %z : tensor<5xi1> to tensor<5xbf16>
  return %0, %1, %2 : tensor<5xbf16>, tensor<5xbf16>, tensor<5xbf16>
}
