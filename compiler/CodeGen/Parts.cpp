// Splitting: units of functions that belong together go to the parts so that these are of equal
// size.
#include "compiler/CodeGen/Parts.h"
#include "compiler/Lowering/Export.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace agc {
namespace {

/// So many ops are worth a part of their own: what a part costs is setting up passes.
constexpr size_t kFewestOps = 500;
constexpr size_t kMostParts = 8;

/// Constants that several parts read are in each; longer ones are in one.
constexpr size_t kMostCopied = 4096;

class Splitter {
public:
  explicit Splitter(ModuleOp module) : module(module), symbols(module) {}

  SmallVector<OwningOpRef<ModuleOp>> run() {
    findUnits();
    size_t all = 0;
    for (const Unit &unit : units)
      all += unit.ops;
    size_t count = std::min({kMostParts, units.size(), all / kFewestOps});
    SmallVector<OwningOpRef<ModuleOp>> parts;
    if (count < 2)
      return parts;
    for (size_t part = 0; part < count; ++part) {
      parts.push_back(ModuleOp::create(module.getLoc()));
      parts.back()->getOperation()->setAttrs(module->getAttrDictionary());
    }
    fill(parts);
    for (OwningOpRef<ModuleOp> &part : parts)
      declareOthers(*part);
    declareOthers(module);
    return parts;
  }

private:
  /// Functions, and constants that only they read, which stay together.
  struct Unit {
    SmallVector<Operation *> members;
    size_t ops = 0;
  };

  static bool isKernel(Operation &op) {
    auto function = dyn_cast<LLVM::LLVMFuncOp>(op);
    return function && function->hasAttr(attr::kKernel) && !function.isExternal();
  }

  template <typename Symbol> static bool isLocal(Symbol symbol) {
    LLVM::Linkage linkage = symbol.getLinkage();
    return linkage == LLVM::Linkage::Internal || linkage == LLVM::Linkage::Private;
  }

  /// Whether it may go with those that use it: no other module knows its name.
  static bool isOwn(Operation *op) {
    if (auto function = dyn_cast<LLVM::LLVMFuncOp>(op))
      return isLocal(function);
    auto global = dyn_cast<LLVM::GlobalOp>(op);
    return global && isLocal(global);
  }

  /// The symbols that are used in an op, or in a module's body.
  template <typename Scope> SmallVector<Operation *> usedIn(Scope scope) {
    SmallVector<Operation *> used;
    std::optional<SymbolTable::UseRange> uses = SymbolTable::getSymbolUses(scope);
    for (SymbolTable::SymbolUse use : *uses)
      if (Operation *symbol = symbols.lookup(use.getSymbolRef().getLeafReference()))
        used.push_back(symbol);
    return used;
  }

  /// Gives what `op` uses to `unit`, or to none if another has it too.
  void reach(Operation *op, size_t unit) {
    for (Operation *used : usedIn(op)) {
      if (!isOwn(used) || used->hasAttr(attr::kKernel))
        continue;
      auto [place, isNew] = unitOf.try_emplace(used, unit);
      if (!isNew && (place->second == unit || place->second == kShared))
        continue;
      place->second = isNew ? unit : kShared;
      reach(used, place->second);
    }
  }

  /// A kernel is one with all that only it uses; a function that several use is one.
  void findUnits() {
    size_t kernels = 0;
    for (Operation &op : *module.getBody())
      if (isKernel(op))
        unitOf[&op] = kernels++;
    for (Operation &op : *module.getBody())
      if (isKernel(op))
        reach(&op, unitOf[&op]);
    for (Operation &op : *module.getBody())
      if (!unitOf.contains(&op) && !isOwn(&op))
        reach(&op, kStays);
    units.resize(kernels);
    for (Operation &op : *module.getBody()) {
      auto found = unitOf.find(&op);
      if (found == unitOf.end() || found->second == kStays)
        continue;
      size_t unit = found->second;
      if (unit == kShared) {
        if (!isa<LLVM::LLVMFuncOp>(op))
          continue;
        unit = units.size();
        units.emplace_back();
      }
      units[unit].members.push_back(&op);
      op.walk([&](Operation *) { ++units[unit].ops; });
    }
  }

  /// The largest first, each to the part that has least.
  void fill(ArrayRef<OwningOpRef<ModuleOp>> parts) {
    auto all = llvm::to_vector(llvm::seq<size_t>(0, units.size()));
    llvm::sort(all, [&](size_t a, size_t b) {
      return std::make_pair(units[b].ops, a) < std::make_pair(units[a].ops, b);
    });
    SmallVector<size_t> sizes(parts.size());
    for (size_t number : all) {
      const Unit &unit = units[number];
      size_t least = llvm::min_element(sizes) - sizes.begin();
      sizes[least] += unit.ops;
      ModuleOp part = *parts[least];
      for (Operation *op : unit.members)
        op->moveBefore(part.getBody(), part.getBody()->end());
    }
  }

  static bool isCopied(Operation *op) {
    auto global = dyn_cast<LLVM::GlobalOp>(op);
    if (!global || !global.getConstant() || !isOwn(op) || !global.getInitializerRegion().empty())
      return false;
    auto elements = dyn_cast_or_null<ElementsAttr>(global.getValueOrNull());
    auto text = dyn_cast_or_null<StringAttr>(global.getValueOrNull());
    return (elements && size_t(elements.size()) <= kMostCopied / 8) ||
           (text && text.size() <= kMostCopied);
  }

  /// Of what `part` uses and has not, it gets a declaration, or a copy of its own.
  void declareOthers(ModuleOp part) {
    OpBuilder builder = OpBuilder::atBlockBegin(part.getBody());
    DenseSet<Operation *> seen;
    for (Operation *used : usedIn(&part.getBodyRegion())) {
      if (used->getParentOp() == part || !seen.insert(used).second)
        continue;
      if (isCopied(used)) {
        builder.clone(*used);
        continue;
      }
      if (auto function = dyn_cast<LLVM::LLVMFuncOp>(used)) {
        share(function);
        auto declared = cast<LLVM::LLVMFuncOp>(builder.insert(function->cloneWithoutRegions()));
        declared.setPrivate();
        declared.removeNoInlineAttr();
        declared->removeAttr(attr::kKernel);
        declared->setLoc(builder.getUnknownLoc());
      } else if (auto global = dyn_cast<LLVM::GlobalOp>(used)) {
        share(global);
        auto declared = cast<LLVM::GlobalOp>(builder.insert(global->cloneWithoutRegions()));
        declared.removeValueAttr();
        declared->setLoc(builder.getUnknownLoc());
      }
    }
  }

  /// Lets the other parts find it, and them alone.
  template <typename Symbol> static void share(Symbol symbol) {
    if (!isLocal(symbol))
      return;
    symbol.setLinkage(LLVM::Linkage::External);
    symbol.setVisibility_(LLVM::Visibility::Hidden);
  }

  static constexpr size_t kShared = -1, kStays = -2;

  ModuleOp module;
  SymbolTable symbols;
  DenseMap<Operation *, size_t> unitOf;
  SmallVector<Unit> units;
};

} // namespace

SmallVector<OwningOpRef<ModuleOp>> splitIntoParts(ModuleOp module) {
  return Splitter(module).run();
}

} // namespace agc
