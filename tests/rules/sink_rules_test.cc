#include "rules_fixture.h"

namespace cxctl {
namespace {

class SinkRules : public RulesTest {
 protected:
  void WriteSink(std::string_view url, const std::string& more = "") {
    Write("sink.yaml", fmt::format("apiVersion: cxctl/v1\nkind: Sink\nmetadata: {{name: wfo}}\nspec:\n"
                                   "  url: \"{}\"\n  events: [campaign.paused]\n{}",
                                   url, more));
  }
};

TEST_F(SinkRules, NeitherHttpsNorPublic) {
  WriteSink("http://10.0.0.5:8080/events");
  EXPECT_EQ(Report(), R"(error[CX701]: url host 10.0.0.5 is a private address
 --> sink.yaml:5:8
  |
5 |   url: "http://10.0.0.5:8080/events"
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = help: use a public address, or say allowPrivate: true; see: cxctl explain CX701
error[CX701]: url to 10.0.0.5 is not https
 --> sink.yaml:5:8
  |
5 |   url: "http://10.0.0.5:8080/events"
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = help: use https://; plain http:// is for loopback only; see: cxctl explain CX701
)");
}

TEST_F(SinkRules, Addresses) {
  struct Row {
    const char* url;
    const char* messages;
  };
  const Row rows[] = {
      {"https://wfo.internal.example.com/api", ""},
      {"https://203.0.113.7/", ""},
      {"https://[2606:4700::1]/", ""},
      {"https://172.15.255.255", ""},
      {"https://172.32.0.0", ""},
      {"https://11.0.0.0", ""},
      {"http://wfo.example.com", "CX701: url to wfo.example.com is not https\n"},
      {"http://user@wfo.example.com:80?x", "CX701: url to wfo.example.com is not https\n"},
      {"https://192.168.1.1", "CX701: url host 192.168.1.1 is a private address\n"},
      {"https://user:pass@192.168.1.1:443/x", "CX701: url host 192.168.1.1 is a private address\n"},
      {"https://172.16.0.0", "CX701: url host 172.16.0.0 is a private address\n"},
      {"https://172.31.255.255", "CX701: url host 172.31.255.255 is a private address\n"},
      {"https://100.64.0.1", "CX701: url host 100.64.0.1 is a private address\n"},
      {"https://0.0.0.0", "CX701: url host 0.0.0.0 is a private address\n"},
      {"https://10.1", "CX701: url host 10.1 is a private address\n"},
      {"https://0x0a000001", "CX701: url host 0x0a000001 is a private address\n"},
      {"https://169.254.169.254/latest/meta-data", "CX701: url host 169.254.169.254 is a link-local address\n"},
      {"https://[fe80::1%25eth0]/", "CX701: url host fe80::1%25eth0 is a link-local address\n"},
      {"https://[fd00::1]:8443/", "CX701: url host fd00::1 is a private address\n"},
      {"https://[::]", "CX701: url host :: is a private address\n"},
      {"https://[::ffff:10.0.0.1]", "CX701: url host ::ffff:10.0.0.1 is a private address\n"},
      {"https://[64:ff9b::a9fe:a9fe]", "CX701: url host 64:ff9b::a9fe:a9fe is a link-local address\n"},
      {"https://[ff02::1]", "CX701: url host ff02::1 is a private address\n"},
  };
  for (const Row& row : rows) {
    WriteSink(row.url);
    EXPECT_EQ(Messages(), row.messages) << row.url;
    WriteSink(row.url, "  allowPrivate: true\n");
    const bool is_private = std::string_view(row.messages).find("host") != std::string_view::npos;
    EXPECT_EQ(Messages(), is_private ? "" : row.messages) << row.url;
  }
}

TEST_F(SinkRules, LoopbackNeedsLeaveUnlessTheTenantIsThereToo) {
  const char* urls[] = {"http://127.0.0.1:9090", "http://localhost", "http://LOCALHOST.", "http://a.localhost:1",
                        "http://127.9.9.9",      "http://[::1]:90",  "http://2130706433", "http://[::ffff:127.0.0.1]"};
  for (const char* url : urls) {
    files_.files.clear();
    WriteSink(url);
    EXPECT_EQ(Findings(), "") << url << " without a tenant";
    WriteTenant("");
    EXPECT_EQ(Findings(), "error CX701 sink.yaml:5:8\n") << url << " with a tenant elsewhere";
    WriteSink(url, "  allowPrivate: true\n");
    EXPECT_EQ(Findings(), "") << url << " with leave";
    WriteSink(url);
    Replace(files_.files["tenant.yaml"], "https://tenant.example.com", "http://127.0.0.1:8080");
    EXPECT_EQ(Findings(), "") << url << " with a tenant on loopback";
  }
}

}  // namespace
}  // namespace cxctl
