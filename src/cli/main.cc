#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <set>
#include <thread>

#include "base/strings.h"
#include "cli/command.h"
#include "env/system.h"
#include "phone/load_phone_numbers.h"

// The only place that builds real implementations: clock, files, processes, terminal, signals, network.

extern char** environ;

namespace cxctl {
namespace {

// What a signal handler may touch.
enum SignalMode : int { kEnd, kAskToStop, kNotify };
std::atomic<int> signal_mode{kEnd};
std::atomic<int> stop_requests{0};
int signal_pipe[2] = {-1, -1};
// With --format json standard output gets one document: from the command, the deadline or a signal, whoever is first.
std::atomic<bool> one_document{false};
std::atomic<bool> document_claimed{false};

void WriteAll(int file, std::string_view text) {
  [[maybe_unused]] const ssize_t written = write(file, text.data(), text.size());
}

[[noreturn]] void EndInterrupted() {
  if (one_document) {
    if (!document_claimed.exchange(true))
      WriteAll(STDOUT_FILENO, "{\n  \"error\": {\n    \"message\": \"interrupted\",\n    \"exit\": 130\n  }\n}\n");
  } else {
    WriteAll(STDERR_FILENO, "error: interrupted\n");
  }
  _exit(kInterrupted);
}

void OnSignal(int) {
  switch (signal_mode.load()) {
    case kEnd:
      // The result is being written: it is as good as done.
      if (one_document && document_claimed && stop_requests.fetch_add(1) == 0) break;
      EndInterrupted();
    case kAskToStop:
      if (stop_requests.fetch_add(1) > 0) EndInterrupted();
      WriteAll(STDERR_FILENO,
               "\nstopping: what is under way finishes, nothing new starts; a second signal ends at once\n");
      break;
    case kNotify: {
      const char byte = 1;
      [[maybe_unused]] const ssize_t written = write(signal_pipe[1], &byte, 1);
      break;
    }
  }
}

void InstallSignals() {
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

void StopOnSignal(std::function<void()> action) {
  if (!action) {
    signal_mode = kEnd;
    return;
  }
  if (pipe(signal_pipe) != 0) return;
  std::thread([run = std::move(action)] {
    char byte = 0;
    if (read(signal_pipe[0], &byte, 1) == 1) run();
  }).detach();
  signal_mode = kNotify;
}

/// The size that a terminal tells; a terminal that does not is as wide as $COLUMNS says.
TerminalSize SizeOf(int file) {
  TerminalSize size;
  winsize window{};
  if (isatty(file) == 0) return size;
  if (ioctl(file, TIOCGWINSZ, &window) == 0) size = {window.ws_col, window.ws_row};
  const char* columns = std::getenv("COLUMNS");
  if (size.columns == 0 && columns) std::from_chars(columns, columns + std::strlen(columns), size.columns);
  return size;
}

/// Starts a line for the shell with a pipe to its standard input. Returns its process, or 0, and the end to write to.
pid_t StartPager(const std::string& pager, int& input) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return 0;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // SIGPIPE is ignored here, and what is ignored stays so in the child.
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  std::string shell = "sh", option = "-c", line = pager;
  char* arguments[] = {shell.data(), option.data(), line.data(), nullptr};
  pid_t child = 0;
  if (posix_spawnp(&child, "sh", &actions, &attributes, arguments, environ) != 0) child = 0;
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[0]);
  input = ends[1];
  if (child == 0) close(input);
  return child;
}

/// What the pager exited with. A person who interrupts it, or leaves it early, has seen enough: no error.
int WaitForPager(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

class Terminal : public Console {
 public:
  void Out(std::string_view text) override {
    if (one_document && document_claimed.exchange(true)) {
      // Another thread was first and ends the process.
      while (true) pause();
    }
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    if (!written && failure_ == 0) failure_ = errno;
  }
  void Err(std::string_view text) override { std::fwrite(text.data(), 1, text.size(), stderr); }
  bool OutIsTerminal() override { return isatty(STDOUT_FILENO) != 0; }
  bool ErrIsTerminal() override { return isatty(STDERR_FILENO) != 0; }
  TerminalSize OutSize() override { return SizeOf(STDOUT_FILENO); }
  TerminalSize ErrSize() override { return SizeOf(STDERR_FILENO); }
  bool Page(std::string_view text, const std::string& pager) override {
    constexpr int kNotRunnable = 126, kNotFound = 127;
    std::fflush(nullptr);
    int input = -1;
    const pid_t child = StartPager(pager, input);
    if (child == 0) return false;
    // Ctrl-C is the pager's business from here on.
    const auto before = signal(SIGINT, SIG_IGN);
    while (!text.empty()) {
      const ssize_t count = write(input, text.data(), text.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) break;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    close(input);
    const int exit = WaitForPager(child);
    signal(SIGINT, before);
    return exit != kNotRunnable && exit != kNotFound;
  }
  std::optional<std::string> Ask(std::string_view question) override {
    if (isatty(STDIN_FILENO) == 0 || isatty(STDERR_FILENO) == 0) return std::nullopt;
    Err(question);
    std::string line;
    if (!std::getline(std::cin, line)) return "";
    return line;
  }
  /// Why standard output could not be written; 0 if all is well. A reader that went away, like `head`, is.
  int failure() const { return failure_ == EPIPE ? 0 : failure_; }

 private:
  int failure_ = 0;
};

class SystemProcesses : public Processes {
 public:
  std::int64_t Pid() override { return getpid(); }
  std::string HostName() override {
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
  }
  std::string UserName() override {
    const passwd* user = getpwuid(geteuid());
    return user ? user->pw_name : std::to_string(geteuid());
  }
  std::string StartOf(std::int64_t pid) override {
    // Field 22 of /proc/PID/stat: the start in clock ticks since boot. The name in field 2 may hold spaces and
    // parentheses.
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    std::size_t at = text.rfind(')');
    for (int field = 2; field < 22 && at != std::string::npos; ++field) at = text.find(' ', at + 1);
    if (at == std::string::npos) return "";
    return text.substr(at + 1, text.find(' ', at + 1) - at - 1);
  }
  std::optional<std::string> Run(const std::vector<std::string>& command) override {
    return RunFrom(STDIN_FILENO, command);
  }
  std::optional<std::string> RunWithInput(const std::vector<std::string>& command, std::string_view input) override {
    // A file, because a pipe would have to be written while the output is read.
    const int file = memfd_create("cxctl-input", MFD_CLOEXEC);
    if (file < 0) return std::nullopt;
    const bool written = write(file, input.data(), input.size()) == static_cast<ssize_t>(input.size());
    auto output = written && lseek(file, 0, SEEK_SET) == 0 ? RunFrom(file, command) : std::nullopt;
    close(file);
    return output;
  }

 private:
  static std::optional<std::string> RunFrom(int input, const std::vector<std::string>& command) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (input != STDIN_FILENO) posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", 1 /* O_WRONLY */, 0);
    std::vector<char*> arguments;
    std::vector<std::string> copies = command;
    for (std::string& word : copies) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t child = 0;
    const int failed = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    std::string output;
    std::array<char, 4096> buffer{};
    ssize_t count = 0;
    while (!failed && (count = read(ends[0], buffer.data(), buffer.size())) > 0)
      output.append(buffer.data(), static_cast<std::size_t>(count));
    close(ends[0]);
    if (failed) return std::nullopt;
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
    return output;
  }
};

/// "-" is standard input.
class FilesWithStandardInput : public FileSystem {
 public:
  explicit FilesWithStandardInput(std::unique_ptr<FileSystem> files) : files_(std::move(files)) {}
  Result<std::string> Read(const std::string& path, std::size_t limit) override {
    if (path != "-") return files_->Read(path, limit);
    std::string text;
    std::array<char, 65536> buffer{};
    while (std::cin.read(buffer.data(), buffer.size()) || std::cin.gcount() > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(std::cin.gcount()));
      if (text.size() > limit)
        return Fail(ErrorCode::kIo,
                    "cannot read standard input: it is longer than " + std::to_string(limit) + " bytes");
    }
    return text;
  }
  Result<std::vector<std::string>> ListYaml(const std::string& path) override {
    if (path != "-") return files_->ListYaml(path);
    return std::vector<std::string>{path};
  }
  std::string Canonical(const std::string& path) override { return path == "-" ? path : files_->Canonical(path); }
  Result<void> Write(const std::string& path, std::string_view content, bool is_private) override {
    return files_->Write(path, content, is_private);
  }
  Result<void> CheckWritable(const std::string& path) override { return files_->CheckWritable(path); }
  Result<void> Append(const std::string& path, std::string_view content) override {
    return files_->Append(path, content);
  }
  std::optional<std::uint64_t> Size(const std::string& path) override { return files_->Size(path); }
  Result<void> MakeFolder(const std::string& path) override { return files_->MakeFolder(path); }

 private:
  std::unique_ptr<FileSystem> files_;
};

bool has_deadline = false;

void StartDeadline(Duration duration, std::function<int()> report) {
  has_deadline = true;
  std::thread([duration, end = std::move(report)] {
    std::this_thread::sleep_for(duration);
    const int exit = end();
    std::fflush(nullptr);
    _exit(exit);
  }).detach();
}

/// A manifest that silently is not there looks as if it had been deleted.
class LeftOutLinks {
 public:
  explicit LeftOutLinks(Console& console) : console_(console) {}
  void operator()(const std::string& link) {
    if (!told_.insert(link).second) return;
    console_.Err("warning: " + EscapeControls(link) +
                 " is a symbolic link that leads out of its folder, or in a circle: it is not followed, and what it "
                 "leads to counts as not there; put the file in its place, or name its folder in spec.sources\n");
  }

 private:
  Console& console_;
  std::set<std::string> told_;
};

/// Descriptors 0 to 2 that whoever started us has closed: a socket in their place would be sent what is printed. They
/// are opened the wrong way round, so that using them still fails.
void OccupyStandardStreams() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    // The lowest that is free is taken.
    if (fcntl(fd, F_GETFD) < 0) open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

/// The path of this program's file.
std::string ProgramFile() {
  std::array<char, 4096> path{};
  const ssize_t size = readlink("/proc/self/exe", path.data(), path.size());
  return size <= 0 ? "" : std::string(path.data(), static_cast<std::size_t>(size));
}

/// Secrets are in memory while a command runs: no core file, no reading by others' debuggers.
void Harden() {
  const rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
}

int Main(int argc, char** argv) {
  OccupyStandardStreams();
  Harden();
  InstallSignals();
  const auto clock = SystemClock();
  const auto random = SystemRandom();
  const auto environment = SystemEnvironment();
  Terminal console;
  FilesWithStandardInput files(SystemFiles(LeftOutLinks(console)));
  SystemProcesses processes;
  std::unique_ptr<PhoneNumbers> phone_numbers;
  System system{*clock,
                *random,
                files,
                *environment,
                console,
                processes,
                [](const CurlOptions& options) { return MakeCurlTransport(options); },
                [&phone_numbers]() -> Result<const PhoneNumbers*> {
                  if (!phone_numbers) {
                    TRY_ASSIGN(phone_numbers, LoadPhoneNumbers(ProgramFile()));
                  }
                  return phone_numbers.get();
                },
                StartDeadline,
                stop_requests,
                [] { signal_mode = kAskToStop; },
                StopOnSignal,
                CXCTL_VERSION};
  const std::vector<std::string> words(argv + 1, argv + argc);
  one_document = AsksForJson(words);
  int exit = RunCli(words, system);
  std::fflush(nullptr);
  if (console.failure() != 0) {
    console.Err(std::string("error: cannot write to standard output: ") + std::strerror(console.failure()) + "\n");
    exit = kCouldNot;
  }
  // The deadline may strike now: nothing that it needs is taken away from it.
  if (has_deadline) {
    std::fflush(nullptr);
    _exit(exit);
  }
  return exit;
}

}  // namespace
}  // namespace cxctl

int main(int argc, char** argv) {
  return cxctl::Main(argc, argv);
}
