// The ops of other dialects that stand between `ag` ops: extents, and 0-dim values made from them.
#include "compiler/Interpreter/Eval.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace agc::interp {

static Tensor scalarTensor(Type type, const Number &x) { return Tensor::filled({}, type, x); }

/// Whatever the op's own folder makes of constant operands.
static Results fold(Operation *op, const Frame &frame) {
  Builder b(op->getContext());
  SmallVector<Attribute> constants;
  for (Value operand : op->getOperands()) {
    if (!operand.getType().isIntOrIndex())
      return op->emitError() << "the interpreter does not know '" << op->getName() << "'";
    constants.push_back(b.getIntegerAttr(operand.getType(), frame.index(operand)));
  }
  SmallVector<OpFoldResult> folded;
  if (failed(op->fold(constants, folded)) || folded.size() != op->getNumResults())
    return op->emitError() << "the interpreter does not know '" << op->getName() << "'";
  std::vector<Tensor> results;
  for (auto [value, type] : llvm::zip(folded, op->getResultTypes())) {
    if (auto known = dyn_cast<Value>(value)) {
      results.push_back(frame[known]);
      continue;
    }
    auto integer = dyn_cast<IntegerAttr>(cast<Attribute>(value));
    if (!integer)
      return op->emitError() << "the interpreter does not know '" << op->getName() << "'";
    results.push_back(scalarTensor(
        type, type.isInteger(1) ? Number::boolean(!integer.getValue().isZero())
                                : Number::integral(integer.getValue().getSExtValue())));
  }
  return results;
}

Results evalHost(Operation *op, const Frame &frame) {
  return llvm::TypeSwitch<Operation *, Results>(op)
      .Case([&](tensor::DimOp dim) -> Results {
        const Tensor &source = frame[dim.getSource()];
        int64_t i = frame.index(dim.getIndex());
        if (i < 0 || i >= source.rank())
          return op->emitError() << "dim " << i << " is out of range for rank " << source.rank();
        return one(scalarTensor(dim.getType(), Number::integral(source.shape[i])));
      })
      .Case([&](tensor::FromElementsOp from) -> Results {
        Tensor result = Tensor::filled(from.getType().getShape(), from.getType().getElementType());
        for (auto [x, element] : llvm::zip(result.data, from.getElements()))
          x = frame[element].data[0];
        return one(std::move(result));
      })
      .Case([&](tensor::ExtractOp extract) -> Results {
        const Tensor &tensor = frame[extract.getTensor()];
        auto index =
            llvm::map_to_vector(extract.getIndices(), [&](Value i) { return frame.index(i); });
        for (auto [i, extent] : llvm::zip(index, tensor.shape))
          if (i < 0 || i >= extent)
            return op->emitError() << "index " << i << " is out of range for extent " << extent;
        return one(scalarTensor(extract.getType(), tensor.at(index)));
      })
      .Case([&](tensor::CastOp cast) -> Results { return one(frame[cast.getSource()]); })
      .Default([&](Operation *) { return fold(op, frame); });
}

} // namespace agc::interp
