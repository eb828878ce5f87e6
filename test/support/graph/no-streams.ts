import type { GraphStreams } from '../../../edge/graph/streams.ts';

/** Fails a test whose pages follow changes, because it has no graph for them. */
export const noStreams: GraphStreams = {
  subscribe() {
    throw new Error('nothing is followed here');
  },
};
