// Indexed dims come first and become one, which a single linear index reads or writes.
#include "compiler/Trace/Indexing.h"
#include "compiler/Trace/Trace.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;

namespace agc {
namespace {

using trace::Trace;
using Extents = SmallVector<int64_t>;

/// The product of extents; of one that is `?` alone, that one.
int64_t productOf(ArrayRef<int64_t> extents) {
  if (llvm::is_contained(extents, ShapedType::kDynamic))
    return ShapedType::kDynamic;
  return std::accumulate(extents.begin(), extents.end(), int64_t(1), std::multiplies<>());
}

/// One access by index tensors.
class Access {
public:
  Access(const Tensor &self, const Tensors &indices, Where where)
      : where(where), trace(Trace::current(where)), b(trace.builder), loc(trace.location(where)),
        type(self.impl()->type) {
    if (!type.hasStaticShape())
      throw Error(where, "indexing by tensors needs extents that are known");
    if (int64_t(indices.size()) > type.getRank())
      throw Error(where,
                  "too many indices for tensor of dimension " + std::to_string(type.getRank()));
    sort(indices);
    makeLinear(indices);
  }

  /// The elements that are seen, from the values of self.
  Value read(Value self) {
    ag::Record const &record = *ag::lookupRecord("index_select");
    NamedAttrList params;
    params.set("dim", b.getI64IntegerAttr(0));
    auto picked = ag::buildRecord(b, loc, record, {flattened(self), linear},
                                  params.getDictionary(b.getContext()));
    if (failed(picked))
      throw Error(where, "the elements cannot be picked");
    Value rows = shaped(picked->front(), concat(joint, rest));
    return permuted(rows, inverseOf(resultOrder()));
  }

  /// The values of self after what is seen was replaced by values.
  Value write(Value self, Value values, bool accumulate) {
    Extents seen = concat(joint, rest), order = resultOrder(), result(seen.size());
    for (auto [place, dim] : llvm::enumerate(order))
      result[dim] = seen[place];
    int64_t written = productOf(result);
    if (failed(ag::broadcastShapes(result, ag::tensorType(values).getShape())) ||
        (!ShapedType::isDynamic(written) && productOf(ag::tensorType(values).getShape()) > written))
      throw Error(where, "shape mismatch: value tensor of shape " +
                             trace::shapeText(ag::tensorType(values).getShape()) +
                             " cannot be broadcast to indexing result of shape " +
                             trace::shapeText(result));
    values = ag::expand(b, loc, values, asFold(result));
    int64_t width = productOf(rest), count = productOf(joint);
    values = shaped(permuted(values, order), {count, width});
    Value index = ag::expand(b, loc, shaped(linear, {count, 1}), asFold({count, width}));
    Value rows = shaped(flattened(self), {productOf(front), width});
    rows = ag::ScatterOp::create(b, loc, rows, index, values, b.getI64IntegerAttr(0),
                                 accumulate ? b.getUnitAttr() : UnitAttr());
    return permuted(shaped(rows, concat(front, rest)), inverseOf(selfOrder));
  }

private:
  void sort(const Tensors &indices) {
    SmallVector<int64_t> picked, whole;
    for (int64_t dim = 0; dim < type.getRank(); ++dim) {
      bool isPicked = dim < int64_t(indices.size()) && indices[dim].defined();
      (isPicked ? picked : whole).push_back(dim);
      (isPicked ? front : rest).push_back(type.getDimSize(dim));
    }
    if (picked.empty())
      throw Error(where, "indexing needs a tensor among the indices");
    bool neighbours = picked.back() - picked.front() + 1 == int64_t(picked.size());
    place = neighbours ? picked.front() : 0;
    selfOrder = concat(picked, whole);
  }

  /// The position in the dim that the indexed ones become; -1, which no dim has, for an index out
  /// of range.
  void makeLinear(const Tensors &indices) {
    SmallVector<Value> values;
    for (const Tensor &tensor : indices) {
      if (!tensor.defined())
        continue;
      Value value = trace.read(Operand(tensor, where));
      if (!ag::tensorType(value).getElementType().isInteger(64))
        throw Error(where, "tensors used as indices must be long, int, byte or bool tensors");
      FailureOr<ag::Shape> both = ag::broadcastShapes(joint, ag::tensorType(value).getShape());
      if (failed(both))
        throw Error(where, "shape mismatch: indexing tensors could not be broadcast together");
      joint = *both;
      values.push_back(value);
    }
    Value inRange;
    int64_t stride = productOf(front);
    for (auto [value, extent] : llvm::zip(values, front)) {
      stride = extent ? stride / extent : 0;
      Value size = number(extent), zero = number(0);
      Value isNegative = map("lt", {value, zero});
      Value wrapped = map("where", {isNegative, map("add", {value, size}), value});
      Value fits = map("logical_and", {map("ge", {wrapped, zero}), map("lt", {wrapped, size})});
      inRange = inRange ? map("logical_and", {inRange, fits}) : fits;
      Value part = map("mul", {wrapped, number(stride)});
      linear = linear ? map("add", {linear, part}) : part;
    }
    linear = map("where", {inRange, linear, number(-1)});
    if (llvm::is_contained(joint, ShapedType::kDynamic)) {
      if (joint.size() > 1)
        throw Error(where, "indexing by tensors of several dims needs extents that are known");
      found = tensor::DimOp::create(b, loc, linear, 0).getResult();
    }
    linear = shaped(ag::expand(b, loc, linear, asFold(joint)), {productOf(joint)});
  }

  Value map(StringRef fn, ValueRange operands) { return ag::map(b, loc, fn, operands); }
  Value number(int64_t value) { return trace::constantOf(b, loc, Scalar(value), DType::Int64); }
  SmallVector<OpFoldResult> asFold(ArrayRef<int64_t> extents) {
    return llvm::map_to_vector(extents, [&](int64_t x) -> OpFoldResult {
      if (ShapedType::isDynamic(x))
        return found;
      return b.getIndexAttr(x);
    });
  }
  Value shaped(Value value, ArrayRef<int64_t> extents) {
    return ag::reshape(b, loc, value, asFold(extents));
  }
  Value permuted(Value value, ArrayRef<int64_t> order) {
    if (llvm::is_sorted(order))
      return value;
    return ag::PermuteOp::create(b, loc, value, b.getDenseI64ArrayAttr(order));
  }
  static Extents concat(ArrayRef<int64_t> a, ArrayRef<int64_t> b) {
    Extents both(a);
    both.append(b.begin(), b.end());
    return both;
  }
  static Extents inverseOf(ArrayRef<int64_t> order) {
    Extents inverse(order.size());
    for (auto [i, dim] : llvm::enumerate(order))
      inverse[dim] = i;
    return inverse;
  }
  /// Which dim of the result each of (joint, rest) is.
  Extents resultOrder() {
    Extents order;
    for (int64_t i = 0; i < int64_t(joint.size()); ++i)
      order.push_back(place + i);
    for (int64_t i = 0; i < int64_t(rest.size()); ++i)
      order.push_back(i < place ? i : i + int64_t(joint.size()));
    return order;
  }
  Value flattened(Value self) {
    return shaped(permuted(self, selfOrder), concat({productOf(front)}, rest));
  }

  Where where;
  Trace &trace;
  OpBuilder &b;
  Location loc;
  RankedTensorType type;
  Extents joint, front, rest,
      selfOrder;     ///< extents of the index, of the indexed dims, of the others
  int64_t place = 0; ///< where joint begins in the result
  Value linear;
  Value found; ///< the extent of the index, where it is `?`
};

} // namespace

Tensor index(const Tensor &self, const Tensors &indices, Where where) {
  Trace &trace = Trace::current(where);
  Value read = trace.read(Operand(self, where));
  Value value = Access(self, indices, where).read(read);
  trace.computed(value, where);
  return trace.tensor(
      trace.append<agt::NewOp>(where, value, trace.builder.getStringAttr("IndexBackward0"), false));
}

Tensor index_put_(const Tensor &self, const Tensors &indices, const Operand &values,
                  bool accumulate, Where where) {
  Trace &trace = Trace::current(where);
  Value read = trace.read(Operand(self, where));
  Value source;
  if (values.scalar) {
    source = trace::constantOf(trace.builder, trace.location(where), *values.scalar, self.dtype());
  } else {
    source = trace.read(values);
    if (DType from = trace::dtypeOf(ag::tensorType(source).getElementType()); from != self.dtype())
      throw Error(where, std::string("Index put requires the source and destination dtypes match, "
                                     "got ") +
                             titleOf(self.dtype()) + " for the destination and " + titleOf(from) +
                             " for the source.");
  }
  Value value = Access(self, indices, where).write(read, source, accumulate);
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
  return trace.tensor(trace.append<agt::NewOp>(
      where, result, trace.builder.getStringAttr("MaskedFillBackward0"), false));
}

Tensor masked_fill_(const Tensor &self, const Tensor &mask, const Operand &value, Where where) {
  Trace &trace = Trace::current(where);
  Value result = filled(self, mask, value, where);
  if (ag::tensorType(result) != self.impl()->type)
    throw Error(where, "the mask of masked_fill_ does not broadcast to the tensor");
  trace.append<agt::WriteOp>(where, "masked_fill_", trace.refOf(self.impl(), where), result,
                             trace.builder.getStringAttr("MaskedFillBackward0"));
  return self;
}

} // namespace agc
