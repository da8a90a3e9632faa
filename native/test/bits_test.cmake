# Whether PROGRAM, run by EMULATOR if there is one, prints what is in the file EXPECTED.
execute_process(COMMAND ${EMULATOR} ${PROGRAM} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE error)
file(READ ${EXPECTED} expected)
string(REPLACE "\r" "" output "${output}")
if(NOT result EQUAL 0 OR NOT output STREQUAL expected)
  message(FATAL_ERROR "${PROGRAM} (${result}): ${error}\nThe bits are not those of ${EXPECTED}:\n${output}")
endif()
