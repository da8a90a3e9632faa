# What an installed library needs besides the file.

# set_abi_version(<library> <header> <macro>): gives the library the version that its header has. Programs then ask the
# loader for lib<library>.so.<version>. A jar has no links: what goes there is that file by its plain name.
function(set_abi_version library header macro)
  file(STRINGS ${header} line REGEX "^#define ${macro} [0-9]+$")
  if(NOT line)
    message(FATAL_ERROR "${header} has no line \"#define ${macro} <number>\"")
  endif()
  string(REGEX MATCH "[0-9]+$" version "${line}")
  set_target_properties(${library} PROPERTIES SOVERSION ${version})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${header})
endfunction()

# install_pc(<library> <description> <C flags> <libraries that a static one needs>): its file for pkg-config.
function(install_pc library description c_flags private_libraries)
  # From where the file lies to the prefix, because an installed tree may be moved.
  file(RELATIVE_PATH pc_to_prefix /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
  set(pc ${CMAKE_CURRENT_BINARY_DIR}/${library}.pc)
  configure_file(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/library.pc.in ${pc} @ONLY)
  install(FILES ${pc} DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()
