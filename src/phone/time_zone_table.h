#pragma once

#include <span>
#include <string_view>

namespace cxctl {

/// The zones of all numbers that begin with the prefix, unless a longer one fits.
struct PrefixZones {
  std::string_view prefix;  ///< Digits, the country code first: "1415".
  const char* zones;        ///< "America/Los_Angeles"; with spaces between several, sorted.
};

/// By prefix, in byte order. Written by make_time_zones.py when cxctl is built: libphonenumber has the table in its
/// Java and Python editions alone.
std::span<const PrefixZones> PrefixZonesTable();

}  // namespace cxctl
