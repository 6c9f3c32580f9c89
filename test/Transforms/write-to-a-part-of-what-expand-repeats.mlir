// A write to one copy of what expand repeats is one to all copies: the written copy is taken, not the
// first one. Values are PyTorch's.
// RUN: agc-interpret %s --entry=row | FileCheck %s --check-prefix=ROW
// RUN: agc-opt %s --agt-functionalize | agc-interpret - --entry=row | FileCheck %s --check-prefix=ROW
// RUN: agc-interpret %s --entry=corner | FileCheck %s --check-prefix=CORNER
// RUN: agc-opt %s --agt-functionalize --ag-differentiate | agc-interpret - --entry=corner | FileCheck %s --check-prefix=CORNER

// x = [1, 2, 3]; x.expand(2, 3)[1, 1:].mul_(10)
func.func @row() -> (tensor<3xf32>, tensor<2x3xf32>) {
  %v = ag.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %ten = ag.constant dense<10.0> : tensor<f32>
  %x = agt.leaf %v : tensor<3xf32>
  %rows = agt.view %x expand : !agt.ref<tensor<3xf32>> to !agt.ref<tensor<2x3xf32>>
  %row = agt.view %rows select [0, 1] : !agt.ref<tensor<2x3xf32>> to !agt.ref<tensor<3xf32>>
  %part = agt.view %row slice [0, 1, 1] : !agt.ref<tensor<3xf32>> to !agt.ref<tensor<2xf32>>
  %0 = agt.read %part : !agt.ref<tensor<2xf32>>
  %1 = ag.map mul(%0, %ten) : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  agt.write "mul_" %part, %1 : !agt.ref<tensor<2xf32>>
  // ROW: [1, 20, 30]
  // ROW: {{\[\[}}1, 20, 30], [1, 20, 30{{\]\]}}
  %y = agt.read %x : !agt.ref<tensor<3xf32>>
  %z = agt.read %rows : !agt.ref<tensor<2x3xf32>>
  return %y, %z : tensor<3xf32>, tensor<2x3xf32>
}

// Two dims repeat, between others, seen transposed; what was written has a gradient:
// y = w * 1; y.view(2, 1, 1).expand(2, 3, 2).transpose(0, 1)[2, 1, 1].mul_(w[1]); y.sum().backward()
func.func @corner() -> (tensor<2xf64>, tensor<2xf64>) {
  %v = ag.constant dense<[3.0, 5.0]> : tensor<2xf64>
  %w = agt.leaf %v requires_grad : tensor<2xf64>
  %0 = agt.read %w : !agt.ref<tensor<2xf64>>
  %1 = ag.map mul(%0, %v) : (tensor<2xf64>, tensor<2xf64>) -> tensor<2xf64>
  %y = agt.new %1 : tensor<2xf64>
  %a = agt.view %y view : !agt.ref<tensor<2xf64>> to !agt.ref<tensor<2x1x1xf64>>
  %b = agt.view %a expand : !agt.ref<tensor<2x1x1xf64>> to !agt.ref<tensor<2x3x2xf64>>
  %c = agt.view %b transpose [0, 1] : !agt.ref<tensor<2x3x2xf64>> to !agt.ref<tensor<3x2x2xf64>>
  %d = agt.view %c select [0, 2] : !agt.ref<tensor<3x2x2xf64>> to !agt.ref<tensor<2x2xf64>>
  %e = agt.view %d select [0, 1] : !agt.ref<tensor<2x2xf64>> to !agt.ref<tensor<2xf64>>
  %f = agt.view %e select [0, 1] : !agt.ref<tensor<2xf64>> to !agt.ref<tensor<f64>>
  %last = agt.view %w select [0, 1] : !agt.ref<tensor<2xf64>> to !agt.ref<tensor<f64>>
  %2 = agt.read %f : !agt.ref<tensor<f64>>
  %3 = agt.read %last : !agt.ref<tensor<f64>>
  %4 = ag.map mul(%2, %3) : (tensor<f64>, tensor<f64>) -> tensor<f64>
  agt.write "mul_" %f, %4 : !agt.ref<tensor<f64>>
  %5 = agt.read %y : !agt.ref<tensor<2xf64>>
  %6 = ag.reduce sum(%5) dims [0] : tensor<2xf64> -> tensor<f64>
  %loss = agt.new %6 : tensor<f64>
  agt.backward %loss : !agt.ref<tensor<f64>>
  %grad = agt.grad_get %w : !agt.ref<tensor<2xf64>>
  // CORNER: [9, 125]
  // CORNER: [3, 50]
  %7 = agt.read %grad : !agt.ref<tensor<2xf64>>
  return %5, %7 : tensor<2xf64>, tensor<2xf64>
}
