"""Tags of images that a workflow asks for and never pushes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

FLOW = """\
on: push
env: {{NAME: ghcr.io/shop/api}}
jobs:
  image:
    steps:
      - {{uses: docker/metadata-action@v5, id: meta, with: {{images: '${{{{ env.NAME }}}}', tags: '{tags}'}}}}
      - {{uses: docker/build-push-action@v6, with: {{push: true, tags: '{given}'}}}}
  scan:
    needs: image
    steps:
      - {step}
"""
META = "${{ steps.meta.outputs.tags }}"
SCAN = "{uses: scan/image@v1, with: {image-ref: '${{ env.NAME }}:${{ github.sha }}'}}"


@pytest.mark.parametrize(
    ("tags", "given", "step", "lines"),
    [
        ("type=sha,prefix=", META, SCAN, [11]),
        ("type=ref,event=branch", META, "run: scan ${{env.NAME}}:$GITHUB_SHA", [11]),
        ("type=sha", META, "run: helm upgrade api . --set image.tag=${{ github.sha }}", [11]),
        ("type=sha", META, "run: helm template api . --set image.tag=${{ github.sha }}", []),
        ("type=sha,prefix=,format=long", META, SCAN, []),
        ("type=raw,value=${{ github.sha }}", META, SCAN, []),
        ("type=sha", f"{META},x/api:${{{{ github.sha }}}}", SCAN, []),
        ("type=sha", META, "run: 'docker push ${{ env.NAME }}:${{ github.sha }}'", []),
        ("type=sha", META, "run: 'scan other/image:${{ github.sha }}'", []),
        ("type=sha", "shop/api:latest", SCAN, []),
    ],
)
def test_the_whole_commit_as_a_tag(inspect: Inspect, tags: str, given: str, step: str, lines: list[int]) -> None:
    tree = {".github/workflows/ci.yml": FLOW.format(tags=tags, given=given, step=step)}

    found = inspect("workflow-reference-missing", tree)

    assert [one.line for one in found] == lines
    assert all("seven digits" in one.message and one.severity == "error" for one in found)
