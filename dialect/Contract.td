// Contractions: `ag.contract` by subscripts, and the matrix products that PyTorch names.
#ifndef AG_CONTRACT_TD
#define AG_CONTRACT_TD

include "dialect/AgDialect.td"
include "dialect/AgRecordBase.td"

def Ag_ContractOp : Ag_InferredOp<"contract">,
    Ag_Record<"contract(Tensor self, Tensor other, str subscripts) -> Tensor", "primitive"> {
  let title = "product of two tensors summed over shared dims";
  let torch = "torch.einsum(subscripts, self, other)";
  let samples = [Case<["4x5", "5x3"], "subscripts = \"mk,kn->mn\"">,
                 Case<["2x4x5", "2x3x5"], "subscripts = \"bmk,bnk->bnm\"">,
                 Case<["3", "4"], "subscripts = \"i,j->ij\"">,
                 Case<["2x0", "0x3"], "subscripts = \"mk,kn->mn\"">];
  let requiredShapes = [Matrix, Empty, NonContiguous, Expanded];
  let dtypes = ["float", "complex", "int"];
  let node = "EinsumBackward0";
  let surface = 0;
  let promotion = "none";
  let eval = Cpp<"evalContract">;
  let grad = [CppGrad<"vjpContract">];
  let summary = title;
  let description = [{
    Subscripts as einsum's: one letter per dim of self, of other, and of the result. A letter that
    the result lacks is summed over; one that all three have is a batch dim.

    Constraints: C1 the subscripts have two operands and a result, lower-case letters, no letter
    twice in one of them. C2 they count each operand's dims. C3 a letter has one extent. C4 each
    letter of the result stands in an operand, and each letter of an operand in the other operand
    or in the result.

    ```mlir
    %0 = ag.contract "mk,kn->mn"(%a, %b) : (tensor<4x5xf32>, tensor<5x6xf32>) -> tensor<4x6xf32>
    ```
  }];
  let arguments = (ins Ag_Tensor:$self, Ag_Tensor:$other, StrAttr:$subscripts);
  let results = (outs Ag_Tensor:$result);
  let assemblyFormat = [{
    $subscripts `(` $self `,` $other `)` attr-dict `:` functional-type(operands, $result)
  }];
  let hasVerifier = 1;
}

class Ag_Product<string schema> : Ag_Record<schema, "composite"> {
  let promotion = "none";
  let dtypes = ["float", "complex", "int"];
  let requiredShapes = [Matrix, Empty, NonContiguous, Expanded];
}

def Ag_Mm : Ag_Product<"mm(Tensor self, Tensor mat2) -> Tensor"> {
  let title = "matrix product";
  let kernel = "addmm_impl_cpu_";
  let refusal = "refusalOfMm";
  let mixed = "expected m1 and m2 to have the same dtype, but got: {2} != {3}";
  let samples = [Case<["4x5", "5x3"]>,
                 Case<["0x5", "5x3"]>,
                 Case<["2x0", "0x3"]>];
  let body = Expr<"contract(self, mat2, 'mk,kn->mn')">;
  let grad = [Wrt<"self", "contract(grad, conj(mat2), 'mn,kn->mk')">,
              Wrt<"mat2", "contract(conj(self), grad, 'mk,mn->kn')">];
}
def Ag_Bmm : Ag_Product<"bmm(Tensor self, Tensor mat2) -> Tensor"> {
  let title = "batched matrix product";
  let refusal = "refusalOfBmm";
  let mixed = "expected scalar type {0} but found {1}";
  let samples = [Case<["2x4x5", "2x5x3"]>, Case<["0x4x5", "0x5x3"]>];
  let body = Expr<"contract(self, mat2, 'bmk,bkn->bmn')">;
  let grad = [Wrt<"self", "contract(grad, conj(mat2), 'bmn,bkn->bmk')">,
              Wrt<"mat2", "contract(conj(self), grad, 'bmk,bmn->bkn')">];
}
def Ag_Mv : Ag_Product<"mv(Tensor self, Tensor vec) -> Tensor"> {
  let title = "matrix-vector product";
  let kernel = "addmv_impl_cpu";
  let refusal = "refusalOfMv";
  let mixed = "addmv input tensors must have the same dtype, but got {1}, {0}, and {1}";
  let samples = [Case<["4x5", "5"]>, Case<["4x0", "0"]>];
  let body = Expr<"contract(self, vec, 'mk,k->m')">;
  let grad = [Wrt<"self", "contract(grad, conj(vec), 'm,k->mk')">,
              Wrt<"vec", "contract(conj(self), grad, 'mk,m->k')">];
}
def Ag_Dot : Ag_Product<"dot(Tensor self, Tensor tensor) -> Tensor"> {
  let title = "scalar product";
  let refusal = "refusalOfDot";
  let mixed = "dot : expected both vectors to have same dtype, but found {0} and {1}";
  let samples = [Case<["5", "5"]>, Case<["0", "0"]>];
  let body = Expr<"contract(self, tensor, 'k,k->')">;
  let grad = [Wrt<"self", "grad * conj(tensor)">, Wrt<"tensor", "grad * conj(self)">];
}
def Ag_Addmm : Ag_Product<"addmm(Tensor self, Tensor mat1, Tensor mat2, float beta=1, float alpha=1) -> Tensor"> {
  let title = "matrix product plus a bias; what has a factor of 0 is not read, NaN or not";
  let kernel = "addmm_impl_cpu_";
  let refusal = "refusalOfAddmm";
  let mixed = "{4} and {5} must have the same dtype, but got {0} and {1}";
  let opmath = 1;
  let samples = [Case<["4x3", "4x5", "5x3"]>,
                 Case<["3", "4x5", "5x3"], "beta = 0.5, alpha = 2.0">,
                 Case<["3", "4x5", "5x3"], "beta = 3.0, alpha = 2.0">,
                 Case<["3", "4x5", "5x3"], "beta = 0.0">, Case<["3", "4x5", "5x3"], "alpha = 0.0">,
                 Case<["3", "4x0", "0x3"]>];
  let body = Expr<"p = contract(mat1, mat2, 'mk,kn->mn');"
                  "q = choose(is(alpha, 0), cast_like(p == p, p) * 0, alpha * p);"
                  "choose(is(beta, 0), q, beta * self + q)">;
  let grad = [Wrt<"self", "grad * beta">,
              Wrt<"mat1", "contract(grad, conj(mat2), 'mn,kn->mk') * alpha">,
              Wrt<"mat2", "contract(conj(mat1), grad, 'mk,mn->kn') * alpha">];
}

#endif // AG_CONTRACT_TD
