#include "time/tzdata.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace cxctl {
namespace {

constexpr std::size_t kMaxNameLength = 255;
constexpr int kMaxLinks = 16;

bool IsNameCharacter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '_';
}

}  // namespace

bool IsZoneName(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameLength) return false;
  if (name.front() == '/' || name.back() == '/' || name.find("//") != name.npos) return false;
  if (!std::ranges::all_of(name, [](char c) { return IsNameCharacter(c) || c == '/'; })) return false;
  constexpr std::array<std::string_view, 5> kNoZones = {"localtime", "posixrules", "Factory", "posix", "right"};
  return std::ranges::find(kNoZones, name.substr(0, name.find('/'))) == kNoZones.end();
}

TzdataFolder::TzdataFolder(std::string path) : path_(std::move(path)) {}

TzdataFolder TzdataFolder::OfSystem() {
  const char* folder = std::getenv("TZDIR");
  return TzdataFolder(folder != nullptr && *folder != '\0' ? folder : "/usr/share/zoneinfo");
}

bool TzdataFolder::Has(std::string_view name) const {
  if (!IsZoneName(name)) return false;
  std::ifstream file(path_ + "/" + std::string(name), std::ios::binary);
  std::array<char, 4> magic{};
  return file.read(magic.data(), magic.size()) && std::memcmp(magic.data(), "TZif", magic.size()) == 0;
}

std::string TzdataFolder::CanonicalName(const std::string& name) {
  if (!links_read_) ReadLinks();
  std::string canonical = FollowSymlinks(name);
  // A circle of links cannot be resolved, whatever its length: the bound only ends the walk.
  for (int i = 0; i < kMaxLinks; ++i) {
    const auto link = links_.find(canonical);
    if (link == links_.end()) break;
    canonical = link->second;
  }
  return canonical;
}

std::string TzdataFolder::FollowSymlinks(const std::string& name) const {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path folder = fs::canonical(path_, error);
  if (error) return name;
  const fs::path file = fs::canonical(folder / name, error);
  if (error) return name;
  const std::string target = file.lexically_relative(folder).string();
  return IsZoneName(target) ? target : name;
}

void TzdataFolder::ReadLinks() {
  links_read_ = true;
  std::ifstream file(path_ + "/tzdata.zi");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("L ")) continue;
    const std::size_t space = line.find(' ', 2);
    if (space == line.npos) continue;
    std::string target = line.substr(2, space - 2), link = line.substr(space + 1);
    if (IsZoneName(target) && IsZoneName(link)) links_.insert_or_assign(std::move(link), std::move(target));
  }
}

}  // namespace cxctl
