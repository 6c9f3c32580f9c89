// A program without locations compiles: what is called gets line 0.
// RUN: agc -c %s -o %t.o

func.func @copy(%x: tensor<4xf32> loc(unknown)) -> tensor<4xf32> attributes {agc.export} {
  return %x : tensor<4xf32> loc(unknown)
} loc(unknown)
func.func @sine(%x: tensor<4xf32> loc(unknown)) -> tensor<4xf32> attributes {agc.export} {
  %0 = ag.map sin(%x) : (tensor<4xf32>) -> tensor<4xf32> loc(unknown)
  return %0 : tensor<4xf32> loc(unknown)
} loc(unknown)
