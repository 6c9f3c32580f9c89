// A fuzz target: MLIR text through the reader, the verifiers and every pass to LLVM's dialect. What
// is wrong with a program must be said, whatever it is; nothing may crash or hang.
#include "compiler/CodeGen/Compile.h"
#include "compiler/Pipeline.h"
#include "compiler/Support/ProgramText.h"
#include "mlir/Parser/Parser.h"
#include <random>

using namespace mlir;

static MLIRContext &context() {
  static auto *context = [] {
    DialectRegistry registry;
    agc::registerCompilerDialects(registry);
    auto *made = new MLIRContext(registry, MLIRContext::Threading::DISABLED);
    made->loadAllAvailableDialects();
    return made;
  }();
  return *context;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ScopedDiagnosticHandler quiet(&context(), [](Diagnostic &) { return success(); });
  // A copy that ends with a zero, as files do that are read: MLIR's reader looks there.
  std::string text(reinterpret_cast<const char *>(data), size);
  if (size > 8192 || llvm::StringRef(text).contains('\0') || agc::findTextProblem(text))
    return 0;
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context());
  if (!module)
    return 0;
  PassManager manager(&context());
  agc::buildAutogradPipeline(manager, {});
  agc::buildLoweringPipeline(manager, "model");
  agc::buildKernelPipeline(manager, {});
  agc::buildCodeGenPipeline(manager, "model", {});
  (void)manager.run(*module);
  return 0;
}

// ---------------------------------------------------------------- mutation by tokens

namespace {

/// Words, numbers and single other characters.
std::vector<std::string> tokensOf(llvm::StringRef text) {
  std::vector<std::string> tokens;
  auto isWord = [](char c) {
    return llvm::isAlnum(c) || c == '_' || c == '.' || c == '%' || c == '@' || c == '#' || c == '!';
  };
  while (!text.empty()) {
    size_t length = text.take_while(isWord).size();
    length = std::max<size_t>(length, 1);
    tokens.push_back(text.take_front(length).str());
    text = text.drop_front(length);
  }
  return tokens;
}

class Mutator {
public:
  Mutator(llvm::StringRef text, unsigned seed) : tokens(tokensOf(text)), random(seed) {}

  std::string run() {
    for (unsigned i = 0, times = 1 + below(4); i < times && !tokens.empty(); ++i)
      mutate();
    std::string text;
    for (const std::string &token : tokens)
      text += token;
    return text;
  }

private:
  size_t below(size_t n) { return random() % n; }
  std::string &any() { return tokens[below(tokens.size())]; }

  void mutate() {
    static constexpr const char *numbers[] = {
        "0", "1", "-1", "2", "3", "7", "64", "1000000", "4294967296", "9223372036854775807"};
    static constexpr const char *words[] = {"f32",
                                            "f64",
                                            "i64",
                                            "i1",
                                            "f16",
                                            "bf16",
                                            "i8",
                                            "ui8",
                                            "index",
                                            "complex<f32>",
                                            "?",
                                            "x",
                                            "tensor<?xf32>",
                                            "tensor<f32>",
                                            "tensor<0xf32>",
                                            "!agt.ref<tensor<2xf32>>",
                                            "[]",
                                            "<>",
                                            "[0]",
                                            "true",
                                            "nan",
                                            "agc.export",
                                            "none",
                                            "*"};
    size_t at = below(tokens.size());
    switch (below(7)) {
    case 0: // another token of the program
      tokens[at] = any();
      break;
    case 1:
      tokens.erase(tokens.begin() + at);
      break;
    case 2:
      tokens.insert(tokens.begin() + at, any());
      break;
    case 3:
      std::swap(tokens[at], any());
      break;
    case 4:
      tokens[at] = words[below(std::size(words))];
      break;
    default: // a number
      for (size_t i = 0; i < tokens.size(); ++i) {
        std::string &token = tokens[(at + i) % tokens.size()];
        if (!llvm::isDigit(token[0]))
          continue;
        // 4x5xf32 is one token: its first extent
        token = numbers[below(std::size(numbers))] +
                llvm::StringRef(token).drop_while(llvm::isDigit).str();
        break;
      }
    }
  }

  std::vector<std::string> tokens;
  std::mt19937 random;
};

} // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maxSize,
                                          unsigned seed) {
  std::string text = Mutator(llvm::StringRef(reinterpret_cast<char *>(data), size), seed).run();
  size_t length = std::min(text.size(), maxSize);
  std::copy_n(text.begin(), length, data);
  return length;
}
