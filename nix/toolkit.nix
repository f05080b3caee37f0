# The toolkit itself, on nixpkgs' Python: `toolkit`, `invoke`, and the module for a repository's tasks.py.
{ lib, pkgs }:
let
  # The checks of the family `code` (the extra `deep`) come along where this nixpkgs has their parsers.
  deep =
    packages:
    lib.optionals (packages ? ast-grep-py && packages ? sqlglot) [
      packages.ast-grep-py
      packages.sqlglot
    ];
  needed =
    packages:
    deep packages
    ++ (with packages; [
      invoke
      packaging
      platformdirs
      pyyaml
      rich
      watchdog
      xattr
    ]);
  interpreter = pkgs.python312 or pkgs.python3;
  python = interpreter.withPackages needed;
  # Each folder by itself and without caches: an edit elsewhere in the repository rebuilds nothing.
  part =
    path:
    builtins.path {
      inherit path;
      name = baseNameOf (toString path);
      filter = file: _: !(lib.hasSuffix "__pycache__" file || lib.hasSuffix ".pyc" file);
    };
  modules = part ../toolkit;
  templates = part ../templates;
  pins = part ./pins.json;
  poetry = part ./poetry.txt;
  launch =
    name: arguments:
    pkgs.writeShellScriptBin name ''
      export PYTHONPATH="@out@/lib''${PYTHONPATH:+:$PYTHONPATH}"
      exec ${python}/bin/python ${arguments} "$@"
    '';
  package = pkgs.runCommand "toolkit"
    {
      pname = "toolkit";
      version = lib.head (
        builtins.match ".*__version__ *= *\"([^\"]+)\".*" (builtins.readFile ../toolkit/__init__.py)
      );
      toolkitScript = launch "toolkit" "-c 'from toolkit.cli.program import main; main()'";
      invokeScript = launch "invoke" "-m invoke";
      meta = {
        description = "A reproducible developer-environment toolkit for polyglot monorepos";
        mainProgram = "toolkit";
      };
    }
    ''
      mkdir -p $out/bin $out/lib/nix
      cp -R ${modules} $out/lib/toolkit
      cp -R ${templates} $out/lib/templates
      cp ${pins} $out/lib/nix/pins.json
      cp ${poetry} $out/lib/nix/poetry.txt
      # Python cannot write its caches into the store: without these every start would compile every module again.
      # Unchecked, for the store's files all bear one time and never change.
      ${python}/bin/python -m compileall -q --invalidation-mode unchecked-hash $out/lib/toolkit
      for script in $toolkitScript/bin/toolkit $invokeScript/bin/invoke; do
        sed "s|@out@|$out|" "$script" > "$out/bin/''${script##*/}"
        chmod 755 "$out/bin/''${script##*/}"
      done
    '';
in
{
  inherit package python;
  pythonWith = more: interpreter.withPackages (packages: needed packages ++ more packages);
}
