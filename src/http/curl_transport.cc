#include "http/curl_transport.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "base/strings.h"
#include "env/shared_library.h"
#include "http/answer_reader.h"
#include "http/url_text.h"

namespace cxctl {

namespace {

constexpr unsigned kOldestVersion = 0x075500;  // 7.85.0: CURLOPT_PROTOCOLS_STR; CURLOPT_PREREQFUNCTION is older.
// Idle connections are not used again after so long: servers close theirs after 30 s and more, and a request that meets
// the closing has an unknown effect.
constexpr long kMaxIdleSeconds = 20;

/// The functions of libcurl that are used here.
struct CurlFunctions {
  decltype(&curl_global_init) global_init = nullptr;
  decltype(&curl_global_cleanup) global_cleanup = nullptr;
  decltype(&curl_version_info) version_info = nullptr;
  decltype(&curl_easy_init) easy_init = nullptr;
  decltype(&curl_easy_setopt) easy_setopt = nullptr;
  decltype(&curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&curl_easy_strerror) easy_strerror = nullptr;
  decltype(&curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&curl_multi_init) multi_init = nullptr;
  decltype(&curl_multi_setopt) multi_setopt = nullptr;
  decltype(&curl_multi_add_handle) multi_add_handle = nullptr;
  decltype(&curl_multi_remove_handle) multi_remove_handle = nullptr;
  decltype(&curl_multi_perform) multi_perform = nullptr;
  decltype(&curl_multi_poll) multi_poll = nullptr;
  decltype(&curl_multi_wakeup) multi_wakeup = nullptr;
  decltype(&curl_multi_info_read) multi_info_read = nullptr;
  decltype(&curl_multi_cleanup) multi_cleanup = nullptr;
  decltype(&curl_slist_append) slist_append = nullptr;
  decltype(&curl_slist_free_all) slist_free_all = nullptr;
};

Result<CurlFunctions> BindFunctions(const SharedLibrary& library) {
  CurlFunctions curl;
  TRY(library.Bind(curl.global_init, "curl_global_init"));
  TRY(library.Bind(curl.global_cleanup, "curl_global_cleanup"));
  TRY(library.Bind(curl.version_info, "curl_version_info"));
  TRY(library.Bind(curl.easy_init, "curl_easy_init"));
  TRY(library.Bind(curl.easy_setopt, "curl_easy_setopt"));
  TRY(library.Bind(curl.easy_getinfo, "curl_easy_getinfo"));
  TRY(library.Bind(curl.easy_strerror, "curl_easy_strerror"));
  TRY(library.Bind(curl.easy_cleanup, "curl_easy_cleanup"));
  TRY(library.Bind(curl.multi_init, "curl_multi_init"));
  TRY(library.Bind(curl.multi_setopt, "curl_multi_setopt"));
  TRY(library.Bind(curl.multi_add_handle, "curl_multi_add_handle"));
  TRY(library.Bind(curl.multi_remove_handle, "curl_multi_remove_handle"));
  TRY(library.Bind(curl.multi_perform, "curl_multi_perform"));
  TRY(library.Bind(curl.multi_poll, "curl_multi_poll"));
  TRY(library.Bind(curl.multi_wakeup, "curl_multi_wakeup"));
  TRY(library.Bind(curl.multi_info_read, "curl_multi_info_read"));
  TRY(library.Bind(curl.multi_cleanup, "curl_multi_cleanup"));
  TRY(library.Bind(curl.slist_append, "curl_slist_append"));
  TRY(library.Bind(curl.slist_free_all, "curl_slist_free_all"));
  return curl;
}

bool HasControls(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

bool IsToken(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

/// Headers that are the transport's own: framing, and what would change how answers are to be read.
bool IsOwnHeader(std::string_view name) {
  constexpr std::array<std::string_view, 6> kOwn = {"User-Agent",        "Content-Length", "Accept-Encoding",
                                                    "Transfer-Encoding", "Expect",         "TE"};
  return std::ranges::any_of(kOwn, [name](std::string_view own) { return EqualsIgnoringCase(own, name); });
}

/// "" for what is no IP address.
std::string AddressText(const curl_sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = nullptr;
  if (address.family == AF_INET) bytes = &reinterpret_cast<const sockaddr_in*>(&address.addr)->sin_addr;
  if (address.family == AF_INET6) bytes = &reinterpret_cast<const sockaddr_in6*>(&address.addr)->sin6_addr;
  if (bytes == nullptr || inet_ntop(address.family, bytes, text.data(), text.size()) == nullptr) return "";
  return text.data();
}

class LibcurlTransport;

/// One request under way. Lives in the coroutine frame of Send; libcurl holds its address meanwhile.
class Exchange {
 public:
  Exchange(LibcurlTransport& transport, const HttpRequest& request, std::size_t max_body_bytes)
      : transport_(&transport), request_(request), reader_(request.method == "HEAD", max_body_bytes) {}
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange();

  bool await_ready() const { return outcome_.has_value(); }
  void await_suspend(std::coroutine_handle<> handle) { waiting_ = handle; }
  HttpOutcome await_resume() { return std::move(*outcome_); }

 private:
  friend class LibcurlTransport;

  static std::size_t OnHeader(char* data, std::size_t size, std::size_t count, void* self) {
    return static_cast<Exchange*>(self)->reader_.OnHeaderLine({data, size * count}) ? size * count : 0;
  }
  static std::size_t OnBody(char* data, std::size_t size, std::size_t count, void* self) {
    // 0 for a piece of 0 bytes would be no error either.
    return static_cast<Exchange*>(self)->reader_.OnBody({data, size * count}) ? size * count : CURL_WRITEFUNC_ERROR;
  }
  /// libcurl calls this each time it is about to send the request: the second time it would be a repetition. The
  /// connection may be one that a request with other rules opened.
  static int BeforeSend(void* self, char* address, char*, int, int) {
    auto* exchange = static_cast<Exchange*>(self);
    if (exchange->Refuses(address)) return CURL_PREREQFUNC_ABORT;
    return ++exchange->sends_ > 1 ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
  }
  /// In place of libcurl's own opening of a socket.
  static curl_socket_t OpenSocket(void* self, curlsocktype, curl_sockaddr* address) {
    if (static_cast<Exchange*>(self)->Refuses(AddressText(*address).c_str())) return CURL_SOCKET_BAD;
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  }
  bool Refuses(const char* address) {
    if (!request_.refuse_address) return false;
    refusal_ = request_.refuse_address(address == nullptr ? "" : address);
    return !refusal_.empty();
  }

  void Fail(std::string_view reason, bool timeout) {
    TransportError error;
    error.maybe_received = sends_ > 0;
    error.timeout = timeout;
    error.message = fmt::format("{}: {}", DescribeRequest(request_.method, request_.url), reason);
    outcome_ = std::unexpected(std::move(error));
  }

  LibcurlTransport* transport_;  ///< Null once the transport is gone.
  const HttpRequest& request_;
  AnswerReader reader_;
  CURL* easy_ = nullptr;  ///< Null while libcurl does not work on it.
  curl_slist* headers_ = nullptr;
  int sends_ = 0;
  std::string refusal_;  ///< Why the address that was looked at last must not be connected to.
  std::array<char, CURL_ERROR_SIZE> curl_message_{};
  std::coroutine_handle<> waiting_;
  std::optional<HttpOutcome> outcome_;
};

class LibcurlTransport final : public CurlTransport {
 public:
  LibcurlTransport(const CurlFunctions& curl, const CurlOptions& options) : curl_(curl), options_(options) {}
  LibcurlTransport(const LibcurlTransport&) = delete;
  LibcurlTransport& operator=(const LibcurlTransport&) = delete;
  ~LibcurlTransport() override;

  /// The rest of construction, which can fail.
  Result<void> Open();

  void Attach(Loop& loop) override { loop_ = &loop; }
  Task<HttpOutcome> Send(HttpRequest request) override;
  void Wait(Duration at_most) override;
  void Wake() override { curl_.multi_wakeup(multi_); }

 private:
  friend class Exchange;

  /// Sets an option; once one failed, `settings_failed_` stays set.
  template <class T>
  void Set(CURL* easy, CURLoption option, T value) {
    static_assert(std::is_same_v<T, long> || std::is_same_v<T, curl_off_t> || std::is_pointer_v<T>);
    if (curl_.easy_setopt(easy, option, value) != CURLE_OK) settings_failed_ = true;
  }
  CURL* TakeEasy();
  CURL* MakeEasy();
  void SetConnection(CURL* easy);
  void SetTls(CURL* easy);

  void Start(Exchange& exchange);
  std::string_view BuildHeaders(Exchange& exchange);
  void SetRequest(Exchange& exchange);
  void Release(Exchange& exchange, bool reuse);
  bool Perform();
  void Finish(Exchange& exchange, CURLcode code);
  std::string ReasonOf(const Exchange& exchange, CURLcode code) const;

  const CurlFunctions curl_;
  const CurlOptions options_;
  Loop* loop_ = nullptr;
  CURLM* multi_ = nullptr;
  std::vector<CURL*> idle_;
  std::vector<Exchange*> active_;
  bool settings_failed_ = false;
};

Exchange::~Exchange() {
  // The coroutine is being destroyed in the middle of it.
  if (transport_ != nullptr && easy_ != nullptr) transport_->Release(*this, false);
}

Result<void> LibcurlTransport::Open() {
  multi_ = curl_.multi_init();
  if (multi_ == nullptr) return Fail(ErrorCode::kIo, "cannot start libcurl: out of memory");
  curl_.multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
  CURL* easy = MakeEasy();
  if (easy == nullptr || settings_failed_) {
    if (easy != nullptr) curl_.easy_cleanup(easy);
    return Fail(ErrorCode::kIo,
                "this libcurl was built without something that is needed (https, TLS 1.2); install libcurl4");
  }
  idle_.push_back(easy);
  return {};
}

LibcurlTransport::~LibcurlTransport() {
  while (!active_.empty()) {
    Exchange& exchange = *active_.back();
    Release(exchange, false);
    exchange.Fail("the connection was given up before the answer came", false);
    exchange.transport_ = nullptr;
    if (exchange.waiting_) loop_->Post(exchange.waiting_);
  }
  for (CURL* easy : idle_) curl_.easy_cleanup(easy);
  if (multi_ != nullptr) curl_.multi_cleanup(multi_);
  curl_.global_cleanup();
}

CURL* LibcurlTransport::TakeEasy() {
  if (idle_.empty()) return MakeEasy();
  CURL* easy = idle_.back();
  idle_.pop_back();
  return easy;
}

/// A handle with everything set that is the same for all requests.
CURL* LibcurlTransport::MakeEasy() {
  CURL* easy = curl_.easy_init();
  if (easy == nullptr) return nullptr;
  SetConnection(easy);
  SetTls(easy);
  Set(easy, CURLOPT_HEADERFUNCTION, &Exchange::OnHeader);
  Set(easy, CURLOPT_WRITEFUNCTION, &Exchange::OnBody);
  Set(easy, CURLOPT_PREREQFUNCTION, &Exchange::BeforeSend);
  return easy;
}

void LibcurlTransport::SetConnection(CURL* easy) {
  Set(easy, CURLOPT_NOSIGNAL, 1L);
  Set(easy, CURLOPT_NOPROGRESS, 1L);
  Set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  Set(easy, CURLOPT_REDIR_PROTOCOLS_STR, "https");
  Set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  Set(easy, CURLOPT_PROXY, "");
  Set(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  Set(easy, CURLOPT_UNRESTRICTED_AUTH, 0L);
  Set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  Set(easy, CURLOPT_HTTP09_ALLOWED, 0L);
  Set(easy, CURLOPT_ACCEPT_ENCODING, static_cast<char*>(nullptr));
  Set(easy, CURLOPT_TCP_NODELAY, 1L);
  Set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  Set(easy, CURLOPT_MAXAGE_CONN, kMaxIdleSeconds);
  if (!options_.user_agent.empty()) Set(easy, CURLOPT_USERAGENT, options_.user_agent.c_str());
}

void LibcurlTransport::SetTls(CURL* easy) {
  Set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  Set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  Set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (options_.ca_file.empty()) return;
  Set(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
  // Only the given authorities: the system's folder would be searched as well.
  Set(easy, CURLOPT_CAPATH, static_cast<char*>(nullptr));
}

Task<HttpOutcome> LibcurlTransport::Send(HttpRequest request) {
  Exchange exchange(*this, request, std::min(options_.max_body_bytes, request.max_answer_bytes));
  Start(exchange);
  co_return co_await exchange;
}

/// Hands the exchange to libcurl, or gives it its outcome at once.
void LibcurlTransport::Start(Exchange& exchange) {
  if (loop_ == nullptr) return exchange.Fail("the transport has no loop (a bug)", false);
  if (!IsToken(exchange.request_.method)) return exchange.Fail("the method is not a token", false);
  if (const std::string_view problem = BuildHeaders(exchange); !problem.empty()) {
    curl_.slist_free_all(std::exchange(exchange.headers_, nullptr));
    return exchange.Fail(problem, false);
  }
  exchange.easy_ = TakeEasy();
  if (exchange.easy_ == nullptr) {
    curl_.slist_free_all(std::exchange(exchange.headers_, nullptr));
    return exchange.Fail("out of memory", false);
  }
  active_.push_back(&exchange);
  settings_failed_ = false;
  SetRequest(exchange);
  if (settings_failed_ || curl_.multi_add_handle(multi_, exchange.easy_) != CURLM_OK) {
    Release(exchange, false);
    exchange.Fail("libcurl refused the request", false);
  }
}

/// Why they cannot be sent, or "".
std::string_view LibcurlTransport::BuildHeaders(Exchange& exchange) {
  const auto append = [&](const std::string& line) {
    curl_slist* longer = curl_.slist_append(exchange.headers_, line.c_str());
    if (longer != nullptr) exchange.headers_ = longer;
    return longer != nullptr;
  };
  bool complete = append("Expect:");  // A header without a value keeps libcurl from adding its own.
  if (exchange.request_.header("Content-Type") == nullptr) complete = append("Content-Type:") && complete;
  for (const HttpHeader& header : exchange.request_.headers) {
    if (!IsToken(header.name) || HasControls(header.value)) return "a header has a character that is not allowed there";
    if (IsOwnHeader(header.name)) continue;
    const bool is_empty = Trim(header.value).empty();
    complete = append(is_empty ? header.name + ";" : header.name + ": " + header.value) && complete;
  }
  return complete ? "" : "out of memory";
}

/// Everything that differs between requests, so that a handle that was used before keeps nothing.
void LibcurlTransport::SetRequest(Exchange& exchange) {
  const HttpRequest& request = exchange.request_;
  CURL* easy = exchange.easy_;
  const auto milliseconds = [](std::chrono::milliseconds time) {
    return static_cast<long>(std::clamp<std::int64_t>(time.count(), 1, 24 * 3600 * 1000));  // 0 would mean none.
  };
  Set(easy, CURLOPT_URL, request.url.c_str());
  Set(easy, CURLOPT_HTTPHEADER, exchange.headers_);
  Set(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(std::min(request.connect_timeout, request.timeout)));
  Set(easy, CURLOPT_TIMEOUT_MS, milliseconds(request.timeout));
  Set(easy, CURLOPT_HEADERDATA, static_cast<void*>(&exchange));
  Set(easy, CURLOPT_WRITEDATA, static_cast<void*>(&exchange));
  Set(easy, CURLOPT_PREREQDATA, static_cast<void*>(&exchange));
  Set(easy, CURLOPT_PRIVATE, static_cast<void*>(&exchange));
  const bool guarded = static_cast<bool>(request.refuse_address);
  Set(easy, CURLOPT_OPENSOCKETFUNCTION,
      guarded ? &Exchange::OpenSocket : static_cast<curl_opensocket_callback>(nullptr));
  Set(easy, CURLOPT_OPENSOCKETDATA, static_cast<void*>(&exchange));
  Set(easy, CURLOPT_ERRORBUFFER, exchange.curl_message_.data());

  // Each of NOBODY, HTTPGET and POST overwrites the method that libcurl works with: the last one counts.
  Set(easy, CURLOPT_NOBODY, 0L);
  const bool has_own_name = request.method != "GET" && request.method != "POST" && request.method != "HEAD";
  const bool writes = request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  const bool sends_body = writes || (!request.body.empty() && request.method != "HEAD");
  Set(easy, CURLOPT_POSTFIELDS, sends_body ? request.body.data() : static_cast<const char*>(nullptr));
  Set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  if (sends_body) {
    Set(easy, CURLOPT_POST, 1L);
  } else if (request.method == "HEAD") {
    Set(easy, CURLOPT_NOBODY, 1L);
  } else {
    Set(easy, CURLOPT_HTTPGET, 1L);
  }
  const bool overrides = has_own_name || (sends_body && request.method != "POST");
  Set(easy, CURLOPT_CUSTOMREQUEST, overrides ? request.method.c_str() : static_cast<const char*>(nullptr));
}

/// Takes the exchange from libcurl. `reuse`: it came to its end, so the handle can serve another.
void LibcurlTransport::Release(Exchange& exchange, bool reuse) {
  std::erase(active_, &exchange);
  CURL* easy = std::exchange(exchange.easy_, nullptr);
  curl_.multi_remove_handle(multi_, easy);
  // The handle must not point into an exchange that is gone, whatever libcurl does with it when it is idle.
  Set(easy, CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));
  Set(easy, CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
  Set(easy, CURLOPT_POSTFIELDS, static_cast<char*>(nullptr));
  if (reuse) {
    idle_.push_back(easy);
  } else {
    curl_.easy_cleanup(easy);
  }
  curl_.slist_free_all(std::exchange(exchange.headers_, nullptr));
}

void LibcurlTransport::Wait(Duration at_most) {
  if (Perform() || at_most <= Duration::zero()) return;
  // Rounded up: a poll that returns just before the timer would be called again at once, over and over.
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(std::min<Duration>(at_most, std::chrono::minutes(1)));
  curl_.multi_poll(multi_, nullptr, 0, static_cast<int>(wait.count()), nullptr);
  Perform();
}

/// Lets libcurl do what can be done without waiting. Whether an exchange came to its end.
bool LibcurlTransport::Perform() {
  if (active_.empty()) return false;
  int running = 0;
  curl_.multi_perform(multi_, &running);
  bool any_finished = false;
  int left = 0;
  while (const CURLMsg* message = curl_.multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;  // The message is gone once its handle is released.
    char* owner = nullptr;
    curl_.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
    Finish(*reinterpret_cast<Exchange*>(owner), code);
    any_finished = true;
  }
  return any_finished;
}

void LibcurlTransport::Finish(Exchange& exchange, CURLcode code) {
  Release(exchange, true);
  if (code != CURLE_OK) {
    exchange.Fail(ReasonOf(exchange, code), code == CURLE_OPERATION_TIMEDOUT);
  } else if (std::expected<HttpResponse, std::string> response = exchange.reader_.Finish(); response) {
    exchange.outcome_ = std::move(*response);
  } else {
    exchange.Fail(response.error(), false);
  }
  if (exchange.waiting_) loop_->Post(exchange.waiting_);
}

std::string LibcurlTransport::ReasonOf(const Exchange& exchange, CURLcode code) const {
  if (!exchange.reader_.problem().empty()) return exchange.reader_.problem();
  if (exchange.sends_ == 0 && !exchange.refusal_.empty()) return exchange.refusal_;
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return exchange.sends_ == 0
                 ? fmt::format("no connection within {} ms",
                               std::min(exchange.request_.connect_timeout, exchange.request_.timeout).count())
                 : fmt::format("no complete answer within {} ms", exchange.request_.timeout.count());
    case CURLE_ABORTED_BY_CALLBACK:
      return "the connection closed before an answer came; the request was not repeated, as it may have taken effect";
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
      // What OpenSSL says names the certificate's fault and nothing of the request.
      if (exchange.curl_message_.front() != '\0') {
        return fmt::format("TLS failed: {}", EscapeControls(exchange.curl_message_.data()));
      }
      [[fallthrough]];
    default:
      return curl_.easy_strerror(code);
  }
}

}  // namespace

Result<std::unique_ptr<CurlTransport>> MakeCurlTransport(const CurlOptions& options) {
  TRY_ASSIGN(SharedLibrary library, SharedLibrary::Load("libcurl.so.4", "libcurl4"));
  TRY_ASSIGN(CurlFunctions curl, BindFunctions(library));
  if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return Fail(ErrorCode::kIo, "cannot start libcurl");
  auto transport = std::make_unique<LibcurlTransport>(curl, options);
  const curl_version_info_data* version = curl.version_info(CURLVERSION_NOW);
  if (version->version_num < kOldestVersion) {
    return Fail(ErrorCode::kIo, fmt::format("libcurl {} is too old: 7.85 or later is needed", version->version));
  }
  TRY(transport->Open());
  return std::unique_ptr<CurlTransport>(std::move(transport));
}

}  // namespace cxctl
