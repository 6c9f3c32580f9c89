// The simulation: 16 bodies on nonlinear springs, each coupled to all others.
//
// Traced when the example is built. `step` advances positions and velocities by one time step;
// `step_vjp`, which agc derives from it, carries the gradient of a loss from after a step to before
// it, and to the constants.
#include "compiler/Trace/Agc.h"

using namespace agc;

constexpr int64_t bodies = 16, constants = 7;
constexpr double dt = 0.02;

/// One body's neighbour in the ring minus itself, as a matrix.
static Values differences() {
  std::vector<double> matrix(bodies * bodies);
  for (int64_t i = 0; i < bodies; ++i) {
    matrix[i * bodies + i] = -1;
    matrix[i * bodies + (i + 1) % bodies] = 1;
  }
  return Values(f64, {bodies, bodies}, matrix);
}

struct Motion {
  Tensor position, velocity;
};

static Motion advance(const Tensor &x, const Tensor &v, const Tensor &constant) {
  Tensor difference = tensor(differences());
  Tensor stretch = difference.mv(x);
  Tensor spring = constant[2] * stretch + constant[3] * stretch.pow(3);
  Tensor pairs = tanh(x.unsqueeze(0) - x.unsqueeze(1)).sum(1) / double(bodies);
  Tensor force = -(constant[0] * x) - constant[1] * x.pow(3) - difference.t().mv(spring) -
                 constant[4] * v - constant[5] * v.pow(3) + constant[6] * pairs;
  Tensor velocity = v + dt * force;
  return {x + dt * velocity, velocity};
}

static void build(Model &model) {
  Input x{"x", f64, {bodies}}, v{"v", f64, {bodies}}, constant{"constants", f64, {constants}};
  model.function("step", {x, v, constant}, [](const Tensors &in) -> Outputs {
    Motion next = advance(in[0], in[1], in[2]);
    return {{"next_x", next.position}, {"next_v", next.velocity}};
  });
}

int main(int argc, char **argv) { return generate(argc, argv, "fit", build); }
