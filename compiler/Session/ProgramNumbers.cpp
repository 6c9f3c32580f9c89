// How numbers of a line find each other.
#include "compiler/Session/ProgramNumbers.h"
#include "compiler/Session/Process.h"
#include <cstring>

using namespace mlir;

namespace agc::session {

Value ProgramNumbers::of(LiveValues &live, OpBuilder &b, Location loc, RankedTensorType type,
                         uint64_t bits) {
  Line &line = lines[loc.getAsOpaquePointer()];
  if (line.segment != segment) {
    line.segment = segment;
    line.seen.clear();
  }
  unsigned own = line.seen.size();
  auto isEqual = [&](const Number &number) { return number.type == type && number.bits == bits; };
  if (own == line.same.size())
    line.same.push_back(llvm::find_if(line.seen, isEqual) - line.seen.begin());
  unsigned &same = line.same[own];
  if (same != own && !isEqual(line.seen[same]))
    same = own;
  Number number{type, bits, same == own ? Value() : line.seen[same].value};
  if (!number.value) {
    Buffer buffer = Buffer::allocate(elementBytes(type));
    std::memcpy(buffer.memory.get(), &bits, buffer.bytes); // the low bytes come first
    number.value = live.input(b, loc, type, std::move(buffer));
  }
  line.seen.push_back(number);
  return number.value;
}

} // namespace agc::session
