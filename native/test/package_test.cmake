# Installs the built tree into a prefix of its own, and builds and runs the consumer and the README's C example against
# it: with find_package, and with the flags of pkg-config where that exists. The prefix is moved first, because a
# package must not know where it was built.
#
#   cmake -DBUILD_DIR=... -DCONSUMER=... -DREADME=... -DWORK_DIR=... -DCONFIG=... -DC_COMPILER=... -DC_FLAGS=...
#         -DGENERATOR=... -DSHARED=... -P package_test.cmake
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)

set(first_prefix ${WORK_DIR}/installed)
set(prefix "${WORK_DIR}/moved")

file(REMOVE_RECURSE ${WORK_DIR})
run(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${first_prefix} --config ${CONFIG})
file(RENAME ${first_prefix} ${prefix})

file(READ ${README} readme)
string(FIND "${readme}" "```c\n#include" begin)
if(begin EQUAL -1)
  message(FATAL_ERROR "${README} has no C example")
endif()
math(EXPR begin "${begin} + 5")
string(SUBSTRING "${readme}" ${begin} -1 example)
string(FIND "${example}" "```" end)
string(SUBSTRING "${example}" 0 ${end} example)
file(WRITE ${WORK_DIR}/readme_example.c "${example}")

message(STATUS "find_package")
run(${CMAKE_COMMAND} -S ${CONSUMER} -B ${WORK_DIR}/build -G ${GENERATOR} -DCMAKE_C_COMPILER=${C_COMPILER}
  -DCMAKE_C_FLAGS=${C_FLAGS} -DCMAKE_BUILD_TYPE=${CONFIG} -DCMAKE_PREFIX_PATH=${prefix}
  -DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF -DREADME_EXAMPLE=${WORK_DIR}/readme_example.c)
run(${CMAKE_COMMAND} --build ${WORK_DIR}/build --config ${CONFIG})
file(GLOB_RECURSE programs ${WORK_DIR}/build/consumer ${WORK_DIR}/build/readme_example)
foreach(program IN LISTS programs)
  run(${program})
endforeach()

find_program(pkg_config NAMES pkg-config pkgconf)
if(NOT pkg_config)
  message(STATUS "pkg-config is not installed, so the package was not tried with it")
  return()
endif()
message(STATUS "pkg-config")
file(GLOB_RECURSE description ${prefix}/radam.pc)
get_filename_component(folder ${description} DIRECTORY)
get_filename_component(library_folder ${folder} DIRECTORY)
set(ENV{PKG_CONFIG_PATH} ${folder})
set(static "")
if(NOT SHARED)
  set(static --static)
endif()

# build_with_pkg_config(<package> <source> <program>)
function(build_with_pkg_config package source program)
  execute_process(COMMAND ${pkg_config} ${static} --cflags --libs ${package} OUTPUT_VARIABLE flags
    RESULT_VARIABLE result OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "pkg-config does not find ${package} in ${folder}")
  endif()
  message(STATUS "${flags}")
  separate_arguments(flags UNIX_COMMAND "${flags}")
  separate_arguments(c_flags UNIX_COMMAND "${C_FLAGS}")
  run(${C_COMPILER} -std=c99 ${c_flags} ${source} -o ${program} ${flags})
endfunction()

build_with_pkg_config(radam ${CONSUMER}/main.c ${WORK_DIR}/consumer)
if(EXISTS ${folder}/radam_cuda.pc)
  build_with_pkg_config(radam_cuda ${CONSUMER}/cuda.c ${WORK_DIR}/cuda_consumer)
endif()
# Programs ask for the library by its name with the ABI version. The plain names are for the linker.
file(GLOB plain_names ${library_folder}/libradam*.so)
if(plain_names)
  file(REMOVE ${plain_names})
endif()
set(ENV{LD_LIBRARY_PATH} ${library_folder})
set(ENV{DYLD_LIBRARY_PATH} ${library_folder})  # macOS
run(${WORK_DIR}/consumer)
if(EXISTS ${WORK_DIR}/cuda_consumer)
  run(${WORK_DIR}/cuda_consumer)
endif()
