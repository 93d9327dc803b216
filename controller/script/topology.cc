#include "controller/script/topology.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "controller/script/address.h"
#include "controller/script/lan.h"

namespace balcony::script {
namespace {

constexpr size_t kMaxHosts = 1000;
constexpr char kTooManyHosts[] = "these are too many hosts";
constexpr char kMostHosts[] = "1,000 are the most";
constexpr size_t kMaxParameterBytes = 4 * kMaxTextBytes;  // of all texts together

class Builder {
 public:
  Builder(const std::map<std::string, std::string>& overrides, std::vector<Diagnostic>& diagnostics)
      : overrides_(overrides), diagnostics_(diagnostics) {}

  void Read(const Declaration& declaration) {
    span_ = declaration.span;
    if (const auto* set = std::get_if<SetDecl>(&declaration.node)) ReadSet(*set);
    if (const auto* host = std::get_if<HostDecl>(&declaration.node)) ReadHost(*host);
    if (const auto* timeout = std::get_if<TimeoutDecl>(&declaration.node)) ReadTimeout(*timeout);
    if (const auto* sysctl = std::get_if<SysctlDecl>(&declaration.node)) sysctls_.push_back(sysctl);
    if (const auto* needs = std::get_if<NeedsDecl>(&declaration.node)) ReadNeeds(*needs);
  }

  Topology Finish() {
    for (const auto& [index, span] : without_address_) {
      if (!GiveAddress(topology_.hosts[index], span)) break;  // nor is there one for those behind
    }
    for (const SysctlDecl* sysctl : sysctls_) SetSysctl(*sysctl);  // it may stand above its host
    return std::move(topology_);
  }

 private:
  void Report(const Span& span, std::string message, std::string remedy = {}) {
    if (reported_++ < kMaxDiagnostics)
      diagnostics_.push_back({span, std::move(message), std::move(remedy)});
  }

  void ReadSet(const SetDecl& set) {
    if (topology_.parameters.contains(set.name))
      return Report(span_, "the parameter " + set.name + " is declared twice", "take one away");
    std::optional<ParameterValue> value = ConstantOf(*set.value, topology_.parameters);
    if (!value)
      Report(set.value->span, "this is no number and no text",
             "a parameter is made of those and of parameters above it");
    if (const auto* text = value ? std::get_if<std::string>(&*value) : nullptr)
      text_bytes_ += text->size();
    if (text_bytes_ > kMaxParameterBytes)
      return Report(span_, "the parameters are too large", "64 MiB are the most");
    topology_.parameters[set.name] = Overridden(set.name, value.value_or(0));
  }

  ParameterValue Overridden(const std::string& name, ParameterValue value) {
    const auto found = overrides_.find(name);
    if (found == overrides_.end()) return value;
    const std::string& text = found->second;
    if (std::holds_alternative<std::string>(value)) return text;
    int64_t number = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && rest == text.data() + text.size()) return number;
    Report(span_,
           "the parameter " + name + " is a number, and -D " + name + "=" + text + " is none",
           "give it a number");
    return value;  // so that nothing else is found wrong for it
  }

  void ReadTimeout(const TimeoutDecl& timeout) {
    if (std::exchange(has_timeout_, true))
      return Report(span_, "timeout is declared twice", "take one away");
    if (timeout.patience <= absl::ZeroDuration())
      Report(span_, "in a timeout of nothing no call can end", "write timeout 5s");
    topology_.patience = timeout.patience;
  }

  void SetSysctl(const SysctlDecl& sysctl) {
    for (Host& host : topology_.hosts)
      if (host.base == sysctl.host) host.sysctls.push_back({sysctl.path, sysctl.value});
  }

  void ReadHost(const HostDecl& declaration) {
    if (!bases_.insert(declaration.name).second)
      return Report(span_, "the host " + declaration.name + " is declared twice",
                    "give one of them another name");
    if (declaration.external) return ReadExternal(declaration);
    const auto range = NumbersOf(declaration);
    if (!range) return;
    const std::vector<Network> networks = NetworksOf(declaration);
    bool sound = true;  // what is wrong with one host of an array is wrong with those behind it
    for (int64_t number = range->first; number <= range->second; ++number) {
      Host host = {declaration.name, declaration.name, 0, {}, {}};
      if (declaration.from != nullptr) {
        host.number = static_cast<int>(number);
        host.name += "[" + std::to_string(number) + "]";
      }
      const auto count = static_cast<uint64_t>(number - range->first);
      for (size_t i = 0; i < networks.size() && sound; ++i)
        sound = AddAddress(host, networks[i], declaration.addresses[i], count);
      if (declaration.addresses.empty())
        without_address_.emplace_back(topology_.hosts.size(), span_);
      topology_.hosts.push_back(std::move(host));
    }
  }

  void ReadExternal(const HostDecl& declaration) {
    External external = {declaration.name, {}};
    if (declaration.from != nullptr)
      return Report(span_, "external hosts are declared one by one",
                    "write host " + declaration.name + " external 192.0.2.9");
    if (declaration.addresses.empty())
      return Report(span_, "an external host has its own address",
                    "write host " + declaration.name + " external 192.0.2.9");
    if (HostCount() == kMaxHosts) return Report(span_, kTooManyHosts, kMostHosts);
    for (const Prefix& prefix : declaration.addresses) {
      const Bytes bytes = *AddressBytes(prefix.address);
      if (prefix.length >= 0)
        return Report(prefix.span, "an external host is on no LAN of this file",
                      "write " + prefix.address + " without its prefix length");
      if (auto [message, remedy] = WhyNotExternal(bytes); !message.empty())
        return Report(prefix.span, std::move(message), std::move(remedy));
      if (!Claim(bytes, declaration.name, prefix.span)) return;
      external.addresses.push_back(AddressText(bytes));
    }
    topology_.externals.push_back(std::move(external));
  }

  void ReadNeeds(const NeedsDecl& declaration) {
    std::pair<std::string, std::string> wrong;
    if (auto need = ToNeeded(declaration, wrong)) return topology_.needs.push_back(*need);
    Report(span_, std::move(wrong.first), std::move(wrong.second));
  }

  size_t HostCount() const { return topology_.hosts.size() + topology_.externals.size(); }

  // Whether the address is nobody's yet; it is then this host's.
  bool Claim(const Bytes& bytes, const std::string& host, const Span& span) {
    const auto [owner, added] = owners_.emplace(AddressText(bytes), host);
    if (!added)
      Report(span, owner->second + " has the address " + owner->first + " too",
             "each host has its own");
    return added;
  }

  std::optional<std::pair<int64_t, int64_t>> NumbersOf(const HostDecl& declaration) {
    if (declaration.from == nullptr && HostCount() < kMaxHosts)
      return std::pair<int64_t, int64_t>(1, 1);
    if (declaration.from == nullptr) {
      Report(span_, kTooManyHosts, kMostHosts);
      return std::nullopt;
    }
    const std::optional<int64_t> from = NumberAt(*declaration.from);
    const std::optional<int64_t> to = NumberAt(*declaration.to);
    if (!from || !to) return std::nullopt;
    if (*from < 1)
      Report(declaration.from->span, "hosts are counted from 1", "");
    else if (*to < *from)
      Report(declaration.to->span,
             "there is no " + declaration.name + " in " + std::to_string(*from) + ".." +
                 std::to_string(*to),
             "the second number must not be smaller than the first");
    else if (*to - *from >= static_cast<int64_t>(kMaxHosts - HostCount()) || *to > INT32_MAX)
      Report(declaration.to->span, kTooManyHosts, kMostHosts);
    else
      return std::pair(*from, *to);
    return std::nullopt;
  }

  std::optional<int64_t> NumberAt(const Expr& expression) {
    const auto value = ConstantOf(expression, topology_.parameters);
    if (value && std::holds_alternative<int64_t>(*value)) return std::get<int64_t>(*value);
    Report(expression.span, "this is no number",
           "a number stands here, or a parameter that is set above");
    return std::nullopt;
  }

  // The networks of a declaration's addresses, up to the first that is none.
  std::vector<Network> NetworksOf(const HostDecl& declaration) {
    std::vector<Network> networks;
    for (const Prefix& prefix : declaration.addresses) {
      const Bytes bytes = *AddressBytes(prefix.address);
      const int bits = static_cast<int>(bytes.size()) * 8;
      if (prefix.length < 0) {
        Report(prefix.span, prefix.address + " has no prefix length",
               "write " + prefix.address + (bits == 32 ? "/24" : "/64"));
        break;
      }
      if (prefix.length < 1 || prefix.length > bits) {
        Report(prefix.span, "/" + std::to_string(prefix.length) + " is no prefix length",
               "it is 1 to " + std::to_string(bits));
        break;
      }
      networks.push_back({NetworkOf(bytes, prefix.length), prefix.length});
    }
    return networks;
  }

  bool AddAddress(Host& host, const Network& network, const Prefix& prefix, uint64_t count) {
    const std::optional<Bytes> bytes = AddressAfter(*AddressBytes(prefix.address), count);
    if (!bytes || NetworkOf(*bytes, network.length) != network.first ||
        (count > 0 && IsReserved(*bytes, network))) {
      Report(prefix.span,
             host.name + " has no address left in " + PrefixText(network.first, network.length),
             "take a shorter prefix");
      return false;
    }
    if (IsNoHosts(*bytes) || IsReserved(*bytes, network)) {
      Report(prefix.span, AddressText(*bytes) + " is no host's address", Instead(*bytes, network));
      return false;
    }
    if (!Claim(*bytes, host.name, prefix.span)) return false;
    const int lan = LanOf(network, prefix.span);
    host.addresses.push_back({AddressText(*bytes), network.length, lan});
    return true;
  }

  int LanOf(const Network& network, const Span& span) {
    for (size_t i = 0; i < networks_.size(); ++i) {
      if (!Overlap(networks_[i], network)) continue;
      if (networks_[i].length != network.length)
        Report(span,
               PrefixText(network.first, network.length) + " overlaps " + topology_.lans[i].prefix,
               "hosts on one LAN have one prefix length");
      return static_cast<int>(i);
    }
    networks_.push_back(network);
    topology_.lans.push_back({PrefixText(network.first, network.length)});
    return static_cast<int>(networks_.size()) - 1;
  }

  bool GiveAddress(Host& host, const Span& span) {
    size_t lan = 0;
    while (lan < networks_.size() && networks_[lan].first.size() != 4) ++lan;
    if (lan == networks_.size()) lan = static_cast<size_t>(LanOf({{10, 0, 0, 0}, 24}, span));
    const Network& network = networks_[lan];
    std::optional<Bytes> bytes = AddressAfter(network.first, ++given_);
    while (bytes && owners_.contains(AddressText(*bytes)))
      bytes = AddressAfter(network.first, ++given_);
    if (!bytes || NetworkOf(*bytes, network.length) != network.first ||
        IsReserved(*bytes, network)) {
      Report(span, host.name + " has no address left in " + topology_.lans[lan].prefix,
             "give the hosts addresses of a shorter prefix");
      return false;
    }
    owners_.emplace(AddressText(*bytes), host.name);
    host.addresses.push_back({AddressText(*bytes), network.length, static_cast<int>(lan)});
    return true;
  }

  const std::map<std::string, std::string>& overrides_;
  std::vector<Diagnostic>& diagnostics_;
  Topology topology_;
  Span span_;                                             // of the declaration at hand
  std::set<std::string> bases_;                           // hosts and arrays
  std::vector<Network> networks_;                         // as topology_.lans
  std::map<std::string, std::string> owners_;             // hosts by address
  std::vector<std::pair<size_t, Span>> without_address_;  // hosts to be given one
  std::vector<const SysctlDecl*> sysctls_;                // in the file's order
  uint64_t given_ = 0;                                    // how far the given addresses have come
  bool has_timeout_ = false;
  size_t text_bytes_ = 0;
  size_t reported_ = 0;
};

}  // namespace

Topology BuildTopology(const Script& script, const std::map<std::string, std::string>& overrides,
                       std::vector<Diagnostic>& diagnostics) {
  Builder builder(overrides, diagnostics);
  for (const Declaration& declaration : script.declarations) builder.Read(declaration);
  return builder.Finish();
}

const External* FindExternal(const Topology& topology, std::string_view name) {
  const auto& externals = topology.externals;
  const auto found = std::find_if(externals.begin(), externals.end(),
                                  [&](const External& external) { return external.name == name; });
  return found == externals.end() ? nullptr : &*found;
}

}  // namespace balcony::script
