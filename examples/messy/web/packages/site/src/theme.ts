import { button } from "@ui/button";
import { palette } from "@lib/palette";

export const demo: string = button(palette.primary, 1);
