#include "plan/plan_document.h"

#include <cstdlib>

#include "base/digest.h"
#include "plan/plan_fixture.h"

namespace cxctl {
namespace {

class PlanDocumentTest : public PlanTest {
 protected:
  /// A campaign to be slowed down, a schedule to be made, a code to be deactivated.
  void SetUp() override {
    Write("east.yaml", fmt::format("kind: Campaign\nmetadata: {{name: east}}\nspec:\n  id: {}\n  state: ACTIVE\n  "
                                   "maxAgents: 25\n  dialRate: 40\n",
                                   kEast));
    Write("codes.yaml",
          "kind: CallCodeHierarchy\nmetadata: {name: out}\nspec: {category: CAT, exclusive: true, codes: [{code: A1, "
          "name: A1, type: NEUTRAL}]}\n");
    LiveCampaign(R"("state": "ACTIVE")");
    LiveCode("A1");
    LiveCode("B1");
  }

  Plan Stamped() {
    Plan plan = MakePlan();
    plan.id = "01JD4S0000000000000000000A";
    plan.created_at = ParseDateTime("2026-11-20T12:00:00Z")->instant;
    plan.digest = "sha256:00";
    return plan;
  }
  Value Document(const Plan& plan) { return PlanJson(arena_, plan, sources(), "0.1.0"); }
  std::string SavedText() { return ToPrettyJson(SealPlan(arena_, Document(Stamped()))) + "\n"; }
  SavedPlan Saved() {
    const auto saved = ReadSavedPlan(arena_, SavedText(), "plan.json");
    EXPECT_TRUE(saved) << saved.error().message;
    return *saved;
  }
  /// The document with the patch, sealed anew as if it had been made so.
  std::string Resealed(const std::string& patch) {
    const Value document = MergePatch(arena_, Document(Stamped()), Json(patch));
    return ToJson(SealPlan(arena_, document));
  }
  /// `5: message` of a refusal by the exit codes of the command line, "" if it is taken.
  std::string Read(const std::string& text) {
    const auto saved = ReadSavedPlan(arena_, text, "plan.json");
    if (saved) return "";
    return fmt::format("{}: {}",
                       saved.error().code == ErrorCode::kRefused     ? 5
                       : saved.error().code == ErrorCode::kIntegrity ? 6
                                                                     : 1,
                       saved.error().message);
  }
  /// The changes that remain of the saved plan now, or why not.
  std::string Match(const SavedPlan& saved) {
    const Plan fresh = MakePlan();
    const auto matched = MatchSavedPlan(arena_, saved, fresh);
    if (!matched)
      return fmt::format("{}{}",
                         matched.error().code == ErrorCode::kRefused ? "" : "wrong code: ", matched.error().message);
    Plan plan;
    plan.changes = *matched;
    return Text(plan);
  }
  void Change(const std::string& patch) {
    LiveObject& live = live_.campaigns.at("Campaign/east");
    live.content = Merge(ToJson(live.content), patch);
    live.etag = "\"changed\"";
  }
};

// --- The document
// -----------------------------------------------------------------------------------------------------

TEST_F(PlanDocumentTest, HasEverythingAReviewerNeeds) {
  Write("policies.yaml",
        "kind: Sink\nmetadata: {name: s}\nspec: {url: https://example.com/x, events: [plan.applied]}\n");
  EXPECT_EQ(ToPrettyJson(Document(Stamped())), R"({
  "formatVersion": "1",
  "tool": {
    "name": "cxctl",
    "version": "0.1.0"
  },
  "id": "01JD4S0000000000000000000A",
  "createdAt": "2026-11-20T12:00:00Z",
  "tenant": {
    "name": "demo",
    "baseUrl": "http://127.0.0.1:8080"
  },
  "manifests": {
    "digest": "sha256:00",
    "documents": 3,
    "git": null
  },
  "summary": {
    "create": 0,
    "update": 1,
    "delete": 0,
    "rename": 0,
    "deactivate": 1,
    "adopt": 1,
    "none": 0
  },
  "changes": [
    {
      "address": "Campaign/east",
      "action": "update",
      "risk": "reduces",
      "provider": "tenant",
      "reason": "declared",
      "liveId": "a1b2c3d4-e5f6-7890-abcd-ef1234567890",
      "etag": "\"a1b2c3d4-e5f6-7890-abcd-ef1234567890-1\"",
      "dependsOn": [],
      "source": {
        "file": "east.yaml",
        "line": 1,
        "column": 1
      },
      "fields": [
        {
          "path": "/maxAgents",
          "before": 30,
          "after": 25,
          "source": {
            "file": "east.yaml",
            "line": 7,
            "column": 14
          }
        }
      ],
      "before": {
        "state": "ACTIVE",
        "maxAgents": 30,
        "dialRate": 40
      },
      "after": {
        "state": "ACTIVE",
        "maxAgents": 25,
        "dialRate": 40
      }
    },
    {
      "address": "CallCode/out/A1",
      "action": "adopt",
      "risk": "neutral",
      "provider": "tenant",
      "reason": "declared",
      "liveId": "id-A1",
      "etag": "\"id-A1-1\"",
      "dependsOn": [],
      "source": {
        "file": "codes.yaml",
        "line": 4,
        "column": 47
      },
      "fields": [],
      "before": {
        "code": "A1",
        "name": "A1",
        "type": "NEUTRAL",
        "category": "CAT",
        "isActive": true
      },
      "after": {
        "code": "A1",
        "name": "A1",
        "type": "NEUTRAL",
        "category": "CAT",
        "isActive": true
      }
    },
    {
      "address": "CallCode/out/B1",
      "action": "deactivate",
      "risk": "neutral",
      "provider": "tenant",
      "reason": "removed",
      "liveId": "id-B1",
      "etag": "\"id-B1-1\"",
      "dependsOn": [],
      "source": {
        "file": "codes.yaml",
        "line": 1,
        "column": 1
      },
      "fields": [
        {
          "path": "/isActive",
          "before": true,
          "after": false,
          "source": {
            "file": "codes.yaml",
            "line": 1,
            "column": 1
          }
        }
      ],
      "before": {
        "code": "B1",
        "name": "B1",
        "type": "NEUTRAL",
        "category": "CAT",
        "isActive": true
      },
      "after": {
        "code": "B1",
        "name": "B1",
        "type": "NEUTRAL",
        "category": "CAT",
        "isActive": false
      }
    }
  ],
  "estimate": {
    "requests": 3,
    "seconds": 0.3
  },
  "diagnostics": [],
  "guards": [],
  "held": [
    {
      "address": "Sink/s",
      "by": "no agent",
      "until": null,
      "fields": []
    }
  ]
})");
}

TEST_F(PlanDocumentTest, GuardsDiagnosticsAndGit) {
  Plan plan = Stamped();
  plan.git_commit = "0123abcd";
  plan.git_dirty = true;
  plan.guards = {{"CX307", "Campaign/y", "not now", ParseDateTime("2026-11-21T09:00:00Z")->instant},
                 {"applyWindow", "", "closed", std::nullopt}};
  plan.diagnostics = {{"CX208", Severity::kWarning, "overlap", "", "CampaignSchedule/a", {1, 3, 5, 4}},
                      {"CX101", Severity::kError, "no", "do", "", {}}};
  const Value document = Document(plan);
  EXPECT_EQ(ToJson(*document.Find("manifests", "git")), R"({"commit":"0123abcd","dirty":true})");
  EXPECT_EQ(ToJson(*document.Find("guards")),
            R"([{"rule":"CX307","address":"Campaign/y","message":"not now","until":"2026-11-21T09:00:00Z"},)"
            R"({"rule":"applyWindow","address":null,"message":"closed","until":null}])");
  EXPECT_EQ(
      ToJson(*document.Find("diagnostics")),
      fmt::format(
          R"([{{"rule":"CX208","severity":"warning","message":"overlap","help":null,"address":"CampaignSchedule/a","file":"{}","line":3,"column":5,"endColumn":9}},)"
          R"({{"rule":"CX101","severity":"error","message":"no","help":"do","address":null,"file":null,"line":null,"column":null,"endColumn":null}}])",
          sources().name(1)));
}

TEST_F(PlanDocumentTest, CreatesAndDeletesHaveNoFields) {
  WriteCampaign("state: ACTIVE, exclusiveSchedules: true");
  WriteSchedule("a");
  LiveSchedule("2", "b");
  const Value document = Document(Stamped());
  std::string text;
  for (const Value& change : document.Find("changes")->items()) {
    const std::string_view action = change.GetString("action");
    if (action != "create" && action != "delete") continue;
    text += fmt::format("{} {} before {} after {} fields {} id {}\n", action, change.GetString("address"),
                        TypeName(change.Find("before")->type()), TypeName(change.Find("after")->type()),
                        change.Find("fields")->items().size(), ToJson(*change.Find("liveId")));
  }
  EXPECT_EQ(text,
            "delete CampaignSchedule/b before mapping after null fields 0 id \"2\"\ncreate CampaignSchedule/a before "
            "null after mapping fields 0 id null\n");
}

TEST_F(PlanDocumentTest, ReleasesAreCountedWhereThereAreAny) {
  Remove("east.yaml");
  Applied("Campaign/east", kEast, "{}");
  EXPECT_EQ(ToJson(*Document(Stamped()).Find("summary")),
            R"({"create":0,"update":0,"delete":0,"rename":0,"deactivate":1,"adopt":1,"none":0,"release":1})");
}

// --- Saved plans
// --------------------------------------------------------------------------------------------------------

TEST_F(PlanDocumentTest, ASavedPlanIsReadBack) {
  const SavedPlan saved = Saved();
  EXPECT_EQ(saved.id, "01JD4S0000000000000000000A");
  EXPECT_EQ(FormatUtc(saved.created_at), "2026-11-20T12:00:00Z");
  EXPECT_EQ(saved.tenant_name, "demo");
  EXPECT_EQ(saved.base_url, "http://127.0.0.1:8080");
  EXPECT_EQ(saved.digest, "sha256:00");
}

TEST_F(PlanDocumentTest, TheSealIsOfTheCanonicalForm) {
  const Value document = Document(Stamped());
  EXPECT_EQ(SealPlan(arena_, document).Find("integrity")->GetString("sha256"), Sha256Hex(ToCanonicalJson(document)));
  EXPECT_EQ(Read(ToJson(SealPlan(arena_, document))), "") << "however it is laid out";
  EXPECT_EQ(Read(ToCanonicalJson(SealPlan(arena_, document))), "") << "whatever the order of its members";
}

TEST_F(PlanDocumentTest, EverySingleBitIsGuarded) {
  LiveCode("X1", "", "\"name\": \"bell \\u001b and \\u00e9\"");  // escapes and bytes beyond ASCII
  const std::string text = SavedText();
  ASSERT_EQ(Read(text), "");
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = text;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
      Arena arena;
      ASSERT_FALSE(ReadSavedPlan(arena, flipped, "plan.json"))
          << "bit " << bit << " of byte " << at << ": " << text.substr(at > 20 ? at - 20 : 0, 40);
    }
  }
}

TEST_F(PlanDocumentTest, EveryTruncationIsFound) {
  const std::string text = SavedText();
  // The last newline is not part of the document.
  for (std::size_t size = 0; size + 1 < text.size(); ++size) {
    Arena arena;
    ASSERT_FALSE(ReadSavedPlan(arena, std::string_view(text).substr(0, size), "plan.json")) << size;
  }
}

TEST_F(PlanDocumentTest, DamagedPlansAreRefused) {
  const Value document = Document(Stamped());
  const Value sealed = SealPlan(arena_, document);
  const std::string hash(sealed.Find("integrity")->GetString("sha256"));
  struct {
    const char* what;
    std::string text, why;
  } rows[] = {
      {"no seal", ToJson(document), "it has no integrity.sha256"},
      {"another member changed", ToJson(MergePatch(arena_, sealed, Json(R"({"id":"x"})"))),
       "its content does not match its integrity.sha256"},
      {"a member more", ToJson(MergePatch(arena_, sealed, Json(R"({"note":"x"})"))),
       "its content does not match its integrity.sha256"},
      {"a member less", ToJson(MergePatch(arena_, sealed, Json(R"({"held":null})"))),
       "its content does not match its integrity.sha256"},
      {"another hash", ToJson(MergePatch(arena_, sealed, Json(R"({"integrity":{"sha256":"00"}})"))),
       "its content does not match its integrity.sha256"},
      {"a hash that is none", ToJson(MergePatch(arena_, sealed, Json(R"({"integrity":{"sha256":7}})"))),
       "its content does not match its integrity.sha256"},
      {"a seal with more in it", ToJson(MergePatch(arena_, sealed, Json(R"({"integrity":{"by":"me"}})"))),
       "it has more than an integrity.sha256"},
      {"a list", "[]", "it has no integrity.sha256"},
      {"no version", Resealed(R"({"formatVersion":null})"), "members of a plan are missing"},
      {"no tenant", Resealed(R"({"tenant":null})"), "members of a plan are missing"},
      {"no changes", Resealed(R"({"changes":null})"), "members of a plan are missing"},
      {"changes that are none", Resealed(R"({"changes":[1]})"), "members of a plan are missing"},
      {"a change without fields", Resealed(R"({"changes":[{"address":"a","before":null,"after":null}]})"),
       "members of a plan are missing"},
      {"a field without a path",
       Resealed(R"({"changes":[{"address":"a","before":null,"after":null,"fields":[{"before":1,"after":2}]}]})"),
       "members of a plan are missing"},
      {"a time that is none", Resealed(R"({"createdAt":"now"})"), "members of a plan are missing"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(
        Read(row.text),
        fmt::format("6: plan.json is no intact saved plan: {}; make a new one with: cxctl plan -o plan.json", row.why))
        << row.what;
  }
  EXPECT_TRUE(Read("").starts_with("6: ")) << "nothing at all";
  EXPECT_TRUE(Read("{").starts_with("6: ")) << "no JSON";
  EXPECT_TRUE(Read(ToJson(sealed) + "x").starts_with("6: ")) << "more behind it";
}

TEST_F(PlanDocumentTest, AnotherFormatVersionIsRefused) {
  const std::string refusal =
      "5: plan.json is a plan of format version 2, this program applies version 1: make a new one with: cxctl plan -o "
      "plan.json";
  EXPECT_EQ(Read(Resealed(R"({"formatVersion":"2"})")), refusal);
  EXPECT_EQ(Read(R"({"formatVersion":"2","whatever":[]})"), refusal) << "it may be sealed in another way";
}

// --- Saved plans and what became of the tenant
// --------------------------------------------------------------------------

constexpr const char* kWholePlan =
    "update Campaign/east reduces declared PATCH {\"maxAgents\":25}\n"
    "adopt CallCode/out/A1 neutral declared\n"
    "deactivate CallCode/out/B1 neutral removed PATCH {\"isActive\":false}\n";

TEST_F(PlanDocumentTest, AnUnchangedTenantTakesThePlanAsItIs) {
  EXPECT_EQ(Match(Saved()), kWholePlan);
}

TEST_F(PlanDocumentTest, MembersThatGitDoesNotManageMayChange) {
  const SavedPlan saved = Saved();
  Change(R"({"dialingMode": "PREVIEW", "name": "Renamed"})");
  EXPECT_EQ(Match(saved), kWholePlan);
  EXPECT_EQ(MakePlan().changes[0].etag, "\"changed\"");
}

TEST_F(PlanDocumentTest, MembersThatThePlanDoesNotTouchMayChange) {
  const SavedPlan saved = Saved();
  Change(R"({"dialRate": 90})");
  EXPECT_EQ(Match(saved), kWholePlan) << "the rate stays for the next plan";
}

TEST_F(PlanDocumentTest, MembersThatThePlanTouchesMayNot) {
  const SavedPlan saved = Saved();
  Change(R"({"maxAgents": 28})");
  EXPECT_EQ(Match(saved),
            "the plan is stale: Campaign/east was changed on the tenant: /maxAgents is now 28, the plan has seen 30; "
            "make a new one and have it reviewed");
  Change(R"({"maxAgents": 25})");
  EXPECT_EQ(Match(saved),
            "the plan is stale: Campaign/east was changed on the tenant since the plan was made; make a new one and "
            "have it reviewed")
      << "it has what was wanted already";
  Change(R"({"maxAgents": 30, "state": "PAUSED"})");
  EXPECT_EQ(Match(saved),
            "the plan is stale: Campaign/east was changed on the tenant since the plan was made; make a new one and "
            "have it reviewed")
      << "now it would be activated with it";
}

TEST_F(PlanDocumentTest, AChangeThatIsNotNeededAnyMore) {
  Applied("Campaign/east", kEast, R"({"state":"ACTIVE","maxAgents":30,"dialRate":40})");
  const SavedPlan saved = Saved();
  Change(R"({"maxAgents": 25})");
  EXPECT_EQ(Match(saved),
            "the plan is stale: Campaign/east needs no change any more, though the plan would update it; make a new "
            "one and have it reviewed");
}

TEST_F(PlanDocumentTest, WhatCameUpSinceStaysOut) {
  const SavedPlan saved = Saved();
  LiveCode("C1");
  EXPECT_EQ(Match(saved), kWholePlan);
  live_.codes["CAT"][0].content = Merge(ToJson(live_.codes["CAT"][0].content), R"({"name": "Old"})");
  EXPECT_EQ(Match(saved),
            "update Campaign/east reduces declared PATCH {\"maxAgents\":25}\ndeactivate CallCode/out/B1 neutral "
            "removed PATCH {\"isActive\":false}\n")
      << "what was to be adopted differs now";
}

TEST_F(PlanDocumentTest, ADeactivationTouchesOneMember) {
  const SavedPlan saved = Saved();
  live_.codes["CAT"][1].content = Merge(ToJson(live_.codes["CAT"][1].content), R"({"name": "Other"})");
  EXPECT_EQ(Match(saved), kWholePlan);
  live_.codes["CAT"][1].content = Merge(ToJson(live_.codes["CAT"][1].content), R"({"isActive": false})");
  EXPECT_EQ(Match(saved),
            "the plan is stale: CallCode/out/B1 needs no change any more, though the plan would deactivate it; make a "
            "new one and have it reviewed");
}

TEST_F(PlanDocumentTest, WhatTheRiskWasJudgedOnMayNotChange) {
  WriteSchedule("a", {{"regulatoryWindows", Window("09:00", "16:00")},
                      {"dialerSettings", R"({"maxConcurrentCalls": 50, "callRate": 15, "capacityThreshold": 0.85})"}});
  LiveSchedule("1", "a");
  const SavedPlan saved = Saved();
  LiveObject& live = live_.schedules[kEast][0];
  const Value before = live.content;
  live.content = Merge(ToJson(before), R"({"dialerSettings": {"callRate": 20}})");
  // A rate is not what permitted time is judged on, but it makes the whole change a mixed one.
  EXPECT_NE(Match(saved).find("CampaignSchedule/a"), std::string::npos);
  for (
      const char* patch :
      {R"({"endTime": "2026-12-30T00:00:00Z"})", R"({"regulatoryWindows": []})",
       R"({"blackoutPeriods": [{"startTime": "2026-12-01T00:00:00Z", "endTime": "2026-12-02T00:00:00Z", "reason": "x"}], "endTime": "2027-01-01T00:00:00Z"})"}) {
    live.content = Merge(ToJson(before), patch);
    EXPECT_TRUE(Match(saved).starts_with("the plan is stale: CampaignSchedule/a was changed on the tenant")) << patch;
  }
}

TEST_F(PlanDocumentTest, DeletionsAreOfWhatWasSeen) {
  WriteCampaign("state: ACTIVE, exclusiveSchedules: true");
  LiveSchedule("1", "a");
  const SavedPlan saved = Saved();
  live_.schedules[kEast][0].content = Merge(ToJson(live_.schedules[kEast][0].content), R"({"description": "keep me"})");
  EXPECT_EQ(Match(saved),
            "the plan is stale: CampaignSchedule/a was changed on the tenant since the plan was made; make a new one "
            "and have it reviewed");
  live_.schedules[kEast].clear();
  EXPECT_EQ(Match(saved),
            "the plan is stale: CampaignSchedule/a needs no change any more, though the plan would delete it; make a "
            "new one and have it reviewed");
}

TEST_F(PlanDocumentTest, CreationsAreOfWhatIsNotThere) {
  WriteSchedule("a");
  const SavedPlan saved = Saved();
  LiveSchedule("9", "a",
               {{"dialerSettings", R"({"maxConcurrentCalls": 50, "callRate": 10, "capacityThreshold": 0.85})"}});
  EXPECT_EQ(Match(saved),
            "the plan is stale: CampaignSchedule/a was changed on the tenant since the plan was made; make a new one "
            "and have it reviewed");
}

TEST_F(PlanDocumentTest, TheOrderHoldsWithinWhatRemains) {
  WriteSchedule("a");
  WriteSchedule("b", {{"regulatoryWindows", Window("09:00", "16:00")}});
  LiveSchedule("1", "b");
  const SavedPlan saved = Saved();
  const Plan fresh = MakePlan();
  const auto matched = MatchSavedPlan(arena_, saved, fresh);
  ASSERT_TRUE(matched);
  ASSERT_EQ(matched->size(), fresh.changes.size());
  for (std::size_t i = 0; i < matched->size(); ++i) {
    EXPECT_EQ((*matched)[i].address, fresh.changes[i].address);
    EXPECT_EQ((*matched)[i].depends_on, fresh.changes[i].depends_on);
  }
}

}  // namespace
}  // namespace cxctl
