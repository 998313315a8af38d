#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "env/env.h"
#include "http/curl_transport.h"
#include "phone/phone_numbers.h"

namespace cxctl {

/// In characters; 0 where it is not known.
struct TerminalSize {
  std::size_t columns = 0, rows = 0;
};

/// Where a command prints. Results go to Out, everything else to Err.
class Console {
 public:
  virtual ~Console() = default;
  virtual void Out(std::string_view text) = 0;
  virtual void Err(std::string_view text) = 0;
  virtual bool OutIsTerminal() = 0;
  virtual bool ErrIsTerminal() = 0;
  /// Of the terminal that results, or everything else, go to. Zeros where that is no terminal.
  virtual TerminalSize OutSize() = 0;
  virtual TerminalSize ErrSize() = 0;
  /// Shows a result in a pager (a line for the shell) and waits for its end, however early it comes. False: there is
  /// no such program, and nothing was shown. REQUIRES: OutIsTerminal().
  virtual bool Page(std::string_view text, const std::string& pager) = 0;
  /// A line typed by a person, without its newline; nothing if there is nobody (stdin is no terminal).
  virtual std::optional<std::string> Ask(std::string_view question) = 0;
};

/// Processes of this machine, as far as commands need them.
class Processes {
 public:
  virtual ~Processes() = default;
  virtual std::int64_t Pid() = 0;
  virtual std::string HostName() = 0;
  virtual std::string UserName() = 0;
  /// Tells a process from a later one with the same pid; "" if there is no such process.
  virtual std::string StartOf(std::int64_t pid) = 0;
  /// Output of a program, found in PATH, run without a shell; nothing if it is not there or fails.
  virtual std::optional<std::string> Run(const std::vector<std::string>& command) = 0;
  /// As above, with that on its standard input.
  virtual std::optional<std::string> RunWithInput(const std::vector<std::string>& command, std::string_view input) = 0;
};

/// Everything outside of the program that commands use. main builds it from the real things, tests from others.
struct System {
  Clock& clock;
  Random& random;
  FileSystem& files;
  Environment& environment;
  Console& console;
  Processes& processes;
  /// Makes the transport to a tenant or agent.
  std::function<Result<std::unique_ptr<CurlTransport>>(const CurlOptions&)> make_transport;
  /// Reads phone numbers; loads what that takes when it is first asked for.
  std::function<Result<const PhoneNumbers*>()> phone_numbers;
  /// Ends the process with what `report` returns unless it ended before. For --timeout.
  std::function<void(Duration, std::function<int()> report)> start_deadline;
  /// 0; 1 after the first SIGINT or SIGTERM.
  const std::atomic<int>& stop;
  /// From now on a first SIGINT or SIGTERM only sets `stop`; a second one ends the process. Before, the first one ends
  /// it.
  std::function<void()> catch_signals;
  /// Calls `action` on SIGINT or SIGTERM, from another thread; null: no more.
  std::function<void(std::function<void()> action)> stop_on_signal;
  std::string version;
};

}  // namespace cxctl
