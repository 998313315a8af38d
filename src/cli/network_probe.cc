#include "cli/network_probe.h"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/strings.h"

namespace cxctl {

namespace {

using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Result<AddressList> LookUp(const std::string& host, const std::string& port, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  const int failed = getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  if (failed != 0)
    return Fail(ErrorCode::kUnavailable, fmt::format("{}: {}", EscapeControls(host), gai_strerror(failed)));
  return AddressList(found, &freeaddrinfo);
}

/// "" if the connection came about, else why not.
std::string Connect(const addrinfo& address, Duration patience) {
  const int socket_file = socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol);
  if (socket_file < 0) return std::strerror(errno);
  int error = connect(socket_file, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
  if (error == EINPROGRESS) {
    pollfd waiting{socket_file, POLLOUT, 0};
    const int ready = poll(&waiting, 1, static_cast<int>(patience.count() / 1000));
    socklen_t size = sizeof error;
    if (ready == 0) error = ETIMEDOUT;
    if (ready < 0) error = errno;
    if (ready > 0) getsockopt(socket_file, SOL_SOCKET, SO_ERROR, &error, &size);
  }
  close(socket_file);
  return error == 0 ? "" : std::strerror(error);
}

}  // namespace

Result<std::vector<std::string>> ResolveHost(const std::string& host, const std::string& port) {
  TRY_ASSIGN(const AddressList list, LookUp(host, port, 0));
  std::vector<std::string> addresses;
  for (const addrinfo* each = list.get(); each; each = each->ai_next) {
    char text[NI_MAXHOST];
    if (getnameinfo(each->ai_addr, each->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0) continue;
    if (std::ranges::find(addresses, text) == addresses.end()) addresses.emplace_back(text);
  }
  if (addresses.empty()) return Fail(ErrorCode::kUnavailable, fmt::format("{}: no address", EscapeControls(host)));
  return addresses;
}

Result<std::string> TryToConnect(const std::vector<std::string>& addresses, const std::string& port,
                                 Duration patience) {
  std::vector<std::string> problems;
  for (const std::string& address : addresses) {
    TRY_ASSIGN(const AddressList list, LookUp(address, port, AI_NUMERICHOST));
    const std::string problem = Connect(*list, patience);
    if (problem.empty()) return address;
    problems.push_back(fmt::format("{} port {}: {}", address, port, problem));
  }
  return Fail(ErrorCode::kUnavailable, Join(problems, "; "));
}

}  // namespace cxctl
