#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "async/loop.h"
#include "env/env.h"
#include "http/http.h"
#include "sim/sim_tenant.h"
#include "store/state_store.h"
#include "tenant/tenant_client.h"

// What `cxctl selftest` puts around the engine: answers that come otherwise than before, a simulated tenant without a
// network, files in memory, a state store that is thrown away.

namespace cxctl {

/// What a client must not care about.
enum class Altered {
  kNothing,
  kShuffled,  ///< Lists, windows and blackouts in another order.
  kPaged,     ///< Pages of two items.
  kOffsets,   ///< Times in another offset.
};

/// Alters answers on their way, and what pages are asked for.
class AlteringTransport : public HttpTransport {
 public:
  explicit AlteringTransport(HttpTransport& inner) : inner_(inner) {}
  Task<HttpOutcome> Send(HttpRequest request) override;

  Altered altered = Altered::kNothing;

 private:
  HttpTransport& inner_;
};

/// The JSON text as a tenant might as well have sent it; any other text as it is.
std::string AlteredBody(const std::string& body, Altered altered);

/// Time that passes only while everything waits.
class SimulatedTime : public Clock, public Waiter {
 public:
  explicit SimulatedTime(Instant start) : start_(start) {}
  Instant Now() override { return start_ + elapsed_; }
  Duration Monotonic() override { return elapsed_; }
  void Wait(Duration at_most) override { elapsed_ += at_most; }

 private:
  Instant start_;
  Duration elapsed_{0};
};

/// A simulated tenant and a client of it, in this process and in its own time.
class SelftestTenant {
 public:
  /// kInvalid if SimTenant::Load does not take the data.
  static Result<std::unique_ptr<SelftestTenant>> Make(std::string_view data, Instant now, Arena& arena, Random& random);
  ~SelftestTenant();

  Loop& loop() { return loop_; }
  TenantClient& client() { return *client_; }
  AlteringTransport& answers() { return answers_; }

 private:
  class Wire;
  explicit SelftestTenant(Instant now);

  SimulatedTime time_;
  SimTenant sim_;
  std::unique_ptr<Wire> wire_;
  AlteringTransport answers_;
  Loop loop_;
  std::unique_ptr<TenantClient> client_;
};

/// Files by path. Folders are there as soon as a file is in them.
class FilesInMemory : public FileReader {
 public:
  void Put(const std::string& path, std::string text) { files_[path] = std::move(text); }
  Result<std::string> Read(const std::string& path, std::size_t limit) override;
  Result<std::vector<std::string>> ListYaml(const std::string& path) override;
  std::string Canonical(const std::string& path) override {
    return std::filesystem::path(path).lexically_normal().string();
  }

 private:
  std::map<std::string, std::string> files_;
};

/// A state store in a folder of its own, which goes with it.
class ThrowawayStore {
 public:
  static Result<std::unique_ptr<ThrowawayStore>> Make();
  ~ThrowawayStore();
  StateStore& store() { return *store_; }

 private:
  std::string folder_;
  std::unique_ptr<StateStore> store_;
};

}  // namespace cxctl
