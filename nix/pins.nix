# The archives of pins.json: which one a version means, and how it is fetched. The `pinned` provider reads
# the same file and follows the same rules (docs/nix.md, "Which archive a version means").
{
  lib,
  pkgs,
  system,
  manifest,
  root,
  pins,
}:
let
  read = file: (builtins.fromJSON (builtins.readFile file)).tools;
  own = root + "/nix/pins.json";
  # System by system: who adds a Linux archive to a version keeps what is known of it for a Mac.
  over = old: new: old // new;
  merge2 = old: new: old // lib.mapAttrs (version: systems: over (old.${version} or { }) systems) new;
  merge = lib.foldl' (old: new: old // lib.mapAttrs (tool: merge2 (old.${tool} or { })) new) { };
  tools = merge [
    (read ./pins.json)
    (lib.optionalAttrs (builtins.pathExists own) (read own))
    pins
  ];

  # "22" and "22.3" mean the newest pinned version that begins so; "22.3.1" means itself.
  matches = wanted: version: version == wanted || lib.hasPrefix "${wanted}." version;
  newest = lib.foldl' (
    best: version: if best == null || builtins.compareVersions version best > 0 then version else best
  ) null;

  # The mirror with the longest matching prefix takes its place in an address.
  mirrored =
    url:
    let
      fitting = builtins.filter (prefix: lib.hasPrefix prefix url) (builtins.attrNames manifest.mirrors);
      longest = lib.foldl' (
        best: prefix: if builtins.stringLength prefix > builtins.stringLength best then prefix else best
      ) "" fitting;
      rest = builtins.substring (builtins.stringLength longest) (builtins.stringLength url) url;
    in
    if fitting == [ ] then url else manifest.mirrors.${longest} + rest;
in
{
  # { version, url, hash, strip, format } or { version, unavailable }; null where no pinned version fits.
  resolve =
    tool: wanted:
    let
      versions = tools.${tool} or { };
      version = newest (builtins.filter (matches wanted) (builtins.attrNames versions));
      entry = versions.${version}.${system} or { unavailable = "pins.json says nothing about ${tool} ${version} on ${system}"; };
    in
    if version == null then null else entry // { inherit version; };

  versionsOf = tool: builtins.attrNames (tools.${tool} or { });

  fetch =
    entry:
    pkgs.fetchurl {
      url = mirrored entry.url;
      inherit (entry) hash;
    };
}
