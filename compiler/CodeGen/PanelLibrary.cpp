// Keeps one function for each key; the key holds everything that the function's text depends on.
#include "compiler/CodeGen/PanelLibrary.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace agc;
using namespace mlir;

static StringRef nameOf(PackKind kind) {
  switch (kind) {
  case PackKind::AlongLines:
    return "lines";
  case PackKind::AlongDepth:
    return "depth";
  case PackKind::Strided:
    return "strided";
  }
  llvm_unreachable("no such kind");
}

static std::string typeName(Type type) {
  std::string name;
  llvm::raw_string_ostream(name) << type;
  return name;
}

func::FuncOp PanelLibrary::declare(NestBuilder &ir, StringRef key, const Twine &name,
                                   ValueRange arguments) {
  auto type = ir.b.getFunctionType(arguments.getTypes(), {});
  auto function = func::FuncOp::create(ir.loc, name.str(), type);
  function.setPrivate();
  function->setAttr("llvm.linkage",
                    LLVM::LinkageAttr::get(ir.b.getContext(), LLVM::Linkage::Internal));
  symbols.insert(function);
  functions[key] = function;
  return function;
}

void PanelLibrary::callPanel(NestBuilder &ir, FloatType element, const NestShape &shape,
                             int64_t rows, const PanelKind &kind, const PanelArguments &args) {
  SmallVector<Value> values = args.pack();
  std::string name = "agc_panel_" + typeName(element) + "_" + std::to_string(rows) + "x" +
                     std::to_string(shape.columns);
  if (kind.inLanes)
    name += "_" + std::to_string(kind.sumLanes) + "lanes_" + nameOf(*kind.inLanes).str();
  if (kind.adjacentDepth)
    name += "_adjacent";
  if (kind.oneRegister)
    name += "_single";
  if (kind.exchanged)
    name += "_exchanged";
  if (kind.low)
    name += "_low";
  if (kind.packed)
    name += "_packed";
  if (kind.farRows)
    name += "_far";
  if (kind.stridedColumns)
    name += "_strided";
  if (kind.apart)
    name += "_apart";
  std::string key = name + (kind.fromC ? " from C" : "") + (kind.addsToC ? " adds to C" : "");
  if (kind.epilogue) {
    name += "_fused";
    key += kind.epilogue->key();
    for (Value value : values)
      key += typeName(value.getType());
  }
  func::FuncOp function = functions.lookup(key);
  if (!function) {
    function = declare(ir, key, name, values);
    // Those of all row counts in one function would take all of its registers, and ages to compile.
    if (kind.apart)
      function->setAttr("passthrough", ir.b.getStrArrayAttr({"noinline"}));
    buildPanel(function, element, shape, rows, kind);
  }
  func::CallOp::create(ir.b, ir.loc, function, values);
}

void PanelLibrary::callPack(NestBuilder &ir, FloatType element, const NestShape &shape,
                            int64_t pitch, PackKind kind, const PackArguments &args) {
  std::string name =
      ("agc_pack_" + typeName(element) + "_" + Twine(pitch) + "_" + nameOf(kind)).str();
  func::FuncOp function = functions.lookup(name);
  if (!function) {
    function = declare(ir, name, name, args.pack());
    buildPack(function, element, shape.lanes, pitch, kind);
  }
  func::CallOp::create(ir.b, ir.loc, function, args.pack());
}
