// The backends of agc-tblgen, one function each.
#ifndef AGC_TOOLS_TBLGEN_BACKENDS_H
#define AGC_TOOLS_TBLGEN_BACKENDS_H

namespace llvm {
class RecordKeeper;
class raw_ostream;
} // namespace llvm

namespace agc::tblgen {

/// The constant table of records (dialect/Record.cpp).
void emitRecords(const llvm::RecordKeeper &keeper, llvm::raw_ostream &os);
/// AGC_STD(name, arity) for each scalar function of the interpreter.
void emitStandardFunctions(const llvm::RecordKeeper &keeper, llvm::raw_ostream &os);
/// AGC_BUILTIN(name, arity) for each helper of the rule language.
void emitBuiltins(const llvm::RecordKeeper &keeper, llvm::raw_ostream &os);
/// AGC_RULE(record, function) for each reference evaluation in C++.
void emitEvalRules(const llvm::RecordKeeper &keeper, llvm::raw_ostream &os);
/// AGC_RULE(record, function) for what says which shapes an op refuses.
void emitRefusalRules(const llvm::RecordKeeper &keeper, llvm::raw_ostream &os);
/// AGC_RULE(record, function) for each composite's body in C++.
void emitBodyRules(const llvm::RecordKeeper &keeper, llvm::raw_ostream &os);
/// AGC_RULE(record, function) for each gradient in C++.
void emitGradRules(const llvm::RecordKeeper &keeper, llvm::raw_ostream &os);
/// A page of documentation on each record.
void emitDocs(const llvm::RecordKeeper &keeper, llvm::raw_ostream &os);
/// The table of ops in dialect/README.md.
void emitTable(const llvm::RecordKeeper &keeper, llvm::raw_ostream &os);

/// The C++ surface of compiler/Trace: free functions, and methods of agc::Tensor.
void emitApiDecls(const llvm::RecordKeeper &keeper, llvm::raw_ostream &os);
void emitApiMethods(const llvm::RecordKeeper &keeper, llvm::raw_ostream &os);
void emitApiDefs(const llvm::RecordKeeper &keeper, llvm::raw_ostream &os);
/// The functions of the Python package.
void emitPython(const llvm::RecordKeeper &keeper, llvm::raw_ostream &os);
void emitPythonStubs(const llvm::RecordKeeper &keeper, llvm::raw_ostream &os);
/// AGC_SURFACE(name) for each record that the surface has.
void emitApiNames(const llvm::RecordKeeper &keeper, llvm::raw_ostream &os);

} // namespace agc::tblgen

#endif // AGC_TOOLS_TBLGEN_BACKENDS_H
