"""A small DNS server for the tests, on a free port of this machine, and a resolver that asks nobody else."""

import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset

CUT, SILENT, FAILING = "cut", "silent", "failing"
ROOT = {".": {"NS": "a.root.example."}}
Zone = Mapping[str, Mapping[str, str] | str]


class NameServer(socketserver.ThreadingUDPServer):
    """Answers from `zone`: a domain's records by their kind, or what goes wrong there. Others do not exist.

    `asked` names the domains that it was asked for, the root apart.
    """

    daemon_threads = True

    def __init__(self, zone: Zone) -> None:
        super().__init__(("127.0.0.1", 0), Question)
        self.zone = zone
        self.asked: list[str] = []


class Question(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        packet, socket = self.request
        server = self.server
        assert isinstance(server, NameServer)
        query = dns.message.from_wire(packet)
        [question] = query.question
        name = question.name.to_text(omit_final_dot=True)
        if name != ".":
            server.asked.append(name)
        known = server.zone.get(name)
        if known == SILENT:
            return
        answer = dns.message.make_response(query)
        if known is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif known == FAILING:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif not isinstance(known, str) and (record := known.get(question.rdtype.name)):
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", question.rdtype.name, record))
        wire = answer.to_wire()
        socket.sendto(wire[:20] if known == CUT else wire, self.client_address)


@contextmanager
def name_server(zone: Zone) -> Iterator[NameServer]:
    """Within it, this process asks this server and no other."""
    before = dns.resolver.default_resolver
    with NameServer(zone) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.server_address[1]
        dns.resolver.default_resolver = resolver
        try:
            yield server
        finally:
            dns.resolver.default_resolver = before
            server.shutdown()
            thread.join()
