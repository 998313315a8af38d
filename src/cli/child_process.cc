#include "cli/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

extern char** environ;

namespace cxctl {

namespace {

/// A file without a name that takes what a stream gets. A pipe would stop the program when nobody reads.
class Capture {
 public:
  explicit Capture(const char* name) : file_(memfd_create(name, MFD_CLOEXEC)) {}
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;
  ~Capture() {
    if (file_ >= 0) close(file_);
  }
  int file() const { return file_; }

  std::string Read() const {
    std::string text;
    std::array<char, 65536> buffer{};
    off_t at = 0;
    while (true) {
      const ssize_t count = pread(file_, buffer.data(), buffer.size(), at);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return text;
      text.append(buffer.data(), static_cast<std::size_t>(count));
      at += count;
    }
  }

 private:
  int file_;
};

class SpawnedProcess final : public ChildProcess {
 public:
  SpawnedProcess() = default;
  ~SpawnedProcess() override {
    if (pid_ == 0 || Poll()) return;
    Stop();
    Collect(0);
  }

  Result<void> Start(const std::vector<std::string>& command) {
    std::vector<std::string> copies = command;
    std::vector<char*> arguments;
    for (std::string& word : copies) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output_.file(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, errors_.file(), STDERR_FILENO);
    const int failed = posix_spawnp(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed == 0) return {};
    pid_ = 0;
    return Fail(ErrorCode::kIo, "cannot start " + command.front() + ": " + std::strerror(failed));
  }

  std::optional<int> Poll() override {
    if (!ended_) Collect(WNOHANG);
    return ended_;
  }
  void Stop() override {
    if (!ended_) kill(pid_, SIGTERM);
  }
  std::string Output() override { return output_.Read(); }
  std::string Errors() override { return errors_.Read(); }

 private:
  void Collect(int flags) {
    int status = 0;
    pid_t found = 0;
    do {
      found = waitpid(pid_, &status, flags);
    } while (found < 0 && errno == EINTR);
    if (found == pid_) ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  Capture output_{"cxctl-output"}, errors_{"cxctl-errors"};
  pid_t pid_ = 0;
  std::optional<int> ended_;
};

}  // namespace

Result<std::unique_ptr<ChildProcess>> StartProcess(const std::vector<std::string>& command) {
  auto process = std::make_unique<SpawnedProcess>();
  TRY(process->Start(command));
  return process;
}

}  // namespace cxctl
