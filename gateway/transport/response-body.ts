/** What becomes of a body. The first call counts. */
export interface BodyOutcome {
  complete(body: Buffer): void;
  tooLarge(): void;
}

/** Collects the body of one response. It ends as soon as there are more than `maxBytes`. */
export class ResponseBody {
  readonly #maxBytes: number;
  readonly #outcome: BodyOutcome;
  readonly #chunks: Buffer[] = [];
  #receivedBytes = 0;

  constructor(maxBytes: number, outcome: BodyOutcome) {
    this.#maxBytes = maxBytes;
    this.#outcome = outcome;
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  add(chunk: Buffer): void {
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes > this.#maxBytes) {
      this.#outcome.tooLarge();
    } else {
      this.#chunks.push(chunk);
    }
  }

  end(): void {
    const [first] = this.#chunks;
    this.#outcome.complete(
      first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks),
    );
  }
}
