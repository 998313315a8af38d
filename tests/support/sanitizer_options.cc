// Part of every program that is built with CXCTL_SANITIZE.

/// Read by AddressSanitizer at its start. libphonenumber's plug-in brings libraries with thread-local storage, opened
/// while the program runs. GCC 12's LeakSanitizer misjudges where that lies and crashes at exit; told not to look for
/// it, it finds leaks all the same.
extern "C" const char* __asan_default_options();   // NOLINT: the name is the sanitizer's
extern "C" const char* __asan_default_options() {  // NOLINT
  return "intercept_tls_get_addr=0";
}
