// RUN: rm -rf %t && mkdir %t
// RUN: not agc -c %s -o %t/a.o 2>&1 | FileCheck %s
// RUN: not ls %t/a.o
// CHECK: value-that-does-not-fit-in-memory.mlir:[[#@LINE+1]]:{{.*}}error: a value of 'tensor<4611686018427387904x4xf32>' does not fit in memory
func.func @f(%x: tensor<4611686018427387904x4xf32> {agc.name = "x"}) -> (tensor<4xf32> {agc.name = "y"}) attributes {agc.export} {
  %0 = ag.reduce sum(%x) dims [0] : tensor<4611686018427387904x4xf32> -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
