// The math functions that agc-expand-math knows, each written once for scalars and vectors of f32
// and f64.
#pragma once
#include "compiler/CodeGen/MathBuilder.h"
#include "mlir/IR/BuiltinOps.h"

namespace agc {

/// x = n ln(2) + r with |r| <= ln(2)/2, as expm1(r) and n.
struct ExpReduced {
  Real expm1;
  Bits n;
};

/// Reduces x + tail, where |tail| is at most a rounding error of x; |x| must be below 2^20.
ExpReduced reduceExp(Real x);
ExpReduced reduceExp(Real x, Real tail);
/// 2^n, where that is a normal number.
Real powerOfTwo(Bits n);
/// p 2^n rounded once, for any n that an exponential can have (subnormal results, overflow).
Real scale(Real p, Bits n);

/// x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2); x positive and finite, subnormals included.
struct LogReduced {
  Real k, f;
};
LogReduced reduceLog(Real x);

/// Declares the functions of libm that an expansion may ask, if there is any over f64.
void declareLibm(mlir::ModuleOp module);

Real expandExp(Real x);
Real expandExp2(Real x);
Real expandExpM1(Real x);
Real expandSinh(Real x);
Real expandCosh(Real x);
Real expandTanh(Real x);

Real expandLog(Real x);
Real expandLog2(Real x);
Real expandLog10(Real x);
Real expandLog1p(Real x);
Real expandAsinh(Real x);
Real expandAcosh(Real x);
Real expandAtanh(Real x);

Real expandSin(Real x);
Real expandCos(Real x);
Real expandTan(Real x);

Real expandAsin(Real x);
Real expandAcos(Real x);
Real expandAtan(Real x);
Real expandAtan2(Real y, Real x);

Real expandErf(Real x);
Real expandErfc(Real x);

Real expandPow(Real x, Real y);
Real expandCbrt(Real x);
Real expandRsqrt(Real x);

} // namespace agc
