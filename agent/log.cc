// The only file that includes spdlog, which is header-only here and takes its time to compile.
#include "agent/log.h"

#include <poll.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <climits>
#include <memory>
#include <mutex>
#include <string>

#include "absl/strings/str_format.h"

namespace balcony::agent {
namespace {

constexpr char kProgram[] = "balcony-agent";
constexpr char kTextPattern[] = "%Y-%m-%dT%H:%M:%S.%e %n[%P] %l: %v";
// The message brings its own quotes and what follows it.
constexpr char kJsonPattern[] =
    R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","program":"%n","pid":%P,"level":"%l","text":%v})";

// With what the pattern puts around it a line fits into PIPE_BUF.
constexpr size_t kLongestLine = PIPE_BUF - 256;
constexpr size_t kLongestValue = 300;

LogFormat& Format() {
  static LogFormat format = LogFormat::kText;
  return format;
}

// In quotes, on one line and in ASCII, whatever a client's certificate is made out to.
std::string QuotedAscii(std::string_view text, size_t longest) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (quoted.size() >= longest) return quoted += "...\"";
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += {'\\', c};
    } else if (byte < 0x20 || byte >= 0x7f) {
      absl::StrAppendFormat(&quoted, "\\u%04x", byte);
    } else {
      quoted += c;
    }
  }
  return quoted += '"';
}

// The message, and the facts behind it. `longest`: where each of them is cut off.
template <class Fields>
std::string Line(std::string_view text, const Fields& fields, size_t longest) {
  const bool json = Format() == LogFormat::kJson;
  std::string line = json ? QuotedAscii(text, longest) : std::string(text.substr(0, longest));
  for (const auto& [name, value] : fields) {
    line += json ? ",\"" : " ";
    line += name;
    line += json ? "\":" : "=";
    line += QuotedAscii(value, longest);
  }
  return line;
}

// Somebody who does not read costs lines, and no time: in between they are counted. What poll(2)
// says holds for PIPE_BUF bytes of a pipe, pipe(7).
class PatientSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  // A line with nothing put around it.
  void Bare(std::string_view text) {
    spdlog::memory_buf_t line;
    line.append(text.data(), text.data() + text.size());
    line.push_back('\n');
    const std::lock_guard lock(mutex_);
    Tell(line);
  }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    Tell(line);
  }

  void Tell(const spdlog::memory_buf_t& line) {
    if (left_out_ > 0) {
      const std::string told = Line("lines of the log were left out: nobody read them",
                                    LogFields{{"lines", std::to_string(left_out_)}}, kLongestValue);
      spdlog::memory_buf_t warning;
      formatter_->format({kProgram, spdlog::level::warn, told}, warning);
      if (Write(warning)) left_out_ = 0;
    }
    if (left_out_ > 0 || !Write(line)) ++left_out_;
  }

  static bool Write(const spdlog::memory_buf_t& line) {
    pollfd room{STDERR_FILENO, POLLOUT, 0};
    return poll(&room, 1, 0) == 1 && (room.revents & POLLOUT) != 0 &&
           write(STDERR_FILENO, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  }

  void flush_() override {}

  uint64_t left_out_ = 0;
};

const std::shared_ptr<PatientSink>& Sink() {
  static const auto sink = std::make_shared<PatientSink>();
  return sink;
}

spdlog::logger& Log() {
  static const auto log = [] {
    auto made = std::make_shared<spdlog::logger>(kProgram, Sink());
    made->set_pattern(Format() == LogFormat::kJson ? kJsonPattern : kTextPattern);
    return made;
  }();
  return *log;
}

template <class Fields = LogFields>
void Write(spdlog::level::level_enum level, std::string_view text, const Fields& fields = {}) {
  std::string line = Line(text, fields, std::string::npos);
  if (line.size() > kLongestLine) line = Line(text, fields, kLongestValue);
  Log().log(level, spdlog::string_view_t(line));
}
}  // namespace

void SetLogFormat(LogFormat format) { Format() = format; }

void LogInfo(std::string_view text) { Write(spdlog::level::info, text); }
void LogWarning(std::string_view text) { Write(spdlog::level::warn, text); }
void LogError(std::string_view text) { Write(spdlog::level::err, text); }
void LogInfo(std::string_view text, LogFields fields) { Write(spdlog::level::info, text, fields); }
void LogWarning(std::string_view text, LogFields fields) {
  Write(spdlog::level::warn, text, fields);
}

void LogNarration(std::string_view text,
                  const std::vector<std::pair<std::string_view, std::string>>& fields) {
  if (Format() == LogFormat::kJson) {
    Write(spdlog::level::info, text, fields);
  } else {
    Log();  // gives the sink its pattern, which a warning of its own has
    Sink()->Bare(text.substr(0, kLongestLine));
  }
}

}  // namespace balcony::agent
