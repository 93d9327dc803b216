#include "controller/script/names.h"

#include <algorithm>

namespace balcony::script {
namespace {

constexpr int64_t kMaxPort = 65535;

std::string UnknownRemedy(const Place& place, size_t host, const std::string& name) {
  std::string remedy = DidYouMean(name, place.scope.NamesOf(host));
  if (!remedy.empty()) return remedy;
  if (const auto other = place.scope.HostWith(name))
    return place.scope.hosts.NameOf(*other) + " has one: variables belong to their host";
  return "a step above must set it";
}

// A variable that is there to be read; null, and reported, if it is not.
const Variable* Readable(const Place& place, size_t host, const std::string& name,
                         const Span& span) {
  if (host == kNobody) {
    place.findings.Report(span, name + " is no parameter and no text",
                          UnknownRemedy(place, host, name));
    return nullptr;
  }
  const std::string& owner = place.scope.hosts.NameOf(host);
  if (place.scope.IsSetInAnotherLane(host, name)) {
    place.findings.Report(span, name + " is set in another lane", "use it behind the }");
    return nullptr;
  }
  const Variable* variable = place.scope.Find(host, name);
  if (variable == nullptr) {
    place.findings.Report(span, owner + " has no " + name, UnknownRemedy(place, host, name));
    place.scope.Set(host, name, {});  // so that it is reported once
    place.scope.Find(host, name)->set = 0;
    return nullptr;
  }
  if (!place.scope.IsCertain(variable->set)) {
    place.findings.Report(span, name + " is set inside a while, which may not go round at all",
                          "set it before the while, or use it inside");
    return nullptr;
  }
  if (variable->background) {
    const std::string& joined_by = place.scope.backgrounds[*variable->background].name;
    place.findings.Report(span, name + " is still to come, from a call in the background",
                          "join it first: " + owner + "> wait " + joined_by);
    return nullptr;
  }
  return variable;
}

// What a bare name means: a loop's variable, the host's own, a parameter, a text.
Known TypeOfName(const Place& place, const std::string& name, const Span& span) {
  if (const auto* loop = place.scope.FindLoopVariable(name)) return loop->type;
  const auto& parameters = place.scope.topology.parameters;
  if (const auto found = parameters.find(name); found != parameters.end())
    return std::holds_alternative<int64_t>(found->second) ? Type::kNumber : Type::kText;
  if (place.scope.texts.contains(name)) return Type::kText;
  const Variable* variable = Readable(place, place.host, name, span);
  return variable == nullptr ? Known() : variable->type;
}

const std::vector<Shape>& EndpointFields() {
  static const auto& fields = *new std::vector<Shape>{{.type = Type::kText, .name = "address"},
                                                      {.type = Type::kNumber, .name = "port"}};
  return fields;
}

// The field's shape; nothing, and reported, if the value has none of that name.
std::optional<Shape> FieldOf(const Place& place, const Shape& value, const std::string& field,
                             const Span& span) {
  const auto& known = value.type == Type::kEndpoint ? EndpointFields() : value.fields;
  if (const Shape* shape = FindMember(known, field)) return *shape;
  std::string remedy = DidYouMean(field, NamesOf(known));
  if (remedy.empty() && !known.empty()) remedy = "it has " + Listed(NamesOf(known));
  place.findings.Report(span, Article(value.type) + " has no " + field, std::move(remedy));
  return std::nullopt;
}

// The type of `path` from `at` on, a variable of `host` and its fields.
Known TypeOfPath(const Place& place, size_t host, const Ref& ref, size_t at, const Span& span) {
  const bool own = at == 0;
  const Variable* variable = own ? nullptr : Readable(place, host, ref.path[at], span);
  const Known type = own                   ? TypeOfName(place, ref.path[0], span)
                     : variable == nullptr ? Known()
                                           : variable->type;
  if (!type) return type;
  if (own) variable = place.scope.Find(host, ref.path[0]);
  std::optional<Shape> shape = Shape{.type = *type};
  if (variable != nullptr) shape->fields = variable->fields;
  for (++at; at < ref.path.size() && shape; ++at)
    shape = FieldOf(place, *shape, ref.path[at], span);
  return shape ? Known(shape->type) : Known();
}

// The numbers that an index may have; of a loop's variable all that it goes through.
std::optional<std::pair<int64_t, int64_t>> NumbersOf(const Place& place, const Index& index) {
  const auto* ref = std::get_if<Ref>(&index.from->node);
  const auto* loop = ref == nullptr ? nullptr : place.scope.FindLoopVariable(ref->path[0]);
  if (loop != nullptr && index.to == nullptr) return loop->range;
  const auto from = KnownNumber(place, *index.from);
  const auto to = index.to == nullptr ? from : KnownNumber(place, *index.to);
  if (!from || !to) return std::nullopt;
  return std::pair(*from, *to);
}

void CheckPort(const Place& place, const Expr& port) {
  if (const auto* ref = std::get_if<Ref>(&port.node)) {
    const Known type = TypeOfRef(place, *ref, port.span);
    if (type && *type != Type::kNumber)
      place.findings.Report(port.span, "a port is a number, and this is " + Article(*type), "");
  }
  const auto number = KnownNumber(place, port);
  if (number && (*number < 0 || *number > kMaxPort))
    place.findings.Report(port.span, std::to_string(*number) + " is no port",
                          "ports are 0 to 65535");
}

void CheckPorts(const Place& place, const PortRange& ports, const Span& span, bool pattern) {
  CheckPort(place, *ports.from);
  if (ports.to == nullptr) return;
  CheckPort(place, *ports.to);
  const auto from = KnownNumber(place, *ports.from);
  const auto to = KnownNumber(place, *ports.to);
  if (!pattern)
    place.findings.Report(span, "a range of ports stands in patterns only", "give one port");
  else if (from && to && *from > *to)
    place.findings.Report(span, "no port is in this range", "its end comes before its beginning");
}

void CheckEndpointHost(const Place& place, const Ref& ref, const Span& span, bool pattern) {
  if (IsHost(place, ref)) {
    if (place.scope.hosts.Has(ref.path[0]))
      HostsOf(place, ref.path[0], ref.index ? &*ref.index : nullptr, span, pattern);
    return;
  }
  const bool other = place.scope.hosts.Has(ref.path[0]) || ref.path[0] == "self";
  const bool known = other || place.scope.Find(place.host, ref.path[0]) != nullptr ||
                     place.scope.FindLoopVariable(ref.path[0]) != nullptr ||
                     place.scope.topology.parameters.contains(ref.path[0]);
  if (!known)
    return place.findings.Report(span, "unknown host " + ref.path[0],
                                 DidYouMean(ref.path[0], place.scope.hosts.Names()));
  const Known type = TypeOfRef(place, ref, span);
  if (type && *type != Type::kText && *type != Type::kAddress)
    place.findings.Report(span, "a host stands here, and this is " + Article(*type),
                          *type == Type::kEndpoint ? "an endpoint has its port already" : "");
}

}  // namespace

std::string Article(Type type) {
  switch (type) {
    case Type::kNumber:
      return "a number";
    case Type::kText:
      return "a text";
    case Type::kFlag:
      return "0 or 1";
    case Type::kDuration:
      return "a duration";
    case Type::kEndpoint:
      return "an endpoint";
    case Type::kAddress:
      return "an address";
    case Type::kKeyword:
    case Type::kWord:
      return "a word";
    case Type::kWords:
      return "words";
    case Type::kError:
      return "an error";
    case Type::kSetting:
      return "a number or a text";
    case Type::kOption:
      return "an option";
    case Type::kOptionValue:
      return "an option's value";
    case Type::kState:
      return "a state";
    case Type::kSocket:
      return "a socket";
    case Type::kRecord:
      return "a record";
    case Type::kList:
      return "a list";
    case Type::kNone:
      return "nothing";
  }
  return {};
}

std::string Listed(const std::vector<std::string>& words) {
  std::string listed;
  for (size_t i = 0; i < words.size(); ++i)
    listed += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  return listed;
}

std::optional<int64_t> KnownNumber(const Place& place, const Expr& expression) {
  const auto value = ConstantOf(expression, place.scope.topology.parameters);
  if (!value || !std::holds_alternative<int64_t>(*value)) return std::nullopt;
  return std::get<int64_t>(*value);
}

bool IsHost(const Place& place, const Ref& ref) {
  if (ref.path.size() != 1) return false;
  return ref.path[0] == "self" || ref.path[0] == "localhost" || place.scope.hosts.Has(ref.path[0]);
}

std::vector<size_t> HostsOf(const Place& place, const std::string& name, const Index* index,
                            const Span& span, bool any) {
  const Hosts& hosts = place.scope.hosts;
  const auto fail = [&](std::string message, std::string remedy) {
    place.findings.Report(span, std::move(message), std::move(remedy));
    return std::vector<size_t>();
  };
  if (!hosts.Has(name)) return fail("unknown host " + name, DidYouMean(name, hosts.Names()));
  if (!hosts.IsArray(name))
    return index == nullptr ? hosts.Of(name)
                            : fail(name + " is a single host", "write it without an index");
  if (index == nullptr)
    return fail(name + " is an array of hosts", "they are " + hosts.ExtentOf(name));
  if (!any && (index->all || index->to != nullptr))
    return fail("several hosts cannot stand here", "name one: " + hosts.ExtentOf(name));
  if (index->all) return hosts.Of(name);
  const auto range = NumbersOf(place, *index);
  if (!range)
    return fail("an index is a number, or a parameter or a loop's variable that is one", "");
  std::vector<size_t> found = hosts.Between(name, range->first, range->second);
  const bool all = range->first <= range->second &&
                   found.size() - 1 == static_cast<size_t>(range->second - range->first);
  if (!all && !hosts.Of(name).empty())
    return fail("there is no such " + name, "they are " + hosts.ExtentOf(name));
  return found;
}

Known TypeOfRef(const Place& place, const Ref& ref, const Span& span) {
  const std::string& first = ref.path[0];
  if (IsHost(place, ref)) {
    place.findings.Report(span, first + " is a host, and no value",
                          "its endpoint is " + first + ":4000, its variable " + first + ".name");
    return std::nullopt;
  }
  if (place.scope.hosts.IsExternal(first)) {
    place.findings.Report(span, first + " is external and has no variables",
                          "its endpoint is " + first + ":4000");
    return std::nullopt;
  }
  if (first == "self") return TypeOfPath(place, place.host, ref, 1, span);
  if (!place.scope.hosts.Has(first) && !ref.index)
    return TypeOfPath(place, place.host, ref, 0, span);
  const std::vector<size_t> hosts =
      HostsOf(place, first, ref.index ? &*ref.index : nullptr, span, false);
  return hosts.empty() ? Known() : TypeOfPath(place, hosts[0], ref, 1, span);
}

void CheckEndpoint(const Place& place, const Endpoint& endpoint, const Span& span, bool pattern) {
  const bool wild = std::holds_alternative<Wildcard>(endpoint.host) ||
                    std::holds_alternative<Wildcard>(endpoint.port);
  if (wild && !pattern)
    place.findings.Report(span, "* stands in patterns only",
                          "an address to use is whole, such as 0.0.0.0:4000");
  if (const auto* ref = std::get_if<Ref>(&endpoint.host))
    CheckEndpointHost(place, *ref, span, pattern);
  if (const auto* ports = std::get_if<PortRange>(&endpoint.port))
    CheckPorts(place, *ports, span, pattern);
}

}  // namespace balcony::script
