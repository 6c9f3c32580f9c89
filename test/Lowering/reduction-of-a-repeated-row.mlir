// A comparison of repeated rows that is both reduced and read again: it once was fused so that only
// a result told how many rows there are, which no loop can be made of.
// RUN: agc --derive=none -c %s -o %t.o

func.func @f(%b: tensor<1x3xf64> {agc.name = "b"}, %s: tensor<2x3xf64> {agc.name = "s"})
    -> (tensor<1x3xf64> {agc.name = "y"}) attributes {agc.export} {
  %x = ag.leaf_mark %b : tensor<1x3xf64>
  %rows = ag.expand %x : tensor<1x3xf64> to tensor<2x3xf64>
  %0 = ag.scan cumprod(%rows) dim 1 : (tensor<2x3xf64>) -> tensor<2x3xf64>
  %1 = ag.grad %0 seeds %s wrt %x : (tensor<2x3xf64>, tensor<2x3xf64>, tensor<1x3xf64>) -> tensor<1x3xf64>
  return %1 : tensor<1x3xf64>
}
