// Sine, cosine and tangent, right for arguments of any size.
#include "compiler/CodeGen/MathCoefficients.h"
#include "compiler/CodeGen/MathFunctions.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace agc {

static const Polynomial sinPolynomial = {coefficients::sinF32, coefficients::sinF64};
static const Polynomial cosPolynomial = {coefficients::cosF32, coefficients::cosF64};
static const Polynomial tanPolynomial = {coefficients::tanF32, coefficients::tanF64};

namespace {
/// a = quadrant * pi/2 + r + tail with |r| <= pi/4 and tail the rounding error of r, the quadrant
/// modulo 4 in the two lowest bits.
struct TrigReduced {
  Real r, tail;
  Bits quadrant;
};
} // namespace

/// Whether the mask holds in any lane.
static Value anyLane(Mask mask) {
  ImplicitLocOpBuilder &builder = mask.math->builder;
  auto type = dyn_cast<VectorType>(mask.value.getType());
  if (!type)
    return mask.value;
  Value flat = mask.value;
  if (type.getRank() != 1)
    flat = vector::ShapeCastOp::create(
        builder, VectorType::get({type.getNumElements()}, type.getElementType()), flat);
  return vector::ReductionOp::create(builder, vector::CombiningKind::OR, flat);
}

/// Cody and Waite's reduction with pi/2 in three parts; each fma's result is exact or rounded once.
static TrigReduced reduceModerate(Real a) {
  MathBuilder &math = *a.math;
  double magic = math.pick(0x1.8p23, 0x1.8p52);
  Real t = fma(a, 0x1.45f306dc9c883p-1, magic);
  Real n = t - magic;
  double second = -math.pick(-0x1.777a5cp-25, 0x1.1a62633145c07p-54);
  double third = -math.pick(-0x1.ee59dap-50, -0x1.f1976b7ed8fbcp-110);
  Real r1 = fma(n, -math.pick(0x1.921fb6p+0, 0x1.921fb54442d18p+0), a);
  Real r2 = fma(n, second, r1);
  Real r = fma(n, third, r2);
  // What the last two steps rounded away; of r1 - r2 itself, too.
  Real step = r1 - r2;
  Real tail = fma(n, third, r2 - r) + (fma(n, second, step) + ((r1 - step) - r2));
  return {r, tail, toBits(t)};
}

/// The first argument that reduceModerate does not do.
static double moderateBound(MathBuilder &math) { return math.pick(0x1p16, 0x1p30); }

/// Four neighbouring 32-bit words of 2/pi, from word `index` on, zeros standing before its point.
static std::array<Bits, 4> wordsOfTwoOverPi(Bits index) {
  static constexpr int64_t words[] = {0,          0xa2f9836e, 0x4e441529, 0xfc2757d1,
                                      0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab};
  MathBuilder &math = *index.math;
  std::array<Bits, 4> chosen = {math.bits(words[4]), math.bits(words[5]), math.bits(words[6]),
                                math.bits(words[7])};
  for (int64_t q = 3; q >= 0; --q) {
    Mask here = index == q;
    for (int i = 0; i < 4; ++i)
      chosen[i] = select(here, math.bits(words[q + i]), chosen[i]);
  }
  return chosen;
}

/// Payne and Hanek's reduction of f32 numbers from 2^7 on: the 24-bit mantissa times those 96 bits
/// of 2/pi that matter modulo 4. Other lanes give a number without meaning.
static TrigReduced reduceLarge(Real a) {
  MathBuilder &math = *a.math;
  ImplicitLocOpBuilder &builder = math.builder;
  Type wideType = builder.getF64Type();
  if (auto shaped = dyn_cast<ShapedType>(math.type))
    wideType = shaped.clone(wideType);
  MathBuilder wide(builder, builder.getLoc(), wideType);
  Bits pattern = {&wide, arith::ExtUIOp::create(builder, wide.bitsType(), toBits(a).value)};

  Bits mantissa = (pattern & 0x7fffff) | 0x800000;
  Bits position = shiftRight(pattern, 23) - 120; // of the bit that becomes 2 in a * 2/pi
  Bits within = position & 31;
  auto [w0, w1, w2, w3] = wordsOfTwoOverPi(shiftRight(position, 5));
  Bits high = shiftLeft(shiftLeft(w0, 32) | w1, within) | shiftRight(w2, 32 - within);
  Bits low = shiftRight(shiftLeft(shiftLeft(w2, 32) | w3, within), 32);
  Bits product = mantissa * high + shiftRight(mantissa * low, 32); // a * 2/pi mod 4, in units 2^-62

  Bits quadrant = shiftRight(product + (int64_t(1) << 61), 62);
  Bits rest = product - shiftLeft(quadrant, 62);
  Real exact = wide.wrap(arith::SIToFPOp::create(builder, wideType, rest.value));
  Real r = exact * 0x1.921fb54442d18p-62; // pi/2 * 2^-62
  Value narrow = arith::TruncFOp::create(builder, math.type, r.value);
  Real back = wide.wrap(arith::ExtFOp::create(builder, wideType, narrow));
  Value tail = arith::TruncFOp::create(builder, math.type, (r - back).value);
  Value turned = arith::TruncIOp::create(builder, math.bitsType(), quadrant.value);
  return {select(a == math.infinity(), math.nan(), math.wrap(narrow)),
          math.wrap(tail),
          {&math, turned}};
}

/// Any a >= 0 in f32. The long way is behind a branch that is taken if one lane needs it; each
/// lane's bits depend on its own argument only.
static TrigReduced reduce(Real a) {
  MathBuilder &math = *a.math;
  TrigReduced moderate = reduceModerate(a);
  if (math.isDouble)
    return moderate; // see withLibmForLarge
  Mask large = a >= moderateBound(math);
  auto branch = scf::IfOp::create(
      math.builder, anyLane(large),
      [&](OpBuilder &builder, Location loc) {
        MathBuilder inner(builder, loc, math.type);
        TrigReduced exact = reduceLarge(inner.wrap(a.value));
        Mask mask = {&inner, large.value};
        Real r = select(mask, exact.r, inner.wrap(moderate.r.value));
        Bits quadrant = select(mask, exact.quadrant, {&inner, moderate.quadrant.value});
        Real tail = select(mask, exact.tail, inner.wrap(moderate.tail.value));
        scf::YieldOp::create(builder, loc, ValueRange{r.value, tail.value, quadrant.value});
      },
      [&](OpBuilder &builder, Location loc) {
        scf::YieldOp::create(builder, loc,
                             {moderate.r.value, moderate.tail.value, moderate.quadrant.value});
      });
  return {
      math.wrap(branch.getResult(0)), math.wrap(branch.getResult(1)), {&math, branch.getResult(2)}};
}

void declareLibm(ModuleOp module) {
  auto isDouble = [](Type type) {
    Type element = getElementTypeOrSelf(type);
    auto complex = dyn_cast<ComplexType>(element);
    return (complex ? complex.getElementType() : element).isF64();
  };
  WalkResult asks = module.walk([&](Operation *op) {
    bool is = isa_and_nonnull<math::MathDialect, complex::ComplexDialect>(op->getDialect()) &&
              llvm::any_of(op->getOperandTypes(), isDouble);
    return is ? WalkResult::interrupt() : WalkResult::advance();
  });
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  auto type = builder.getFunctionType(builder.getF64Type(), builder.getF64Type());
  for (StringRef name : {"sin", "cos", "tan"})
    if (asks.wasInterrupted() && !module.lookupSymbol(name))
      func::FuncOp::create(builder, module.getLoc(), name, type).setPrivate();
}

/// The libm function of that name over f64.
static func::FuncOp libmFunction(MathBuilder &math, StringRef name) {
  Operation *at = math.builder.getInsertionBlock()->getParentOp();
  auto module = isa<ModuleOp>(at) ? cast<ModuleOp>(at) : at->getParentOfType<ModuleOp>();
  auto function = module.lookupSymbol<func::FuncOp>(name);
  if (!function)
    llvm::report_fatal_error("'" + name + "' is not declared: see agc-declare-libm");
  return function;
}

/// Calls libm for each lane of x.
static Value callLanes(OpBuilder &builder, Location loc, func::FuncOp function, Value x) {
  auto call = [&](OpBuilder &builder, Value lane) -> Value {
    return func::CallOp::create(builder, loc, function, lane).getResult(0);
  };
  auto type = dyn_cast<VectorType>(x.getType());
  if (!type)
    return call(builder, x);
  VectorType flatType = VectorType::get({type.getNumElements()}, type.getElementType());
  Value flat = vector::ShapeCastOp::create(builder, loc, flatType, x);
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  Value count = arith::ConstantIndexOp::create(builder, loc, type.getNumElements());
  auto loop = scf::ForOp::create(
      builder, loc, zero, count, one, flat,
      [&](OpBuilder &builder, Location loc, Value lane, ValueRange done) {
        Value element = vector::ExtractOp::create(builder, loc, flat, OpFoldResult(lane));
        Value result = call(builder, element);
        Value next =
            vector::InsertOp::create(builder, loc, result, done.front(), OpFoldResult(lane));
        scf::YieldOp::create(builder, loc, next);
      });
  return vector::ShapeCastOp::create(builder, loc, type, loop.getResult(0));
}

/// In f64 large arguments would need 1100 bits of 2/pi: those lanes, and only those, ask libm.
static Real withLibmForLarge(StringRef name, Real x, Real result) {
  MathBuilder &math = *x.math;
  if (!math.isDouble)
    return result;
  func::FuncOp function = libmFunction(math, name);
  Mask large = abs(x) >= moderateBound(math);
  auto branch = scf::IfOp::create(
      math.builder, anyLane(large),
      [&](OpBuilder &builder, Location loc) {
        Value exact = callLanes(builder, loc, function, x.value);
        Value chosen = arith::SelectOp::create(builder, loc, large.value, exact, result.value);
        scf::YieldOp::create(builder, loc, chosen);
      },
      [&](OpBuilder &builder, Location loc) { scf::YieldOp::create(builder, loc, result.value); });
  return math.wrap(branch.getResult(0));
}

static Bits signOf(Real x) { return toBits(x) & x.math->pattern(-0.0); }

/// Sine, or cosine a quarter turn on; `sign` holds a sign bit that flips the result.
static Real sinAtQuadrant(Real r, Bits quadrant, Bits sign) {
  MathBuilder &math = *r.math;
  Real z = r * r;
  Real sin = fma(r * z, evaluate(sinPolynomial, z), r);
  Real cos = fma(z, fma(z, evaluate(cosPolynomial, z), -0.5), 1.0);
  Real chosen = select(isOdd(quadrant), cos, sin);
  Bits turned = shiftLeft(quadrant & 2, math.mantissa() + (math.isDouble ? 10 : 7));
  return fromBits(toBits(chosen) ^ turned ^ sign);
}

Real expandSin(Real x) {
  auto [r, tail, quadrant] = reduce(abs(x));
  return withLibmForLarge("sin", x, sinAtQuadrant(r, quadrant, signOf(x)));
}

Real expandCos(Real x) {
  auto [r, tail, quadrant] = reduce(abs(x));
  return withLibmForLarge("cos", x, sinAtQuadrant(r, quadrant + 1, x.math->bits(0)));
}

Real expandTan(Real x) {
  auto [r, tail, quadrant] = reduce(abs(x));
  Real z = r * r;
  Real tan = r + fma(r * z, evaluate(tanPolynomial, z), fma(tail, z, tail));
  Real turned = select(isOdd(quadrant), -1.0 / tan, tan);
  return withLibmForLarge("tan", x, fromBits(toBits(turned) ^ signOf(x)));
}

} // namespace agc
