#include "cli/run_signer.h"

#include "audit/sign.h"
#include "manifest/expressions.h"

namespace cxctl {

Result<RunSigner> RunSigner::Make(Session& session, Context& context) {
  RunSigner signer;
  const TenantSettings& settings = session.settings();
  if (settings.audit_key.empty()) return signer;
  TRY_ASSIGN(signer.private_pem_,
             ResolveSecret(settings.audit_key, settings.folder, context.system.environment, context.system.files));
  const auto tried = SignHead({}, signer.private_pem_);
  if (!tried) return Fail(tried.error().code, "spec.audit.key of the Tenant document: " + tried.error().message);
  return signer;
}

Result<void> RunSigner::Sign(StateStore& store, const std::string& run, Instant now) const {
  if (private_pem_.empty()) return {};
  TRY_ASSIGN(const StateStore::AuditHead head, store.Head());
  if (head.count == 0) return {};
  TRY_ASSIGN(const std::string line, SignHead({head.count, head.hash, run, now}, private_pem_));
  return store.PutSignedHead(line);
}

}  // namespace cxctl
