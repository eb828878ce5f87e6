const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/**
 * Cuts a stream of bytes into messages. Each message ends with a carriage return, and many terminals add a line feed.
 *
 * The messages stay bytes, because text can be decoded only when the message is complete. No supported charset has a
 * carriage return inside a character, though Big5 characters contain other ASCII bytes.
 */
export class FrameSplitter {
  readonly #maxBytes: number;
  #rest: Buffer = Buffer.alloc(0);

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * Returns the messages that `chunk` completes, without their line ends.
   * @throws RangeError if a complete or incomplete message is longer than the bound
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
