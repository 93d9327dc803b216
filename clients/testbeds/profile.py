"""Romeo and Juliet: two nodes on one LAN, for experiments of Balcony.

Instructions:
When both nodes are ready, save the text of the tab "Manifest" as manifest.xml on your own machine, and there say
`balcony run tcp.md --fleet manifest.xml`. Nothing has to be installed on the nodes.
"""

import geni.portal as portal
import geni.rspec.pg as pg

ADDRESSES = [("romeo", "10.10.0.100"), ("juliet", "10.10.0.101")]
NETMASK = "255.255.255.0"

context = portal.Context()
context.defineParameter(
    "hardware",
    "Type of the nodes",
    portal.ParameterType.NODETYPE,
    "",
    longDescription="Any that is free, if it is left empty.",
)
context.defineParameter(
    "image",
    "Their disk image",
    portal.ParameterType.IMAGE,
    "urn:publicid:IDN+emulab.net+image+emulab-ops//UBUNTU22-64-STD",
)
parameters = context.bindParameters()

request = context.makeRequestRSpec()
lan = request.LAN("lan0")
for name, address in ADDRESSES:
    node = request.RawPC(name)
    node.disk_image = parameters.image
    if parameters.hardware:
        node.hardware_type = parameters.hardware
    interface = node.addInterface("eth1")
    interface.addAddress(pg.IPv4Address(address, NETMASK))
    lan.addInterface(interface)

context.printRequestRSpec(request)
