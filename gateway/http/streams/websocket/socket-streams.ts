import type { SubscribePayload } from 'graphql-ws';
import type { SentParameters } from '../../../engine/request.ts';
import type { Exchange } from '../../answer-operations.ts';
import { endHooksOf } from '../../request-report.ts';
import type { StreamEnd } from '../stream-end.ts';
import type { SubscriptionAnswer, Subscriptions } from '../subscribe.ts';
import type { ToldEvents } from '../tell-events.ts';

export class SocketStreams {
  readonly #subscriptions: Subscriptions;
  readonly #open = new Set<ToldEvents>();
  #opening = 0;
  /** The end that `end` has set because the client has lost its rights. Null before. */
  #end: StreamEnd | null = null;

  constructor(subscriptions: Subscriptions) {
    this.#subscriptions = subscriptions;
  }

  /** Opens a stream. `sent` has the parameters that the client has sent for it. */
  async open(
    parameters: SentParameters,
    sent: SubscribePayload,
    exchange: Exchange,
  ): Promise<SubscriptionAnswer> {
    let events: ToldEvents | null = null;
    const startedAt = performance.now();
    // The streams that are being opened count, too, because a client may open many at once.
    const openOnConnection = this.#open.size + this.#opening;
    this.#opening += 1;
    try {
      const answer = await this.#subscriptions.subscribe(parameters, exchange, {
        protocol: 'websocket',
        sent,
        openOnConnection,
        onEnd: () => {
          if (events !== null) {
            this.#open.delete(events);
          }
          endHooksOf(exchange.report, 200, performance.now() - startedAt);
        },
      });
      if (answer.kind === 'stream') {
        events = answer.events;
        this.#open.add(events);
        if (this.#end !== null) {
          events.end(this.#end);
        }
      }
      return answer;
    } finally {
      this.#opening -= 1;
    }
  }

  /** Ends all streams, including streams that are being opened. */
  end(end: StreamEnd): void {
    this.#end = end;
    for (const events of this.#open) {
      events.end(end);
    }
  }

  /** Ends all streams of a socket that is closed. */
  abandon(code: string | null): void {
    for (const events of this.#open) {
      events.abandon(code);
    }
  }
}
