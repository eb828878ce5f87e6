import { expect, test } from 'vitest';
import { acceptedFormat } from '../../../../gateway/http/negotiation/accepted-format.ts';
import { mediaRangesOf } from '../../../../gateway/http/negotiation/media-ranges.ts';

const json = 'application/graphql-response+json,application/json;q=0.9';

test.each([
  ['nothing', '', null],
  ['curl', '*/*', null],
  ['every multipart type', 'multipart/*', null],
  ['no parts', json, null],
  ['Apollo Client with its handler for 20220824', `multipart/mixed;deferSpec=20220824,${json}`, '20220824'],
  ['Apollo Client with its handler for v0.2', `multipart/mixed;incrementalSpec=v0.2,${json}`, 'v0.2'],
  ['urql', 'application/json, text/event-stream, multipart/mixed', '20220824'],
  ['other forms of writing', 'Multipart/Mixed; boundary="x" ; DeferSpec="20220824"', '20220824'],
  ['both formats', 'multipart/mixed;deferSpec=20220824, multipart/mixed;incrementalSpec=v0.2', '20220824'],
  [
    'both, with weights',
    'multipart/mixed;deferSpec=20220824;q=0.8, multipart/mixed;incrementalSpec=v0.2',
    'v0.2',
  ],
  ['parts rather than JSON', 'application/json;q=0.5, multipart/mixed;incrementalSpec=v0.2;q=0.6', 'v0.2'],
  ['JSON rather than parts', 'application/json, multipart/mixed;incrementalSpec=v0.2;q=0.9', null],
  ['parts never', 'multipart/mixed;incrementalSpec=v0.2;q=0', null],
  ['an unknown format', 'multipart/mixed;incrementalSpec=v0.3', null],
  ['another unknown format', 'multipart/mixed;deferSpec=20200101', null],
  ['parts of subscriptions', 'multipart/mixed;subscriptionSpec=1.0, application/json', null],
])('%s', (_what, accept, format) => {
  expect(acceptedFormat(mediaRangesOf(accept))).toBe(format);
});
