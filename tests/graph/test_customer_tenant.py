"""Acting in a customer's tenant, against the practice cloud: users, passwords, domains."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from store.errors import BadInput, GraphForbidden, GraphRefused, NoConnection, SignInRefused
from store.graph.endpoints import Endpoint
from store.model.partner import Cloud
from store.practice import rules
from store.practice.cloud import Practice
from store.practice.faults import Fault
from store.secret import Secret
from tests.graph.contoso import FIRST, NINA, OTHER, at_contoso, contoso_user
from tests.microsoft import CONTOSO, PatientWaits, practice_cloud


@pytest.fixture
def cloud() -> Practice:
    return practice_cloud()


async def test_a_user_is_added_found_and_deleted_again(cloud: Practice) -> None:
    async with at_contoso(cloud) as tenant:
        assert await tenant.organization() == (CONTOSO, "Contoso", "contoso.example")
        made = await tenant.create_user(NINA, FIRST)
        assert (made.upn, made.name) == (NINA.upn, NINA.name)
        kept = contoso_user(cloud, "nina")
        assert (kept.password, kept.must_change) == (FIRST.reveal(), True)
        found = await tenant.user(NINA.upn)
        assert (found.id, found.location, found.nickname) == (made.id, "PL", "nina")
        assert found.created and found.enabled and not found.guest
        assert [one.id for one in (await tenant.users("nina")).items] == [made.id]
        with pytest.raises(GraphRefused, match="taken"):
            await tenant.create_user(NINA, FIRST)
        await tenant.delete_user(made.id)
        with pytest.raises(GraphRefused, match="not any more") as gone:
            await tenant.user(NINA.upn)
        assert gone.value.status == 404


async def test_typing_asks_for_one_page_and_says_that_there_is_more(cloud: Practice) -> None:
    async with at_contoso(cloud) as tenant:
        few = await tenant.users("", most=3)
        assert len(few.items) == 3 and not few.whole and few.why
        assert len([call for call in cloud.log if "/users" in call.path]) == 1
        ada = await tenant.users("Ada", most=3)
        assert [one.upn for one in ada.items] == ["ada@contoso.example"] and ada.whole
        assert len((await tenant.users()).items) == 8


async def test_a_password_is_reset_and_may_be_kept(cloud: Practice) -> None:
    async with at_contoso(cloud) as tenant:
        ada = contoso_user(cloud, "ada")
        await tenant.reset_password(ada.id, FIRST, change=True)
        assert (ada.password, ada.must_change) == (FIRST.reveal(), True)
        await tenant.reset_password(ada.id, OTHER, change=False)
        assert (ada.password, ada.must_change) == (OTHER.reveal(), False)
    methods = [call.method for call in cloud.log if ada.id in call.path]
    assert methods == ["POST", "GET", "GET", "PATCH"]


async def test_a_domain_is_added_and_verified_once_its_record_is_seen(cloud: Practice) -> None:
    async with at_contoso(cloud) as tenant:
        added = await tenant.add_domain("Shop.Example")
        assert (added.name, added.verified) == ("shop.example", False)
        txt, mx = await tenant.records("shop.example")
        assert (txt.kind, txt.label, txt.ttl) == ("TXT", "shop.example", 3600)
        assert txt.text.startswith("MS=ms")
        assert (mx.kind, mx.preference) == ("MX", 32767) and mx.text
        with pytest.raises(GraphRefused, match="does not see the record"):
            await tenant.verify("shop.example")
        cloud.set_dns(CONTOSO, "shop.example")
        assert (await tenant.verify("shop.example")).verified
        assert (await tenant.domain("shop.example")).verified
        with pytest.raises(GraphRefused, match="has this domain already") as there:
            await tenant.add_domain("shop.example")
        assert there.value.status == 409
        names = {one.name: one for one in (await tenant.domains()).items}
        assert names["contoso.example"].default and names["contoso.onmicrosoft.example"].initial
        with pytest.raises(BadInput):
            await tenant.add_domain("no/domain")


async def test_who_has_no_place_there_is_refused_at_the_door(cloud: Practice) -> None:
    async with at_contoso(cloud, roles=()) as tenant:
        with pytest.raises(SignInRefused) as refused:
            await tenant.users()
    assert refused.value.code == "AADSTS50020"


async def test_roles_that_do_not_reach_are_named_as_the_reason(cloud: Practice) -> None:
    roles = (rules.PASSWORD, rules.DIRECTORY_READERS)
    async with at_contoso(cloud, roles) as tenant:
        await tenant.reset_password(contoso_user(cloud, "ada").id, FIRST, change=True)
        with pytest.raises(GraphForbidden, match="above ours"):
            await tenant.reset_password(contoso_user(cloud, "admin").id, FIRST, change=True)
        with pytest.raises(GraphForbidden, match="User Administrator"):
            await tenant.create_user(NINA, FIRST)
        with pytest.raises(GraphForbidden, match="Domain Name Administrator"):
            await tenant.add_domain("shop.example")
        with pytest.raises(GraphForbidden, match="delete this user"):
            await tenant.delete_user(contoso_user(cloud, "ada").id)


async def test_only_a_user_named_by_an_id_is_ever_deleted(cloud: Practice) -> None:
    async with at_contoso(cloud) as tenant:
        with pytest.raises(BadInput):
            await tenant.delete_user("../groups/x")
        for path in ("ada@contoso.example", "x", ""):
            with pytest.raises((BadInput, ValueError)):
                await tenant.delete_user(path)
    assert not [call for call in cloud.log if call.method == "DELETE"]


# -- what a user is there -----------------------------------------------------------------------


async def test_roles_and_protection_are_read_from_groups_and_units(cloud: Practice) -> None:
    contoso = cloud.customers[CONTOSO]
    ada, bo, eva, helpdesk = (contoso_user(cloud, one) for one in ("ada", "bo", "eva", "helpdesk"))
    contoso.protect(bo)
    contoso.protect(eva, owns=True)
    async with at_contoso(cloud) as tenant:
        assert await tenant.standing(ada.id) == (frozenset(), False)
        assert await tenant.standing(helpdesk.id) == ({rules.HELPDESK}, False)
        assert await tenant.standing(bo.id) == (frozenset(), True)
        assert await tenant.standing(eva.id) == (frozenset(), True)
        ada.protected = True  # in a restricted unit
        assert await tenant.standing(ada.id) == (frozenset(), True)


async def test_what_microsoft_shows_in_part_is_never_taken_for_no_role(cloud: Practice) -> None:
    assert cloud.app.consents[CONTOSO]
    hanna = contoso_user(cloud, "helpdesk")
    async with at_contoso(cloud) as tenant:
        for row in (
            {"@odata.type": "#microsoft.graph.directoryRole", "roleTemplateId": None},
            {"@odata.type": "#microsoft.graph.group", "displayName": None},
            {"@odata.type": "#microsoft.graph.administrativeUnit"},
            {"displayName": "of no kind"},
        ):
            body = {"value": [{"id": hanna.id, **row}]}
            cloud.faults.add(Fault(method="GET", path="MemberOf", status=200, body=body))
            with pytest.raises(GraphForbidden, match="only in part"):
                await tenant.standing(hanna.id)
        cloud.faults.add(Fault(method="GET", path="MemberOf", status=200, body={"value": [7]}))
        with pytest.raises(NoConnection):
            await tenant.standing(hanna.id)


async def test_who_may_not_read_is_told_which_role_reads(cloud: Practice) -> None:
    async with at_contoso(cloud, (rules.PASSWORD,)) as tenant:
        with pytest.raises(GraphForbidden, match="Directory Readers"):
            await tenant.standing(contoso_user(cloud, "ada").id)


# -- bad input ----------------------------------------------------------------------------------


async def test_what_a_new_user_may_not_be_is_said_with_what_would_change_it(
    cloud: Practice,
) -> None:
    cloud.customers[CONTOSO].banned.add("paint")
    good = Secret("Wet-Colour-42")
    async with at_contoso(cloud) as tenant:
        for new, password, said in (
            (NINA._replace(upn="nina@elsewhere.example"), good, "verified domain"),
            (NINA._replace(location="XX"), good, "two letters"),
            (NINA._replace(upn="ni na@contoso.example"), good, "this user name"),
            (NINA, Secret("weak"), "too weak"),
            (NINA, FIRST, "banned"),
        ):
            with pytest.raises(GraphRefused, match=said) as refused:
                await tenant.create_user(new, password)
            assert refused.value.status == 400 and refused.value.todo
        with pytest.raises(GraphRefused, match="banned"):
            await tenant.reset_password(contoso_user(cloud, "ada").id, FIRST, change=True)
        assert len((await tenant.users()).items) == 8


async def test_a_domain_of_others_is_refused_with_the_reason(cloud: Practice) -> None:
    async with at_contoso(cloud) as tenant:
        with pytest.raises(GraphRefused, match="Microsoft's own service"):
            await tenant.add_domain("contoso.onmicrosoft.com")
        await tenant.add_domain("fabrikam.example")
        with pytest.raises(GraphRefused, match="in another tenant"):
            await tenant.verify("fabrikam.example")


# -- a reset takes a while ----------------------------------------------------------------------


async def test_a_reset_that_fails_in_the_end_is_no_reset(cloud: Practice) -> None:
    cloud.failing_resets = True
    ada = contoso_user(cloud, "ada")
    async with at_contoso(cloud) as tenant:
        with pytest.raises(GraphRefused, match="then could not"):
            await tenant.reset_password(ada.id, FIRST, change=True)
    assert ada.password == ""


async def test_without_the_method_the_password_is_set_directly(cloud: Practice) -> None:
    ada = contoso_user(cloud, "ada")
    cloud.china = True
    cloud.delegate(CONTOSO)
    async with at_contoso(cloud, roles=()) as tenant:
        await tenant.reset_password(ada.id, FIRST, change=True)
        assert (ada.password, ada.must_change) == (FIRST.reveal(), True)
    address = "https://practice.localhost"
    china = Endpoint(Cloud.CHINA, address, address)
    async with at_contoso(cloud, roles=(), endpoint=china) as tenant:
        await tenant.reset_password(ada.id, OTHER, change=True)
    assert ada.password == OTHER.reveal()
    asked = [call.method for call in cloud.log if ada.id in call.path]
    assert asked == ["POST", "PATCH", "PATCH"]


async def test_the_last_change_of_a_password_can_be_looked_up(cloud: Practice) -> None:
    ada = contoso_user(cloud, "ada")
    async with at_contoso(cloud) as tenant:
        before = (await tenant.user(ada.id)).password_changed
        cloud.clock.advance(timedelta(minutes=5))
        await tenant.reset_password(ada.id, FIRST, change=True)
        assert (await tenant.user(ada.id)).password_changed > before


class _Slow(PatientWaits):
    """A host whose clock is three days behind."""

    def wall(self) -> datetime:
        return super().wall() - timedelta(days=3)


async def test_the_moment_is_microsofts_and_not_this_hosts(cloud: Practice) -> None:
    async with at_contoso(cloud, waits=_Slow(cloud.clock)) as tenant:
        await tenant.organization()
        moment = datetime.fromisoformat(tenant.moment())
    assert abs(cloud.clock.now() - moment) < timedelta(minutes=1)
