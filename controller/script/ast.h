// The syntax tree of an experiment file: what the author wrote, and where.
// Owns:   its whole subtree; move-only.
// Thread: immutable once parsed, read by any.
// Shapes: one struct for each rule of the grammar (docs/language.md), with the rule's name.
// Source: docs/language.md.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "controller/script/source.h"

namespace balcony::script {

struct Expr;
struct Alts;
using ExprPtr = std::unique_ptr<Expr>;

// ---- Values
// --------------------------------------------------------------------------------------------

struct Text {
  std::string bytes;  // escapes resolved
};
struct Number {
  int64_t value = 0;
};
struct Quantity {  // a number glued to its unit: 200ms, 5%, 10mbit
  double value = 0;
  std::string unit;
};
struct Word {  // the field's vocabulary: ECONNREFUSED, TIME-WAIT, SO_LINGER
  std::string name;
};
struct Index {  // [*], [2], [1..clients]
  bool all = false;
  ExprPtr from;  // null if all
  ExprPtr to;    // null unless a range
};
struct Ref {  // message, juliet.port, client[2], conn.peer
  std::vector<std::string> path;
  std::optional<Index> index;
};
struct Address {
  std::string literal;  // without brackets: 10.10.0.101, fe80::1%eth0
};
struct Wildcard {};  // *

struct PortRange {  // 4000, 1024..65535, a variable
  ExprPtr from;
  ExprPtr to;  // null unless a range
};
struct Endpoint {  // juliet:4000, 0.0.0.0:*, romeo:1024..65535
  std::variant<Ref, Address, Wildcard> host;
  std::variant<PortRange, Wildcard> port;
};
struct Arg {
  std::string name;  // empty if given by position
  ExprPtr value;
  Span span;
};
struct Call {            // socket(tcp), sock.bind(juliet:4000)
  std::string receiver;  // the variable before the dot; empty if there is none
  std::string function;
  std::vector<Arg> args;
  Span receiver_span;
  Span function_span;
};
struct Binary {
  char op = '+';  // + - *
  ExprPtr left;
  ExprPtr right;
};
struct Field {
  std::string name;
  std::unique_ptr<Alts> value;
  Span span;
};
struct Record {  // {recv_queue: 51}: open, fields not named are free
  std::vector<Field> fields;
};

struct Expr {
  std::variant<Text, Number, Quantity, Word, Ref, Address, Endpoint, Call, Binary, Record> node;
  Span span;
};

// ---- Patterns
// --------------------------------------------------------------------------------------------

struct Any {};   // _
struct None {};  // none: no error, no event, no timer
struct Eof {};
struct Blocks {
  std::optional<absl::Duration> watched;  // `blocks for 2s`
};
struct Regex {
  std::string expression;  // RE2's syntax, valid; without the slashes
};
struct Compare {   // > 3, <= 16 bytes
  std::string op;  // < <= > >=
  ExprPtr value;
  std::string unit;  // empty, bytes, packets, sockets, lines
};
struct Range {  // 1..16, 3 sockets, and every plain value: text, errno, a variable
  ExprPtr from;
  ExprPtr to;        // null unless a range
  std::string unit;  // as above
};
struct Words {  // IN OUT RDHUP: two or more
  std::vector<std::string> names;
};
struct Tuple {
  std::vector<Alts> parts;
};
struct Timing {  // within 200ms, within 100ms..250ms
  absl::Duration earliest = absl::ZeroDuration();
  absl::Duration latest = absl::InfiniteDuration();
};
struct PacketEnd {
  std::variant<Ref, Endpoint, Address, Wildcard> node;
};
struct Packet {  // romeo > juliet PSH ACK "bcd" {window: 0} within 100ms..250ms
  PacketEnd from;
  PacketEnd to;
  std::vector<std::string> flags;
  std::unique_ptr<Alts> payload;  // text, regular expression, variable or size; may be null
  std::optional<Record> fields;
  std::optional<Timing> timing;
};
struct Ellipsis {};  // any number of elements
struct List {
  std::vector<std::variant<Packet, Ellipsis, std::unique_ptr<Alts>>> elements;
};

struct Atom {
  std::variant<Any, None, Eof, Blocks, Regex, Record, List, Tuple, Words, Compare, Range, Endpoint,
               Address>
      node;
  Span span;
};
struct Alts {  // A | B, not A
  bool negated = false;
  std::vector<Atom> atoms;  // at least one
  Span span;
};
struct Expect {
  std::vector<Alts> parts;  // more than one: a tuple
  std::optional<Timing> timing;
  std::string text;  // as it stands in the file, white space and comments folded, without "=>"
  Span span;
};

// ---- Statements
// --------------------------------------------------------------------------------------------

struct Statement;
using Body = std::vector<Statement>;

struct Prompt {      // juliet>, client[*]>, *>
  std::string host;  // "*" for all hosts
  std::optional<Index> index;
  std::string text;  // as it stands in the file: "client[*]>"
  Span span;
};
struct Step {
  std::vector<std::string> targets;  // "_" where the value is dropped
  std::vector<Span> target_spans;
  Call call;
  bool background = false;
  std::optional<Expect> expect;
  std::string text;  // the targets, the call and "&" as they stand in the file, white space folded
};
struct Wait {
  std::string name;
  Span name_span;
  std::optional<Expect> expect;
  std::string text;  // "wait done"
};
struct Block {
  Body body;
};
struct Repeat {
  ExprPtr count;
  Body body;
};
struct For {  // for line in romeo_speaks, for i in 1..10
  std::string name;
  Span name_span;
  ExprPtr from;
  ExprPtr to;  // null unless a range of numbers
  Body body;
};
struct While {
  std::optional<Prompt> prompt;
  std::unique_ptr<Step> step;
  Span step_span;
  Body body;
};
struct Parallel {
  Body lanes;
};

struct Statement {
  std::optional<Prompt> prompt;
  std::variant<Step, Wait, Block, Repeat, For, While, Parallel> node;
  Span span;
};

// ---- Declarations
// --------------------------------------------------------------------------------------------

struct Prefix {  // 10.10.0.100/24
  std::string address;
  int length = -1;  // -1 if none was written
  Span span;
};
struct HostDecl {
  bool router = false;
  bool external = false;  // somebody else's, without an agent
  std::string name;
  ExprPtr from;  // client[1..5]; null for a single host
  ExprPtr to;
  std::vector<Prefix> addresses;
};
struct LinkDecl {
  std::string host;
  std::optional<Prefix> lan;
  std::vector<std::pair<std::string, ExprPtr>> properties;
};
struct SysctlDecl {
  std::string host;
  std::string path;  // "net.ipv4.tcp_ecn"
  int64_t value = 0;
};
struct SetDecl {
  std::string name;
  ExprPtr value;
};
struct TimeoutDecl {
  absl::Duration patience;
};
struct NeedsDecl {
  std::string name;
  std::string argument;  // empty for none
};
struct Declaration {
  std::variant<HostDecl, LinkDecl, SysctlDecl, SetDecl, TimeoutDecl, NeedsDecl> node;
  Span span;  // of the name that it declares, or of its first word
};

// A whole file.
struct Script {
  std::string name;  // as it was named on the command line; "-" is standard input
  std::string text;  // all of it, for Render
  std::vector<Declaration> declarations;
  // `text NAME` blocks, line by line, without newlines.
  std::map<std::string, std::vector<std::string>> texts;
  Body statements;
};

}  // namespace balcony::script
