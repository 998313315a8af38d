#include "schema/kind_spec.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "schema/shapes.h"

namespace cxctl {
namespace {

TEST(Kinds, AreThoseOfTheFormat) {
  std::vector<std::string_view> names;
  for (const KindSpec& kind : AllKinds()) names.push_back(kind.name);
  EXPECT_EQ(names,
            (std::vector<std::string_view>{"Tenant", "CallingCalendar", "CampaignSchedule", "CallCodeHierarchy",
                                           "Campaign", "PacingPolicy", "ThrottlePolicy", "CallbackPolicy", "Sink"}));
  for (const KindSpec& kind : AllKinds()) EXPECT_EQ(FindKind(kind.name), &kind);
  for (const char* name : {"", "campaign", "CAMPAIGN", "Campaigns", "CallCode", "Campaign "}) {
    EXPECT_EQ(FindKind(name), nullptr) << name;
  }
}

/// Calls `visit` for every field below a shape, once.
void VisitAll(const Shape& shape, std::set<const Shape*>& seen, const std::function<void(const Field&)>& visit) {
  if (shape.item && seen.insert(shape.item).second) VisitAll(*shape.item, seen, visit);
  for (const Field& field : shape.fields) {
    visit(field);
    VisitAll(field.shape, seen, visit);
  }
}

TEST(Kinds, AreDocumentedThroughout) {
  for (const KindSpec& kind : AllKinds()) {
    EXPECT_TRUE(kind.summary.ends_with(".")) << kind.name;
    EXPECT_TRUE(kind.doc.ends_with(".")) << kind.name;
    std::set<const Shape*> seen;
    VisitAll(DocumentShape(kind), seen, [&](const Field& field) {
      EXPECT_FALSE(field.doc.empty()) << kind.name << " " << field.name;
      if (!field.reference.empty()) {
        EXPECT_NE(FindKind(field.reference), nullptr) << kind.name << " " << field.name;
      }
    });
  }
}

TEST(Kinds, MarkSecretsAndReferences) {
  std::set<std::string> secrets, references;
  for (const KindSpec& kind : AllKinds()) {
    std::set<const Shape*> seen;
    VisitAll(kind.spec, seen, [&](const Field& field) {
      const std::string name = std::string(kind.name) + " " + std::string(field.name);
      if (field.secret) secrets.insert(name);
      if (!field.reference.empty()) references.insert(name + " " + std::string(field.reference));
    });
  }
  EXPECT_EQ(secrets, (std::set<std::string>{"Sink secret", "Tenant clientId", "Tenant clientSecret", "Tenant key",
                                            "Tenant token", "Tenant url", "Tenant webhookSecret"}));
  EXPECT_EQ(references,
            (std::set<std::string>{"CallbackPolicy calendar CallingCalendar", "Campaign calendar CallingCalendar",
                                   "CampaignSchedule calendar CallingCalendar", "CampaignSchedule campaign Campaign",
                                   "PacingPolicy campaign Campaign", "PacingPolicy sinks Sink",
                                   "ThrottlePolicy campaign Campaign", "ThrottlePolicy sinks Sink"}));
}

TEST(FindFieldTest, FollowsDottedPaths) {
  struct Row {
    const char *kind, *path, *field;
  };
  const Row rows[] = {
      {"CampaignSchedule", "dialerSettings.callRate", "callRate"},
      {"CampaignSchedule", "spec.dialerSettings.callRate", "callRate"},
      {"CampaignSchedule", "spec", "spec"},
      {"CampaignSchedule", "metadata.labels", "labels"},
      {"CampaignSchedule", "metadata.waivers.expires", "expires"},
      {"CampaignSchedule", "regulatoryWindows.endTime", "endTime"},
      {"CallCodeHierarchy", "codes.children.children.code", "code"},
      {"Tenant", "patches.target.name", "name"},
      {"Tenant", "spec.auth.clientId", "clientId"},
      {"Sink", "kind", "kind"},
      {"Sink", "nope", nullptr},
      {"Sink", "url.nope", nullptr},
      {"Sink", "spec.nope", nullptr},
      {"Sink", ".url", nullptr},
  };
  for (const Row& row : rows) {
    std::vector<std::string_view> there;
    const Field* field = FindField(*FindKind(row.kind), row.path, &there);
    EXPECT_EQ(field ? field->name : "(none)", std::string_view(row.field ? row.field : "(none)")) << row.path;
    if (!field && std::string_view(row.path) == "nope") {
      EXPECT_EQ(there, (std::vector<std::string_view>{"url", "events", "secret", "allowPrivate"}));
    }
  }
  EXPECT_EQ(FindField(*FindKind("Sink"), "nope", nullptr), nullptr);
}

}  // namespace
}  // namespace cxctl
