# libradam as part of another project, which must stay as it is: the kind of its libraries, its build type, and how its
# threads compute. The C++ flags are those of a parent that wants fast mathematics: compilers then add start-up code to
# what they link, which makes the thread that loads it flush subnormals.
#
#   cmake -DRADAM_SOURCE=... -DWORK_DIR=... -DC_COMPILER=... -DCXX_COMPILER=... -DGENERATOR=... -P subproject_test.cmake
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)

file(REMOVE_RECURSE ${WORK_DIR})

# configure(<folder> <type of the parent's library> <type of radam> <arguments>...)
function(configure folder parent radam)
  run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/subproject -B ${WORK_DIR}/${folder} -G ${GENERATOR}
    -DRADAM_SOURCE=${RADAM_SOURCE} -DCMAKE_C_COMPILER=${C_COMPILER} -DCMAKE_CXX_COMPILER=${CXX_COMPILER}
    -DRADAM_AVX2=OFF -DRADAM_AVX512=OFF -DEXPECTED_PARENT_TYPE=${parent} -DEXPECTED_RADAM_TYPE=${radam} ${ARGN})
endfunction()

configure(static STATIC_LIBRARY STATIC_LIBRARY -DBUILD_SHARED_LIBS=OFF)
configure(shared SHARED_LIBRARY SHARED_LIBRARY -DBUILD_SHARED_LIBS=ON)
configure(mixed SHARED_LIBRARY STATIC_LIBRARY -DBUILD_SHARED_LIBS=ON -DRADAM_SHARED=OFF)
configure(unset STATIC_LIBRARY SHARED_LIBRARY "-DCMAKE_CXX_FLAGS=-Ofast -ffast-math -funsafe-math-optimizations")
run(${CMAKE_COMMAND} --build ${WORK_DIR}/unset --target program)
run(${WORK_DIR}/unset/program)
