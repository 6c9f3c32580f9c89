// A model of a plain function: the energy of a spring for some displacements.
#include "compiler/Trace/Agc.h"

using namespace agc;

static void build(Model &model) {
  model.function("energy", {{"k", f64, {}}, {"x", f64, {4}}}, [](const Tensors &in) -> Outputs {
    return {{"energy", (in[0] * in[1] * in[1]).sum() * 0.5}};
  });
}

int main(int argc, char **argv) { return generate(argc, argv, "spring", build); }
