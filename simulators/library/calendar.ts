import { compactDay, daysAfter } from '../hong-kong-time.ts';

/**
 * Makes the texts of days. A day is given by its distance from today. Each text is made once and shared, because a large
 * library uses the same few thousand days a million times.
 */
export class Calendar {
  readonly #today: string;
  readonly #days = new Map<number, { readonly iso: string; readonly compact: string }>();

  /** `today` has the form `YYYY-MM-DD`. */
  constructor(today: string) {
    this.#today = today;
  }

  /** Returns `YYYY-MM-DD`. */
  iso(offset: number): string {
    return this.#day(offset).iso;
  }

  /** Returns `YYYYMMDD`. */
  compact(offset: number): string {
    return this.#day(offset).compact;
  }

  /** Returns `YYYY-MM-DDTHH:MM:SS+08:00`. `time` is `HH:MM:SS` of the Hong Kong wall clock. */
  zoned(offset: number, time: string): string {
    return `${this.#day(offset).iso}T${time}+08:00`;
  }

  #day(offset: number): { readonly iso: string; readonly compact: string } {
    let day = this.#days.get(offset);
    if (day === undefined) {
      const iso = daysAfter(this.#today, offset);
      day = { iso, compact: compactDay(iso) };
      this.#days.set(offset, day);
    }
    return day;
  }
}
