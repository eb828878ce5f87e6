import type { Transform } from 'node:stream';
import { type ContentDecoder, decoderFor } from './content-codings.ts';

/**
 * A compressed body up to this size is decoded when it is complete. This costs a tenth of a stream's CPU time. A larger
 * body is decoded by zlib's threads while it arrives.
 */
const maxBytesAtOnce = 64 * 1024;

const nothing = Buffer.alloc(0);

/** The ways in which reading a body can end. Only the first call of any of these functions has an effect. */
export interface BodyOutcome {
  /** The body is complete and decoded. If it can't be decoded, it is empty, and the caller rejects it. */
  complete(body: Buffer): void;
  tooLarge(): void;
}

/**
 * Collects the body of one response and decodes it. Reading ends when more than `maxBytes` are received or decoded,
 * because a few kilobytes can be decoded to gigabytes.
 */
export class ResponseBody {
  readonly #contentEncoding: string;
  readonly #maxBytes: number;
  readonly #outcome: BodyOutcome;
  #decoder: ContentDecoder | undefined;
  #stream: Transform | null = null;
  /** The received bytes, or the decoded bytes if a stream decodes the body. */
  #chunks: Buffer[] = [];
  #decodedBytes = 0;
  #receivedBytes = 0;

  constructor(contentEncoding: string, maxBytes: number, outcome: BodyOutcome) {
    this.#contentEncoding = contentEncoding;
    this.#maxBytes = maxBytes;
    this.#outcome = outcome;
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  add(chunk: Buffer): void {
    if (this.#receivedBytes === 0) {
      this.#decoder = decoderFor(this.#contentEncoding, chunk[0] ?? 0);
    }
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes > this.#maxBytes) {
      this.#outcome.tooLarge();
    } else if (this.#stream !== null) {
      this.#stream.write(chunk);
    } else {
      this.#chunks.push(chunk);
      if (this.#decoder !== undefined && this.#receivedBytes > maxBytesAtOnce) {
        this.#stream = this.#startStream(this.#decoder);
      }
    }
  }

  end(): void {
    if (this.#stream !== null) {
      this.#stream.end();
    } else if (this.#decoder === undefined) {
      this.#outcome.complete(joined(this.#chunks));
    } else {
      this.#decodeAtOnce(this.#decoder);
    }
  }

  /** Stops reading and decoding, because nobody needs the body any more. */
  discard(): void {
    this.#stream?.destroy();
  }

  #decodeAtOnce(decoder: ContentDecoder): void {
    let body: Buffer = nothing;
    try {
      body = decoder.decode(joined(this.#chunks), { maxOutputLength: this.#maxBytes });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
        this.#outcome.tooLarge();
        return;
      }
    }
    this.#outcome.complete(body);
  }

  #startStream(decoder: ContentDecoder): Transform {
    const received = this.#chunks;
    this.#chunks = [];
    const stream = decoder.createStream();
    stream.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#decodedBytes += chunk.length;
      if (this.#decodedBytes > this.#maxBytes) {
        this.#outcome.tooLarge();
      }
    });
    stream.once('end', () => this.#outcome.complete(joined(this.#chunks)));
    stream.once('error', () => this.#outcome.complete(nothing));
    for (const chunk of received) {
      stream.write(chunk);
    }
    return stream;
  }
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks);
}
