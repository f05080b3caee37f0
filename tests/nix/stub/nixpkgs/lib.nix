# The part of nixpkgs' lib that the toolkit's flake uses, in its own words.
rec {
  inherit (builtins)
    concatStringsSep
    concatMap
    elem
    elemAt
    filter
    foldl'
    head
    mapAttrs
    ;
  genAttrs = names: f: builtins.listToAttrs (map (name: { inherit name; value = f name; }) names);
  attrVals = names: set: map (name: set.${name}) names;
  filterAttrs = keep: set: removeAttrs set (filter (name: !keep name set.${name}) (builtins.attrNames set));
  mapAttrsToList = f: set: map (name: f name set.${name}) (builtins.attrNames set);
  attrByPath =
    path: default: set:
    if path == [ ] then
      set
    else if builtins.isAttrs set && set ? ${head path} then
      attrByPath (builtins.tail path) default set.${head path}
    else
      default;
  findFirst = keep: default: list: let found = filter keep list; in if found == [ ] then default else head found;
  last = list: elemAt list (builtins.length list - 1);
  optional = c: x: if c then [ x ] else [ ];
  optionals = c: xs: if c then xs else [ ];
  optionalString = c: s: if c then s else "";
  optionalAttrs = c: a: if c then a else { };
  concatStrings = concatStringsSep "";
  concatMapStringsSep = between: f: list: concatStringsSep between (map f list);
  hasSuffix =
    end: s:
    let
      n = builtins.stringLength s;
      m = builtins.stringLength end;
    in
    n >= m && builtins.substring (n - m) m s == end;
  hasPrefix = start: s: builtins.substring 0 (builtins.stringLength start) s == start;
  hasInfix = part: s: builtins.length (splitString part s) > 1;
  removePrefix =
    start: s:
    if hasPrefix start s then builtins.substring (builtins.stringLength start) (builtins.stringLength s) s else s;
  splitString = between: s: filter builtins.isString (builtins.split (escapeRegex between) s);
  escapeRegex = builtins.replaceStrings [ "." "[" "]" "+" ] [ "\\." "\\[" "\\]" "\\+" ];
  replaceStrings = builtins.replaceStrings;
  trim = s: builtins.head (builtins.match "[[:space:]]*([^[:space:]]*)[[:space:]]*" s);
  escapeShellArg = s: "'${builtins.replaceStrings [ "'" ] [ "'\\''" ] (toString s)}'";
  makeBinPath = ps: concatStringsSep ":" (map (p: "${p}/bin") ps);
  makeLibraryPath = ps: concatStringsSep ":" (map (p: "${p}/lib") ps);
  getExe = p: "${p}/bin/${p.meta.mainProgram or p.pname or p.name}";
  sourceTypes = { };
  systems.flakeExposed = [
    "x86_64-linux"
    "aarch64-linux"
    "x86_64-darwin"
    "aarch64-darwin"
  ];
}
