// What is exported takes and gives tensors, in one block.
// RUN: agc-opt %s --ag-name-extents --split-input-file --verify-diagnostics

// expected-error@below {{argument 0 of an exported function must be a tensor}}
func.func @scalar_argument(%x: i1) attributes {agc.export} {
  return
}

// -----

// expected-error@below {{result 0 of an exported function must be a tensor, not 'i1'}}
func.func @scalar_result(%x: tensor<2xf32>) -> i1 attributes {agc.export} {
  %true = arith.constant true
  return %true : i1
}

// -----

// expected-error@below {{an exported function must be one block}}
func.func @blocks(%x: tensor<?xf32>) -> tensor<?xf32> attributes {agc.export} {
  cf.br ^next
^next:
  return %x : tensor<?xf32>
}
