#pragma once

#include <libpq-fe.h>

#include "base/result.h"

namespace cxctl {

/// The functions of libpq that the store uses, loaded when a store's URL asks for PostgreSQL and not before.
struct PostgresLibrary {
  decltype(&::PQconnectdbParams) connect = nullptr;
  decltype(&::PQfinish) finish = nullptr;
  decltype(&::PQstatus) status = nullptr;
  decltype(&::PQerrorMessage) error_message = nullptr;
  decltype(&::PQexecParams) exec = nullptr;
  decltype(&::PQresultStatus) result_status = nullptr;
  decltype(&::PQresultErrorField) error_field = nullptr;
  decltype(&::PQntuples) rows = nullptr;
  decltype(&::PQnfields) columns = nullptr;
  decltype(&::PQgetvalue) value = nullptr;
  decltype(&::PQgetlength) length = nullptr;
  decltype(&::PQcmdTuples) affected = nullptr;
  decltype(&::PQcmdStatus) command_tag = nullptr;
  decltype(&::PQclear) clear = nullptr;
  decltype(&::PQsetNoticeProcessor) set_notice_processor = nullptr;

  /// kIo naming the package to install if libpq is not there.
  static Result<PostgresLibrary> Load();
};

}  // namespace cxctl
