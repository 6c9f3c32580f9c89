//===- model-info-test.cpp - what a description refuses, and its header's names
//--------------------===//
//
// Each model that cannot be emitted is refused with the module unchanged; a header's parameters
// have names that C takes; the ABI hash changes with what a caller depends on and with nothing
// else.
//
//===----------------------------------------------------------------------------------------------===//
#include "compiler/CodeGen/Header.h"
#include "compiler/CodeGen/ModelInfo.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace agc;

static int failures = 0;

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      llvm::errs() << __FILE__ << ":" << __LINE__ << ": not true: " #condition "\n";               \
      ++failures;                                                                                  \
    }                                                                                              \
  } while (0)

static const char kModule[] = R"mlir(
llvm.func @m_f(%ctx: !llvm.ptr, %n: i64, %x: !llvm.ptr, %y: !llvm.ptr, %workspace: !llvm.ptr) -> i32 {
  %ok = llvm.mlir.constant(0 : i32) : i32
  llvm.return %ok : i32
}
llvm.func @m_g(!llvm.ptr) -> i32
llvm.func @m_taken_call() -> i32
llvm.func @bytes(%n: i64) -> i64 {
  llvm.return %n : i64
}
)mlir";

static ModelInfo makeModel() {
  ModelInfo model;
  model.name = "m";
  model.states = {{"s", AGC_F32, {2}, {}}};
  FunctionInfo f;
  f.name = "f";
  f.extents = {{"n"}};
  f.inputs = {{"x", AGC_F32, {-1}}};
  f.outputs = {{"y", AGC_F32, {-1}}};
  model.functions = {f};
  return model;
}

/// Refused with that message, and nothing was added to the module.
static void checkRefused(MLIRContext &context, StringRef message,
                         llvm::function_ref<void(ModelInfo &)> change) {
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(kModule, &context);
  ModelInfo model = makeModel();
  change(model);
  layoutState(model);
  std::string got, before, after;
  llvm::raw_string_ostream(before) << *module;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    got = diagnostic.str();
    return success();
  });
  bool refused = failed(emitModelInfo(*module, model));
  llvm::raw_string_ostream(after) << *module;
  if (refused && StringRef(got).contains(message) && before == after)
    return;
  llvm::errs() << (refused ? "refused" : "accepted") << " with: " << got
               << "\n  expected: " << message << "\n";
  ++failures;
}

static void whatCannotBeEmittedIsRefused(MLIRContext &context) {
  auto refused = [&](StringRef message, llvm::function_ref<void(ModelInfo &)> change) {
    checkRefused(context, message, change);
  };
  refused("'2m' cannot be a name in C", [](ModelInfo &m) { m.name = "2m"; });
  refused("'f.g' cannot be a name in C", [](ModelInfo &m) { m.functions[0].name = "f.g"; });
  refused("names that begin with 'agc_' are the runtime's", [](ModelInfo &m) { m.name = "agc"; });
  refused("names that begin with 'agc_' are the runtime's", [](ModelInfo &m) { m.name = "Agc_m"; });
  refused("two of the extents, inputs and outputs of 'f' are named 'y'",
          [](ModelInfo &m) { m.functions[0].inputs[0].name = "y"; });
  refused("two of the extents, inputs and outputs of 'f' are named 'n'",
          [](ModelInfo &m) { m.functions[0].outputs[0].name = "n"; });
  refused("'' of 'f' cannot be a name", [](ModelInfo &m) { m.functions[0].outputs[0].name = ""; });
  refused("function 'h' has no body 'm_h'", [](ModelInfo &m) { m.functions[0].name = "h"; });
  refused("function 'g' has no body 'm_g'", [](ModelInfo &m) { m.functions[0].name = "g"; });
  refused("the symbol 'm_init' is taken", [](ModelInfo &m) { m.functions[0].name = "init"; });
  refused("the symbol 'm_f' is taken", [](ModelInfo &m) { m.functions.push_back(m.functions[0]); });
  refused("names differ only in case: 'F'", [](ModelInfo &m) {
    m.functions.push_back(m.functions[0]);
    m.functions[1].name = "F";
  });
  refused("by its description", [](ModelInfo &m) { m.functions[0].usesState = true; });
  refused("'y' of 'f' has an extent that its function has not",
          [](ModelInfo &m) { m.functions[0].outputs[0].extents = {-2}; });
  refused("alignment 3, expected a power of two",
          [](ModelInfo &m) { m.functions[0].outputs[0].alignment = 3; });
  refused("needs an llvm.func 'none' from its extents to an i64",
          [](ModelInfo &m) { m.functions[0].workspaceSymbol = "none"; });
  refused("needs an llvm.func 'm_g' from its extents to an i64",
          [](ModelInfo &m) { m.functions[0].derived = {{"2n", "m_g", ""}}; });
  refused("two parts of the state are named 's'",
          [](ModelInfo &m) { m.states.push_back(m.states[0]); });
  refused("'__metadata__' cannot be the name of a part of the state",
          [](ModelInfo &m) { m.states[0].name = "__metadata__"; });
  refused("'' cannot be the name", [](ModelInfo &m) { m.states[0].name = ""; });
  refused("cannot be the name", [](ModelInfo &m) { m.states[0].name = "\xff"; });
  refused("'s' has an extent that is not known", [](ModelInfo &m) { m.states[0].extents = {-1}; });
  refused("the initial value of 's' has 4 bytes, expected 8",
          [](ModelInfo &m) { m.states[0].initial.resize(4); });
}

static void headerNamesAreC() {
  ModelInfo model = makeModel();
  FunctionInfo &f = model.functions[0];
  f.location = "a*/b.py:3";
  f.inputs = {{"layer.weight", AGC_F64, {2, -1}},
              {"int", AGC_I8, {}},
              {"0", AGC_BOOL, {1}},
              {"ctx", AGC_BF16, {}},
              {"__x", AGC_C64, {}, 64},
              {"x", AGC_U64, {}}};
  f.outputs = {{"x", AGC_F32, {}}, {"workspace", AGC_F32, {}}};
  layoutState(model);
  std::string header = emitHeader(model);
  for (StringRef line : {"/* a* /b.py:3 */", "const double *layer_weight, /* f64[2, n] */",
                         "const int8_t *int_,", "const uint8_t *arg_0,", "/* bool[1], 0 or 1 */",
                         "const uint16_t *ctx_2,", "/* bf16[], as bits */", "const float *x,",
                         "/* complex64[], real and imaginary in turn, 64-byte aligned */",
                         "const uint64_t *x_2,", "float *x_3,", "float *workspace_2,",
                         "void *workspace);", "int64_t n,", "#define M_F_WORKSPACE_BYTES 0"})
    if (!StringRef(header).contains(line)) {
      llvm::errs() << "the header lacks '" << line << "':\n" << header;
      ++failures;
    }
}

static void hashFollowsTheInterface() {
  ModelInfo model = makeModel();
  layoutState(model);
  uint64_t hash = abiHash(model);
  CHECK(abiHash(makeModel()) != hash); // the offsets count
  auto changed = [&](llvm::function_ref<void(ModelInfo &)> change) {
    ModelInfo other = model;
    change(other);
    return abiHash(other) != hash;
  };
  CHECK(!changed([](ModelInfo &) {}));
  CHECK(!changed([](ModelInfo &m) { m.functions[0].location = "elsewhere:1"; }));
  CHECK(!changed([](ModelInfo &m) { m.states[0].initial.assign(8, 1); }));
  CHECK(changed([](ModelInfo &m) { m.name = "n"; }));
  CHECK(changed([](ModelInfo &m) { m.states[0].dtype = AGC_I32; }));
  CHECK(changed([](ModelInfo &m) { m.functions[0].name = "g"; }));
  CHECK(changed([](ModelInfo &m) { m.functions[0].workspaceBytes = 64; }));
  CHECK(changed([](ModelInfo &m) { m.functions[0].inputs[0].extents = {3}; }));
  CHECK(changed([](ModelInfo &m) { m.functions[0].extents[0].max = 7; }));
  CHECK(changed([](ModelInfo &m) { std::swap(m.functions[0].inputs, m.functions[0].outputs); }));
}

static void typesMapToTheBoundary(MLIRContext &context) {
  auto i = [&](unsigned width) -> Type { return IntegerType::get(&context, width); };
  CHECK(*dtypeOf(i(1)) == AGC_BOOL && *dtypeOf(i(8)) == AGC_I8 && *dtypeOf(i(64)) == AGC_I64);
  CHECK(*dtypeOf(IntegerType::get(&context, 8, IntegerType::Unsigned)) == AGC_U8);
  CHECK(*dtypeOf(Float32Type::get(&context)) == AGC_F32);
  CHECK(*dtypeOf(ComplexType::get(Float64Type::get(&context))) == AGC_C128);
  CHECK(failed(dtypeOf(i(7))) && failed(dtypeOf(IndexType::get(&context))));
  CHECK(dtypeAlignment(AGC_C128) == 8 && dtypeAlignment(AGC_I16) == 2);
}

int main() {
  MLIRContext context;
  context.loadDialect<LLVM::LLVMDialect>();
  whatCannotBeEmittedIsRefused(context);
  headerNamesAreC();
  hashFollowsTheInterface();
  typesMapToTheBoundary(context);
  return failures == 0 ? 0 : 1;
}
