#include "http/read_only_transport.h"

#include <fmt/format.h>

#include "http/url_text.h"

namespace cxctl {

namespace {

bool IsAnalyticsQuery(std::string_view path) {
  return path == "/api/analytics/outbound/details/query" || path == "/api/v2/analytics/campaigns/details/query";
}

class ReadOnlyTransport final : public HttpTransport {
 public:
  ReadOnlyTransport(HttpTransport& inner, std::string token_path) : inner_(inner), token_path_(std::move(token_path)) {}

  Task<HttpOutcome> Send(HttpRequest request) override {
    if (!Allows(request)) {
      TransportError refusal;
      refusal.message = fmt::format("{} was not sent: this command only reads, and it is not a read",
                                    DescribeRequest(request.method, request.url));
      co_return std::unexpected(std::move(refusal));
    }
    co_return co_await inner_.Send(std::move(request));
  }

 private:
  bool Allows(const HttpRequest& request) const {
    if (request.method == "GET") return true;
    if (request.method != "POST") return false;
    const std::string_view path = PathOfUrl(request.url);
    return !path.empty() && (path == token_path_ || IsAnalyticsQuery(path));
  }

  HttpTransport& inner_;
  std::string token_path_;
};

}  // namespace

std::unique_ptr<HttpTransport> MakeReadOnlyTransport(HttpTransport& inner, std::string token_path) {
  return std::make_unique<ReadOnlyTransport>(inner, std::move(token_path));
}

}  // namespace cxctl
