# How our own code is compiled and how a program is linked. Generated code links neither of these.

# Warnings for what we write.
add_library(balcony_warnings INTERFACE)
target_compile_options(balcony_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual -Wconversion
  -Wsign-conversion -Woverloaded-virtual -Wnull-dereference
  $<$<BOOL:${BALCONY_WERROR}>:-Werror>
  # A lock taken in the wrong order or not at all is an error under clang, which reads the annotations.
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>
  # gcc 12 sees null dereferences and dangling references in the standard library's own optional and variant.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-null-dereference -Wno-maybe-uninitialized>)

# Sanitizers hold for every unit of a program; generated code goes without UBSan, which doubles its build.
if(BALCONY_SANITIZE)
  add_compile_options(-fsanitize=${BALCONY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${BALCONY_SANITIZE})
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_compile_options(-ffunction-sections -fdata-sections)
add_link_options(-Wl,--gc-sections)
find_program(LLD ld.lld)
if(LLD)
  add_link_options(-fuse-ld=lld)
endif()

# A program of ours: static, so that it runs on any Linux host and starts ten milliseconds sooner.
function(balcony_program target)
  target_link_libraries(${target} PRIVATE balcony_warnings)
  if(BALCONY_STATIC)
    target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/without_xds.cc)
    target_link_options(${target} PRIVATE -static-pie)
  endif()
endfunction()
