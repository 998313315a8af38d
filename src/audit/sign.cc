#include "audit/sign.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <vector>

#include "base/digest.h"
#include "value/json.h"

namespace cxctl {

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kKeyBytes = 32;

Bio Reading(std::string_view text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
}

std::string TextOf(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

/// A key with a passphrase is asked for nowhere.
int NoPassphrase(char*, int, int, void*) {
  return 0;
}

Result<Key> CheckedKey(EVP_PKEY* read, const char* what) {
  Key key(read, &EVP_PKEY_free);
  if (key && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_ED25519) return key;
  return Fail(ErrorCode::kUsage, std::string("the audit key is no Ed25519 ") + what +
                                     " key in PEM form: make a pair with cxctl audit keygen");
}

Result<Key> ReadPrivate(std::string_view pem) {
  const Bio bio = Reading(pem);
  return CheckedKey(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr), "private");
}

Result<Key> ReadPublic(std::string_view pem) {
  const Bio bio = Reading(pem);
  return CheckedKey(PEM_read_bio_PUBKEY(bio.get(), nullptr, NoPassphrase, nullptr), "public");
}

/// Tells keys apart without showing one: the first half of the SHA-256 of the raw public key.
std::string KeyId(EVP_PKEY* key) {
  std::string raw(kKeyBytes, '\0');
  std::size_t size = raw.size();
  EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(raw.data()), &size);
  return Sha256Hex(raw).substr(0, 32);
}

std::string Base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

/// "" for what is not the base64 form of a signature, exactly.
std::string SignatureBytes(std::string_view text) {
  std::string bytes(text.size() + 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < static_cast<int>(kSignatureBytes)) return "";
  bytes.resize(kSignatureBytes);
  return Base64(bytes) == text ? bytes : "";
}

ObjectBuilder HeadJson(Arena& arena, const ChainHead& head, const std::string& key) {
  ObjectBuilder json(arena);
  json.Set("count", head.count).Set("hash", head.hash).Set("key", key);
  json.Set("run", head.run).Set("time", FormatUtc(head.time, true));
  return json;
}

}  // namespace

Result<SigningKey> MakeSigningKey() {
  const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), &EVP_PKEY_free);
  const Bio secret(BIO_new(BIO_s_mem()), &BIO_free);
  const Bio open(BIO_new(BIO_s_mem()), &BIO_free);
  const bool made = key &&
                    PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1 &&
                    PEM_write_bio_PUBKEY(open.get(), key.get()) == 1;
  if (!made) return Fail(ErrorCode::kInternal, "OpenSSL could not make an Ed25519 key");
  return SigningKey{TextOf(secret.get()), TextOf(open.get())};
}

Result<std::string> SignHead(const ChainHead& head, std::string_view private_pem) {
  TRY_ASSIGN(const Key key, ReadPrivate(private_pem));
  Arena arena;
  const Value content = HeadJson(arena, head, KeyId(key.get())).Build();
  const std::string text = ToCanonicalJson(content);
  const Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::string signature(kSignatureBytes, '\0');
  std::size_t size = signature.size();
  const bool is_signed = EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
                         EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                                        reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
  if (!is_signed) return Fail(ErrorCode::kInternal, "OpenSSL could not sign the head of the audit chain");
  return ToCanonicalJson(ObjectBuilder(arena, content).Set("signature", Base64(signature)).Build());
}

Result<ChainHead> VerifySignedHead(std::string_view line, std::string_view public_pem) {
  TRY_ASSIGN(const Key key, ReadPublic(public_pem));
  Arena arena;
  const auto json = ParseJson(arena, line);
  const Value* count = json && json->is_object() ? json->Find("count") : nullptr;
  const auto time = json && json->is_object() ? ParseDateTime(json->GetString("time")) : std::nullopt;
  if (!count || !count->is_int() || !time) return Fail(ErrorCode::kIntegrity, "it is no signed head");
  ChainHead head{count->as_int(), std::string(json->GetString("hash")), std::string(json->GetString("run")),
                 time->instant};
  const std::string key_id = KeyId(key.get());
  if (json->GetString("key") != key_id) return Fail(ErrorCode::kIntegrity, "it was signed with another key");
  const Value content = HeadJson(arena, head, key_id).Build();
  const std::string text = ToCanonicalJson(content);
  const std::string_view encoded = json->GetString("signature");
  // Nothing but what is signed: no other member, no other way to write one.
  if (ToCanonicalJson(ObjectBuilder(arena, content).Set("signature", encoded).Build()) != line)
    return Fail(ErrorCode::kIntegrity, "it is not as it was written");
  const std::string signature = SignatureBytes(encoded);
  const Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const bool holds =
      !signature.empty() && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                       reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
  if (!holds) return Fail(ErrorCode::kIntegrity, "its signature does not hold");
  return head;
}

}  // namespace cxctl
