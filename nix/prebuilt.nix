# A package from an official archive. On Linux the loader and library paths are written into its programs
# (autoPatchelf); on macOS they run as they are.
{
  lib,
  pkgs,
  known,
}:
{
  tool,
  entry,
  libraries ? [ ],
  nativeBuildInputs ? [ ],
  # Libraries that nothing needed here asks for (GPU and enclave drivers).
  ignoreMissing ? [ ],
  # What to take out before the programs are patched, and what to add after copying.
  prepare ? "",
  finish ? "",
  program ? tool,
  description,
}:
let
  isLinux = pkgs.stdenv.hostPlatform.isLinux;
  bare = entry.format == "file";
in
pkgs.stdenv.mkDerivation {
  pname = tool;
  inherit (entry) version;
  src = known.fetch entry;
  nativeBuildInputs = nativeBuildInputs ++ lib.optionals isLinux [ pkgs.autoPatchelfHook ];
  buildInputs = lib.optionals isLinux ([ pkgs.stdenv.cc.cc.lib ] ++ libraries);
  autoPatchelfIgnoreMissingDeps = ignoreMissing;

  sourceRoot = "unpacked";
  unpackPhase = ''
    mkdir unpacked
  ''
  + (
    if bare then
      "cp $src unpacked/${program}"
    else
      "tar -xf $src -C unpacked --strip-components=${toString (entry.strip or 0)}"
  );
  dontConfigure = true;
  dontBuild = true;
  # Stripped rlibs break rustc, and what is stripped already gains nothing.
  dontStrip = true;
  dontCheckForBrokenSymlinks = true;
  installPhase = ''
    ${prepare}
    mkdir -p $out
    ${
      if bare then
        ''
          mkdir -p $out/bin
          cp ${program} $out/bin/${program}
          chmod 755 $out/bin/${program}
        ''
      else
        "cp -R . $out/"
    }
    ${finish}
  '';
  meta = {
    inherit description;
    mainProgram = program;
    sourceProvenance = [ lib.sourceTypes.binaryNativeCode or { } ];
  };
}
