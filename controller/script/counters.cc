#include "controller/script/counters.h"

#include "absl/strings/str_split.h"

namespace balcony::script {
namespace {

struct Group {
  const char* name;
  const char* counters;  // as a line of the file has them
};

// What Linux 6.1 and later count, in the order of /proc/net/snmp, snmp6 and netstat.
constexpr Group kGroups[] = {
    {"Ip",
     "Forwarding DefaultTTL InReceives InHdrErrors InAddrErrors ForwDatagrams "
     "InUnknownProtos InDiscards InDelivers OutRequests OutDiscards OutNoRoutes "
     "ReasmTimeout ReasmReqds ReasmOKs ReasmFails FragOKs FragFails FragCreates "
     "OutTransmits"},
    {"Icmp",
     "InMsgs InErrors InCsumErrors InDestUnreachs InTimeExcds InParmProbs InSrcQuenchs "
     "InRedirects InEchos InEchoReps InTimestamps InTimestampReps InAddrMasks "
     "InAddrMaskReps OutMsgs OutErrors OutRateLimitGlobal OutRateLimitHost "
     "OutDestUnreachs OutTimeExcds OutParmProbs OutSrcQuenchs OutRedirects OutEchos "
     "OutEchoReps OutTimestamps OutTimestampReps OutAddrMasks OutAddrMaskReps"},
    {"IcmpMsg",
     "InType0 InType3 InType5 InType8 InType11 InType12 InType13 InType14 OutType0 "
     "OutType3 OutType5 OutType8 OutType11 OutType12 OutType13 OutType14"},
    {"Tcp",
     "RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails "
     "EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors"},
    {"Udp",
     "InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors "
     "IgnoredMulti MemErrors"},
    {"Ip6",
     "InReceives InHdrErrors InTooBigErrors InNoRoutes InAddrErrors InUnknownProtos "
     "InTruncatedPkts InDiscards InDelivers OutForwDatagrams OutRequests OutDiscards "
     "OutNoRoutes ReasmTimeout ReasmReqds ReasmOKs ReasmFails FragOKs FragFails "
     "FragCreates InMcastPkts OutMcastPkts InOctets OutOctets InMcastOctets "
     "OutMcastOctets InBcastOctets OutBcastOctets InNoECTPkts InECT1Pkts InECT0Pkts "
     "InCEPkts OutTransmits"},
    {"Icmp6",
     "InMsgs InErrors OutMsgs OutErrors InCsumErrors OutRateLimitHost InDestUnreachs "
     "InPktTooBigs InTimeExcds InParmProblems InEchos InEchoReplies InGroupMembQueries "
     "InGroupMembResponses InGroupMembReductions InRouterSolicits "
     "InRouterAdvertisements InNeighborSolicits InNeighborAdvertisements InRedirects "
     "InMLDv2Reports OutDestUnreachs OutPktTooBigs OutTimeExcds OutParmProblems "
     "OutEchos OutEchoReplies OutGroupMembQueries OutGroupMembResponses "
     "OutGroupMembReductions OutRouterSolicits OutRouterAdvertisements "
     "OutNeighborSolicits OutNeighborAdvertisements OutRedirects OutMLDv2Reports "
     "InType1 InType2 InType3 InType4 InType128 InType129 InType133 InType134 "
     "InType135 InType136 InType143 OutType1 OutType2 OutType3 OutType4 OutType128 "
     "OutType129 OutType133 OutType134 OutType135 OutType136 OutType143"},
    {"Udp6",
     "InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors "
     "IgnoredMulti MemErrors"},
    {"TcpExt",
     "SyncookiesSent SyncookiesRecv SyncookiesFailed EmbryonicRsts PruneCalled "
     "RcvPruned OfoPruned OutOfWindowIcmps LockDroppedIcmps ArpFilter TW TWRecycled "
     "TWKilled PAWSActive PAWSEstab BeyondWindow TSEcrRejected PAWSOldAck PAWSTimewait "
     "DelayedACKs DelayedACKLocked DelayedACKLost ListenOverflows ListenDrops "
     "TCPHPHits TCPPureAcks TCPHPAcks TCPRenoRecovery TCPSackRecovery TCPSACKReneging "
     "TCPSACKReorder TCPRenoReorder TCPTSReorder TCPFullUndo TCPPartialUndo "
     "TCPDSACKUndo TCPLossUndo TCPLostRetransmit TCPRenoFailures TCPSackFailures "
     "TCPLossFailures TCPFastRetrans TCPSlowStartRetrans TCPTimeouts TCPLossProbes "
     "TCPLossProbeRecovery TCPRenoRecoveryFail TCPSackRecoveryFail TCPRcvCollapsed "
     "TCPBacklogCoalesce TCPDSACKOldSent TCPDSACKOfoSent TCPDSACKRecv TCPDSACKOfoRecv "
     "TCPAbortOnData TCPAbortOnClose TCPAbortOnMemory TCPAbortOnTimeout "
     "TCPAbortOnLinger TCPAbortFailed TCPMemoryPressures TCPMemoryPressuresChrono "
     "TCPSACKDiscard TCPDSACKIgnoredOld TCPDSACKIgnoredNoUndo TCPSpuriousRTOs "
     "TCPMD5NotFound TCPMD5Unexpected TCPMD5Failure TCPSackShifted TCPSackMerged "
     "TCPSackShiftFallback TCPBacklogDrop PFMemallocDrop TCPMinTTLDrop "
     "TCPDeferAcceptDrop IPReversePathFilter TCPTimeWaitOverflow TCPReqQFullDoCookies "
     "TCPReqQFullDrop TCPRetransFail TCPRcvCoalesce TCPOFOQueue TCPOFODrop TCPOFOMerge "
     "TCPChallengeACK TCPSYNChallenge TCPFastOpenActive TCPFastOpenActiveFail "
     "TCPFastOpenPassive TCPFastOpenPassiveFail TCPFastOpenListenOverflow "
     "TCPFastOpenCookieReqd TCPFastOpenBlackhole TCPSpuriousRtxHostQueues "
     "BusyPollRxPackets TCPAutoCorking TCPFromZeroWindowAdv TCPToZeroWindowAdv "
     "TCPWantZeroWindowAdv TCPSynRetrans TCPOrigDataSent TCPHystartTrainDetect "
     "TCPHystartTrainCwnd TCPHystartDelayDetect TCPHystartDelayCwnd "
     "TCPACKSkippedSynRecv TCPACKSkippedPAWS TCPACKSkippedSeq TCPACKSkippedFinWait2 "
     "TCPACKSkippedTimeWait TCPACKSkippedChallenge TCPWinProbe TCPKeepAlive "
     "TCPMTUPFail TCPMTUPSuccess TCPDelivered TCPDeliveredCE TCPAckCompressed "
     "TCPZeroWindowDrop TCPRcvQDrop TCPWqueueTooBig TCPFastOpenPassiveAltKey "
     "TcpTimeoutRehash TcpDuplicateDataRehash TCPDSACKRecvSegs TCPDSACKIgnoredDubious "
     "TCPMigrateReqSuccess TCPMigrateReqFailure TCPPLBRehash TCPAORequired TCPAOBad "
     "TCPAOKeyNotFound TCPAOGood TCPAODroppedIcmps"},
    {"IpExt",
     "InNoRoutes InTruncatedPkts InMcastPkts OutMcastPkts InBcastPkts OutBcastPkts "
     "InOctets OutOctets InMcastOctets OutMcastOctets InBcastOctets OutBcastOctets "
     "InCsumErrors InNoECTPkts InECT1Pkts InECT0Pkts InCEPkts ReasmOverlaps"},
};

}  // namespace

const std::vector<std::string>& CounterGroups() {
  static const auto& names = *new std::vector<std::string>([] {
    std::vector<std::string> all;
    for (const Group& group : kGroups) all.emplace_back(group.name);
    return all;
  }());
  return names;
}

std::vector<std::string> CountersOf(std::string_view name) {
  for (const Group& group : kGroups) {
    if (group.name == name) return absl::StrSplit(group.counters, ' ');
  }
  return {};
}

}  // namespace balcony::script
