#pragma once

#include <expected>
#include <string>
#include <utility>

namespace cxctl {

/// Why an operation failed, chosen by what the caller should do next.
enum class ErrorCode {
  kInternal,      ///< A bug of ours: report it.
  kUsage,         ///< The command line is wrong: fix the call (exit 64).
  kInvalid,       ///< The user's documents or data are wrong: fix them (exit 3).
  kNotFound,      ///< What was named does not exist (exit 1).
  kIo,            ///< The file system or the store failed (exit 1).
  kUnavailable,   ///< Nobody answered, or only with errors: try later (exit 1).
  kUnauthorized,  ///< Credentials or scopes are missing or wrong (exit 1).
  kConflict,      ///< Somebody else changed the object: plan again.
  kRefused,       ///< A guard said no (exit 5).
  kIntegrity,     ///< A chain, a plan or a store does not verify (exit 6).
  kInterrupted,   ///< A signal asked us to stop (exit 130).
};

/// An operation that failed. `message` is one complete sentence for a person: what failed, where, and what to do next.
/// It never holds a secret or a phone number.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> Fail(ErrorCode code, std::string message) {
  return std::unexpected(Error{code, std::move(message)});
}

}  // namespace cxctl

#define CXCTL_CONCAT_INNER(a, b) a##b
#define CXCTL_CONCAT(a, b) CXCTL_CONCAT_INNER(a, b)

/// Runs `expr` (a Result<void>) and returns its error from the enclosing function if it failed.
#define TRY(expr)                                                                          \
  do {                                                                                     \
    if (auto try_result = (expr); !try_result) return std::unexpected(try_result.error()); \
  } while (false)

/// Declares `decl` from the value of `expr` (a Result<T>), or returns its error from the enclosing function.
#define TRY_ASSIGN(decl, expr) TRY_ASSIGN_IMPL(CXCTL_CONCAT(try_value_, __LINE__), decl, expr)
#define TRY_ASSIGN_IMPL(tmp, decl, expr)                    \
  auto tmp = (expr);                                        \
  if (!tmp) return std::unexpected(std::move(tmp).error()); \
  decl = std::move(*tmp)

/// As TRY and TRY_ASSIGN, for coroutines.
#define CO_TRY(expr)                                                                          \
  do {                                                                                        \
    if (auto try_result = (expr); !try_result) co_return std::unexpected(try_result.error()); \
  } while (false)
#define CO_TRY_ASSIGN(decl, expr) CO_TRY_ASSIGN_IMPL(CXCTL_CONCAT(try_value_, __LINE__), decl, expr)
#define CO_TRY_ASSIGN_IMPL(tmp, decl, expr)                    \
  auto tmp = (expr);                                           \
  if (!tmp) co_return std::unexpected(std::move(tmp).error()); \
  decl = std::move(*tmp)
