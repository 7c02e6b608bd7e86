"""The DNS that the samples are judged by, in the form of a snapshot; a name that is absent does not exist."""

from ipaddress import ip_address

from recipes.stage import record

# domain: (SPF, DMARC, the hosts that take its mail); None where it publishes none.
DOMAINS: dict[str, tuple[str | None, str | None, str | None]] = {
    "bakery.example": ("v=spf1 ip4:198.51.100.20 -all", "v=DMARC1; p=reject", "out1.bakery.example"),
    "museum.example": ("v=spf1 a:smtp.museum.example ~all", "v=DMARC1; p=quarantine", "smtp.museum.example"),
    "alumni.example": ("v=spf1 mx -all", "v=DMARC1; p=none", "mail.alumni.example"),
    "tideline.example": ("v=spf1 a:mail.tideline.example -all", "v=DMARC1; p=reject", "mail.tideline.example"),
    "clubnews.example": ("v=spf1 ip4:198.51.100.70 -all", "v=DMARC1; p=none; rua=mailto:dmarc@clubnews.example",
                         "mail.clubnews.example"),
    "lists.choir.example": ("v=spf1 a -all", None, "lists.choir.example"),
    "harbourmaster.example": ("v=spf1 mx -all", "v=DMARC1; p=quarantine", "mx.harbourmaster.example"),
    "yachtclub.example": ("v=spf1 ip4:203.0.113.45 -all", "v=DMARC1; p=none", "mail.yachtclub.example"),
    "sendwell.example": ("v=spf1 include:spf.sendwell.example -all", "v=DMARC1; p=reject", "mx.sendwell.example"),
    "bounce.sendwell.example": ("v=spf1 include:spf.sendwell.example -all", None, "mx.sendwell.example"),
    "spf.sendwell.example": ("v=spf1 ip4:198.51.100.80/29 -all", None, None),
    "tideline-bank.example": ("v=spf1 ip4:198.51.100.110 -all", "v=DMARC1; p=reject", "mx.tideline-bank.example"),
    "tourism.example": ("v=spf1 " + " ".join(f"include:spf{n}.tourism.example" for n in range(1, 12)) + " ~all",
                        "v=DMARC1; p=quarantine", "web4.tourism.example"),
    "station.example": ("v=spf1 ip4:198.51.100.40 -all", "v=DMARC1; p=quarantine", "mta.station.example"),
    "garden.example": ("v=spf1 mx -all", "v=DMARC1; p=none", "mail.garden.example"),
    "library.example": ("v=spf1 ip4:198.51.100.50 -all", "v=DMARC1; p=quarantine", "mx2.library.example"),
    "ferry.example": ("v=spf1 ip4:198.51.100.55 -all", "v=DMARC1; p=reject", "out.ferry.example"),
    "coupon.example": ("v=spf1 ip4:198.51.100.85 -all", "v=DMARC1; p=quarantine", "mx.coupon.example"),
    "cheaphost.example": ("v=spf1 ip4:203.0.113.192/26 -all", None, "mx.cheaphost.example"),
    "parcel.example": ("v=spf1 ip4:198.51.100.95 ~all", "v=DMARC1; p=quarantine", "out.parcel.example"),
    "oldmill.example": ("v=spf1 +all", "v=DMARC1; p=none", "mx.oldmill.example"),
    "flowershop.example": ("v=spf1 ip4:198.51.100.99 -all", "v=DMARC1; p=reject", "web2.flowershop.example"),
    "notary.example": ("v=spf1 a:smtp.notary.example -all", "v=DMARC1; p=reject", "smtp.notary.example"),
    "boatyard.example": ("v=spf1 mx -all", "v=DMARC1; p=none", "mail.boatyard.example"),
    "harbor.example": ("v=spf1 mx -all", "v=DMARC1; p=quarantine", "mx.harbor.example"),
    "mx.harbor.example": ("v=spf1 a -all", None, None),
    "northmail.example": ("v=spf1 ip4:192.0.2.80/30 -all", "v=DMARC1; p=quarantine", "mx.northmail.example"),
    "lindgren.example": ("v=spf1 include:spf.protection.cloudmail.example -all", "v=DMARC1; p=none",
                         "lindgren-example.mail.protection.cloudmail.example"),
    "spf.protection.cloudmail.example": ("v=spf1 ip4:203.0.113.144/28 -all", None, None),
    "outbound.protection.cloudmail.example": ("v=spf1 a -all", None, None),
    "mail.alumni.example": ("v=spf1 a -all", None, None),
    "lakeside.example": ("v=spf1 mx -all", "v=DMARC1; p=none", "mx.lakeside.example"),
    "valley.example": ("v=spf1 -all", None, "aspmx.valley.example"),
    "farshore.example": (None, None, "mx.farshore.example"),
    "oldschool.example": (None, None, "mail.oldschool.example"),
    "seamail.example": ("v=spf1 mx -all", None, "mx.seamail.example"),
}  # fmt: skip

HOSTS = {
    "out1.bakery.example": "198.51.100.20",
    "till.bakery.example": "198.51.100.21",
    "smtp.museum.example": "198.51.100.24",
    "shop.museum.example": "198.51.100.25",
    "mail.alumni.example": "203.0.113.25",
    "mail.tideline.example": "198.51.100.35",
    "mta.station.example": "198.51.100.40",
    "mail.garden.example": "198.51.100.45",
    "mx2.library.example": "198.51.100.50",
    "out.ferry.example": "198.51.100.55",
    "smtp.notary.example": "198.51.100.60",
    "mail.boatyard.example": "198.51.100.65",
    "mail.clubnews.example": "198.51.100.70",
    "mx.harbourmaster.example": "198.51.100.75",
    "office.harbourmaster.example": "198.51.100.76",
    "mail.yachtclub.example": "203.0.113.45",
    "o1.post.sendwell.example": "198.51.100.80",
    "mx.sendwell.example": "198.51.100.82",
    "mx.coupon.example": "198.51.100.85",
    "web4.tourism.example": "198.51.100.90",
    "out.parcel.example": "198.51.100.95",
    "web2.flowershop.example": "198.51.100.99",
    "mx.tideline-bank.example": "198.51.100.110",
    "mx.oldmill.example": "198.51.100.115",
    "mx.lakeside.example": "198.51.100.130",
    "mail.oldschool.example": "198.51.100.150",
    "lists.choir.example": "203.0.113.40",
    "mx.farshore.example": "203.0.113.90",
    "mx.seamail.example": "203.0.113.95",
    "aspmx.valley.example": "203.0.113.27",
    "lindgren-example.mail.protection.cloudmail.example": "203.0.113.144",
    "outbound.protection.cloudmail.example": "203.0.113.150",
    "relay7.cheaphost.example": "203.0.113.201",
    "mx.cheaphost.example": "203.0.113.202",
    "mx.harbor.example": "192.0.2.10",
    "store.harbor.example": "192.0.2.11",
    "mx.northmail.example": "192.0.2.80",
    "fbl.northmail.example": "192.0.2.81",
}

KEYS = {
    "oct2026._domainkey.bakery.example": "rsa-2048-a.pem",
    "s1._domainkey.museum.example": "rsa-2048-b.pem",
    "t1._domainkey.tideline.example": "rsa-2048-a.pem",
    "c1._domainkey.clubnews.example": "rsa-2048-b.pem",
    "hm._domainkey.harbourmaster.example": "rsa-2048-b.pem",
    "arc1._domainkey.lists.choir.example": "rsa-2048-b.pem",
    "sw2026._domainkey.sendwell.example": "rsa-2048-a.pem",
    "k1._domainkey.tourism.example": "rsa-2048-b.pem",
    "rsa26._domainkey.station.example": "rsa-2048-a.pem",
    "ed26._domainkey.station.example": "ed25519.key",
    "default._domainkey.garden.example": "rsa-1024.pem",
    "q4._domainkey.ferry.example": "rsa-2048-a.pem",
    "w._domainkey.coupon.example": "rsa-2048-a.pem",
    "web._domainkey.flowershop.example": "rsa-2048-b.pem",
    "mail._domainkey.notary.example": "rsa-2048-a.pem",
    "by1._domainkey.boatyard.example": "rsa-2048-b.pem",
    "h1._domainkey.harbor.example": "rsa-2048-b.pem",
}
REVOKED = "spring._domainkey.library.example"


def snapshot() -> dict[str, object]:
    """Every record of the samples' world."""
    names: dict[str, dict[str, list[str]]] = {}

    def add(name: str, kind: str, value: str) -> None:
        names.setdefault(f"{name}.", {}).setdefault(kind, []).append(value)

    for domain, (spf, dmarc, taker) in DOMAINS.items():
        if spf:
            add(domain, "TXT", spf)
        if dmarc:
            add(f"_dmarc.{domain}", "TXT", dmarc)
        if taker:
            add(domain, "MX", f"10 {taker}.")
    for number in range(1, 12):
        add(f"spf{number}.tourism.example", "TXT", f"v=spf1 ip4:203.0.113.{180 + number} ~all")
    for host, address in HOSTS.items():
        add(host, "A", address)
        add(ip_address(address).reverse_pointer, "PTR", f"{host}.")
    for name, key in KEYS.items():
        add(name, "TXT", record(key))
    add(REVOKED, "TXT", "v=DKIM1; k=rsa; p=")
    told = "Made by hand for the samples (samples/build.py): these domains exist here only. What is absent is NXDOMAIN."
    return {"meta": {"note": told}, **{name: names[name] for name in sorted(names)}}
