"""What Microsoft's roles let people do, in plain words of each language.

A role that is not here is named and not explained; the names are Microsoft's own.
"""

from __future__ import annotations

from store.model import roles

_AUTHENTICATION = "c4e39bd9-1100-46d3-8c65-fb160da0071f"
_PRIVILEGED_ROLES = "e8611ab8-c189-46e8-94e1-60213ab1f814"
_GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
_LICENSES = "4d6ac14f-3453-41d0-bef9-a3e0c569773a"
_SERVICE_SUPPORT = "f023fd81-a637-4b56-95fd-791ac0226033"
_GROUPS = "fdd7a751-b60b-444a-984c-02652fe8fa1c"
_SECURITY_READER = "5d6b6bb7-de71-4623-b4af-96380a352509"
_EXCHANGE = "29232cdf-9323-42fd-ade2-1d097af3e4de"
_INTUNE = "3a2c62db-5318-420d-8d74-23affee5d9d5"

MEANINGS: dict[str, dict[str, str]] = {
    "en": {
        roles.GLOBAL_ADMINISTRATOR: "everything that one of your global administrators can do",
        roles.USER_ADMINISTRATOR: "adds, changes and removes users, and resets the passwords of "
        "users who are not administrators and of some who are",
        roles.DOMAIN_NAME_ADMINISTRATOR: "adds and verifies domains",
        roles.HELPDESK_ADMINISTRATOR: "resets the passwords of users who are not administrators, "
        "and of a few who are",
        roles.PASSWORD_ADMINISTRATOR: "resets the passwords of users who are not administrators, "
        "and of very few who are",
        roles.PRIVILEGED_AUTHENTICATION_ADMINISTRATOR: "resets every password, those of global "
        "administrators too",
        roles.DIRECTORY_READERS: "reads the list of users and groups, and changes nothing",
        _AUTHENTICATION: "resets passwords and sign-in methods of users who are not "
        "administrators, and of a few who are",
        _PRIVILEGED_ROLES: "gives administrator roles to users and takes them away",
        _GLOBAL_READER: "sees what a global administrator sees, and changes nothing",
        _LICENSES: "assigns licences to users",
        _SERVICE_SUPPORT: "opens support requests with Microsoft for you",
        _GROUPS: "creates and changes groups",
        _SECURITY_READER: "reads security reports and settings, and changes nothing",
        _EXCHANGE: "administers mailboxes and mail settings in Exchange",
        _INTUNE: "administers devices and apps in Intune",
    },
    "fr": {
        roles.GLOBAL_ADMINISTRATOR: "tout ce que peut faire un de vos administrateurs généraux",
        roles.USER_ADMINISTRATOR: "ajoute, modifie et supprime des utilisateurs, et redéfinit le "
        "mot de passe de ceux qui ne sont pas administrateurs et de certains qui le sont",
        roles.DOMAIN_NAME_ADMINISTRATOR: "ajoute et vérifie des domaines",
        roles.HELPDESK_ADMINISTRATOR: "redéfinit le mot de passe des utilisateurs qui ne sont pas "
        "administrateurs, et de quelques-uns qui le sont",
        roles.PASSWORD_ADMINISTRATOR: "redéfinit le mot de passe des utilisateurs qui ne sont pas "
        "administrateurs, et de très peu qui le sont",
        roles.PRIVILEGED_AUTHENTICATION_ADMINISTRATOR: "redéfinit n’importe quel mot de passe, "
        "même celui des administrateurs généraux",
        roles.DIRECTORY_READERS: "lit la liste des utilisateurs et des groupes, sans rien modifier",
        _AUTHENTICATION: "redéfinit le mot de passe et les méthodes de connexion des utilisateurs "
        "qui ne sont pas administrateurs, et de quelques-uns qui le sont",
        _PRIVILEGED_ROLES: "attribue et retire des rôles d’administrateur",
        _GLOBAL_READER: "voit ce que voit un administrateur général, sans rien modifier",
        _LICENSES: "attribue des licences aux utilisateurs",
        _SERVICE_SUPPORT: "ouvre pour vous des demandes de support auprès de Microsoft",
        _GROUPS: "crée et modifie des groupes",
        _SECURITY_READER: "lit les rapports et les paramètres de sécurité, sans rien modifier",
        _EXCHANGE: "administre les boîtes aux lettres et la messagerie dans Exchange",
        _INTUNE: "administre les appareils et les applications dans Intune",
    },
    "de": {
        roles.GLOBAL_ADMINISTRATOR: "alles, was einer Ihrer globalen Administratoren kann",
        roles.USER_ADMINISTRATOR: "legt Benutzer an, ändert und löscht sie und setzt Kennwörter "
        "von Benutzern zurück, die keine Administratoren sind, und von manchen, die es sind",
        roles.DOMAIN_NAME_ADMINISTRATOR: "fügt Domänen hinzu und bestätigt sie",
        roles.HELPDESK_ADMINISTRATOR: "setzt Kennwörter von Benutzern zurück, die keine "
        "Administratoren sind, und von einigen wenigen, die es sind",
        roles.PASSWORD_ADMINISTRATOR: "setzt Kennwörter von Benutzern zurück, die keine "
        "Administratoren sind, und von sehr wenigen, die es sind",
        roles.PRIVILEGED_AUTHENTICATION_ADMINISTRATOR: "setzt jedes Kennwort zurück, auch das von "
        "globalen Administratoren",
        roles.DIRECTORY_READERS: "liest die Liste der Benutzer und Gruppen und ändert nichts",
        _AUTHENTICATION: "setzt Kennwörter und Anmeldemethoden von Benutzern zurück, die keine "
        "Administratoren sind, und von einigen wenigen, die es sind",
        _PRIVILEGED_ROLES: "vergibt und entzieht Administratorrollen",
        _GLOBAL_READER: "sieht, was ein globaler Administrator sieht, und ändert nichts",
        _LICENSES: "weist Benutzern Lizenzen zu",
        _SERVICE_SUPPORT: "stellt für Sie Supportanfragen an Microsoft",
        _GROUPS: "legt Gruppen an und ändert sie",
        _SECURITY_READER: "liest Sicherheitsberichte und -einstellungen und ändert nichts",
        _EXCHANGE: "verwaltet Postfächer und E-Mail-Einstellungen in Exchange",
        _INTUNE: "verwaltet Geräte und Apps in Intune",
    },
    "es": {
        roles.GLOBAL_ADMINISTRATOR: "todo lo que puede hacer uno de sus administradores globales",
        roles.USER_ADMINISTRATOR: "agrega, modifica y elimina usuarios, y restablece las "
        "contraseñas de quienes no son administradores y de algunos que sí lo son",
        roles.DOMAIN_NAME_ADMINISTRATOR: "agrega y comprueba dominios",
        roles.HELPDESK_ADMINISTRATOR: "restablece las contraseñas de los usuarios que no son "
        "administradores y de algunos que sí lo son",
        roles.PASSWORD_ADMINISTRATOR: "restablece las contraseñas de los usuarios que no son "
        "administradores y de muy pocos que sí lo son",
        roles.PRIVILEGED_AUTHENTICATION_ADMINISTRATOR: "restablece cualquier contraseña, incluso "
        "las de los administradores globales",
        roles.DIRECTORY_READERS: "lee la lista de usuarios y grupos, sin cambiar nada",
        _AUTHENTICATION: "restablece las contraseñas y los métodos de inicio de sesión de los "
        "usuarios que no son administradores y de algunos que sí lo son",
        _PRIVILEGED_ROLES: "concede y retira roles de administrador",
        _GLOBAL_READER: "ve lo que ve un administrador global, sin cambiar nada",
        _LICENSES: "asigna licencias a los usuarios",
        _SERVICE_SUPPORT: "abre en su nombre solicitudes de soporte técnico a Microsoft",
        _GROUPS: "crea y modifica grupos",
        _SECURITY_READER: "lee los informes y la configuración de seguridad, sin cambiar nada",
        _EXCHANGE: "administra los buzones y la configuración del correo en Exchange",
        _INTUNE: "administra dispositivos y aplicaciones en Intune",
    },
    "zh-Hans": {
        roles.GLOBAL_ADMINISTRATOR: "拥有与贵组织全局管理员相同的全部权限",
        roles.USER_ADMINISTRATOR: "添加、更改和删除用户，并为非管理员用户及部分管理员重置密码",
        roles.DOMAIN_NAME_ADMINISTRATOR: "添加并验证域",
        roles.HELPDESK_ADMINISTRATOR: "为非管理员用户以及少数管理员重置密码",
        roles.PASSWORD_ADMINISTRATOR: "为非管理员用户以及极少数管理员重置密码",
        roles.PRIVILEGED_AUTHENTICATION_ADMINISTRATOR: "重置任何人的密码，包括全局管理员的密码",
        roles.DIRECTORY_READERS: "查看用户和组的列表，不作任何更改",
        _AUTHENTICATION: "为非管理员用户以及少数管理员重置密码和登录方式",
        _PRIVILEGED_ROLES: "授予和收回管理员角色",
        _GLOBAL_READER: "查看全局管理员所能查看的内容，不作任何更改",
        _LICENSES: "为用户分配许可证",
        _SERVICE_SUPPORT: "代您向 Microsoft 提交支持请求",
        _GROUPS: "创建和更改组",
        _SECURITY_READER: "查看安全报告和安全设置，不作任何更改",
        _EXCHANGE: "在 Exchange 中管理邮箱和邮件设置",
        _INTUNE: "在 Intune 中管理设备和应用",
    },
}
"""By language and template id."""
