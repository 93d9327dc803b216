// Mirrors controller/script/declarations.cc: what it finds, by line and column.
#include "tests/script/found.h"

namespace balcony::script {
namespace {

TEST(Declarations, RefusesWhatIsNone) {
  ExpectFound(
      "",
      {
          {"hosst romeo", "1:1: unknown declaration hosst; did you mean host?"},
          {"host romeo 10.0.0.1/24 juliet",
           "1:24: expected an address such as 10.10.0.1/24, found juliet"},
          {"host", "1:5: expected the host's name, found the end"},
          {"host wire", "1:6: wire is a word of the notation; take another name"},
          {"host 5", "1:6: expected the host's name, found 5"},
          {"host ROMEO", "1:6: expected the host's name, found ROMEO"},
          {"host a[1..]", "1:11: expected a number or a parameter, found ]"},
          {"host a 10.0.0.300/24",
           "1:8: 10.0.0.300 is no address; it is four numbers of 0 to 255, such as 10.10.0.1"},
          {"host a 10.0.0/24",
           "1:8: 10.0.0 is no address; it is four numbers of 0 to 255, such as 10.10.0.1"},
          {"timeout 5", "1:9: expected a duration such as 200ms, found 5"},
          {"timeout 5parsec",
           "1:9: 5parsec is no duration; write it in us, ms, s or min, for example 200ms"},
          {"set x", "1:6: expected =, found the end"},
          {"set a = 99999999999999999999", "1:9: this number is too large; it may have 18 digits"},
          {"link romeo delay", "1:17: expected a quantity such as 100ms, found the end"},
          {"sysctl romeo net.ipv4 1", "1:23: expected =, found 1"},
      });
}

TEST(Declarations, StandBeforeTheFirstStep) {
  ExpectFound(kWithSocket,
              {
                  {"host late 10.10.0.9/24",
                   "5:1: a declaration stands before the first step, not here; move it "
                   "up, out of any block"},
                  {"romeo> {\n    set x = 1\n}",
                   "6:5: a declaration stands before the first step, not here; move it "
                   "up, out of any block"},
              });
}

TEST(Declarations, TellsWhatIsToCome) {
  ExpectFound("host romeo\n", {
                                  {"router verona 10.10.0.1/24",
                                   "2:8: router is not available in this version; write host: "
                                   "nothing is forwarded between LANs"},
                                  {"link romeo delay 100ms",
                                   "2:6: link is not available in this version; take it away: no "
                                   "packet is delayed or lost"},
                                  {"sysctl rome net.ipv4.tcp_ecn = 1",
                                   "2:8: unknown host rome; did you mean romeo?"},
                              });
}

}  // namespace
}  // namespace balcony::script
