#include <fmt/format.h>

#include <algorithm>

#include "agent/tokens.h"
#include "base/strings.h"
#include "cli/command.h"
#include "cli/command_agent.h"
#include "cli/session.h"
#include "env/ids.h"
#include "store/agent_store.h"
#include "value/json.h"

namespace cxctl {

namespace {

/// `--role a --role b`, `--role a,b`.
std::vector<std::string> RolesOf(const Arguments& arguments) {
  std::vector<std::string> roles;
  for (const std::string& text : arguments.All("role")) {
    for (std::string_view role : Split(text, ',')) {
      if (std::ranges::find(roles, role) == roles.end()) roles.emplace_back(role);
    }
  }
  return roles;
}

AuditEntry AuditOf(Context& context, const std::string& tenant, const std::string& name, const char* action) {
  AuditEntry entry;
  entry.time = context.system.clock.Now();
  entry.run = MakeUlid(entry.time, context.system.random);
  entry.actor = ReadActor(context);
  entry.tenant = tenant;
  entry.address = "Token/" + name;
  entry.action = action;
  entry.attempts = 1;
  entry.outcome = "applied";
  return entry;
}

std::string RolesJson(const std::vector<std::string>& roles) {
  Arena arena;
  ArrayBuilder list(arena);
  for (const std::string& role : roles) list.Add(role);
  return ToJson(ObjectBuilder(arena).Set("roles", list.Build()).Build());
}

Result<void> Create(Context& context, AgentStore& store, const std::string& tenant) {
  const std::string name = context.arguments.Get("name");
  if (name.empty()) return Fail(ErrorCode::kUsage, "a token needs a name: give --name");
  const std::vector<std::string> roles = RolesOf(context.arguments);
  TRY_ASSIGN(const NewToken token, MakeToken(name, roles, context.system.clock.Now(), context.system.random));
  AgentBatch batch{{token.write}, {AuditOf(context, tenant, name, "create")}, std::nullopt};
  batch.audit[0].after = RolesJson(roles);
  TRY_ASSIGN(const auto commits, store.Commit(tenant, {batch}));
  if (commits[0].status != AgentCommit::Status::kDone) {
    return Fail(ErrorCode::kConflict,
                fmt::format("there is a token {0} already: take another name, or revoke it with cxctl agent token "
                            "revoke {0}",
                            name));
  }
  if (!context.json()) {
    context.system.console.Out(token.value + "\n");
    if (!context.quiet()) context.system.console.Err("This is the only time that the token is shown: keep it safe.\n");
    return {};
  }
  Arena arena;
  ArrayBuilder list(arena);
  for (const std::string& role : roles) list.Add(role);
  context.system.console.Out(
      ToPrettyJson(
          ObjectBuilder(arena).Set("name", name).Set("roles", list.Build()).Set("token", token.value).Build()) +
      "\n");
  return {};
}

Result<void> List(Context& context, AgentStore& store, const std::string& tenant) {
  TRY_ASSIGN(const std::vector<TokenInfo> tokens, ReadTokens(store, tenant));
  if (!context.json()) {
    std::size_t width = 0;
    for (const TokenInfo& token : tokens) width = std::max(width, token.name.size());
    for (const TokenInfo& token : tokens) {
      context.system.console.Out(
          fmt::format("{:<{}}  {}  {}\n", token.name, width, FormatUtc(token.created), Join(token.roles, ", ")));
    }
    return {};
  }
  Arena arena;
  ArrayBuilder list(arena);
  for (const TokenInfo& token : tokens) {
    ArrayBuilder roles(arena);
    for (const std::string& role : token.roles) roles.Add(role);
    list.Add(ObjectBuilder(arena)
                 .Set("name", token.name)
                 .Set("roles", roles.Build())
                 .Set("createdAt", FormatUtc(token.created, true))
                 .Build());
  }
  context.system.console.Out(ToPrettyJson(ObjectBuilder(arena).Set("tokens", list.Build()).Build()) + "\n");
  return {};
}

Result<void> Revoke(Context& context, AgentStore& store, const std::string& tenant, const std::string& name) {
  TRY_ASSIGN(const auto record, store.Get(tenant, kTokenCollection, name));
  const auto unknown = [&] {
    return Fail(ErrorCode::kNotFound,
                fmt::format("there is no token {}: see cxctl agent token list", EscapeControls(name)));
  };
  if (!record) return unknown();
  AgentWrite write{AgentWrite::Kind::kDelete, AgentWrite::Condition::kVersion, *record};
  AgentBatch batch{{write}, {AuditOf(context, tenant, name, "delete")}, std::nullopt};
  TRY_ASSIGN(const auto commits, store.Commit(tenant, {batch}));
  if (commits[0].status != AgentCommit::Status::kDone) return unknown();
  if (context.json()) {
    Arena arena;
    context.system.console.Out(ToPrettyJson(ObjectBuilder(arena).Set("revoked", name).Build()) + "\n");
  } else if (!context.quiet()) {
    context.system.console.Err(fmt::format("Revoked {}: agents that run refuse it within seconds.\n", name));
  }
  return {};
}

Result<void> RunAction(Context& context) {
  const std::vector<std::string>& words = context.arguments.positional;
  const std::string action = words.size() > 1 ? words[1] : "";
  const std::size_t most = action == "revoke" ? 3 : 2;
  if (action != "create" && action != "list" && action != "revoke") {
    return Fail(ErrorCode::kUsage, "agent token needs one of: create, list, revoke");
  }
  if (words.size() > most) {
    return Fail(ErrorCode::kUsage,
                fmt::format("agent token {} does not take the argument {}", action, EscapeControls(words[most])));
  }
  if (action == "revoke" && words.size() < 3) return Fail(ErrorCode::kUsage, "which token? agent token revoke NAME");
  TRY_ASSIGN(const TenantSettings settings, ReadTenantAlone(context));
  TRY_ASSIGN(const std::string url, StateUrl(context, settings));
  TRY_ASSIGN(const auto store, OpenAgentStore(url, action == "list" ? StoreMode::kRead : StoreMode::kWrite));
  if (action == "create") return Create(context, *store, settings.name);
  return action == "list" ? List(context, *store, settings.name) : Revoke(context, *store, settings.name, words[2]);
}

}  // namespace

int RunAgentToken(Context& context) {
  const auto done = RunAction(context);
  return done ? kSuccess : ReportError(context, done.error());
}

}  // namespace cxctl
