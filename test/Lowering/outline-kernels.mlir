// Equal groups of loops are one private function, named for what it computes.
// RUN: agc-opt %s --split-input-file --ag-outline-kernels | FileCheck %s

// CHECK-LABEL: func @twice
// CHECK: call @[[MM:.+]](%{{.+}}, %{{.+}}, %{{.+}}) : (memref<4x8xf32>, memref<8x4xf32>, memref<4x4xf32>) -> ()
// CHECK: call @[[MM]](
// CHECK-NOT: linalg.matmul
// CHECK: return
// CHECK: func.func private @[[MM]]
// CHECK: linalg.matmul
// CHECK-NOT: linalg.matmul
func.func @twice(%a: memref<4x8xf32>, %b: memref<8x4xf32>, %c: memref<4x4xf32>, %d: memref<4x4xf32>)
    attributes {agc.export} {
  linalg.matmul ins(%a, %b : memref<4x8xf32>, memref<8x4xf32>) outs(%c : memref<4x4xf32>)
  linalg.matmul ins(%a, %b : memref<4x8xf32>, memref<8x4xf32>) outs(%d : memref<4x4xf32>)
  return
}

// -----

// Loops over single elements, as eliminations are, are kernels of their own: equal ones of one function are compiled once.
// CHECK-LABEL: func @eliminations_that_are_equal
// CHECK-NOT: scf.for
// CHECK: call @[[LOOP:.+]](%{{.+}}) : (memref<4xf32>) -> ()
// CHECK-NEXT: call @[[LOOP]](
// CHECK-NEXT: return
// CHECK: func.func private @[[LOOP]]
// CHECK: scf.for
// CHECK-NOT: scf.for
func.func @eliminations_that_are_equal(%a: memref<4xf32>, %b: memref<4xf32>) attributes {agc.export} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  scf.for %i = %c0 to %c3 step %c1 {
    %next = arith.addi %i, %c1 : index
    %x = memref.load %a[%i] : memref<4xf32>
    memref.store %x, %a[%next] : memref<4xf32>
  }
  scf.for %i = %c0 to %c3 step %c1 {
    %next = arith.addi %i, %c1 : index
    %x = memref.load %b[%i] : memref<4xf32>
    memref.store %x, %b[%next] : memref<4xf32>
  }
  return
}

// -----

// Updates of several parameters are a kernel each, however their ops are mixed, and equal ones are one;
// the number that both read is another's.
// CHECK-LABEL: func @updates
// CHECK: call @[[RATE:.+]](%{{.+}}) : (memref<f32>) -> ()
// CHECK-NEXT: call @[[UPDATE:[a-z0-9_]+]](
// CHECK-NEXT: call @[[UPDATE]](
// CHECK-NEXT: return
// CHECK: func.func private @[[RATE]]
// CHECK: func.func private @[[UPDATE]]
// CHECK: arith.mulf
// CHECK: arith.subf
// CHECK-NOT: func.func private
#each = affine_map<(i) -> (i)>
#number = affine_map<(i) -> ()>
#nothing = affine_map<() -> ()>
func.func @updates(%p: memref<8xf32>, %dp: memref<8xf32>, %q: memref<8xf32>, %dq: memref<8xf32>, %rate: memref<f32>,
                   %s: memref<8xf32>, %t: memref<8xf32>) attributes {agc.export} {
  linalg.generic {indexing_maps = [#nothing], iterator_types = []} outs(%rate : memref<f32>) {
  ^bb0(%o: f32):
    %half = arith.addf %o, %o : f32
    linalg.yield %half : f32
  }
  linalg.generic {indexing_maps = [#each, #number, #each], iterator_types = ["parallel"]}
      ins(%dp, %rate : memref<8xf32>, memref<f32>) outs(%s : memref<8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.mulf %a, %b : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#each, #number, #each], iterator_types = ["parallel"]}
      ins(%dq, %rate : memref<8xf32>, memref<f32>) outs(%t : memref<8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.mulf %a, %b : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#each, #each], iterator_types = ["parallel"]}
      ins(%s : memref<8xf32>) outs(%p : memref<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.subf %o, %a : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#each, #each], iterator_types = ["parallel"]}
      ins(%t : memref<8xf32>) outs(%q : memref<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.subf %o, %a : f32
    linalg.yield %0 : f32
  }
  return
}

// -----

// What writes a buffer that an earlier kernel reads stays behind it, also where both could join another.
// CHECK-LABEL: func @in_order
// CHECK: call @[[COPY:.+]](%arg0, %arg1)
// CHECK-NEXT: call @{{.+}}(%arg0)
// CHECK-NEXT: return
#each = affine_map<(i) -> (i)>
#number = affine_map<(i) -> ()>
#nothing = affine_map<() -> ()>
func.func @in_order(%number: memref<f32>, %a: memref<8xf32>) attributes {agc.export} {
  linalg.generic {indexing_maps = [#number, #each], iterator_types = ["parallel"]}
      ins(%number : memref<f32>) outs(%a : memref<8xf32>) {
  ^bb0(%x: f32, %o: f32):
    linalg.yield %x : f32
  }
  linalg.generic {indexing_maps = [#nothing], iterator_types = []} outs(%number : memref<f32>) {
  ^bb0(%o: f32):
    %0 = arith.addf %o, %o : f32
    linalg.yield %0 : f32
  }
  return
}

// -----

// A kernel sees which of its buffers are one: what it writes and reads through a view is one argument.
// CHECK-LABEL: func @view_of_what_is_written
// CHECK: call @[[KERNEL:[a-z0-9_]+]](%arg0, %arg1, %arg2) : (memref<3x3xf64>, memref<3x3xf64>, memref<3x2xf64>) -> ()
// CHECK-NEXT: return
// CHECK: func.func private @[[KERNEL]](%{{.+}}: memref<3x3xf64>, %[[WRITTEN:.+]]: memref<3x3xf64>, %{{.+}}: memref<3x2xf64>)
// CHECK: %[[WHOLE:.+]] = memref.collapse_shape %[[WRITTEN]]
// CHECK: %[[DIAGONAL:.+]] = memref.subview %[[WHOLE]]
// CHECK: linalg.generic {{.*}} outs(%[[WRITTEN]]
// CHECK: linalg.generic {{.*}} ins(%[[DIAGONAL]]
#same = affine_map<(i, j) -> (i, j)>
#turned = affine_map<(i, j) -> (j, i)>
#columns = affine_map<(i, j) -> (j)>
func.func @view_of_what_is_written(%a: memref<3x3xf64>, %t: memref<3x3xf64>, %r: memref<3x2xf64>) attributes {agc.export} {
  %whole = memref.collapse_shape %t [[0, 1]] : memref<3x3xf64> into memref<9xf64>
  %diagonal = memref.subview %whole[1] [2] [4] : memref<9xf64> to memref<2xf64, strided<[4], offset: 1>>
  linalg.generic {indexing_maps = [#turned, #same], iterator_types = ["parallel", "parallel"]}
      ins(%a : memref<3x3xf64>) outs(%t : memref<3x3xf64>) {
  ^bb0(%x: f64, %o: f64):
    linalg.yield %x : f64
  }
  linalg.generic {indexing_maps = [#columns, #same], iterator_types = ["parallel", "parallel"]}
      ins(%diagonal : memref<2xf64, strided<[4], offset: 1>>) outs(%r : memref<3x2xf64>) {
  ^bb0(%x: f64, %o: f64):
    linalg.yield %x : f64
  }
  return
}

// -----

// A long chain is called part by part: a kernel has 32 loops at most.
// CHECK-LABEL: func @chain
// CHECK-NEXT: call @[[PART:[a-z0-9_]+]](%{{.+}}) : (memref<8xf32>) -> ()
// CHECK-NEXT: call @[[PART]](
// CHECK-NEXT: call @[[REST:[a-z0-9_]+]](
// CHECK-NEXT: return
// CHECK: func.func private @[[PART]]
// CHECK-COUNT-32: linalg.exp
// CHECK-NOT: linalg.exp
// CHECK: func.func private @[[REST]]
func.func @chain(%a: memref<8xf32>) attributes {agc.export} {
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  return
}
