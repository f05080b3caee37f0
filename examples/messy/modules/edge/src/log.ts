/** Writes lines that start with the name of the part that speaks. */
export class Logger {
  constructor(private readonly part: string) {}

  info(message: string): void {
    console.info(`${this.part}: ${message}`);
  }

  warn(message: string): void {
    this.warn(`${this.part}: ${message}`);
  }
}
