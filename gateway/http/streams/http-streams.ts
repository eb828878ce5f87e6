import type { FastifyReply } from 'fastify';
import type { GraphQLResult, SentParameters } from '../../engine/request.ts';
import type { GatewayObserver } from '../../observer.ts';
import { logDefect } from '../answer-errors.ts';
import type { Exchange } from '../answer-operations.ts';
import type { HttpStreamProtocol } from '../negotiation/accepted-stream.ts';
import { httpErrorOf } from '../protocol.ts';
import type { OpenStreams } from './open-streams.ts';
import { sendStream } from './send-stream.ts';
import type { Subscriptions } from './subscribe.ts';

interface HttpStreamsOptions {
  readonly subscriptions: Subscriptions;
  readonly streams: OpenStreams;
  readonly observer: GatewayObserver;
}

/** Answers a subscription over HTTP. Resolves to the function that sends the stream, or to the result that refuses it. */
export type OpenHttpStream = (
  parameters: SentParameters,
  exchange: Exchange,
  protocol: HttpStreamProtocol,
) => Promise<
  | { readonly kind: 'refused'; readonly result: GraphQLResult }
  | { readonly kind: 'stream'; readonly send: (reply: FastifyReply) => FastifyReply }
>;

export function createHttpStreams({ subscriptions, streams, observer }: HttpStreamsOptions): OpenHttpStream {
  return async (parameters, exchange, protocol) => {
    let unwatch: () => void = () => undefined;
    const onEnd = () => unwatch();
    const answer = await subscriptions.subscribe(parameters, exchange, {
      protocol,
      sent: exchange.request.body,
      openOnConnection: 0,
      onEnd,
    });
    if (answer.kind === 'refused') {
      return answer;
    }
    const { events } = answer;
    unwatch = streams.watch({ identity: exchange.caller, end: (end) => events.end(end) });
    const onDefect = (error: unknown) => logDefect(error, httpErrorOf(error), exchange.request);
    return { kind: 'stream', send: (reply) => sendStream(reply, events, { protocol, observer, onDefect }) };
  };
}
