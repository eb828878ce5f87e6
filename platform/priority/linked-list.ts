/** What may be in a list: one at a time. Both are undefined where it is in none. */
export interface Listed<Entry> {
  previous: Entry | undefined;
  next: Entry | undefined;
}

/**
 * Entries in the order in which they came, any of which may leave.
 *
 * A `Set` would do the same, and keep garbage alive where entries come and go all the time. V8 rebuilds the table of a set after
 * some insertions, and each old table refers to the next one. Once one of them is in the old generation, no minor collection frees
 * what the later tables refer to, which is every entry since. That made a small request a fifth dearer.
 */
export class LinkedList<Entry extends Listed<Entry>> {
  #first: Entry | undefined;
  #last: Entry | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The one that came before all others. */
  get first(): Entry | undefined {
    return this.#first;
  }

  /** `entry` must be in no list. */
  add(entry: Entry): void {
    entry.previous = this.#last;
    if (this.#last === undefined) {
      this.#first = entry;
    } else {
      this.#last.next = entry;
    }
    this.#last = entry;
    this.#size += 1;
  }

  /** `entry` must be in this list. */
  remove(entry: Entry): void {
    const { previous, next } = entry;
    if (previous === undefined) {
      this.#first = next;
    } else {
      previous.next = next;
    }
    if (next === undefined) {
      this.#last = previous;
    } else {
      next.previous = previous;
    }
    // It must not refer to later ones, for the same reason.
    entry.previous = undefined;
    entry.next = undefined;
    this.#size -= 1;
  }
}
