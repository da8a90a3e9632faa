# The table of the processor's targets. Each row becomes the object library radam_<name>, which is src/target/<name>.cpp
# with the flags of its instruction set, and no other file has those. The rows of a build, in targets.def, are the table
# of src/dispatch.cpp.
include(CheckCXXSourceCompiles)

set(RADAM_TARGETS "")
set(rows "")

# add_radam_target(<name> <architecture> <features> <flags>...)
#   architecture  the macro by which compilers know it, or ANY
#   features      what the processor must have: CpuFeature of src/cpu.h
function(add_radam_target name architecture features)
  string(TOUPPER ${name} id)
  if(NOT architecture STREQUAL "ANY")
    # The compiler is asked, because CMAKE_SYSTEM_PROCESSOR tells neither -m32 nor a build for several architectures at
    # once, as macOS has them. Such a build has what all of them can run.
    check_cxx_source_compiles("#ifndef ${architecture}\n#error\n#endif\nint main() {}" RADAM_IS${architecture})
    if(NOT RADAM_IS${architecture})
      return()
    endif()
    option(RADAM_${id} "Build target ${name}" ON)
    if(NOT RADAM_${id})
      return()
    endif()
  endif()
  add_library(radam_${name} OBJECT src/target/${name}.cpp)
  target_link_libraries(radam_${name} PRIVATE radam_flags)
  target_compile_options(radam_${name} PRIVATE ${ARGN})
  target_sources(radam PRIVATE $<TARGET_OBJECTS:radam_${name}>)
  set(RADAM_TARGETS ${RADAM_TARGETS} ${name} PARENT_SCOPE)
  set(rows "${rows}RADAM_CPU_TARGET(${id}, ${name}, ${features})\n" PARENT_SCOPE)
endfunction()

# The widest first. What a target needs, those above it on the same architecture need too.
add_radam_target(avx512 __x86_64__ "kCpuAvx2 | kCpuAvx512" -mavx512f -mavx512bw -mavx512dq -mavx512vl)
add_radam_target(avx2 __x86_64__ "kCpuAvx2" -mavx2 -mfma -mf16c)
# Little-endian: vectors are loaded as bytes.
add_radam_target(neon __AARCH64EL__ "kCpuBaseline")
add_radam_target(scalar ANY "kCpuBaseline")

if(TARGET radam_avx512 AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 warns about its own header: _mm512_sqrt_ps starts from a register that it leaves undefined on purpose.
  target_compile_options(radam_avx512 PRIVATE -Wno-uninitialized -Wno-maybe-uninitialized)
endif()

set_target_properties(radam PROPERTIES RADAM_TARGETS "${RADAM_TARGETS}")
file(CONFIGURE OUTPUT targets.def @ONLY CONTENT
  "// RADAM_CPU_TARGET(id, name, features), made by native/cmake/targets.cmake\n@rows@")
target_include_directories(radam PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
