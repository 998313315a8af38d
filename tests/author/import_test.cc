#include "author/import.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "apply/world.h"
#include "author/fold_calendar.h"
#include "calendar/compile.h"
#include "edit/random_yaml.h"

namespace cxctl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

LiveObject ReadLive(Arena& arena, ObjectKind kind, const Value& item) {
  LiveObject live;
  live.kind = kind;
  live.id = item.GetString("id");
  if (kind == ObjectKind::kSchedule) live.scope = item.GetString("campaignId");
  if (kind == ObjectKind::kCallCode) live.scope = item.GetString("category");
  live.content = DeepCopy(arena, ObjectBuilder(arena, item).Remove("id").Remove("etag").Build());
  return live;
}

LiveTenant ReadTenant(World& world) {
  LiveTenant live;
  for (const auto& [id, item] : world.Objects(world.arena, "campaigns"))
    live.campaigns.push_back(ReadLive(world.arena, ObjectKind::kCampaign, item));
  for (const auto& [id, item] : world.Objects(world.arena, "schedules"))
    live.schedules[std::string(item.GetString("campaignId"))].push_back(
        ReadLive(world.arena, ObjectKind::kSchedule, item));
  for (const auto& [id, item] : world.Objects(world.arena, "callCodes"))
    live.codes.push_back(ReadLive(world.arena, ObjectKind::kCallCode, item));
  return live;
}

Result<ManifestSet> LoadTree(FileReader& files) {
  ManifestLoader loader(files);
  TRY_ASSIGN(const auto tenants, loader.FindTenants({"tenant.yaml"}));
  return loader.Load(tenants.front());
}

/// Imports into the world's files.
ImportReport ImportInto(World& world, std::set<std::string> kinds = {}) {
  const auto set = world.Manifests();
  const LiveTenant live = ReadTenant(world);
  const TenantSettings settings = ReadTenantSettings(*set);
  const auto report = ImportTenant(
      {world.arena, *set, LoadTree, world.files, settings, live, {}, "m", std::move(kinds), {}, world.clock.Now()});
  EXPECT_TRUE(report) << report.error().message;
  if (!report) return {};
  for (const FileChange& file : report->files) world.Write(file.path, file.after);
  return *report;
}

std::vector<std::string> Differences(World& world) {
  std::vector<std::string> lines = PlanLines(world);
  std::erase_if(lines, [](const std::string& line) { return line.ends_with(" adopt"); });
  return lines;
}

std::string AllFiles(const World& world) {
  std::string all;
  for (const auto& [path, text] : world.files.files) {
    if (path.starts_with("m/")) all += "=== " + path + "\n" + text;
  }
  return all;
}

/// A tenant that dice decide on: calendars that were compiled, and windows that nobody could have compiled.
class RandomTenant {
 public:
  RandomTenant(Arena& arena, std::uint64_t seed) : arena_(arena), dice_(seed) {}

  std::string Data() {
    std::string campaigns, schedules, codes;
    for (std::size_t i = 0, n = 1 + dice_.Below(4); i < n; ++i) {
      const std::string id = fmt::format("3f1c2f0e-5b0a-4c59-8a57-6a2f0b8d1e{:02}", i);
      Add(campaigns, Campaign(id));
      for (std::size_t j = 0, m = dice_.Below(4); j < m; ++j) Add(schedules, Schedule(id, j));
    }
    for (std::size_t i = 0, n = dice_.Below(8); i < n; ++i) Add(codes, Code(i));
    return fmt::format(R"({{"campaigns":[{}],"schedules":[{}],"callCodes":[{}]}})", campaigns, schedules, codes);
  }

 private:
  static void Add(std::string& list, const std::string& item) { list += (list.empty() ? "" : ",") + item; }
  std::string OneOf(std::initializer_list<const char*> choices) {
    return *(choices.begin() + dice_.Below(choices.size()));
  }

  std::string Campaign(const std::string& id) {
    const std::string state = OneOf({"ACTIVE", "PAUSED", "INACTIVE", "SUSPENDED"});
    std::string more;
    if (state == "PAUSED" && dice_.OneIn(2)) more += R"(,"pauseReason":"AGENT_CAPACITY")";
    if (state == "PAUSED" && dice_.OneIn(3))
      more += R"(,"complianceHold":true,"scheduledResumeTime":"2041-01-01T09:00:00Z")";
    return fmt::format(
        R"({{"id":"{}","name":"{}","state":"{}","maxAgents":{},"dialingMode":"PREVIEW","dialRate":{}{}}})", id,
        OneOf({"Collections East", "Côte d'Azur", "100% ${values.x} #1", "* - :", "on"}), state, dice_.Below(30),
        dice_.Below(50), more);
  }

  std::string Schedule(const std::string& campaign, std::size_t index) {
    const std::string start = OneOf({"2040-09-03T04:00:00Z", "2040-10-01T00:00:00Z", "2040-10-20T13:30:00Z"});
    const std::string end = OneOf({"2040-10-25T04:59:59Z", "2040-11-20T00:00:00Z", "2041-01-01T00:00:00Z"});
    const auto calling = dice_.OneIn(3) ? FreeWindows() : Compiled(start, end);
    return fmt::format(
        R"({{"campaignId":"{}","name":"{} {}","description":"{}","startTime":"{}","endTime":"{}","timeZone":"{}",)"
        R"("dialerSettings":{{"maxConcurrentCalls":{},"callRate":{},"capacityThreshold":0.85}},{}}})",
        campaign, OneOf({"Evenings", "Q4: été", "yes"}), index, OneOf({"", "09:00", "it's # here"}), start, end,
        OneOf({"America/New_York", "Europe/Berlin"}), 1 + dice_.Below(50), 1 + dice_.Below(20), calling);
  }

  std::string FreeWindows() {
    return fmt::format(R"("regulatoryWindows":[{{"startTime":"{}","endTime":"{}","timeZone":"{}","enabled":{}}}],)"
                       R"("blackoutPeriods":[{{"startTime":"{}","endTime":"2040-10-23T12:00:00Z","reason":"{}"}}])",
                       OneOf({"09:00", "22:00"}), OneOf({"17:00", "03:00", "00:00", "09:00"}),
                       OneOf({"UTC", "America/New_York"}), OneOf({"true", "true", "false"}),
                       OneOf({"2040-10-21T15:00:00Z", "2040-10-23T00:00:00Z"}),
                       OneOf({"drill", "", "closed: sat", "a\\nb"}));
  }

  std::string Compiled(const std::string& start, const std::string& end) {
    const std::string windows = OneOf(
        {R"([{"days":["mon","tue","wed","thu","fri"],"startTime":"09:00","endTime":"21:00"}])",
         R"([{"days":["mon","tue","wed","thu","fri"],"startTime":"09:00","endTime":"21:00"},{"days":["sat"],"startTime":"10:00","endTime":"17:00"}])",
         R"([{"days":["mon","wed"],"startTime":"22:00","endTime":"02:00"},{"days":["sun"],"startTime":"08:00","endTime":"24:00"}])"});
    const std::string blackouts =
        OneOf({"[]", R"([{"date":"2040-10-22","reason":"Thanksgiving"}])",
               R"([{"annual":"12-25","reason":"Christmas Day"},{"date":"2040-10-24"}])",
               R"([{"startTime":"2040-10-23T14:00:00Z","endTime":"2040-10-23T16:30:00Z","reason":"drill"}])"});
    const Value spec = Parsed(
        arena_, fmt::format(R"({{"timeZone":"America/New_York","windows":{},"blackouts":{}}})", windows, blackouts));
    const CompiledCalendar compiled =
        CompileCalendar(*CallingCalendar::Read(spec), {ParseDateTime(start)->instant, ParseDateTime(end)->instant});
    ArrayBuilder list(arena_), closed(arena_);
    for (const DailyWindow& window : compiled.windows) list.Add(WindowValue(arena_, window));
    for (const Blackout& blackout : compiled.blackouts) closed.Add(BlackoutValue(arena_, blackout));
    return fmt::format(R"("regulatoryWindows":{},"blackoutPeriods":{})", ToJson(list.Build()), ToJson(closed.Build()));
  }

  std::string Code(std::size_t index) {
    const bool child = index > 2 && dice_.OneIn(2);
    return fmt::format(R"({{"id":"c{}","code":"CODE_{}","name":"{}","type":"{}","category":"OUT","isActive":{}{}}})",
                       index, index, OneOf({"Sale", "no", "It's: fine"}), OneOf({"SUCCESS", "FAILURE"}),
                       child || dice_.OneIn(4) ? "false" : "true",
                       child ? fmt::format(R"(,"parentCallCodeId":"c{}")", dice_.Below(2)) : "");
  }

  Arena& arena_;
  Dice dice_;
};

TEST(ImportTenant, TwoHundredTenantsPlanAsNoChangeAndTwiceIsOnce) {
  std::size_t calendars = 0;
  for (std::uint64_t seed = 1; seed <= 200 && !HasFailure(); ++seed) {
    World world;
    world.random = SeededRandom(seed);
    RandomTenant tenant(world.arena, seed);
    const std::string data = tenant.Data();
    SCOPED_TRACE(fmt::format("seed {}\n{}", seed, data));
    world.Load(data);
    const ImportReport first = ImportInto(world);
    const std::string tree = AllFiles(world);
    SCOPED_TRACE(tree);
    EXPECT_THAT(first.skipped, IsEmpty());
    EXPECT_THAT(Differences(world), IsEmpty());
    const ImportReport second = ImportInto(world);
    EXPECT_THAT(second.files, IsEmpty());
    EXPECT_THAT(second.added, IsEmpty());
    EXPECT_EQ(AllFiles(world), tree);
    calendars += static_cast<std::size_t>(std::ranges::count_if(
        first.added, [](const std::string& each) { return each.starts_with("CallingCalendar/"); }));
  }
  EXPECT_GT(calendars, 80u);
}

TEST(ImportTenant, EditsWhatIsThereAndAddsWhatIsNot) {
  World world;
  world.Load(R"({"campaigns":[
      {"id":"3f1c2f0e-5b0a-4c59-8a57-6a2f0b8d1e01","name":"East","state":"ACTIVE","maxAgents":7,"dialingMode":"PREVIEW","dialRate":3},
      {"id":"3f1c2f0e-5b0a-4c59-8a57-6a2f0b8d1e02","name":"West","state":"INACTIVE","maxAgents":2,"dialingMode":"PREVIEW","dialRate":4}],
    "callCodes":[{"code":"SALE","name":"Sale","type":"SUCCESS","category":"OUT"}]})");
  world.Write("m/mine.yaml",
              "# Ann's.\napiVersion: cxctl/v1\nkind: Campaign\nmetadata: {name: the-east}\nspec:\n    name: East\n"
              "    maxAgents: 10   # agreed\n");
  const ImportReport report = ImportInto(world);
  EXPECT_THAT(report.updated, ElementsAre("Campaign/the-east"));
  EXPECT_THAT(report.added, ElementsAre("Campaign/west", "CallCodeHierarchy/out"));
  EXPECT_EQ(world.files.files["m/mine.yaml"],
            "# Ann's.\napiVersion: cxctl/v1\nkind: Campaign\nmetadata: {name: the-east}\nspec:\n    name: East\n"
            "    maxAgents: 7   # agreed\n");
  EXPECT_EQ(world.files.files["m/campaigns/west.yaml"],
            "apiVersion: cxctl/v1\nkind: Campaign\nmetadata:\n  name: west\nspec:\n"
            "  id: 3f1c2f0e-5b0a-4c59-8a57-6a2f0b8d1e02\n  state: INACTIVE\n  maxAgents: 2\n  dialingMode: PREVIEW\n"
            "  dialRate: 4\n");
  EXPECT_THAT(Differences(world), IsEmpty());
}

TEST(ImportTenant, OverwritesNothingThatIsNotItsOwn) {
  World world;
  world.Load(
      R"({"campaigns":[{"name":"West","state":"INACTIVE","maxAgents":2,"dialingMode":"PREVIEW","dialRate":4}]})");
  const auto set = world.Manifests();
  world.files.files["m/campaigns/west.yaml"] = "# somebody else's notes\n";
  const LiveTenant live = ReadTenant(world);
  const TenantSettings settings = ReadTenantSettings(*set);
  const auto report =
      ImportTenant({world.arena, *set, LoadTree, world.files, settings, live, {}, "m", {}, {}, world.clock.Now()});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kRefused);
  EXPECT_THAT(report.error().message, HasSubstr("m/campaigns/west.yaml is there already"));
}

TEST(FoldCalendar, WritesWeekdaysAndDatesAsPeopleDo) {
  Arena arena;
  const Value schedule = Parsed(arena, R"({"startTime":"2026-11-16T05:00:00Z","endTime":"2026-12-01T05:00:00Z",
    "regulatoryWindows":[{"startTime":"09:00","endTime":"21:00","timeZone":"America/New_York","enabled":true}],
    "blackoutPeriods":[
      {"startTime":"2026-11-21T14:00:00Z","endTime":"2026-11-22T02:00:00Z","reason":"closed: sat"},
      {"startTime":"2026-11-22T14:00:00Z","endTime":"2026-11-23T02:00:00Z","reason":"closed: sun"},
      {"startTime":"2026-11-26T05:00:00Z","endTime":"2026-11-27T05:00:00Z","reason":"Thanksgiving"},
      {"startTime":"2026-11-28T14:00:00Z","endTime":"2026-11-29T02:00:00Z","reason":"closed: sat"},
      {"startTime":"2026-11-29T14:00:00Z","endTime":"2026-11-30T02:00:00Z","reason":"closed: sun"}]})");
  const auto folded = FoldCalendar(arena, schedule);
  ASSERT_TRUE(folded);
  EXPECT_EQ(ToJson(*folded),
            R"({"timeZone":"America/New_York","windows":[{"days":["mon","tue","wed","thu","fri"],"startTime":"09:00",)"
            R"("endTime":"21:00"}],"blackouts":[{"date":"2026-11-26","reason":"Thanksgiving"}]})");
}

}  // namespace
}  // namespace cxctl
