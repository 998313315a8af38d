#include "sim/call_codes.h"
#include "base/strings.h"
#include "sim_fixture.h"

namespace cxctl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kCodes = "/api/v2/callcodes";

std::string Payload(const std::string& code, const std::string& more = "", const std::string& category = "OUTBOUND") {
  return R"({"name":"N","code":")" + code + R"(","type":"NEUTRAL","category":")" + category + "\"" + more + "}";
}
std::string Under(const std::string& parent) {
  return R"(,"parentCallCodeId":")" + parent + "\"";
}

TEST_F(SimTest, CreateCallCode) {
  const HttpResponse response = Post(kCodes, Payload("NEW"));
  ASSERT_EQ(response.status, 201) << response.body;
  const Value code = Json(response);
  EXPECT_TRUE(code.Find("parentCallCodeId")->is_null());
  EXPECT_TRUE(code.Find("isActive")->as_bool());
  EXPECT_EQ(*response.header("ETag"), EtagOf(CallCode(std::string(code.GetString("id")))));
}

TEST_F(SimTest, CallCodePayloadsThatAreRefused) {
  for (const std::string& body :
       {std::string("{}"), Payload("new"), Payload("N"), Payload("NEW-1"), Payload(std::string(17, 'A')), Payload(""),
        Payload("NEW", R"(,"isActive":null)"), Payload("NEW", R"(,"isActive":1)"), Payload("NEW", R"(,"id":"x")"),
        Payload("NEW", R"(,"parentCallCodeId":7)"), Payload("NEW", R"(,"children":[])"),
        std::string(R"({"name":"N","code":"NEW","type":"GOOD","category":"C"})"),
        std::string(R"({"name":"N","code":"NEW","type":"NEUTRAL"})"),
        std::string(R"({"code":"NEW","type":"NEUTRAL","category":"C"})")}) {
    EXPECT_EQ(Post(kCodes, body).status, 400) << body;
  }
}

TEST_F(SimTest, HierarchyRules) {
  struct Row {
    std::string body;
    int status;
    std::string code;
  };
  const Row rows[] = {
      {Payload("SALE"), 409, "DUPLICATE_CODE"},
      {Payload("SALE", "", "OTHER"), 201, ""},
      {Payload("SALE_UP", Under(kSale)), 409, "DUPLICATE_CODE"},
      {Payload("SALE_UP", Under(kNotUsed)), 201, ""},
      {Payload("SALE_UP"), 201, ""},
      {Payload("KID", Under("nobody")), 422, "PARENT_NOT_FOUND"},
      {Payload("KID", Under("")), 422, "PARENT_NOT_FOUND"},
      {Payload("KID", Under(kFiber)), 422, "HIERARCHY_TOO_DEEP"},
      {Payload("KID", Under(kSale), "OTHER"), 422, "CATEGORY_MISMATCH"},
      {Payload("KID", R"(,"parentCallCodeId":null)"), 201, ""},
  };
  for (const Row& row : rows) {
    const HttpResponse response = Post(kCodes, row.body);
    EXPECT_EQ(response.status, row.status) << row.body;
    EXPECT_EQ(Code(response), row.status == 201 ? Json(response).GetString("code") : row.code) << row.body;
  }
}

TEST_F(SimTest, PatchCallCode) {
  const HttpResponse response =
      Write("PATCH", CallCode(kFiber), R"({"name":"Fibre","type":"NEUTRAL","isActive":false})");
  ASSERT_EQ(response.status, 200);
  EXPECT_EQ(Json(response).GetString("name"), "Fibre");
  EXPECT_FALSE(Json(response).Find("isActive")->as_bool());
  EXPECT_TRUE(Json(Write("PATCH", CallCode(kFiber), R"({"isActive":null})")).Find("isActive")->as_bool());
}

TEST_F(SimTest, CallCodePatchesThatAreRefused) {
  struct Row {
    std::string body;
    int status;
  };
  const std::string parent = Json(Get(CallCode(kFiber))).GetString("parentCallCodeId").data();
  const Row rows[] = {
      {R"({"code":"FIBER2"})", 409},
      {R"({"code":"not a code"})", 409},
      {R"({"code":null})", 409},
      {R"({"category":"OTHER"})", 409},
      {R"({"parentCallCodeId":null})", 409},
      {R"({"parentCallCodeId":"x","name":"y"})", 409},
      {R"({"code":"FIBER","category":"OUTBOUND"})", 200},
      {R"({"code":7})", 400},
      {R"({"name":null})", 400},
      {R"({"type":null})", 400},
      {R"({"type":"GOOD"})", 400},
      {R"({"isActive":"no"})", 400},
      {R"({"id":"x"})", 400},
      {R"({"colour":"red"})", 400},
  };
  const HttpResponse before = Get(CallCode(kFiber));
  for (const Row& row : rows) EXPECT_EQ(Write("PATCH", CallCode(kFiber), row.body).status, row.status) << row.body;
  EXPECT_EQ(Get(CallCode(kFiber)).body, before.body);
  EXPECT_EQ(*Get(CallCode(kFiber)).header("ETag"), *before.header("ETag"));
  EXPECT_EQ(Call("PATCH", CallCode(kFiber), {{"If-Match", "\"x\""}}, R"({"code":"X1"})").status, 412);
}

TEST_F(SimTest, DeleteCallCode) {
  EXPECT_EQ(Call("DELETE", CallCode(kSale)).status, 428);
  EXPECT_EQ(Call("DELETE", CallCode(kSale), {{"If-Match", "\"x\""}}).status, 412);
  EXPECT_EQ(Code(Write("DELETE", CallCode(kSale))), "HAS_CHILDREN");
  EXPECT_EQ(Write("DELETE", CallCode(kFiber)).status, 204);
  EXPECT_EQ(Write("DELETE", CallCode("c1000000-0000-4000-8000-000000000003")).status, 204) << "its child is gone";
  EXPECT_EQ(Write("DELETE", CallCode("c1000000-0000-4000-8000-000000000002")).status, 204);
  EXPECT_EQ(Write("DELETE", CallCode(kSale)).status, 204);
  EXPECT_EQ(Get(CallCode(kSale)).status, 404);
}

TEST_F(SimTest, FiltersInTheQuery) {
  Post(kCodes, Payload("SALE", "", "Côte, d\\\\Azur + 1"));
  struct Row {
    std::string filter;
    std::vector<std::string> codes;
  };
  const Row rows[] = {
      {"code=SALE,category=OUTBOUND", {"SALE"}},
      {"category=OUTBOUND,code=FIBER", {"FIBER"}},
      {"code=SALE,code=FIBER", {}},
      {"code=", {}},
      {"category=outbound", {}},
      {"category=Côte\\, d\\\\Azur + 1", {"SALE"}},
      {"category=C\\ôte\\, d\\\\Azur \\+ 1,code=SALE", {"SALE"}},
  };
  for (const Row& row : rows) {
    const HttpResponse response = Get("/api/v2/callcodes?filter=" + PercentEncode(row.filter));
    EXPECT_EQ(response.status, 200) << row.filter;
    EXPECT_EQ(Items(response, "code"), row.codes) << row.filter;
  }
  EXPECT_EQ(Items(Get(kCodes), "code").size(), 11u);
  for (const char* bad : {"SALE", "code", "name=Sale", "code=SALE,", "code=SALE,,category=X", "code=A\\", " code=A"}) {
    EXPECT_EQ(Get("/api/v2/callcodes?filter=" + PercentEncode(bad)).status, 400) << bad;
  }
}

TEST_F(SimTest, CallCodePages) {
  std::vector<std::string> seen;
  std::string next;
  int pages = 0;
  do {
    const HttpResponse page =
        Get("/api/v2/callcodes?filter=category%3DOUTBOUND&pageSize=4" + (next.empty() ? "" : "&nextPage=" + next));
    for (const std::string& code : Items(page, "code")) seen.push_back(code);
    EXPECT_EQ(Json(page).Find("pageSize")->as_int(), 4) << "the size that was asked for";
    next = Json(page).GetString("nextPage");
    if (++pages == 1) {
      EXPECT_EQ(Get("/api/v2/callcodes?filter=category%3DX&nextPage=" + next).status, 400) << "another filter's cursor";
    }
  } while (!next.empty());
  EXPECT_EQ(pages, 3);
  EXPECT_THAT(seen, ElementsAre("SALE", "SALE_NEW", "SALE_UP", "FIBER", "PTP", "CB", "NO", "NO_PRICE", "DNC", "FAX"));
}

TEST_F(SimTest, EmptyListIs404WhereTheTenantSaysSo) {
  const std::string path = "/api/v2/callcodes?filter=category%3DNONE";
  EXPECT_EQ(Get(path).body, R"({"items":[],"pageSize":100,"nextPage":null})");
  Start({.list_404_when_empty = true});
  EXPECT_EQ(Get(path).status, 404);
  EXPECT_EQ(Get(kCodes).status, 200);
  EXPECT_EQ(Get(Schedules(kWest)).status, 200) << "call codes only";
}

}  // namespace
}  // namespace cxctl
