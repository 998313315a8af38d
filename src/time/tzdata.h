#pragma once

#include <map>
#include <string>
#include <string_view>

namespace cxctl {

/// Whether a name has the shape of an IANA zone name. False for what lies in a tzdata folder, or is understood by
/// libraries, and is no IANA zone: `localtime`, `posixrules`, `Factory`, `posix/…`, `right/…`, absolute paths, `..`,
/// and names with other characters than letters, digits, `+`, `-`, `_` and `/`.
bool IsZoneName(std::string_view name);

/// A folder of compiled zones (RFC 9636), for zone.cc. Answers questions about names; what is in the zone files is
/// absl's business. Not safe to share between threads without a lock: it reads tzdata.zi when it first needs it.
class TzdataFolder {
 public:
  explicit TzdataFolder(std::string path);
  /// The folder that absl reads: $TZDIR, else /usr/share/zoneinfo.
  static TzdataFolder OfSystem();

  /// Whether there is a zone file of this name.
  bool Has(std::string_view name) const;
  /// Where the symbolic links of the folder, then the `L target link` lines of its tzdata.zi lead; the name itself
  /// where neither knows more. Links out of the folder, and to what is no zone name, are not followed.
  std::string CanonicalName(const std::string& name);

 private:
  std::string FollowSymlinks(const std::string& name) const;
  void ReadLinks();

  std::string path_;
  bool links_read_ = false;
  std::map<std::string, std::string, std::less<>> links_;  ///< From tzdata.zi: link -> target.
};

}  // namespace cxctl
