#include "agent/tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/digest.h"
#include "base/strings.h"
#include "schema/patterns.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr std::array<std::string_view, 5> kRoles = {"callbacks", "webhooks", "policies", "read", "admin"};
constexpr Duration kFresh = std::chrono::seconds(2), kUsable = std::chrono::seconds(30);

/// Whether the digests are the same, in a time that does not depend on where they differ.
bool SameDigest(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned different = 0;
  for (std::size_t i = 0; i < a.size(); ++i) different |= static_cast<unsigned char>(a[i] ^ b[i]);
  return different == 0;
}

Result<TokenInfo> ReadToken(const AgentRecord& record) {
  Arena arena;
  const auto body = ParseJson(arena, record.body);
  const Value* roles = body ? body->Find("roles") : nullptr;
  const auto created = ParseDateTime(body ? body->GetString("createdAt") : "");
  if (roles == nullptr || !roles->is_array() || !created || body->GetString("sha256").size() != 64) {
    return Fail(ErrorCode::kIntegrity,
                fmt::format("the token {} in the store cannot be read: revoke it and create it anew",
                            EscapeControls(record.id)));
  }
  TokenInfo token{record.id, {}, std::string(body->GetString("sha256")), created->instant};
  for (const Value& role : roles->items()) token.roles.emplace_back(role.as_string());
  return token;
}

}  // namespace

bool TokenInfo::Has(std::string_view role) const {
  return std::ranges::any_of(roles, [&](const std::string& each) { return each == role || each == "admin"; });
}

bool IsTokenRole(std::string_view role) {
  return std::ranges::find(kRoles, role) != kRoles.end();
}

Result<NewToken> MakeToken(const std::string& name, const std::vector<std::string>& roles, Instant now,
                           Random& random) {
  if (!kNamePattern.matches(name)) {
    return Fail(ErrorCode::kUsage, fmt::format("--name {} is not {}", EscapeControls(name), kNamePattern.description));
  }
  if (roles.empty())
    return Fail(ErrorCode::kUsage, "a token needs a role: give --role callbacks, webhooks, policies, read or admin");
  Arena arena;
  ArrayBuilder list(arena);
  for (const std::string& role : roles) {
    if (!IsTokenRole(role)) {
      const std::string_view near = NearestWord(role, kRoles);
      return Fail(ErrorCode::kUsage,
                  fmt::format("--role {} is none{}: it is callbacks, webhooks, policies, read or admin",
                              EscapeControls(role), near.empty() ? "" : fmt::format(" (did you mean {}?)", near)));
    }
    list.Add(role);
  }
  NewToken token;
  token.value = "cxctl_";
  for (int i = 0; i < 4; ++i) token.value += fmt::format("{:016x}", random.Next());
  token.write.condition = AgentWrite::Condition::kAbsent;
  token.write.record.collection = kTokenCollection;
  token.write.record.id = name;
  token.write.record.body = ToJson(ObjectBuilder(arena)
                                       .Set("sha256", Sha256Hex(token.value))
                                       .Set("roles", list.Build())
                                       .Set("createdAt", FormatUtc(now, true))
                                       .Build());
  return token;
}

Result<std::vector<TokenInfo>> ReadTokens(AgentStore& store, const std::string& tenant) {
  std::vector<TokenInfo> tokens;
  AgentQuery query;
  query.collection = kTokenCollection;
  while (true) {
    TRY_ASSIGN(const std::vector<AgentRecord> records, store.List(tenant, query));
    for (const AgentRecord& record : records) {
      TRY_ASSIGN(TokenInfo token, ReadToken(record));
      tokens.push_back(std::move(token));
    }
    if (records.size() < query.limit) return tokens;
    query.after = records.back().id;
  }
}

TokenBook::TokenBook(AgentStore& store, std::string tenant, Clock& clock, std::string_view admin_token)
    : store_(store), tenant_(std::move(tenant)), clock_(clock) {
  if (!admin_token.empty()) admin_ = TokenInfo{"$CXCTL_AGENT_TOKEN", {"admin"}, Sha256Hex(admin_token), clock.Now()};
}

Result<void> TokenBook::Refresh() {
  const Duration now = clock_.Monotonic();
  if (tried_ && now - *tried_ < kFresh) {
    return read_ && now - *read_ < kUsable ? Result<void>() : Fail(ErrorCode::kIo, "the tokens cannot be read");
  }
  tried_ = now;
  auto tokens = ReadTokens(store_, tenant_);
  if (tokens) {
    known_ = *std::move(tokens);
    read_ = now;
  } else if (!read_ || now - *read_ >= kUsable) {
    return std::unexpected(tokens.error());
  }
  return {};
}

Result<std::optional<TokenInfo>> TokenBook::Find(std::string_view value) {
  const std::string digest = Sha256Hex(value);
  // The administrator gets in though the store is away: to see what is wrong.
  if (admin_ && SameDigest(admin_->sha256, digest)) return admin_;
  TRY(Refresh());
  std::optional<TokenInfo> found;
  for (const TokenInfo& token : known_) {
    if (SameDigest(token.sha256, digest)) found = token;
  }
  return found;
}

}  // namespace cxctl
