"""Where each Microsoft cloud listens."""

from __future__ import annotations

from typing import NamedTuple

from store.model.partner import Cloud


class Endpoint(NamedTuple):
    """One cloud's addresses, without a path and without a slash at the end.

    `authority` is where one signs in, `graph` what is asked. `ca_file` holds the practice cloud's
    own certificate, and is empty for every real cloud.
    """

    cloud: Cloud
    authority: str
    graph: str
    ca_file: str = ""

    @property
    def is_practice(self) -> bool:
        """Whether it is the practice cloud: no instance discovery, its own certificate."""
        return self.cloud is Cloud.PRACTICE


ENDPOINTS = {
    Cloud.WORLDWIDE: Endpoint(
        Cloud.WORLDWIDE, "https://login.microsoftonline.com", "https://graph.microsoft.com"
    ),
    Cloud.US_GOVERNMENT: Endpoint(
        Cloud.US_GOVERNMENT, "https://login.microsoftonline.us", "https://graph.microsoft.us"
    ),
    Cloud.US_GOVERNMENT_L5: Endpoint(
        Cloud.US_GOVERNMENT_L5, "https://login.microsoftonline.us", "https://dod-graph.microsoft.us"
    ),
    Cloud.CHINA: Endpoint(
        Cloud.CHINA, "https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn"
    ),
}
"""The clouds of Microsoft; the practice cloud's addresses are where it was started."""
