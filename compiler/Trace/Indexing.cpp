// Indexed dims come first and become one, which a single linear index reads or writes.
#include "compiler/Trace/Indexing.h"
#include "compiler/Analysis/Message.h"
#include "compiler/Trace/Trace.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Verifier.h"
#include "runtime/include/agc/agc.h"

using namespace mlir;

namespace agc {
namespace {

using trace::Trace;
using Extents = SmallVector<OpFoldResult>;
using Order = SmallVector<int64_t>;

template <typename T> SmallVector<T> joined(ArrayRef<T> a, ArrayRef<T> b) {
  SmallVector<T> both(a);
  both.append(b.begin(), b.end());
  return both;
}

/// One access by index tensors.
class Access {
public:
  Access(Value self, const Tensors &indices, Where where)
      : where(where), trace(Trace::current(where)), b(trace.builder), loc(trace.location(where)),
        self(self) {
    int64_t rank = ag::tensorType(self).getRank();
    if (int64_t(indices.size()) > rank)
      throw Error(where, "too many indices for tensor of dimension " + std::to_string(rank));
    sort(indices);
    makeLinear(indices);
  }

  /// The elements that are seen.
  Value read() {
    ag::Record const &record = *ag::lookupRecord("index_select");
    NamedAttrList params;
    params.set("dim", b.getI64IntegerAttr(0));
    auto picked = ag::buildRecord(b, loc, record, {flattened(), linear},
                                  params.getDictionary(b.getContext()));
    if (failed(picked))
      throw Error(where, "the elements cannot be picked");
    Value rows = shaped(picked->front(), seen());
    return permuted(rows, inverseOf(resultOrder()));
  }

  /// The values of self after what is seen was replaced by values.
  Value write(Value values, bool accumulate) {
    Extents result(joint.size() + rest.size());
    Order order = resultOrder();
    for (auto [extent, dim] : llvm::zip(seen(), order))
      result[dim] = extent;
    checkFits(values, ag::splitExtents(result).first);
    if (Extents given = ag::extentsOf(b, loc, values); given.size() > result.size())
      values = shaped(values, ArrayRef(given).take_back(result.size()));
    values = ag::expand(b, loc, values, result);
    OpFoldResult width = productOf(rest), count = productOf(joint), one = b.getIndexAttr(1);
    values = shaped(permuted(values, order), {count, width});
    Value index = ag::expand(b, loc, shaped(linear, {count, one}), {count, width});
    Value rows = shaped(flattened(), {productOf(front), width});
    rows = ag::ScatterOp::create(b, loc, rows, index, values, b.getI64IntegerAttr(0),
                                 accumulate ? b.getUnitAttr() : UnitAttr());
    return permuted(shaped(rows, joined<OpFoldResult>(front, rest)), inverseOf(selfOrder));
  }

private:
  void sort(const Tensors &indices) {
    Order picked, whole;
    for (auto [dim, extent] : llvm::enumerate(ag::extentsOf(b, loc, self))) {
      bool isPicked = dim < indices.size() && indices[dim].defined();
      (isPicked ? picked : whole).push_back(dim);
      (isPicked ? front : rest).push_back(extent);
    }
    if (picked.empty())
      throw Error(where, "indexing needs a tensor among the indices");
    bool neighbours = picked.back() - picked.front() + 1 == int64_t(picked.size());
    place = neighbours ? picked.front() : 0;
    selfOrder = joined<int64_t>(picked, whole);
  }

  /// The index tensors, which broadcast together.
  SmallVector<Value> valuesOf(const Tensors &indices) {
    SmallVector<Value> values;
    ag::Shape shape;
    for (const Tensor &tensor : indices) {
      if (!tensor.defined())
        continue;
      Value value = trace.read(Operand(tensor, where));
      if (!ag::tensorType(value).getElementType().isInteger(64))
        throw Error(where, "tensors used as indices must be long, int, byte or bool tensors");
      FailureOr<ag::Shape> both = ag::broadcastShapes(shape, ag::tensorType(value).getShape());
      if (failed(both))
        throw Error(where, "shape mismatch: indexing tensors could not be broadcast together");
      shape = *both;
      values.push_back(value);
    }
    return values;
  }

  /// The position in the dim that the indexed ones become; for an index out of range itself where
  /// it is the only one, else -1: no dim has that.
  void makeLinear(const Tensors &indices) {
    Value inRange;
    bool isOfCall = &trace != Trace::sessionOrNull(); // what a program indexes by is checked there
    SmallVector<Value> values = valuesOf(indices);
    for (auto [i, value] : llvm::enumerate(values)) {
      Value size = number(front[i]), zero = number(b.getIndexAttr(0));
      Value stride = number(productOf(ArrayRef(front).drop_front(i + 1)));
      Value isNegative = map("lt", {value, zero});
      Value wrapped = map("where", {isNegative, map("add", {value, size}), value});
      Value fits = map("logical_and", {map("ge", {wrapped, zero}), map("lt", {wrapped, size})});
      if (isOfCall && values.size() > 1 && !isFound(value))
        checkIndex(map("where", {fits, zero, value}), front[i], selfOrder[i]);
      inRange = inRange ? map("logical_and", {inRange, fits}) : fits;
      Value part = map("mul", {wrapped, stride});
      linear = linear ? map("add", {linear, part}) : part;
    }
    Value nowhere =
        values.size() == 1 ? values.front() : trace::constantOf(b, loc, Scalar(-1), DType::Int64);
    linear = map("where", {inRange, linear, nowhere});
    joint = ag::extentsOf(b, loc, linear);
    linear = shaped(linear, {productOf(joint)});
  }

  /// Whether an index is where a mask has an element: it is always right.
  static bool isFound(Value value) {
    Operation *op = value.getDefiningOp();
    while (isa_and_nonnull<agt::ReadOp, agt::DetachOp, agt::ViewOp>(op))
      op = op->getOperand(0).getDefiningOp();
    auto made = dyn_cast_or_null<agt::NewOp>(op);
    return made && made.getValue().getDefiningOp<ag::NonzeroOp>();
  }

  /// Fails the call where an element of `wrong`, in which those that fit are 0, is no place of a
  /// dim.
  void checkIndex(Value wrong, OpFoldResult extent, int64_t dim) {
    auto all = llvm::to_vector(llvm::seq<int64_t>(0, ag::tensorType(wrong).getRank()));
    Value zero = number(b.getIndexAttr(0));
    Value most = ag::reduce(b, loc, "supremum", wrong, all, false);
    Value least = map("minimum", {ag::reduce(b, loc, "infimum", wrong, all, false), zero});
    Value worst = map("where", {map("gt", {most, zero}), most, least});
    auto elementOf = [&](Value scalar) -> Value {
      return tensor::ExtractOp::create(b, loc, scalar);
    };
    auto compare = [&](arith::CmpIPredicate predicate, Value x, Value y) -> Value {
      return arith::CmpIOp::create(b, loc, predicate, x, y);
    };
    Value count = elementOf(number(productOf(ag::extentsOf(b, loc, wrong))));
    Value isEmpty = compare(arith::CmpIPredicate::eq, count, elementOf(zero));
    Value fits = compare(arith::CmpIPredicate::ult, elementOf(worst), elementOf(number(extent)));
    std::string place = " is out of range for dim " + std::to_string(dim);
    trace::failUnless(b, loc, arith::OrIOp::create(b, loc, isEmpty, fits), AGC_ERROR_INDEX,
                      "an index" + place, "index %lld" + place + " of size %lld");
  }

  /// Refuses values that do not broadcast to what is seen.
  void checkFits(Value values, ArrayRef<int64_t> result) {
    ArrayRef<int64_t> shape = ag::tensorType(values).getShape();
    auto mayBe = [](int64_t extent, int64_t other) {
      return extent == other || ShapedType::isDynamic(extent) || ShapedType::isDynamic(other);
    };
    size_t extra = shape.size() - std::min(shape.size(), result.size());
    FailureOr<ag::Shape> both = ag::broadcastShapes(result, shape.drop_front(extra));
    // Leading ones of the values do not count.
    bool fits = succeeded(both) &&
                llvm::all_of(shape.take_front(extra), [&](int64_t e) { return mayBe(e, 1); });
    for (size_t i = 0; fits && i < result.size(); ++i)
      fits = mayBe(result[i], (*both)[i]);
    if (!fits)
      throw Error(where, "shape mismatch: value tensor of shape " + shapeText(shape) +
                             " cannot be broadcast to indexing result of shape " +
                             shapeText(result));
  }

  Value map(StringRef fn, ValueRange operands) { return ag::map(b, loc, fn, operands); }
  Value number(OpFoldResult extent) { return trace::numberOf(b, loc, extent); }
  OpFoldResult productOf(ArrayRef<OpFoldResult> extents) {
    return ag::countElements(b, loc, extents);
  }
  Value shaped(Value value, ArrayRef<OpFoldResult> extents) {
    return ag::reshape(b, loc, value, extents);
  }
  Value permuted(Value value, ArrayRef<int64_t> order) {
    if (llvm::is_sorted(order))
      return value;
    return ag::PermuteOp::create(b, loc, value, b.getDenseI64ArrayAttr(order));
  }
  static Order inverseOf(ArrayRef<int64_t> order) {
    Order inverse(order.size());
    for (auto [i, dim] : llvm::enumerate(order))
      inverse[dim] = i;
    return inverse;
  }
  Extents seen() { return joined<OpFoldResult>(joint, rest); }
  /// Which dim of the result each of (joint, rest) is.
  Order resultOrder() {
    Order order;
    for (int64_t i = 0; i < int64_t(joint.size()); ++i)
      order.push_back(place + i);
    for (int64_t i = 0; i < int64_t(rest.size()); ++i)
      order.push_back(i < place ? i : i + int64_t(joint.size()));
    return order;
  }
  Value flattened() {
    Extents extents = {productOf(front)};
    extents.append(rest.begin(), rest.end());
    return shaped(permuted(self, selfOrder), extents);
  }

  Where where;
  Trace &trace;
  OpBuilder &b;
  Location loc;
  Value self;
  Extents joint, front, rest; ///< of the index, of the indexed dims, of the others
  Order selfOrder;            ///< the indexed dims, then the others
  int64_t place = 0;          ///< where joint begins in the result
  Value linear;
};

} // namespace

Tensor index(const Tensor &self, const Tensors &indices, Where where) {
  Trace &trace = Trace::current(where);
  Value read = trace.read(Operand(self, where));
  Value value = Access(read, indices, where).read();
  trace.computed(value, where);
  StringAttr node = trace.builder.getStringAttr("IndexBackward0");
  Tensor made = trace.tensor(trace.append<agt::NewOp>(where, value, node, /*contiguous=*/false));
  return trace.derivedBy(made, "IndexPutImplBackward0", where);
}

Tensor index_put_(const Tensor &self, const Tensors &indices, const Operand &values,
                  bool accumulate, Where where) {
  Trace &trace = Trace::current(where);
  trace.checkWrite(Operand(self, where), &values, where);
  Value read = trace.read(Operand(self, where));
  Value source;
  if (values.scalar) {
    trace::checkHolds(*values.scalar, self.dtype(), where);
    source = trace::constantOf(trace.builder, trace.location(where), *values.scalar, self.dtype());
  } else {
    source = trace.read(values);
    if (DType from = trace::dtypeOf(ag::tensorType(source).getElementType()); from != self.dtype())
      throw Error(where, std::string("Index put requires the source and destination dtypes match, "
                                     "got ") +
                             titleOf(self.dtype()) + " for the destination and " + titleOf(from) +
                             " for the source.");
  }
  Value value = Access(read, indices, where).write(source, accumulate);
  trace.computed(value, where);
  trace.append<agt::WriteOp>(where, "index_put_", trace.refOf(self.impl(), where), value,
                             trace.builder.getStringAttr("IndexPutBackward0"));
  return self;
}

/// What masked_fill computes, in self's dtype.
static Value filled(const Tensor &self, const Tensor &mask, const Operand &value, Where where) {
  Trace &trace = Trace::current(where);
  if (mask.dtype() != DType::Bool)
    throw Error(where, std::string("masked_fill_ only supports boolean masks, but got mask with "
                                   "dtype ") +
                           StringRef(titleOf(mask.dtype())).lower());
  if (value.scalar)
    trace::checkHolds(*value.scalar, self.dtype(), where);
  Location loc = trace.location(where);
  Value into = trace.read(Operand(self, where)), flags = trace.read(Operand(mask, where));
  Type element = ag::tensorType(into).getElementType();
  Value number = value.scalar ? trace.number(loc, *value.scalar, self.dtype())
                              : ag::castTo(trace.builder, loc, trace.read(value), element);
  trace::checkBroadcast({flags, into}, where);
  return ag::map(trace.builder, loc, "where", {flags, number, into});
}

Tensor masked_fill(const Tensor &self, const Tensor &mask, const Operand &value, Where where) {
  Trace &trace = Trace::current(where);
  Value result = filled(self, mask, value, where);
  StringAttr node = trace.builder.getStringAttr("MaskedFillBackward0");
  Tensor made = trace.tensor(trace.append<agt::NewOp>(where, result, node, /*contiguous=*/true));
  return trace.derivedBy(made, "MaskedFillBackward0", where);
}

Tensor masked_fill_(const Tensor &self, const Tensor &mask, const Operand &value, Where where) {
  Trace &trace = Trace::current(where);
  trace.checkWrite(Operand(self, where), &value, where);
  if (mask.dtype() == DType::Bool)
    trace::checkFits(self.impl()->type.getShape(), mask.impl()->type.getShape(), where);
  Value result = filled(self, mask, value, where);
  trace.append<agt::WriteOp>(where, "masked_fill_", trace.refOf(self.impl(), where), result,
                             trace.builder.getStringAttr("MaskedFillBackward0"));
  return self;
}

} // namespace agc
