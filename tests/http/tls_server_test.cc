#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>

#include "http/curl_transport.h"
#include "http/server.h"
#include "sockets.h"

namespace cxctl {
namespace {

using ::testing::HasSubstr;

struct Pair {
  std::string certificate, key;
};

std::string TextOf(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(memory);
  return text;
}

/// A certificate for 127.0.0.1 that signed itself.
Pair MakePair() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("agent"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  X509_sign(certificate, key, EVP_sha256());
  BIO* certificate_text = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(certificate_text, certificate);
  BIO* key_text = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(key_text, key, nullptr, nullptr, 0, nullptr, nullptr);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return {TextOf(certificate_text), TextOf(key_text)};
}

class EchoHandler : public AsyncHttpHandler {
 public:
  void Handle(HttpRequest request, Responder responder) override {
    responder.Send(HttpResponse{200, {}, request.method + " " + request.url + " " + request.body});
  }
};

class StillClock : public Clock {
 public:
  Instant Now() override { return {}; }
  Duration Monotonic() override { return {}; }
};

class TlsServerTest : public ::testing::Test {
 protected:
  TlsServerTest()
      : folder_(std::filesystem::temp_directory_path() / ("cxctl-tls-" + std::to_string(getpid()))), pair_(MakePair()) {
    std::filesystem::create_directories(folder_);
    ServerOptions options;
    options.certificate = pair_.certificate;
    options.private_key = pair_.key;
    options.limits.receive_timeout = std::chrono::seconds(2);
    server_ = ListenHttp("127.0.0.1", 0, handler_, options).value();
    thread_.emplace(*server_, nullptr);
  }
  ~TlsServerTest() override { std::filesystem::remove_all(folder_); }

  /// Asks over TLS, trusting that certificate alone.
  HttpOutcome Ask(const Pair& trusted, const std::string& method = "GET", const std::string& body = "") {
    CurlOptions options;
    options.ca_file = folder_ / "ca.pem";
    std::ofstream(options.ca_file) << trusted.certificate;
    const auto transport = MakeCurlTransport(options).value();
    StillClock clock;
    Loop loop(clock, *transport);
    transport->Attach(loop);
    HttpRequest request;
    request.method = method;
    request.url = "https://127.0.0.1:" + std::to_string(server_->port()) + "/x";
    request.body = body;
    return loop.RunUntilDone(transport->Send(std::move(request)));
  }

  const std::filesystem::path folder_;
  const Pair pair_;
  EchoHandler handler_;
  std::unique_ptr<HttpServer> server_;
  std::optional<ServerThread> thread_;
};

TEST_F(TlsServerTest, ServesRequests) {
  const HttpOutcome answer = Ask(pair_);
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->body, "GET /x ");
  const std::string body(65536, 'b');
  EXPECT_EQ(Ask(pair_, "POST", body)->body, "POST /x " + body);
}

TEST_F(TlsServerTest, RefusesWhatIsTooLargeSoThatTheClientCanReadIt) {
  const HttpOutcome answer = Ask(pair_, "POST", std::string(200'000, 'b'));
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->status, 413);
}

TEST_F(TlsServerTest, TakesAnotherCertificateWhileItRuns) {
  const Pair other = MakePair();
  EXPECT_FALSE(Ask(other).has_value());
  ASSERT_TRUE(server_->ChangeCertificate(other.certificate, other.key).has_value());
  EXPECT_TRUE(Ask(other).has_value());
  EXPECT_FALSE(Ask(pair_).has_value());
}

TEST_F(TlsServerTest, RefusesACertificateAndAKeyThatAreNotAPair) {
  const Pair other = MakePair();
  const auto changed = server_->ChangeCertificate(pair_.certificate, other.key);
  ASSERT_FALSE(changed.has_value());
  EXPECT_EQ(changed.error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(Ask(pair_).has_value());
  const auto no_pem = server_->ChangeCertificate("nonsense", other.key);
  ASSERT_FALSE(no_pem.has_value());
  EXPECT_THAT(no_pem.error().message, HasSubstr("certificate"));
}

TEST_F(TlsServerTest, AClientWithoutTlsIsCutOff) {
  RawSocket plain = RawSocket::Connect(server_->port());
  plain.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(plain.ReadAll(), testing::Not(HasSubstr("HTTP/1.1")));
  EXPECT_EQ(RawSocket::Connect(server_->port()).ReadAll(), "");  // Nor does one that says nothing stay.
}

/// Whether a handshake with that version of TLS and no later one succeeds.
bool Connects(std::uint16_t port, int version) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context.get(), version);
  BIO* connection = BIO_new_ssl_connect(context.get());
  BIO_set_conn_hostname(connection, ("127.0.0.1:" + std::to_string(port)).c_str());
  const bool connects = BIO_do_connect(connection) == 1;
  BIO_free_all(connection);
  return connects;
}

TEST_F(TlsServerTest, SpeaksTls12AndLaterOnly) {
  EXPECT_FALSE(Connects(server_->port(), TLS1_VERSION));
  EXPECT_FALSE(Connects(server_->port(), TLS1_1_VERSION));
  EXPECT_TRUE(Connects(server_->port(), TLS1_2_VERSION));
  EXPECT_TRUE(Connects(server_->port(), TLS1_3_VERSION));
}

}  // namespace
}  // namespace cxctl
