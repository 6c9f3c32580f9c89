// The generated table of records, and how an op finds its own.
#include "dialect/Record.h"
#include "dialect/AgDialect.h"
#include "runtime/include/agc/agc.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using llvm::StringLiteral;

namespace agc::ag {
namespace {
#include "dialect/Records.inc"
} // namespace

unsigned Record::numTensors() const {
  return llvm::count_if(args, [](const ArgSpec &arg) { return arg.isTensor(); });
}

const ArgSpec &Record::tensorArg(unsigned i) const {
  for (const ArgSpec &arg : args)
    if (arg.isTensor() && (arg.kind == ArgKind::TensorList || i-- == 0))
      return arg;
  llvm::report_fatal_error("record '" + name + "' has fewer operands than the op that holds it");
}

unsigned Record::tensorPosition(unsigned i) const {
  return llvm::count_if(args.take_front(i), [](const ArgSpec &arg) { return arg.isTensor(); });
}

const Expr *Record::lowering(ElementKind kind) const {
  auto find = [&](ElementKind wanted) -> const Expr * {
    auto *it = llvm::find_if(lower, [&](const LoweringSpec &l) { return l.kind == wanted; });
    return it == lower.end() ? nullptr : &it->expr;
  };
  if (const Expr *expr = find(kind))
    return expr;
  if (kind == ElementKind::Unsigned || kind == ElementKind::Bool)
    if (const Expr *expr = find(ElementKind::Int))
      return expr;
  return find(ElementKind::Any);
}

const FailureSpec *Record::failure(ElementKind kind) const {
  if (kind == ElementKind::Unsigned)
    kind = ElementKind::Int;
  auto *it = llvm::find_if(failures, [&](const FailureSpec &f) { return f.kind == kind; });
  return it == failures.end() ? nullptr : it;
}

bool Record::isLaidOutAs(unsigned i) const {
  return layout == "operands" || (i < numTensors() && layout == tensorArg(i).name);
}

StringRef Record::nodeOf(OverloadSpec::Kind form) const {
  auto *it = llvm::find_if(overloads, [&](const OverloadSpec &o) { return o.kind == form; });
  return it == overloads.end() ? node : it->node;
}

bool Record::isIdentity(ElementKind kind) const {
  const Expr *expr = lowering(kind);
  return expr && expr->nodes.size() == 1 && expr->nodes[0].kind == ExprNode::Arg &&
         !failure(kind) && gradKind != GradKind::NotImplemented;
}

bool Record::supports(ElementKind kind) const {
  if (kind == ElementKind::Unsigned)
    kind = ElementKind::Int;
  return llvm::is_contained(dtypes, kind);
}

bool Record::supports(Type elementType) const {
  return supports(kindOf(elementType)) &&
         (halves || !(elementType.isF16() || elementType.isBF16()));
}

std::string Record::refusalOf(ElementKind kind, StringRef title) const {
  auto said = [&](ElementKind asked) {
    return llvm::find_if(unsupported, [&](auto &spec) { return spec.kind == asked; });
  };
  const UnsupportedSpec *found = said(kind);
  if (found == unsupported.end() && (kind == ElementKind::Unsigned || kind == ElementKind::Bool))
    found = said(ElementKind::Int);
  if (found != unsupported.end())
    return llvm::formatv(/*Validate=*/false, found->text.data(), title);
  return ("\"" + kernel + "\" not implemented for '" + title + "'").str();
}

#ifdef AGC_BREAKABLE_RECORDS
static MutableArrayRef<Record> table() {
  static std::vector<Record> copy(std::begin(records), std::end(records));
  return copy;
}

Record &breakableRecord(StringRef name) { return const_cast<Record &>(*lookupRecord(name)); }
#else
static ArrayRef<Record> table() { return records; }
#endif

ArrayRef<Record> allRecords() { return table(); }

const Record *lookupRecord(StringRef name) {
  static const llvm::StringMap<const Record *> byName = [] {
    llvm::StringMap<const Record *> map;
    for (const Record &record : allRecords())
      map[record.name] = &record;
    return map;
  }();
  return byName.lookup(name);
}

const Record *recordOf(Operation *op) {
  if (auto map = dyn_cast<MapOp>(op))
    return lookupRecord(map.getFn());
  if (auto reduce = dyn_cast<ReduceOp>(op))
    return lookupRecord(reduce.getFn());
  if (auto reduce = dyn_cast<ReduceIndexOp>(op))
    return lookupRecord(reduce.getFn());
  if (auto scan = dyn_cast<ScanOp>(op))
    return lookupRecord(scan.getFn());
  if (auto apply = dyn_cast<ApplyOp>(op))
    return lookupRecord(apply.getFn());
  StringRef name = op->getName().getStringRef();
  return name.consume_front("ag.") ? lookupRecord(name) : nullptr;
}

StringRef nodeOf(Operation *op) {
  const Record &record = *recordOf(op);
  for (const OverloadSpec &overload : record.overloads)
    if (overload.kind == OverloadSpec::WithDims &&
        cast<RankedTensorType>(op->getOperand(0).getType()).getRank() >= overload.dims)
      return overload.node;
  return record.node;
}

Attribute defaultOf(const ArgSpec &arg, MLIRContext *context) {
  Builder b(context);
  StringRef text = arg.defaultText;
  if (!arg.hasDefault || text == "None")
    return {};
  switch (arg.kind) {
  case ArgKind::Float: {
    double value = 0;
    text.getAsDouble(value);
    return b.getF64FloatAttr(value);
  }
  case ArgKind::Int: {
    int64_t value = 0;
    text.getAsInteger(10, value);
    return b.getI64IntegerAttr(value);
  }
  case ArgKind::Bool:
    return b.getBoolAttr(text == "True");
  case ArgKind::String:
    return b.getStringAttr(text.trim('\''));
  case ArgKind::IntList:
    return b.getDenseI64ArrayAttr({});
  case ArgKind::FloatList:
    return b.getDenseF64ArrayAttr({});
  case ArgKind::Tensor:
  case ArgKind::TensorList:
    return {};
  }
  llvm_unreachable("all argument kinds are covered");
}

DictionaryAttr withDefaults(const Record &record, NamedAttrList given, MLIRContext *context) {
  for (const ArgSpec &arg : record.args)
    if (!arg.isTensor() && !given.get(arg.name))
      if (Attribute value = defaultOf(arg, context))
        given.set(arg.name, value);
  return given.getDictionary(context);
}

DictionaryAttr paramsOf(Operation *op) {
  const Record *record = recordOf(op);
  if (!record)
    return DictionaryAttr::get(op->getContext());
  NamedAttrList list;
  auto held = op->getAttrOfType<DictionaryAttr>("params");
  for (const ArgSpec &arg : record->args) {
    if (arg.isTensor())
      continue;
    Attribute value = held ? held.get(arg.name) : op->getAttr(arg.name);
    if (isa_and_nonnull<UnitAttr>(value))
      value = BoolAttr::get(op->getContext(), true);
    if (value)
      list.set(arg.name, value);
  }
  return withDefaults(*record, std::move(list), op->getContext());
}

ElementKind kindOf(Type type) {
  if (isa<FloatType>(type))
    return ElementKind::Float;
  if (isa<ComplexType>(type))
    return ElementKind::Complex;
  if (type.isInteger(1))
    return ElementKind::Bool;
  return type.isUnsignedInteger() ? ElementKind::Unsigned : ElementKind::Int;
}

} // namespace agc::ag
