"""Makes a domain one that Exchange was installed into, and loads LDIF: exchange-load.py SMB_CONF SAM_LDB LDIF

The attributes of Exchange come into the schema under their own names (the numbers are made up: nobody asks by them). A
value `sddl:D:(A;;CC;;;{DN})…` becomes a security descriptor, made by Samba; {DN} stands for the security identifier of
that entry, and {} for the domain's. Everything else is samba-load.py's, which lies beside this file."""
import os
import re
import runpy
import sys

import ldb
from samba.auth import system_session
from samba.dcerpc import security
from samba.ndr import ndr_pack, ndr_unpack
from samba.param import LoadParm
from samba.samdb import SamDB

conf, database, ldif = sys.argv[1:]
ATTRIBUTES = [
    ("msExchRecipientTypeDetails", "2.5.5.16", 65, True),
    ("msExchMailboxSecurityDescriptor", "2.5.5.15", 66, True),
    ("msExchDelegateListLink", "2.5.5.1", 127, False),
    ("msExchMasterAccountSid", "2.5.5.17", 4, True),
]
NUMBERS = "1.2.840.113556.1.8000.2554.7.1"


def database_of(conf):
    lp = LoadParm()
    lp.load(conf)
    lp.set("dsdb:schema update allowed", "yes")
    return SamDB(url=database, session_info=system_session(), lp=lp)


def extend_schema(samdb):
    schema = samdb.get_schema_basedn()
    names = [name for name, *_ in ATTRIBUTES]
    if samdb.search(base=schema, scope=ldb.SCOPE_ONELEVEL, expression="(lDAPDisplayName=%s)" % names[0]):
        return
    for index, (name, syntax, om_syntax, is_single) in enumerate(ATTRIBUTES):
        samdb.add(
            {
                "dn": "CN=%s,%s" % (name, schema),
                "objectClass": "attributeSchema",
                "lDAPDisplayName": name,
                "attributeID": "%s.%d" % (NUMBERS, index + 1),
                "attributeSyntax": syntax,
                "oMSyntax": str(om_syntax),
                "isSingleValued": "TRUE" if is_single else "FALSE",
            }
        )
    samdb.modify_ldif("dn:\nchangetype: modify\nadd: schemaUpdateNow\nschemaUpdateNow: 1\n")
    user = ldb.Message(ldb.Dn(samdb, "CN=User,%s" % schema))
    user["mayContain"] = ldb.MessageElement(names, ldb.FLAG_MOD_ADD, "mayContain")
    samdb.modify(user)


def descriptor(samdb, sddl):
    def sid_of(match):
        if match[1] == "":
            return samdb.get_domain_sid()
        found = samdb.search(base=match[1], scope=ldb.SCOPE_BASE, attrs=["objectSid"])
        return str(ndr_unpack(security.dom_sid, found[0]["objectSid"][0]))

    text = re.sub(r"\{([^}]*)\}", sid_of, sddl)
    return ndr_pack(security.descriptor.from_sddl(text, security.dom_sid(samdb.get_domain_sid())))


extend_schema(database_of(conf))

with open(ldif, encoding="utf-8") as file:
    blocks = file.read().split("\n\n")
DESCRIPTOR = re.compile(r"^dn: (.*)\n(?:.*\n)*?(\w+): sddl:(.*)$", re.M)
plain = ldif + ".plain"
with open(plain, "w", encoding="utf-8") as file:
    file.write("\n\n".join(block for block in blocks if not DESCRIPTOR.search(block)) + "\n")
sys.argv = ["samba-load.py", conf, database, plain]
runpy.run_path(os.path.join(os.path.dirname(os.path.abspath(__file__)), "samba-load.py"))
os.remove(plain)

samdb = database_of(conf)
for dn, name, sddl in (found.groups() for found in map(DESCRIPTOR.search, blocks) if found):
    message = ldb.Message(ldb.Dn(samdb, dn))
    message[name] = ldb.MessageElement(descriptor(samdb, sddl), ldb.FLAG_MOD_ADD, name)
    samdb.modify(message)
