import { describe, expect, test } from 'vitest';
import { contract } from '../../../../../adapters/patrons/contract.generated.ts';
import { UnexpectedXml } from '../../../../../adapters/soap/codec/unexpected-xml.ts';
import { wsAddressing } from '../../../../../adapters/soap/plugins/addressing.ts';
import { basicAuthentication } from '../../../../../adapters/soap/plugins/basic.ts';
import {
  type Attempt,
  beginAttempt,
  type MessagePlugin,
} from '../../../../../adapters/soap/plugins/message-plugin.ts';
import { timestamp, wsSecurity } from '../../../../../adapters/soap/plugins/ws-security.ts';
import { operationOf } from '../tables.ts';

const attempt: Attempt = {
  operation: operationOf(contract, 'GetPatrons'),
  version: '1.1',
  address: new URL('http://prs.example/soap'),
};

describe('plug-ins', () => {
  test('see each attempt again, add up, and seal the envelope in their order', () => {
    let count = 0;
    const counting: MessagePlugin = {
      begin: ({ operation }) => {
        count += 1;
        const own = count;
        return {
          headerBlocks: `<a n="${own}">${operation.name}</a>`,
          seal: (envelope) => `${envelope}+${own}`,
        };
      },
    };
    const plugins = [counting, basicAuthentication('u', 'p'), counting];
    const first = beginAttempt(plugins, attempt);
    expect(first.headerBlocks).toBe('<a n="1">GetPatrons</a><a n="2">GetPatrons</a>');
    expect(first.httpHeaders).toEqual({ authorization: `Basic ${Buffer.from('u:p').toString('base64')}` });
    expect(first.seal('x')).toBe('x+1+2');
    expect(beginAttempt(plugins, attempt).headerBlocks).toContain('n="3"');
  });

  test('of Basic authentication refuse a user that could not be told from the password', () => {
    expect(() => basicAuthentication('a:b', 'c')).toThrow(TypeError);
  });

  test('of WS-Security put all parts into one header, each attempt with its own time', () => {
    const times = [1_000, 2_000];
    const plugin = wsSecurity([
      timestamp({ now: () => new Date(times.shift() ?? 0), secondsToLive: 60 }),
      () => '<x/>',
    ]);
    const { headerBlocks } = beginAttempt([plugin], attempt);
    expect(headerBlocks.match(/<wsse:Security/g)).toHaveLength(1);
    expect(headerBlocks).toContain(
      '<wsu:Created>1970-01-01T00:00:01.000Z</wsu:Created><wsu:Expires>1970-01-01T00:01:01.000Z</wsu:Expires></wsu:Timestamp><x/>',
    );
    expect(beginAttempt([plugin], attempt).headerBlocks).toContain('00:00:02.000Z');
  });

  test('of WS-Addressing take an answer only if it relates to the attempt, once', () => {
    const ids = ['id-1'];
    const plugin = wsAddressing({ randomUuid: () => ids.shift() ?? '', to: 'urn:to' });
    const begun = beginAttempt([plugin], attempt);
    const relates = (text: string) => ({
      name: '{http://www.w3.org/2005/08/addressing}RelatesTo',
      attributes: {},
      children: [text],
    });
    const reply = { kind: 'reply', reply: {} } as const;
    expect(begun.headerBlocks).toContain('>urn:uuid:id-1</wsa:MessageID>');
    expect(begun.headerBlocks).toContain('>urn:to</wsa:To>');
    expect(() => begun.check([relates(' urn:uuid:id-1 ')], reply)).not.toThrow();
    for (const blocks of [
      [],
      [relates('urn:uuid:id-2')],
      [relates('urn:uuid:id-1'), relates('urn:uuid:id-1')],
    ]) {
      expect(() => begun.check(blocks, reply)).toThrow(UnexpectedXml);
    }
  });
});
