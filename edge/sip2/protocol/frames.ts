const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/**
 * Cuts a stream of bytes into messages, which end with a carriage return. Many terminals send a line feed as well.
 *
 * Bytes, because text can't be decoded before a message is complete. No charset here has a carriage return inside a
 * character, though Big5 has other ASCII bytes there.
 */
export class FrameReader {
  readonly #maxBytes: number;
  #rest: Buffer = Buffer.alloc(0);

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * The messages that `chunk` completes, without their ends.
   * @throws RangeError where a message is longer than the bound, complete or not.
   */
  push(chunk: Buffer): Buffer[] {
    const frames: Buffer[] = [];
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      while (bytes[0] === lineFeed || bytes[0] === carriageReturn) {
        bytes = bytes.subarray(1);
      }
      const end = bytes.indexOf(carriageReturn);
      if ((end === -1 ? bytes.length : end) > this.#maxBytes) {
        throw new RangeError('the message is too long');
      }
      if (end === -1) {
        this.#rest = bytes;
        return frames;
      }
      frames.push(bytes.subarray(0, end));
      bytes = bytes.subarray(end + 1);
    }
  }
}
