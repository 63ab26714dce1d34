"""What leads to the pods of a bundle: Services, routes, selectors, addresses."""

from __future__ import annotations

from typing import Final

IN_ADDRESSES: Final = ("-svc", "ray://", "RAY_ADDRESS")
"""Parts of texts, without any of which there is no address in them."""
