"""The few words that letters need outside their templates, by language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from store.model.partner import Cloud


@dataclass(frozen=True, slots=True)
class Words:
    """`day_format` has fields `{day}`, `{month}` (its name, or number) and `{year}`; `first_day`
    is how the first of a month is written, `space` what stands between two sentences. `test` marks
    the subject of a test letter, `paste` stands where a letter is too long for a mailto line.
    """

    code: str
    months: tuple[str, ...]
    day_format: str
    portal: str
    portal_china: str
    practice: str
    link: str
    name: str
    contact: str
    mail: str
    test: str
    paste: str
    first_day: str = ""
    space: str = " "

    def day(self, when: date) -> str:
        """A date as people write it in this language."""
        month = self.months[when.month - 1] if self.months else str(when.month)
        day = self.first_day if when.day == 1 and self.first_day else str(when.day)
        return self.day_format.format(day=day, month=month, year=when.year)

    @property
    def practised(self) -> str:
        """What the subject of a letter out of practice begins with: PRACTICE, and their word."""
        marked = re.match(r"[^:：]*[:：]", self.practice)
        words = marked[0] if marked else "PRACTICE:"
        return words if words.endswith("：") else f"{words} "

    def portal_of(self, cloud: Cloud) -> str:
        """What the customer's admin center is called."""
        return self.portal_china if cloud is Cloud.CHINA else self.portal


def _months(names: str) -> tuple[str, ...]:
    return tuple(names.split())


WORDS = {
    "en": Words(
        code="en",
        months=_months(
            "January February March April May June July August September October November December"
        ),
        day_format="{day} {month} {year}",
        portal="Microsoft 365 admin center",
        portal_china="admin center of Office 365 operated by 21Vianet",
        practice="PRACTICE: this is not a real offer, and its link is not Microsoft's.",
        link="[link: paste it with e]",
        name="[partner name]",
        contact="[contact]",
        mail="[mail address]",
        test="TEST",
        paste="[paste the letter here: it is too long for this line]",
    ),
    "fr": Words(
        code="fr",
        months=_months(
            "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
        ),
        day_format="{day} {month} {year}",
        first_day="1er",
        portal="Centre d’administration Microsoft 365",
        portal_china="Centre d’administration d’Office 365 géré par 21Vianet",
        practice="PRACTICE (exercice)\u00a0: ceci n’est pas une offre réelle, son lien n’est pas "
        "de Microsoft.",
        link="[lien\u00a0: collez-le avec e]",
        name="[nom du partenaire]",
        contact="[contact]",
        mail="[adresse de messagerie]",
        test="TEST",
        paste="[collez la lettre ici\u00a0: elle est trop longue pour cette ligne]",
    ),
    "de": Words(
        code="de",
        months=_months(
            "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
        ),
        day_format="{day}. {month} {year}",
        portal="Microsoft 365 Admin Center",
        portal_china="Admin Center von Office 365, betrieben von 21Vianet",
        practice="PRACTICE (Übung): Dies ist kein echtes Angebot, der Link führt nicht zu "
        "Microsoft.",
        link="[Link: mit e einfügen]",
        name="[Name des Partners]",
        contact="[Ansprechpartner]",
        mail="[E-Mail-Adresse]",
        test="TEST",
        paste="[fügen Sie den Brief hier ein: für diese Zeile ist er zu lang]",
    ),
    "es": Words(
        code="es",
        months=_months(
            "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
            "diciembre"
        ),
        day_format="{day} de {month} de {year}",
        portal="Centro de administración de Microsoft 365",
        portal_china="Centro de administración de Office 365 operado por 21Vianet",
        practice="PRACTICE (ejercicio): esto no es una oferta real y su vínculo no lleva a "
        "Microsoft.",
        link="[vínculo: péguelo con e]",
        name="[nombre del partner]",
        contact="[contacto]",
        mail="[dirección de correo]",
        test="PRUEBA",
        paste="[pegue aquí la carta: es demasiado larga para esta línea]",
    ),
    "zh-Hans": Words(
        code="zh-Hans",
        months=(),
        space="",
        day_format="{year} 年 {month} 月 {day} 日",
        portal=" Microsoft 365 管理中心",
        portal_china="由世纪互联运营的 Office 365 管理中心",
        practice="PRACTICE（练习）：这不是真实的邀请，其链接不属于 Microsoft。",
        link="[链接：按 e 粘贴]",
        name="[合作伙伴名称]",
        contact="[联系人]",
        mail="[邮件地址]",
        test="测试",
        paste="[请在此粘贴信件：它对于这一行来说太长]",
    ),
}
