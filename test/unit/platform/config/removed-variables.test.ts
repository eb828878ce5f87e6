import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { gatewayVariables, readGatewayConfig } from '../../../../gateway/config.ts';
import { isRemoved, removedVariablesIn } from '../../../../platform/config/removed-variables.ts';
import { warnAboutUnknownVariables } from '../../../../platform/lifecycle/unknown-variables.ts';
import { variablesOfAllProcesses } from '../../../support/set-up/variables.ts';

/** The names in the first column of the table. */
const named = [
  ...readFileSync(new URL('../../../../docs/upgrading-0.3.md', import.meta.url), 'utf8').matchAll(
    /^\| (`[A-Z].*?) \|/gm,
  ),
].flatMap(([, cell = '']) => Array.from(cell.matchAll(/`(\w+)`/g), ([, name = '']) => name));

test('each variable that the upgrade names gets one warning, without its value', () => {
  const warnings: unknown[][] = [];
  const env = Object.fromEntries(named.map((name) => [name, 'hunter2']));
  warnAboutUnknownVariables({ warn: (...said) => warnings.push(said) }, env, gatewayVariables);
  expect(warnings.map(([details]) => details)).toEqual(named.toSorted().map((variable) => ({ variable })));
  expect(JSON.stringify(warnings)).not.toContain('hunter2');
});

test('a process with a file of TLS that it would ignore does not start, and says why', () => {
  const read = () =>
    readGatewayConfig({ TLS_CERT_FILE: '/tls/server.pem', SUBGRAPHS_TLS_MIN_VERSION: 'TLSv1.3' });
  expect(read).toThrow('TLS_CERT_FILE is set, and is gone since release 0.3: a folder TLS_DIR');
  expect(() => readGatewayConfig({ SUBGRAPHS_TLS_MIN_VERSION: 'TLSv1.3' })).not.toThrow();
});

test('a port that Kubernetes tells of a service is none of ours', () => {
  expect(removedVariablesIn({ WEB_PORT: 'tcp://10.0.0.1:80', SIP2_PORT: '' })).toEqual([]);
  expect(removedVariablesIn({ WEB_PORT: '4005' })).toHaveLength(1);
});

test('no variable that is read counts as gone', () => {
  expect(variablesOfAllProcesses.filter(isRemoved)).toEqual([]);
});
