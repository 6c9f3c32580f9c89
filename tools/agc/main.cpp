// agc: the compiler's driver.
#include "compiler/CodeGen/CollectModel.h"
#include "compiler/CodeGen/Compile.h"
#include "compiler/Pipeline.h"
#include "compiler/Support/OutputFile.h"
#include "compiler/Support/ProgramText.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Support/Timing.h"
#include "tools/agc/Output.h"
#include "tools/agc/Python.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Pass.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/LineIterator.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/Support/WithColor.h"
#include <csignal>

using namespace llvm;
using agc::EmitStage;

static cl::OptionCategory category("agc options");
static cl::opt<std::string> input(cl::Positional, cl::desc("<program.py or program.mlir>"),
                                  cl::init("-"), cl::cat(category));
static cl::opt<std::string> python("python", cl::desc("the interpreter for Python programs"),
                                   cl::value_desc("executable"), cl::cat(category));
static cl::opt<std::string> output("o", cl::desc("where the result goes; '-' prints it"),
                                   cl::value_desc("file"), cl::cat(category));
static cl::opt<bool> objectOnly("c", cl::desc("write an object and its header"), cl::cat(category));
static cl::opt<bool> shared("shared",
                            cl::desc("write a shared library, the runtime inside, and its header"),
                            cl::cat(category));
static cl::opt<std::string> runtime("runtime",
                                    cl::desc("the runtime for --shared; agc's own by default"),
                                    cl::value_desc("libagc_runtime.a"), cl::cat(category));
static cl::opt<std::string>
    header("header", cl::desc("where the C header goes; beside the object by default"),
           cl::value_desc("file"), cl::cat(category));
static cl::opt<EmitStage>
    stage("emit", cl::desc("stop at a level"), cl::init(EmitStage::Object), cl::cat(category),
          cl::values(clEnumValN(EmitStage::Agt, "agt", "tensor objects"),
                     clEnumValN(EmitStage::Ag, "ag", "differentiated and simplified"),
                     clEnumValN(EmitStage::Linalg, "linalg", "loops on buffers, memory planned"),
                     clEnumValN(EmitStage::LLVM, "llvm", "LLVM IR"),
                     clEnumValN(EmitStage::Assembly, "asm", "assembly"),
                     clEnumValN(EmitStage::Object, "obj", "an object")));
static cl::opt<std::string> model("model",
                                  cl::desc("prefix of every name; the output's by default"),
                                  cl::value_desc("name"), cl::cat(category));
static cl::opt<std::string> cpu("cpu",
                                cl::desc("native, x86-64-v3, x86-64-v4 or a name LLVM knows"),
                                cl::init("native"), cl::cat(category));
static cl::opt<std::string> target("target", cl::desc("target triple; the host's by default"),
                                   cl::value_desc("triple"), cl::cat(category));
static cl::opt<unsigned> level("O", cl::desc("optimisation level, 0 to 3"), cl::Prefix, cl::init(3),
                               cl::cat(category));
enum Derivative { kNone, kVjp, kSplit, kJvp };
static cl::list<Derivative> derive(
    "derive",
    cl::desc("functions to add, for every function of tensors alone that has a derivative "
             "(vjp by default); a function's attribute agc.derive decides for it alone"),
    cl::CommaSeparated, cl::cat(category),
    cl::values(clEnumValN(kVjp, "vjp", "F_vjp: cotangents to gradients"),
               clEnumValN(kSplit, "split", "F_fwd and F_bwd, with a residual buffer between"),
               clEnumValN(kJvp, "jvp", "F_jvp: tangents of results beside them"),
               clEnumValN(kNone, "none", "no function")));
static cl::opt<bool> remarks("remarks", cl::desc("print what the compiler chose, and why"),
                             cl::cat(category));
static cl::list<std::string> printAfter("print-ir-after",
                                        cl::desc("print the program after these passes"),
                                        cl::value_desc("pass"), cl::CommaSeparated,
                                        cl::cat(category));

static int fail(const Twine &message) {
  WithColor::error(errs(), "agc") << message << '\n';
  return 1;
}

/// The model's name: letters, digits and `_` of the output's or the input's file name.
static std::string modelName() {
  if (!model.empty())
    return model;
  StringRef path = !output.empty() && output != "-" ? StringRef(output) : StringRef(input);
  std::string name = sys::path::stem(path).str();
  if (name.empty() || name == "-")
    return "model";
  for (char &c : name)
    if (!isAlnum(c))
      c = '_';
  return isDigit(name[0]) ? "_" + name : name;
}

static std::string withSuffix(StringRef path, StringRef suffix) {
  SmallString<128> changed(path);
  sys::path::replace_extension(changed, suffix);
  return changed.str().str();
}

static agc::CompileOptions compileOptions(mlir::TimingScope &timing) {
  agc::CompileOptions options;
  options.model = modelName();
  options.cpu = cpu;
  options.triple = target;
  options.optLevel = level;
  options.stage = stage;
  if (!derive.empty())
    options.derivatives = {is_contained(derive, kVjp), is_contained(derive, kJvp),
                           is_contained(derive, kSplit)};
  options.configure = [&timing](mlir::PassManager &pm) {
    pm.enableTiming(timing);
    if (printAfter.empty())
      return;
    pm.getContext()->disableMultithreading();
    pm.enableIRPrinting([](mlir::Pass *, mlir::Operation *) { return false; },
                        [](mlir::Pass *pass, mlir::Operation *) {
                          return is_contained(printAfter, pass->getArgument().str());
                        });
  };
  return options;
}

/// What is wrong with an output: it would take the place of the program.
static Error checkKept(StringRef path) {
  if (path == "-" || input == "-" || !sys::fs::equivalent(path, input))
    return Error::success();
  return createStringError("'" + path.str() + "' is the program itself: give another output");
}

/// An executable, which is the model's own user: it has no header.
static Error writeProgram(const agc::CompileResult &result, const char *program) {
  if (Error error = checkKept(output))
    return error;
  auto linked = agc::linkProgram(result.output, modelName(), program);
  if (!linked)
    return linked.takeError();
  return agc::writeFiles({{output, (*linked)->getBuffer(), /*isProgram=*/true}});
}

static Error writeResult(const agc::CompileResult &result, const char *program) {
  std::string path = output;
  if (stage != EmitStage::Object) {
    if (path.empty())
      path = "-";
    if (Error error = checkKept(path))
      return error;
    return agc::writeFiles({{path, result.output}});
  }
  if (!objectOnly && !shared && !stage.getNumOccurrences())
    return writeProgram(result, program);
  if (path.empty())
    path = withSuffix(input == "-" ? "model" : StringRef(input), shared ? "so" : "o");
  // Printed, an object has no name that its header could have too.
  std::string headerPath = header;
  if (headerPath.empty() && path != "-")
    headerPath = withSuffix(path, "h");
  for (StringRef written : {path, headerPath})
    if (Error error = checkKept(written))
      return error;
  std::unique_ptr<MemoryBuffer> library;
  StringRef bytes = result.output;
  if (shared) {
    Expected<std::string> archive =
        runtime.empty() ? agc::findLibrary(program, "runtime") : runtime.getValue();
    if (!archive)
      return archive.takeError();
    auto linked = agc::linkShared(result.output, *archive);
    if (!linked)
      return linked.takeError();
    library = std::move(*linked);
    bytes = library->getBuffer();
  }
  std::vector<agc::OutputFile> files = {{path, bytes}};
  if (!headerPath.empty())
    files.push_back({headerPath, result.header});
  return agc::writeFiles(files);
}

/// What is wrong with the passes to print after; empty where all are of the pipeline.
static std::string checkPrinted() {
  std::vector<std::string> passes;
  if (!printAfter.empty())
    passes = agc::pipelinePasses();
  for (StringRef name : printAfter)
    if (!is_contained(passes, name)) {
      auto nearest = llvm::min_element(passes, [&](StringRef left, StringRef right) {
        return name.edit_distance(left) < name.edit_distance(right);
      });
      return ("--print-ir-after: there is no pass '" + name + "' (nearest: " + *nearest + ")")
          .str();
    }
  return "";
}

/// What is wrong with the options; empty where nothing is.
static std::string checkOptions() {
  int kinds = objectOnly + shared + (stage.getNumOccurrences() > 0);
  if (kinds == 0 && (output.empty() || output == "-"))
    return "expected -c, --shared or --emit, or -o PROGRAM for an executable";
  if (kinds == 0 && !header.empty())
    return "--header is for -c and --shared";
  bool same = stage == EmitStage::Object && !shared; // -c --emit=obj
  if (kinds > 1 && !same)
    return "only one of -c, --shared and --emit can be asked for";
  if (!header.empty() && stage != EmitStage::Object)
    return "--header is for -c and --shared";
  if (!runtime.empty() && !shared)
    return "--runtime is for --shared";
  if (is_contained(derive, kNone) && derive.size() > 1)
    return "--derive=none stands alone";
  if (std::string problem = checkPrinted(); !problem.empty())
    return problem;
  if (level > 3)
    return "expected an optimisation level from 0 to 3, got " + std::to_string(level);
  return "";
}

/// Whether a diagnostic is of the whole program, which has no line.
static bool isOfProgram(const mlir::Diagnostic &diagnostic) {
  auto line = diagnostic.getLocation()->findInstanceOf<mlir::FileLineColLoc>();
  return line && line.getLine() == 0;
}

/// Tells an error of a line without a column, and the notes with it. False where there is one.
static bool printOfLine(const mlir::Diagnostic &diagnostic) {
  auto place = diagnostic.getLocation()->findInstanceOf<mlir::FileLineColLoc>();
  if (!place || place.getColumn() != 0)
    return false;
  auto print = [](const mlir::Diagnostic &each, StringRef kind) {
    std::string line = agc::describeLocation(each.getLocation());
    errs() << line << (line.empty() ? "" : ": ") << kind << ": " << each.str() << '\n';
  };
  print(diagnostic, "error");
  if (ErrorOr<std::unique_ptr<MemoryBuffer>> file =
          MemoryBuffer::getFile(place.getFilename().getValue()))
    for (line_iterator line(**file, /*SkipBlanks=*/false); !line.is_at_eof(); ++line)
      if (line.line_number() == place.getLine())
        errs() << *line << '\n';
  for (const mlir::Diagnostic &note : diagnostic.getNotes())
    print(note, "note");
  return true;
}

/// The program as MLIR reads it; null, and a message, where that is not to be had.
static std::unique_ptr<MemoryBuffer> openProgram(const char *program) {
  StringRef suffix = sys::path::extension(input);
  if (suffix == ".py")
    return agc::tool::tracePython(program, python, input, modelName());
  // Without one it may be a pipe.
  if (!suffix.empty() && suffix != ".mlir" && suffix != ".mlirbc") {
    fail("expected a program.py or program.mlir, got '" + input + "'");
    return nullptr;
  }
  std::string error;
  std::unique_ptr<MemoryBuffer> file = mlir::openInputFile(input, &error);
  if (!file)
    fail(error);
  return file;
}

int main(int argc, char **argv) {
  if (agc::tool::isPythonCommand(argc, argv))
    return agc::tool::runPython(argc, argv);
  if (std::string problem = agc::tool::unknownCommand(argc, argv); !problem.empty())
    return fail(problem);
  InitLLVM init(argc, argv);
  std::signal(SIGXFSZ, SIG_IGN); // a file that may not grow is an error of the write
  cl::HideUnrelatedOptions(category);
  cl::SetVersionPrinter(
      [](raw_ostream &os) { os << "agc " AGC_RELEASE " (LLVM " LLVM_VERSION_STRING ")\n"; });
  cl::ParseCommandLineOptions(
      argc, argv,
      "agc: compiles programs with their gradients; `agc run prog.py` runs a Python "
      "program with torch's names standing for agc's, `agc check` finds its autograd mistakes "
      "without running it, `agc explain` tells what autograd knows of its tensors\n");
  if (std::string problem = checkOptions(); !problem.empty())
    return fail(problem);

  std::unique_ptr<MemoryBuffer> file = openProgram(argv[0]);
  if (!file)
    return 1;
  mlir::DialectRegistry registry;
  agc::registerCompilerDialects(registry);
  mlir::MLIRContext context(registry);
  SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(file), SMLoc());
  if (!agc::checkProgramText(sources))
    return 1;
  mlir::SourceMgrDiagnosticHandler diagnostics(sources, &context);
  context.printOpOnDiagnostic(false);
  // Remarks say what the compiler chose, not what the user should change.
  mlir::ScopedDiagnosticHandler quiet(&context, [](mlir::Diagnostic &diagnostic) {
    bool isError = diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error;
    if (isError && isOfProgram(diagnostic)) {
      fail(diagnostic.str());
      return mlir::success();
    }
    if (isError && printOfLine(diagnostic))
      return mlir::success();
    return mlir::success(!remarks && diagnostic.getSeverity() == mlir::DiagnosticSeverity::Remark);
  });

  mlir::DefaultTimingManager timings;
  timings.setEnabled(TimePassesIsEnabled); // --time-passes, an option of LLVM itself
  mlir::TimingScope timing = timings.getRootScope();
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::parseSourceFile<mlir::ModuleOp>(sources, &context);
  if (!module)
    return 1;
  mlir::FailureOr<agc::CompileResult> result =
      agc::compileToObject(*module, compileOptions(timing));
  if (mlir::failed(result))
    return 1;
  Error problem = writeResult(*result, argv[0]);
  return problem ? fail(toString(std::move(problem))) : 0;
}
