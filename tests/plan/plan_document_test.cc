#include "plan/plan_document.h"

#include <algorithm>
#include <functional>

#include "base/digest.h"
#include "plan/plan_fixture.h"

namespace cxctl {
namespace {

class PlanDocumentTest : public PlanTest {
 protected:
  static constexpr const char* kWest = "b1b2c3d4-e5f6-7890-abcd-ef1234567890";

  /// One change of each kind: update, create, delete, adopt.
  void SetUp() override {
    Write("east.yaml", fmt::format("kind: Campaign\nmetadata: {{name: east}}\nspec:\n  id: {}\n  maxAgents: 25\n"
                                   "  dialRate: 40\n  exclusiveSchedules: true\n",
                                   kEast));
    Write("west.yaml",
          fmt::format("kind: Campaign\nmetadata: {{name: west}}\nspec: {{id: {}, maxAgents: 30}}\n", kWest));
    LiveCampaign(R"("state": "PAUSED", "maxAgents": 30)");
    LiveCampaign(R"("state": "PAUSED", "maxAgents": 30)", "Campaign/west", kWest);
    WriteSchedule("evenings",
                  {{"dialerSettings", R"({"maxConcurrentCalls": 50, "callRate": 15, "capacityThreshold": 0.85})"}});
    LiveSchedule("old", "By hand \u00e4 \\u0001f \\\"x\\\"");
    WriteCodes("A1");
    LiveCode("A1");
  }
  void WriteCodes(const std::string& name) {
    Write("codes.yaml", fmt::format("kind: CallCodeHierarchy\nmetadata: {{name: out}}\nspec: {{category: CAT, codes: "
                                    "[{{code: A1, name: {}, type: NEUTRAL}}]}}\n",
                                    name));
  }

  Plan Make() {
    Plan plan = MakePlan();
    plan.id = "01JD2Y8Q5T6W7X8Y9Z0A1B2C3D";
    plan.created_at = now_;
    return plan;
  }
  Value Document(const Plan& plan) { return PlanJson(arena_, plan, sources(), "0.1.0"); }
  Value Document() { return Document(Make()); }
  std::string Saved(const Plan& plan) { return ToPrettyJson(SealPlan(arena_, Document(plan))) + "\n"; }
  std::string Saved() { return Saved(Make()); }
  SavedPlan Read(const std::string& text) {
    auto saved = ReadSavedPlan(arena_, text, "plan.json");
    if (!saved) ADD_FAILURE() << saved.error().message;
    return saved ? *std::move(saved) : SavedPlan{};
  }
  /// Applies what was saved to what is there now: "" or the error.
  std::string Refusal(const SavedPlan& saved) {
    const auto changes = MatchSavedPlan(arena_, saved, Make());
    if (changes) return "";
    EXPECT_EQ(changes.error().code, ErrorCode::kRefused);
    return changes.error().message;
  }
  /// The document with another member, sealed anew.
  std::string Resealed(const std::string& patch) {
    return ToJson(SealPlan(arena_, MergePatch(arena_, Document(), Json(patch))));
  }
};

std::string Keys(const Value& object) {
  std::string keys;
  for (const Member& member : object.members()) keys += (keys.empty() ? "" : " ") + std::string(member.key);
  return keys;
}

// --- The document ----------------------------------------------------------------------------------------------------

TEST_F(PlanDocumentTest, HasTheseMembersAndNoOthers) {
  const Value document = Document();
  EXPECT_EQ(Keys(document),
            "formatVersion tool id createdAt tenant manifests summary changes estimate diagnostics guards held");
  EXPECT_EQ(document.GetString("formatVersion"), "1");
  EXPECT_EQ(ToJson(*document.Find("tool")), R"({"name":"cxctl","version":"0.1.0"})");
  EXPECT_EQ(document.GetString("id"), "01JD2Y8Q5T6W7X8Y9Z0A1B2C3D");
  EXPECT_EQ(document.GetString("createdAt"), "2026-11-20T12:00:00Z");
  EXPECT_EQ(ToJson(*document.Find("tenant")), R"({"name":"demo","baseUrl":"http://127.0.0.1:8080"})");
  EXPECT_EQ(ToJson(*document.Find("summary")),
            R"({"create":1,"update":1,"delete":1,"rename":0,"deactivate":0,"adopt":2,"none":0})");
  EXPECT_EQ(Keys(*document.Find("manifests")), "digest documents git");
  EXPECT_EQ(Keys(*document.Find("estimate")), "requests seconds");
  for (const Value& change : document.Find("changes")->items()) {
    EXPECT_EQ(Keys(change), "address action risk provider reason liveId etag dependsOn source fields before after");
    EXPECT_EQ(change.GetString("provider"), "tenant");
  }
}

const Value* ChangeOf(const Value& document, std::string_view address) {
  for (const Value& change : document.Find("changes")->items()) {
    if (change.GetString("address") == address) return &change;
  }
  return nullptr;
}

TEST_F(PlanDocumentTest, AnUpdateHasItsFieldsWithTheirSources) {
  const Value document = Document();
  const Value* update = ChangeOf(document, "Campaign/east");
  ASSERT_TRUE(update);
  EXPECT_EQ(update->GetString("action"), "update");
  EXPECT_EQ(update->GetString("risk"), "reduces");
  EXPECT_EQ(update->GetString("reason"), "declared");
  EXPECT_EQ(update->GetString("liveId"), kEast);
  EXPECT_EQ(update->GetString("etag"), std::string("\"") + kEast + "-1\"");
  EXPECT_EQ(ToJson(*update->Find("source")), R"({"file":"east.yaml","line":1,"column":1})");
  EXPECT_EQ(ToJson(*update->Find("fields")),
            R"([{"path":"/maxAgents","before":30,"after":25,"source":{"file":"east.yaml","line":6,"column":14}}])");
  EXPECT_EQ(ToJson(*update->Find("before")), R"({"maxAgents":30,"dialRate":40})");
  EXPECT_EQ(ToJson(*update->Find("after")), R"({"maxAgents":25,"dialRate":40})");
}

TEST_F(PlanDocumentTest, ACreateHasNoBeforeADeleteNoAfterAndNeitherHasFields) {
  const Value document = Document();
  const Value* create = ChangeOf(document, "CampaignSchedule/evenings");
  ASSERT_TRUE(create);
  EXPECT_EQ(create->GetString("action"), "create");
  EXPECT_EQ(ToJson(*create->Find("before")) + ToJson(*create->Find("fields")), "null[]");
  EXPECT_TRUE(create->Find("liveId")->is_null());
  EXPECT_TRUE(create->Find("etag")->is_null());
  EXPECT_EQ(create->Find("after")->GetString("name"), "evenings");
  const Value* remove = nullptr;
  for (const Value& change : document.Find("changes")->items()) {
    if (change.GetString("action") == "delete") remove = &change;
  }
  ASSERT_TRUE(remove);
  EXPECT_EQ(remove->GetString("reason"), "removed");
  EXPECT_EQ(ToJson(*remove->Find("after")) + ToJson(*remove->Find("fields")), "null[]");
  EXPECT_EQ(remove->Find("before")->GetString("timeZone"), "UTC");
  const Value* adopt = ChangeOf(document, "Campaign/west");
  ASSERT_TRUE(adopt);
  EXPECT_EQ(std::string(adopt->GetString("action")) + ToJson(*adopt->Find("fields")), "adopt[]");
}

TEST_F(PlanDocumentTest, DependenciesAreAddressesOfChanges) {
  WriteCampaign("maxAgents: 25, dialRate: 41");
  WriteSchedule("evenings");
  const Value document = Document();
  std::string text;
  for (const Value& change : document.Find("changes")->items()) {
    for (const Value& each : change.Find("dependsOn")->items()) {
      EXPECT_TRUE(ChangeOf(document, each.as_string())) << each.as_string();
      text += fmt::format("{} needs {}\n", change.GetString("address"), each.as_string());
    }
  }
  EXPECT_EQ(text, "CampaignSchedule/evenings needs Campaign/east\n");
}

TEST_F(PlanDocumentTest, GuardsHeldGitAndReleases) {
  Plan plan = Make();
  plan.git_commit = "c0ffee";
  plan.git_dirty = true;
  plan.guards = {{"CX307", "Campaign/east", "not now", ParseDateTime("2026-11-20T14:00:00Z")->instant},
                 {"allowDelete", "", "too many", std::nullopt}};
  plan.held = {{"Campaign/east", "ThrottlePolicy/t", "2026-11-20T12:10:00Z", {"/state"}},
               {"Sink/s", "no agent", {}, {}}};
  Change release;
  release.address = "Campaign/gone";
  release.action = Action::kRelease;
  plan.changes.push_back(release);
  const Value document = Document(plan);
  EXPECT_EQ(ToJson(*document.Find("guards")),
            R"([{"rule":"CX307","address":"Campaign/east","message":"not now","until":"2026-11-20T14:00:00Z"},)"
            R"({"rule":"allowDelete","address":null,"message":"too many","until":null}])");
  EXPECT_EQ(
      ToJson(*document.Find("held")),
      R"([{"address":"Campaign/east","by":"ThrottlePolicy/t","until":"2026-11-20T12:10:00Z","fields":["/state"]},)"
      R"({"address":"Sink/s","by":"no agent","until":null,"fields":[]}])");
  EXPECT_EQ(ToJson(*document.Find("manifests", "git")), R"({"commit":"c0ffee","dirty":true})");
  EXPECT_EQ(ToJson(*document.Find("summary", "release")), "1");
  EXPECT_TRUE(Document().Find("manifests", "git")->is_null());
}

TEST_F(PlanDocumentTest, Diagnostics) {
  Plan plan = Make();
  Diagnostic placed;
  placed.rule = "CX208";
  placed.severity = Severity::kWarning;
  placed.message = "they overlap";
  placed.help = "move one";
  placed.address = "CampaignSchedule/evenings";
  placed.position = plan.changes[0].source;
  placed.position.width = 4;
  Diagnostic unplaced;
  unplaced.rule = "CX203";
  unplaced.severity = Severity::kError;
  unplaced.message = "too many";
  plan.diagnostics = {placed, unplaced};
  EXPECT_EQ(
      ToJson(*Document(plan).Find("diagnostics")),
      R"([{"rule":"CX208","severity":"warning","message":"they overlap","help":"move one",)"
      R"("address":"CampaignSchedule/evenings","file":"east.yaml","line":1,"column":1,"endColumn":5},)"
      R"({"rule":"CX203","severity":"error","message":"too many","help":null,"address":null,"file":null,"line":null,)"
      R"("column":null,"endColumn":null}])");
}

TEST_F(PlanDocumentTest, TheSameInputsGiveTheSameDocument) {
  EXPECT_EQ(ToJson(Document()), ToJson(Document()));
}

// --- Saved and read back ---------------------------------------------------------------------------------------------

TEST_F(PlanDocumentTest, IsReadBackAsItWasWritten) {
  const Plan plan = Make();
  const SavedPlan saved = Read(Saved(plan));
  EXPECT_EQ(ToJson(ObjectBuilder(arena_, saved.document).Remove("integrity").Build()), ToJson(Document(plan)));
  EXPECT_EQ(saved.id, plan.id);
  EXPECT_EQ(saved.created_at, plan.created_at);
  EXPECT_EQ(saved.tenant_name, plan.tenant_name);
  EXPECT_EQ(saved.base_url, plan.base_url);
  EXPECT_EQ(saved.digest, plan.digest);
  const auto changes = MatchSavedPlan(arena_, saved, Make());
  ASSERT_TRUE(changes) << changes.error().message;
  Plan again = plan;
  again.changes = *changes;
  EXPECT_EQ(Text(again), Text(plan));
}

TEST_F(PlanDocumentTest, TheHashIsOfTheCanonicalFormWithoutIntegrity) {
  const Value document = Document();
  const Value sealed = SealPlan(arena_, document);
  EXPECT_EQ(sealed.Find("integrity", "sha256")->as_string(), Sha256Hex(ToCanonicalJson(document)));
  EXPECT_EQ(Keys(*sealed.Find("integrity")), "sha256");
}

TEST_F(PlanDocumentTest, AnotherLayoutIsTheSamePlan) {
  const Value sealed = SealPlan(arena_, Document());
  for (const std::string& text :
       {ToJson(sealed), ToPrettyJson(sealed), ToCanonicalJson(sealed), "\n\t" + ToJson(sealed) + "\r\n"})
    EXPECT_EQ(Read(text).id, "01JD2Y8Q5T6W7X8Y9Z0A1B2C3D");
  // 0.85 and 8.5e-01 are the same decimal number.
  std::string text = ToJson(sealed);
  const std::size_t at = text.find("0.85");
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(Read(text.replace(at, 4, "8.50e-01")).id, "01JD2Y8Q5T6W7X8Y9Z0A1B2C3D");
}

TEST_F(PlanDocumentTest, EverySingleBitThatFallsOverIsFound) {
  for (const char* file : {"west.yaml", "codes.yaml"}) Remove(file);
  WriteSchedule(
      "evenings",
      {{"dialerSettings", R"({"maxConcurrentCalls": 50, "callRate": 15, "capacityThreshold": 0.30000000000000004})"},
       {"optimizationSettings", R"({"peakHourBoost": 1.25})"}});
  Plan plan = MakePlan();
  plan.estimated_seconds = 3e22;
  const std::string good = Saved(plan);
  ASSERT_NE(good.find("0.30000000000000004"), std::string::npos);
  ASSERT_NE(good.find("3e+22"), std::string::npos);
  ASSERT_TRUE(ReadSavedPlan(arena_, good, "plan.json"));
  for (std::size_t i = 0; i < good.size() * 8; ++i) {
    std::string text = good;
    text[i / 8] = static_cast<char>(text[i / 8] ^ (1 << (i % 8)));
    Arena arena;
    const auto read = ReadSavedPlan(arena, text, "plan.json");
    ASSERT_FALSE(read) << "bit " << i % 8 << " of byte " << i / 8 << ": " << good.substr(i / 8, 40);
    ASSERT_EQ(read.error().code, ErrorCode::kIntegrity) << "bit " << i % 8 << " of byte " << i / 8;
  }
}

TEST_F(PlanDocumentTest, EveryPlanThatWasCutOffIsFound) {
  const std::string good = Saved();
  for (std::size_t length = 0; length + 1 < good.size(); ++length) {
    Arena arena;
    const auto read = ReadSavedPlan(arena, good.substr(0, length), "plan.json");
    ASSERT_FALSE(read) << length;
    ASSERT_EQ(read.error().code, ErrorCode::kIntegrity) << length;
  }
}

struct Broken {
  const char *what, *patch, *message;
  ErrorCode code = ErrorCode::kIntegrity;
};

TEST_F(PlanDocumentTest, WhatIsNoPlanIsRefusedThoughItsHashIsRight) {
  const Broken rows[] = {
      {"no version", R"({"formatVersion": null})", "members of a plan are missing"},
      {"no time", R"({"createdAt": null})", "members of a plan are missing"},
      {"no such time", R"({"createdAt": "yesterday"})", "members of a plan are missing"},
      {"no tenant", R"({"tenant": null})", "members of a plan are missing"},
      {"no manifests", R"({"manifests": null})", "members of a plan are missing"},
      {"no changes", R"({"changes": null})", "members of a plan are missing"},
      {"changes that are none", R"({"changes": {}})", "members of a plan are missing"},
      {"a change that is none", R"({"changes": [7]})", "members of a plan are missing"},
      {"a change without an address", R"({"changes": [{"fields": [], "before": {}, "after": {}}]})",
       "members of a plan are missing"},
      {"a field without a path", R"({"changes": [{"address": "a", "fields": [{}], "before": {}, "after": {}}]})",
       "members of a plan are missing"},
      {"version 2", R"({"formatVersion": "2"})", "format version 2, this program applies version 1",
       ErrorCode::kRefused},
      {"version 0", R"({"formatVersion": "0"})", "format version 0, this program applies version 1",
       ErrorCode::kRefused},
      {"version 1.1", R"({"formatVersion": "1.1"})", "format version 1.1, this program applies version 1",
       ErrorCode::kRefused},
  };
  for (const Broken& row : rows) {
    const auto read = ReadSavedPlan(arena_, Resealed(row.patch), "plan.json");
    ASSERT_FALSE(read) << row.what;
    EXPECT_EQ(read.error().code, row.code) << row.what;
    EXPECT_NE(read.error().message.find(row.message), std::string::npos) << row.what << ": " << read.error().message;
    EXPECT_NE(read.error().message.find("cxctl plan -o plan.json"), std::string::npos) << row.what;
  }
}

TEST_F(PlanDocumentTest, AnotherVersionIsToldBeforeTheHash) {
  const Value other = MergePatch(arena_, SealPlan(arena_, Document()), Json(R"({"formatVersion": "2"})"));
  EXPECT_EQ(ReadSavedPlan(arena_, ToJson(other), "p").error().code, ErrorCode::kRefused);
}

TEST_F(PlanDocumentTest, IntegrityIsExactlyOneHash) {
  const Value sealed = SealPlan(arena_, Document());
  const std::string hash(sealed.Find("integrity", "sha256")->as_string());
  std::string upper = hash;
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  const std::string rows[] = {R"({"integrity": null})",
                              R"({"integrity": {"sha256": null}})",
                              R"({"integrity": {"sha256": ""}})",
                              R"({"integrity": {"sha256": 7}})",
                              R"({"integrity": {"md5": "x"}})",
                              R"({"integrity": ")" + hash + "\"}",
                              R"({"integrity": {"sha256": ")" + upper + "\"}}"};
  for (const std::string& patch : rows) {
    const auto read = ReadSavedPlan(arena_, ToJson(MergePatch(arena_, sealed, Json(patch))), "p");
    ASSERT_FALSE(read) << patch;
    EXPECT_EQ(read.error().code, ErrorCode::kIntegrity) << patch;
  }
  for (const char* text : {"", "null", "7", "[]", "{}", "\"plan\"", "kind: Campaign"})
    EXPECT_EQ(ReadSavedPlan(arena_, text, "p").error().code, ErrorCode::kIntegrity) << text;
}

// --- Held against what is there now ----------------------------------------------------------------------------------

TEST_F(PlanDocumentTest, AMemberThatThePlanTouchesWasChanged) {
  const SavedPlan saved = Read(Saved());
  LiveCampaign(R"("state": "PAUSED", "maxAgents": 28)");
  EXPECT_EQ(Refusal(saved),
            "the plan is stale: Campaign/east was changed on the tenant: /maxAgents is now 28, the plan has seen 30; "
            "make a new one and have it reviewed");
}

TEST_F(PlanDocumentTest, AMemberThatThePlanDoesNotTouchMayChangeAndStaysAsItIs) {
  const SavedPlan saved = Read(Saved());
  LiveCampaign(R"("state": "PAUSED", "maxAgents": 30, "dialRate": 33)");
  const auto changes = MatchSavedPlan(arena_, saved, Make());
  ASSERT_TRUE(changes) << changes.error().message;
  const auto east = std::ranges::find(*changes, "Campaign/east", &Change::address);
  ASSERT_NE(east, changes->end());
  EXPECT_EQ(ToJson(east->payload), R"({"maxAgents":25})");
  EXPECT_EQ(east->fields.size(), 1u);
}

TEST_F(PlanDocumentTest, WhatIsDoneAlreadyIsStale) {
  const SavedPlan saved = Read(Saved());
  LiveCampaign(R"("state": "PAUSED", "maxAgents": 25)");
  RememberAll(Make());
  EXPECT_NE(Refusal(saved).find("Campaign/east needs no change any more, though the plan would update it"),
            std::string::npos);
}

TEST_F(PlanDocumentTest, WhatAnEarlierRunOfThePlanDidIsLeftOut) {
  const SavedPlan saved = Read(Saved());
  LiveCampaign(R"("state": "PAUSED", "maxAgents": 25)");
  RememberAll(Make());
  const auto changes = MatchSavedPlan(arena_, saved, Make(), {"Campaign/east"});
  ASSERT_TRUE(changes) << changes.error().message;
  EXPECT_EQ(std::ranges::find(*changes, "Campaign/east", &Change::address), changes->end());
}

TEST_F(PlanDocumentTest, WhatWasWrittenSinceAndDiffersAgainIsStale) {
  const SavedPlan saved = Read(Saved());
  LiveCampaign(R"("state": "PAUSED", "maxAgents": 28)");
  const auto changes = MatchSavedPlan(arena_, saved, Make(), {"Campaign/east"});
  ASSERT_FALSE(changes);
  EXPECT_EQ(changes.error().code, ErrorCode::kRefused);
}

TEST_F(PlanDocumentTest, AnotherObjectOfTheSameContentIsNotWhatWasReviewed) {
  const SavedPlan saved = Read(Saved());
  LiveSchedule("new", "x");
  live_.schedules[kEast][0].id = "other";
  live_.schedules[kEast].pop_back();
  EXPECT_NE(Refusal(saved).find("is another object now, with another id"), std::string::npos) << Refusal(saved);
}

TEST_F(PlanDocumentTest, WhatCameUpSinceStaysOut) {
  WriteCodes("A1");
  const Plan before = Make();
  const SavedPlan saved = Read(Saved(before));
  LiveCampaign(R"("state": "PAUSED", "maxAgents": 11)", "Campaign/west", kWest);
  const auto changes = MatchSavedPlan(arena_, saved, Make());
  ASSERT_TRUE(changes) << changes.error().message;
  EXPECT_EQ(std::ranges::find(*changes, "Campaign/west", &Change::address), changes->end())
      << "was to be adopted, would now be an update that nobody reviewed";
}

TEST_F(PlanDocumentTest, AStepThatDoesMoreThanWasReviewedIsStale) {
  states_.fixed_while_active = {"/dialingMode"};
  Remove("evenings.yaml");
  const auto live = [&](int agents) {
    LiveCampaign(fmt::format(R"("state": "ACTIVE", "maxAgents": {})", agents));
    live_.schedules[kEast].clear();
    LiveSchedule("1", "always", {{"regulatoryWindows", Window("00:00", "00:00")}});
  };
  WriteCampaign("dialingMode: PREVIEW, maxAgents: 30, allowPause: true");
  live(30);
  const Plan plan = Make();
  ASSERT_FALSE(plan.Find("Campaign/east")->steps.empty());
  const SavedPlan saved = Read(Saved(plan));
  EXPECT_EQ(Refusal(saved), "");
  live(28);
  EXPECT_NE(Refusal(saved).find("Campaign/east was changed on the tenant since the plan was made"), std::string::npos);
}

struct Bound {
  const char* what;
  std::function<void(ObjectBuilder&)> edit;
};

/// Whoever can write the file can write the hash as well: what a plan says has to agree with what is made anew.
TEST_F(PlanDocumentTest, EachPropertyOfAChangeIsBoundToWhatIsThereNow) {
  const Bound rows[] = {
      {"address", [](ObjectBuilder& change) { change.Set("address", "Campaign/other"); }},
      {"action", [](ObjectBuilder& change) { change.Set("action", "create"); }},
      {"risk", [](ObjectBuilder& change) { change.Set("risk", "increases"); }},
      {"liveId", [](ObjectBuilder& change) { change.Set("liveId", "somebody-else"); }},
      {"before", [&](ObjectBuilder& change) { change.Set("before", Json(R"({"maxAgents": 31, "dialRate": 40})")); }},
      {"after", [&](ObjectBuilder& change) { change.Set("after", Json(R"({"maxAgents": 90, "dialRate": 40})")); }},
      {"a field's path",
       [&](ObjectBuilder& change) {
         change.Set("fields", Json(R"([{"path": "/dialRate", "before": 30, "after": 25}])"));
       }},
      {"a field more",
       [&](ObjectBuilder& change) {
         change.Set("fields", Json(R"([{"path": "/maxAgents", "before": 30, "after": 25},
                                       {"path": "/dialRate", "before": 41, "after": 40}])"));
       }},
      {"no field", [&](ObjectBuilder& change) { change.Set("fields", Json("[]")); }},
  };
  const Value document = Document();
  for (const Bound& row : rows) {
    ArrayBuilder changes(arena_);
    for (const Value& each : document.Find("changes")->items()) {
      ObjectBuilder change(arena_, each);
      if (each.GetString("address") == "Campaign/east") row.edit(change);
      changes.Add(change.Build());
    }
    const Value forged = ObjectBuilder(arena_, document).Set("changes", changes.Build()).Build();
    const SavedPlan saved = Read(ToJson(SealPlan(arena_, forged)));
    EXPECT_NE(Refusal(saved), "") << row.what;
  }
}

}  // namespace
}  // namespace cxctl
