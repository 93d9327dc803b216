#include "controller/script/markdown.h"

#include <cmark.h>

#include <algorithm>
#include <memory>

#include "absl/functional/function_ref.h"
#include "controller/script/token.h"

namespace balcony::script {
namespace {

struct Freed {
  void operator()(cmark_node* node) const { cmark_node_free(node); }
  void operator()(cmark_iter* iterator) const { cmark_iter_free(iterator); }
};

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(separator, begin), text.size());
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::vector<std::string> WordsOf(std::string_view info) {
  std::vector<std::string> words = Split(info, ' ');
  std::erase(words, "");
  return words;
}

bool IsName(std::string_view word) {
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto legal = [&](char c) {
    return lower(c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return std::all_of(word.begin(), word.end(), legal) &&
         std::any_of(word.begin(), word.end(), lower) && !(word[0] >= '0' && word[0] <= '9') &&
         word.front() != '-' && word.back() != '-' && !IsReserved(word);
}

std::string_view Trimmed(std::string_view line) {
  const size_t begin = line.find_first_not_of(" \t>");
  return begin == std::string_view::npos ? std::string_view() : line.substr(begin);
}

// "Balcony", "balcony,ignore": a slip of the hand, more likely than a language of its own.
bool IsLikeBalcony(const std::string& word) {
  return word.starts_with("balcony") || !DidYouMean(word, {"balcony"}).empty();
}

// Has `look` called with each block of code of a Markdown text, until it says that it has seen
// enough.
void ForEachBlock(std::string_view text, absl::FunctionRef<bool(cmark_node*)> look) {
  const std::unique_ptr<cmark_node, Freed> root(
      cmark_parse_document(text.data(), text.size(), CMARK_OPT_DEFAULT));
  const std::unique_ptr<cmark_iter, Freed> iterator(cmark_iter_new(root.get()));
  while (cmark_iter_next(iterator.get()) != CMARK_EVENT_DONE) {
    cmark_node* node = cmark_iter_get_node(iterator.get());
    if (cmark_node_get_type(node) == CMARK_NODE_CODE_BLOCK && look(node)) return;
  }
}

// Reads the fenced blocks one after another.
class Reader {
 public:
  Reader(std::string_view text, std::vector<Diagnostic>& diagnostics)
      : lines_(Split(text, '\n')), diagnostics_(diagnostics) {}

  void Read(cmark_node* block) {
    const char* fence = cmark_node_get_fence_info(block);
    if (fence == nullptr) return;
    opened_ = cmark_node_get_start_line(block);
    body_ = Split(cmark_node_get_literal(block), '\n');
    const std::vector<std::string> info = WordsOf(fence);
    if (!IsFenced() || !IsClosed(cmark_node_get_end_line(block))) return;
    if (info.empty()) return;
    if (info[0] == "balcony")
      ReadScript(info);
    else if (info[0] == "text" && info.size() > 1)
      ReadText(info);
    else if (IsLikeBalcony(info[0]))
      Report("a block of " + info[0] + " is not run", "a script's block begins with ```balcony");
  }

  Document TakeDocument() { return std::move(document_); }

 private:
  const std::string& Line(int number) const {
    static const std::string kNone;
    const auto index = static_cast<size_t>(number - 1);
    return index < lines_.size() ? lines_[index] : kNone;
  }

  std::string_view Fence() const {
    const std::string& line = Line(opened_);
    const size_t begin = line.find_first_of("`~");
    if (begin == std::string::npos) return {};
    const size_t end = line.find_first_not_of(line[begin], begin);
    return std::string_view(line).substr(begin, end == std::string::npos ? end : end - begin);
  }

  // An indented code block has no fence, though its first line may look like one; nothing of it is
  // ours.
  bool IsFenced() const {
    if (Fence().size() < 3) return false;
    const std::string& line = Line(opened_);
    const size_t fence = line.find_first_of("`~");
    const bool indented =
        line.substr(0, fence).ends_with("    ") || line.substr(0, fence).ends_with("\t");
    return !(indented && !body_.empty() && line.ends_with(body_[0]) && !Trimmed(body_[0]).empty());
  }

  // CommonMark closes an open fence silently, at the end of its container or of the file.
  bool IsClosed(int last_line) {
    const std::string_view fence = Fence();
    for (size_t i = 0; i < body_.size(); ++i) {
      const std::string_view line = Trimmed(body_[i]);
      if (!line.starts_with(fence) || line.size() == fence.size() ||
          line.find("balcony") == line.npos)
        continue;
      Report("this block is not closed",
             "line " + std::to_string(opened_ + 1 + static_cast<int>(i)) +
                 " opens another before a line with " + std::string(fence));
      return false;
    }
    const std::string_view last = Trimmed(Line(last_line));
    if (last_line > opened_ && last_line > opened_ + static_cast<int>(body_.size()) &&
        last.starts_with(fence))
      return true;
    Report("this block is never closed", "put a line with " + std::string(fence) + " behind it");
    return false;
  }

  void ReadScript(const std::vector<std::string>& info) {
    if (info.size() > 1) Report("nothing may stand behind balcony", "it opens a block of script");
    Piece piece;
    piece.first_line = opened_ + 1;
    for (size_t i = 0; i < body_.size(); ++i) {
      const std::string& line = Line(opened_ + 1 + static_cast<int>(i));
      piece.margins.push_back(
          line.ends_with(body_[i]) ? static_cast<int>(line.size() - body_[i].size()) : 0);
      piece.text += body_[i] + "\n";
    }
    document_.pieces.push_back(std::move(piece));
  }

  void ReadText(const std::vector<std::string>& info) {
    if (info.size() > 2 || !IsName(info[1]))
      return Report("a value's name is one word with a lower-case letter",
                    "for example ```text letters");
    if (!document_.texts.emplace(info[1], body_).second)
      Report("the value " + info[1] + " is declared twice", "give one of them another name");
  }

  void Report(std::string message, std::string remedy) {
    const std::string& line = Line(opened_);
    const size_t column = std::min(line.find_first_of("`~"), line.size());
    const Span span = {opened_, static_cast<int>(column) + 1,
                       static_cast<int>(line.size() - column)};
    diagnostics_.push_back({span, std::move(message), std::move(remedy)});
  }

  std::vector<std::string> lines_;
  std::vector<Diagnostic>& diagnostics_;
  Document document_;
  int opened_ = 0;                 // the line of the block at hand
  std::vector<std::string> body_;  // its lines
};

}  // namespace

Document AllScript(std::string text) {
  Document document;
  document.pieces.push_back({std::move(text), 1, {}});
  return document;
}

bool HasScript(std::string_view text) {
  bool has = false;
  ForEachBlock(text, [&](cmark_node* block) {
    const char* fence = cmark_node_get_fence_info(block);
    const std::vector<std::string> info = WordsOf(fence == nullptr ? "" : fence);
    has = !info.empty() && IsLikeBalcony(info[0]);
    return has;
  });
  return has;
}

Document ReadMarkdown(std::string_view text, std::vector<Diagnostic>& diagnostics) {
  Reader reader(text, diagnostics);
  ForEachBlock(text, [&](cmark_node* block) {
    reader.Read(block);
    return false;
  });
  return reader.TakeDocument();
}

}  // namespace balcony::script
