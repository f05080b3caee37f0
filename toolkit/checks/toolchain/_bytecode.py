"""Versions of Java and .NET: what is compiled for one needs no older one to run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._texts import line_at, text_of
from toolkit.checks.toolchain._said import Said
from toolkit.checks.toolchain._tools import named
from toolkit.expressions import regex
from toolkit.places import folder_of

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["of_image", "said"]

_JDK = regex(
    r"(?:^|/)(?:eclipse-temurin|openjdk|amazoncorretto|sapmachine|adoptopenjdk|zulu-openjdk(?:-\w+)?|liberica-[\w-]+|jdk(?:-community)?"
    r"|ibm-semeru-runtimes):(?:jdk-|jre-|open-)?(?P<tag>\d+)(?![\w])|/distroless/java(?P<distroless>\d+)(?:-|:)"
)
_BUILDERS = regex(
    r"(?:^|/)(?:gradle|maven):[\w.-]*?(?:jdk|jre|temurin|openjdk|corretto|sapmachine|zulu|liberica|graalvm|semeru)-?(?P<tag>\d+)(?![\w])"
)
_NET = regex(r"mcr\.microsoft\.com/dotnet/(?P<kind>sdk|aspnet|runtime)(?:-deps)?:(?P<tag>\d+\.\d+)")
_GRADLE = regex(
    r"JavaLanguageVersion\.of\(\s*[\"']?(?P<toolchain>\d+)|jvmToolchain\(\s*(?P<kotlin>\d+)"
    r"|\b(?:sourceCompatibility|targetCompatibility)(?:[ \t]{0,20}=[ \t]{0,20}|[ \t]{1,20})(?:JavaVersion\.VERSION_|[\"'])?(?:1[._])?(?P<target>\d+)"
    r"|\boptions\.release(?:\.set\(|[ \t]{0,20}=)[ \t]{0,20}(?P<release>\d+)"
)
_MAVEN = regex(r"<(?P<key>java\.version|maven\.compiler\.(?:release|target))>\s{0,50}(?:1\.)?(?P<word>\d+)\s{0,50}<")
_FRAMEWORK = regex(r"<TargetFramework>\s{0,50}net(?P<word>\d+\.\d+)\s{0,50}<")
_SDKMAN = regex(r"(?m)^[ \t]*java=(?P<word>\d+)")
_FIRST = regex(r"\s*(?P<word>\d+)(?:\.[\w.+-]*)?\s*$")
_LONGEST = 200_000


def of_image(image: str) -> tuple[tuple[str, str], ...]:
    """Tool and version of an image of Java or .NET; empty for others."""
    name = image.partition("@")[0]
    if match := _JDK.search(name):
        return (("java", match["tag"] or match["distroless"]),)
    if match := _BUILDERS.search(name):
        return (("java", match["tag"]),)
    if match := _NET.match(name):
        return (("dotnet" if match["kind"] == "sdk" else "dotnet runtime", match["tag"]),)
    return ()


def said(context: Inspection) -> Iterator[Said]:
    """What builds compile for, and the files that pin a JDK."""
    for path in named(context, "build.gradle", "build.gradle.kts", "pom.xml"):
        text = text_of(context, path)[:_LONGEST]
        pattern = _MAVEN if path.endswith("pom.xml") else _GRADLE
        highest = max(pattern.finditer(text), key=lambda one: int(_word(one)), default=None)
        if highest is not None:
            line = line_at(text, highest.start())
            yield Said("java", f">={_word(highest)}", path, line, folder_of(path), "range", "the Java that it is for")
    for path in named(context, ".java-version", ".sdkmanrc"):
        text = text_of(context, path)
        match = (_SDKMAN.search if path.endswith(".sdkmanrc") else _FIRST.match)(text)
        if match:
            line = line_at(text, match.start("word"))
            yield Said("java", match["word"], path, line, folder_of(path), "file", path.rpartition("/")[2])
    projects = [name for name in context.inventory.by_name if name.endswith((".csproj", ".fsproj"))]
    for path in named(context, *projects):
        text = text_of(context, path)[:_LONGEST]
        if match := _FRAMEWORK.search(text):
            line = line_at(text, match.start("word"))
            for tool, spec in (("dotnet", f">={match['word']}"), ("dotnet runtime", match["word"])):
                yield Said(tool, spec, path, line, folder_of(path), "range", "TargetFramework")


def _word(match: re.Match[str]) -> str:
    """The number of whichever alternative matched; Maven's key stands before its number."""
    return next(one for one in reversed(match.groups()) if one)
