#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "env/system.h"
#include "manifest/manifests.h"
#include "manifest/references.h"
#include "support/memory_files.h"
#include "value/json.h"
#include "value/pointer.h"

namespace cxctl {
namespace {

using Contents = std::map<std::string, std::string>;

/// Counts reads, and knows sizes of files that are not there in full.
class CountingFiles : public MemoryFiles {
 public:
  using MemoryFiles::MemoryFiles;

  Result<std::string> Read(const std::string& path, std::size_t limit) override {
    ++reads[path];
    return MemoryFiles::Read(path, limit);
  }
  std::optional<std::uint64_t> Size(const std::string& path) override {
    const auto found = sizes.find(path);
    return found == sizes.end() ? std::nullopt : std::optional(found->second);
  }

  std::map<std::string, int> reads;
  std::map<std::string, std::uint64_t> sizes;
};

std::string Head(std::string_view kind, std::string_view name) {
  return fmt::format("apiVersion: cxctl/v1\nkind: {}\nmetadata: {{name: {}}}\n", kind, name);
}

std::string Campaign(std::string_view name, const std::string& spec = "") {
  return Head("Campaign", name) + fmt::format("spec: {}\n", spec.empty() ? fmt::format("{{name: {}}}", name) : spec);
}

std::string Sink(std::string_view name, std::string_view members = "") {
  return Head("Sink", name) + fmt::format("spec: {{url: https://x.example.com, events: [plan.applied]{}}}\n", members);
}

/// `more` are further lines of the spec.
std::string Tenant(std::string_view more = "", std::string_view base_url = "https://acme.example.com") {
  return Head("Tenant", "prod") +
         fmt::format("spec:\n  baseUrl: {}\n  auth: {{clientId: \"${{env:I}}\", clientSecret: \"${{env:S}}\"}}\n{}",
                     base_url, more);
}

std::string FindingsOf(const ManifestSet& set) {
  Diagnostics sorted = set.diagnostics;
  SortAndDeduplicate(sorted, set.workspace->sources);
  std::string all;
  for (const Diagnostic& each : sorted) {
    all += fmt::format("{}{} {}:{}:{}+{} {}", all.empty() ? "" : "\n", each.rule,
                       set.workspace->sources.name(each.position.file), each.position.line, each.position.column,
                       each.position.width, each.message);
  }
  return all;
}

std::string AddressesOf(const ManifestSet& set) {
  std::string all;
  for (const Document& document : set.documents) {
    all += (all.empty() ? "" : " ") + document.address + (document.valid ? "" : "!");
  }
  return all;
}

ManifestSet LoadTenant(MemoryFiles& files, const std::string& path = "t/tenant.yaml") {
  ManifestLoader loader(files);
  const auto tenants = loader.FindTenants({path});
  EXPECT_TRUE(tenants.has_value() && tenants->size() == 1);
  auto set = loader.Load(tenants->at(0));
  EXPECT_TRUE(set.has_value()) << set.error().message;
  return *std::move(set);
}

ManifestSet LoadFiles(MemoryFiles& files, const std::vector<std::string>& paths = {"."}) {
  auto set = ManifestLoader(files).LoadWithoutTenant(paths);
  EXPECT_TRUE(set.has_value()) << set.error().message;
  return *std::move(set);
}

std::string JsonAt(const ManifestSet& set, std::string_view kind, std::string_view name, std::string_view pointer) {
  const Document* document = set.Find(kind, name);
  const Value* value = document ? ResolvePointer(document->root, pointer) : nullptr;
  return value ? ToJson(*value) : "(nothing)";
}

TEST(Loader, ReadsFilesAndFoldersInPathOrder) {
  MemoryFiles files({{"t/tenant.yaml", Tenant("  sources: [../base, extra.yaml, ../base/b.yml]\n")},
                     {"t/extra.yaml", Campaign("extra")},
                     {"t/ignored.yaml", Campaign("ignored")},
                     {"base/b.yml", Campaign("b") + "---\n" + Campaign("b2")},
                     {"base/a/z.yaml", Campaign("z")},
                     {"base/.hidden.yaml", Campaign("hidden")},
                     {"base/.git/c.yaml", Campaign("git")},
                     {"base/readme.txt", "no: [manifest"},
                     {"base/other-tenant.yaml", Tenant()}});
  const ManifestSet set = LoadTenant(files);
  EXPECT_EQ(FindingsOf(set), "");
  EXPECT_EQ(AddressesOf(set), "Campaign/z Campaign/b Campaign/b2 Campaign/extra");
  EXPECT_EQ(set.tenant_file, "t/tenant.yaml");
  ASSERT_TRUE(set.tenant.has_value());
  EXPECT_EQ(set.tenant->address, "Tenant/prod");
  EXPECT_TRUE(set.tenant->valid);
}

TEST(Loader, TakesTheFolderOfTheTenantByDefault) {
  MemoryFiles files({{"t/tenant.yaml", Tenant() + "---\n" + Campaign("beside")},
                     {"t/sub/c.yaml", Campaign("below")},
                     {"other.yaml", Campaign("other")}});
  EXPECT_EQ(AddressesOf(LoadTenant(files)), "Campaign/below Campaign/beside");
  MemoryFiles here({{"tenant.yaml", Tenant()}, {"c.yaml", Campaign("c")}});
  EXPECT_EQ(AddressesOf(LoadTenant(here, "tenant.yaml")), "Campaign/c");
  EXPECT_EQ(AddressesOf(LoadTenant(here, "./tenant.yaml")), "Campaign/c");
}

TEST(Loader, ReadsEachFileOnceHoweverManyNameIt) {
  CountingFiles files({{"t/one.yaml", Tenant("  sources: [../base, ../base/a.yaml, ../t/../base]\n")},
                       {"t/two.yaml", Tenant("  sources: [../base]\n")},
                       {"base/a.yaml", Campaign("a")}});
  ManifestLoader loader(files);
  const auto tenants = loader.FindTenants({"t", "t/one.yaml"});
  ASSERT_TRUE(tenants.has_value());
  ASSERT_EQ(tenants->size(), 2u);
  for (const auto& tenant : *tenants) {
    const auto set = loader.Load(tenant);
    ASSERT_TRUE(set.has_value());
    EXPECT_EQ(AddressesOf(*set), "Campaign/a");
    EXPECT_EQ(FindingsOf(*set), "");
  }
  for (const auto& [path, count] : files.reads) EXPECT_EQ(count, 1) << path;
}

TEST(Loader, FollowsLinksButReadsTheirFileOnce) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(testing::TempDir()) / "cxctl-loader-links";
  fs::remove_all(folder);
  fs::create_directories(folder / "real");
  std::ofstream(folder / "real" / "c.yaml") << Campaign("c");
  fs::create_symlink("real", folder / "link");
  fs::create_symlink("real/c.yaml", folder / "again.yaml");
  const auto files = SystemFiles();
  const auto set = ManifestLoader(*files).LoadWithoutTenant(
      {folder.string(), (folder / "link" / "c.yaml").string(), (folder / "again.yaml").string()});
  ASSERT_TRUE(set.has_value()) << set.error().message;
  EXPECT_EQ(AddressesOf(*set), "Campaign/c");
  EXPECT_EQ(FindingsOf(*set), "");
  fs::remove_all(folder);
}

TEST(Loader, FindsTenantsInPathOrder) {
  MemoryFiles files(
      {{"m/b.yaml", Head("Tenant", "second") + "---\n" + Campaign("c") + "---\n" + Head("Tenant", "third")},
       {"m/a.yaml", Head("Tenant", "first")},
       {"m/c.yaml", Campaign("d")}});
  ManifestLoader loader(files);
  const auto tenants = loader.FindTenants({"m"});
  ASSERT_TRUE(tenants.has_value());
  ASSERT_EQ(tenants->size(), 3u);
  EXPECT_EQ((*tenants)[0].name, "first");
  EXPECT_EQ((*tenants)[1].name, "second");
  EXPECT_EQ((*tenants)[1].document, 0u);
  EXPECT_EQ((*tenants)[2].name, "third");
  EXPECT_EQ((*tenants)[2].document, 2u);
  EXPECT_EQ((*tenants)[2].file, "m/b.yaml");
}

TEST(Loader, FailsForPathsThatAreNotThere) {
  MemoryFiles files({{"t/tenant.yaml", Tenant("  sources: [../nowhere]\n")}});
  ManifestLoader loader(files);
  EXPECT_EQ(loader.FindTenants({"nope"}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(loader.LoadWithoutTenant({"nope"}).error().code, ErrorCode::kNotFound);
  const auto tenants = loader.FindTenants({"t"});
  ASSERT_TRUE(tenants.has_value());
  const auto set = loader.Load(tenants->at(0));
  ASSERT_FALSE(set.has_value());
  EXPECT_EQ(set.error().code, ErrorCode::kNotFound);
  EXPECT_NE(set.error().message.find("nowhere"), std::string::npos);
}

TEST(Loader, ReportsAFileThatIsTooLargeWithoutReadingIt) {
  CountingFiles files({{"a.yaml", Campaign("a")}, {"b.yaml", ""}});
  files.sizes["b.yaml"] = (std::uint64_t{64} << 20) + 1;
  const ManifestSet set = LoadFiles(files);
  EXPECT_EQ(FindingsOf(set), "CX101 b.yaml:1:1+1 a file of 67108865 bytes is over the limit of 67108864 (64 MiB)");
  EXPECT_EQ(AddressesOf(set), "Campaign/a");
  EXPECT_EQ(files.reads["b.yaml"], 0);
}

TEST(Loader, RefusesDocumentsThatAreNone) {
  struct Row {
    std::string_view yaml, finding;
  };
  const Row rows[] = {
      {"- a", "CX102 a.yaml:1:1+1 a document must be a mapping, not a list"},
      {"5", "CX102 a.yaml:1:1+1 a document must be a mapping, not an integer"},
      {"text", "CX102 a.yaml:1:1+4 a document must be a mapping, not a string"},
      {"---\n~", "CX102 a.yaml:2:1+1 a document must be a mapping, not a null"},
      {"{}", "CX102 a.yaml:1:1+2 kind is missing"},
      {"\nspec: {}", "CX102 a.yaml:2:1+1 kind is missing"},
      {"kind: [Campaign]", "CX102 a.yaml:1:7+10 kind must be a string"},
      {"kind: Campain", "CX102 a.yaml:1:7+7 unknown kind Campain"},
      {"kind: campaign", "CX102 a.yaml:1:7+8 unknown kind campaign"},
      {"kind: \"Campaign \"", "CX102 a.yaml:1:7+11 unknown kind Campaign "},
      {"kind: ''", "CX102 a.yaml:1:7+2 unknown kind "},
      {"kind:", "CX102 a.yaml:1:6+1 kind must be a string"},
  };
  for (const Row& row : rows) {
    MemoryFiles files({{"a.yaml", std::string(row.yaml)}});
    const ManifestSet set = LoadFiles(files);
    EXPECT_EQ(FindingsOf(set), row.finding) << row.yaml;
    EXPECT_TRUE(set.documents.empty());
  }
}

TEST(Loader, PlacesWhatIsMissingAtTheStartOfItsMapping) {
  MemoryFiles files(Contents{{"a.yaml",
                              "# remark\n"
                              "apiVersion: cxctl/v1\n"
                              "kind: CampaignSchedule\n"
                              "metadata:\n"
                              "  labels: {a: b}\n"
                              "spec:\n"
                              "  campaign: c\n"
                              "  startTime: 2026-10-01T00:00:00Z\n"
                              "  endTime: 2026-11-01T00:00:00Z\n"
                              "  timeZone: UTC\n"
                              "  dialerSettings: {maxConcurrentCalls: 5, callRate: 1}\n"
                              "  calendar: k\n"
                              "  regulatoryWindows:\n"
                              "    - endTime: \"20:00\"\n"
                              "      timeZone: UTC\n"
                              "      enabled: yes\n"}});
  EXPECT_EQ(FindingsOf(LoadFiles(files)),
            "CX102 a.yaml:5:3+1 name is missing in metadata\n"
            "CX104 a.yaml:7:13+1 Campaign c does not exist\n"
            "CX102 a.yaml:11:19+1 capacityThreshold is missing in dialerSettings\n"
            "CX104 a.yaml:12:13+1 CallingCalendar k does not exist\n"
            "CX102 a.yaml:13:3+17 regulatoryWindows may not stand beside calendar\n"
            "CX102 a.yaml:14:7+1 startTime is missing in regulatoryWindows\n"
            "CX102 a.yaml:16:16+3 enabled must be true or false, not the string \"yes\"");
}

TEST(Loader, DoesNotTellSecretsOrTelephoneNumbers) {
  MemoryFiles files(
      {{"t/tenant.yaml", Head("Tenant", "prod") + "spec:\n"
                                                  "  baseUrl: https://acme.example.com\n"
                                                  "  auth: {clientId: 48151623, clientSecret: [hunter2]}\n"
                                                  "  state: {url: \"mysql://user:hunter2@db/x\"}\n"
                                                  "  agent: {url: https://a.example.com, token: hunter2}\n"},
       {"t/c.yaml", Head("CallbackPolicy", "\"+18005559876\"") +
                        "spec: {queueId: q, from: +18005559876, onViolation: \"+18005559876\"}\n"}});
  const std::string findings = FindingsOf(LoadTenant(files));
  EXPECT_EQ(findings,
            "CX102 t/c.yaml:3:18+14 name \"+1800***9876\" is not a name of lower-case letters, digits and hyphens, 63 "
            "at most\n"
            "CX102 t/c.yaml:4:26+12 from must be a string, not a number\n"
            "CX102 t/c.yaml:4:53+14 onViolation \"+1800***9876\" is not allowed\n"
            "CX102 t/tenant.yaml:6:20+8 clientId must be a string, not a number\n"
            "CX102 t/tenant.yaml:6:44+9 clientSecret must be a string, not a list\n"
            "CX102 t/tenant.yaml:7:16+27 url (secret) is not sqlite:PATH or postgresql://…\n"
            "CX107 t/tenant.yaml:7:16+27 url is a literal where a secret reference belongs\n"
            "CX107 t/tenant.yaml:8:46+7 token is a literal where a secret reference belongs");
}

TEST(Loader, TakesAtMost100FindingsOfADocument) {
  std::string text = Campaign("a", "\n  name: X");
  for (int i = 0; i < 5000; ++i) text += fmt::format("  x{}: 1\n", i);
  MemoryFiles files({{"a.yaml", text}});
  EXPECT_EQ(LoadFiles(files).diagnostics.size(), 100u);
}

// --- Values
// -----------------------------------------------------------------------------------------------------------

TEST(Values, AreTypedAndReplacedEverywhere) {
  MemoryFiles files(
      {{"t/tenant.yaml", Tenant("  sources: [c.yaml]\n"
                                "  values: {agents: 40, label: east, zone: UTC, deep: {maxAgents: 3}}\n")},
       {"t/c.yaml",
        "apiVersion: cxctl/v1\nkind: Campaign\n"
        "metadata: {name: \"c-${values.label}\", labels: {team: \"${values.label}\"}}\n"
        "spec: {name: \"East: ${values.agents} $${values.x}\", maxAgents: \"${values.agents}\",\n"
        "  carrierLimit: \"${values.deep}\"}\n"}});
  const ManifestSet set = LoadTenant(files);
  EXPECT_EQ(FindingsOf(set), "");
  EXPECT_EQ(AddressesOf(set), "Campaign/c-east");
  EXPECT_EQ(JsonAt(set, "Campaign", "c-east", "/spec"),
            R"({"name":"East: 40 ${values.x}","maxAgents":40,"carrierLimit":{"maxAgents":3}})");
}

TEST(Values, MayReferToEachOther) {
  MemoryFiles files({{"t/tenant.yaml", Tenant("  sources: [\"${values.folder}/c.yaml\"]\n"
                                              "  values:\n"
                                              "    folder: \"${values.root}/m\"\n"
                                              "    name: \"${values.brand} East\"\n"
                                              "    brand: ${values.company}\n"
                                              "    company: Acme\n"
                                              "    root: ..\n"
                                              "    list: [\"${values.brand}\"]\n")},
                     {"m/c.yaml", Campaign("c", "{name: \"${values.name}\"}")}});
  const ManifestSet set = LoadTenant(files);
  EXPECT_EQ(FindingsOf(set), "");
  EXPECT_EQ(JsonAt(set, "Campaign", "c", "/spec/name"), "\"Acme East\"");
  EXPECT_EQ(ToJson(*set.tenant->spec().Find("values", "list")), R"(["Acme"])");
}

TEST(Values, MayNotReferToEachOtherInACircle) {
  MemoryFiles files({{"t/tenant.yaml", Tenant("  values:\n"
                                              "    a: x${values.b}\n"
                                              "    b: ${values.a}\n"
                                              "    c: ${values.c}\n"
                                              "    d: fine\n")}});
  const ManifestSet set = LoadTenant(files);
  EXPECT_EQ(FindingsOf(set),
            "CX105 t/tenant.yaml:8:8+12 values.a refers to itself by way of others\n"
            "CX105 t/tenant.yaml:9:8+11 values.b refers to itself by way of others\n"
            "CX105 t/tenant.yaml:10:8+11 values.c refers to itself by way of others");
  EXPECT_FALSE(set.tenant->valid);
}

TEST(Values, MayNotHoldSecrets) {
  MemoryFiles files({{"t/tenant.yaml", Tenant("  values: {a: \"x${env:A}\", b: [\"${file:f}\"]}\n")}});
  EXPECT_EQ(FindingsOf(LoadTenant(files)),
            "CX105 t/tenant.yaml:7:17+8 a secret reference ${env:A} where none is allowed\n"
            "CX105 t/tenant.yaml:7:33+9 a secret reference ${file:f} where none is allowed");
}

TEST(Values, AreNotSetWithoutATenant) {
  MemoryFiles files({{"a.yaml", Campaign("a", "{name: \"${values.n}\", maxAgents: \"${values.m}\"}")}});
  const ManifestSet set = LoadFiles(files);
  EXPECT_EQ(FindingsOf(set),
            "CX105 a.yaml:4:15+11 values.n is not set\n"
            "CX105 a.yaml:4:41+11 values.m is not set");
  EXPECT_EQ(AddressesOf(set), "Campaign/a!");
}

TEST(Values, ThatFailDoNotMakeFurtherFindings) {
  MemoryFiles files(
      {{"a.yaml", Head("PacingPolicy", "p") + "spec: {campaign: \"${values.c}\", dialRate: {min: 1, max: 2},\n"
                                              "  sinks: [\"a-${values.s}\"], interval: \"${values.i}s\"}\n"},
       {"b.yaml", Campaign("\"${values.name}\"", "{name: X}")},
       {"c.yaml", Head("ThrottlePolicy", "t") + "spec: {campaign: c, window: 60s, minAnswerRate: 0.1, pause: {}}\n"},
       {"d.yaml", Sink("d", ", secret: \"${values.secret}\"")}});
  EXPECT_EQ(FindingsOf(LoadFiles(files)),
            "CX105 a.yaml:4:19+11 values.c is not set\n"
            "CX105 a.yaml:5:14+11 values.s is not set\n"
            "CX105 a.yaml:5:40+11 values.i is not set\n"
            "CX105 b.yaml:3:19+14 values.name is not set\n"
            "CX105 d.yaml:4:69+16 values.secret is not set");
}

// --- Patches
// ----------------------------------------------------------------------------------------------------------

TEST(Patches, AreMergedInOrderIntoWhatTheyTarget) {
  MemoryFiles files(
      {{"t/tenant.yaml",
        Tenant("  values: {agents: 9, which: a}\n"
               "  patches:\n"
               "    - target: {kind: Campaign}\n"
               "      merge: {spec: {maxAgents: 1, dialRate: 1}}\n"
               "    - target: {kind: Campaign, name: \"${values.which}*\"}\n"
               "      merge: {spec: {maxAgents: \"${values.agents}\", dialRate: null, carrierLimit: {maxAgents: 7}}}\n"
               "    - target: {labels: {team: x}}\n"
               "      merge: {metadata: {labels: {patched: \"yes\", team: null}}}\n"
               "    - target: {labels: {patched: \"yes\"}}\n"
               "      merge: {metadata: {labels: {twice: \"yes\"}}}\n"
               "    - target: {kind: Sink, name: w}\n"
               "      merge: {spec: {secret: \"${env:W}\", events: [run.done]}}\n"
               "    - target: {name: a-*, labels: {team: z}}\n"
               "      merge: {spec: {maxAgents: 0}}\n")},
       {"t/a.yaml", Campaign("a-1", "{name: A, dialRate: 5, carrierLimit: {maxConcurrentCalls: 2}}")},
       {"t/b.yaml", "apiVersion: cxctl/v1\nkind: Campaign\nmetadata: {name: b, labels: {team: x}}\nspec: {name: B}\n"},
       {"t/w.yaml", Sink("w")}});
  const ManifestSet set = LoadTenant(files);
  EXPECT_EQ(FindingsOf(set), "");
  EXPECT_EQ(JsonAt(set, "Campaign", "a-1", "/spec"),
            R"({"name":"A","carrierLimit":{"maxConcurrentCalls":2,"maxAgents":7},"maxAgents":9})");
  EXPECT_EQ(JsonAt(set, "Campaign", "b", "/spec"), R"({"name":"B","maxAgents":1,"dialRate":1})");
  EXPECT_EQ(JsonAt(set, "Campaign", "b", "/metadata/labels"), R"({"patched":"yes","twice":"yes"})");
  EXPECT_EQ(JsonAt(set, "Sink", "w", "/spec/secret"), "\"${env:W}\"");
  EXPECT_EQ(JsonAt(set, "Sink", "w", "/spec/events"), R"(["run.done"])");
}

TEST(Patches, KeepThePlaceOfEachValue) {
  MemoryFiles files({{"t/tenant.yaml", Tenant("  sources: [c.yaml]\n"
                                              "  patches:\n"
                                              "    - target: {kind: Campaign}\n"
                                              "      merge:\n"
                                              "        spec:\n"
                                              "          maxAgents: many\n"
                                              "          unknown: 1\n"
                                              "          dialRate: ${values.nope}\n"
                                              "          carrierLimit: {maxAgents: -1}\n")},
                     {"t/c.yaml", Campaign("c", "\n  maxAgents: 5\n  state: GONE")}});
  EXPECT_EQ(FindingsOf(LoadTenant(files)),
            "CX102 t/c.yaml:5:3+1 id or name is missing in spec\n"
            "CX102 t/c.yaml:6:10+4 state \"GONE\" is not allowed\n"
            "CX102 t/tenant.yaml:12:22+4 maxAgents must be an integer, not the string \"many\"\n"
            "CX102 t/tenant.yaml:13:11+7 unknown member \"unknown\" in spec\n"
            "CX105 t/tenant.yaml:14:21+14 values.nope is not set\n"
            "CX102 t/tenant.yaml:15:37+2 maxAgents -1 is under the minimum of 0");
}

TEST(Patches, MustBeWhole) {
  MemoryFiles files({{"t/tenant.yaml", Tenant("  patches:\n"
                                              "    - target: {kind: Campaign}\n"
                                              "    - {target: {}, merge: 5}\n"
                                              "    - {target: {kind: 1}, merge: {}}\n"
                                              "    - 7\n")},
                     {"t/c.yaml", Campaign("c")}});
  EXPECT_EQ(FindingsOf(LoadTenant(files)),
            "CX102 t/tenant.yaml:8:7+1 merge is missing in patches\n"
            "CX102 t/tenant.yaml:9:27+1 merge must be a mapping, not the number 5\n"
            "CX102 t/tenant.yaml:10:23+1 kind must be a string, not the number 1\n"
            "CX102 t/tenant.yaml:11:7+1 patches must be a mapping, not the number 7");
}

// --- Rules over the whole set
// -----------------------------------------------------------------------------------------

TEST(Addresses, StandOnce) {
  MemoryFiles files({{"a.yaml", Campaign("x") + "---\n" + Campaign("y", "{name: Y}")},
                     {"b.yaml", Campaign("x", "{name: Z}") + "---\n" + Sink("x")},
                     {"c.yaml", Campaign("x", "{name: W, unknown: 1}")}});
  EXPECT_EQ(FindingsOf(LoadFiles(files)),
            "CX103 b.yaml:3:18+1 Campaign/x is declared twice: first at a.yaml:3\n"
            "CX103 c.yaml:3:18+1 Campaign/x is declared twice: first at a.yaml:3\n"
            "CX102 c.yaml:4:17+7 unknown member \"unknown\" in spec");
}

TEST(References, MustLeadSomewhere) {
  const std::string schedule = Head("CampaignSchedule", "s") +
                               "spec:\n"
                               "  campaign: colections\n"
                               "  calendar: nothing-like-it\n"
                               "  startTime: 2026-10-01T00:00:00Z\n"
                               "  endTime: 2026-11-01T00:00:00Z\n"
                               "  timeZone: UTC\n"
                               "  dialerSettings: {maxConcurrentCalls: 5, callRate: 1, capacityThreshold: 1}\n";
  const std::string pacing = Head("PacingPolicy", "p") +
                             "spec: {campaign: collections, dialRate: {min: 1, max: 2}, sinks: [wfo, wof, none]}\n";
  const std::string callback = Head("CallbackPolicy", "c") + "spec: {queueId: q, from: \"+1\", calendar: none}\n";
  MemoryFiles files({{"a.yaml", schedule},
                     {"b.yaml", pacing + "---\n" + callback},
                     {"c.yaml", Campaign("collections", "{name: X, calendar: gone}")},
                     {"d.yaml", Sink("wfo")}});
  const ManifestSet set = LoadFiles(files);
  EXPECT_EQ(FindingsOf(set),
            "CX104 a.yaml:5:13+10 Campaign colections does not exist\n"
            "CX104 a.yaml:6:13+15 CallingCalendar nothing-like-it does not exist\n"
            "CX104 b.yaml:4:72+3 Sink wof does not exist\n"
            "CX104 b.yaml:4:77+4 Sink none does not exist\n"
            "CX104 b.yaml:9:42+4 CallingCalendar none does not exist\n"
            "CX104 c.yaml:4:27+4 CallingCalendar gone does not exist");
  for (const Diagnostic& each : set.diagnostics) {
    if (each.message.starts_with("Campaign")) {
      EXPECT_EQ(each.help, "did you mean collections?");
    } else if (each.message.starts_with("Sink wof")) {
      EXPECT_EQ(each.help, "did you mean wfo?");
    }
  }
}

TEST(References, WaitForFilesThatCouldNotBeRead) {
  const std::string policy =
      Head("PacingPolicy", "p") + "spec: {campaign: collections, dialRate: {min: 1, max: 2}, sinks: [nobody]}\n";
  MemoryFiles files({{"a.yaml", policy}, {"b.yaml", Campaign("collections") + "metadata: {name: twice}\n"}});
  EXPECT_EQ(FindingsOf(LoadFiles(files)),
            "CX104 a.yaml:4:67+6 Sink nobody does not exist\n"
            "CX101 b.yaml:5:1+8 key `metadata` stands twice in this mapping");
}

TEST(References, ToDocumentsThatAreInvalidAreFine) {
  const std::string policy = Head("PacingPolicy", "p") + "spec: {campaign: c, dialRate: {min: 1, max: 2}}\n";
  MemoryFiles files({{"a.yaml", policy}, {"b.yaml", Campaign("c", "{name: 5}")}});
  EXPECT_EQ(FindingsOf(LoadFiles(files)), "CX102 b.yaml:4:14+1 name must be a string, not the number 5");
}

TEST(Identities, BelongToOneDocument) {
  const auto schedule = [](std::string_view name, std::string_view more) {
    return Head("CampaignSchedule", name) +
           fmt::format(
               "spec: {{campaign: a, startTime: 2026-10-01T00:00:00Z, endTime: 2026-11-01T00:00:00Z, timeZone: UTC,"
               " regulatoryWindows: [],\n  dialerSettings: {{maxConcurrentCalls: 5, callRate: 1, "
               "capacityThreshold: 1}}{}}}\n",
               more);
  };
  const auto codes = [](std::string_view name, std::string_view category) {
    return Head("CallCodeHierarchy", name) + fmt::format("spec: {{category: {}, codes: []}}\n", category);
  };
  MemoryFiles files({{"a.yaml", Campaign("a", "{id: 1a, name: A}")},
                     {"b.yaml", Campaign("b", "{id: 1a}") + "---\n" + Campaign("c", "{name: A}")},
                     {"c.yaml", Campaign("d", "{name: 1a}")},
                     {"d.yaml", codes("one", "CAT") + "---\n" + codes("two", "CAT") + "---\n" + codes("three", "cat")},
                     {"e.yaml", schedule("s1", "") + "---\n" + schedule("s2", ", name: s1")},
                     {"f.yaml", schedule("s3", ", name: Q4") + "---\n" + schedule("Q4", ", name: x")},
                     {"g.yaml", schedule("s4", ", name: s5") + "---\n" + schedule("s5", "")}});
  EXPECT_EQ(FindingsOf(LoadFiles(files)),
            "CX106 b.yaml:4:12+2 the campaign with id 1a is claimed by Campaign/a as well (a.yaml:3)\n"
            "CX106 b.yaml:9:14+1 the campaign with name A is claimed by Campaign/a as well (a.yaml:3)\n"
            "CX106 d.yaml:9:18+3 category CAT is claimed by CallCodeHierarchy/one as well (d.yaml:3)\n"
            "CX106 e.yaml:11:85+2 schedule s1 of campaign a is claimed by CampaignSchedule/s1 as well (e.yaml:3)\n"
            "CX102 f.yaml:9:18+2 name \"Q4\" is not a name of lower-case letters, digits and hyphens, 63 at most\n"
            "CX106 g.yaml:9:18+2 schedule s5 of campaign a is claimed by CampaignSchedule/s4 as well (g.yaml:3)");
}

TEST(Secrets, AreReferencesUnlessTheTenantIsOnLoopback) {
  const std::string sinks = Sink("a", ", secret: hunter2") + "---\n" + Sink("b", ", secret: \"${env:B}\"") + "---\n" +
                            Sink("c", ", secret: \"x${file:c}\"") + "---\n" + Sink("d", ", secret: \"$${env:D}\"");
  const std::string more =
      "  sources: [s.yaml]\n"
      "  values: {plain: hunter3}\n"
      "  agent: {url: https://a.example.com, token: \"${values.plain}\", webhookSecret: sqlite:x}\n"
      "  audit: {key: k}\n"
      "  state: {url: ";
  const std::string expected =
      "CX107 t/s.yaml:4:68+7 secret is a literal where a secret reference belongs\n"
      "CX107 t/s.yaml:19:68+11 secret is a literal where a secret reference belongs\n"
      "CX107 t/tenant.yaml:9:46+17 token is a literal where a secret reference belongs\n"
      "CX107 t/tenant.yaml:9:80+8 webhookSecret is a literal where a secret reference belongs\n"
      "CX107 t/tenant.yaml:10:16+1 key is a literal where a secret reference belongs";
  MemoryFiles sqlite({{"t/tenant.yaml", Tenant(more + "\"sqlite:a.db\"}\n")}, {"t/s.yaml", sinks}});
  EXPECT_EQ(FindingsOf(LoadTenant(sqlite)), expected);
  MemoryFiles reference({{"t/tenant.yaml", Tenant(more + "\"${env:STATE}\"}\n")}, {"t/s.yaml", sinks}});
  EXPECT_EQ(FindingsOf(LoadTenant(reference)), expected);
  MemoryFiles postgres({{"t/tenant.yaml", Tenant(more + "\"postgresql://u:p@h/d\"}\n")}, {"t/s.yaml", sinks}});
  EXPECT_EQ(FindingsOf(LoadTenant(postgres)),
            expected + "\nCX107 t/tenant.yaml:11:16+22 url is a literal where a secret reference belongs");
  MemoryFiles loopback(
      {{"t/tenant.yaml", Tenant(more + "\"postgresql://u:p@h/d\"}\n", "http://127.0.0.1:8080")}, {"t/s.yaml", sinks}});
  EXPECT_EQ(FindingsOf(LoadTenant(loopback)), "");
}

TEST(BaseUrl, IsHttpsUnlessItIsLoopbackOrSaidToBeInsecure) {
  struct Row {
    std::string_view url, more;
    bool good;
  };
  const Row rows[] = {
      {"https://acme.example.com", "", true},
      {"http://127.0.0.1:8080", "", true},
      {"http://localhost", "", true},
      {"\"http://[::1]:1\"", "", true},
      {"http://acme.example.com", "", false},
      {"http://127.0.0.1.example.com", "", false},
      {"http://127.0.0.1@example.com", "", false},
      {"http://10.0.0.1", "  allowInsecure: false\n", false},
      {"http://10.0.0.1", "  allowInsecure: true\n", true},
  };
  for (const Row& row : rows) {
    MemoryFiles files({{"t/tenant.yaml", Tenant(row.more, row.url)}});
    const ManifestSet set = LoadTenant(files);
    EXPECT_EQ(set.tenant->valid, row.good) << row.url;
    EXPECT_EQ(FindingsOf(set), row.good ? ""
                                        : fmt::format("CX102 t/tenant.yaml:5:12+{} baseUrl is http:// to another host "
                                                      "than loopback",
                                                      row.url.size()))
        << row.url;
  }
}

TEST(IsLoopbackUrl, KnowsThisMachine) {
  for (const char* url : {"http://localhost", "http://LOCALHOST:80/x", "https://127.0.0.1", "http://127.255.0.9:1/",
                          "http://[::1]", "http://[::1]:8080/x", "http://localhost?x", "http://localhost#x"}) {
    EXPECT_TRUE(IsLoopbackUrl(url)) << url;
  }
  for (const char* url :
       {"http://localhost.example.com", "http://127.0.0.1.example.com", "http://127.0.0", "http://127.0.0.256",
        "http://127.300.0.1", "http://127.0.0.1.", "http://a@127.0.0.1", "http://127.0.0.1@evil.example.com",
        "http://[::1].example.com", "http://[::2]", "http://1270.0.0.1", "http://0.0.0.0", "http://x/localhost",
        "http://", "", "127.0.0.1", "http://127.0.0.1\\evil", "http://127.+1.0.1", "http://127.-1.0.1"}) {
    EXPECT_FALSE(IsLoopbackUrl(url)) << url;
  }
}

// --- The set
// ----------------------------------------------------------------------------------------------------------

TEST(ManifestSetTest, FindsByKindAndName) {
  MemoryFiles files({{"a.yaml", Campaign("x") + "---\n" + Sink("x") + "---\n" + Campaign("y", "{name: 5}")}});
  const ManifestSet set = LoadFiles(files);
  ASSERT_NE(set.Find("Campaign", "x"), nullptr);
  EXPECT_EQ(set.Find("Campaign", "x")->address, "Campaign/x");
  EXPECT_EQ(set.Find("Sink", "x")->address, "Sink/x");
  EXPECT_EQ(set.Find("Sink", "y"), nullptr);
  ASSERT_NE(set.Find("Campaign", "y"), nullptr);
  EXPECT_FALSE(set.Find("Campaign", "y")->valid);
  EXPECT_EQ(set.OfKind("Campaign").size(), 1u) << "only valid ones";
}

TEST(ManifestDigestTest, CoversContentAndNothingElse) {
  const auto digest = [](std::map<std::string, std::string> contents, const std::string& tenant = "t/tenant.yaml") {
    MemoryFiles files(std::move(contents));
    return ManifestDigest(LoadTenant(files, tenant));
  };
  const std::string a = Campaign("a", "{name: A, maxAgents: 5}");
  const std::string b = Campaign("b", "{name: B}");
  const std::string base = digest({{"t/tenant.yaml", Tenant()}, {"t/m.yaml", a + "---\n" + b}});
  EXPECT_EQ(base.size(), 7u + 64u);
  EXPECT_EQ(base.substr(0, 7), "sha256:");
  EXPECT_EQ(base, digest({{"u/tenant.yaml", Tenant()}, {"u/1.yaml", "# x\n" + b}, {"u/2.yaml", a}}, "u/tenant.yaml"));
  EXPECT_EQ(base, digest({{"t/tenant.yaml", Tenant()},
                          {"t/m.yaml", Campaign("a", "{maxAgents: 5.0, \"name\": 'A'}") + "---\n" + b}}));
  EXPECT_NE(base, digest({{"t/tenant.yaml", Tenant()}, {"t/m.yaml", a}}));
  EXPECT_NE(base, digest({{"t/tenant.yaml", Tenant("  capacity: {maxConcurrentCalls: 5}\n")},
                          {"t/m.yaml", a + "---\n" + b}}));
  EXPECT_NE(base, digest({{"t/tenant.yaml", Tenant()},
                          {"t/m.yaml", Campaign("a", "{name: A, maxAgents: 6}") + "---\n" + b}}));
}

TEST(ExampleTree, IsClean) {
  const auto files = SystemFiles();
  ManifestLoader loader(*files);
  const auto tenants = loader.FindTenants({CXCTL_SOURCE_DIR "/manifests"});
  ASSERT_TRUE(tenants.has_value()) << tenants.error().message;
  ASSERT_GE(tenants->size(), 2u);
  for (const auto& tenant : *tenants) {
    const auto set = loader.Load(tenant);
    ASSERT_TRUE(set.has_value()) << set.error().message;
    EXPECT_EQ(FindingsOf(*set), "");
    EXPECT_GT(set->documents.size(), 10u);
  }
}

}  // namespace
}  // namespace cxctl
