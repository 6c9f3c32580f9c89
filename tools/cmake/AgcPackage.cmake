# What `cmake --install` gives beside the targets: the package that find_package(agc) finds.
include(CMakePackageConfigHelpers)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/agc)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/agcConfig.cmake.in
  ${PROJECT_BINARY_DIR}/agcConfig.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/agcConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/agcConfig.cmake ${PROJECT_BINARY_DIR}/agcConfigVersion.cmake
  DESTINATION ${package} COMPONENT runtime)
install(EXPORT agcTargets NAMESPACE agc:: DESTINATION ${package} COMPONENT runtime)
