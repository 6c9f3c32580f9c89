// Ops whose results' extents are found at run time become loops that fill the room for all
// elements; what they found is a slice of it. The slice's extent is the least of what was counted
// and of that room, which is how later passes know its bound (see compiler/Lowering/Bounds.h).
#include "compiler/Lowering/Lowering.h"
#include "compiler/Lowering/MergeSort.h"
#include "dialect/AgDialect.h"
#include "dialect/Shape.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace agc {
namespace {

/// The first `count` rows of a tensor; a slice of none would start outside it.
Value firstRows(OpBuilder &b, Location loc, Value tensor, Value count, Type type) {
  Extents sizes = ag::extentsOf(b, loc, tensor), starts(sizes.size(), b.getIndexAttr(0)),
          ones(sizes.size(), b.getIndexAttr(1));
  Value rows = tensor;
  if (!isConstantIntValue(sizes[0], 0)) {
    sizes[0] = count;
    rows = tensor::ExtractSliceOp::create(b, loc, tensor, starts, sizes, ones);
  }
  return rows.getType() == type ? rows : tensor::CastOp::create(b, loc, type, rows).getResult();
}

struct LowerNonzero : OpConversionPattern<ag::NonzeroOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::NonzeroOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Indices at{rewriter, loc};
    Value self = adaptor.getSelf();
    Type element = op.getSelf().getType().getElementType();
    Extents extents = ag::extentsOf(rewriter, loc, self);
    int64_t rank = extents.size();
    OpFoldResult room = ag::countElements(rewriter, loc, extents);
    Value rows =
        emptyTensor(rewriter, loc, {room, rewriter.getIndexAttr(rank)}, rewriter.getI64Type());
    // Every element is written behind those that were found, and stays if it is found too.
    auto body = [&](OpBuilder &b, Location where, ValueRange loops, ValueRange carried) {
      Indices in{b, where};
      Value stored = tensor::ExtractOp::create(b, where, self, loops), row = carried[0];
      for (auto [dim, index] : llvm::enumerate(loops))
        row = tensor::InsertOp::create(b, where, in.toI64(index), row,
                                       ValueRange{carried[1], in(dim)});
      Value found =
          castElement(b, where, loadElement(b, where, stored, element), element, b.getI1Type());
      return SmallVector<Value>{row, in.add(carried[1], in.one(found))};
    };
    SmallVector<Value> ends = llvm::map_to_vector(
        extents, [&](OpFoldResult extent) { return indexValue(rewriter, loc, extent); });
    SmallVector<Value> found = buildLoops(rewriter, loc, ends, {rows, at(0)}, body);
    Value count = at.min(found[1], indexValue(rewriter, loc, room));
    Type type = getTypeConverter()->convertType(op.getType());
    if (rank)
      rewriter.replaceOp(op, firstRows(rewriter, loc, found[0], count, type));
    else // rows of nothing
      rewriter.replaceOp(
          op, emptyTensor(rewriter, loc, {count, rewriter.getIndexAttr(0)}, rewriter.getI64Type()));
    return success();
  }
};

/// Sorts along a dim: a merge sort of the elements with their positions, one line after the other.
struct LowerSort : OpConversionPattern<ag::SortOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::SortOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    Location loc = op.getLoc();
    Value self = adaptor.getSelf();
    Type element = op.getSelf().getType().getElementType();
    Type stored = ag::tensorType(self).getElementType();
    int64_t dim = op.getDim();
    bool descending = op.getDescending();
    Extents extents = ag::extentsOf(b, loc, self), two = {b.getIndexAttr(2), extents[dim]};
    Value size = indexValue(b, loc, extents[dim]);
    MergeSort sorter(size, [&](OpBuilder &b, Location at, Value x, Value y) {
      return comesBefore(b, at, element, x, y, descending);
    });
    // Where an element of a line stands.
    auto inLine = [&](ValueRange line, Value place) {
      SmallVector<Value> at(line);
      at.insert(at.begin() + dim, place);
      return at;
    };
    auto sortLine = [&](OpBuilder &b, Location loc, ValueRange line, ValueRange carried) {
      auto fill = [&](OpBuilder &b, Location loc, ValueRange place, ValueRange tables) {
        Indices in{b, loc};
        Value key = tensor::ExtractOp::create(b, loc, self, inLine(line, place[0]));
        SmallVector<Value> entries = {key, in.toI64(place[0])}, filled;
        for (auto [entry, table] : llvm::zip(entries, tables))
          filled.push_back(
              tensor::InsertOp::create(b, loc, entry, table, ValueRange{in(0), place[0]}));
        return filled;
      };
      SmallVector<Value> tables = buildLoops(b, loc, size, carried.take_front(2), fill);
      tables = sorter.sort(b, loc, tables);
      Value row = sorter.resultRow(b, loc);
      auto take = [&](OpBuilder &b, Location loc, ValueRange place, ValueRange results) {
        SmallVector<Value> taken;
        for (auto [table, result] : llvm::zip(tables, results)) {
          Value entry = tensor::ExtractOp::create(b, loc, table, ValueRange{row, place[0]});
          taken.push_back(tensor::InsertOp::create(b, loc, entry, result, inLine(line, place[0])));
        }
        return taken;
      };
      llvm::append_range(tables, buildLoops(b, loc, size, carried.drop_front(2), take));
      return tables;
    };
    // Tensors of one type must differ from the start, or they would be one.
    Value none = arith::ConstantOp::create(b, loc, b.getZeroAttr(stored));
    Value place = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(-1));
    SmallVector<Value> lines, inits;
    for (const Extents &shape : {two, extents})
      inits.append({filledTensor(b, loc, none, shape), filledTensor(b, loc, place, shape)});
    for (auto [i, extent] : llvm::enumerate(extents))
      if (int64_t(i) != dim)
        lines.push_back(indexValue(b, loc, extent));
    b.replaceOp(op, ArrayRef(buildLoops(b, loc, lines, inits, sortLine)).drop_front(2));
    return success();
  }
};

/// Builds ag.unique: a merge sort of the elements with their positions, or of the positions of
/// rows, then one walk over them.
class Unique {
public:
  Unique(OpBuilder &b, Location loc, Value tensor, Type element, bool rows)
      : b(b), loc(loc), self(rows ? tensor : flatten(b, loc, tensor)), element(element), rows(rows),
        extents(ag::extentsOf(b, loc, self)), size(indexValue(b, loc, extents[0])) {}

  struct Found {
    Value values, inverse, counts, count;
  };
  Found build() { return walk(sort()); }

private:
  /// What is carried along two rows, given by their positions.
  SmallVector<Value> alongRows(
      OpBuilder &b, Location at, Value x, Value y, ValueRange carried,
      function_ref<SmallVector<Value>(OpBuilder &, Location, Value, Value, ValueRange)> body) {
    Value width = indexValue(b, at, extents[1]);
    Value places[] = {Indices{b, at}.toIndex(x), Indices{b, at}.toIndex(y)};
    return buildLoops(b, at, width, carried,
                      [&](OpBuilder &b, Location at, ValueRange column, ValueRange carried) {
                        auto element = [&](Value place) -> Value {
                          return tensor::ExtractOp::create(b, at, self,
                                                           ValueRange{place, column[0]});
                        };
                        return body(b, at, element(places[0]), element(places[1]), carried);
                      });
  }

  /// Whether what is sorted, elements or the positions of rows, comes before another.
  Value isLess(OpBuilder &b, Location at, Value x, Value y) {
    if (!rows)
      return comesBefore(b, at, element, x, y);
    Value no = arith::ConstantOp::create(b, at, b.getBoolAttr(false));
    // Whether it does, and whether an earlier column has decided it.
    auto body = [&](OpBuilder &b, Location at, Value x, Value y, ValueRange carried) {
      Value less = comesBefore(b, at, element, x, y), more = comesBefore(b, at, element, y, x);
      Value now = arith::SelectOp::create(b, at, carried[1], carried[0], less);
      Value decides = arith::OrIOp::create(b, at, less, more);
      return SmallVector<Value>{now, arith::OrIOp::create(b, at, carried[1], decides)};
    };
    return alongRows(b, at, x, y, {no, no}, body)[0];
  }

  Value differs(OpBuilder &b, Location at, Value x, Value y) {
    if (!rows)
      return holds(b, at, element, "ne", x, y);
    Value no = arith::ConstantOp::create(b, at, b.getBoolAttr(false));
    auto body = [&](OpBuilder &b, Location at, Value x, Value y, ValueRange carried) {
      Value differ = holds(b, at, element, "ne", x, y);
      return SmallVector<Value>{arith::OrIOp::create(b, at, carried[0], differ)};
    };
    return alongRows(b, at, x, y, no, body)[0];
  }

  /// Positions in ascending order of what stands there, equal ones as they stood, behind the
  /// elements in that order: two rows of each, of which the sort's result is one.
  SmallVector<Value> sort() {
    Type i64 = b.getI64Type();
    Extents two = {b.getIndexAttr(2), extents[0]};
    auto position = [&](OpBuilder &b, Location at, ValueRange) -> Value {
      return arith::IndexCastOp::create(b, at, i64, linalg::IndexOp::create(b, at, 1));
    };
    auto copy = [](OpBuilder &, Location, ValueRange stored) { return stored[0]; };
    SmallVector<Value> tables;
    if (!rows)
      tables.push_back(
          buildPointwise(b, loc, self, two, ag::tensorType(self).getElementType(), copy));
    tables.push_back(buildPointwise(b, loc, {}, two, i64, position));
    return sorter.sort(b, loc, tables);
  }

  /// Gathers equal neighbours of the order.
  Found walk(ArrayRef<Value> tables) {
    Indices at{b, loc};
    Value row = sorter.resultRow(b, loc);
    Type i64 = b.getI64Type(), key = ag::tensorType(tables[0]).getElementType();
    Value none = arith::ConstantOp::create(b, loc, b.getZeroAttr(key));
    // Of rows the first one's position stands for each; what is not found is row 0.
    Value keys =
              rows ? filledTensor(b, loc, none, extents[0]) : emptyTensor(b, loc, extents[0], key),
          inverse = emptyTensor(b, loc, extents[0], i64),
          counts = emptyTensor(b, loc, extents[0], i64);
    auto loop = scf::ForOp::create(
        b, loc, at(0), size, at(1), {keys, inverse, counts, at(0), none},
        [&](OpBuilder &b, Location loc, Value place, ValueRange carried) {
          Indices in{b, loc};
          Value here[] = {row, place};
          Value own = in.toIndex(tensor::ExtractOp::create(b, loc, tables.back(), here));
          Value key = tensor::ExtractOp::create(b, loc, tables[0], here);
          Value isFirst = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, place, in(0));
          Value differ = differs(b, loc, carried[4], key);
          Value isNew = arith::OrIOp::create(b, loc, isFirst, differ);
          Value found = in.add(carried[3], in.one(isNew)), slot = in.sub(found, in(1));
          auto updated = [&](Value tensor, Value fresh, Value more) -> Value {
            Value old = tensor::ExtractOp::create(b, loc, tensor, slot);
            Value kept = arith::SelectOp::create(b, loc, isNew, fresh, old);
            if (more)
              kept = arith::AddIOp::create(b, loc, kept, more);
            return tensor::InsertOp::create(b, loc, kept, tensor, slot);
          };
          Value zero = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(0));
          Value one = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(1));
          Value inverse = tensor::InsertOp::create(b, loc, in.toI64(slot), carried[1], own);
          scf::YieldOp::create(b, loc,
                               ValueRange{updated(carried[0], key, {}), inverse,
                                          updated(carried[2], zero, one), found, key});
        });
    ValueRange results = loop.getResults();
    Value values = rows ? rowsAt(results[0]) : results[0];
    return {values, results[1], results[2], at.min(results[3], size)};
  }

  /// The rows at positions.
  Value rowsAt(Value positions) {
    AffineMap byRow = AffineMap::get(2, 0, b.getAffineDimExpr(0), b.getContext());
    auto row = [&](OpBuilder &b, Location at, ValueRange stored) -> Value {
      Value place = Indices{b, at}.toIndex(stored[0]), column = linalg::IndexOp::create(b, at, 1);
      return tensor::ExtractOp::create(b, at, self, ValueRange{place, column});
    };
    return buildMapped(b, loc, positions, byRow, extents, ag::tensorType(self).getElementType(),
                       row);
  }

  OpBuilder &b;
  Location loc;
  Value self; ///< as a vector, or as rows
  Type element;
  bool rows;
  Extents extents;
  Value size;
  MergeSort sorter{
      size, [this](OpBuilder &b, Location at, Value x, Value y) { return isLess(b, at, x, y); }};
};

struct LowerUnique : OpConversionPattern<ag::UniqueOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::UniqueOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value self = adaptor.getSelf();
    SmallVector<Type> types;
    if (failed(getTypeConverter()->convertTypes(op.getResultTypes(), types)))
      return failure();
    Unique::Found found =
        Unique(rewriter, loc, self, op.getSelf().getType().getElementType(), op.getRows()).build();
    Extents extents = ag::extentsOf(rewriter, loc, self);
    if (op.getRows())
      extents.truncate(1);
    rewriter.replaceOp(
        op, {firstRows(rewriter, loc, found.values, found.count, types[0]),
             unflatten(rewriter, loc, found.inverse, cast<RankedTensorType>(types[1]), extents),
             firstRows(rewriter, loc, found.counts, found.count, types[2])});
    return success();
  }
};

} // namespace

void populateSearchLowering(const TypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<LowerNonzero, LowerSort, LowerUnique>(types, patterns.getContext());
}

} // namespace agc
