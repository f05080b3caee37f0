"""Names of JavaScript that no manifest has to declare."""

from __future__ import annotations

__all__ = ["ALIASES", "BUILTIN", "FRAMEWORKS"]

BUILTIN = frozenset(
    {
        "assert", "async_hooks", "buffer", "child_process", "cluster", "console", "constants", "crypto",
        "dgram", "diagnostics_channel", "dns", "domain", "events", "fs", "http", "http2",
        "https", "inspector", "module", "net", "os", "path", "perf_hooks", "process",
        "punycode", "querystring", "readline", "repl", "stream", "string_decoder", "sys", "timers",
        "tls", "trace_events", "tty", "url", "util", "v8", "vm", "wasi",
        "worker_threads", "zlib", "test", "sqlite", "sea", "bun", "k6", "electron",
        "uxp", "scenegraph", "photoshop", "indesign", "premierepro", "vscode", "aws-sdk", "original-fs", "pnpapi",
        "lovable-agent-playwright-config",
    }
)  # fmt: skip
"""Modules of Node.js and of the other places that JavaScript runs in."""
FRAMEWORKS = {
    "@docusaurus/": (
        "@theme",
        "@theme-original",
        "@theme-init",
        "@site",
        "@generated",
        "@docusaurus",
        "react",
        "react-dom",
    ),
    "jest": ("@jest/globals",),
    "expo": (
        "expo-asset",
        "expo-constants",
        "expo-file-system",
        "expo-font",
        "expo-keep-awake",
        "expo-modules-core",
        "@expo",
        "react-native",
        "react-dom",
        "metro",
        "metro-",
    ),
    "expo-router": ("@react-navigation", "expo-linking", "react-native-screens"),
    "next": ("styled-jsx", "server-only", "client-only"),
    "nuxt": ("vue", "h3", "ofetch", "nitropack", "vue-router", "defu", "ufo"),
    "@sveltejs/kit": ("$app", "$lib", "$env"),
    "gatsby": ("@reach", "gatsby-", "@gatsbyjs"),
    "hardhat": ("@nomicfoundation", "ethers", "chai"),
    "react-scripts": ("react-app-polyfill", "workbox-"),
    "@nomicfoundation/hardhat-toolbox": ("hardhat-", "ethers", "chai", "@nomicfoundation", "@typechain", "@nomiclabs"),
    "@redwoodjs/": ("@redwoodjs", "src"),
    "@strapi/": ("@strapi",),
    "@angular/": ("rxjs", "zone.js", "tslib"),
}
"""By the beginning of a declared name: names that this framework resolves itself or always brings along."""
ALIASES = frozenset({"@components", "@assets", "@lib", "@libs", "@utils", "@hooks", "@pages", "@styles", "@src", "@app", "@root",
                      "@public", "@layouts", "@images", "@config", "@shared", "@common", "@site", "@test", "@tests",
                      "generated", "__generated__"})  # fmt: skip
"""Names that are folders of a project by custom: scopes that bundlers and themes set where no file says so, and what a generator makes below ``baseUrl``."""
