# Node from the official archive that the `pinned` provider unpacks too, so that a laptop with Nix and one
# without run the same bits. nixpkgs' own build serves the versions that pins.json does not have.
{
  lib,
  pkgs,
  known,
  prebuilt,
}:
wanted:
let
  entry = known.resolve "node" wanted;
  major = builtins.head (lib.splitString "." wanted);
  fallback = pkgs."nodejs_${major}" or null;
in
if entry != null && !(entry ? unavailable) then
  prebuilt {
    tool = "node";
    inherit entry;
    description = "JavaScript runtime with npm";
    # The scripts ask for /usr/bin/env, which a build sandbox has not.
    finish = ''
      for script in npm/bin/npm-cli.js npm/bin/npx-cli.js corepack/dist/corepack.js; do
        if [ -f "$out/lib/node_modules/$script" ]; then
          sed -i "1s|^#!.*|#!$out/bin/node|" "$out/lib/node_modules/$script"
        fi
      done
    '';
  }
else if fallback != null && (wanted == major || lib.hasPrefix wanted (fallback.version or "")) then
  fallback
else
  {
    unavailable =
      "node ${wanted} is neither in pins.json (${toString (known.versionsOf "node")}) nor in this nixpkgs"
      + lib.optionalString (fallback != null) " (which has ${fallback.version or "another version"})";
  }
