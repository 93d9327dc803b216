#include "controller/report/transcript.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "google/protobuf/util/time_util.h"

namespace balcony::report {
namespace {

using google::protobuf::util::TimeUtil;

enum class Colour { kDim, kRed, kGreen, kCyan };

std::string Paint(Colour colour, const std::string& text, const Layout& layout) {
  if (!layout.colour || text.empty()) return text;
  static const std::map<Colour, std::string> kCodes = {
      {Colour::kDim, "2"}, {Colour::kRed, "31"}, {Colour::kGreen, "32"}, {Colour::kCyan, "36"}};
  return absl::StrCat("\033[", kCodes.at(colour), "m", text, "\033[0m");
}

std::string Comment(const std::string& text, const Layout& layout) {
  return Paint(Colour::kDim, absl::StrCat("# ", text), layout) + "\n";
}

std::string Pad(const std::string& text, size_t width) {
  return text + std::string(width - std::min(width, Columns(text)), ' ');
}

// "9 ms", "1.20 s"
std::string Short(absl::Duration duration) {
  const double milliseconds = absl::ToDoubleMilliseconds(duration);
  if (milliseconds < 10) return absl::StrFormat("%.1f ms", milliseconds);
  if (milliseconds < 1000) return absl::StrFormat("%.0f ms", milliseconds);
  return absl::StrFormat("%.2f s", milliseconds / 1000);
}

absl::Duration Between(const google::protobuf::Timestamp& from,
                       const google::protobuf::Timestamp& to) {
  return absl::Nanoseconds(TimeUtil::TimestampToNanoseconds(to) -
                           TimeUtil::TimestampToNanoseconds(from));
}

// What the line itself does not show: the data behind an expression, a time blocked that a person
// would notice.
std::string Note(const v1::StepReport& step) {
  constexpr absl::Duration kNoticeable = absl::Milliseconds(20);
  std::vector<std::string> notes;
  if (!step.data().empty()) notes.push_back(step.data());
  if (!step.warning().empty()) notes.push_back(step.warning());
  if (step.has_blocked() && step.has_ended()) {
    const absl::Duration blocked = Between(step.blocked(), step.ended());
    if (blocked >= kNoticeable) notes.push_back(absl::StrCat("blocked ", Short(blocked)));
  }
  return notes.empty() ? "" : absl::StrCat("# ", absl::StrJoin(notes, ", "));
}

std::string OneLine(const v1::StepReport& step, const std::string& prompt, const Layout& layout) {
  std::string line =
      absl::StrCat(Paint(Colour::kCyan, Pad(prompt, layout.prompt_width), layout), " ");
  const bool good = step.verdict() == v1::VERDICT_PASSED;
  const std::string note = Note(step);
  if (step.observed().empty() && note.empty()) return line + step.call() + "\n";
  if (Columns(step.call()) > layout.call_width) {
    absl::StrAppend(&line, step.call(), "\n",
                    std::string(layout.prompt_width + 1 + layout.call_width, ' '));
  } else {
    line += Pad(step.call(), layout.call_width);
  }
  if (!step.observed().empty()) {
    absl::StrAppend(&line, "  => ",
                    Paint(good ? Colour::kGreen : Colour::kRed, step.observed(), layout));
  }
  if (!note.empty()) absl::StrAppend(&line, "  ", Paint(Colour::kDim, note, layout));
  return line + "\n";
}

bool Alike(const std::vector<v1::StepReport>& steps) {
  return std::all_of(steps.begin(), steps.end(), [&](const v1::StepReport& step) {
    return step.verdict() == v1::VERDICT_PASSED && step.observed() == steps.front().observed() &&
           step.data() == steps.front().data();
  });
}

std::string EndText(const v1::Endpoint& end) {
  const bool ipv6 = end.address().find(':') != std::string::npos;
  return ipv6 ? absl::StrCat("[", end.address(), "]:", end.port())
              : absl::StrCat(end.address(), ":", end.port());
}

std::string EnumText(const std::string& name, size_t prefix) {
  return absl::StrReplaceAll(name.substr(prefix), {{"_", "-"}});
}

Colour ColourOf(v1::Verdict verdict) {
  if (verdict == v1::VERDICT_SKIPPED) return Colour::kCyan;
  return verdict == v1::VERDICT_PASSED ? Colour::kGreen : Colour::kRed;
}

// How many steps of the file were begun, each counted once however often a loop did it.
size_t Begun(const v1::FileReport& report) {
  std::set<std::pair<uint32_t, uint32_t>> places;
  for (const v1::StepReport& step : report.steps()) places.emplace(step.line(), step.column());
  return places.size();
}

}  // namespace

const v1::StepReport* FindBad(const v1::FileReport& report) {
  const auto bad =
      std::find_if(report.steps().begin(), report.steps().end(), [](const v1::StepReport& step) {
        return step.verdict() != v1::VERDICT_PASSED && step.verdict() != v1::VERDICT_CANCELLED;
      });
  return bad == report.steps().end() ? nullptr : &*bad;
}

std::string Count(size_t number, const std::string& what) {
  return absl::StrCat(number, " ", what, number == 1 ? "" : "s");
}

size_t Columns(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xC0) != 0x80; }));
}

std::string Opening(const v1::FileReport& report, const Layout& layout) {
  constexpr int kMostHosts = 6;
  std::vector<std::string> hosts;
  for (const v1::HostReport& host : report.hosts()) {
    if (hosts.size() < kMostHosts)
      hosts.push_back(
          absl::StrCat(host.name(), host.kind() == v1::HOST_KIND_EXTERNAL ? " (external)" : "",
                       host.addresses().empty() ? "" : " ", absl::StrJoin(host.addresses(), " ")));
  }
  if (report.hosts_size() > kMostHosts)
    hosts.push_back(absl::StrCat("and ", report.hosts_size() - kMostHosts, " more"));
  std::string lines = Comment(
      absl::StrCat(report.file(), hosts.empty() ? "" : ": ", absl::StrJoin(hosts, ", ")), layout);
  if (!report.notice().empty()) lines += Comment(report.notice(), layout);
  return lines;
}

std::string StepLines(const std::vector<v1::StepReport>& steps, const std::string& prompt,
                      const Layout& layout) {
  if (steps.size() > 1 && Alike(steps)) return OneLine(steps.front(), prompt, layout);
  std::string lines;
  for (const v1::StepReport& step : steps) {
    const std::string own = prompt == "wire>" ? prompt : absl::StrCat(step.host(), ">");
    lines += OneLine(step, own, layout);
  }
  return lines;
}

std::string SocketLines(const v1::FileReport& report, const Layout& layout) {
  std::string lines;
  for (const v1::HostSockets& host : report.sockets()) {
    if (!host.unknown().empty()) {
      lines += Comment(absl::StrCat(host.host(), " could not be asked for its sockets"), layout);
      continue;
    }
    if (host.sockets().empty())
      lines += Comment(absl::StrCat(host.host(), " has no sockets that ss -a would list"), layout);
    for (const v1::SocketEntry& entry : host.sockets()) {
      const std::string transport =
          absl::AsciiStrToLower(EnumText(v1::Transport_Name(entry.transport()), 10));
      lines += Comment(absl::StrFormat("%s %s %-12s %s > %s  recv_queue %d, send_queue %d",
                                       Pad(host.host(), layout.prompt_width), transport,
                                       EnumText(v1::State_Name(entry.state()), 6),
                                       EndText(entry.local()), EndText(entry.peer()),
                                       entry.queues().recv_queue(), entry.queues().send_queue()),
                       layout);
    }
  }
  return lines;
}

std::string VerdictLine(const v1::FileReport& report, size_t steps_in_file, const Layout& layout) {
  std::string line = absl::StrCat("# ", VerdictName(report.verdict()));
  const absl::Duration took = absl::Nanoseconds(TimeUtil::DurationToNanoseconds(report.duration()));
  if (report.verdict() == v1::VERDICT_PASSED) {
    absl::StrAppend(&line, ": ", Count(static_cast<size_t>(report.steps_size()), "step"), " in ",
                    Short(took));
  } else {
    const v1::StepReport* bad = FindBad(report);
    if (bad == nullptr) {
      absl::StrAppend(&line, ": ", report.message());
    } else {
      absl::StrAppend(&line, " at ", report.file(), ":", bad->line(), ":", bad->column());
    }
    const size_t begun = Begun(report);
    if (begun > 0 && begun < steps_in_file)
      absl::StrAppend(&line, "; ", Count(steps_in_file - begun, "step"), " not reached");
  }
  return Paint(ColourOf(report.verdict()), line, layout) + "\n";
}

std::string Total(const v1::Report& report, const Layout& layout) {
  if (report.files_size() < 2) return "";
  std::map<v1::Verdict, size_t> counts;
  for (const v1::FileReport& file : report.files()) ++counts[file.verdict()];
  std::vector<std::string> parts;
  parts.reserve(counts.size());
  for (const auto& [verdict, count] : counts)
    parts.push_back(absl::StrCat(count, " ", VerdictName(verdict)));
  const bool good = counts.size() == 1 && counts.begin()->first == v1::VERDICT_PASSED;
  const std::string line =
      absl::StrCat("# ", report.files_size(), " files: ", absl::StrJoin(parts, ", "));
  return Paint(good ? Colour::kGreen : Colour::kRed, line, layout) + "\n";
}

std::string VerdictName(v1::Verdict verdict) {
  constexpr size_t kPrefix = sizeof("VERDICT_") - 1;
  return absl::AsciiStrToLower(
      absl::StrReplaceAll(v1::Verdict_Name(verdict).substr(kPrefix), {{"_", " "}}));
}

}  // namespace balcony::report
