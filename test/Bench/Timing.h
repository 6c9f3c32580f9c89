// Times two functions side by side, in turn, so that both see the same machine.
#pragma once
#include <algorithm>
#include <ctime>
#include <vector>

/// Seconds of one call, over many rounds.
struct Timing {
  double best, median;
};

/// What a kernel and its peer took.
struct Pair {
  Timing ours, peer;
  double bestRatio() const { return peer.best / ours.best; }       ///< above one: ours is faster
  double medianRatio() const { return peer.median / ours.median; } ///< the same, of medians
};

/// Seconds that this thread has run: what other processes take of the core does not count.
inline double threadSeconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return double(now.tv_sec) + 1e-9 * double(now.tv_nsec);
}

/// Seconds of one call of `function`, averaged over `calls`.
template <typename Function> double secondsOf(Function &&function, long calls) {
  double start = threadSeconds();
  for (long i = 0; i < calls; ++i)
    function();
  return (threadSeconds() - start) / calls;
}

inline Timing summarize(std::vector<double> seconds) {
  std::sort(seconds.begin(), seconds.end());
  return {seconds.front(), seconds[seconds.size() / 2]};
}

/// Runs `ours` and `peer` in turn for `rounds` rounds of about `roundSeconds` each.
template <typename Ours, typename Peer>
Pair timePair(Ours &&ours, Peer &&peer, int rounds, double roundSeconds) {
  double once = std::max(secondsOf(peer, 3), secondsOf(ours, 3));
  long calls = std::max(1l, long(roundSeconds / std::max(once, 1e-9)));
  std::vector<double> oursSeconds, peerSeconds;
  for (int round = 0; round < rounds; ++round) {
    oursSeconds.push_back(secondsOf(ours, calls));
    peerSeconds.push_back(secondsOf(peer, calls));
  }
  return {summarize(oursSeconds), summarize(peerSeconds)};
}
