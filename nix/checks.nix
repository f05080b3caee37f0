# What `nix flake check` builds in every repository that uses mkMonorepo.
{
  lib,
  pkgs,
  manifest,
  tools,
  shells,
}:
{
  # Everything in the `ci` shell is on its search path and starts.
  shell =
    pkgs.runCommand "shell-check"
      {
        nativeBuildInputs = [ tools.front ] ++ builtins.attrValues tools.available;
        names = lib.concatStringsSep " " (builtins.attrNames tools.available);
      }
      ''
        for name in $names; do
          case $name in
            rust) program=rustc ;;
            agave) program=solana ;;
            python) program=python3 ;;
            *) program=$name ;;
          esac
          command -v "$program" >/dev/null || { echo "$name: $program is not on the search path" >&2; exit 1; }
          echo "$name: $(command -v "$program")"
        done > $out
      '';
  # toolkit.toml has no key that nobody reads.
  manifest =
    pkgs.runCommand "manifest-check"
      {
        nativeBuildInputs = [ tools.toolkit.python ];
        manifestText = builtins.toJSON manifest.text;
        passAsFile = [ "manifestText" ];
        package = "${tools.toolkit.package}/lib";
      }
      ''
        PYTHONPATH=$package python3 -c '
        import json, sys
        from toolkit.manifest import parse
        parse(json.load(open(sys.argv[1])).encode())
        ' "$manifestTextPath"
        echo ok > $out
      '';
}
