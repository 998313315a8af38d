#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "async/task.h"
#include "base/result.h"
#include "time/instant.h"

namespace cxctl {

/// A bearer token, and which one in the row of tokens of this run it is.
struct AccessToken {
  std::string value;
  std::uint64_t generation = 0;  ///< from 1
  Duration refresh_at{0};        ///< Monotonic; a request that starts later asks for a new token first.
  Duration expires_at{0};        ///< Monotonic.
};

/// What lets requests in: the bearer tokens of one API, and what to do when they do not.
class Credentials {
 public:
  virtual ~Credentials() = default;

  /// A token that is current. No message shows a credential.
  virtual Task<Result<AccessToken>> Get() = 0;
  /// The API did not accept the token of that generation.
  virtual void Invalidate(std::uint64_t generation) = 0;
  /// Whether the token was given up or has expired since Get handed it out.
  virtual bool IsOutdated(const AccessToken& token) const = 0;
  /// How many fresh tokens a request that got a 401 may ask for.
  virtual int most_fresh_tokens() const = 0;
  /// What to do after that status (3xx, 401, 403) for good: a clause that goes on after ": " or "; ". `missing_scope`:
  /// the one that the answer says is lacking, "" where it speaks of none.
  virtual std::string Advice(int status, std::string_view missing_scope) const = 0;
};

/// One token that somebody was given.
class FixedToken final : public Credentials {
 public:
  /// `member`: where it stands, "spec.agent.token"; `address`: where the URL stands; `role`: what it has to allow.
  FixedToken(std::string token, std::string_view member, std::string_view address, std::string_view role)
      : token_(std::move(token)), member_(member), address_(address), role_(role) {}

  Task<Result<AccessToken>> Get() override;
  void Invalidate(std::uint64_t) override {}
  bool IsOutdated(const AccessToken&) const override { return false; }
  int most_fresh_tokens() const override { return 0; }
  std::string Advice(int status, std::string_view missing_scope) const override;

 private:
  const std::string token_;
  const std::string_view member_, address_, role_;
};

}  // namespace cxctl
