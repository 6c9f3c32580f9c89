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

# The compiler: its tools, and what a generator links and includes.
function(agc_package_compiler)
  agc_install(agc agc-run agc_mlir AgcTrace AgcAnalysis AgcAutodiff AgcCodeGen AgcDialect AgcLowering
              AgcPasses AgcPipeline AgcSupport AgcTransforms)
  set(package ${CMAKE_INSTALL_LIBDIR}/cmake/agc)
  install(EXPORT agcCompilerTargets NAMESPACE agc:: DESTINATION ${package} COMPONENT compiler)
  configure_file(${PROJECT_SOURCE_DIR}/tools/cmake/agcCompiler.cmake.in
    ${PROJECT_BINARY_DIR}/agcCompiler.cmake @ONLY)
  install(FILES ${PROJECT_SOURCE_DIR}/tools/cmake/AgcAddModel.cmake
    ${PROJECT_BINARY_DIR}/agcCompiler.cmake DESTINATION ${package}
    COMPONENT compiler)
  install(FILES ${PROJECT_BINARY_DIR}/dialect/Records.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT compiler)
  # Under their own folder, so that no name of the tree's stands beside other packages' headers.
  set(headers ${CMAKE_INSTALL_INCLUDEDIR}/agc-trace)
  foreach(name Agc Autograd DType Error Factory Functional Model Operand Optim Tensor)
    install(FILES ${PROJECT_SOURCE_DIR}/compiler/Trace/${name}.h
      DESTINATION ${headers}/compiler/Trace COMPONENT compiler)
  endforeach()
  foreach(name Api ApiMethods)
    install(FILES ${PROJECT_BINARY_DIR}/compiler/Trace/${name}.h.inc
      DESTINATION ${headers}/compiler/Trace COMPONENT compiler)
  endforeach()
  target_include_directories(AgcTrace INTERFACE $<INSTALL_INTERFACE:${headers}>)
endfunction()
