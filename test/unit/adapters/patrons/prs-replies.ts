import type { NewPatron, PatronRegistry } from '../../../../adapters/patrons/port.ts';
import { createPatronRegistry } from '../../../../adapters/patrons/soap.ts';
import type { Limits } from '../../../../adapters/soap/policy/limits.ts';
import { anySignal } from '../../../contract/port-under-test.ts';
import { envelope11 } from '../soap/raw-server.ts';

const fok: NewPatron = {
  englishName: 'FOK, MAN',
  chineseName: '霍敏',
  identityNumber: 'Z683365(A)',
  birthCertificateNumber: null,
  dateOfBirth: '1990-01-01',
  addressLines: [],
  addressProven: true,
  telephone: null,
  email: null,
  guarantor: null,
};
export const values = ['FOK', '霍敏', 'Z683365', 'SECRET', 'PRS-', 'P00000'];

export const deadlineMs = 400;
export const open = (url: string, limits: Partial<Limits> = {}) =>
  createPatronRegistry({ url, limits: { deadlineMs, retryDelayMs: 5, ...limits } });
export const register = (registry: PatronRegistry, signal = anySignal()) => registry.register(fok, signal);

const ns = 'xmlns:p="urn:library:prs:2004"';
export const record = (number: string): string =>
  `<PATRON><PATRON_NO>${number}</PATRON_NO><DETAILS><ENG_NAME>FOK, MAN</ENG_NAME><DOB>19900101</DOB>` +
  '<ADDR_PROOF>Y</ADDR_PROOF></DETAILS><STATUS>A</STATUS><REG_DATE>20261125</REG_DATE>' +
  '<LAST_UPD>20261125013000</LAST_UPD></PATRON>';
export const message = (name: string, content: string): string =>
  envelope11(`<p:${name}Response ${ns}>${content}</p:${name}Response>`);
export const registered = message('RegisterPatron', record('P0000019'));
export const fault = (code: string | null, side = 'Server'): string =>
  envelope11(
    `<soap:Fault><faultcode>soap:${side}</faultcode><faultstring>SECRET</faultstring>` +
      `${code === null ? '' : `<detail><p:PRSFault ${ns}><CODE>${code}</CODE><TEXT>SECRET</TEXT></p:PRSFault></detail>`}` +
      '</soap:Fault>',
  );
export const page = '<html><body>SECRET</body></html>';
