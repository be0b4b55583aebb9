"""Loads LDIF into the database of a domain controller that is not running: samba-load.py SMB_CONF SAM_LDB LDIF

A value `rid:DN` stands for the relative identifier of the entry of that name, which nobody knows before it is made."""
import sys

import ldb
from samba.auth import system_session
from samba.dcerpc import security
from samba.ndr import ndr_unpack
from samba.param import LoadParm
from samba.samdb import SamDB

BATCH = 250

conf, database, ldif = sys.argv[1:]
lp = LoadParm()
lp.load(conf)
samdb = SamDB(url=database, session_info=system_session(), lp=lp)


def rid_of(dn):
    found = samdb.search(base=dn, scope=ldb.SCOPE_BASE, attrs=["objectSid"])
    return ndr_unpack(security.dom_sid, found[0]["objectSid"][0]).split()[1]


def put(change, message):
    for name in message.keys():
        value = b"" if name == "dn" else bytes(message[name][0])
        if value.startswith(b"rid:"):
            rid = str(rid_of(value[4:].decode()))
            message[name] = ldb.MessageElement(rid, message[name].flags(), name)
    if change == ldb.CHANGETYPE_MODIFY:
        samdb.modify(message)
    else:
        samdb.add(message)


with open(ldif, encoding="utf-8") as file:
    pending = 0
    samdb.transaction_start()
    for change, message in samdb.parse_ldif(file.read()):
        try:
            put(change, message)
        except Exception as error:
            sys.exit(f"{message.dn}: {error}")
        pending += 1
        if pending % BATCH == 0:
            samdb.transaction_commit()
            samdb.transaction_start()
    samdb.transaction_commit()
