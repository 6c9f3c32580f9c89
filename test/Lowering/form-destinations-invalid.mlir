// What ag-name-extents has not been at is refused.
// RUN: agc-opt %s --ag-form-destinations --split-input-file --verify-diagnostics

// expected-error@below {{expected 1 extents among the results, got 0 (ag-name-extents)}}
func.func @unnamed_extent(%x: tensor<?xf32>) -> tensor<?xf32> attributes {agc.export} {
  %0 = ag.map neg(%x) : (tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

// expected-error@below {{argument 0 of an exported function must be a tensor, not '!agt.ref<tensor<2xf32>>'}}
func.func @object(%x: !agt.ref<tensor<2xf32>>) attributes {agc.export} {
  return
}

// -----

// expected-error@below {{argument 0 of an exported function must be a tensor, not 'tensor<*xf32>'}}
func.func @unranked(%x: tensor<*xf32>) attributes {agc.export} {
  return
}

// -----

// expected-error@below {{result 0 of an exported function must be a tensor, not 'i1'}}
func.func @scalar(%x: tensor<2xf32>) -> i1 attributes {agc.export} {
  %true = arith.constant true
  return %true : i1
}

// -----

// expected-error@below {{extents must be the first arguments (ag-name-extents)}}
func.func @extent_behind(%x: tensor<?xf32>, %n: index) attributes {agc.export} {
  return
}

// -----

// expected-error@below {{an exported function must be one block}}
func.func @blocks(%x: tensor<2xf32>) -> tensor<2xf32> attributes {agc.export} {
  cf.br ^next
^next:
  return %x : tensor<2xf32>
}
