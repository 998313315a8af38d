#include "store/postgres_library.h"

#include "env/shared_library.h"

namespace cxctl {

Result<PostgresLibrary> PostgresLibrary::Load() {
  TRY_ASSIGN(const SharedLibrary library, SharedLibrary::Load("libpq.so.5", "libpq5"));
  PostgresLibrary functions;
  TRY(library.Bind(functions.connect, "PQconnectdbParams"));
  TRY(library.Bind(functions.finish, "PQfinish"));
  TRY(library.Bind(functions.status, "PQstatus"));
  TRY(library.Bind(functions.error_message, "PQerrorMessage"));
  TRY(library.Bind(functions.exec, "PQexecParams"));
  TRY(library.Bind(functions.result_status, "PQresultStatus"));
  TRY(library.Bind(functions.error_field, "PQresultErrorField"));
  TRY(library.Bind(functions.rows, "PQntuples"));
  TRY(library.Bind(functions.columns, "PQnfields"));
  TRY(library.Bind(functions.value, "PQgetvalue"));
  TRY(library.Bind(functions.length, "PQgetlength"));
  TRY(library.Bind(functions.affected, "PQcmdTuples"));
  TRY(library.Bind(functions.command_tag, "PQcmdStatus"));
  TRY(library.Bind(functions.clear, "PQclear"));
  TRY(library.Bind(functions.set_notice_processor, "PQsetNoticeProcessor"));
  return functions;
}

}  // namespace cxctl
