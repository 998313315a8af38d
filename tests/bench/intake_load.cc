// Sends callback requests to an agent at a steady rate, and says what became of them.
//
//   intake_load --port N --token TOKEN --queue ID [--rate N] [--seconds N] [--connections N] [--drip N] [--first N]
//
// A latency counts from when its request was due, so that an agent that stands still is not spared. `--drip` opens so
// many more connections that send a byte of a request each second and start again when they are cut; the steady rate
// starts once they are all there. `--rate 0` sends as fast as it is answered. `--first`: number of the first request;
// a number makes one callback. One line of JSON.

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/asio.hpp>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Steady = std::chrono::steady_clock;

auto Into(boost::system::error_code& error) {
  return asio::redirect_error(asio::use_awaitable_t<>(), error);
}

struct Options {
  std::uint16_t port = 0;
  std::string token, queue;
  double rate = 1500, seconds = 10;
  int connections = 64, drip = 0;
  std::int64_t first = 0;
};

struct Counts {
  std::int64_t sent = 0;
  std::map<std::string, std::int64_t> statuses;
  std::vector<double> milliseconds;
  std::int64_t drips = 0, drips_cut = 0;
  Steady::time_point last;
};

std::string RequestOf(const Options& options, std::int64_t number) {
  const std::string body =
      fmt::format(R"({{"phoneNumber":"+1415{}","scheduledTime":"2099-11-24T15:00:00-05:00","queueId":"{}"}})",
                  2'000'000 + number % 7'900'000, options.queue);
  return fmt::format(
      "POST /api/callbacks/schedule HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\n"
      "Content-Type: application/json\r\nIdempotency-Key: load-{}\r\nContent-Length: {}\r\n\r\n{}",
      options.token, number, body.size(), body);
}

/// Length of the whole answer once its head is there, or 0.
std::size_t LengthOf(std::string_view answer) {
  const std::size_t head = answer.find("\r\n\r\n");
  if (head == std::string_view::npos) return 0;
  constexpr std::string_view kLength = "\r\nContent-Length: ";
  const std::size_t at = answer.find(kLength);
  if (at >= head) return head + 4;
  return head + 4 + std::strtoull(answer.data() + at + kLength.size(), nullptr, 10);
}

/// The status of the answer, or "" if the connection ended.
asio::awaitable<std::string> Exchange(tcp::socket& socket, std::string request, bool& goes_on) {
  boost::system::error_code error;
  co_await asio::async_write(socket, asio::buffer(request), Into(error));
  std::string answer;
  char buffer[4096];
  while (!error) {
    const std::size_t length = LengthOf(answer);
    if (length != 0 && answer.size() >= length) break;
    const std::size_t count = co_await socket.async_read_some(asio::buffer(buffer), Into(error));
    answer.append(buffer, count);
  }
  goes_on = !answer.empty() && answer.find("\r\nConnection: close") == std::string::npos;
  co_return answer.size() > 12 ? answer.substr(9, 3) : "";
}

asio::awaitable<void> Worker(const Options& options, Counts& counts, std::int64_t& next, Steady::time_point start) {
  const auto executor = co_await asio::this_coro::executor;
  const auto total = static_cast<std::int64_t>(options.rate * options.seconds);
  const Steady::time_point end =
      start + std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(options.seconds));
  tcp::socket socket(executor);
  asio::steady_timer timer(executor);
  boost::system::error_code ignored;
  bool goes_on = false;
  while (options.rate > 0 ? next < total : Steady::now() < end) {
    const std::int64_t number = next++;
    Steady::time_point due = Steady::now();
    if (options.rate > 0) {
      due = start + std::chrono::duration_cast<Steady::duration>(
                        std::chrono::duration<double>(static_cast<double>(number) / options.rate));
      timer.expires_at(due);
      co_await timer.async_wait(Into(ignored));
    }
    if (!goes_on) {
      socket = tcp::socket(executor);
      co_await socket.async_connect({asio::ip::address_v4::loopback(), options.port}, Into(ignored));
      socket.set_option(tcp::no_delay(true), ignored);
    }
    const std::string status = co_await Exchange(socket, RequestOf(options, options.first + number), goes_on);
    ++counts.sent;
    ++counts.statuses[status.empty() ? "none" : status];
    counts.last = Steady::now();
    counts.milliseconds.push_back(std::chrono::duration<double, std::milli>(counts.last - due).count());
  }
}

asio::awaitable<void> Drip(const Options& options, Counts& counts, int index) {
  const auto executor = co_await asio::this_coro::executor;
  const std::string request = RequestOf(options, 0);
  asio::steady_timer timer(executor);
  boost::system::error_code error, ignored;
  timer.expires_after(std::chrono::milliseconds(index % 1000));
  co_await timer.async_wait(Into(ignored));
  while (true) {
    tcp::socket socket(executor);
    co_await socket.async_connect({asio::ip::address_v4::loopback(), options.port}, Into(error));
    const bool connected = !error;
    if (connected) ++counts.drips;
    for (std::size_t at = 0; connected && at < request.size(); ++at) {
      co_await asio::async_write(socket, asio::buffer(&request[at], 1), Into(error));
      if (error) break;
      timer.expires_after(std::chrono::seconds(1));
      co_await timer.async_wait(Into(ignored));
    }
    if (connected) {
      --counts.drips;
      ++counts.drips_cut;
    }
    timer.expires_after(std::chrono::milliseconds(100));
    co_await timer.async_wait(Into(ignored));
  }
}

asio::awaitable<void> Run(const Options& options, Counts& counts) {
  const auto executor = co_await asio::this_coro::executor;
  for (int i = 0; i < options.drip; ++i) asio::co_spawn(executor, Drip(options, counts, i), asio::detached);
  asio::steady_timer timer(executor);
  boost::system::error_code ignored;
  for (int tries = 0; counts.drips < options.drip && tries < 100; ++tries) {
    timer.expires_after(std::chrono::milliseconds(100));
    co_await timer.async_wait(Into(ignored));
  }
  const std::int64_t open = counts.drips;
  const Steady::time_point start = Steady::now();
  std::int64_t next = 0;
  int running = options.connections;
  for (int i = 0; i < options.connections; ++i) {
    asio::co_spawn(executor, Worker(options, counts, next, start), [&](std::exception_ptr) {
      if (--running == 0) timer.cancel();
    });
  }
  while (running > 0) {
    timer.expires_after(std::chrono::hours(1));
    co_await timer.async_wait(Into(ignored));
  }
  std::ranges::sort(counts.milliseconds);
  const auto percentile = [&](double share) {
    if (counts.milliseconds.empty()) return 0.0;
    return counts.milliseconds[static_cast<std::size_t>(share * static_cast<double>(counts.milliseconds.size() - 1))];
  };
  std::string statuses;
  for (const auto& [status, count] : counts.statuses) {
    statuses += fmt::format("{}\"{}\":{}", statuses.empty() ? "" : ",", status, count);
  }
  const double seconds = std::chrono::duration<double>(counts.last - start).count();
  fmt::print(R"({{"sent":{},"statuses":{{{}}},"seconds":{:.3f},"p50Milliseconds":{:.2f},"p99Milliseconds":{:.2f},)"
             R"("maxMilliseconds":{:.2f},"drips":{},"dripsCut":{}}})"
             "\n",
             counts.sent, statuses, seconds, percentile(0.5), percentile(0.99), percentile(1), open, counts.drips_cut);
  static_cast<asio::io_context&>(executor.context()).stop();
}

bool ReadOptions(int argc, char** argv, Options& options) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const char* value = argv[i + 1];
    if (name == "--port") options.port = static_cast<std::uint16_t>(std::atoi(value));
    if (name == "--token") options.token = value;
    if (name == "--queue") options.queue = value;
    if (name == "--rate") options.rate = std::atof(value);
    if (name == "--seconds") options.seconds = std::atof(value);
    if (name == "--connections") options.connections = std::atoi(value);
    if (name == "--drip") options.drip = std::atoi(value);
    if (name == "--first") options.first = std::atoll(value);
  }
  return options.port != 0 && !options.token.empty() && !options.queue.empty();
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!ReadOptions(argc, argv, options)) {
    fmt::print(stderr, "usage: intake_load --port N --token TOKEN --queue ID [--rate N] [--seconds N] ...\n");
    return 64;
  }
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  asio::io_context context(1);
  Counts counts;
  asio::co_spawn(context, Run(options, counts), asio::detached);
  context.run();
  return counts.sent > 0 ? 0 : 1;
}
