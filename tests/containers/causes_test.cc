#include "controller/containers/causes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace balcony::containers {
namespace {

using testing::Field;
using testing::HasSubstr;
using testing::Optional;

auto Is(const std::string& container, const std::string& action, const std::string& detail) {
  return Optional(testing::AllOf(Field(&EngineEvent::container, container),
                                 Field(&EngineEvent::action, action),
                                 Field(&EngineEvent::detail, detail)));
}

TEST(ParseEvent, ReadsWhatTheEngineWrites) {
  EXPECT_THAT(ParseEvent("container\tdie\tabc\t<no value>\t137\t<no value>\tjuliet"),
              Is("abc", "die", "137"));
  EXPECT_THAT(ParseEvent("container\tkill\tabc\t<no value>\t<no value>\t9\tjuliet"),
              Is("abc", "kill", "9"));
  EXPECT_THAT(ParseEvent("network\tdisconnect\tfed\tabc\t<no value>\t<no value>\tstage"),
              Is("abc", "disconnect", "stage"));
  EXPECT_THAT(ParseEvent("container\texec_start: balcony-agent --stdio\tabc\t\t\t\tjuliet"),
              Is("abc", "exec_start", ""));
}

TEST(ParseEvent, LeavesOutWhatIsOfNoContainer) {
  EXPECT_EQ(ParseEvent("image\tpull\tabc\t\t\t\tdebian"), std::nullopt);
  EXPECT_EQ(ParseEvent("Error response from daemon"), std::nullopt);
  EXPECT_EQ(ParseEvent(""), std::nullopt);
}

struct Told {
  std::vector<EngineEvent> events;
  std::string cause;
};

// As Engine 20.10 tells it.
const Told kEnds[] = {
    {{{"abc", "kill", "9"}, {"abc", "die", "137"}}, "was killed by signal 9"},
    {{{"abc", "kill", "15"},
      {"abc", "die", "0"},
      {"abc", "disconnect", "stage"},
      {"abc", "stop", ""}},
     "was stopped"},
    {{{"abc", "kill", "15"},
      {"abc", "die", "0"},
      {"abc", "stop", ""},
      {"abc", "start", ""},
      {"abc", "restart", ""}},
     "was restarted"},
    {{{"abc", "kill", "9"}, {"abc", "die", "137"}, {"abc", "destroy", ""}}, "was removed"},
    {{{"abc", "die", "2"}}, "ended with exit code 2"},
    {{{"abc", "oom", ""}, {"abc", "die", "137"}}, "ran out of memory"},
    {{{"abc", "oom", ""}, {"abc", "exec_die", "137"}}, "ran out of memory"},
    {{{"abc", "pause", ""}}, "was paused"},
    {{{"abc", "disconnect", "stage"}}, "was disconnected from the network stage"},
    {{{"abc", "exec_die", "0"}, {"abc", "exec_die", "1"}}, "juliet ended with exit code 1"},
};

TEST(CauseOf, SaysWhatBefellTheContainer) {
  for (const auto& [events, cause] : kEnds) {
    EXPECT_THAT(CauseOf("juliet", events),
                testing::AllOf(HasSubstr("the container juliet"), HasSubstr(cause)));
  }
}

TEST(CauseOf, IsEmptyWhereTheEventsDoNotSay) {
  EXPECT_EQ(CauseOf("juliet", {}), "");
  EXPECT_EQ(CauseOf("juliet", {{"abc", "exec_start", ""}}), "");
}

TEST(EndsHost, WhereTheStreamGoesOn) {
  EXPECT_TRUE(EndsHost({{"abc", "pause", ""}}));
  EXPECT_TRUE(EndsHost({{"abc", "disconnect", "stage"}}));
  EXPECT_FALSE(EndsHost({{"abc", "die", "0"}, {"abc", "disconnect", "stage"}}));
  EXPECT_FALSE(EndsHost({{"abc", "exec_start", ""}}));
}

TEST(MayTellMore, UntilTheWholeCauseIsKnown) {
  EXPECT_TRUE(MayTellMore({}));
  EXPECT_TRUE(MayTellMore({{"abc", "die", "137"}}));
  EXPECT_TRUE(MayTellMore({{"abc", "exec_die", "137"}}));
  for (const char* const last : {"oom", "pause", "restart", "destroy"}) {
    EXPECT_FALSE(MayTellMore({{"abc", last, ""}})) << last;
  }
}

}  // namespace
}  // namespace balcony::containers
