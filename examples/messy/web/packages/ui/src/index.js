export { button } from "./button.js";
