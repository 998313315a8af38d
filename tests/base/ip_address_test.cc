#include "base/ip_address.h"

#include <gtest/gtest.h>

namespace cxctl {
namespace {

TEST(ReachOfAddress, KnowsTheLoopbackInEveryForm) {
  for (const char* address :
       {"127.0.0.1", "127.255.255.254", "127.1", "0x7f000001", "2130706433", "017700000001", "0177.0.0.1", "0x7f.1",
        "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::127.0.0.1", "::ffff:0:127.0.0.1",
        "64:ff9b::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:7f00:0001::1", "::1%lo"})
    EXPECT_EQ(ReachOfAddress(address), Reach::kLoopback) << address;
}

TEST(ReachOfAddress, KnowsWhereMetadataAre) {
  for (const char* address : {"169.254.169.254", "169.254.170.2", "0xa9fea9fe", "2852039166", "::ffff:169.254.169.254",
                              "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "fe80::1", "fe80::1%eth0", "febf::1"})
    EXPECT_EQ(ReachOfAddress(address), Reach::kLinkLocal) << address;
  for (const char* address : {"fd00:ec2::254", "100.100.100.200", "192.0.0.192", "168.63.129.16"})
    EXPECT_EQ(ReachOfAddress(address), Reach::kPrivate) << address;
}

TEST(ReachOfAddress, KnowsPrivateNetworks) {
  for (const char* address : {"10.0.0.1",        "10.255.255.255",
                              "172.16.0.1",      "172.31.255.255",
                              "192.168.0.1",     "100.64.0.1",
                              "100.127.255.255", "0.0.0.0",
                              "0.1.2.3",         "0",
                              "198.18.0.1",      "198.19.255.255",
                              "192.88.99.1",     "224.0.0.1",
                              "239.1.2.3",       "240.0.0.1",
                              "255.255.255.255", "::",
                              "fc00::1",         "fdff::1",
                              "ff02::1",         "fec0::1",
                              "::ffff:10.0.0.1", "64:ff9b::10.0.0.1",
                              "64:ff9b:1::1",    "2002:a00:1::",
                              "2001::1",         "2001:0:53aa:64c::1"})
    EXPECT_EQ(ReachOfAddress(address), Reach::kPrivate) << address;
}

TEST(ReachOfAddress, LetsPublicOnesBe) {
  for (const char* address :
       {"8.8.8.8", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0", "11.0.0.0", "126.255.255.255",
        "128.0.0.1", "168.63.129.17", "223.255.255.255", "169.253.255.255", "2606:4700::1111", "2001:4860:4860::8888",
        "64:ff9b::8.8.8.8", "2002:808:808::1", "::ffff:8.8.8.8", "::8.8.8.8"})
    EXPECT_EQ(ReachOfAddress(address), Reach::kPublic) << address;
}

TEST(ReachOfAddress, TakesNamesForNoAddress) {
  for (const char* name : {"", "localhost", "example.com", "1.2.3.4.5", "256.1.1.1", "127.0.0.1 x", "127.0.0.1\t",
                           "g::1", "[::1]", "1e100.net"})
    EXPECT_FALSE(ReachOfAddress(name)) << name;
}

}  // namespace
}  // namespace cxctl
