# The .deb (ci/package makes it).
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME cxctl)
set(CPACK_PACKAGE_VENDOR "The cxctl authors")
set(CPACK_PACKAGE_CONTACT "The cxctl authors <cxctl@example.com>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Keep a NICE CXone tenant as a git repository says")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "YAML manifests describe campaigns, calling schedules, call codes and policies.
cxctl checks them, shows the difference to the live tenant, applies it in a safe
order under ETag guards, keeps a tamper-evident audit log, and reports drift.")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Loaded when needed, so the linker does not know of it; 7.80 is the first with CURLOPT_PREREQFUNCTION. Time zones are
# read from the system.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libcurl4 (>= 7.80.0), tzdata")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS git)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
                                                WORLD_READ WORLD_EXECUTE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
include(CPack)
