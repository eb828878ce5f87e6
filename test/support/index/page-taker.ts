import type { FeedListener } from '../../../subgraphs/circulation/feed/listener.ts';
import { startIndexBuilder } from '../../../subgraphs/circulation/index/builder.ts';
import type { IndexServices } from '../../../subgraphs/circulation/index/services.ts';
import { pause } from '../../../subgraphs/runtime/pause.ts';

/** A builder of the index that only takes pages of the feed. Its own loops wait until `resources` are disposed of. */
export const startPageTaker = (services: IndexServices, resources: AsyncDisposableStack): FeedListener =>
  resources.use(
    startIndexBuilder(
      services,
      () => new Date(),
      (_, signal) => pause(3_600_000, signal),
    ),
  );
