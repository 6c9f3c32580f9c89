// RUN: agc-opt %s --ag-pack-residuals --split-input-file --verify-diagnostics

// expected-error@below {{an extent of a residual is no argument's}}
func.func @f(%n: index {agc.extent = "n"}, %a: memref<?xf64> {agc.residual, agc.extents = ["m"]})
    attributes {agc.export} {
  return
}

// -----

// expected-error@below {{an extent of a residual is no argument's}}
func.func @f(%n: index {agc.extent = "n"}, %a: memref<?xf64> {agc.residual, agc.shape = array<i64: -2>})
    attributes {agc.export} {
  return
}

// -----

// expected-error@below {{there is no @f_fwd, which leaves its residuals}}
func.func @f_bwd(%a: memref<4xf64> {agc.residual = @f_fwd}) attributes {agc.export} {
  return
}
