"""Ports by what they are for, as far as an answer depends on it."""

from __future__ import annotations

ADMIN = {  # ports by which one machine is operated from another
    22: "SSH",
    23: "Telnet",
    135: "Windows RPC",
    139: "Windows file sharing",
    445: "Windows file sharing",
    2375: "Docker",
    2376: "Docker",
    3389: "Remote Desktop",
    5900: "VNC",
    5985: "Windows Remote Management",
    5986: "Windows Remote Management",
    6443: "Kubernetes API",
    10250: "Kubernetes node agent",
}
ODD = {  # ports that servers of a business seldom ask for outside
    3333: "mining pools",
    5555: "mining pools and Android debugging",
    6667: "IRC",
    6697: "IRC",
    9001: "Tor relays",
    9030: "Tor directories",
    14433: "mining pools",
    14444: "mining pools",
    45700: "mining pools",
}
# Above 1023, and still the server's side of a connection.
SERVED = (
    *(1433, 1521, 2049, 2375, 2376, 2379, 3000, 3128, 3268, 3306, 3389, 4333, 5000, 5432, 5439, 5601, 5671, 5672),
    *(5900, 5985, 5986, 6379, 6443, 8000, 8080, 8081, 8086, 8088, 8443, 8888, 9000, 9042, 9090, 9092, 9093, 9200),
    *(9300, 10250, 11211, 15672, 26257, 27017, 27018, 50051, 61616),
)
PROTOCOLS = {1: "ICMP", 2: "IGMP", 4: "IP in IP", 6: "TCP", 17: "UDP", 41: "IPv6 in IP", 47: "GRE", 50: "ESP"} | {
    51: "AH",
    58: "ICMPv6",
    132: "SCTP",
}
ICMP = (1, 58)
USUAL = (1, 2, 6, 17, 58)


def port_name(port: int | None, protocol: int | None) -> str:
    """Return a port with its protocol, or the protocol alone where it has no ports.

    >>> port_name(22, 6), port_name(0, 1), port_name(None, 200)
    ('22/TCP (SSH)', 'ICMP', 'protocol 200')
    """
    word = PROTOCOLS.get(protocol or 0, f"protocol {'unknown' if protocol is None else protocol}")
    if port is None or protocol not in (6, 17, 132):
        return word
    known = ADMIN.get(port)
    return f"{port}/{word}" + (f" ({known})" if known else "")
