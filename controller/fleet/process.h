// A process that an agent runs in or is reached through, as the controller sees it from outside.
// Owns:   its pidfd and what it wrote to standard error; kills it when it goes.
// Thread: any. One reaper, which is whoever started it, tells how it ended.
// Source: pidfd_open(2), memfd_create(2), wait(2).
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controller/wire/fd.h"
#include "controller/wire/mutex.h"

namespace balcony::fleet {

class Process {
 public:
  // `words` is the file behind the process's standard error.
  Process(wire::Fd pidfd, wire::Fd words);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  virtual ~Process();

  // SIGKILL, to a command's children too; nothing if it has ended.
  virtual void Kill();

  // Waits until it has ended and was reaped; at most so long. True if so.
  bool WaitUntilEnded(absl::Duration limit);

  // How it ended and its last words, "killed by signal 9 (Killed); it said: …". Waits a moment for
  // the end; of a process that goes on there are only the words.
  std::string Obituary();

  // Whether it has ended with status 0.
  bool succeeded();

  // Its number, or that of a command's escort, as this process sees it; -1 once it was reaped.
  int pid() const;

  // What the reaper tells, once: "exited with status 1"; or that all went well.
  void TellEnded(std::string how, bool succeeded = false);

 private:
  std::string LastWords() const;

  const wire::Fd pidfd_;
  const wire::Fd words_;
  wire::Mutex mutex_;  // covers how_; nothing is called back while it is held
  std::condition_variable ended_;
  std::string how_ ABSL_GUARDED_BY(mutex_);  // empty while it lives
  bool succeeded_ ABSL_GUARDED_BY(mutex_) = false;
};

// pidfd_open(2), which glibc 2.36 declares for C alone. Not valid where there is no such process.
wire::Fd OpenPidfd(pid_t pid);

// A status of waitpid(2) in words.
std::string DescribeWaitStatus(int status);

}  // namespace balcony::fleet
