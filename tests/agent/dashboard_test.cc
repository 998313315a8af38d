#include "agent/dashboard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace cxctl {
namespace {

using ::testing::ContainerEq;
using ::testing::HasSubstr;
using ::testing::Not;

HttpRequest Asking(const char* if_none_match) {
  HttpRequest request;
  request.method = "GET";
  if (*if_none_match != '\0') request.headers.push_back({"if-none-match", if_none_match});
  return request;
}

TEST(Dashboard, HasTheseFiles) {
  std::vector<std::string> found;
  for (const DashboardFile& file : DashboardFiles()) found.push_back(file.path + " " + std::string(file.content_type));
  EXPECT_THAT(found, ContainerEq(std::vector<std::string>{
                         "/ text/html; charset=utf-8",
                         "/dashboard/app.js text/javascript; charset=utf-8",
                         "/dashboard/charts.js text/javascript; charset=utf-8",
                         "/dashboard/dom.js text/javascript; charset=utf-8",
                         "/dashboard/icon.svg image/svg+xml",
                         "/dashboard/sections.js text/javascript; charset=utf-8",
                         "/dashboard/style.css text/css; charset=utf-8",
                     }));
}

TEST(Dashboard, FilesAreThoseOfTheSource) {
  std::ifstream file(CXCTL_SOURCE_DIR "/src/agent/dashboard/charts.js", std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_EQ(FindDashboardFile("/dashboard/charts.js")->text, text.str());
}

TEST(Dashboard, OtherPathsAreNone) {
  for (const char* path : {"", "/index.html", "/dashboard/", "/dashboard/index.html", "/dashboard/../app.js", "//"})
    EXPECT_EQ(FindDashboardFile(path), nullptr) << path;
}

TEST(Dashboard, MayRunNothingButItsOwnFiles) {
  for (const DashboardFile& file : DashboardFiles()) {
    const HttpResponse response = DashboardAnswer(file, Asking(""));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, file.text);
    const std::string& policy = *response.header("Content-Security-Policy");
    EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    EXPECT_EQ(*response.header("Referrer-Policy"), "no-referrer");
    EXPECT_EQ(*response.header("Cache-Control"), "private, no-cache");
  }
}

TEST(Dashboard, LoadsNothingFromElsewhere) {
  for (const DashboardFile& file : DashboardFiles()) {
    std::string text(file.text);
    for (const char* name : {"http://www.w3.org/2000/svg"}) {
      for (std::size_t at; (at = text.find(name)) != std::string::npos;) text.erase(at, std::string(name).size());
    }
    EXPECT_THAT(text, Not(HasSubstr("://"))) << file.path;
  }
}

struct ConditionCase {
  std::string if_none_match;
  int status;
};

TEST(Dashboard, IsNotSentAgainToWhoHasIt) {
  const DashboardFile& file = *FindDashboardFile("/dashboard/app.js");
  for (const ConditionCase& each : {
           ConditionCase{file.etag, 304},
           ConditionCase{"W/" + file.etag, 304},
           ConditionCase{"\"other\", " + file.etag, 304},
           ConditionCase{"*", 304},
           ConditionCase{"\"other\"", 200},
           ConditionCase{FindDashboardFile("/")->etag, 200},
       }) {
    const HttpResponse response = DashboardAnswer(file, Asking(each.if_none_match.c_str()));
    EXPECT_EQ(response.status, each.status) << each.if_none_match;
    EXPECT_EQ(*response.header("ETag"), file.etag);
    EXPECT_EQ(response.body.empty(), each.status == 304);
  }
}

}  // namespace
}  // namespace cxctl
