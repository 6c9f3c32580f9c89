// Matrices factored and solved: what elimination finds, of the last two dims of a tensor.
#ifndef AG_SOLVE_TD
#define AG_SOLVE_TD

include "dialect/AgDialect.td"
include "dialect/AgRecordBase.td"

// As LAPACK, not of f16 and bf16.
def Ag_WideTensor : Ag_TensorOf<AnyTypeOf<[F32, F64, Ag_Complex], "f32, f64 or complex">>;

class Ag_OfMatrices<string schema, string family> : Ag_Record<schema, family> {
  let dtypes = ["float", "complex"];
  let halves = 0;
  let promotion = "none";
  let surface = 0; // torch.linalg's, which raises what `info` says
  let layout = "columns";
  let kernel = "lu_cpu";
  let requiredShapes = [Matrix, Empty, NonContiguous, Expanded];
}

// ---------------------------------------------------------------- eliminations

def Ag_LuFactorOp : Ag_InferredOp<"lu_factor">,
    Ag_OfMatrices<"lu_factor(Tensor A) -> (Tensor, Tensor(index), Tensor(index), Tensor(index))", "primitive"> {
  let title = "lower and upper triangular factor of square matrices with their rows exchanged";
  let notes = "As LAPACK's getrf, which goes on where a pivot is zero.";
  let node = "LinalgLuFactorExBackward0";
  let torch = "(lambda LU, pivots, info: (LU, pivots, (torch.lu_unpack(LU.detach(), pivots)[0].real * torch.arange(A.shape[-1])[:, None]).sum(-2).long(), info))"
              "(*torch.linalg.lu_factor_ex(A))";
  let samples = [Case<["2x4x4"]>, Case<["3x3"]>, Case<["1x1"]>, Case<["0x0"]>, Case<["0x2x2"]>];
  let eval = Cpp<"evalLuFactor">;
  let grad = [CppGrad<"vjpLuFactor">];
  let saves = ["result0"];
  let summary = title;
  let description = [{
    `A[order[i]][j] = sum over k of L[i][k] * U[k][j]`, where U is the upper triangle of LU, and L the
    lower one with 1 on its diagonal. Step k takes the row with the greatest element, the first of
    equals, and exchanges rows k and `pivots[k] - 1`. `info` is the first step, counted from 1, whose
    pivot is zero, else 0. Of complex elements that with the greatest sum of its parts' sizes.

    Constraints: C1 A has square matrices.

    ```mlir
    %LU, %pivots, %order, %info = ag.lu_factor %A : (tensor<2x4x4xf32>) -> (tensor<2x4x4xf32>, tensor<2x4xi64>, tensor<2x4xi64>, tensor<2xi64>)
    ```
  }];
  let arguments = (ins Ag_WideTensor:$A);
  let results = (outs Ag_WideTensor:$LU, Ag_IndexTensor:$pivots, Ag_IndexTensor:$order, Ag_IndexTensor:$info);
  let assemblyFormat = "$A attr-dict `:` functional-type($A, results)";
}

def Ag_CholeskyFactorOp : Ag_InferredOp<"cholesky_factor">,
    Ag_OfMatrices<"cholesky_factor(Tensor A) -> (Tensor, Tensor(index))", "primitive"> {
  let title = "lower triangular factor of Hermitian positive-definite matrices, of which the lower triangle is read";
  let node = "LinalgCholeskyExBackward0";
  let kernel = "cholesky_cpu";
  let notes = "Diagonals are real, of cotangents too; PyTorch's of complex ones have imaginary parts, which move no Hermitian matrix.";
  let torch = "(lambda L, info: (L.tril(-1) + L.diagonal(0, -2, -1).real.diag_embed(), info))"
              "(*torch.linalg.cholesky_ex(A.tril(-1) + A.tril(-1).mH + A.diagonal(0, -2, -1).real.diag_embed()))";
  let samples = [DiagonalDomain<"A", "-1", "1", "5">,
                 Case<["2x4x4"]>, Case<["3x3"]>, Case<["1x1"]>, Case<["0x0"]>, Case<["0x2x2"]>];
  let eval = Cpp<"evalCholeskyFactor">;
  let grad = [CppGrad<"vjpCholeskyFactor">];
  let summary = title;
  let description = [{
    `A[i][j] = sum over k of L[i][k] * conj(L[j][k])` where `j <= i`; L is zero elsewhere. `info` is the
    order of the first leading minor that is not positive, else 0; what L has from there on is of no use.

    Constraints: C1 A has square matrices.

    ```mlir
    %L, %info = ag.cholesky_factor %A : (tensor<2x4x4xf32>) -> (tensor<2x4x4xf32>, tensor<2xi64>)
    ```
  }];
  let arguments = (ins Ag_WideTensor:$A);
  let results = (outs Ag_WideTensor:$L, Ag_IndexTensor:$info);
  let assemblyFormat = "$A attr-dict `:` functional-type($A, results)";
}

def Ag_SolveTriangularOp : Ag_InferredOp<"solve_triangular">,
    Ag_OfMatrices<"solve_triangular(Tensor A, Tensor B, bool upper=False, bool unitriangular=False) -> Tensor",
                  "primitive"> {
  let title = "solution of triangular systems, of which one triangle is read";
  let notes = "A zero on the diagonal is divided by.";
  let node = "LinalgSolveTriangularBackward0";
  let function = "linalg_solve_triangular";
  let kernel = "triangular_solve_cpu";
  let mixed = "linalg.solve_triangular: Expected A and B to have the same dtype, but found A of type {0} and B of type {1} instead";
  let torch = "torch.linalg.solve_triangular(A.triu() if upper else A.tril(), B, upper=upper, unitriangular=unitriangular)";
  let samples = [DiagonalDomain<"A", "-1", "1", "3">,
                 Case<["2x3x3", "2x3x2"]>, Case<["3x3", "3x2"], "upper = true">,
                 Case<["2x3x3", "2x3x1"], "upper = true, unitriangular = true">,
                 Case<["2x3x3", "2x3x4"], "unitriangular = true">, Case<["0x0", "0x2"]>, Case<["2x2", "2x0"]>];
  let eval = Cpp<"evalSolveTriangular">;
  let grad = [CppGrad<"vjpSolveTriangular">];
  let summary = title;
  let description = [{
    X of `A X = B`, where of A the lower triangle is read, with `upper` the upper one, and with
    `unitriangular` 1 in place of its diagonal.

    Constraints: C1 A has square matrices. C2 B has matrices of as many rows, and the other dims of A.

    ```mlir
    %0 = ag.solve_triangular %A, %B : (tensor<4x4xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
    %1 = ag.solve_triangular upper unitriangular %A, %B : (tensor<4x4xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
    ```
  }];
  let arguments = (ins Ag_WideTensor:$A, Ag_WideTensor:$B, UnitAttr:$upper, UnitAttr:$unitriangular);
  let results = (outs Ag_WideTensor:$result);
  let assemblyFormat = [{
    (`upper` $upper^)? (`unitriangular` $unitriangular^)? $A `,` $B attr-dict `:` functional-type(operands, $result)
  }];
}

// ---------------------------------------------------------------- composed of these

class Ag_Solution<string schema> : Ag_OfMatrices<schema, "composite">;

def Ag_LuSolve : Ag_Solution<"lu_solve(Tensor LU, Tensor(index) order, Tensor B, bool adjoint=False) -> Tensor"> {
  let title = "solution of the systems whose factors lu_factor found, or of their adjoints";
  let node = "LinalgLuSolveBackward0";
  let torch = "torch.linalg.solve(LU.mH if adjoint else LU, B)";
  // No order is drawn; those of solve, which is made of it, are any.
  let samples = [DiagonalDomain<"LU", "-1", "1", "3">, Domain<"order", "0", "1">,
                 Case<["2x1x1", "2x1", "2x1x3"]>,
                 Case<["1x1", "1", "1x2"]>, Case<["1x1", "1", "1x2"], "adjoint = true">, Case<["0x0", "0", "0x2"]>];
  let body = Cpp<"bodyLuSolve">;
  let grad = [FromBody];
}

def Ag_Solve : Ag_Solution<"solve(Tensor A, Tensor B) -> (Tensor, Tensor(index))"> {
  let title = "X of A X = B, and lu_factor's info";
  let node = "LinalgSolveExBackward0";
  let mixed = "linalg.solve: Expected A and B to have the same dtype, but found A of type {0} and B of type {1} instead";
  let torch = "torch.linalg.solve_ex(A, B)";
  let samples = [DiagonalDomain<"A", "-1", "1", "3">,
                 Case<["2x4x4", "2x4x1"]>, Case<["3x3", "3x2"]>, Case<["0x0", "0x2"]>, Case<["2x2", "2x0"]>];
  let saves = ["A", "result0", "apart"]; // the factors
  let body = Cpp<"bodySolve">;
  let grad = [CppGrad<"vjpSolve">];
}

def Ag_Inv : Ag_Solution<"inv(Tensor A) -> (Tensor, Tensor(index))"> {
  let title = "inverse of matrices, and lu_factor's info";
  let node = "LinalgInvExBackward0";
  let torch = "torch.linalg.inv_ex(A)";
  let samples = [DiagonalDomain<"A", "-1", "1", "1.5">, Case<["2x4x4"]>, Case<["3x3"]>, Case<["1x1"]>, Case<["0x0"]>];
  let body = Cpp<"bodyInv">;
  let grad = [CppGrad<"vjpInv">];
}

def Ag_Det : Ag_Solution<"det(Tensor A) -> Tensor"> {
  let title = "determinant of matrices";
  let notes = "Of a singular matrix of two rows or more the gradient is zero but where it is differentiated again, as PyTorch's.";
  let node = "LinalgDetBackward0";
  let layout = "contiguous";
  let torch = "torch.linalg.det(A)";
  let samples = [DiagonalDomain<"A", "-1", "1", "1.5">, Case<["2x4x4"]>, Case<["3x3"]>, Case<["1x1"]>, Case<["0x0"]>];
  let saves = ["A", "result", "apart"]; // the factors
  let body = Cpp<"bodyDet">;
  let grad = [CppGrad<"vjpDet">];
}

def Ag_Slogdet : Ag_Solution<"slogdet(Tensor A) -> (Tensor, Tensor(real))"> {
  let title = "sign of the determinant of matrices, and logarithm of its size";
  let node = "LinalgSlogdetBackward0";
  let layout = "contiguous";
  let torch = "torch.linalg.slogdet(A)";
  let samples = [DiagonalDomain<"A", "-1", "1", "1.5">, Case<["2x4x4"]>, Case<["3x3"]>, Case<["1x1"]>, Case<["0x0"]>];
  let saves = ["A", "result0", "apart"]; // the factors
  let body = Cpp<"bodySlogdet">;
  let grad = [CppGrad<"vjpSlogdet">];
}

def Ag_Cholesky : Ag_Solution<"cholesky(Tensor A) -> (Tensor, Tensor(index))"> {
  let title = "lower triangular factor of Hermitian positive-definite matrices, and cholesky_factor's info";
  let notes = "The lower triangle is read; both triangles get half of what moves it.";
  let node = "LinalgCholeskyExBackward0";
  let kernel = "cholesky_cpu";
  let torch = "(lambda L, info: (L.tril(-1) + L.diagonal(0, -2, -1).real.diag_embed(), info))"
              "(*torch.linalg.cholesky_ex(A.diagonal(0, -2, -1).real.diag_embed().to(A.dtype)))";
  // Of larger ones the gradient is no derivative by the elements alone.
  let samples = [Domain<"A", "1", "4">, Case<["3x1x1"]>, Case<["1x1"]>, Case<["0x0"]>];
  let saves = ["result0"];
  let body = Cpp<"bodyCholesky">;
  let grad = [FromBody];
}

def Ag_CholeskySolve : Ag_Solution<"cholesky_solve(Tensor self, Tensor input2) -> Tensor"> {
  let title = "X of A X = self, where input2 is the lower triangular factor of A";
  let notes = "The factor's gradient is PyTorch's: of a whole matrix, which a factor has zeros above.";
  let node = "CholeskySolveBackward0";
  let kernel = "cholesky_solve_cpu";
  let torch = "torch.cholesky_solve(self, input2)";
  let samples = [Domain<"input2", "1", "2">, Case<["2x1x3", "2x1x1"]>, Case<["1x2", "1x1"]>, Case<["0x2", "0x0"]>];
  let saves = ["self", "input2", "result"];
  let body = Cpp<"bodyCholeskySolve">;
  let grad = [CppGrad<"vjpCholeskySolve">];
}

#endif // AG_SOLVE_TD
