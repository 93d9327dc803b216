#include "agent/outbox.h"

#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/agent/host.h"

namespace balcony::agent {
namespace {

// A stream whose writes end when the test says so.
class Paper final : public Outbox::Stream {
 public:
  void Write(const v1::Event& event, bool more) override {
    lines.push_back(std::to_string(event.id()) + (more ? " more" : ""));
  }
  void Resume() override { lines.emplace_back("resume"); }
  void Refill() override { lines.emplace_back("refill"); }
  void Finish(bool broken) override { lines.emplace_back(broken ? "broken" : "finished"); }

  std::vector<std::string> lines;
};

v1::Event ToEvent(uint64_t id, size_t bytes = 0) {
  v1::Event event;
  event.set_id(id);
  event.mutable_done()->mutable_recv()->set_data(std::string(bytes, 'x'));
  return event;
}

using Lines = std::vector<std::string>;

TEST(Outbox, WritesOneAtATimeAndInOrder) {
  Paper paper;
  Outbox outbox(paper, APlace());
  for (const uint64_t id : {1u, 2u, 3u}) outbox.Keep(ToEvent(id));
  outbox.Send();
  outbox.Send();
  EXPECT_EQ(paper.lines, Lines({"1 more"}));
  outbox.Written(true);
  outbox.Written(true);
  outbox.Written(true);
  EXPECT_EQ(paper.lines, Lines({"1 more", "2 more", "3"}));
}

TEST(Outbox, FinishesOnceAfterTheLastWrite) {
  Paper paper;
  Outbox outbox(paper, APlace());
  outbox.Keep(ToEvent(1));
  outbox.Send();
  outbox.Close(false);
  outbox.Keep(ToEvent(2));
  outbox.Send();
  EXPECT_EQ(paper.lines, Lines({"1"}));
  outbox.Written(true);
  outbox.Close(true);
  EXPECT_EQ(paper.lines, Lines({"1", "finished"}));
}

TEST(Outbox, BrokenStreamIsFinishedWithoutTheRest) {
  Paper paper;
  Outbox outbox(paper, APlace());
  outbox.Keep(ToEvent(1));
  outbox.Keep(ToEvent(2));
  outbox.Send();
  outbox.Close(true);
  outbox.Written(false);
  EXPECT_EQ(paper.lines, Lines({"1 more", "broken"}));
}

TEST(Outbox, ReadingPausesWhileMuchIsQueued) {
  constexpr size_t kMebibyte = 1024 * 1024;
  Paper paper;
  Outbox outbox(paper, APlace());
  for (uint64_t id = 1; id <= 5; ++id) outbox.Keep(ToEvent(id, kMebibyte));
  EXPECT_TRUE(outbox.IsFull());
  outbox.Send();
  for (int i = 0; i < 4; ++i) outbox.Written(true);
  EXPECT_EQ(paper.lines, Lines({"1 more", "2 more", "3 more", "4 more", "5"}));
  outbox.Written(true);
  EXPECT_EQ(paper.lines.back(), "resume");
}

TEST(Outbox, WhoFoundNoRoomIsToldOnceWhenThereIs) {
  constexpr size_t kMebibyte = 1024 * 1024;
  Paper paper;
  Outbox outbox(paper, APlace());
  EXPECT_TRUE(outbox.HasRoom());
  for (uint64_t id = 1; id <= 5; ++id) outbox.Keep(ToEvent(id, kMebibyte));
  EXPECT_FALSE(outbox.HasRoom());
  outbox.Send();
  for (int i = 0; i < 5; ++i) outbox.Written(true);
  EXPECT_EQ(paper.lines, Lines({"1 more", "2 more", "3 more", "4 more", "5", "refill"}));
  EXPECT_TRUE(outbox.HasRoom());
}

// A session of a client who has another one elsewhere.
class SharedOutbox : public testing::Test {
 protected:
  Places places_{Limits{.buffered_bytes = 1'000'000}};
  const std::shared_ptr<Places::Place> elsewhere_ = places_.Take("romeo").value();
  Paper paper_;
  Outbox outbox_{paper_, places_.Take("romeo").value()};
};

TEST_F(SharedOutbox, PausesEarlierWhereTheClientHasTooMuch) {
  outbox_.Keep(ToEvent(1, 100'000));
  EXPECT_FALSE(outbox_.IsFull());
  elsewhere_->Hold(500'000);
  EXPECT_TRUE(outbox_.IsFull());
  EXPECT_FALSE(outbox_.HasRoom());
  outbox_.Send();
  outbox_.Written(true);
  EXPECT_EQ(paper_.lines, Lines({"1", "resume", "refill"}));
}

TEST_F(SharedOutbox, TellsWhoFoundNoRoomAlsoWhenAnotherHasFoundSome) {
  outbox_.Keep(ToEvent(1, 100'000));
  elsewhere_->Hold(500'000);
  EXPECT_FALSE(outbox_.HasRoom());
  elsewhere_->Release(500'000);
  EXPECT_TRUE(outbox_.HasRoom());
  outbox_.Send();
  outbox_.Written(true);
  EXPECT_EQ(paper_.lines, Lines({"1", "refill"}));
}

// A stream that ends each write at once, on a thread of its own as gRPC does.
class Press final : public Outbox::Stream {
 public:
  void Write(const v1::Event& event, bool) override {
    ids.push_back(event.id());
    writes_.release();
  }
  void Resume() override {}
  void Refill() override {}
  void Finish(bool) override {
    finished = true;
    writes_.release();
  }

  // Tells of every write until the stream is finished.
  void Run(Outbox& outbox) {
    for (writes_.acquire(); !finished; writes_.acquire()) outbox.Written(true);
  }

  std::vector<uint64_t> ids;  // guarded by the outbox's token
  std::atomic<bool> finished = false;

 private:
  std::counting_semaphore<> writes_{0};
};

TEST(Outbox, ManyThreadsKeepAndOneTokenWrites) {
  constexpr uint64_t kThreads = 4;
  constexpr uint64_t kEvents = 2000;
  Press press;
  Outbox outbox(press, APlace());
  std::thread writer([&] { press.Run(outbox); });
  std::vector<std::thread> keepers;
  for (uint64_t thread = 0; thread < kThreads; ++thread) {
    keepers.emplace_back([&outbox, thread] {
      for (uint64_t i = 0; i < kEvents; ++i) {
        outbox.Keep(ToEvent(thread * kEvents + i));
        outbox.Send();
      }
    });
  }
  for (std::thread& keeper : keepers) keeper.join();
  outbox.Close(false);
  writer.join();
  EXPECT_EQ(press.ids.size(), kThreads * kEvents);
  EXPECT_EQ(std::set<uint64_t>(press.ids.begin(), press.ids.end()).size(), kThreads * kEvents);
}

}  // namespace
}  // namespace balcony::agent
