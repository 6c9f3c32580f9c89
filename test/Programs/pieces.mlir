// One function for each thing that the boundary and the lowering must get right beside arithmetic.

// Bools and ui8 are bytes; a comparison feeds a choice.
func.func @bytes(%x: tensor<5xui8> {agc.name = "x"}, %c: tensor<5xi1> {agc.name = "c"})
    -> (tensor<5xi1> {agc.name = "large"}, tensor<5xui8> {agc.name = "chosen"},
        tensor<ui8> {agc.name = "most"}) attributes {agc.export} {
  %k = ag.constant dense<[100, 200, 50, 255, 0]> : tensor<5xui8>
  %0 = ag.map gt(%x, %k) : (tensor<5xui8>, tensor<5xui8>) -> tensor<5xi1>
  %1 = ag.map where(%c, %x, %k) : (tensor<5xi1>, tensor<5xui8>, tensor<5xui8>) -> tensor<5xui8>
  %2 = ag.reduce amax(%x) dims [0] : tensor<5xui8> -> tensor<ui8>
  return %0, %1, %2 : tensor<5xi1>, tensor<5xui8>, tensor<ui8>
}

// Each state becomes the other's old value.
func.func @swap(%a: tensor<3xf32> {agc.state = "a"}, %b: tensor<3xf32> {agc.state = "b"},
                %x: tensor<3xf32> {agc.name = "x"})
    -> (tensor<3xf32> {agc.state = "a"}, tensor<3xf32> {agc.state = "b"},
        tensor<3xf32> {agc.name = "old"}) attributes {agc.export} {
  %0 = ag.map add(%a, %x) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %b, %0, %a : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
}

// The new value needs all of the old one, reversed.
func.func @reverse(%a: tensor<3xf32> {agc.state = "a"})
    -> (tensor<3xf32> {agc.state = "a"}, tensor<3xf32> {agc.name = "now"})
    attributes {agc.export} {
  %0 = ag.flip %a [0] : (tensor<3xf32>) -> tensor<3xf32>
  %1 = ag.map add(%0, %a) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %1, %1 : tensor<3xf32>, tensor<3xf32>
}

// An extent that follows from the arguments'.
func.func @twice(%x: tensor<?x2xf32> {agc.name = "x", agc.extents = ["n", ""]})
    -> (tensor<?x2xf32> {agc.name = "y"}) attributes {agc.export} {
  %0 = ag.flip %x [0] : (tensor<?x2xf32>) -> tensor<?x2xf32>
  %1 = ag.cat %x, %0 dim 0 : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  return %1 : tensor<?x2xf32>
}

// A loop that carries a value and looks one up; a branch.
func.func @loop(%table: tensor<4xf32> {agc.name = "table"}, %start: tensor<1xi64> {agc.name = "start"},
                %c: tensor<i1> {agc.name = "c"}) -> (tensor<1xf32> {agc.name = "sum"})
    attributes {agc.export} {
  %n = arith.constant 3 : index
  %zero = ag.constant dense<0.0> : tensor<1xf32>
  %one = ag.constant dense<1> : tensor<1xi64>
  %0:2 = ag.for %n(%zero, %start) : tensor<1xf32>, tensor<1xi64> {
  ^bb0(%i: tensor<i64>, %acc: tensor<1xf32>, %at: tensor<1xi64>):
    %v = ag.gather %table, %at dim 0 : (tensor<4xf32>, tensor<1xi64>) -> tensor<1xf32>
    %s = ag.map add(%acc, %v) : (tensor<1xf32>, tensor<1xf32>) -> tensor<1xf32>
    %next = ag.map add(%at, %one) : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi64>
    ag.yield %s, %next : tensor<1xf32>, tensor<1xi64>
  }
  %1 = ag.if %c : tensor<i1> -> tensor<1xf32> {
    ag.yield %0#0 : tensor<1xf32>
  } else {
    %m = ag.map neg(%0#0) : (tensor<1xf32>) -> tensor<1xf32>
    ag.yield %m : tensor<1xf32>
  }
  return %1 : tensor<1xf32>
}

// Where two positions agree, both are added.
func.func @count(%at: tensor<?xi64> {agc.name = "at", agc.extents = ["n"]},
                 %w: tensor<?xf32> {agc.name = "w", agc.extents = ["n"]})
    -> (tensor<4xf32> {agc.name = "sums"}) attributes {agc.export} {
  %zero = ag.constant dense<0.0> : tensor<4xf32>
  %0 = ag.scatter add %zero, %at, %w dim 0 : (tensor<4xf32>, tensor<?xi64>, tensor<?xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// bf16 rounds after each op; complex products.
func.func @kinds(%h: tensor<2xbf16> {agc.name = "h"}, %z: tensor<2x2xcomplex<f32>> {agc.name = "z"})
    -> (tensor<2xbf16> {agc.name = "rounded"}, tensor<2x2xcomplex<f32>> {agc.name = "square"})
    attributes {agc.export} {
  %0 = ag.map add(%h, %h) : (tensor<2xbf16>, tensor<2xbf16>) -> tensor<2xbf16>
  %1 = ag.map mul(%0, %h) : (tensor<2xbf16>, tensor<2xbf16>) -> tensor<2xbf16>
  %2 = ag.contract "ij,jk->ik"(%z, %z)
    : (tensor<2x2xcomplex<f32>>, tensor<2x2xcomplex<f32>>) -> tensor<2x2xcomplex<f32>>
  return %1, %2 : tensor<2xbf16>, tensor<2x2xcomplex<f32>>
}

// Diagonals where one extent is unknown, or both: read, and one written.
func.func @diagonals(%x: tensor<?x?xf32> {agc.name = "x", agc.extents = ["n", "m"]})
    -> (tensor<?xf32> {agc.name = "below"}, tensor<?xf32> {agc.name = "above"},
        tensor<?x?xf32> {agc.name = "written"}) attributes {agc.export} {
  %two = ag.constant dense<2.0> : tensor<f32>
  %a = agt.leaf %x : tensor<?x?xf32>
  %b = agt.view %a diagonal [-1, 0, 1] : !agt.ref<tensor<?x?xf32>> to !agt.ref<tensor<?xf32>>
  %c = agt.view %a diagonal [2, 0, 1] : !agt.ref<tensor<?x?xf32>> to !agt.ref<tensor<?xf32>>
  %0 = agt.read %b : !agt.ref<tensor<?xf32>>
  %1 = agt.read %c : !agt.ref<tensor<?xf32>>
  %2 = ag.map mul(%1, %two) : (tensor<?xf32>, tensor<f32>) -> tensor<?xf32>
  agt.write "mul_" %c, %2 : !agt.ref<tensor<?xf32>>
  %3 = agt.read %a : !agt.ref<tensor<?x?xf32>>
  return %0, %1, %3 : tensor<?xf32>, tensor<?xf32>, tensor<?x?xf32>
}
func.func @diagonals_of_known(%x: tensor<?x3xf32> {agc.name = "x", agc.extents = ["n", ""]})
    -> (tensor<?xf32> {agc.name = "of_rows"}, tensor<?xf32> {agc.name = "of_columns"},
        tensor<?x3xf32> {agc.name = "written"}) attributes {agc.export} {
  %two = ag.constant dense<2.0> : tensor<f32>
  %a = agt.leaf %x : tensor<?x3xf32>
  %b = agt.view %a diagonal [1, 0, 1] : !agt.ref<tensor<?x3xf32>> to !agt.ref<tensor<?xf32>>
  %c = agt.view %a diagonal [1, 1, 0] : !agt.ref<tensor<?x3xf32>> to !agt.ref<tensor<?xf32>>
  %0 = agt.read %b : !agt.ref<tensor<?xf32>>
  %1 = agt.read %c : !agt.ref<tensor<?xf32>>
  %2 = ag.map mul(%1, %two) : (tensor<?xf32>, tensor<f32>) -> tensor<?xf32>
  agt.write "mul_" %c, %2 : !agt.ref<tensor<?xf32>>
  %3 = agt.read %a : !agt.ref<tensor<?x3xf32>>
  return %0, %1, %3 : tensor<?xf32>, tensor<?xf32>, tensor<?x3xf32>
}

// The extent of dims that are joined behind a permutation is a product; it was no extent of arguments.
func.func @rearranged(%x: tensor<?x4xf32> {agc.name = "x", agc.extents = ["n", ""]})
    -> (tensor<?xf32> {agc.name = "y"}) attributes {agc.export} {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %n = tensor.dim %x, %c0 : tensor<?x4xf32>
  %a = ag.reshape %x sizes(%n) : tensor<?x4xf32> to tensor<?x2x2xf32>
  %b = ag.permute %a [1, 0, 2] : (tensor<?x2x2xf32>) -> tensor<2x?x2xf32>
  %m = arith.muli %n, %c4 : index
  %c = ag.reshape %b sizes(%m) : tensor<2x?x2xf32> to tensor<?xf32>
  return %c : tensor<?xf32>
}
