#include "controller/script/check.h"

#include "controller/script/flow.h"

namespace balcony::script {
namespace {

class Declarations {
 public:
  Declarations(const Scope& scope, Findings& findings) : scope_(scope), findings_(findings) {}

  void Check(const Declaration& declaration) {
    span_ = declaration.span;
    std::visit([&](const auto& node) { Check(node); }, declaration.node);
  }

 private:
  void Check(const HostDecl& host) {
    if (host.router) Refuse("router", "write host: nothing is forwarded between LANs");
    if (scope_.texts.contains(host.name))
      findings_.Report(span_, host.name + " is a text already", "take another name");
  }
  void Check(const SetDecl& set) {
    if (scope_.hosts.Has(set.name))
      findings_.Report(span_, set.name + " is a host already", "take another name");
    if (scope_.texts.contains(set.name))
      findings_.Report(span_, set.name + " is a text already", "take another name");
  }
  void Check(const TimeoutDecl&) {}
  void Check(const LinkDecl&) { Refuse("link", "take it away: no packet is delayed or lost"); }
  void Check(const SysctlDecl& sysctl) {
    if (scope_.hosts.IsExternal(sysctl.host))
      return findings_.Report(span_, sysctl.host + " is external and has no agent",
                              "sysctl needs a host with one");
    if (scope_.hosts.Has(sysctl.host)) return;
    findings_.Report(span_, "unknown host " + sysctl.host,
                     DidYouMean(sysctl.host, scope_.hosts.Names()));
  }
  void Check(const NeedsDecl&) {}

  void Refuse(const std::string& word, std::string remedy) {
    findings_.Report(span_, word + " is not available in this version", std::move(remedy));
  }

  const Scope& scope_;
  Findings& findings_;
  Span span_;
};

void CheckOverrides(const Topology& topology, const std::map<std::string, std::string>& overrides,
                    Findings& findings) {
  std::vector<std::string> names;
  for (const auto& [name, value] : topology.parameters) names.push_back(name);
  Span span;  // it stands in no line of the file; by the column each is another one
  for (const auto& [name, value] : overrides) {
    if (topology.parameters.contains(name)) continue;
    ++span.column;
    std::string remedy = DidYouMean(name, names);
    if (remedy.empty()) remedy = names.empty() ? "it sets none" : "it sets " + Listed(names);
    findings.Report(span, "-D " + name + ": this file sets no " + name, std::move(remedy));
  }
}

}  // namespace

void Check(const Script& script, const Topology& topology,
           const std::map<std::string, std::string>& overrides,
           std::vector<Diagnostic>& diagnostics) {
  Findings findings(diagnostics);
  Scope scope(script, topology);
  CheckOverrides(topology, overrides, findings);
  Declarations declarations(scope, findings);
  for (const Declaration& declaration : script.declarations) declarations.Check(declaration);
  CheckStatements(scope, findings, script.statements);
  findings.Sort();
}

}  // namespace balcony::script
