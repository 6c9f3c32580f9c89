// Recovers the constants of a simulation from its trajectory, by the gradient that agc emitted.
//
// The app owns the reverse sweep: it keeps the trajectory, adds each step's share of the loss, and
// calls step_vjp from the last step to the first. BFGS does the rest.
#include "fit.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

constexpr int bodies = 16, constants = 7, steps = 200;
using Bodies = std::array<double, bodies>;
using Constants = std::array<double, constants>;

constexpr const char *names[constants] = {
    "stiffness", "cubic stiffness", "coupling",  "cubic coupling",
    "drag",      "cubic drag",      "attraction"};

struct Moment {
  Bodies x, v;
};
using Trajectory = std::vector<Moment>;

agc_context context;
alignas(AGC_ALIGNMENT) unsigned char workspace[FIT_WORKSPACE_BYTES + AGC_ALIGNMENT];

void check(agc_status status) {
  if (status == AGC_OK)
    return;
  std::fprintf(stderr, "fit: %s\n", agc_error(&context));
  std::exit(1);
}

/// All bodies displaced and moving, each differently.
Moment start() {
  Moment moment;
  for (int i = 0; i < bodies; ++i) {
    moment.x[i] = 1.5 * std::sin(1.7 * i + 0.3);
    moment.v[i] = std::cos(2.3 * i);
  }
  return moment;
}

Trajectory simulate(const Constants &c) {
  Trajectory trajectory(steps + 1);
  trajectory[0] = start();
  for (int t = 0; t < steps; ++t)
    check(fit_step(&context, trajectory[t].x.data(), trajectory[t].v.data(), c.data(),
                   trajectory[t + 1].x.data(), trajectory[t + 1].v.data(), workspace));
  return trajectory;
}

struct Loss {
  double value = 0;
  Constants gradient{};
};

/// The mean squared distance of the positions from what was observed, and its gradient.
Loss lossOf(const Constants &c, const Trajectory &observed) {
  Trajectory trajectory = simulate(c);
  Loss loss;
  Bodies gradX{}, gradV{};
  const double weight = 1.0 / (steps * bodies);
  for (int t = steps; t > 0; --t) {
    for (int i = 0; i < bodies; ++i) {
      double error = trajectory[t].x[i] - observed[t].x[i];
      loss.value += weight * error * error;
      gradX[i] += 2 * weight * error;
    }
    Bodies earlierX, earlierV;
    Constants share;
    check(fit_step_vjp(&context, trajectory[t - 1].x.data(), trajectory[t - 1].v.data(), c.data(),
                       gradX.data(), gradV.data(), earlierX.data(), earlierV.data(), share.data(),
                       workspace));
    gradX = earlierX;
    gradV = earlierV;
    for (int k = 0; k < constants; ++k)
      loss.gradient[k] += share[k];
  }
  return loss;
}

double dot(const Constants &a, const Constants &b) {
  double sum = 0;
  for (int k = 0; k < constants; ++k)
    sum += a[k] * b[k];
  return sum;
}

/// BFGS's estimate of the inverse Hessian.
struct InverseHessian {
  std::array<Constants, constants> rows{};

  InverseHessian() {
    for (int k = 0; k < constants; ++k)
      rows[k][k] = 1;
  }
  Constants times(const Constants &g) const {
    Constants result;
    for (int k = 0; k < constants; ++k)
      result[k] = dot(rows[k], g);
    return result;
  }
  /// (I - r s y^T) H (I - r y s^T) + r s s^T with r = 1 / (y . s).
  void update(const Constants &s, const Constants &y) {
    double curvature = dot(s, y);
    if (curvature <= 0)
      return;
    Constants hy = times(y);
    double scale = (1 + dot(y, hy) / curvature) / curvature;
    for (int i = 0; i < constants; ++i)
      for (int j = 0; j < constants; ++j)
        rows[i][j] += scale * s[i] * s[j] - (hy[i] * s[j] + s[i] * hy[j]) / curvature;
  }
};

/// One step along the descent direction, halved until the loss falls enough; false at the end.
bool descend(Constants &c, Loss &loss, InverseHessian &hessian, const Trajectory &observed) {
  Constants direction = hessian.times(loss.gradient);
  double slope = dot(direction, loss.gradient);
  for (double length = 1; length > 1e-12; length /= 2) {
    Constants next, move, change;
    for (int k = 0; k < constants; ++k) {
      move[k] = -length * direction[k];
      next[k] = c[k] + move[k];
    }
    Loss there = lossOf(next, observed);
    if (!(there.value <= loss.value - 1e-4 * length * slope))
      continue;
    for (int k = 0; k < constants; ++k)
      change[k] = there.gradient[k] - loss.gradient[k];
    hessian.update(move, change);
    c = next;
    loss = there;
    return true;
  }
  return false;
}

} // namespace

int main() {
  check(agc_context_init(&context));
  const Constants truth = {1.3, 0.4, 0.8, 0.25, 0.15, 0.05, 0.5};
  const Trajectory observed = simulate(truth);

  Constants c = {1, 0.1, 0.5, 0.1, 0.05, 0.01, 0.2};
  Loss loss = lossOf(c, observed);
  InverseHessian hessian;
  int iterations = 0;
  for (; iterations < 500 && loss.value > 1e-18; ++iterations) {
    if (iterations % 10 == 0)
      std::printf("iteration %3d  loss %.3e\n", iterations, loss.value);
    if (!descend(c, loss, hessian, observed))
      break;
  }
  std::printf("iteration %3d  loss %.3e\n\n", iterations, loss.value);

  bool recovered = true;
  for (int k = 0; k < constants; ++k) {
    double error = std::fabs(c[k] - truth[k]);
    recovered &= error < 1e-4;
    std::printf("%-16s %.8f  (true %.2f, error %.1e)\n", names[k], c[k], truth[k], error);
  }
  std::printf(recovered ? "all constants recovered to 1e-4\n" : "not recovered\n");
  return recovered ? 0 : 1;
}
