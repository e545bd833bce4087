"""Only a whole link of the partner's own cloud may stand in a letter."""

from __future__ import annotations

import pytest

from store.errors import BadInput
from store.model.links import HOSTS, checked, classic_link, is_granular
from store.model.partner import Cloud
from tests.store.model.patience import at_most
from tests.store.model.samples import GRANULAR_PART, OURS, THEIRS, granular_link, partner

ADMIN = "https://admin.microsoft.com"
HOME = f"{ADMIN}/Adminportal/Home"
INVITE = "#/BillingAccounts/partner-invitation"
IDS = granular_link().rpartition("/")[2]

GOOD = [
    (Cloud.WORLDWIDE, classic_link(OURS)),
    (Cloud.WORLDWIDE, classic_link(OURS).replace("microsoft.com", "cloud.microsoft")),
    (
        Cloud.WORLDWIDE,
        f"{HOME}?invType=ResellerRelationship&partnerId={OURS}&msppId=0&DAP=true{INVITE}",
    ),
    (
        Cloud.WORLDWIDE,
        f"{HOME}?invType=ResellerRelationship&partnerId={OURS}&msppId=0&DAP=false"
        "#/partners/invitation",
    ),
    (
        Cloud.WORLDWIDE,
        f"{HOME}?invType=IndirectResellerRelationship&partnerId={OURS}&msppId=7"
        f"&indirectCSPId={THEIRS}{INVITE}",
    ),
    (
        Cloud.WORLDWIDE,
        "https://portal.office.com/partner/partnersignup.aspx"
        f"?type=ResellerRelationship&id={OURS}&csp=1&msppid=0",
    ),
    (
        Cloud.WORLDWIDE,
        "https://portal.office.com/partner/partnersignup.aspx?type=Trial&id=0e2c-77&msppid=123",
    ),
    (
        Cloud.WORLDWIDE,
        f"https://portal.office.com/partner/partnersignup.aspx?type=Purchase&id={THEIRS}",
    ),
    (Cloud.WORLDWIDE, classic_link(OURS.upper())),
    (
        Cloud.WORLDWIDE,
        "https://portal.office.com/partner/partnersignup.aspx"
        f"?type=ResellerRelationship&id={OURS.upper()}",
    ),
    (Cloud.WORLDWIDE, f"{HOME}?source=applauncher&partnerId={OURS}&name=a%20b{INVITE}"),
    (Cloud.WORLDWIDE, granular_link()),
    (Cloud.WORLDWIDE, granular_link().replace("AdminPortal", "Adminportal")),
    (Cloud.WORLDWIDE, f"https://admin.cloud.microsoft/?#{GRANULAR_PART}{IDS}"),
    (Cloud.US_GOVERNMENT, f"https://portal.office365.us/partner/signup.aspx?type=Trial&id={OURS}"),
    (Cloud.US_GOVERNMENT, granular_link(host="portal.office365.us")),
    (Cloud.US_GOVERNMENT_L5, granular_link(host="portal.apps.mil")),
    (
        Cloud.CHINA,
        "https://portal.partner.microsoftonline.cn/adminportal/home"
        f"?invType=Administration&partnerId={OURS}#/partners/invitation",
    ),
    (Cloud.PRACTICE, "https://localhost/invitation?kind=trial"),
    (Cloud.PRACTICE, f"https://127.0.0.1:8443/invitation?partnerId={OURS}"),
    (Cloud.PRACTICE, granular_link(host="127.0.0.1:8443")),
]

CHARACTERS = "characters that a link cannot have"
NO_HTTPS = "does not begin with https://"
HOST = "host is not one of"
PORT = "names a port"
FORM = "not the form of an invitation"
WHOLE = "not a whole granular link"
OTHER = f"for another partner ({THEIRS})"
ADDRESS = "one of its values is an address of its own"
SIGNUP = "https://portal.office.com/partner/partnersignup.aspx"

HOSTILE = [
    (classic_link(OURS).replace("https:", "http:"), NO_HTTPS),
    ("javascript:alert(1)", NO_HTTPS),
    (f"javascript://admin.microsoft.com/%0aalert(1)//{INVITE}", NO_HTTPS),
    ("data:text/html,x", NO_HTTPS),
    ("//admin.microsoft.com/Adminportal/Home", NO_HTTPS),
    (classic_link(OURS).removeprefix("https://"), NO_HTTPS),
    ("HTTPS" + classic_link(OURS).removeprefix("https"), NO_HTTPS),
    ("https:/admin.microsoft.com/Adminportal/Home", NO_HTTPS),
    (f"x {classic_link(OURS)}", CHARACTERS),
    ("", NO_HTTPS),
    ("   ", NO_HTTPS),
    ("https://", HOST),
    (classic_link(OURS).replace(".com/", ".com:443/"), PORT),
    (classic_link(OURS).replace(".com/", ".com:8443/"), PORT),
    (classic_link(OURS).replace(".com/", ".com:/"), HOST),
    (classic_link(OURS).replace("https://", "https://anna@"), HOST),
    (classic_link(OURS).replace("https://", "https://anna:x@"), HOST),
    (f"{ADMIN}@evil.example/Adminportal/Home?partnerId={OURS}", HOST),
    (f"{ADMIN}:x@evil.example/Adminportal/Home?partnerId={OURS}", HOST),
    (classic_link(OURS).replace("?", "\r\n?"), CHARACTERS),
    (classic_link(OURS).replace("?", "\n?"), CHARACTERS),
    (classic_link(OURS).replace("admin.", "admin\t."), CHARACTERS),
    (classic_link(OURS).replace("Home", "Ho\x00me"), CHARACTERS),
    (classic_link(OURS).replace("Home", "Ho me"), CHARACTERS),
    (classic_link(OURS).replace("admin.microsoft.com", "ADMIN.microsoft.com"), HOST),
    (classic_link(OURS).replace("microsoft.com", "Microsoft.Com"), HOST),
    (classic_link(OURS).replace("microsoft.com", "microsoft.com."), HOST),
    (classic_link(OURS).replace("microsoft.com", "microsoft.com.evil.example"), HOST),
    (classic_link(OURS).replace("admin.", "evil-admin."), HOST),
    (classic_link(OURS).replace("admin.", "x.admin."), HOST),
    (classic_link(OURS).replace("admin.", "admin-"), HOST),
    (classic_link(OURS).replace("microsoft", "rnicrosoft"), HOST),
    (classic_link(OURS).replace("admin.microsoft", "adminXmicrosoft"), HOST),
    (classic_link(OURS).replace("microsoft", "micr\u043esoft"), CHARACTERS),
    (classic_link(OURS).replace("microsoft", "xn--micrsoft-qbh"), HOST),
    (classic_link(OURS).replace("admin.microsoft.com", "admin\u3002microsoft.com"), CHARACTERS),
    (f"https://evil.example/{classic_link(OURS)}", HOST),
    (f"https://evil.example?{ADMIN}/", HOST),
    (classic_link(OURS).replace("/Adminportal", "\\@evil.example/Adminportal"), HOST),
    (classic_link(OURS).replace("/Adminportal", "\\Adminportal"), HOST),
    (f"{ADMIN}/Adminportal/..\\Home?partnerId={OURS}{INVITE}", FORM),
    (f"{ADMIN}/../Adminportal/Home?partnerId={OURS}{INVITE}", FORM),
    (f"{ADMIN}/Adminportal/../../Home?partnerId={OURS}{INVITE}", FORM),
    (f"{ADMIN}/Adminportal/..", FORM),
    (f"{ADMIN}//evil.example/Home?partnerId={OURS}{INVITE}", FORM),
    (f"{ADMIN}/Adminportal//Home?partnerId={OURS}{INVITE}", FORM),
    (f"{ADMIN}/%2e%2e/Home?partnerId={OURS}{INVITE}", FORM),
    (f"{HOME}?partnerId={OURS}#//evil.example", FORM),
    (f"{HOME}?partnerId={OURS}#/partners/../x", FORM),
    (f"{HOME}?partnerId={OURS}#https://evil.example/", FORM),
    (f"{HOME}?next=https://evil.example/&partnerId={OURS}{INVITE}", FORM),
    (f"{HOME}?partnerId={OURS}{INVITE}#x", FORM),
    (f'{HOME}?partnerId={OURS}"onclick="x{INVITE}', FORM),
    (f"{HOME}?partnerId={OURS}<script>{INVITE}", FORM),
    (ADMIN, FORM),
    (f"{ADMIN}/", FORM),
    (f"{HOME}?x={'a' * 1_024}", "longer than 1,024 characters"),
    (classic_link(THEIRS), OTHER),
    (f"{HOME}?msppId=0&partnerId={THEIRS}{INVITE}", OTHER),
    (f"{SIGNUP}?type=ResellerRelationship&id={THEIRS}&csp=1&msppid=0", OTHER),
    (f"{SIGNUP}?id={THEIRS}&Type=resellerrelationship", OTHER),
    (f"{SIGNUP}?type=IndirectResellerRelationship&id={THEIRS}", OTHER),
    (f"{SIGNUP}?type=ResellerRelationship&id={THEIRS}&type=Trial", OTHER),
    (f"{SIGNUP}?type=Reseller%52elationship&i%64={THEIRS}", OTHER),
    (f"{HOME}?partnerId={OURS}#/BillingAccounts%2Fpartner-invitation", FORM),
    (f"{HOME}?partnerId={OURS}#/%2F%2Fevil.example", FORM),
    (f"{HOME}?partnerId={OURS}#%20", FORM),
    (f"{HOME}?next=https%3A%2F%2Fevil.example&partnerId={OURS}{INVITE}", ADDRESS),
    (f"{HOME}?next=%68ttp%3aevil.example&partnerId={OURS}{INVITE}", ADDRESS),
    (f"{HOME}?next=%2F%2Fevil.example&partnerId={OURS}{INVITE}", ADDRESS),
    (f"{HOME}?next=%252F%252fevil.example&partnerId={OURS}{INVITE}", ADDRESS),
    (f"{HOME}?next=%2f%255cevil.example&partnerId={OURS}{INVITE}", ADDRESS),
    (f"{HOME}?next=javascript%3Aalert&partnerId={OURS}{INVITE}", ADDRESS),
    (f"{HOME}?next=%20https%3A&partnerId={OURS}{INVITE}", ADDRESS),
    (f"{HOME}?%2F%2Fevil.example&partnerId={OURS}{INVITE}", ADDRESS),
    (f"{HOME}?https%3Aevil.example=&partnerId={OURS}{INVITE}", ADDRESS),
    (f"{HOME}?next=www.evil.example&partnerId={OURS}{INVITE}", ADDRESS),
    (f"{granular_link()}/evil", WHOLE),
    (f"{granular_link()}?x=y", WHOLE),
    (f"{granular_link()}-{OURS}", WHOLE),
    (f"{granular_link()}0", WHOLE),
    (granular_link()[:-1], WHOLE),
    (granular_link()[:-37], WHOLE),
    (granular_link().replace("#/", "#//"), WHOLE),
    (granular_link().replace("#/partners", "#/x/partners"), WHOLE),
    (granular_link().replace("#", "/../#"), WHOLE),
    (granular_link().replace("#", "?next=//evil.example#"), WHOLE),
    (f"{HOME}?x={granular_link().partition('#')[2].replace('/', '.')}", WHOLE),
]

OTHER_PARTNER_IN_DISGUISE = {
    "upper case": f"{HOME}?partnerId={THEIRS.upper()}{INVITE}",
    "another case of the name": f"{HOME}?PartnerID={THEIRS}{INVITE}",
    "percent": f"{HOME}?partnerId=%61{THEIRS[1:]}{INVITE}",
    "percent in the name": f"{HOME}?partner%49d={THEIRS}{INVITE}",
    "after ours": f"{HOME}?partnerId={OURS}&partnerId={THEIRS}{INVITE}",
    "no hyphens": f"{HOME}?partnerId={THEIRS.replace('-', '')}{INVITE}",
}


@pytest.mark.parametrize(("cloud", "link"), GOOD)
def test_a_link_of_the_own_cloud_is_taken(cloud: Cloud, link: str) -> None:
    assert checked(link, partner(cloud)) == link
    assert checked(f"  {link}\r\n", partner(cloud)) == link


@pytest.mark.parametrize(("cloud", "link"), GOOD)
def test_in_every_other_cloud_the_same_link_is_refused(cloud: Cloud, link: str) -> None:
    for other in set(Cloud) - {cloud}:
        with pytest.raises(BadInput, match="its host is not one of this partner's cloud"):
            checked(link, partner(other))


@pytest.mark.parametrize(("link", "reason"), HOSTILE, ids=[ascii(link)[:60] for link, _ in HOSTILE])
def test_a_hostile_link_is_refused_with_its_reason(link: str, reason: str) -> None:
    with at_most(1), pytest.raises(BadInput) as refusal:
        checked(link, partner())
    assert reason in str(refusal.value.what)
    assert refusal.value.field == "link"
    assert "https://admin.microsoft.com/" in str(refusal.value.todo)


@pytest.mark.parametrize("link", OTHER_PARTNER_IN_DISGUISE.values(), ids=OTHER_PARTNER_IN_DISGUISE)
def test_a_link_for_another_partner_is_refused_however_it_is_written(link: str) -> None:
    with pytest.raises(BadInput):
        checked(link, partner())


def test_21vianet_has_no_granular_links() -> None:
    china = "portal.partner.microsoftonline.cn"
    for link in (granular_link(host=china), f"https://{china}/?#{GRANULAR_PART}{IDS}"):
        with pytest.raises(BadInput, match="21Vianet has no granular links"):
            checked(link, partner(Cloud.CHINA))


def test_before_the_tenant_is_known_any_partner_id_is_taken() -> None:
    assert checked(classic_link(THEIRS), partner(tenant="")) == classic_link(THEIRS)


def test_the_refusal_names_the_hosts_of_the_own_cloud() -> None:
    for cloud in Cloud:
        with pytest.raises(BadInput) as refusal:
            checked("https://evil.example/x", partner(cloud))
        assert all(f"https://{host}/" in str(refusal.value.todo) for host in HOSTS[cloud])


def test_a_link_with_a_stray_character_is_answered_like_any_other() -> None:
    with at_most(1), pytest.raises(BadInput):
        checked(f"{HOME}#/{'a' * 60}!", partner())


def test_a_misspelt_granular_link_is_no_link_for_everybody() -> None:
    with pytest.raises(BadInput):
        checked(granular_link().replace("Relationships", "Relationship5"), partner())


def test_no_single_wrong_byte_turns_a_granular_link_into_another_kind() -> None:
    good, own = granular_link(), partner()
    taken = []
    with at_most(5):
        for place, there in enumerate(good):
            for byte in range(256):
                if chr(byte) != there:
                    changed = good[:place] + chr(byte) + good[place + 1 :]
                    try:
                        taken.append(checked(changed, own))
                    except BadInput:
                        continue
    assert [link for link in taken if not is_granular(link)] == []
    prefix = good.removesuffix(IDS)
    # Only a digit of the ids, and the case of the two words that Microsoft writes both ways.
    assert all(link.casefold().startswith(prefix.casefold()) for link in taken)
    assert all(link == link.strip() and len(link) <= len(good) for link in taken)


@pytest.mark.parametrize(
    ("link", "own"),
    [
        (granular_link(), True),
        (f"https://admin.cloud.microsoft/?#{GRANULAR_PART}{IDS}", True),
        (classic_link(OURS), False),
        (f"{granular_link()}x", False),
        (f"https://evil.example@{granular_link().removeprefix('https://')}", False),
        ("", False),
    ],
)
def test_a_granular_link_is_known_as_one_customers_own(link: str, own: bool) -> None:
    assert is_granular(link) is own
