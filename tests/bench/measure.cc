// Runs a program and prints what it cost, itself alone: {"exit", "wallSeconds", "cpuSeconds", "peakKilobytes"}.
//
// measure PROGRAM [ARGUMENT...]      the program's output goes to where standard error goes
//
// Small and without a shell or interpreter, because the peak of a process counts that of whoever started it.

#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

extern char** environ;

namespace {

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 64;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  const auto start = std::chrono::steady_clock::now();
  pid_t child = 0;
  if (posix_spawnp(&child, argv[1], &actions, nullptr, argv + 1, environ) != 0) {
    std::fprintf(stderr, "measure: %s cannot be run\n", argv[1]);
    return 1;
  }
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child) return 1;
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  std::printf("{\"exit\": %d, \"wallSeconds\": %.6f, \"cpuSeconds\": %.6f, \"peakKilobytes\": %ld}\n",
              WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), wall.count(),
              Seconds(usage.ru_utime) + Seconds(usage.ru_stime), usage.ru_maxrss);
}
