#include "base/crypto.h"

#include <gtest/gtest.h>

namespace cxctl {
namespace {

std::string FromHex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return bytes;
}

TEST(Base64, ReadsWhatItWrites) {
  // RFC 4648, section 10.
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(EncodeBase64(bytes), text);
    EXPECT_EQ(DecodeBase64(text), bytes) << text;
  }
  const std::string all = FromHex("00ff10a5fbff");
  EXPECT_EQ(DecodeBase64(EncodeBase64(all)), all);
}

TEST(Base64, RefusesEverythingElse) {
  for (const char* text :
       {"Zg", "Zg=", "Zg===", "Zh==", "Zm9vY", " Zm9v", "Zm9v\n", "Zm-v", "=", "====", "Z===", "Zm9v===="})
    EXPECT_FALSE(DecodeBase64(text)) << text;
}

TEST(HmacSha256, AgreesWithItsSpecification) {
  // RFC 4231, test cases 1, 2 and 6.
  EXPECT_EQ(HmacSha256(std::string(20, '\x0b'), "Hi There"),
            FromHex("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"));
  EXPECT_EQ(HmacSha256("Jefe", "what do ya want for nothing?"),
            FromHex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
  EXPECT_EQ(HmacSha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
            FromHex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"));
  EXPECT_EQ(HmacSha256("", ""), FromHex("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"));
}

TEST(DeriveKey, AgreesWithItsSpecification) {
  // RFC 5869, test case 3 (no salt, no info): the first 32 bytes.
  EXPECT_EQ(DeriveKey(std::string(22, '\x0b'), ""),
            FromHex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"));
  EXPECT_NE(DeriveKey("secret", "a"), DeriveKey("secret", "b"));
}

TEST(AesGcm, AgreesWithItsSpecification) {
  // The GCM specification's test cases 13, 14 and 16.
  const std::string zero(32, '\0'), nonce(12, '\0');
  EXPECT_EQ(EncryptAesGcm(zero, nonce, "", ""), FromHex("530f8afbc74536b9a963b4f1c4cb738b"));
  EXPECT_EQ(EncryptAesGcm(zero, nonce, "", std::string(16, '\0')),
            FromHex("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"));
  const std::string key = FromHex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  const std::string plain = FromHex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
      "ba"
      "637b39");
  const std::string context = FromHex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const std::string sealed = EncryptAesGcm(key, FromHex("cafebabefacedbaddecaf888"), context, plain);
  EXPECT_EQ(sealed,
            FromHex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828"
                    "838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"));
  EXPECT_EQ(DecryptAesGcm(key, FromHex("cafebabefacedbaddecaf888"), context, sealed), plain);
}

TEST(AesGcm, FindsEveryChange) {
  const std::string key(32, 'k'), nonce(12, 'n');
  const std::string sealed = EncryptAesGcm(key, nonce, "place", "secret");
  ASSERT_EQ(DecryptAesGcm(key, nonce, "place", sealed), "secret");
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string changed = sealed;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(DecryptAesGcm(key, nonce, "place", changed)) << bit;
  }
  for (std::size_t size = 0; size < sealed.size(); ++size)
    EXPECT_FALSE(DecryptAesGcm(key, nonce, "place", sealed.substr(0, size))) << size;
  EXPECT_FALSE(DecryptAesGcm(std::string(32, 'x'), nonce, "place", sealed));
  EXPECT_FALSE(DecryptAesGcm(key, std::string(12, 'x'), "place", sealed));
  EXPECT_FALSE(DecryptAesGcm(key, nonce, "elsewhere", sealed));
}

TEST(EqualsInConstantTime, Compares) {
  EXPECT_TRUE(EqualsInConstantTime("abc", "abc"));
  EXPECT_TRUE(EqualsInConstantTime("", ""));
  EXPECT_FALSE(EqualsInConstantTime("abc", "abd"));
  EXPECT_FALSE(EqualsInConstantTime("abc", "abcd"));
}

}  // namespace
}  // namespace cxctl
