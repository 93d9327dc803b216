# The libraries we build on, all from the distribution's packages, all as archives.
#
# find_package(gRPC) gives shared targets, which a static-pie program cannot use; pkg-config knows the whole list of
# archives (docs/decisions/003-static-programs.md).

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# balcony_archives(TARGET MODULE…): an interface library of the modules' archives, in one group because they refer
# to each other in circles.
function(balcony_archives target)
  set(libraries "")
  foreach(module IN LISTS ARGN)
    pkg_check_modules(${target}_${module} REQUIRED ${module})
    list(APPEND libraries ${${target}_${module}_STATIC_LIBRARIES})
  endforeach()
  list(REMOVE_DUPLICATES libraries)
  set(group "")
  foreach(library IN LISTS libraries)
    find_library(archive_${library} NAMES lib${library}.a)
    if(archive_${library} AND NOT library MATCHES "^(c|m|dl|rt|pthread)$")
      list(APPEND group ${archive_${library}})
    else()
      list(APPEND group -l${library})
    endif()
  endforeach()
  add_library(${target} INTERFACE)
  list(JOIN group "," group)
  target_link_libraries(${target} INTERFACE "$<LINK_GROUP:RESCAN,${group}>" Threads::Threads)
endfunction()

balcony_archives(balcony_grpc grpc++ protobuf)    # gRPC, Protocol Buffers, Abseil, c-ares, OpenSSL, zlib
balcony_archives(balcony_cmark libcmark)          # CommonMark
balcony_archives(balcony_yaml yaml-cpp)           # YAML
balcony_archives(balcony_re2 re2)                 # regular expressions
balcony_archives(balcony_xml pugixml)             # XML

# spdlog and fmt have no archives here: header-only, and only the log room includes them.
add_library(balcony_spdlog INTERFACE)
target_compile_definitions(balcony_spdlog INTERFACE SPDLOG_HEADER_ONLY SPDLOG_FMT_EXTERNAL FMT_HEADER_ONLY)
