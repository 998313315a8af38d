#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "cli/command.h"
#include "cli/selftest.h"
#include "cli/session.h"
#include "cli/text_layout.h"
#include "http/read_only_transport.h"
#include "http/url_text.h"
#include "picture/table_text.h"
#include "value/json.h"

namespace cxctl {

namespace {

struct Conformance {
  std::string tenant;  ///< Its name; "" for the simulated one.
  std::vector<KindVerdicts> kinds;

  bool passed() const { return std::ranges::all_of(kinds, &KindVerdicts::passed); }
};

bool IsSimulated(Context& context) {
  if (context.arguments.Has("sim")) return true;
  const auto named = context.system.environment.Get("CXCTL_TENANT");
  return !context.arguments.Has("tenant") && (!named || named->empty());
}

Result<Conformance> TestSimulated(Context& context) {
  Arena arena;
  const Instant now = context.system.clock.Now();
  TRY_ASSIGN(const auto tenant, SelftestTenant::Make(SimTenant::DefaultData(), now, arena, context.system.random));
  Selftest selftest(tenant->loop(), tenant->client(), tenant->answers(), now, context.system.random);
  Conformance found;
  TRY_ASSIGN(found.kinds, selftest.Run());
  return found;
}

/// Reads alone: the transport lets nothing else through.
Result<Conformance> TestLive(Context& context) {
  TRY_ASSIGN(const TenantSettings settings, ReadTenantAlone(context));
  TRY_ASSIGN(TenantConnection connection, ReadTenantConnection(context, settings));
  CurlOptions options;
  options.ca_file = settings.ca_file;
  options.user_agent = fmt::format("cxctl/{}", context.system.version);
  TRY_ASSIGN(const auto transport, context.system.make_transport(options));
  Loop loop(context.system.clock, *transport);
  transport->Attach(loop);
  const auto reader =
      MakeReadOnlyTransport(*transport, std::string(PathOfUrl(settings.base_url)) + settings.token_path);
  AlteringTransport answers(*reader);
  Arena arena;
  TRY_ASSIGN(const auto client,
             MakeTenantClient(std::move(connection), arena, loop, answers, context.system.random, nullptr));
  for (const ObjectKind kind : {ObjectKind::kCampaign, ObjectKind::kSchedule, ObjectKind::kCallCode})
    client->RequireScopes(client->ReadScopes(kind));
  Selftest selftest(loop, *client, answers, context.system.clock.Now(), context.system.random);
  Conformance found{settings.name, {}};
  TRY_ASSIGN(found.kinds, selftest.Run());
  return found;
}

Cell Shown(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return {"✓ pass", "32"};
    case Verdict::kFail:
      return {"✗ fail", "31"};
    case Verdict::kNotApplicable:
      break;
  }
  return {"n/a"};
}

std::string Text(const Conformance& found, bool color, std::size_t columns) {
  std::vector<std::vector<Cell>> rows = {{{"kind", "1"}, {"objects", "1"}}};
  for (std::string_view guarantee : kGuarantees) rows[0].push_back({std::string(guarantee), "1"});
  std::string notes;
  for (const KindVerdicts& kind : found.kinds) {
    rows.push_back({{kind.kind}, {std::to_string(kind.objects)}});
    for (const Verdict verdict : kind.verdicts) rows.back().push_back(Shown(verdict));
    for (const std::string& problem : kind.problems)
      notes += fmt::format("{}: {}\n", kind.kind, MaskPhoneNumbers(EscapeControls(problem)));
  }
  const std::string story = fmt::format(
      "\n{}\n{} {}\nimport: import then plan is empty; apply: apply then plan is empty; order, pages, offsets: nor "
      "do shuffled lists, small pages and other UTC offsets make a difference.\n",
      notes, found.passed() ? "All guarantees hold on" : "NOT all guarantees hold on",
      found.tenant.empty() ? "the simulated tenant." : fmt::format("Tenant/{}.", found.tenant));
  const std::vector<Column> as_they_are(rows[0].size(), {Fit::kWhole});
  return TableText(rows, as_they_are, columns, color) + FittedLines(story, columns);
}

Value Json(Arena& arena, const Conformance& found) {
  ArrayBuilder kinds(arena);
  for (const KindVerdicts& each : found.kinds) {
    ObjectBuilder guarantees(arena);
    for (std::size_t i = 0; i < std::size(kGuarantees); ++i)
      guarantees.Set(kGuarantees[i], VerdictName(each.verdicts[i]));
    ArrayBuilder notes(arena);
    for (const std::string& problem : each.problems) notes.Add(problem);
    kinds.Add(ObjectBuilder(arena)
                  .Set("kind", each.kind)
                  .Set("objects", each.objects)
                  .Set("guarantees", guarantees.Build())
                  .Set("notes", notes.Build())
                  .Build());
  }
  return ObjectBuilder(arena)
      .Set("tenant", found.tenant.empty() ? Value::Null() : MakeString(arena, found.tenant))
      .Set("passed", found.passed())
      .Set("kinds", kinds.Build())
      .Build();
}

}  // namespace

int RunSelftest(Context& context) {
  const auto found = IsSimulated(context) ? TestSimulated(context) : TestLive(context);
  if (!found) return ReportError(context, found.error());
  if (context.json()) {
    Arena arena;
    context.system.console.Out(MaskPhoneNumbers(ToPrettyJson(Json(arena, *found))) + "\n");
  } else {
    context.system.console.Out(Text(*found, context.color_out, context.system.console.OutSize().columns));
  }
  return found->passed() ? kSuccess : kCouldNot;
}

}  // namespace cxctl
