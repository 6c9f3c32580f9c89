// --compare-after finds that results agree, and where they do not.
// RUN: agc-interpret %s --compare-after=canonicalize,cse --runs=3 | FileCheck %s --check-prefix=SAME
// RUN: not agc-interpret %s --compare-after=symbol-dce --entry=helper 2>&1 | FileCheck %s --check-prefix=GONE
// RUN: not agc-interpret %s --compare-after=no-such-pass 2>&1 | FileCheck %s --check-prefix=PASS

// SAME: results agree after canonicalize,cse
func.func @main(%x: tensor<?x3xf32> {agc.extents = ["n", ""]}, %y: tensor<?xf32> {agc.extents = ["n"]})
    -> tensor<3x?xf32> {
  %0 = ag.permute %x [1, 0] : (tensor<?x3xf32>) -> tensor<3x?xf32>
  %1 = ag.map mul(%0, %y) : (tensor<3x?xf32>, tensor<?xf32>) -> tensor<3x?xf32>
  %2 = ag.permute %1 [1, 0] : (tensor<3x?xf32>) -> tensor<?x3xf32>
  %3 = ag.permute %2 [1, 0] : (tensor<?x3xf32>) -> tensor<3x?xf32>
  return %3 : tensor<3x?xf32>
}

// GONE: error: no function named 'helper'
func.func private @helper(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}

// PASS: 'no-such-pass' does not refer to a registered pass
