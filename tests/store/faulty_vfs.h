#pragma once

#include <sqlite3.h>

#include <cstring>
#include <string>

namespace cxctl {

/// The operating system's files as SQLite sees them, with one call that fails: the write, sync or truncation number
/// `fail_at` from now, and with `persistent` all after it. Made SQLite's default while it lives; databases opened
/// before and after are not touched by it. One at a time.
class FaultyVfs {
 public:
  FaultyVfs() : real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
    vfs_.zName = "faulty";
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    vfs_.pAppData = this;
    vfs_.xOpen = &FaultyVfs::Open;
    sqlite3_vfs_register(&vfs_, 1);
  }
  ~FaultyVfs() { sqlite3_vfs_unregister(&vfs_); }
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  /// `code` is what a failing write gives; a failing sync gives SQLITE_IOERR_FSYNC, as the system's does.
  void FailAt(int call, int code, bool persistent) {
    calls_left_ = call;
    code_ = code;
    persistent_ = persistent;
    failed_ = false;
  }
  void Heal() { calls_left_ = -1, persistent_ = failed_ = false; }
  /// Whether the call was reached.
  bool failed() const { return failed_; }

 private:
  struct File {
    sqlite3_file base;
    FaultyVfs* owner;
    sqlite3_io_methods methods;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };
  static File* Of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
  static sqlite3_file* Real(sqlite3_file* file) { return Of(file)->real(); }

  int Fault(int code) {
    if (failed_ && persistent_) return code;
    if (calls_left_ < 0 || calls_left_-- > 0) return SQLITE_OK;
    failed_ = true;
    return code;
  }

  static int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    auto* self = static_cast<FaultyVfs*>(vfs->pAppData);
    File* mine = Of(file);
    mine->owner = self;
    mine->base.pMethods = nullptr;
    const int code = self->real_->xOpen(self->real_, name, mine->real(), flags, out_flags);
    if (code != SQLITE_OK) return code;
    mine->methods = Methods(mine->real()->pMethods->iVersion < 2 ? 1 : 2);
    mine->base.pMethods = &mine->methods;
    return SQLITE_OK;
  }

  static sqlite3_io_methods Methods(int version) {
    sqlite3_io_methods m{};
    m.iVersion = version;  // 2: shared memory, without memory-mapped reading
    m.xClose = [](sqlite3_file* f) { return Real(f)->pMethods->xClose(Real(f)); };
    m.xRead = [](sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
      return Real(f)->pMethods->xRead(Real(f), to, n, at);
    };
    m.xWrite = [](sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
      const int fault = Of(f)->owner->Fault(Of(f)->owner->code_);
      return fault != SQLITE_OK ? fault : Real(f)->pMethods->xWrite(Real(f), from, n, at);
    };
    m.xTruncate = [](sqlite3_file* f, sqlite3_int64 size) {
      const int fault = Of(f)->owner->Fault(SQLITE_IOERR_TRUNCATE);
      return fault != SQLITE_OK ? fault : Real(f)->pMethods->xTruncate(Real(f), size);
    };
    m.xSync = [](sqlite3_file* f, int flags) {
      const int fault = Of(f)->owner->Fault(SQLITE_IOERR_FSYNC);
      return fault != SQLITE_OK ? fault : Real(f)->pMethods->xSync(Real(f), flags);
    };
    m.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) { return Real(f)->pMethods->xFileSize(Real(f), size); };
    m.xLock = [](sqlite3_file* f, int lock) { return Real(f)->pMethods->xLock(Real(f), lock); };
    m.xUnlock = [](sqlite3_file* f, int lock) { return Real(f)->pMethods->xUnlock(Real(f), lock); };
    m.xCheckReservedLock = [](sqlite3_file* f, int* out) {
      return Real(f)->pMethods->xCheckReservedLock(Real(f), out);
    };
    m.xFileControl = [](sqlite3_file* f, int op, void* arg) {
      return Real(f)->pMethods->xFileControl(Real(f), op, arg);
    };
    m.xSectorSize = [](sqlite3_file* f) { return Real(f)->pMethods->xSectorSize(Real(f)); };
    m.xDeviceCharacteristics = [](sqlite3_file* f) { return Real(f)->pMethods->xDeviceCharacteristics(Real(f)); };
    if (version < 2) return m;
    m.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
      return Real(f)->pMethods->xShmMap(Real(f), page, size, extend, out);
    };
    m.xShmLock = [](sqlite3_file* f, int at, int n, int flags) {
      return Real(f)->pMethods->xShmLock(Real(f), at, n, flags);
    };
    m.xShmBarrier = [](sqlite3_file* f) { Real(f)->pMethods->xShmBarrier(Real(f)); };
    m.xShmUnmap = [](sqlite3_file* f, int del) { return Real(f)->pMethods->xShmUnmap(Real(f), del); };
    return m;
  }

  sqlite3_vfs* real_;
  sqlite3_vfs vfs_;
  int calls_left_ = -1;
  int code_ = SQLITE_IOERR_WRITE;
  bool persistent_ = false, failed_ = false;
};

}  // namespace cxctl
