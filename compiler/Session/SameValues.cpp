// Values are numbered by how they are computed: equal numbers, equal values.
#include "compiler/Session/SameValues.h"
#include "dialect/AgDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace agc::session {
namespace {

class Numbering {
public:
  explicit Numbering(llvm::StringMap<unsigned> &known) : known(known) {}

  /// Numbers a function's values; the first op with a result that was not known before.
  Operation *visit(func::FuncOp function);
  /// What it returns, and as what.
  std::string results(func::FuncOp function);

private:
  unsigned number(StringRef key) { return known.try_emplace(key, known.size()).first->second; }
  std::string keyOf(Operation &op);

  llvm::StringMap<unsigned> &known;
  llvm::DenseMap<Value, unsigned> numbers;
};

/// Elements by what they are: a resource's name says nothing.
void printAttribute(Attribute attribute, raw_ostream &os) {
  auto resource = dyn_cast<DenseResourceElementsAttr>(attribute);
  if (!resource) {
    os << attribute;
    return;
  }
  if (AsmResourceBlob *blob = resource.getRawHandle().getBlob())
    os << StringRef(blob->getData().data(), blob->getData().size());
}

std::string Numbering::keyOf(Operation &op) {
  std::string key;
  llvm::raw_string_ostream os(key);
  os << op.getName();
  for (Value operand : op.getOperands())
    os << ' ' << numbers.lookup(operand);
  for (NamedAttribute attribute : op.getAttrs()) {
    os << ' ' << attribute.getName() << '=';
    printAttribute(attribute.getValue(), os);
  }
  for (Type type : op.getResultTypes())
    os << ' ' << type;
  for (Region &region : op.getRegions())
    for (Operation &inner : region.getOps())
      inner.print(os, OpPrintingFlags().useLocalScope());
  return key;
}

Operation *Numbering::visit(func::FuncOp function) {
  for (BlockArgument argument : function.getArguments()) {
    std::string key;
    llvm::raw_string_ostream os(key);
    os << "argument " << function.getArgAttrDict(argument.getArgNumber()) << argument.getType();
    numbers[argument] = number(key);
  }
  Operation *firstNew = nullptr;
  for (Operation &op : function.front().without_terminator()) {
    size_t before = known.size();
    unsigned id = number(keyOf(op));
    if (known.size() != before && !firstNew)
      firstNew = &op;
    for (OpResult result : op.getResults())
      numbers[result] =
          number(("result " + Twine(result.getResultNumber()) + " of " + Twine(id)).str());
  }
  return firstNew;
}

std::string Numbering::results(func::FuncOp function) {
  SmallVector<std::string> each;
  for (OpOperand &operand : function.front().getTerminator()->getOpOperands()) {
    std::string text;
    llvm::raw_string_ostream os(text);
    os << function.getResultAttrDict(operand.getOperandNumber()) << ' '
       << numbers.lookup(operand.get());
    each.push_back(text);
  }
  llvm::sort(each); // states stand in the order of their first use
  return llvm::join(each, "\n");
}

} // namespace

Operation *firstDifference(func::FuncOp before, func::FuncOp after) {
  llvm::StringMap<unsigned> known;
  Numbering first(known), second(known);
  first.visit(before);
  Operation *different = second.visit(after);
  if (first.results(before) == second.results(after))
    return nullptr;
  return different ? different : after;
}

} // namespace agc::session
