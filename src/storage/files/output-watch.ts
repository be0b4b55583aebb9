/** Ends a program that runs for too long or writes too much. */
export class OutputWatch {
  readonly #controller = new AbortController();
  readonly #deadline: NodeJS.Timeout;
  readonly #largest: number;
  #bytes = 0;
  #trouble: string | undefined;

  constructor(longestMs: number, largest: number) {
    this.#largest = largest;
    this.#deadline = setTimeout(
      () => this.#stop(`has not ended within ${longestMs / 1000} seconds, and was stopped`),
      longestMs,
    );
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The reason why it was ended. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  add(...streams: readonly NodeJS.ReadableStream[]): void {
    for (const stream of streams) {
      stream.on("data", (piece: Uint8Array) => {
        this.#bytes += piece.length;
        if (this.#bytes > this.#largest) this.#stop("wrote more than zivsync reads, and was stopped");
      });
    }
  }

  end(): void {
    clearTimeout(this.#deadline);
  }

  #stop(trouble: string): void {
    this.#trouble ??= trouble;
    this.#controller.abort();
  }
}
