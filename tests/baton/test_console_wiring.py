"""Who may come into the console."""

from __future__ import annotations

from baton.auth import demo_directory
from baton.console_wiring import DirectoryStaff


async def test_staff_come_in_and_customers_do_not():
    staff = DirectoryStaff(demo_directory("swarm"))
    ada = await staff.check("Ada@baton.example", "swarm")
    assert ada is not None
    assert (ada.name, ada.role, ada.tenants) == ("Ada", "admin", ("volta", "lumen"))
    assert await staff.check("ada@baton.example", "guess") is None
    assert await staff.check("anna@volta.example", "swarm") is None
    assert await staff.find("anna@volta.example") is None
    assert await staff.find(ada.login) == ada
