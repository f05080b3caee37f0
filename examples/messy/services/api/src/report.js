import { readFile } from "node:fs/promises";

import kleur from "kleur";

/** Prints a stored report in colour. */
export async function show(path) {
  process.stdout.write(kleur.green(await readFile(path, "utf8")));
}
