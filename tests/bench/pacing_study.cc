#include <cstdio>
#include <cstdlib>
#include "pacing/simulated_day.h"
using namespace cxctl;
int main(int argc, char** argv) {
  int days = argc > 1 ? atoi(argv[1]) : 20;
  int iv = argc > 2 ? atoi(argv[2]) : 30;
  const char* names[] = {"availability", "prog-formula", "prog-mode", "adaptive", "adaptive-prog"};
  for (int n : {5, 10, 20, 50, 100}) {
 if(getenv("N") && atoi(getenv("N"))!=n) continue;
    for (int p = 0; p < 5; ++p) {
 if(getenv("P") && atoi(getenv("P"))!=p) continue;
      double occ = 0, worst = 0, prog = 0, mean=0; int over = 0; long ab = 0, an = 0; double aht=0,sh=0;
      for (int d = 1; d <= days; ++d) {
        DayFigures f = SimulatedDay(d, n, DayPolicy(p), std::chrono::seconds(iv)).Run();
        occ += f.occupancy; worst = std::max(worst, f.abandon_rate()); over += f.abandon_rate() > .03; ab += f.abandoned; an += f.answered;
        prog += ProgressiveOccupancy(f); mean += f.abandon_rate(); aht+=f.handle_seconds; sh+=f.answer_share;
      }
      printf("%3d %-14s ab %.2f%% worst %.2f%% over %d occ %.1f%% | erlang %.1f%% progf %.1f%%  p %.2f aht %.0f ans/day %ld\n", n, names[p], 100. * mean / days, worst * 100, over, occ / days * 100, ErlangOccupancy(n, .03) * 100, prog / days * 100, sh/days, aht/days, an/days);
      fflush(stdout);
    }
  }
}
