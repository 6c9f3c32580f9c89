// RUN: agc-opt %s --agc-outline-chunks --split-input-file --verify-diagnostics | FileCheck %s
// RUN: agc-opt %s --agc-outline-chunks --split-input-file --verify-diagnostics --convert-scf-to-cf --convert-to-llvm \
// RUN:   --reconcile-unrealized-casts | FileCheck %s --check-prefix=LLVM

// The environment holds what the body uses; constants are made again.
// CHECK-LABEL: func.func private @forall_becomes_a_function_and_a_call.chunk0
// CHECK-SAME: (%[[ENV:.+]]: !llvm.ptr, %[[CHUNK:.+]]: i64)
// CHECK: arith.constant 1.0
// CHECK: llvm.load
// CHECK: %[[X:.+]] = builtin.unrealized_conversion_cast {{.*}} to memref<?xf32>
// CHECK: %[[I:.+]] = arith.index_cast %[[CHUNK]]
// CHECK: memref.store %{{.+}}, %[[X]][%[[I]]]
// CHECK: func.func @forall_becomes_a_function_and_a_call
// CHECK-NOT: agc.context
// CHECK: llvm.alloca
// CHECK: llvm.store
// CHECK: call @agc_parallel_for
// LLVM-LABEL: llvm.func @forall_becomes_a_function_and_a_call(
// LLVM: llvm.mlir.addressof @forall_becomes_a_function_and_a_call.chunk0
// LLVM: llvm.call @agc_parallel_for
func.func @forall_becomes_a_function_and_a_call(%context: !llvm.ptr {agc.context}, %x: memref<?xf32>,
                                                %n: index) {
  %one = arith.constant 1.0 : f32
  scf.forall (%i) in (%n) {
    memref.store %one, %x[%i] : memref<?xf32>
  }
  return
}

// -----

// A chunk inside of another has its own environment, on the stack of the chunk.
// CHECK-LABEL: func.func private @environment_is_the_chunks_own.chunk1
// CHECK: llvm.alloca
// CHECK: call @agc_parallel_for
// CHECK: func.func @environment_is_the_chunks_own
func.func @environment_is_the_chunks_own(%context: !llvm.ptr {agc.context}, %x: memref<?x?xf32>, %n: index,
                                         %v: f32) {
  scf.forall (%i) in (%n) {
    scf.forall (%j) in (%n) {
      memref.store %v, %x[%i, %j] : memref<?x?xf32>
    }
  }
  return
}

// -----

// CHECK-LABEL: @no_context_no_threads
// CHECK: scf.for
// CHECK-NOT: agc_parallel_for
func.func @no_context_no_threads(%x: memref<?xf32>, %n: index, %v: f32) {
  scf.forall (%i) in (%n) {
    memref.store %v, %x[%i] : memref<?xf32>
  }
  return
}

// -----

func.func @two_dimensions_are_refused(%x: memref<?x?xf32>, %n: index, %v: f32) {
  // expected-error @+1 {{expected chunks to be numbered from 0 in one dimension}}
  scf.forall (%i, %j) in (%n, %n) {
    memref.store %v, %x[%i, %j] : memref<?x?xf32>
  }
  return
}
