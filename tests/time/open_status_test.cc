#include "time/open_status.h"

#include <gtest/gtest.h>

#include <string>

#include "time/instant.h"

namespace cxctl {
namespace {

Instant At(const char* time) {
  return ParseDateTime(time)->instant;
}

/// `open 2026-… until 2026-…`
std::string Status(const IntervalSet& open, const char* now) {
  const OpenStatus status = StatusAt([&](Interval range) { return Intersection(open, IntervalSet({range})); }, At(now));
  const auto text = [](const std::optional<Instant>& instant) { return instant ? FormatUtc(*instant) : "-"; };
  return std::string(status.is_open ? "open " : "closed ") + text(status.since) + " " + text(status.until);
}

const IntervalSet kOpen({{At("2026-11-20T09:00:00Z"), At("2026-11-20T17:00:00Z")},
                         {At("2026-11-23T09:00:00Z"), At("2026-11-23T17:00:00Z")}});

TEST(OpenStatusTest, BetweenTwoChanges) {
  EXPECT_EQ(Status(kOpen, "2026-11-20T12:00:00Z"), "open 2026-11-20T09:00:00Z 2026-11-20T17:00:00Z");
  EXPECT_EQ(Status(kOpen, "2026-11-21T12:00:00Z"), "closed 2026-11-20T17:00:00Z 2026-11-23T09:00:00Z");
}

TEST(OpenStatusTest, AStretchIsHalfOpen) {
  EXPECT_EQ(Status(kOpen, "2026-11-20T09:00:00Z"), "open 2026-11-20T09:00:00Z 2026-11-20T17:00:00Z");
  EXPECT_EQ(Status(kOpen, "2026-11-20T17:00:00Z"), "closed 2026-11-20T17:00:00Z 2026-11-23T09:00:00Z");
}

TEST(OpenStatusTest, LooksFartherWhereNothingIsNear) {
  EXPECT_EQ(Status(kOpen, "2026-03-01T00:00:00Z"), "closed - 2026-11-20T09:00:00Z");
  EXPECT_EQ(Status(kOpen, "2001-03-01T00:00:00Z"), "closed - 2026-11-20T09:00:00Z");
  EXPECT_EQ(Status(kOpen, "2027-06-01T00:00:00Z"), "closed 2026-11-23T17:00:00Z -");
  EXPECT_EQ(Status(kOpen, "2029-06-01T00:00:00Z"), "closed - -");
}

TEST(OpenStatusTest, AlwaysAndNever) {
  EXPECT_EQ(Status(IntervalSet({{At("0001-01-01T00:00:00Z"), At("9999-01-01T00:00:00Z")}}), "2026-11-20T12:00:00Z"),
            "open - -");
  EXPECT_EQ(Status(IntervalSet(), "2026-11-20T12:00:00Z"), "closed - -");
  // An end is none that only the range has.
  EXPECT_EQ(Status(IntervalSet({{At("2026-01-01T00:00:00Z"), At("2040-01-01T00:00:00Z")}}), "2026-11-20T12:00:00Z"),
            "open 2026-01-01T00:00:00Z 2040-01-01T00:00:00Z");
}

TEST(OpenStatusTest, NextOpenIsNowWhereItIsOpen) {
  const OpenStatus open{true, std::nullopt, At("2026-11-20T17:00:00Z")};
  const Instant now = At("2026-11-20T12:00:00Z");
  EXPECT_EQ(open.NextOpen(now), now);
  EXPECT_EQ(open.NextClosed(now), At("2026-11-20T17:00:00Z"));
  const OpenStatus closed{false, std::nullopt, At("2026-11-20T17:00:00Z")};
  EXPECT_EQ(closed.NextOpen(now), At("2026-11-20T17:00:00Z"));
  EXPECT_EQ(closed.NextClosed(now), now);
}

}  // namespace
}  // namespace cxctl
