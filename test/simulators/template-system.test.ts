import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import { systemOf } from '../../platform/systems.ts';
import {
  createTemplateSystem,
  TemplateFault,
  type TemplateSystem,
  textsAt,
} from '../../simulators/template-system.ts';
import { anySignal, expectUpstream } from '../contract/port-under-test.ts';
import { type ServedSystem, serveJudged } from '../support/contracts/judged-system.ts';

const namespace = 'urn:library:prs:2004';

/** The patron registry with one operation, which knows no patron. */
const registry: TemplateSystem = {
  path: '/prs',
  version: '1.1',
  security: 'none',
  login: null,
  operations: {
    GetPatrons: {
      soapAction: '',
      uri: namespace,
      local: 'GetPatrons',
      answer(payload) {
        if (textsAt(payload, 'PATRON_NO').includes('P9999999')) {
          throw new TemplateFault('PRS-503');
        }
        return `<p:GetPatronsResponse xmlns:p="${namespace}"/>`;
      },
    },
  },
  faultCodes: { busy: 'PRS-503', internal: 'PRS-900' },
  faultDetail: (code) =>
    `<p:PRSFault xmlns:p="${namespace}"><CODE>${code}</CODE><TEXT>a test</TEXT></p:PRSFault>`,
};

let served: ServedSystem;
let port: ReturnType<typeof createPatronRegistry>;

beforeEach(async () => {
  served = await serveJudged(createTemplateSystem(registry), systemOf('prs'));
  port = createPatronRegistry({ url: served.url });
});
afterEach(async () => {
  await port[Symbol.asyncDispose]();
  await served[Symbol.asyncDispose]();
});

test('a template answers, and libxml2 judges both messages', async () => {
  expect(await port.findMany(['P0000001'], anySignal())).toEqual([null]);
  expect(served.messages).toBe(1);
  expect(served.problems).toEqual([]);
});

test('a fault of the vendor has its code, and another operation is refused', async () => {
  await expectUpstream(port.findMany(['P9999999'], anySignal()), 'busy');
  await expectUpstream(port.findByDocument({ kind: 'HKID', number: 'A123456(3)' }, anySignal()), 'rejected');
});

test('a reply that the schema does not allow is a problem', async () => {
  const { GetPatrons } = registry.operations;
  if (GetPatrons === undefined) {
    throw new TypeError('the registry has GetPatrons');
  }
  const answer = () => `<p:GetPatronsResponse xmlns:p="${namespace}"><PATRON/></p:GetPatronsResponse>`;
  const wrong = createTemplateSystem({ ...registry, operations: { GetPatrons: { ...GetPatrons, answer } } });
  await using other = await serveJudged(wrong, systemOf('prs'));
  await using client = createPatronRegistry({ url: other.url });
  await expectUpstream(client.findMany(['P0000001'], anySignal()), 'invalid-response');
  expect(other.problems).not.toEqual([]);
});
