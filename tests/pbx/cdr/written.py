"""Lines as Asterisk 22 wrote them into Master.csv, with loguniqueid, loguserfield and newcdrcolumns, and records made up like them."""

from __future__ import annotations

from pbx.cdr import csv_lines
from pbx.cdr.record import Record, located

ANSWERED = '''"","101","102","from-internal","""N101 O'x"" <101>","PJSIP/101-00000000","PJSIP/102-00000001","Dial","PJSIP/102,3","2026-11-26 15:53:34","2026-11-26 15:53:34","2026-11-26 15:53:35",1,1,"ANSWERED","DOCUMENTATION","1795708414.0","","","1795708414.0",0
'''
BUSY_THEN_MAILBOX = """"","101","102","from-internal","","PJSIP/101-00000002","PJSIP/102-00000003","Dial","PJSIP/102,3","2026-11-26 15:53:36",,"2026-11-26 15:53:36",0,0,"BUSY","DOCUMENTATION","1795708416.2","","","1795708416.2",2
"","101","102","from-internal","","PJSIP/101-00000002","","VoiceMail","100@default,u","2026-11-26 15:53:36","2026-11-26 15:53:36","2026-11-26 15:53:38",2,2,"ANSWERED","DOCUMENTATION","1795708416.2","","","1795708416.2",4
"""
CANCELLED = """"","101","102","from-internal","","PJSIP/101-00000004","PJSIP/102-00000005","Dial","PJSIP/102,3","2026-11-26 15:53:40",,"2026-11-26 15:53:41",1,0,"NO ANSWER","DOCUMENTATION","1795708420.5","","","1795708420.5",5
"""
TWO_PHONES = """"","101","600","from-internal","","PJSIP/101-00000008","PJSIP/102-00000009","Dial","PJSIP/102&PJSIP/103,10","2026-11-26 15:53:48",,"2026-11-26 15:53:48",0,0,"NO ANSWER","DOCUMENTATION","1795708428.10","","","1795708428.10",10
"","101","600","from-internal","","PJSIP/101-00000008","PJSIP/103-0000000a","Dial","PJSIP/102&PJSIP/103,10","2026-11-26 15:53:48","2026-11-26 15:53:48","2026-11-26 15:53:49",1,1,"ANSWERED","DOCUMENTATION","1795708428.10","","","1795708428.10",13
"""
BY_LOCAL = """"","101","102","from-internal","","Local/102@from-internal-00000000;2","PJSIP/102-00000006","Dial","PJSIP/102,3","2026-11-26 15:54:21","2026-11-26 15:54:21","2026-11-26 15:54:21",0,0,"ANSWERED","DOCUMENTATION","1795708461.7","","","1795708461.5",8
"","102","","from-internal","","PJSIP/102-00000006","Local/102@from-internal-00000000;1","AppDial","(Outgoing Line)","2026-11-26 15:54:21","2026-11-26 15:54:21","2026-11-26 15:54:21",0,0,"ANSWERED","DOCUMENTATION","1795708461.8","","","1795708461.5",10
"","101","603","from-internal","","PJSIP/101-00000005","Local/102@from-internal-00000000;1","Dial","Local/102@from-internal,6","2026-11-26 15:54:21","2026-11-26 15:54:21","2026-11-26 15:54:21",0,0,"ANSWERED","DOCUMENTATION","1795708461.5","","","1795708461.5",6
"","101","603","from-internal","","PJSIP/101-00000005","PJSIP/102-00000006","Dial","Local/102@from-internal,6","2026-11-26 15:54:21","2026-11-26 15:54:21","2026-11-26 15:54:22",1,1,"ANSWERED","DOCUMENTATION","1795708461.5","","","1795708461.5",11
"""
MACHINE = """"","101","605","from-internal","","PJSIP/101-00000008","","Wait","1","2026-11-26 15:54:25","2026-11-26 15:54:25","2026-11-26 15:54:26",1,1,"ANSWERED","DOCUMENTATION","1795708465.10","","","1795708465.10",13
"""
UP_BUT_NOT_TAKEN = """"","101","607","from-internal","","PJSIP/101-00000002","PJSIP/102-00000003","Dial","PJSIP/102,2","2026-11-26 15:56:44","2026-11-26 15:56:44","2026-11-26 15:56:46",2,2,"NO ANSWER","DOCUMENTATION","1795708604.2","","","1795708604.2",2
"""


def read(text: str) -> list[Record]:
    """Return its records, in UTC."""
    return located(csv_lines.records(text), lambda _: (0.0,))


def record(channel: str, dstchannel: str = "", **values: object) -> Record:
    """Return a record of one second in 2026."""
    usual: dict[str, object] = {
        "src": "101",
        "dst": "102",
        "clid": "",
        "lastapp": "Dial",
        "start": 1795708414.0,
        "answer": None,
        "end": 1795708415.0,
        "disposition": "NO ANSWER",
    }
    return Record(channel=channel, dstchannel=dstchannel, **(usual | values))  # type: ignore[arg-type]  # as each test has them
