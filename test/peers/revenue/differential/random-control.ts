import { pick } from '../../../support/random.ts';
import { placeholder } from './names-per-system.ts';
import { raisedCents, raisedFor } from './random-calls.ts';

const clockSteps = ['+1m', '+5m', '+13m', '+15m', '+16m', '+2h', '+1d', '-5m', '+40d', '+380d'];
/** Shortly after the end of the day began, in its middle, and shortly after it. Some days later than any order before. */
const eveningTimes = ['15:32:00', '15:59:00', '16:10:00', '16:20:00'];

/** What happens outside of RPS, at random: the bank pays, an order's time ends, a charge is raised, time passes. */
export class RandomControl {
  readonly #random: () => number;
  #day = 1;
  #isEvening = false;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** What to ask the control for, with placeholders. `orders` is the number of known orders. */
  next(orders: number): object {
    const random = this.#random;
    if (this.#isEvening && random() < 0.4) {
      this.#isEvening = false;
      return { clock: '+2h' };
    }
    const roll = random();
    const recent = Math.max(0, orders - 1 - Math.floor(random() * 4));
    const order = random() < 0.97 ? placeholder('order', recent) : 'RO2026999999';
    if (roll < 0.45) {
      return { pay: order };
    }
    if (roll < 0.5) {
      return { expire: order };
    }
    if (roll < 0.7) {
      const raise = {
        patronNo: raisedFor,
        purpose: 'Printing',
        channel: 'Kiosk',
        description: 'A4 & <A3>',
        cents: raisedCents,
      };
      return { raise };
    }
    if (roll < 0.73) {
      this.#day += 1;
      this.#isEvening = true;
      return { clock: `2027-01-${String(this.#day).padStart(2, '0')}T${pick(random, eveningTimes)}Z` };
    }
    return { clock: pick(random, clockSteps) };
  }
}
