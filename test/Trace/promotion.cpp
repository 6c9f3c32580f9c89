// Checks type promotion against what PyTorch gave for every pair (promotion.txt).
#include "compiler/Trace/DType.h"
#include <cstdio>
#include <fstream>
#include <sstream>

using namespace agc;

static PromotionOperand operand(const std::string &kind, const std::string &dtype) {
  auto level = kind == "dims"   ? PromotionOperand::Dimensioned
               : kind == "zero" ? PromotionOperand::ZeroDim
                                : PromotionOperand::Number;
  return {dtypeNamed(dtype).value(), level};
}

int main(int argc, char **argv) {
  std::ifstream file(argv[argc - 1]);
  int checked = 0, wrong = 0;
  for (std::string line; std::getline(file, line);) {
    if (line[0] == '#')
      continue;
    std::string kindA, dtypeA, kindB, dtypeB, expected;
    bool cast = false;
    std::istringstream(line) >> kindA >> dtypeA >> kindB >> dtypeB >> expected >> cast;
    std::optional<DType> result = resultType({operand(kindA, dtypeA), operand(kindB, dtypeB)});
    std::string got = result ? nameOf(*result) : "complex32";
    bool castGot = canCast(*dtypeNamed(dtypeA), *dtypeNamed(dtypeB));
    ++checked;
    if (got == expected && cast == castGot)
      continue;
    ++wrong;
    std::printf("%s: got %s, cast %d\n", line.c_str(), got.c_str(), int(castGot));
  }
  std::printf("%d pairs, %d wrong\n", checked, wrong);
  return wrong || checked != 784;
}
