// Samples as JSON for record_torch.py, and what it recorded, read back.
#ifndef AGC_TEST_OPS_SAMPLEJSON_H
#define AGC_TEST_OPS_SAMPLEJSON_H

#include "test/Ops/Samples.h"
#include "llvm/Support/JSON.h"
#include <set>

namespace agc::test {

/// Writes the samples of records to stdout, one JSON object a line. The exit status.
int writeSamples(llvm::ArrayRef<const ag::Record *> records, mlir::MLIRContext &context);

/// A tensor and a parameter in JSON; record_torch.py reads both back.
llvm::json::Value tensorValue(const interp::Tensor &tensor);
llvm::json::Value attrValue(mlir::Attribute attr);

/// A number that changes with a sample's inputs: what a recording belongs to.
uint64_t fingerprint(const Sample &sample);

/// What PyTorch gave for the samples of one record.
struct Recording {
  llvm::json::Object samples;
  std::set<std::string> used;

  /// A sample's entry, or null.
  const llvm::json::Object *find(const Sample &sample);
  /// Entries that no sample asked for.
  std::vector<std::string> unused() const;
};

/// Reads recorded/NAME.json. A missing or malformed file is reported to `failures`.
Recording readRecording(llvm::StringRef folder, llvm::StringRef name,
                        std::vector<std::string> &failures);

/// A recorded list of numbers as a tensor's data, in place; failure where they do not fit.
mlir::LogicalResult readNumbers(const llvm::json::Array &numbers, interp::Tensor &tensor);

} // namespace agc::test

#endif // AGC_TEST_OPS_SAMPLEJSON_H
