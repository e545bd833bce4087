"""The colours; screens.css says where they go."""

from textual.theme import Theme

THEME = Theme(
    name="partnerdesk",
    primary="#5f87d7",
    secondary="#5fafaf",
    accent="#d7af5f",
    warning="#d7af00",
    error="#d75f5f",
    success="#5faf5f",
    background="#1c1c1c",
    surface="#262626",
    panel="#303030",
    dark=True,
)
