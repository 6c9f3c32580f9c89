// A view outlives the history of its base: it has a node still, made anew after a write, and is the
// way to itself. The reference gave zeros.
// RUN: agc-interpret %s --entry=main --compare-after='func.func(agt-functionalize),ag-differentiate' --runs=3
func.func @main(%v: tensor<3x3xf64>) -> tensor<3xf64> {
  %x = agt.leaf %v requires_grad : tensor<3x3xf64>
  %row = agt.view %x select [0, 0] : !agt.ref<tensor<3x3xf64>> to !agt.ref<tensor<3xf64>>
  %d = agt.detach %row : !agt.ref<tensor<3xf64>>
  agt.detach_ %x : !agt.ref<tensor<3x3xf64>>
  %0 = agt.read %d : !agt.ref<tensor<3xf64>>
  %1 = ag.map exp(%0) : (tensor<3xf64>) -> tensor<3xf64>
  agt.write "exp_" %d, %1 : !agt.ref<tensor<3xf64>>
  %g = agt.grad %row seeds %row for [0] wrt %row : (!agt.ref<tensor<3xf64>>, !agt.ref<tensor<3xf64>>, !agt.ref<tensor<3xf64>>) -> !agt.ref<tensor<3xf64>>
  %2 = agt.read %g : !agt.ref<tensor<3xf64>>
  return %2 : tensor<3xf64>
}
