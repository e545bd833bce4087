"""A partner whose offer was sent to Contoso, and a folder for mails."""

from tests.answers.conftest import folder, waiting  # noqa: F401  (fixtures)
