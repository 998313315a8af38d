#pragma once

#include <set>
#include <string>
#include <vector>

#include "author/accept.h"
#include "manifest/tenant_settings.h"

namespace cxctl {

/// Everything of a tenant that manifests can say.
struct LiveTenant {
  std::vector<LiveObject> campaigns;
  std::map<std::string, std::vector<LiveObject>> schedules;  ///< By campaign id.
  std::vector<LiveObject> codes;                             ///< Of all categories.
};

struct ImportInputs {
  Arena& arena;
  const ManifestSet& set;                                ///< What there is already: the tenant's, with the folder's.
  std::function<Result<ManifestSet>(FileReader&)> load;  ///< As the set was loaded.
  FileReader& files;
  const TenantSettings& settings;
  const LiveTenant& live;
  const std::vector<AppliedObject>& applied;  ///< By it, what has another name on the tenant now is still known.
  std::string out;                            ///< The folder that new files go into.
  std::set<std::string> kinds;                ///< "Campaign", "CampaignSchedule", "CallCodeHierarchy"
  Selection selection;  ///< What it leaves out is neither edited nor added. New documents have no labels.
  Instant now;
};

/// What an import does. Lines for people, in order.
struct ImportReport {
  std::vector<FileChange> files;
  std::vector<std::string> added, updated, skipped;
  std::size_t unchanged = 0;
};

/// The edits and new files by which the manifests say what is live: objects that documents stand for already are
/// brought up to date where they are written (as AcceptDrift does), all others get a file of their own in
/// `out`/campaigns|schedules|callcodes|calendars. Windows and blackouts become CallingCalendars where these say the
/// same: shared by schedules that can share one, and for a single schedule where it is closed on some weekdays or for
/// whole days. What the next plan would change all the same, because patches reach the new documents, is told as
/// skipped. Touches no file. kRefused if a new file's path is taken by something else.
Result<ImportReport> ImportTenant(const ImportInputs& inputs);

}  // namespace cxctl
