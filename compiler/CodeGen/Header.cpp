//===- Header.cpp - the C header of an emitted model
//----------------------------------------------===//
//
// See Header.h; test/Runtime/line.h is such a header, by hand.
//
//===----------------------------------------------------------------------------------------------===//
#include "compiler/CodeGen/Header.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace agc {
namespace {

/// What C calls an element; half precision has no name in C11, so it goes as its bits.
StringRef cType(agc_dtype dtype) {
  switch (dtype) {
  case AGC_BOOL:
  case AGC_U8:
    return "uint8_t";
  case AGC_I8:
    return "int8_t";
  case AGC_U16:
  case AGC_F16:
  case AGC_BF16:
    return "uint16_t";
  case AGC_I16:
    return "int16_t";
  case AGC_U32:
    return "uint32_t";
  case AGC_I32:
    return "int32_t";
  case AGC_U64:
    return "uint64_t";
  case AGC_I64:
    return "int64_t";
  case AGC_F32:
  case AGC_C64:
    return "float";
  case AGC_F64:
  case AGC_C128:
    return "double";
  }
  return "void";
}

/// How a dtype's elements lie in an array of cType, where that is not plain.
StringRef layoutNote(agc_dtype dtype) {
  switch (dtype) {
  case AGC_BOOL:
    return ", 0 or 1";
  case AGC_F16:
  case AGC_BF16:
    return ", as bits";
  case AGC_C64:
  case AGC_C128:
    return ", real and imaginary in turn";
  default:
    return "";
  }
}

bool isReserved(StringRef name) {
  static const char *const words[] = {
      "alignas",      "alignof",  "and",           "and_eq",
      "asm",          "auto",     "bitand",        "bitor",
      "bool",         "break",    "case",          "catch",
      "char",         "char16_t", "char32_t",      "class",
      "compl",        "const",    "const_cast",    "constexpr",
      "continue",     "decltype", "default",       "delete",
      "do",           "double",   "dynamic_cast",  "else",
      "enum",         "explicit", "export",        "extern",
      "false",        "float",    "for",           "friend",
      "goto",         "if",       "inline",        "int",
      "long",         "mutable",  "namespace",     "new",
      "noexcept",     "not",      "not_eq",        "nullptr",
      "operator",     "or",       "or_eq",         "private",
      "protected",    "public",   "register",      "reinterpret_cast",
      "restrict",     "return",   "short",         "signed",
      "sizeof",       "static",   "static_assert", "static_cast",
      "struct",       "switch",   "template",      "this",
      "thread_local", "throw",    "true",          "try",
      "typedef",      "typeid",   "typename",      "union",
      "unsigned",     "using",    "virtual",       "void",
      "volatile",     "wchar_t",  "while",         "xor",
      "xor_eq"};
  // Macros of the standard headers, which a caller may have included, and types of the parameters.
  static const char *const names[] = {
      "I",        "complex",  "errno",    "imaginary", "int16_t", "int32_t",  "int64_t",
      "int8_t",   "linux",    "noreturn", "stderr",    "stdin",   "stdout",   "uint16_t",
      "uint32_t", "uint64_t", "uint8_t",  "unix",      "size_t",  "agc_call", "math_errhandling"};
  bool isConstant = name.size() > 1 && name.upper() == name; // EOF, M_PI, NULL, SIGINT …
  return isConstant || is_contained(words, name) || is_contained(names, name);
}

/// Gives the parameters of one function names that C takes and that differ.
class ParameterNames {
public:
  std::string get(StringRef name) {
    std::string base;
    for (char c : name)
      base += isAlnum(c) ? c : '_';
    if (base.empty() || isDigit(base.front()))
      base = "_" + base;
    // A name with two underscores, or one before a capital, is the C implementation's.
    StringRef stripped = StringRef(base).ltrim('_');
    base = stripped.empty() || isDigit(stripped.front()) ? "arg_" + stripped.str() : stripped.str();
    if (isReserved(base))
      base += "_";
    std::string candidate = base;
    for (unsigned i = 2; !taken.insert(candidate).second; ++i)
      candidate = base + "_" + std::to_string(i);
    return candidate;
  }

private:
  StringSet<> taken;
};

/// Text that stands in a C comment and cannot end it, on one line.
std::string commentText(StringRef text) {
  std::string result;
  for (char c : text) {
    bool endsComment = (c == '/' && !result.empty() && result.back() == '*') ||
                       (c == '*' && !result.empty() && result.back() == '/');
    if (endsComment)
      result += ' ';
    result += (unsigned char)c < 0x20 ? ' ' : c;
  }
  return result;
}

class HeaderWriter {
public:
  HeaderWriter(const ModelInfo &model, raw_ostream &os)
      : model(model), name(model.name), upper(StringRef(model.name).upper()), os(os) {}

  void write() {
    os << "/* The C interface of the model \"" << name << "\", written by agc " AGC_RELEASE
       << " with its object. Do not edit. */\n"
       << "#ifndef AGC_MODEL_" << upper << "_H\n#define AGC_MODEL_" << upper << "_H\n\n"
       << "#include <agc/agc.h>\n\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
    os << "/* Changes with all that a caller depends on. */\n"
       << "#define " << upper << "_ABI_HASH UINT64_C(0x" << format_hex_no_prefix(abiHash(model), 16)
       << ")\n\n/* The description for generic tools; NULL when the model is newer than `version`. "
          "*/\n"
       << "const agc_model_info *" << name << "_info(uint32_t version);\n\n";
    if (!model.states.empty())
      writeState();
    writeLargestWorkspace();
    for (const FunctionInfo &function : model.functions)
      writeFunction(function);
    os << "#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
  }

private:
  void writeState() {
    os << "/* The state: " << AGC_ALIGNMENT << "-byte aligned, made by " << name
       << "_init or agc_state_load.\n *\n";
    for (const StateInfo &state : model.states)
      os << " *   " << format("%8llu", (unsigned long long)state.offset) << "  "
         << commentText(state.name) << "  " << printType(state) << layoutNote(state.dtype) << "\n";
    os << " */\n#define " << upper << "_STATE_BYTES " << stateBytes(model) << "\n\n";
    os << "agc_status " << name
       << "_init_checked(agc_context *ctx, void *state, uint64_t abi_hash);\n\n"
       << "/* Writes the state's initial value. */\n"
       << "static inline agc_status " << name << "_init(agc_context *ctx, void *state) {\n"
       << "  return " << name << "_init_checked(ctx, state, " << upper << "_ABI_HASH);\n}\n\n";
  }

  /// One workspace serves all functions of constant size, one call at a time.
  void writeLargestWorkspace() {
    uint64_t largest = 0;
    for (const FunctionInfo &function : model.functions)
      if (function.workspaceSymbol.empty())
        largest = std::max(largest, function.workspaceBytes);
    os << "/* The largest of the constants below: a workspace of it serves all their functions. "
          "*/\n"
       << "#define " << upper << "_WORKSPACE_BYTES " << largest << "\n\n";
  }

  void writeFunction(const FunctionInfo &function) {
    std::string symbol = name + "_" + function.name;
    std::string macro = upper + "_" + StringRef(function.name).upper();
    if (!function.location.empty())
      os << "/* " << commentText(function.location) << " */\n";
    if (function.workspaceSymbol.empty())
      os << "#define " << macro << "_WORKSPACE_BYTES " << function.workspaceBytes << "\n";
    else
      writeSizeFunction(function, symbol + "_workspace_bytes");
    if (!residualSymbol(function).empty())
      writeSizeFunction(function, symbol + "_residual_bytes");
    else if (function.residual >= 0)
      os << "#define " << macro << "_RESIDUAL_BYTES "
         << function.outputs[function.residual].extents.front() << "\n";
    writeTyped(function, symbol);
    os << "agc_status " << symbol << "_call(agc_context *ctx, const agc_call *call);\n\n";
  }

  void writeSizeFunction(const FunctionInfo &function, StringRef symbol) {
    ParameterNames names;
    os << "/* SIZE_MAX when it does not fit. */\nsize_t " << symbol << "(";
    interleaveComma(function.extents, os,
                    [&](const ExtentInfo &extent) { os << "int64_t " << names.get(extent.name); });
    os << (function.extents.empty() ? "void);\n" : ");\n");
  }

  /// A line for each parameter, with what it is beside it.
  void writeTyped(const FunctionInfo &function, StringRef symbol) {
    struct Line {
      std::string parameter, note;
    };
    ParameterNames names;
    SmallVector<Line> lines{{"agc_context *" + names.get("ctx"), ""}};
    if (function.usesState)
      lines.push_back({"void *" + names.get("state"), ""});
    std::string workspace = names.get("workspace");
    for (const ExtentInfo &extent : function.extents)
      lines.push_back({"int64_t " + names.get(extent.name), rangeNote(extent)});
    for (const TensorInfo &input : function.inputs)
      lines.push_back({("const " + cType(input.dtype) + " *").str() + names.get(input.name),
                       tensorNote(function, input)});
    for (const TensorInfo &output : function.outputs)
      lines.push_back({(cType(output.dtype) + " *").str() + names.get(output.name),
                       tensorNote(function, output)});
    lines.push_back({"void *" + workspace, ""});

    size_t width = 0;
    for (const Line &line : lines)
      width = std::max(width, line.parameter.size() + 1);
    std::string head = "agc_status " + symbol.str() + "(";
    os << head;
    for (auto [i, line] : enumerate(lines)) {
      bool last = i + 1 == lines.size();
      os << (i ? std::string(head.size(), ' ') : "") << line.parameter << (last ? ");" : ",");
      if (!line.note.empty())
        os << std::string(width - line.parameter.size(), ' ') << "/* " << line.note << " */";
      os << "\n";
    }
  }

  std::string rangeNote(const ExtentInfo &extent) {
    if (extent.max == std::numeric_limits<int64_t>::max())
      return "at least " + std::to_string(extent.min);
    return std::to_string(extent.min) + " to " + std::to_string(extent.max);
  }

  std::string tensorNote(const FunctionInfo &function, const TensorInfo &tensor) {
    std::string note = printType(function, tensor) + layoutNote(tensor.dtype).str();
    if (tensor.alignment > dtypeAlignment(tensor.dtype))
      note += ", " + std::to_string(tensor.alignment) + "-byte aligned";
    if (tensor.count)
      note += ", the first " + function.outputs[tensor.count - 1].name + " filled";
    return commentText(note);
  }

  const ModelInfo &model;
  std::string name, upper;
  raw_ostream &os;
};

} // namespace

std::string emitHeader(const ModelInfo &model) {
  std::string text;
  raw_string_ostream os(text);
  HeaderWriter(model, os).write();
  return text;
}

} // namespace agc
