// The pass ag-outline-kernels: each group of loops becomes a private function.
// Afterwards an exported function is a flat list of calls with their places in memory; groups that
// are equal but for their buffers share one function, whose name tells what it computes.
#include "compiler/Lowering/ContractBody.h"
#include "compiler/Lowering/Export.h"
#include "compiler/Lowering/KernelGroups.h"
#include "compiler/Lowering/Passes.h"
#include "compiler/Support/Origin.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "mlir/Transforms/RegionUtils.h"

namespace agc {
#define GEN_PASS_DEF_OUTLINEKERNELS
#include "compiler/Lowering/Passes.h.inc"
} // namespace agc

using namespace mlir;
using namespace agc;

namespace {

constexpr size_t kMaxNameLength = 60;

/// The extents of an op's loops, "64x64xn"; "1" without loops: no kernel is called as a function of
/// libm is.
std::string extentsOf(linalg::LinalgOp op) {
  std::string text;
  for (int64_t extent : op.getStaticLoopRanges())
    text +=
        (text.empty() ? "" : "x") + (ShapedType::isDynamic(extent) ? "n" : std::to_string(extent));
  return text.empty() ? "1" : text;
}

/// Appends what a loop computes in the words of the program's ops: those that its scalar ops came
/// from, or where these tell none their own.
void addWords(linalg::LinalgOp op, function_ref<void(StringRef)> add) {
  bool isNamed = !originOf(op.getLoc()).empty();
  if (op.getNumReductionLoops() && !isNamed)
    add("reduce");
  bool isEmpty = true;
  for (Operation &scalar : op.getBlock()->without_terminator()) {
    StringRef origin = originOf(scalar.getLoc());
    StringRef word = origin.empty() ? scalar.getName().stripDialect() : origin;
    if (!origin.empty() || word != "constant")
      add(word);
    isEmpty = false;
  }
  if (isEmpty)
    add(isNamed ? originOf(op.getLoc()) : "copy");
}

/// What a group computes, and over which extents: "mm_64x32x64_add_relu_64x64", at most
/// kMaxNameLength long.
std::string describe(ArrayRef<Operation *> group) {
  auto final = dyn_cast<linalg::LinalgOp>(group.back());
  std::string extents = final && !isContraction(final) ? extentsOf(final) : "";
  std::string name, last;
  auto add = [&](StringRef word) {
    if (word == last || name.size() + word.size() + extents.size() + 2 > kMaxNameLength)
      return;
    name += (name.empty() ? "" : "_") + word.str();
    last = word.str();
  };
  for (Operation *op : group) {
    if (isa<memref::CopyOp>(op))
      add("copy");
    auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
    if (isa<scf::ForOp>(op))
      add(originOf(op->getLoc()));
    if (!linalgOp || isa<linalg::FillOp>(op))
      continue;
    if (isContraction(op))
      add("mm_" + extentsOf(linalgOp));
    else
      addWords(linalgOp, add);
  }
  name = !name.empty() ? name : isa<scf::ForOp>(group.back()) ? "loop" : "fill";
  if (extents.size() + name.size() < kMaxNameLength && !extents.empty())
    name += "_" + extents;
  for (char &c : name)
    if (!llvm::isAlnum(c))
      c = '_';
  return name;
}

struct OutlineKernels : agc::impl::OutlineKernelsBase<OutlineKernels> {
  void runOnOperation() override {
    SymbolTable table(getOperation());
    symbols = &table;
    SmallVector<func::FuncOp> functions;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr(attr::kExport) && !function.isExternal())
        functions.push_back(function);
    for (func::FuncOp function : functions)
      outline(function);
  }

private:
  void outline(func::FuncOp function) {
    for (Block &block : function.getBody())
      outline(block);
  }

  void outline(Block &block) {
    for (ArrayRef<Operation *> group : formKernelGroups(block))
      replaceByCall(group);
  }

  /// Moves a group into a function, or finds the equal one, and calls it.
  void replaceByCall(ArrayRef<Operation *> group) {
    SetVector<Value> inputs;
    SetVector<Operation *> own;
    collectInputs(group, inputs, own);

    OpBuilder b(&getContext());
    auto type = b.getFunctionType(TypeRange(ArrayRef(inputs.getArrayRef())), {});
    Location loc = group.front()->getLoc();
    if (isa<UnknownLoc>(loc)) // it copies a folded constant; a call must have a line
      loc = group.back()->getParentOfType<func::FuncOp>().getLoc();
    auto kernel = func::FuncOp::create(loc, "kernel", type);
    kernel.setPrivate();
    kernel->setAttr(attr::kKernel, b.getUnitAttr());
    Block *body = kernel.addEntryBlock();
    b.setInsertionPointToStart(body);
    IRMapping mapping;
    mapping.map(inputs.getArrayRef(), body->getArguments());
    for (Operation *op : own)
      b.clone(*op, mapping);
    for (Operation *op : group)
      b.clone(*op, mapping);
    func::ReturnOp::create(b, loc);

    std::string key;
    llvm::raw_string_ostream stream(key);
    kernel.print(stream, OpPrintingFlags().useLocalScope());
    StringAttr &name = known[key];
    if (name) {
      kernel.erase();
    } else {
      kernel.setName(describe(group));
      name = symbols->insert(kernel);
    }
    b.setInsertionPoint(group.back());
    func::CallOp::create(b, loc, name, TypeRange(), inputs.getArrayRef());
    for (Operation *op : llvm::reverse(group))
      op->erase();
  }

  /// What a group reads from outside: values, and what it gets of its own. That is constants and,
  /// of a buffer that it writes, views: two arguments of a kernel never show the same elements.
  static void collectInputs(ArrayRef<Operation *> group, SetVector<Value> &inputs,
                            SetVector<Operation *> &own) {
    SetVector<Value> used;
    DenseSet<Value> written;
    for (Operation *op : group) {
      used.insert(op->operand_begin(), op->operand_end());
      for (Region &region : op->getRegions())
        getUsedValuesDefinedAbove(region, used);
      for (Value output : outputsOf(op))
        written.insert(wholeOf(output));
    }
    DenseMap<Value, unsigned> faces; // of a whole buffer, that the group meets
    for (Value value : used)
      ++faces[wholeOf(value)];
    for (Value value : used) {
      Value whole = wholeOf(value);
      collectInput(value, written.contains(whole) && faces[whole] > 1, inputs, own);
    }
  }

  static void collectInput(Value value, bool isSeveral, SetVector<Value> &inputs,
                           SetVector<Operation *> &own) {
    Operation *definition = value.getDefiningOp();
    bool isOwn = definition && (definition->hasTrait<OpTrait::ConstantLike>() ||
                                (isSeveral && isa<ViewLikeOpInterface>(definition)));
    if (!isOwn) {
      inputs.insert(value);
      return;
    }
    for (Value operand : definition->getOperands())
      collectInput(operand, isSeveral, inputs, own);
    own.insert(definition);
  }

  SymbolTable *symbols = nullptr;
  llvm::StringMap<StringAttr> known;
};

} // namespace
